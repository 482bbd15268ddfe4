"""`status_at` against a small model that replays the history for each question (DOMAIN §10).

The model knows no intervals: it walks the moves that were known and had taken effect, and keeps a
few variables.
"""

import json
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.certificates import status
from app.certificates.status import Move, Timeline, compile_timeline, status_at
from tests.unit.certificates.histories import at

START = at("2026-01-01")
CORRIDORS = ("NP-MY", "NP-QA", "BD-MY")


def told(moves: list[Move], when: datetime, known: datetime, corridor: str | None) -> str | None:
    """The status by replay."""
    heard = [move for move in moves if move.recorded_at <= known]
    if not heard:
        return None
    edition, ended, reasons, void = None, None, {}, False
    begun = datetime.min.replace(tzinfo=START.tzinfo)
    for move in heard:
        if move.effective_at > when:
            continue
        facts = move.particulars
        if "edition" in facts and move.effective_at >= begun:
            edition, begun = facts, move.effective_at
        reasons.update(facts.get("suspensions", ()))
        for name in facts.get("lifted", ()):
            reasons.pop(name)
        if move.action == "annul":
            void = True
        if move.action in ("withdraw", "terminate", "transfer_out"):
            ended = {"withdraw": "withdrawn", "terminate": "terminated"}.get(
                move.action, "transferred_out"
            )
        if move.action.startswith("overturn"):
            ended = None
    if void:
        return "annulled"
    if ended is not None:
        return ended
    if edition is None:
        return "not_yet_valid"
    if when >= datetime.fromisoformat(edition["valid_until"]):
        return "expired"
    if corridor is not None and corridor not in edition["corridors"]:
        return "out_of_scope"
    if any(place is None or place == corridor for place in reasons.values()):
        return "suspended"
    return "active"


def days(most: int) -> st.SearchStrategy[timedelta]:
    """Whole days, with some of a second off either side of them."""
    return st.builds(
        lambda day, seconds: timedelta(days=day, seconds=seconds),
        st.integers(0, most),
        st.sampled_from([0, 0, 0, 1, 86_399]),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Move]:
    """Legal in order: each move is recorded later than, or with, the one before."""
    now = START
    scope = st.lists(st.sampled_from(CORRIDORS), min_size=1, max_size=3, unique=True)
    until = now + draw(days(20)) + timedelta(days=400)
    first = now + draw(days(30))
    moves = [Move("issue", first, now, None, status.new_edition(1, until, draw(scope)))]
    last_start, editions, whole, parts, state = first, 1, [], [], "active"
    for step in range(draw(st.integers(0, 12))):
        now += draw(days(60))
        action = draw(
            st.sampled_from(
                {
                    "active": ["edition", "suspend", "corridors", "free", "withdraw", "maintain"],
                    "suspended": ["suspend", "lift", "withdraw", "annul"],
                    "withdrawn": ["overturn", "annul"],
                    "annulled": ["nothing"],
                }[state]
            )
        )
        match action:
            case "edition":
                start = max(last_start, now + draw(days(40)))
                until = max(until, start + timedelta(days=draw(st.integers(1, 300))))
                editions, last_start = editions + 1, start
                made = status.new_edition(editions, until, draw(scope))
                moves.append(Move("renew", start, now, None, made))
            case "suspend":
                whole.append(f"w{step}")
                moves.append(Move("suspend", now, now, "c", status.opens({whole[-1]: None})))
                state = "suspended"
            case "corridors":
                parts.append(f"p{step}")
                place = draw(st.sampled_from(CORRIDORS))
                moves.append(Move(action, now, now, "c", status.opens({parts[-1]: place})))
            case "free" if parts:
                moves.append(Move(action, now, now, "c", status.lifts([parts.pop()])))
            case "lift":
                lifted = whole.pop(draw(st.integers(0, len(whole) - 1)))
                moves.append(Move("restore", now, now, "c", status.lifts([lifted])))
                state = "suspended" if whole else "active"
            case "withdraw":
                ending = draw(st.sampled_from(["withdraw", "terminate", "transfer_out"]))
                moves.append(Move(ending, now, now, "c"))
                state = "withdrawn" if ending == "withdraw" else "annulled"
                withdrawn_at = now
            case "overturn":
                back = draw(st.sampled_from([now, withdrawn_at]))
                moves.append(Move("overturn", back, now, "appeal_upheld"))
                state = "suspended" if whole else "active"
            case "annul":
                moves.append(Move("annul", now - draw(days(200)), now, "issued_in_error"))
                state = "annulled"
    return moves


@given(histories(), st.lists(days(900), min_size=4, max_size=4), days(500), st.data())
def test_the_timeline_answers_as_a_replay_of_the_history_does(
    moves: list[Move], whens: list[timedelta], later: timedelta, data: st.DataObject
) -> None:
    edges = [moment for move in moves for moment in (move.effective_at, move.recorded_at)]
    edges += [
        datetime.fromisoformat(move.particulars["valid_until"])
        for move in moves
        if "edition" in move.particulars
    ]
    known = data.draw(st.sampled_from([*edges, START + later]))
    timeline = compile_timeline(moves, known)
    if timeline is None:
        assert known < moves[0].recorded_at
        return
    kept = Timeline.from_json(json.loads(json.dumps(timeline.to_json())))
    assert kept == timeline
    instants = [START - timedelta(days=100), *(START + when for when in whens), *edges]
    instants += [edge - timedelta(microseconds=1) for edge in edges]
    for instant in instants:
        for corridor in (None, *CORRIDORS):
            answer = status_at(kept, instant, corridor)
            assert answer.result == told(moves, instant, known, corridor)
            if answer.since is not None:
                _holds_since(kept, answer, instant, corridor)


def _holds_since(
    timeline: Timeline, answer: status.Status, instant: datetime, corridor: str | None
) -> None:
    assert answer.since is not None
    assert answer.since <= instant
    assert status_at(timeline, answer.since, corridor).result is answer.result
    before = status_at(timeline, answer.since - timedelta(microseconds=1), corridor)
    assert before.result is not answer.result
    between = answer.since + (instant - answer.since) / 2
    assert status_at(timeline, between, corridor).result is answer.result


@given(histories(), days(900), days(900))
def test_what_was_known_once_is_answered_for_ever(
    moves: list[Move], when: timedelta, known: timedelta
) -> None:
    known_at = START + known
    heard = [move for move in moves if move.recorded_at <= known_at]
    then, now = compile_timeline(heard), compile_timeline(moves, known_at)
    assert then == now


@given(histories(), days(900))
def test_no_answer_changes_before_the_next_change(moves: list[Move], when: timedelta) -> None:
    timeline = compile_timeline(moves)
    assert timeline is not None
    instant = START + when
    change = status.next_change(timeline, instant) or instant + timedelta(days=9_000)
    for corridor in (None, *CORRIDORS):
        answers = {
            (found.result, found.since, found.reason_code, found.expires_at, found.edition)
            for moment in (
                instant,
                instant + (change - instant) / 2,
                change - timedelta(seconds=0, microseconds=1),
            )
            if moment >= instant
            for found in [status_at(timeline, moment, corridor)]
        }
        assert len(answers) == 1
