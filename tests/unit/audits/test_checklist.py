"""The checklist: every indicator of the pinned standard, judged as a whole (DOMAIN §4, §6)."""

import pytest

from app.audits.checklist import (
    Answer,
    Draft,
    Result,
    WorkStatus,
    read,
    unanswered,
    without_finding,
)
from app.kernel.errors import Invalid
from app.scheme.shipped import first_standard
from app.scheme.standard import Indicator

STANDARD = first_standard()
EVERY = [
    Draft(indicator.criterion, indicator.element, "done", "conforms")
    for indicator in STANDARD.indicators()
]


def pointers(drafts: list[Draft]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read(STANDARD, drafts)
    return {error.pointer: error.detail for error in caught.value.errors}


def test_every_indicator_is_answered_at_once_s_4() -> None:
    answers = read(STANDARD, EVERY)
    assert len(answers) == 24 * 5
    assert unanswered(STANDARD, answers) == ()
    assert unanswered(STANDARD, answers[1:]) == (STANDARD.indicators()[0],)


def test_every_fault_is_told_by_its_pointer_whatever_its_kind() -> None:
    faults = pointers(
        [
            Draft("A.1", "monitoring", "done", "conforms"),
            Draft("Z.9", "monitoring", "done", "conforms"),
            Draft("A.2", "mood", "finished", "fine"),
            Draft("A.1", "monitoring", "to_do", "not_assessed"),
        ]
    )
    assert set(faults) == {
        "/answers/1/criterion",
        "/answers/2/element",
        "/answers/2/work_status",
        "/answers/2/result",
        "/answers/3",
    }
    assert faults["/answers/1/criterion"] == "iris-1.2 has no criterion 'Z.9'."
    assert faults["/answers/2/work_status"] == "Write one of to_do, in_progress, done."
    assert "at /answers/0 already" in faults["/answers/3"]


@pytest.mark.parametrize(
    ("work_status", "result", "final"),
    [
        ("done", "conforms", True),
        ("done", "does_not_conform", True),
        ("done", "not_applicable", True),
        ("done", "not_assessed", False),
        ("in_progress", "conforms", False),
        ("to_do", "not_assessed", False),
    ],
)
def test_an_indicator_is_answered_when_the_work_is_done_and_shows_something_s_6(
    work_status: str, result: str, final: bool
) -> None:
    (answer,) = read(STANDARD, [Draft("A.1", "monitoring", work_status, result, "seen on site")])
    assert answer.is_final is final
    assert answer.note == "seen on site"
    missing = Indicator("A.1", "monitoring") in unanswered(STANDARD, [answer])
    assert missing is not final


def test_what_does_not_conform_needs_a_finding_on_its_criterion_s_6() -> None:
    answers = [
        Answer(Indicator(criterion, "monitoring"), WorkStatus.DONE, result)
        for criterion, result in [
            ("L-1.2", Result.DOES_NOT_CONFORM),
            ("A.1", Result.DOES_NOT_CONFORM),
            ("A.2", Result.CONFORMS),
        ]
    ]
    assert without_finding(STANDARD, answers, set()) == ("A.1", "L-1.2")
    assert without_finding(STANDARD, answers, {"A.1"}) == ("L-1.2",)
    assert without_finding(STANDARD, answers, {"A.1", "L-1.2"}) == ()
