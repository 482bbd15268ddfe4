"""The database itself keeps the journal legal, whatever hand writes to it (DESIGN §3).

Plain SQL on plain connections, each refusal beside a legal insert as its control.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest

from app.kernel.identifiers import new_id
from tests.domain.lifecycle.conftest import START, Plain, Small

REFUSED = (sqlite3.IntegrityError, psycopg.errors.IntegrityError)

LEGAL: Mapping[str, Any] = {
    "position": 8,
    "machine": "role_grant",
    "version": 2,
    "previous": 1,
    "source": "held",
    "action": "end",
    "target": "ended",
}


def entry(small: Small, verb: str = "INSERT", **changes: Any) -> str:
    """The SQL of a journal row: the next legal one, but for what is changed."""
    row = {
        "subject": small.held,
        **LEGAL,
        "effective_at": "2026-03-01T12:00:00.000000Z",
        "recorded_at": "2026-03-01T12:00:00.000000Z",
        "actor": None,
        "role": "system",
        "reason_code": None,
        "facts": "{}",
        "chain": "0" * 64,
        **changes,
    }
    values = ", ".join("NULL" if value is None else f"'{value}'" for value in row.values())
    return f"{verb} INTO journal_entry ({', '.join(row)}) VALUES ({values})"


def test_a_legal_move_by_hand_is_possible(small: Small, plain: Plain) -> None:
    assert plain.run(entry(small)) == 1
    moved = f"UPDATE role_grant SET state = 'ended', version = 2 WHERE id = '{small.held}'"
    assert plain.run(moved) == 1
    assert plain.ask("SELECT position FROM journal_head") == [(8,)]


ILLEGAL: Mapping[str, Mapping[str, Any]] = {
    "skipped version": {"version": 3, "previous": 2},
    "previous that is not the one before": {"version": 3, "previous": 1},
    "second birth": {
        "version": 1, "previous": None, "source": "", "action": "grant", "target": "held",
    },
    "later move without a previous one": {"previous": None},
    "birth at version 2": {"previous": None, "source": "", "action": "grant", "target": "held"},
    "unknown action": {"action": "pardon"},
    "unknown machine": {"machine": "parole"},
    "action that leads elsewhere": {"target": "held"},
    "wrong source": {"source": "ended"},
    "hole in the positions": {"position": 9},
    "position already taken": {"position": 7},
    "no position": {"position": None},
    "position before the first": {"position": 0},
}  # fmt: skip


@pytest.mark.parametrize("name", ILLEGAL)
def test_an_illegal_row_is_refused(name: str, small: Small, plain: Plain) -> None:
    with pytest.raises(REFUSED):
        plain.run(entry(small, **ILLEGAL[name]))
    assert plain.run(entry(small)) == 1


def test_tables_of_a_session_stand_before_no_table_of_ours(small: Small, plain: Plain) -> None:
    """PostgreSQL looks into pg_temp first; SQLite's triggers name their own database."""
    plain.run("CREATE TEMP TABLE journal_entry AS SELECT * FROM journal_entry")
    forged = "temp.journal_entry" if plain.is_sqlite else "pg_temp.journal_entry"
    plain.run(f"UPDATE {forged} SET version = 2, target = 'ended' WHERE position = 5")
    with pytest.raises(REFUSED):
        plain.run(f"UPDATE role_grant SET state = 'ended', version = 2 WHERE id = '{small.held}'")


def test_switched_off_checks_let_no_broken_succession_in(small: Small, plain: Plain) -> None:
    if plain.is_sqlite:
        plain.run("PRAGMA ignore_check_constraints = ON")
    for broken in ({"previous": None}, {"version": 3}):
        with pytest.raises(REFUSED):
            plain.run(entry(small, **broken))
    assert plain.run(entry(small)) == 1


def test_a_history_cannot_fork(small: Small, plain: Plain) -> None:
    with pytest.raises(REFUSED):
        plain.run(entry(small, subject=small.ended))
    assert plain.run(entry(small)) == 1


def test_a_history_needs_its_beginning(small: Small, plain: Plain) -> None:
    with pytest.raises(REFUSED):
        plain.run(entry(small, subject=new_id(START)))
    assert plain.run(entry(small)) == 1


CHANGES = {
    "journal row edited": "UPDATE journal_entry SET role = 'reviewer' WHERE position = 5",
    "journal row moved": "UPDATE journal_entry SET position = 9 WHERE position = 7",
    "journal row deleted": "DELETE FROM journal_entry WHERE position = 7",
    "new rule": "INSERT INTO lifecycle_rule VALUES ('role_grant', 'ended', 'pardon', 'held')",
    "edited rule": "UPDATE lifecycle_rule SET target = 'held' WHERE action = 'end'",
    "deleted rule": "DELETE FROM lifecycle_rule WHERE machine = 'look_alike' OR action = 'end'",
    "head moved ahead": "UPDATE journal_head SET position = position + 1",
    "head set back": "UPDATE journal_head SET position = 5",
    "head deleted": "DELETE FROM journal_head",
    "second head": "INSERT INTO journal_head (id, position, chain) VALUES (2, 0, '')",
    "subject moved by hand": (
        "UPDATE role_grant SET state = 'ended', version = 2 WHERE state = 'held'"
    ),
    "state without version": "UPDATE role_grant SET state = 'ended' WHERE state = 'held'",
    "version without state": "UPDATE role_grant SET version = version + 1",
    "subject set back to an older truth": (
        "UPDATE role_grant SET state = 'held', version = 1 WHERE state = 'ended'"
    ),
    "subject deleted": "DELETE FROM role_grant WHERE state = 'ended'",
    "subject that was never born": (
        "INSERT INTO role_grant (id, state, version, person_id, role)"
        " SELECT '01a20877-4ef4-7ec8-acb6-6ae5452e2ad4', 'held', 1, person_id, 'auditor'"
        " FROM role_grant WHERE state = 'held'"
    ),
    "subject that takes another's id": (
        "UPDATE role_grant SET id = '01a20877-4ef4-7ec8-acb6-6ae5452e2ad4' WHERE state = 'held'"
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_written_stays(name: str, small: Small, plain: Plain) -> None:
    before = content(plain)
    with pytest.raises(REFUSED):
        plain.run(CHANGES[name])
    assert content(plain) == before
    assert plain.run(entry(small)) == 1


REPLACEMENTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "row by its position": ("INSERT OR REPLACE", {"position": 7}),
    "row by its subject's version": ("INSERT OR REPLACE", {"subject": "ended"}),
    "row that is ignored": ("INSERT OR IGNORE", {"position": 99}),
    "replace without insert": ("REPLACE", {"position": 5}),
}


@pytest.mark.parametrize("name", REPLACEMENTS)
def test_sqlite_replaces_no_journal_row(name: str, small: Small, plain: Plain) -> None:
    verb, changes = REPLACEMENTS[name]
    if "subject" in changes:
        changes = {"subject": small.ended}
    legal = entry(small)
    if not plain.is_sqlite:  # the same thought in PostgreSQL's words
        verb, suffix = "INSERT", " ON CONFLICT (position) DO UPDATE SET role = 'x'"
        with pytest.raises(REFUSED):
            plain.run(entry(small, verb, **{"position": 7, **changes}) + suffix)
    else:
        with pytest.raises(REFUSED):
            plain.run(entry(small, verb, **changes))
    assert plain.run(legal) == 1


ROW_REPLACEMENTS = {
    "older truth of a subject": (
        "INSERT OR REPLACE INTO role_grant (id, state, version, person_id, role)"
        " SELECT id, 'held', 1, person_id, role FROM role_grant WHERE state = 'ended'"
    ),
    "living subject by itself": "REPLACE INTO role_grant SELECT * FROM role_grant LIMIT 1",
    "subject by another's row": "UPDATE OR REPLACE role_grant SET rowid = 1 WHERE rowid = 2",
    "rule": "INSERT OR REPLACE INTO lifecycle_rule SELECT * FROM lifecycle_rule",
    "head": "INSERT OR REPLACE INTO journal_head VALUES (1, 0, '')",
}


@pytest.mark.parametrize("name", ROW_REPLACEMENTS)
def test_sqlite_replaces_no_other_row(name: str, small: Small, plain: Plain) -> None:
    if not plain.is_sqlite:
        return  # PostgreSQL has no "or replace"; its TRUNCATE is tested below
    before = content(plain)
    with pytest.raises(REFUSED):
        plain.run(ROW_REPLACEMENTS[name])
    assert content(plain) == before


@pytest.mark.parametrize("table", ["journal_entry", "lifecycle_rule", "journal_head", "role_grant"])
def test_nothing_is_truncated(table: str, small: Small, plain: Plain) -> None:
    before = content(plain)
    # SQLite has no TRUNCATE: a DELETE without WHERE is its truncate optimisation.
    sql = f"DELETE FROM {table}" if plain.is_sqlite else f"TRUNCATE {table} CASCADE"
    with pytest.raises(REFUSED):
        plain.run(sql)
    assert content(plain) == before


@pytest.mark.parametrize("change", ["person_id = '{other}'", "role = 'decision_maker'"])
def test_a_right_stays_what_it_was_granted_as(change: str, small: Small, plain: Plain) -> None:
    with pytest.raises(REFUSED):
        plain.run(
            f"UPDATE role_grant SET {change.format(other=small.people[2])}"
            f" WHERE id = '{small.held}'"
        )
    same = f"UPDATE role_grant SET role = role WHERE id = '{small.held}'"
    assert plain.run(same) == 1


ASSIGNED = (
    "INSERT INTO assignment (id, person_id, role, case_id, audit_id, recruiter_id, assigned_at)"
    " VALUES ('{id}', '{person}', 'auditor', '{id}', '{id}', '{id}',"
    " '2026-03-01T12:00:00.000000Z')"
)


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM assignment",
        "UPDATE assignment SET person_id = '{other}'",
        "UPDATE assignment SET case_id = '{other}'",
        "UPDATE assignment SET ended_at = NULL",
        "UPDATE assignment SET ended_at = '2026-04-01T12:00:00.000000Z'",
    ],
)
def test_who_was_in_a_team_was_in_it(attack: str, small: Small, plain: Plain) -> None:
    """Independence is computed from it (DOMAIN §3); membership ends once, and is never undone."""
    plain.run(ASSIGNED.format(id=new_id(START), person=small.people[0]))
    assert plain.run("UPDATE assignment SET ended_at = '2026-03-02T12:00:00.000000Z'") == 1
    with pytest.raises(REFUSED):
        plain.run(attack.format(other=small.people[1]))
    assert plain.ask("SELECT count(*) FROM assignment") == [(1,)]


SIGNED = (
    "INSERT INTO approval (id, machine, subject, subject_version, action, terms, first_person,"
    " first_role, opened_at, expires_at{more}) VALUES ('{id}', 'application', '{id}', 3, 'reject',"
    " 't', '{person}', 'application_reviewer', '2026-03-01T12:00:00.000000Z',"
    " '2026-03-02T12:00:00.000000Z'{values})"
)
SECOND = "second_person = '{other}', second_role = 'application_reviewer', completed_at = opened_at"


class TestTwoPeople:
    """What two people sign, the database lets nobody sign alone (DOMAIN §9, SECURITY S5)."""

    @pytest.fixture
    def opened(self, small: Small, plain: Plain) -> str:
        approval = new_id(START)
        plain.run(SIGNED.format(id=approval, person=small.people[0], more="", values=""))
        return approval

    @pytest.mark.parametrize(
        "attack",
        [
            "DELETE FROM approval",
            "UPDATE approval SET first_person = '{other}'",
            "UPDATE approval SET terms = 'other'",
            "UPDATE approval SET action = 'accept'",
            "UPDATE approval SET expires_at = '2027-03-02T12:00:00.000000Z'",
            "UPDATE approval SET completed_at = opened_at",
            "UPDATE approval SET second_person = first_person, completed_at = opened_at",
        ],
    )
    def test_a_signature_stays_as_it_was_given(
        self, attack: str, opened: str, small: Small, plain: Plain
    ) -> None:
        with pytest.raises(REFUSED):
            plain.run(attack.format(other=small.people[1]))
        assert plain.run("UPDATE approval SET " + SECOND.format(other=small.people[1])) == 1

    def test_it_is_completed_once(self, opened: str, small: Small, plain: Plain) -> None:
        assert plain.run("UPDATE approval SET " + SECOND.format(other=small.people[1])) == 1
        with pytest.raises(REFUSED):
            plain.run("UPDATE approval SET " + SECOND.format(other=small.people[2]))

    def test_it_is_not_born_complete(self, small: Small, plain: Plain) -> None:
        values = f", '{small.people[1]}', 'application_reviewer', '2026-03-01T12:00:00.000000Z'"
        with pytest.raises(REFUSED):
            plain.run(
                SIGNED.format(
                    id=new_id(START),
                    person=small.people[0],
                    more=", second_person, second_role, completed_at",
                    values=values,
                )
            )

    def test_which_moves_two_sign_is_not_changed_by_hand(self, small: Small, plain: Plain) -> None:
        for attack in (
            "DELETE FROM two_person_rule",
            "UPDATE two_person_rule SET action = 'x'",
            "INSERT INTO two_person_rule VALUES ('role_grant', 'held', 'end')",
        ):
            with pytest.raises(REFUSED):
                plain.run(attack)
        assert plain.run(entry(small)) == 1


def content(plain: Plain) -> list[list[tuple[Any, ...]]]:
    return [
        plain.ask("SELECT * FROM journal_entry ORDER BY position"),
        plain.ask("SELECT * FROM lifecycle_rule ORDER BY machine, source, action"),
        plain.ask("SELECT * FROM journal_head"),
        plain.ask("SELECT id, state, version FROM role_grant ORDER BY id"),
    ]
