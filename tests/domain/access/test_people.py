"""Organisations, people, role grants and clients (DOMAIN §3, SECURITY S6, R52)."""

from typing import Any

import pytest

from app.access import queries, service
from app.access.lifecycle import Kind
from app.access.models import Client
from app.access.tokens import Bearer, client_of
from app.kernel.errors import Conflict, DomainError, Invalid, NotFound, StaleVersion
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle.journal import MoveRefused, NotIndependent, RoleRefused, Work, Workbench, history
from tests.making import access as make
from tests.making.access import Someone

R = Role


@pytest.fixture
def manager(workbench: Workbench) -> Someone:
    with workbench.begin(SYSTEM) as work:
        return make.person(work, Kind.SCHEME_MANAGER, R.SCHEME_MANAGER)


@pytest.fixture
def auditor(workbench: Workbench) -> Someone:
    with workbench.begin(SYSTEM) as work:
        return make.person(work, Kind.AUDIT_COMPANY, R.AUDITOR)


def roles(workbench: Workbench, someone: Someone) -> set[Role] | None:
    """The rights that count at this someone's next request."""
    subject = someone.actor.person or someone.actor.organisation
    with workbench.database.read() as session:
        actor = queries.actor_of(
            session, Bearer(someone.client.id, str(subject)), workbench.clock.now()
        )
    return None if actor is None else set(actor.roles)


def test_a_grant_and_its_end_count_at_the_next_request(
    workbench: Workbench, manager: Someone, auditor: Someone
) -> None:
    assert roles(workbench, auditor) == {R.AUDITOR}

    with workbench.begin(manager.actor) as work:
        given = service.grant(work, person=auditor.person, role=R.REVIEWER, reason="appointed")
    assert roles(workbench, auditor) == {R.AUDITOR, R.REVIEWER}

    with workbench.begin(manager.actor) as work:
        service.end_grant(work, given.id, reason="resigned", expected_version=1)
    assert roles(workbench, auditor) == {R.AUDITOR}


def test_every_grant_and_end_stands_in_the_journal(
    workbench: Workbench, manager: Someone, auditor: Someone
) -> None:
    with workbench.begin(manager.actor) as work:
        given = service.grant(work, person=auditor.person, role=R.REVIEWER, reason="appointed")
    with workbench.begin(manager.actor) as work:
        service.end_grant(work, given.id, reason="resigned")

    with workbench.database.read() as session:
        entries = history(session, "role_grant", given.id)
    assert [(e.action, e.actor, e.role, e.reason_code) for e in entries] == [
        ("grant", manager.person, "scheme_manager", "appointed"),
        ("end", manager.person, "scheme_manager", "resigned"),
    ]
    assert entries[0].facts == {"person": auditor.person, "role": "reviewer"}


def test_a_role_that_was_ended_can_be_granted_anew(
    workbench: Workbench, manager: Someone, auditor: Someone
) -> None:
    for _ in range(2):
        with workbench.begin(manager.actor) as work:
            given = service.grant(work, person=auditor.person, role=R.REVIEWER, reason="appointed")
        with workbench.begin(manager.actor) as work:
            service.end_grant(work, given.id, reason="resigned")
    assert roles(workbench, auditor) == {R.AUDITOR}


def test_a_role_is_not_held_twice(workbench: Workbench, manager: Someone, auditor: Someone) -> None:
    with (
        pytest.raises(MoveRefused, match="holds the role auditor already"),
        workbench.begin(manager.actor) as work,
    ):
        service.grant(work, person=auditor.person, role=R.AUDITOR, reason="appointed")


def test_nobody_widens_their_own_rights(workbench: Workbench, manager: Someone) -> None:
    with pytest.raises(NotIndependent), workbench.begin(manager.actor) as work:
        service.grant(work, person=manager.person, role=R.INTEGRITY_OFFICER, reason="appointed")
    assert roles(workbench, manager) == {R.SCHEME_MANAGER}


def test_a_role_does_not_leave_its_kind_of_organisation(
    workbench: Workbench, manager: Someone, auditor: Someone
) -> None:
    with pytest.raises(MoveRefused), workbench.begin(manager.actor) as work:
        service.grant(work, person=auditor.person, role=R.SCHEME_MANAGER, reason="appointed")


def test_others_than_scheme_managers_grant_nothing(workbench: Workbench, auditor: Someone) -> None:
    with workbench.begin(SYSTEM) as work:
        colleague = make.person(work, Kind.AUDIT_COMPANY)
    with pytest.raises(RoleRefused), workbench.begin(auditor.actor) as work:
        service.grant(work, person=colleague.person, role=R.AUDITOR, reason="appointed")


def test_an_end_on_an_old_version_is_refused(
    workbench: Workbench, manager: Someone, auditor: Someone
) -> None:
    with workbench.begin(manager.actor) as work:
        given = service.grant(work, person=auditor.person, role=R.REVIEWER, reason="appointed")
    with pytest.raises(StaleVersion), workbench.begin(manager.actor) as work:
        service.end_grant(work, given.id, reason="resigned", expected_version=2)
    with pytest.raises(NotFound), workbench.begin(manager.actor) as work:
        service.end_grant(work, new_id(work.now), reason="resigned")


def test_a_revoked_client_acts_for_nobody_at_its_next_request(
    workbench: Workbench, manager: Someone, auditor: Someone
) -> None:
    with workbench.begin(manager.actor) as work:
        service.revoke_client(work, auditor.client.id)
    assert roles(workbench, auditor) is None
    with workbench.database.read() as session:
        assert client_of(session, auditor.client.id, auditor.secret) is None
    with pytest.raises(MoveRefused), workbench.begin(manager.actor) as work:
        service.revoke_client(work, auditor.client.id)


@pytest.mark.parametrize("unknown", ["nobody", "", "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"])
def test_an_unknown_client_is_not_found(workbench: Workbench, unknown: str) -> None:
    with pytest.raises(NotFound), workbench.begin(SYSTEM) as work:
        service.revoke_client(work, unknown)
    with workbench.database.read() as session:
        assert client_of(session, unknown, "secret") is None


def test_only_the_right_secret_is_accepted_and_it_is_kept_nowhere(
    workbench: Workbench, auditor: Someone
) -> None:
    with workbench.database.read() as session:
        found = client_of(session, auditor.client.id, auditor.secret)
        assert found is not None
        assert found.id == auditor.client.id
        assert client_of(session, auditor.client.id, auditor.secret + "x") is None
        assert client_of(session, auditor.client.id, "") is None
        assert auditor.secret not in str(session.get_one(Client, found.id).__dict__)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Kind.EMPLOYER, {R.EMPLOYER}), (Kind.GOVERNMENT_BODY, {R.OBSERVER})],
)
def test_a_machine_acts_for_an_organisation_that_only_reads(
    workbench: Workbench, kind: Kind, expected: set[Role]
) -> None:
    with workbench.begin(SYSTEM) as work:
        machine = make.machine(work, kind)
    assert roles(workbench, machine) == expected


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.EMPLOYER, Kind.GOVERNMENT_BODY}))
def test_no_machine_acts_for_an_organisation_that_decides(workbench: Workbench, kind: Kind) -> None:
    with pytest.raises(Invalid, match="name the person"), workbench.begin(SYSTEM) as work:
        make.machine(work, kind)


def test_a_client_acts_for_exactly_one(workbench: Workbench, auditor: Someone) -> None:
    both = {"person": auditor.person, "organisation": auditor.actor.organisation}
    for whom in ({}, both):
        with pytest.raises(Invalid, match="exactly one"), workbench.begin(SYSTEM) as work:
            service.create_client(work, name="x", **whom)


def test_a_token_for_somebody_else_than_the_client_acts_for_is_worth_nothing(
    workbench: Workbench, auditor: Someone, manager: Someone
) -> None:
    with workbench.begin(SYSTEM) as work:
        machine = make.machine(work, Kind.EMPLOYER)
    with workbench.database.read() as session:
        for client, subject in [
            (auditor.client.id, manager.person),
            (auditor.client.id, auditor.actor.organisation),
            (machine.client.id, auditor.person),
            (new_id(workbench.clock.now()), auditor.person),
        ]:
            assert (
                queries.actor_of(session, Bearer(client, str(subject)), workbench.clock.now())
                is None
            )


@pytest.mark.parametrize(
    ("pointer", "values"),
    [
        ("/name", {"name": " "}),
        ("/name", {"name": "a\u202eb"}),
        ("/email", {"email": "nobody"}),
        ("/email", {"email": "a@b@c"}),
        ("/email", {"email": "a b@example.org"}),
        ("/email", {"email": "@example.org"}),
        ("/email", {"email": "a@example..org"}),
        ("/organisation_id", {"organisation": "nothing"}),
        ("/organisation_id", {"organisation": "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"}),
    ],
)
def test_a_faulty_person_is_refused_at_the_field(
    workbench: Workbench, pointer: str, values: dict[str, str]
) -> None:
    with workbench.begin(SYSTEM) as work:
        company = make.organisation(work)
    wanted: dict[str, Any] = {"organisation": company.id, "name": "Amina", "email": "a@example.org"}
    with pytest.raises(Invalid) as refused, workbench.begin(SYSTEM) as work:
        service.create_person(work, **wanted | values)
    assert [error.pointer for error in refused.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("pointer", "values"), [("/name", {"name": ""}), ("/country", {"country": "XX"})]
)
def test_a_faulty_organisation_is_refused_at_the_field(
    workbench: Workbench, pointer: str, values: dict[str, str]
) -> None:
    wanted: dict[str, Any] = {"kind": Kind.EMPLOYER, "name": "Works", "country": "MY"}
    with pytest.raises(Invalid) as refused, workbench.begin(SYSTEM) as work:
        service.create_organisation(work, **wanted | values)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_one_address_is_one_person_whatever_its_case(workbench: Workbench) -> None:
    with workbench.begin(SYSTEM) as work:
        company = make.organisation(work)
        made = service.create_person(
            work, organisation=company.id, name="Amina", email="Amina@Example.org"
        )
        assert made.email == "amina@example.org"
    with pytest.raises(Conflict), workbench.begin(SYSTEM) as work:
        service.create_person(
            work, organisation=company.id, name="Another", email="amina@example.ORG"
        )


class TestTheFirstAdministrator:
    def create(self, work: Work, email: str = "ada@example.org", **asked: bool) -> Any:
        return service.create_first_administrator(work, name="Ada", email=email, **asked)

    def test_can_call_the_service_and_manages_the_scheme(self, workbench: Workbench) -> None:
        with workbench.begin(SYSTEM) as work:
            made = self.create(work)
        with workbench.database.read() as session:
            client = client_of(session, made.client_id, made.secret)
            actor = queries.actor_of(
                session, Bearer(made.client_id, made.person), workbench.clock.now()
            )
        assert client is not None
        assert client.created_by is None
        assert actor is not None
        assert actor.roles == {R.SCHEME_MANAGER}
        assert made.secret not in repr(made)

    def test_is_made_once_unless_another_is_asked_for(self, workbench: Workbench) -> None:
        with workbench.begin(SYSTEM) as work:
            first = self.create(work)
        with (
            pytest.raises(Conflict, match="there is an administrator already"),
            workbench.begin(SYSTEM) as work,
        ):
            self.create(work, "grace@example.org")
        with workbench.begin(SYSTEM) as work:
            second = self.create(work, "grace@example.org", another=True)
        with workbench.database.read() as session:
            organisations = {
                queries.person(session, SYSTEM_MANAGER, made.person).organisation_id
                for made in (first, second)
            }
        assert len(organisations) == 1

    def test_is_made_by_one_at_a_time(self, workbench: Workbench) -> None:
        if workbench.database.is_sqlite:
            pytest.skip("a write transaction is alone on SQLite")
        with workbench.begin(SYSTEM) as work:
            self.create(work)
            with pytest.raises(DomainError), workbench.begin(SYSTEM) as other:
                self.create(other, "grace@example.org")


SYSTEM_MANAGER = Actor(None, None, frozenset({Role.SCHEME_MANAGER}))
