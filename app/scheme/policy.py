"""The scheme's numbers: timers, fees, limits, the zone of its dates (DOMAIN §5–§11).

Policy is data: one version, its source beside each number in DOMAIN. Nothing else in the code
carries such a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.kernel.money import Money


def _days(**by_grade: int) -> Mapping[str, int]:
    return MappingProxyType(by_grade)


@dataclass(frozen=True)
class Policy:
    """One version of the scheme's policy."""

    version: str = "2026.1"
    zone_name: str = "UTC"

    # Application (§5)
    application_fee: Money = field(default_factory=lambda: Money.parse("1000.00", "USD"))
    application_draft_months: int = 12
    self_assessment_months: int = 12
    review_days: int = 14
    deferral_days: int = 60
    offer_days: int = 90

    # Assessors (§3, §5a)
    conflict_months: int = 24
    """For how long a conflict bars after its last day."""
    declaration_days: int = 365
    approval_months: int = 36
    approval_hours: int = 120
    """Of audit, in any `approval_months`, for an auditor's approval to go on."""
    approval_witnessed: int = 1
    """Audits that somebody witnessed, in the same time."""
    lead_cycles: int = 2
    """In how many consecutive cycles somebody may lead the audits of one recruiter."""

    # Audit (§6)
    worker_bands: tuple[int, ...] = (100, 500, 1000, 2000)
    """The most workers of each band but the last, which has no end."""
    stage_1_days: int = 1
    stage_2_days: tuple[int, ...] = (2, 3, 4, 5, 6)
    """By the band of workers, without the days for the sampled sites."""
    days_per_site: int = 1
    team_notice_days: int = 14
    objection_working_days: int = 5
    max_postponements: int = 2
    draft_report_days: int = 15
    comment_days: int = 10
    submit_report_days: int = 14
    review_report_days: int = 10
    return_days: int = 7

    # Findings (§7)
    dispute_working_days: int = 5
    ruling_days: int = 10
    respond_days: Mapping[str, int] = field(
        default_factory=lambda: _days(critical=7, major=30, minor=60)
    )
    evidence_days: Mapping[str, int] = field(default_factory=lambda: _days(critical=30, major=90))
    plan_extension_days: int = 14
    minors_to_major: int = 3

    # Certificate (§10, §11)
    cycle_months: int = 36
    suspension_months: int = 6
    restore_months: int = 6
    emergency_confirm_days: int = 10
    policy_confirm_days: int = 5

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which the scheme's dates begin and end."""
        return ZoneInfo(self.zone_name)


CURRENT = Policy()


def current() -> Policy:
    """The policy in force."""
    return CURRENT
