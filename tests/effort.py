"""How long property and race tests go on: briefly in `make test`, in full in `make soak`."""

import os

from hypothesis import settings

SOAK = os.environ.get("ERC_TEST_SOAK") == "1"

settings.register_profile("short", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("full", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile("full" if SOAK else "short")


def rounds(short: int, full: int) -> int:
    """How many rounds a race test plays in this run."""
    return full if SOAK else short
