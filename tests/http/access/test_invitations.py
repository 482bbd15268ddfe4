"""How people enter and leave (DOMAIN §3, SECURITY S6, R7, R21)."""

from datetime import timedelta
from typing import Any

import pytest

from app.access.lifecycle import Kind
from app.access.models import Organisation
from app.access.rules import RULES
from app.kernel.clock import MovableClock
from app.kernel.roles import Role
from app.lifecycle.journal import history
from tests.api import Api
from tests.asgi import Answer
from tests.http.access.conftest import PASSWORD, Member, member, sign_in
from tests.making import access as make
from tests.making.access import Someone

LEFT = {"reason_code": "left_the_company"}
KNOWN = "somebody of this address is known here: sign in, or ask the scheme manager to invite"


@pytest.fixture
def programme(api: Api) -> Someone:
    return api.made(lambda work: make.person(work, Kind.AUDIT_COMPANY, Role.PROGRAMME_MANAGER))


def invite(api: Api, by: Someone | str, *roles: str, **more: Any) -> Answer:
    body = {"email": "amina@example.org", "roles": list(roles or ["auditor"]), **more}
    return api.post("/v1/invitations", body, by)


def accept(api: Api, token: str, password: str = PASSWORD) -> Answer:
    body = {"token": token, "name": "أمينة رحمن", "password": password}
    return api.post("/v1/invitations/accept", body)


def test_an_invitation_is_accepted_once_and_gives_the_roles_it_names(
    api: Api, programme: Someone
) -> None:
    made = invite(api, programme, "auditor", "reviewer")
    assert (made.status, made.json["state"], made.json["version"]) == (201, "open", 1)
    assert "No mail is sent yet" in made.json["delivery"]
    entered = accept(api, made.json["token"])
    assert entered.status == 201
    me = api.get("/v1/me", entered.json["access_token"]).json
    assert me["person"]["name"] == "أمينة رحمن"
    assert me["organisation"]["id"] == programme.actor.organisation
    assert me["roles"] == ["auditor", "reviewer"]

    again = accept(api, made.json["token"])
    assert again.status == 409
    assert again.json["reasons"] == ["the invitation is accepted; accept is possible from open"]
    shown = api.get(f"/v1/invitations/{made.json['id']}", programme).json
    assert (shown["state"], shown["person_id"]) == ("accepted", me["person"]["id"])
    with api.workbench.database.read() as session:
        moves = history(session, "invitation", made.json["id"])
        assert [move.action for move in moves] == ["invite", "accept"]
        assert [m.action for m in history(session, "person", me["person"]["id"])] == ["join"]
        grants = [grant["id"] for grant in me["person"]["role_grants"]]
        assert {history(session, "role_grant", g)[0].reason_code for g in grants} == {"invited"}


def test_an_invitation_expires_by_the_clock_and_is_withdrawn_by_hand(
    api: Api, programme: Someone, clock: MovableClock
) -> None:
    made = invite(api, programme).json
    later = invite(api, programme, email="b@example.org").json
    path = f"/v1/invitations/{made['id']}"
    clock.advance(RULES.invitation - timedelta(seconds=1))
    assert api.get(path, programme).json["expired"] is False
    assert accept(api, later["token"]).status == 201
    clock.advance(timedelta(seconds=1))
    shown = api.get(path, programme).json
    assert (shown["state"], shown["expired"]) == ("open", True)
    assert accept(api, made["token"]).json["reasons"] == ["it expired on 2026-03-16"]
    withdrawn = api.post(f"{path}/withdraw", LEFT, programme)
    assert (withdrawn.json["state"], withdrawn.json["expired"]) == ("withdrawn", False)
    assert accept(api, made["token"]).status == 409
    assert accept(api, "nothing").status == 404


def test_whoever_invites_names_roles_of_their_own_house_only(
    api: Api, programme: Someone, manager: Someone
) -> None:
    """S6: an organisation's administrator for its own roles, the scheme manager for all."""
    elsewhere = api.made(lambda work: make.organisation(work, Kind.RECRUITER))
    assert invite(api, programme, "scheme_manager").status == 409
    assert invite(api, programme, "recruiter_admin").status == 409
    stranger = invite(api, programme, "recruiter_admin", organisation_id=elsewhere.id)
    assert [error["pointer"] for error in stranger.json["errors"]] == ["/organisation_id"]
    unknown = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"
    absent = invite(api, programme, "recruiter_admin", organisation_id=unknown)
    assert absent.json["errors"] == stranger.json["errors"], "unknown and forbidden look alike"
    made = invite(api, manager, "recruiter_admin", organisation_id=elsewhere.id)
    assert made.status == 201
    for path, status in (("", 404), ("/withdraw", 404)):
        address = f"/v1/invitations/{made.json['id']}{path}"
        answer = api.post(address, LEFT, programme) if path else api.get(address, programme)
        assert answer.status == status
    assert api.get("/v1/invitations", programme).json["items"] == []
    listed = api.get("/v1/invitations", manager).json["items"]
    assert set(listed[0]) == {
        "id", "state", "version", "expired", "organisation_id", "email", "roles", "invited_by",
        "invited_at", "expires_at", "person_id", "allowed_actions",
    }  # fmt: skip
    machine = api.made(lambda work: make.machine(work, Kind.EMPLOYER))
    assert invite(api, machine, "employer").status == 422, "a person invites"


def test_an_inviter_who_lost_the_right_leaves_no_open_door(
    api: Api, programme: Someone, manager: Someone
) -> None:
    made = invite(api, programme).json
    [given] = api.get(f"/v1/people/{programme.person}", manager).json["role_grants"]
    api.post(f"/v1/role-grants/{given['id']}/end", LEFT, manager)
    refused = accept(api, made["token"])
    assert refused.json["reasons"] == [
        "whoever invited you may do so no more; ask for a new invitation"
    ]


def test_a_registered_person_gets_a_password_by_invitation_and_only_once(
    api: Api, manager: Someone, programme: Someone
) -> None:
    """The manager makes clients for whoever cannot sign in, and for nobody else."""
    email = api.get(f"/v1/people/{programme.person}", manager).json["email"]
    client = {"name": "desk", "person_id": programme.person}
    assert api.post("/v1/clients", client, manager).status == 201
    here = {"organisation_id": programme.actor.organisation, "email": email}
    entered = accept(api, invite(api, manager, "reviewer", **here).json["token"])
    me = api.get("/v1/me", entered.json["access_token"]).json
    assert me["person"]["id"] == programme.person
    assert me["roles"] == ["programme_manager", "reviewer"]

    refused = accept(api, invite(api, manager, "reviewer", **here).json["token"])
    assert refused.json["reasons"] == [KNOWN]
    theirs = api.post("/v1/clients", client, manager)
    assert theirs.status == 409
    assert api.post("/v1/clients", {"name": "desk"}, entered.json["access_token"]).status == 201


def test_nobody_becomes_a_colleague_by_inviting_them(api: Api, programme: Someone) -> None:
    """The token is shown to the inviter: as somebody known here nobody enters by their word."""
    colleague = api.made(
        lambda work: make.person(
            work,
            work.session.get_one(Organisation, programme.actor.organisation),
            Role.DECISION_MAKER,
        )
    )
    email = next(
        found["email"]
        for found in api.get("/v1/people", programme).json["items"]
        if found["id"] == colleague.person
    )
    refused = accept(api, invite(api, programme, "auditor", email=email).json["token"])
    assert refused.json["reasons"] == [KNOWN]
    assert api.post(f"/v1/people/{colleague.person}/leave", LEFT, programme).status == 200
    refused = accept(api, invite(api, programme, "auditor", email=email).json["token"])
    assert refused.json["reasons"] == [KNOWN]


def test_a_manager_sets_their_own_password_but_gives_themselves_no_role(
    api: Api, manager: Someone
) -> None:
    """S6: by whatever way."""
    email = api.get(f"/v1/people/{manager.person}", manager).json["email"]
    widening = invite(api, manager, "scheme_manager", "integrity_officer", email=email)
    assert widening.status == 403
    assert widening.json["reasons"] == ["nobody gives themselves the role integrity_officer"]
    entered = accept(api, invite(api, manager, "scheme_manager", email=email).json["token"])
    me = api.get("/v1/me", entered.json["access_token"]).json
    assert (me["person"]["id"], me["roles"]) == (manager.person, ["scheme_manager"])


def test_nothing_is_given_to_whoever_has_left(
    api: Api, programme: Someone, manager: Someone
) -> None:
    assert api.post(f"/v1/people/{programme.person}/leave", LEFT, manager).status == 200
    for path, body in (
        ("/v1/role-grants", {"role": "auditor", "reason_code": "appointed"}),
        ("/v1/clients", {"name": "desk"}),
    ):
        answer = api.post(path, {"person_id": programme.person, **body}, manager)
        assert (answer.status, answer.json["detail"]) == (409, "this person has left"), path


def test_whoever_leaves_takes_no_right_along_and_comes_back_as_the_same_person(
    api: Api, programme: Someone, manager: Someone
) -> None:
    """R7, R21: roles, clients, sessions and keys end in one transaction, on every path."""
    entered = accept(api, invite(api, programme).json["token"]).json
    bearer = entered["access_token"]
    me = api.get("/v1/me", bearer).json
    client = api.post("/v1/clients", {"name": "desk"}, bearer).json
    by_client = api.ask_token(client["client_id"], client["client_secret"]).json["access_token"]
    expires = {"expires_at": "2026-12-01T00:00:00Z"}
    key = api.post("/v1/api-keys", {"name": "k", "scopes": ["me.read"], **expires}, bearer).json
    paths = [bearer, by_client, key["api_key"]]
    assert [api.get("/v1/me", path).status for path in paths] == [200, 200, 200]

    person = f"/v1/people/{me['person']['id']}"
    assert api.post(f"{person}/leave", LEFT, bearer).status == 403
    left = api.post(f"{person}/leave", LEFT, programme)
    assert (left.json["state"], left.json["role_grants"]) == ("left", [])
    assert [api.get("/v1/me", path).status for path in paths] == [401, 401, 401]
    assert api.ask_token(client["client_id"], client["client_secret"]).status == 401
    assert api.post(f"{person}/leave", LEFT, programme).status == 409

    other = api.made(lambda work: make.organisation(work, Kind.AUDIT_COMPANY))
    again = invite(api, manager, "auditor", organisation_id=other.id).json["token"]
    back = accept(api, again, "another of four words").json
    now = api.get("/v1/me", back["access_token"]).json
    assert now["person"]["id"] == me["person"]["id"]
    assert now["organisation"]["id"] == other.id
    assert now["roles"] == ["auditor"]
    assert [api.get("/v1/me", path).status for path in paths] == [401, 401, 401]


def test_nobody_changes_their_own_standing(api: Api, programme: Someone, manager: Someone) -> None:
    """S6."""
    for path, who in (
        (f"/v1/people/{programme.person}/leave", programme),
        (f"/v1/people/{manager.person}/lock", manager),
        (f"/v1/people/{manager.person}/unlock", manager),
        (f"/v1/organisations/{manager.actor.organisation}/close", manager),
    ):
        answer = api.post(path, LEFT, who)
        assert answer.status == 403, path
        assert answer.json["type"].endswith("/problems/not-independent")


WEAK = ["short", "éééééé", "passwordpassword", "aaaaaaaaaaaaaaa", "Passw0rd1234", "x" * 300]


def test_a_weak_password_is_refused_at_its_place(api: Api, programme: Someone) -> None:
    token = invite(api, programme).json["token"]
    for password in (*WEAK, "amina@example.org"):
        answer = accept(api, token, password)
        assert answer.status == 422, password
        assert answer.json["errors"][0]["pointer"] == "/password"
    assert accept(api, token).status == 201


EMPLOYER = {
    "organisation": "Quiet Harbour Electronics",
    "country": "MY",
    "name": "Siti Nurhaliza",
    "email": "siti@example.com",
    "password": PASSWORD,
}


def test_an_employer_signs_itself_up_and_its_people_with_it(api: Api) -> None:
    """DOMAIN §3: without anybody's approval."""
    assert api.post("/v1/employers", EMPLOYER).status == 202
    siti = Member("", "siti@example.com", "")
    bearer = sign_in(api, siti).json["access_token"]
    me = api.get("/v1/me", bearer).json
    assert (me["roles"], me["organisation"]["kind"]) == (["employer"], "employer")
    assert me["organisation"]["country"] == "MY"
    colleague = invite(api, bearer, "employer").json["token"]
    assert accept(api, colleague).status == 201
    machine = {"name": "erp", "organisation_id": me["organisation"]["id"]}
    made = api.post("/v1/clients", machine, bearer)
    assert made.status == 201
    listed = api.get("/v1/clients", bearer).json["items"]
    assert [found["client_id"] for found in listed] == [made.json["client_id"]]


def test_signing_up_does_not_say_who_is_here(api: Api) -> None:
    """R10: the same answer, and nothing is made or changed."""
    somebody = member(api, Role.AUDITOR)
    new = api.post("/v1/employers", EMPLOYER | {"email": "new@example.com"})
    known = api.post("/v1/employers", EMPLOYER | {"email": somebody.email})
    assert (known.status, known.body) == (new.status, new.body) == (202, new.body)
    assert sign_in(api, somebody).status == 201
    answers = [
        api.post("/v1/employers", EMPLOYER | {"email": f"e{n}@example.com"})
        for n in range(RULES.sign_ups_of_an_address.amount)
    ]
    assert {answer.status for answer in answers} == {202, 429}


@pytest.mark.parametrize(
    ("member_of_it", "value"),
    [
        ("organisation", "a\u202eb"),
        ("country", "XX"),
        ("name", " "),
        ("email", "nobody"),
        ("password", "short"),
    ],
)
def test_a_faulty_sign_up_is_refused_at_its_place(api: Api, member_of_it: str, value: str) -> None:
    answer = api.post("/v1/employers", EMPLOYER | {member_of_it: value})
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/{member_of_it}"]
