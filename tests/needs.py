"""What some tests need from the machine, and what happens where it is lacking.

A test that lacks something is skipped, and the run says so at its end; where ERC_TEST_REQUIRE
names the need (`postgresql,shared`, as .ci/run sets it) the test fails instead.
"""

import os
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NoReturn

import pytest

_LACKING = "lacking "


class Need(StrEnum):
    POSTGRESQL = "postgresql"
    SHARED = "shared"
    OFFICE = "office"


def required() -> frozenset[Need]:
    """The needs that ERC_TEST_REQUIRE names. Raises ValueError at an unknown one."""
    names = os.environ.get("ERC_TEST_REQUIRE", "").split(",")
    return frozenset(Need(name.strip()) for name in names if name.strip())


def lacking(need: Need, why: str) -> NoReturn:
    """End the test that asks: skipped, or failed where the need is required."""
    message = f"{_LACKING}{need}: {why}"
    if need in required():
        pytest.fail(f"{message} (ERC_TEST_REQUIRE)", pytrace=False)
    pytest.skip(message)


def summary(skip_reasons: Iterable[str]) -> list[str]:
    """One line per thing that was lacking, with the number of tests it cost."""
    counts = Counter(
        reason.removeprefix("Skipped: ")
        for reason in skip_reasons
        if reason.removeprefix("Skipped: ").startswith(_LACKING)
    )
    return [f"{count} tests NOT RUN, {reason}" for reason, count in sorted(counts.items())]
