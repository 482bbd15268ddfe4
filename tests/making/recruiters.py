"""Recruiters and licence registers, made through the service."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

from app.access.lifecycle import Kind
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle.journal import Work, Workbench
from app.recruiters import service
from app.recruiters.models import Recruiter
from app.recruiters.register import Outcome
from app.recruiters.register_command import Options, imported
from app.recruiters.staging import RowReport
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
        name=name or _invented(next(_numbers)),
        country=country,
    )


def register(*rows: str, header: str = "licence_country,licence_number,name,address") -> bytes:
    """A register as a file: a header and one line per row, as a spreadsheet writes it."""
    return "".join(f"{row}\r\n" for row in (header, *rows)).encode()


def import_register(
    workbench: Workbench,
    path: Path,
    country: str,
    on_progress: Callable[[int, int], None] = lambda _done, _size: None,
    options: Options | None = None,
) -> tuple[dict[Outcome, int], list[RowReport]]:
    """Import a register: the counts, and what became of every row."""
    with imported(workbench, path, country, on_progress, options) as report:
        return report.counts, list(report.rows())


def _invented(number: int) -> str:
    """A name unlike any other: its syllables spell the number, so nothing takes two for one."""
    spelled = "".join(_SYLLABLES[int(digit)] for digit in f"{number * 7919 % 1_000_003:07}")
    return f"{spelled} रोजगार"


_SYLLABLES = ("का", "तो", "मी", "रू", "ने", "बा", "गो", "जी", "सू", "ले")
