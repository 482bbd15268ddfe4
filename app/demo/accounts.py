"""People of the demonstration who sign in, and accounts in every state: through the API alone.

One person for each role takes up an invitation and has a password afterwards, kept beside the
clients' secrets; an employer signs itself up and makes an API key.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from app.demo.cast import Cast, Member
from app.demo.stage import Caller, Json, Stage

_WHY = {"reason_code": "demonstration"}
_EMPLOYER = ("Lantern Garments", "SG", "Siti Nurhaliza", "siti@lantern.example")
_SHORT_LIVED = ("Hollow Trading", "HK", "Max Hollow", "max@hollow.example")


@dataclass
class Account:
    """What a reader needs to sign in as somebody of the demonstration."""

    role: str
    person: str
    organisation: str
    email: str
    password: str


@dataclass
class Accounts:
    """Who signs in, and the key by which an employer's programs read."""

    people: list[Account]
    api_key: str


def enter(cast: Cast) -> Accounts:
    """Let one person of each role sign in, and bring accounts into every state."""
    one_of_each = {member.role: member for member in reversed(cast.members)}
    people = [_take_up(cast, member) for member in reversed(list(one_of_each.values()))]
    employer, key = _employer(cast)
    _come_and_go(cast)
    return Accounts([*people, employer], key)


def _take_up(cast: Cast, member: Member) -> Account:
    """The administrator invites a registered person, who sets a password and signs out again."""
    invitation = cast.administrator.post(
        "/v1/invitations",
        {"email": member.email, "roles": [member.role], "organisation_id": member.organisation_id},
    )
    account = Account(
        member.role, member.name, member.organisation, member.email, secrets.token_urlsafe(12)
    )
    entered = cast.anybody().post(
        "/v1/invitations/accept",
        {"token": invitation["token"], "name": member.name, "password": account.password},
    )
    _by(cast.stage, account, entered).post("/v1/sessions/current/end")
    return account


def _employer(cast: Cast) -> tuple[Account, str]:
    """An employer signs itself up: one session stays open, keys and clients come and go."""
    account = _signed_up(cast, *_EMPLOYER)
    desk = _by(cast.stage, account, _sign_in(cast, account))
    until = (cast.stage.now + timedelta(days=300)).isoformat()
    key = {"name": "sourcing", "scopes": ["recruiter.read", "me.read"], "expires_at": until}
    kept = desk.post("/v1/api-keys", key)
    for address in (
        f"/v1/api-keys/{desk.post('/v1/api-keys', key)['id']}/revoke",
        f"/v1/invitations/{_asked(desk, 'ravi')['id']}/withdraw",
    ):
        desk.post(address, _WHY)
    _asked(desk, "noor")
    unused = desk.post("/v1/clients", {"name": "first attempt"})
    desk.post(f"/v1/clients/{unused['client_id']}/revoke")
    return account, str(kept["api_key"])


def _come_and_go(cast: Cast) -> None:
    """Another employer is closed; of two people who were registered one is locked, one left."""
    manager = cast.administrator
    _signed_up(cast, *_SHORT_LIVED)
    [hollow] = [
        found
        for found in manager.get("/v1/organisations?kind=employer")["items"]
        if found["name"] == _SHORT_LIVED[0]
    ]
    manager.post(f"/v1/organisations/{hollow['id']}/close", _WHY)
    for name, action in (("Locked Account", "lock"), ("Former Colleague", "leave")):
        made = manager.post(
            "/v1/people",
            {
                "organisation_id": hollow["id"],
                "name": name,
                "email": f"{action}@demonstration.example",
            },
        )
        manager.post("/v1/role-grants", {"person_id": made["id"], "role": "employer", **_WHY})
        manager.post(f"/v1/people/{made['id']}/{action}", _WHY)


def _signed_up(cast: Cast, organisation: str, country: str, name: str, email: str) -> Account:
    account = Account("employer", name, organisation, email, secrets.token_urlsafe(12))
    cast.anybody().post(
        "/v1/employers",
        {
            "organisation": organisation,
            "country": country,
            "name": name,
            "email": email,
            "password": account.password,
        },
    )
    return account


def _sign_in(cast: Cast, account: Account) -> Json:
    body = {"email": account.email, "password": account.password}
    return cast.anybody().post("/v1/sessions", body)


def _asked(desk: Caller, mailbox: str) -> Json:
    email = f"{mailbox}@lantern.example"
    return desk.post("/v1/invitations", {"email": email, "roles": ["employer"]})


def _by(stage: Stage, account: Account, entered: Json) -> Caller:
    """Who calls by the token of a session, until the clock moves."""
    return Caller(
        stage,
        account.role,
        client_id=entered["session_id"],
        _token=entered["access_token"],
        _epoch=stage.epoch,
    )
