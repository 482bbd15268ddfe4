"""The checklist: an answer to every indicator of the pinned standard (DOMAIN §4, §6). Pure.

Work status, result, and the findings' grades are three separate things.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.errors import FieldError, Invalid
from app.scheme.standard import Indicator, Standard


class WorkStatus(StrEnum):
    """How far the work on an indicator is."""

    TO_DO = "to_do"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class Result(StrEnum):
    """What the work on an indicator showed."""

    CONFORMS = "conforms"
    DOES_NOT_CONFORM = "does_not_conform"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the team says of one indicator."""

    indicator: Indicator
    work_status: WorkStatus
    result: Result
    note: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether the indicator is answered: the work is done and shows something."""
        return self.work_status is WorkStatus.DONE and self.result is not Result.NOT_ASSESSED


@dataclass(frozen=True, slots=True)
class Draft:
    """One answer as the caller wrote it, codes not yet checked."""

    criterion: str
    element: str
    work_status: str
    result: str
    note: str | None = None


def read(standard: Standard, drafts: Sequence[Draft]) -> list[Answer]:
    """The answers, checked as a whole against the standard.

    Raises Invalid with every fault, each at its JSON pointer (`/answers/7/criterion`): a criterion
    or element that the standard does not have, an unknown code, an indicator answered twice.
    """
    faults = [
        fault for place, draft in enumerate(drafts) for fault in _faults(standard, place, draft)
    ]
    answered: dict[Indicator, int] = {}
    for place, draft in enumerate(drafts):
        earlier = answered.setdefault(Indicator(draft.criterion, draft.element), place)
        if earlier != place:
            faults.append(
                FieldError(
                    f"/answers/{place}",
                    f"{draft.criterion} {draft.element} is answered at /answers/{earlier} already;"
                    " answer each indicator once.",
                )
            )
    if faults:
        raise Invalid("The answers are not stored; mend each fault.", errors=faults)
    return [
        Answer(
            Indicator(draft.criterion, draft.element),
            WorkStatus(draft.work_status),
            Result(draft.result),
            draft.note,
        )
        for draft in drafts
    ]


def unanswered(standard: Standard, answers: Collection[Answer]) -> tuple[Indicator, ...]:
    """The indicators without a final answer, in the standard's order."""
    final = {answer.indicator for answer in answers if answer.is_final}
    return tuple(i for i in standard.indicators() if i not in final)


def without_finding(
    standard: Standard, answers: Collection[Answer], criteria_with_findings: Collection[str]
) -> tuple[str, ...]:
    """The criteria answered `does_not_conform` on which no finding stands, in order."""
    failed = {a.indicator.criterion for a in answers if a.result is Result.DOES_NOT_CONFORM}
    return tuple(c for c in standard.criteria if c in failed and c not in criteria_with_findings)


def _faults(standard: Standard, place: int, draft: Draft) -> Iterator[FieldError]:
    if draft.criterion not in standard.criteria:
        yield FieldError(
            f"/answers/{place}/criterion", f"{standard.code} has no criterion {draft.criterion!a}."
        )
    for member, given, known in (
        ("element", draft.element, standard.elements),
        ("work_status", draft.work_status, tuple(WorkStatus)),
        ("result", draft.result, tuple(Result)),
    ):
        if given not in known:
            yield FieldError(f"/answers/{place}/{member}", f"Write one of {', '.join(known)}.")
