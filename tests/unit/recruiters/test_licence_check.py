"""What a register has against a licence: a table (DOMAIN §5)."""

from datetime import UTC, date, datetime

import pytest

from app.recruiters.licence_check import Fault, RegisterSays, fault, in_words

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def said(
    status: str | None = None, until: date | None = None, gone: datetime | None = None
) -> RegisterSays:
    return RegisterSays("k", "BD", "RL-1", "One", "A", status, until, gone, NOW, NOW)


@pytest.mark.parametrize(
    ("snapshot", "found"),
    [
        (None, Fault.MISSING),
        (said(gone=NOW), Fault.MISSING),
        (said("valid", gone=NOW), Fault.MISSING),
        (said("suspended"), Fault.SUSPENDED),
        (said("cancelled", date(2030, 1, 1)), Fault.CANCELLED),
        (said("expired"), Fault.EXPIRED),
        (said("valid", date(2026, 3, 1)), Fault.EXPIRED),
        (said(None, date(2026, 3, 1)), Fault.EXPIRED),
        (said("valid", date(2026, 3, 2)), None),
        (said("valid"), None),
        (said(), None),
    ],
)
def test_what_speaks_against_a_licence(snapshot: RegisterSays | None, found: Fault | None) -> None:
    assert fault(snapshot, TODAY) is found


def test_a_fault_is_said_in_words() -> None:
    assert in_words(Fault.MISSING, "BD", "RL-1") == (
        "licence RL-1 of BD: the register of BD does not name it"
    )
    assert in_words(Fault.SUSPENDED, "BD", "RL-1").endswith("calls it suspended")
