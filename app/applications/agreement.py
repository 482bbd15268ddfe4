"""The certification agreement: its text, written from what was accepted. Pure (DOMAIN §5).

Both sides sign the SHA-256 of the text, which is kept as it was signed first. The text is working
wording; a scheme owner's own replaces it under a new version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

VERSION = "2026.1"
"""The version of the wording."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the agreement is about."""

    application: str
    recruiter: str
    recruiter_number: str
    country: str
    audit_company: str
    standard: str
    policy: str
    corridors: Sequence[str]
    sectors: Sequence[str]
    sites: int
    stage_1_days: int
    stage_2_days: int
    sites_to_sample: int
    cycle_months: int


def text(terms: Terms) -> str:
    """The agreement in words, the same for the same terms to the last byte."""
    return f"""\
CERTIFICATION AGREEMENT (wording {VERSION})
Application {terms.application}

1. Parties. {terms.recruiter} ({terms.recruiter_number}, {terms.country}), the labour recruiter, \
and {terms.audit_company}, the audit company.
2. Standard. {terms.standard}, audited under the scheme's policy {terms.policy}.
3. Scope. Corridors {", ".join(terms.corridors)}; sectors {", ".join(terms.sectors)}; \
{terms.sites} site(s).
4. Audit time. Stage 1: {terms.stage_1_days} day(s). Stage 2: {terms.stage_2_days} day(s), \
{terms.sites_to_sample} site(s) sampled.
5. Cycle. {terms.cycle_months} months from the decision, with surveillance in between.
6. The labour recruiter charges no worker recruitment fees or related costs, gives the auditors \
access to sites, records, staff and workers, retaliates against nobody who speaks to them, and \
tells the audit company at once of whatever bears on its certification.
7. The audit company is independent of the labour recruiter, keeps confidential what it learns, \
and names auditors who are competent for the corridors and languages.
8. The decision is taken by somebody who took no part in the audit. A certificate may be \
suspended or withdrawn under the scheme's rules; its status is public.
9. Either side may appeal and complain under the scheme's rules.
"""


def digest(wording: str) -> str:
    """The SHA-256 of a text, in hex: what is signed."""
    return sha256(wording.encode()).hexdigest()
