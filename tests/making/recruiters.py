"""Recruiters and licence registers, made through the service."""

from itertools import count

from app.access.lifecycle import Kind
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle.journal import Work
from app.recruiters import service
from app.recruiters.models import Recruiter
from tests.making import access

_numbers = count(1)

SCHEME = Actor(person=None, organisation=None, roles=frozenset({Role.SCHEME_MANAGER}))


def recruiter(
    work: Work, organisation_id: str | None = None, *, country: str = "NP", name: str | None = None
) -> Recruiter:
    """A recruiter's entry; of a new organisation where none is given."""
    if organisation_id is None:
        company = access.organisation(work.acting_as(SYSTEM), Kind.RECRUITER, country)
        organisation_id = company.id
    return service.list_recruiter(
        work.acting_as(SCHEME),
        organisation_id=organisation_id,
        name=name or f"सगरमाथा रोजगार {next(_numbers)}",
        country=country,
    )


def register(*rows: str, header: str = "licence_country,licence_number,name,address") -> bytes:
    """A register as a file: a header and one line per row, as a spreadsheet writes it."""
    return "".join(f"{row}\r\n" for row in (header, *rows)).encode()
