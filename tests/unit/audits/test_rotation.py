"""At most two consecutive cycles as lead auditor of one recruiter (DOMAIN §6, SECURITY S8)."""

import pytest

from app.audits.kinds import Kind
from app.audits.rotation import Led, cycles_in_a_row

S1, S2, SURVEY, RENEWAL = Kind.STAGE_1, Kind.STAGE_2, Kind.SURVEILLANCE, Kind.RECERTIFICATION


def led(*audits: tuple[Kind, str], case: str = "case") -> list[Led]:
    return [Led(case, kind, lead) for kind, lead in audits]


FIRST = led((S1, "anna"), (S2, "anna"), (SURVEY, "anna"))
SECOND = led((RENEWAL, "anna"), (SURVEY, "ben"))
THIRD = led((RENEWAL, "ben"), (SURVEY, "ben"))


@pytest.mark.parametrize(
    ("history", "kind", "count"),
    [
        ([], S1, 0),
        (led((S1, "anna")), S2, 0),
        (FIRST, SURVEY, 0),
        (FIRST, RENEWAL, 1),
        ([*FIRST, *SECOND], SURVEY, 1),
        ([*FIRST, *SECOND], RENEWAL, 2),
        ([*FIRST, *SECOND, *THIRD], RENEWAL, 0),
        ([*FIRST, *led((RENEWAL, "ben"), (RENEWAL, "anna"))], RENEWAL, 1),
        ([*FIRST, *led((RENEWAL, "ben"), (RENEWAL, "anna"), (SURVEY, "ben"))], RENEWAL, 2),
    ],
)
def test_a_cycle_begins_with_a_recertification_and_counts_for_whoever_led_in_it(
    history: list[Led], kind: Kind, count: int
) -> None:
    assert cycles_in_a_row("anna", history, "case", kind) == count


def test_another_case_begins_another_cycle() -> None:
    assert cycles_in_a_row("anna", FIRST, "another case", S1) == 1
    assert cycles_in_a_row("anna", [*FIRST, *led((S1, "ben"), case="b")], "c", S1) == 0
    assert cycles_in_a_row("anna", [*FIRST, *led((S1, "anna"), case="b")], "c", S1) == 2
