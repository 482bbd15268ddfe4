"""Whether the registry still says what the journal says, on both databases (DOMAIN §10)."""

import pytest
from sqlalchemy import delete, update

from app.audits.kinds import Kind
from app.certificates.reasons import Reason
from app.registry.comparison import first_difference
from app.registry.models import RegistryCertificate
from tests.making.certificates import World


@pytest.fixture
def numbers(world: World) -> tuple[str, str]:
    """Of two certificates with a history."""
    first = world.grant(corridors=("NP-MY",))
    second = world.grant(audit=world.reviewed(Kind.STAGE_2), corridors=("NP-QA",))
    for number in (first, second):
        world.suspend(number)
        world.decide(number, "restore", Reason.REMEDIED)
    return first, second


def difference(world: World) -> str | None:
    with world.scene.workbench.database.read() as session:
        return first_difference(session)


def test_an_empty_registry_says_nothing_else(world: World) -> None:
    assert difference(world) is None


def test_rows_that_followed_every_move_say_what_the_journal_says(
    world: World, numbers: tuple[str, str]
) -> None:
    world.decide(numbers[0], "withdraw", Reason.FRAUD)
    assert difference(world) is None


def test_a_row_that_says_something_else_is_named(world: World, numbers: tuple[str, str]) -> None:
    changed = update(RegistryCertificate).where(RegistryCertificate.number == numbers[1])
    with world.scene.workbench.database.write() as session:
        terms = session.get_one(RegistryCertificate, numbers[0]).timeline["terms"]
        session.execute(changed.values(timeline={"terms": terms}))
    assert difference(world) == numbers[1]


@pytest.mark.parametrize("which", [0, 1])
def test_a_row_that_is_not_there_is_named(
    world: World, numbers: tuple[str, str], which: int
) -> None:
    with world.scene.workbench.database.write() as session:
        lost = RegistryCertificate.number == numbers[which]
        session.execute(delete(RegistryCertificate).where(lost))
    assert difference(world) == numbers[which]
