"""The people of the demonstration, registered through the API by its administrator.

Two audit companies, two people for every role that must be independent; all invented.
"""

from dataclasses import dataclass, field

from app.demo.companies import Company
from app.demo.stage import Caller, Stage
from app.kernel.roles import Role

_OF_THE_SCHEME = (
    ("Ines Okafor", Role.SCHEME_MANAGER),
    ("Bongani Dlamini", Role.SCHEME_MANAGER),
    ("Tomas Lindqvist", Role.INTEGRITY_OFFICER),
    ("Rosa Ibáñez", Role.INTEGRITY_OFFICER),
    ("Farida Rahimi", Role.APPLICATION_REVIEWER),
    ("Joon-ho Baek", Role.APPLICATION_REVIEWER),
    ("Marta Nowicka", Role.APPEAL_PANEL),
    ("Kwame Boateng", Role.APPEAL_PANEL),
    ("Lucía Paredes", Role.COMPLAINT_HANDLER),
)
_OF_AN_AUDIT_COMPANY = (
    Role.PROGRAMME_MANAGER,
    Role.LEAD_AUDITOR,
    Role.LEAD_AUDITOR,
    Role.AUDITOR,
    Role.TECHNICAL_EXPERT,
    Role.REVIEWER,
    Role.REVIEWER,
    Role.DECISION_MAKER,
    Role.DECISION_MAKER,
)
AUDIT_COMPANIES = (
    (
        "Plumb Line Assessors",
        "KE",
        (
            "Grace Wanjiru",
            "Daniel Otieno",
            "Halima Noor",
            "Peter Kamau",
            "Ruth Achieng",
            "Samuel Mwangi",
            "Esther Njeri",
            "Joseph Kiprop",
            "Amina Yusuf",
        ),
    ),
    (
        "True North Verification",
        "SE",
        (
            "Elsa Nyberg",
            "Omar Haddad",
            "Mei Tanaka",
            "Ravi Menon",
            "Sofia Duarte",
            "Jonas Weber",
            "Leila Karimi",
            "Viktor Hoang",
            "Nadia Petrova",
        ),
    ),
)


@dataclass
class AuditCompany:
    """An audit company and its people; the first of two, unless the second is asked for."""

    id: str
    people: dict[Role, list[Caller]]
    approval: str = ""
    """The id of its approval."""
    auditors: dict[str, str] = field(default_factory=dict)
    """The ids of its people's approvals as auditors, by person."""

    def one(self, role: Role, which: int = 0) -> Caller:
        """The caller who holds the role there."""
        return self.people[role][which]


@dataclass
class Client:
    """What a reader needs to act as somebody of the demonstration."""

    role: str
    person: str | None
    organisation: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Member:
    """A person of the demonstration, as an invitation names them."""

    role: str
    name: str
    email: str
    organisation: str
    organisation_id: str


@dataclass
class Cast:
    """Everybody, by what they do."""

    stage: Stage
    administrator: Caller
    scheme: dict[Role, list[Caller]] = field(default_factory=dict)
    audit_companies: list[AuditCompany] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    machines: dict[Role, Caller] = field(default_factory=dict)
    """Those that act for an organisation and no person."""

    def one(self, role: Role, which: int = 0) -> Caller:
        """The scheme's own person in that role."""
        return self.scheme[role][which]

    @property
    def employer(self) -> Caller:
        """The employer's machine."""
        return self.machines[Role.EMPLOYER]

    def recruiter(self, company: Company) -> Caller:
        """Enter a company with one administrator of its own."""
        organisation = self._organisation("recruiter", company.name, company.country)
        number = len(self.clients)
        return self._person(
            organisation, f"Administrator of {company.name}", f"recruiter-{number}",
            Role.RECRUITER_ADMIN, company.name,
        )  # fmt: skip

    def programme_manager(self, company: str, country: str) -> Caller:
        """Enter another audit company, with nobody but its programme manager."""
        organisation = self._organisation("audit_company", company, country)
        mailbox = company.lower().replace(" ", ".")
        return self._person(
            organisation, f"Manager of {company}", mailbox, Role.PROGRAMME_MANAGER, company
        )

    def anybody(self) -> Caller:
        """Somebody without an account."""
        return Caller(self.stage, "anybody")

    def _organisation(self, kind: str, name: str, country: str) -> str:
        made = self.administrator.post(
            "/v1/organisations", {"kind": kind, "name": name, "country": country}
        )
        return str(made["id"])

    def _person(self, organisation: str, name: str, mailbox: str, role: Role, of: str) -> Caller:
        email = f"{mailbox}@demonstration.example"
        person = self.administrator.post(
            "/v1/people", {"organisation_id": organisation, "name": name, "email": email}
        )["id"]
        self.members.append(Member(role.value, name, email, of, organisation))
        self.administrator.post(
            "/v1/role-grants",
            {"person_id": person, "role": role.value, "reason_code": "demonstration"},
        )
        return self._client(role, {"person_id": person}, name, of, organisation)

    def _client(
        self, role: Role, acts_for: dict[str, str], person: str | None, of: str, organisation: str
    ) -> Caller:
        made = self.administrator.post("/v1/clients", {"name": "demonstration", **acts_for})
        self.clients.append(
            Client(role.value, person, of, made["client_id"], made["client_secret"])
        )
        return Caller(
            self.stage,
            role.value,
            made["client_id"],
            made["client_secret"],
            acts_for.get("person_id"),
            organisation,
        )

    def enter(self) -> None:
        """Register the scheme's people, two audit companies, an employer and an observer."""
        scheme = self.administrator.get("/v1/me")["organisation"]
        for number, (name, role) in enumerate(_OF_THE_SCHEME):
            caller = self._person(scheme["id"], name, f"scheme-{number}", role, scheme["name"])
            self.scheme.setdefault(role, []).append(caller)
        for company, country, names in AUDIT_COMPANIES:
            organisation = self._organisation("audit_company", company, country)
            people: dict[Role, list[Caller]] = {}
            for role, name in zip(_OF_AN_AUDIT_COMPANY, names, strict=True):
                mailbox = name.lower().replace(" ", ".")
                caller = self._person(organisation, name, mailbox, role, company)
                people.setdefault(role, []).append(caller)
            self.audit_companies.append(AuditCompany(organisation, people))
        for kind, name, country, role in (
            ("employer", "Quiet Harbour Electronics", "MY", Role.EMPLOYER),
            ("government_body", "Bureau of Fair Migration", "NP", Role.OBSERVER),
        ):
            organisation = self._organisation(kind, name, country)
            caller = self._client(role, {"organisation_id": organisation}, None, name, organisation)
            self.machines[role] = caller
