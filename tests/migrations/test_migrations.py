"""One history for both databases, and it ends in what the code expects (DESIGN §2, §9)."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.kernel.roles import Role
from app.lifecycle.journal import LifecycleRule, Subject
from app.lifecycle.machine import BORN, Machine, Rule
from app.main import MACHINES
from app.migration import SCRIPTS, is_current, migrate
from app.platform.database import Base, Database
from tests.databases import Templates


def subject_models() -> list[type[Subject]]:
    found = [mapper.class_ for mapper in Base.registry.mappers]
    return [
        model
        for model in found
        if issubclass(model, Subject) and model.__tablename__ in Base.metadata.tables
    ]


def test_history_has_one_head() -> None:
    assert len(ScriptDirectory(str(SCRIPTS)).get_heads()) == 1


def test_the_schema_is_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    assert is_current(database, MACHINES)
    assert migrate(database, MACHINES) == 0


def test_a_rule_that_the_database_does_not_know_is_not_current(database: Database) -> None:
    more = Machine[None](
        "lamp", ("on",), [Rule("light", frozenset({BORN}), "on", frozenset({Role.SYSTEM}))]
    )
    assert not is_current(database, [*MACHINES, more])
    assert migrate(database, [*MACHINES, more]) == 1
    assert is_current(database, [*MACHINES, more])


def test_an_empty_database_is_not_current(templates: Templates) -> None:
    with templates.empty() as url:
        database = Database(url)
        assert not is_current(database, MACHINES)
        database.dispose()


def test_the_database_knows_every_rule_of_every_machine(database: Database) -> None:
    with database.read() as session:
        known = {
            (rule.machine, rule.source, rule.action, rule.target)
            for rule in session.query(LifecycleRule)
        }
    assert known == {(m.name, *move) for m in MACHINES for move in m.moves()}


def test_every_subject_has_a_machine_and_a_table_of_its_name() -> None:
    machines = {machine.name: set(machine.states) for machine in MACHINES}
    assert {model.machine for model in subject_models()} == set(machines)
    assert all(model.__tablename__ == model.machine for model in subject_models())


def test_only_subjects_have_both_a_state_and_a_version() -> None:
    both = {
        table.name
        for table in Base.metadata.sorted_tables
        if {"state", "version"} <= set(table.columns.keys())
    }
    assert both == {model.__tablename__ for model in subject_models()}


def test_every_subject_and_every_immutable_table_is_guarded(database: Database) -> None:
    if database.is_sqlite:
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
    with database.read() as session:
        triggers = {(row[0], row[1]) for row in session.execute(text(query))}
    for model in subject_models():
        assert (model.__tablename__, f"{model.__tablename__}_stays") in triggers
    for table in Base.metadata.sorted_tables:
        if table.info.get("immutable"):
            names = {name for of, name in triggers if of == table.name}
            assert any("immutable" in name or "no_update" in name for name in names)
        if "once" in table.info:
            assert {(table.name, f"{table.name}_once"), (table.name, f"{table.name}_stays")} <= (
                triggers
            )
    for judged in ("decision", "review"):
        assert (judged, f"{judged}_independent") in triggers
