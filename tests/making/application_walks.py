"""Walks of one application, and a model of what DOMAIN §5 says of each step: written by hand.

The model knows no tables and no guards: a few variables, and dates by plain arithmetic in UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from hypothesis import strategies as st

START = datetime(2027, 12, 1, 9, 30, tzinfo=UTC)
"""Three months before a 29 February."""

LONGEST = timedelta(days=900)
"""Time stands still after this: people's approvals end after three years."""

FEE = 100_000
TIMED = {"draft", "deferred", "accepted"}
OVER = {"dropped", "lapsed", "rejected", "contracted", "withdrawn"}
ITEMS = 2


class Outcome(StrEnum):
    """What a step comes to."""

    DONE = "done"
    PENDING = "pending"
    REFUSED = "refused"
    """By the state, a guard or the role."""
    UNSIGNED = "unsigned"
    """By what was signed before."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody tries; `who` and `much` mean what the action makes of them."""

    action: str
    who: int = 0
    much: int = 0


@dataclass
class Signature:
    """The first of two."""

    who: str
    over: int
    """The audit company, for an agreement."""
    until: datetime


@dataclass
class Model:
    """One application as DOMAIN §5 tells it."""

    now: datetime = START
    state: str = "draft"
    since: datetime = START
    written_on: date = field(default_factory=START.date)
    whole: bool = True
    fresh: bool = True
    invoiced: bool = False
    paid: list[int] = field(default_factory=list)
    answered: set[int] = field(default_factory=set)
    signed: Signature | None = None
    named: int | None = None
    moves: int = 1

    @property
    def today(self) -> date:
        return self.now.date()

    def deadline(self) -> datetime | None:
        """The instant from which on it is too late."""
        day = self.since.date()
        if self.state == "draft":
            leap = (day.month, day.day) == (2, 29)
            last = day.replace(year=day.year + 1, day=28 if leap else day.day)
        elif self.state in TIMED:
            last = day + timedelta(days={"deferred": 60, "accepted": 90}[self.state])
        else:
            return None
        return datetime.combine(last + timedelta(days=1), time(), UTC)

    def is_late(self) -> bool:
        deadline = self.deadline()
        return deadline is not None and self.now >= deadline

    def is_complete(self) -> bool:
        """Everything is there, and the licence is valid today: 400 days from when it was stated."""
        return self.whole and self.today <= self.written_on + timedelta(days=400)

    def counts(self) -> bool:
        """The self-assessment was 30 days old when it was stated, or 300 where it was not fresh."""
        made = self.written_on - timedelta(days=30 if self.fresh else 300)
        leap = (made.month, made.day) == (2, 29)
        return self.today <= made.replace(year=made.year + 1, day=28 if leap else made.day)

    def next_step(self) -> Step:
        """What takes it on."""
        match self.state:
            case "draft":
                ready = self.is_complete() and self.counts()
                return Step("submit") if ready else Step("edit")
            case "submitted":
                missing = FEE - sum(self.paid)
                return Step("pay", much=missing) if missing > 0 else Step("clear_payment")
            case "in_review":
                return Step("accept" if self.moves % 3 or not self.is_complete() else "defer")
            case "deferred":
                waiting = [item for item in range(ITEMS) if item not in self.answered]
                return Step("answer", waiting[0]) if waiting else Step("resume")
            case "accepted":
                return Step("contract", who=0 if self.signed is None else 1)
        return Step("withdraw")

    def take(self, step: Step) -> Outcome:
        """Make the step, and say what it comes to."""
        outcome: Outcome = getattr(self, f"_{step.action}")(step)
        return outcome

    def _moved(self, state: str) -> Outcome:
        self.state, self.since, self.signed, self.moves = state, self.now, None, self.moves + 1
        return Outcome.DONE

    def _wait(self, step: Step) -> Outcome:
        if self.now - START < LONGEST:
            self.now += timedelta(seconds=step.much)
        return Outcome.DONE

    def _edge(self, step: Step) -> Outcome:
        """The clock goes to a second before, or to, or a second after the deadline."""
        deadline = self.deadline()
        if deadline is not None and deadline > self.now and self.now - START < LONGEST:
            self.now = deadline + timedelta(seconds=step.much)
        return Outcome.DONE

    def _edit(self, step: Step) -> Outcome:
        if self.state not in {"draft", "deferred"}:
            return Outcome.REFUSED
        self.whole, self.fresh, self.written_on = step.who != 1, step.who != 2, self.today
        return Outcome.DONE

    def _submit(self, step: Step) -> Outcome:
        may = self.state == "draft" and step.who == 0
        if not may or self.is_late() or not self.is_complete() or not self.counts():
            return Outcome.REFUSED
        self.invoiced = True
        return self._moved("submitted")

    def _pay(self, step: Step) -> Outcome:
        if not self.invoiced or step.much == 0 or step.who != 0:
            return Outcome.REFUSED
        self.paid.append(step.much)
        return Outcome.DONE

    def _clear_payment(self, step: Step) -> Outcome:
        if self.state != "submitted" or sum(self.paid) < FEE or step.who != 0:
            return Outcome.REFUSED
        return self._moved("in_review")

    def _defer(self, step: Step) -> Outcome:
        if self.state != "in_review" or step.who != 0:
            return Outcome.REFUSED
        self.answered = set()
        return self._moved("deferred")

    def _answer(self, step: Step) -> Outcome:
        if self.state != "deferred":
            return Outcome.REFUSED
        self.answered.add(step.who % ITEMS)
        return Outcome.DONE

    def _resume(self, step: Step) -> Outcome:
        may = self.state == "deferred" and step.who == 0
        if not may or len(self.answered) < ITEMS or self.is_late():
            return Outcome.REFUSED
        return self._moved("in_review")

    def _accept(self, step: Step) -> Outcome:
        if self.state != "in_review" or step.who != 0 or not self.is_complete():
            return Outcome.REFUSED
        return self._moved("accepted")

    def _reject(self, step: Step) -> Outcome:
        if self.state != "in_review":
            return Outcome.REFUSED
        signer = f"reviewer {step.who % 2}"
        if self.signed is None or self.now >= self.signed.until:
            self.signed = Signature(signer, 0, self.now + timedelta(hours=24))
            return Outcome.PENDING
        return Outcome.UNSIGNED if self.signed.who == signer else self._moved("rejected")

    def _contract(self, step: Step) -> Outcome:
        """`who`: the recruiter's admin, the first company's manager, its staff; `much`: which."""
        signer, company = ("admin", "manager", "staff")[step.who % 3], step.much % 2
        if signer == "manager" and self.named != 0:
            return Outcome.REFUSED  # the first company's manager does not see it
        if self.state != "accepted" or signer == "staff" or self.is_late():
            return Outcome.REFUSED
        if signer == "manager" and company != 0:
            return Outcome.UNSIGNED  # they sign for their own company alone
        if signer == "admin" and self.named not in (None, company):
            self.signed = None
        if self.signed is None or self.now >= self.signed.until:
            self.signed = Signature(signer, company, self.now + timedelta(days=90))
            self.named = company
            return Outcome.PENDING
        if self.signed.who == signer or self.signed.over != company:
            return Outcome.UNSIGNED
        return self._moved("contracted")

    def _withdraw(self, step: Step) -> Outcome:
        if self.state in OVER or step.who != 0:
            return Outcome.REFUSED
        return self._moved("withdrawn")

    def _fire(self, _step: Step) -> Outcome:
        """The system's turn."""
        if not self.is_late():
            return Outcome.REFUSED
        return self._moved("dropped" if self.state == "draft" else "lapsed")


_MOVE = tuple(
    Step(action, who)
    for action in ("submit", "clear_payment", "defer", "resume", "accept", "withdraw")
    for who in (0, 0, 1)
)
_CONTRACT = tuple(Step("contract", who, company) for who in (0, 1, 2) for company in (0, 0, 1))
_REJECT = (Step("reject", 0), Step("reject", 1))
_FIRE = (Step("fire"),)
_AHEAD = tuple(Step("ahead", much=times) for times in range(1, 10))
_EDGE = tuple(Step("edge", much=seconds) for seconds in (-1, 0, 1))
_WAIT = tuple(
    Step("wait", much=seconds)
    for seconds in (1, 3_600, 82_801, 86_400, 5_184_000, 6_048_000, 20_000_000, 36_288_000)
)
_EDIT = tuple(Step("edit", how) for how in (0, 1, 2))
_PAY = tuple(Step("pay", who, much) for who in (0, 0, 1) for much in (0, 1, FEE - 1, FEE))
_ANSWER = (Step("answer", 0), Step("answer", 1))

PHRASES: tuple[tuple[tuple[Step, ...], ...], ...] = (
    (_AHEAD,),
    (_AHEAD, _MOVE),
    (_MOVE,),
    (_AHEAD, _EDGE, _FIRE + _MOVE + _CONTRACT),
    (_EDGE, _CONTRACT, _CONTRACT),
    (_WAIT, _MOVE),
    (_WAIT, _FIRE),
    (_EDIT, _MOVE),
    (_EDIT, _WAIT, (Step("submit"),)),
    (_PAY, (Step("clear_payment"),)),
    (_ANSWER,),
    (_AHEAD, _REJECT, _WAIT, _REJECT),
    (_AHEAD, (Step("reject", 0),), (Step("reject", 1),), _MOVE),
    (_AHEAD, _WAIT, (Step("accept"),)),
    (_AHEAD, _CONTRACT, _WAIT, _CONTRACT),
    (_AHEAD, _CONTRACT, _CONTRACT, _CONTRACT),
)
"""What belongs together, each step one of several: alone it would rarely meet the others."""


def _walks(least: int, most: int) -> st.SearchStrategy[list[Step]]:
    phrase = st.one_of(*(st.tuples(*map(st.sampled_from, phrase)) for phrase in PHRASES))
    return st.lists(phrase, min_size=least, max_size=most // 2).map(
        lambda phrases: [step for phrase in phrases for step in phrase][:most]
    )


WALKS = _walks(6, 30)
"""What is tried, one thing after another; `ahead` stands for what takes it on, so often."""

LONG_WALKS = _walks(10, 50)


def random_walk(random: Random) -> list[Step]:
    """A walk of thirty steps, drawn evenly: Hypothesis draws what is simple more often."""
    walk: list[Step] = []
    while len(walk) < 30:
        walk.extend(random.choice(options) for options in random.choice(PHRASES))
    return walk[:30]


def steps(model: Model, walk: Sequence[Step]) -> Iterator[Step]:
    """The steps themselves; where it says `ahead`, those that are next by then."""
    for step in walk:
        if step.action != "ahead":
            yield step
            continue
        for _ in range(step.much):
            if model.state not in OVER:
                yield model.next_step()
