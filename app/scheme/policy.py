"""The scheme's numbers: timers, fees, limits, the zone of its dates (DOMAIN §5–§11). Pure values.

Policy is data: versions stand in the database, each immutable once published (`queries.py`); the
first ships as `data/policy-2026.1.json`. Nothing else in the code carries such a number. A field
that comes later has a default, its value until it became data: versions published before it
do not state it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ConfigDict, PlainSerializer, PlainValidator, TypeAdapter

from app.kernel.canonical import canonical_json
from app.kernel.errors import FieldError, Invalid
from app.kernel.money import Money
from app.scheme.document import refusing_faults

_MOST = 100_000
_MOST_MONTHS = 1_200
"""No number of the policy is larger: what is counted with them must stay within the calendar."""


def _fee(value: object) -> Money:
    if isinstance(value, Money):
        return value
    match value:
        case {"amount": str(amount), "currency": str(currency), **rest} if not rest:
            try:
                return Money.parse(amount, currency)
            except Invalid as error:
                raise ValueError(error.detail) from error
        case _:
            raise ValueError('write it as {"amount": "1000.00", "currency": "USD"}')


Fee = Annotated[
    Money,
    PlainValidator(_fee),
    PlainSerializer(lambda fee: {"amount": fee.amount, "currency": fee.currency}),
]
"""An amount of money in the document: plain digits and ISO 4217."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version of the scheme's policy. Days are calendar days unless they say working days."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    version: str
    zone_name: str

    # Application (§5)
    application_fee: Fee
    application_draft_months: int
    self_assessment_months: int
    review_days: int
    deferral_days: int
    offer_days: int
    self_assessment_gap: int = 2
    """A maturity below this is a gap."""
    appeal_days: int = 30
    """A rejection may be appealed for so long."""

    # Recruiters (§12)
    look_alike_threshold: int = 85
    """From which likeness of two records on, of 100, a reviewer looks at them."""

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
    worker_bands: tuple[int, ...]
    """The most workers of each band but the last, which has no end."""
    stage_1_days: int
    stage_2_days: tuple[int, ...]
    """By the band of workers, without the days for the sampled sites."""
    days_per_site: int
    team_notice_days: int
    objection_working_days: int
    max_postponements: int
    draft_report_days: int
    comment_days: int
    submit_report_days: int
    review_report_days: int
    return_days: int

    # Findings (§7)
    dispute_working_days: int
    ruling_days: int
    respond_days: Mapping[str, int]
    evidence_days: Mapping[str, int]
    plan_extension_days: int
    minors_to_major: int

    # Employer-pays checks (§8)
    check_valid_days: int = 180
    """How long a certificate may rest on a check."""
    repayment_attempts: int = 3
    """How often a worker is tried to be reached before being called unreachable."""
    cohort_minimum: int = 5
    """From how many workers with evidence a cohort's estimate is made."""

    # Certificate (§10, §11)
    cycle_months: int
    suspension_months: int
    restore_months: int
    emergency_confirm_days: int
    policy_confirm_days: int

    # Tolling (§11)
    tolling_days: int = 180
    """The latest day to which a tolling may be limited, counted from its record."""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which the scheme's dates begin and end."""
        return ZoneInfo(self.zone_name)


_POLICY = TypeAdapter(Policy)


def read(document: Mapping[str, Any]) -> Policy:
    """The policy of a document. Raises Invalid with every fault at its JSON pointer."""
    with refusing_faults("The policy is not usable; mend each fault."):
        found = _POLICY.validate_json(canonical_json(document), strict=True)
    if faults := list(_faults(found)):
        raise Invalid("The policy is not usable; mend each fault.", errors=faults)
    return found


def written(policy: Policy) -> dict[str, Any]:
    """The document of a policy, complete: `read` makes the same policy of it."""
    document: dict[str, Any] = _POLICY.dump_python(policy, mode="json")
    return document


def _faults(policy: Policy) -> Iterator[FieldError]:
    if policy.zone_name not in available_timezones():
        yield FieldError("/zone_name", "Name a zone of the IANA database, such as Asia/Kathmandu.")
    for field in fields(policy):
        most = _MOST_MONTHS if field.name.endswith("_months") else _MOST
        yield from _out_of_bounds(f"/{field.name}", getattr(policy, field.name), most)
    if list(policy.worker_bands) != sorted(set(policy.worker_bands)):
        yield FieldError("/worker_bands", "Write each band's limit once, in rising order.")
    if len(policy.stage_2_days) != len(policy.worker_bands) + 1:
        yield FieldError(
            "/stage_2_days",
            f"Write {len(policy.worker_bands) + 1} numbers: one for each band of workers, and one"
            " for the last, which has no end.",
        )


def _out_of_bounds(pointer: str, value: object, most: int) -> Iterator[FieldError]:
    match value:
        case int():
            if not 0 < value <= most:
                yield FieldError(pointer, f"Write a whole number from 1 to {most}.")
        case tuple():
            for place, one in enumerate(value):
                yield from _out_of_bounds(f"{pointer}/{place}", one, most)
        case Mapping():
            for name, one in value.items():
                yield from _out_of_bounds(f"{pointer}/{name}", one, most)
