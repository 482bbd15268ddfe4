"""Somebody who can sign in, and their session."""

from dataclasses import dataclass
from typing import Any

import pytest

from app.access.lifecycle import Kind
from app.kernel.roles import Role
from tests.api import Api
from tests.asgi import Answer
from tests.making import access as make
from tests.making.access import Someone

PASSWORD = "four words are enough"


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a password."""

    id: str
    email: str
    organisation: str


def member(api: Api, *roles: Role, where: Any = Kind.AUDIT_COMPANY) -> Member:
    """Somebody who can sign in."""
    kept = api.app.state.passwords.hash(PASSWORD)
    person, email = api.made(lambda work: make.signing_in(work, where, *roles, password_hash=kept))
    return Member(person.id, email, person.organisation_id)


def sign_in(api: Api, someone: Member, password: str = PASSWORD, **more: str) -> Answer:
    """The answer to an attempt."""
    return api.post("/v1/sessions", {"email": someone.email, "password": password, **more})


def token(api: Api, someone: Member) -> str:
    """An access token of a new session."""
    answer = sign_in(api, someone)
    assert answer.status == 201, answer.body
    return str(answer.json["access_token"])


@pytest.fixture
def manager(api: Api) -> Someone:
    return api.made(lambda work: make.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER))


@pytest.fixture
def auditor(api: Api) -> Member:
    return member(api, Role.AUDITOR)
