"""How long property and race tests go on: briefly in `make test`, in full in `make soak`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import settings

SOAK = os.environ.get("ERC_TEST_SOAK") == "1"

settings.register_profile("short", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("full", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile("full" if SOAK else "short")


@contextmanager
def unmeasured() -> Iterator[None]:
    """Processes that begin in this block do not measure coverage: it costs half of them again."""
    with patch.dict(os.environ):
        for name in [name for name in os.environ if name.startswith("COVERAGE_PROCESS")]:
            del os.environ[name]
        yield


def rounds(short: int, full: int) -> int:
    """How many rounds a race test plays in this run."""
    return full if SOAK else short
