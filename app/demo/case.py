"""One company of the demonstration, as every part of its story knows it."""

from dataclasses import dataclass, field
from datetime import date

from app.demo.cast import AuditCompany, Cast
from app.demo.companies import Company
from app.demo.stage import Caller
from app.kernel.roles import Role


@dataclass
class Case:
    """One company on its way, and everybody who deals with it."""

    company: Company
    cast: Cast
    recruiter: Caller
    auditors: AuditCompany
    turn: int = 0
    """Which of two independent people acts; they take turns from case to case."""
    recruiter_id: str = ""
    application: str = ""
    number: str = ""
    audits: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day on which the story stands."""
        return self.cast.stage.now.date()

    def one(self, role: Role) -> Caller:
        """The audit company's person in that role."""
        people = self.auditors.people[role]
        return people[self.turn % len(people)]

    @property
    def path(self) -> str:
        """The application's address."""
        return f"/v1/applications/{self.application}"
