"""What was shown once is found nowhere afterwards: not in the database, not in a log (R8)."""

import io
import logging

import pytest
from sqlalchemy import select

from app.access.lifecycle import Kind
from app.kernel.roles import Role
from app.platform import logging as logging_of_ours
from app.platform.database import Base
from tests.api import Api
from tests.effort import rounds
from tests.http.access.conftest import PASSWORD, Member, member, sign_in
from tests.making import access as make

UNTIL = "2026-12-01T00:00:00Z"


def issued(api: Api, manager: make.Someone, someone: Member) -> list[str]:
    """Every kind of secret once, each of them used, and some of them wrongly."""
    signed_in = sign_in(api, someone).json
    refreshed = api.post("/v1/sessions/refresh", {"refresh_token": signed_in["refresh_token"]}).json
    bearer = refreshed["access_token"]
    key = {"name": "sourcing", "scopes": ["me.read"], "expires_at": UNTIL}
    api_key = api.post("/v1/api-keys", key, bearer).json["api_key"]
    client = api.post("/v1/clients", {"name": "desk"}, bearer).json
    api.ask_token(client["client_id"], client["client_secret"])
    api.ask_token(client["client_id"], client["client_secret"] + "x")
    invited = {"email": f"{someone.id}@example.org", "roles": ["scheme_manager"]}
    invitation = api.post("/v1/invitations", invited, manager).json["token"]
    accepted = {"token": invitation, "name": "Amina", "password": PASSWORD}
    entered = api.post("/v1/invitations/accept", accepted).json
    assert api.get("/v1/me", api_key).status == 200
    sign_in(api, someone, f"{PASSWORD}!")
    api.post("/v1/api-keys/revoke-leaked", {"api_key": api_key})
    return [
        PASSWORD,
        api_key,
        client["client_secret"],
        invitation,
        *(
            answer[name]
            for answer in (signed_in, refreshed, entered)
            for name in ("access_token", "refresh_token")
        ),
        signed_in["device_token"],
        entered["device_token"],
    ]


def test_no_secret_is_found_in_the_database_or_the_logs(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, log = logging.getLogger(), io.StringIO()
    monkeypatch.setattr(root, "handlers", root.handlers)
    monkeypatch.setattr(root, "level", root.level)
    logging_of_ours.configure("debug", stream=log)
    manager = api.made(lambda work: make.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER))
    secrets: list[str] = []
    for _ in range(rounds(2, 80)):
        secrets += issued(api, manager, member(api, Role.AUDITOR))
    assert all(len(secret) > 12 for secret in secrets)

    with api.workbench.database.read() as session:
        kept = "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        )
    assert manager.person in kept, "the rows are read"
    told = log.getvalue()
    assert "/v1/sessions/refresh" in told, "the requests are logged"
    for place in (kept, told):
        assert [secret for secret in secrets if secret in place] == []
