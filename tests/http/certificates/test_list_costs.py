"""A list costs as many statements for many items as for few (DESIGN §5)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from app.audits.kinds import Kind
from app.audits.lifecycle import State as AuditState
from app.certificates.reasons import Reason
from tests.api import Api
from tests.making.access import Someone
from tests.making.certificates import World
from tests.making.certificates import world as another_world

LISTS = ("certificates", "decisions", "findings", "audits", "applications", "recruiters")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that reaches a database meanwhile."""
    statements: list[str] = []

    def note(*details: object) -> None:
        statements.append(str(details[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def cost(api: Api, listed: str, someone: Someone) -> tuple[int, int]:
    """How many items the list shows, and how many statements that took."""
    with counted() as statements:
        told = api.get(f"/v1/{listed}?limit=200", someone)
    assert told.status == 200
    return len(told.json["items"]), len(statements)


def fill(world: World) -> None:
    """A certificate that ended and one that is suspended, and findings of two audits."""
    world.decide(world.grant(), "withdraw", Reason.FRAUD)
    world.suspend(world.grant(audit=world.reviewed(Kind.STAGE_2)))
    for _ in range(2):
        world.scene.finding(audit=world.scene.audit(AuditState.IN_PROGRESS))


def test_no_list_asks_the_database_for_each_item(api: Api, world: World) -> None:
    """Two cases of two recruiters, then four: nothing is saved by what is loaded already."""
    officer = world.people.integrity
    fill(world)
    fill(another_world(api.workbench.database, api.clock))
    few = {listed: cost(api, listed, officer) for listed in LISTS}
    for _ in range(2):
        fill(another_world(api.workbench.database, api.clock))
    many = {listed: cost(api, listed, officer) for listed in LISTS}
    for listed in LISTS:
        assert many[listed][0] == 2 * few[listed][0] > 2, listed
        assert many[listed][1] == few[listed][1] <= 15, listed


@pytest.mark.parametrize("listed", ["certificates", "decisions"])
def test_an_empty_list_is_a_list(api: Api, world: World, listed: str) -> None:
    assert cost(api, listed, world.people.integrity)[0] == 0


def test_a_list_shows_of_a_certificate_what_its_own_page_shows(api: Api, world: World) -> None:
    number = world.grant()
    world.suspend(number)
    [listed] = api.get("/v1/certificates", world.people.decider).json["items"]
    page = api.get(f"/v1/certificates/{number}", world.people.decider).json
    assert listed == {name: page[name] for name in listed}
    assert set(page) - set(listed) == {"suspensions", "history", "verify", "allowed_actions"}
