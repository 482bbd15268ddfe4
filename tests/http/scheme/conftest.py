"""The people who run the scheme's rules."""

from dataclasses import dataclass

import pytest

from app.access.lifecycle import Kind
from app.kernel.roles import Role
from app.lifecycle.journal import Work
from tests.api import Api
from tests.making import access
from tests.making.access import Someone


@dataclass(frozen=True, slots=True)
class People:
    """Two who draft, one who may sign beside them, and one who does neither."""

    manager: Someone
    second: Someone
    officer: Someone
    recruiter: Someone


@pytest.fixture
def people(api: Api) -> People:
    def make(work: Work) -> People:
        return People(
            manager=access.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER),
            second=access.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER),
            officer=access.person(work, Kind.SCHEME_MANAGER, Role.INTEGRITY_OFFICER),
            recruiter=access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN),
        )

    return api.made(make)
