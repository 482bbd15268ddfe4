"""The roles of DOMAIN §3 and the actor that holds them. Anything may import it."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person or machine may do; the codes are those of DOMAIN §3."""

    SCHEME_MANAGER = "scheme_manager"
    APPEAL_PANEL = "appeal_panel"
    INTEGRITY_OFFICER = "integrity_officer"
    APPLICATION_REVIEWER = "application_reviewer"
    PROGRAMME_MANAGER = "programme_manager"
    LEAD_AUDITOR = "lead_auditor"
    AUDITOR = "auditor"
    TECHNICAL_EXPERT = "technical_expert"
    REVIEWER = "reviewer"
    DECISION_MAKER = "decision_maker"
    RECRUITER_ADMIN = "recruiter_admin"
    RECRUITER_STAFF = "recruiter_staff"
    EMPLOYER = "employer"
    COMPLAINT_HANDLER = "complaint_handler"
    OBSERVER = "observer"
    WORKER = "worker"
    PUBLIC = "public"
    SYSTEM = "system"


RECRUITER = frozenset({Role.RECRUITER_ADMIN, Role.RECRUITER_STAFF})
"""Where DOMAIN says `recruiter`, either role of the recruiter is meant (DOMAIN §3)."""

AUDITOR = frozenset({Role.LEAD_AUDITOR, Role.AUDITOR})
"""Where DOMAIN says `auditor`, the lead auditor is included (DOMAIN §3)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the ids of a person and their organisation, the roles held, the client used.

    Without a person it is a machine, an anonymous caller or the system itself; independence
    always counts the person, never the client (DESIGN §6).
    """

    person: str | None
    organisation: str | None
    roles: frozenset[Role]
    client: str | None = None


SYSTEM = Actor(person=None, organisation=None, roles=frozenset({Role.SYSTEM}))
"""The clock and the policy acting by themselves."""

ANYONE = Actor(person=None, organisation=None, roles=frozenset({Role.PUBLIC}))
"""A caller who gave no token."""
