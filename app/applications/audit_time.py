"""How long the initial audit takes, and how many sites it visits. Pure (DOMAIN §6)."""

from bisect import bisect_left
from dataclasses import dataclass
from math import isqrt

from app.scheme.policy import Policy


@dataclass(frozen=True, slots=True)
class AuditTime:
    """What acceptance computes: days of stage 1 and stage 2, sites that stage 2 visits."""

    stage_1_days: int
    stage_2_days: int
    sites_to_sample: int


def initial(workers: int, sites: int, policy: Policy) -> AuditTime:
    """The audit time of a first certification, for `workers` placed in a year and `sites` in all.

    Stage 2 by the band of workers, and more for each sampled site; ⌈√n⌉ of n sites.
    """
    band = bisect_left(policy.worker_bands, workers)
    sampled = initial_sites(sites)
    return AuditTime(
        stage_1_days=policy.stage_1_days,
        stage_2_days=policy.stage_2_days[band] + policy.days_per_site * sampled,
        sites_to_sample=sampled,
    )


def initial_sites(sites: int) -> int:
    """⌈√n⌉ of n sites; at least one site."""
    return isqrt(sites - 1) + 1
