"""Audit days and sampled sites of the initial audit (DOMAIN §6)."""

from math import ceil, sqrt

import pytest

from app.applications.audit_time import AuditTime, initial, initial_sites
from app.scheme.shipped import first_policy


@pytest.mark.parametrize(
    ("workers", "days"),
    [
        (0, 2),
        (1, 2),
        (100, 2),
        (101, 3),
        (500, 3),
        (501, 4),
        (1000, 4),
        (1001, 5),
        (2000, 5),
        (2001, 6),
        (1_000_000, 6),
    ],
)
def test_stage_2_takes_days_by_the_band_of_workers_and_one_per_sampled_site(
    workers: int, days: int
) -> None:
    assert initial(workers, 1, first_policy()) == AuditTime(1, days + 1, 1)
    assert initial(workers, 10, first_policy()) == AuditTime(1, days + 4, 4)


def test_the_square_root_of_the_sites_is_sampled_rounded_up() -> None:
    for sites in range(1, 500):
        assert initial_sites(sites) == ceil(sqrt(sites))
