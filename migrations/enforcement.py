"""What the database itself refuses, as triggers: the journal's and its subjects' (DESIGN §3).

Frozen with revision 0001: a later change is a new function in a new revision.
"""

from sqlalchemy import Connection, inspect


def enforce_journal(connection: Connection) -> None:
    """Append-only journal with contiguous positions, read-only rules, a head that only follows."""
    connection.exec_driver_sql(
        f"INSERT INTO journal_head (id, position, chain) VALUES (1, 0, '{'0' * 64}')"
    )
    _run(connection, _POSTGRES_JOURNAL if _is_postgres(connection) else _SQLITE_JOURNAL)


def enforce_subject(
    connection: Connection,
    table: str,
    machine: str,
    *,
    fixed: tuple[str, ...] = (),
    with_move: tuple[str, ...] = (),
) -> None:
    """The table's state and version follow the journal; its rows never leave, nor change id.

    A `fixed` column, once it has a value, keeps it; one of `with_move` changes with a move alone.
    """
    if _is_postgres(connection):
        _run(
            connection,
            f"""
CREATE TRIGGER {table}_follows_journal BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION subject_follows_journal('{machine}');
CREATE TRIGGER {table}_keeps BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION subject_keeps('{",".join(fixed)}', '{",".join(with_move)}');
CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a subject is never deleted');
""",
        )
        return
    taken = _taken(connection, table)
    kept = " OR ".join(
        [f"(OLD.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column})" for column in fixed]
        + [
            f"(NEW.version IS OLD.version AND NEW.{column} IS NOT OLD.{column})"
            for column in with_move
        ]
        or ["0"]
    )
    _run(
        connection,
        f"""
CREATE TRIGGER {table}_birth BEFORE INSERT ON {table} BEGIN
    SELECT RAISE(ABORT, 'a subject is born at version 1 to a first move of the journal')
    WHERE NEW.version IS NOT 1 OR NOT EXISTS (
        SELECT 1 FROM journal_entry
        WHERE machine = '{machine}' AND subject = NEW.id AND version = 1 AND target = NEW.state);
    SELECT RAISE(ABORT, 'the journal has moved this subject on: it is not born again')
    WHERE EXISTS (SELECT 1 FROM journal_entry
        WHERE machine = '{machine}' AND subject = NEW.id AND version = 2);
    SELECT RAISE(ABORT, 'a subject is never replaced')
    WHERE EXISTS (SELECT 1 FROM {table} WHERE {taken});
END;
CREATE TRIGGER {table}_moves BEFORE UPDATE ON {table} BEGIN
    SELECT RAISE(ABORT, 'a subject keeps its id') WHERE NEW.id IS NOT OLD.id;
    SELECT RAISE(ABORT, 'a subject is never replaced')
    WHERE NEW.rowid IS NOT OLD.rowid
        OR EXISTS (SELECT 1 FROM {table} WHERE id <> OLD.id AND ({taken}));
    SELECT RAISE(ABORT, 'a subject moves by one version, to where the journal says')
    WHERE (NEW.state IS NOT OLD.state OR NEW.version IS NOT OLD.version)
        AND (NEW.version IS NOT OLD.version + 1 OR NOT EXISTS (
            SELECT 1 FROM journal_entry
            WHERE machine = '{machine}' AND subject = NEW.id
                AND version = NEW.version AND target = NEW.state));
    SELECT RAISE(ABORT, 'a subject keeps what it is; some columns change with a move alone')
    WHERE {kept};
END;
CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} BEGIN
    SELECT RAISE(ABORT, 'a subject is never deleted');
END;
""",
    )


def reinforce_subject(
    connection: Connection,
    table: str,
    machine: str,
    *,
    fixed: tuple[str, ...] = (),
    with_move: tuple[str, ...] = (),
) -> None:
    """The same for a table that is guarded already, whose columns have become others."""
    of_table = f" ON {table}" if _is_postgres(connection) else ""
    names = ("follows_journal", "keeps") if _is_postgres(connection) else ("birth", "moves")
    for name in (*names, "stays"):
        connection.exec_driver_sql(f"DROP TRIGGER {table}_{name}{of_table}")
    enforce_subject(connection, table, machine, fixed=fixed, with_move=with_move)


def enforce_once(connection: Connection, table: str, columns: tuple[str, ...]) -> None:
    """A plain table whose rows stay, and in which these columns alone are filled in, each once."""
    reason = f"{table} rows stay as they are, but for {' and '.join(columns)}, each filled in once"
    if _is_postgres(connection):
        _run(
            connection,
            f"""
CREATE TRIGGER {table}_once BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION row_filled_in_once('{reason}', '{",".join(columns)}');
CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('{reason}');
""",
        )
        return
    names = [column["name"] for column in inspect(connection).get_columns(table)]
    changed = " OR ".join(
        f"(OLD.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})"
        if name in columns
        else f"NEW.{name} IS NOT OLD.{name}"
        for name in [*names, "rowid"]
    )
    _run(
        connection,
        f"""
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN
    SELECT RAISE(ABORT, '{reason}')
    WHERE EXISTS (SELECT 1 FROM {table} WHERE {_taken(connection, table)});
END;
CREATE TRIGGER {table}_once BEFORE UPDATE ON {table} BEGIN
    SELECT RAISE(ABORT, '{reason}') WHERE {changed};
END;
CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} BEGIN
    SELECT RAISE(ABORT, '{reason}');
END;
""",
    )


def enforce_unsigned(connection: Connection) -> None:
    """An approval is opened by one person; only then another completes it."""
    reason = "an approval is born with its first signature alone"
    if _is_postgres(connection):
        _run(
            connection,
            f"""
CREATE FUNCTION approval_unsigned() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.completed_at IS NOT NULL OR NEW.lapsed_at IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = '{reason}', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_unsigned BEFORE INSERT ON approval
    FOR EACH ROW EXECUTE FUNCTION approval_unsigned();
""",
        )
        return
    _run(
        connection,
        f"""
CREATE TRIGGER approval_unsigned BEFORE INSERT ON approval BEGIN
    SELECT RAISE(ABORT, '{reason}')
    WHERE NEW.completed_at IS NOT NULL OR NEW.lapsed_at IS NOT NULL;
END;
""",
    )


def enforce_immutable(connection: Connection, table: str) -> None:
    """A plain table whose rows, once written, are neither changed nor removed."""
    reason = f"{table} rows are never changed"
    if _is_postgres(connection):
        _run(
            connection,
            f"""
CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('{reason}');
""",
        )
        return
    taken = _taken(connection, table)
    _run(
        connection,
        f"""
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN
    SELECT RAISE(ABORT, '{reason}') WHERE EXISTS (SELECT 1 FROM {table} WHERE {taken});
END;
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN
    SELECT RAISE(ABORT, '{reason}');
END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN
    SELECT RAISE(ABORT, '{reason}');
END;
""",
    )


def enforce_independence(
    connection: Connection, table: str, signers: tuple[str, ...] = ("person_id",)
) -> None:
    """Nobody who was assigned to a case, or touched its evidence, judges it (SECURITY S1).

    `signers` are the table's columns of who judges; `case_id` says which case.
    """
    reason = f"a {table} is made by somebody who did not touch the evidence of the case"
    judges = ", ".join(f"NEW.{signer}" for signer in signers)
    touched = f"""
        SELECT 1 FROM touch WHERE person_id IN ({judges}) AND case_id = NEW.case_id
        UNION ALL
        SELECT 1 FROM assignment WHERE person_id IN ({judges}) AND case_id = NEW.case_id"""
    if _is_postgres(connection):
        _run(
            connection,
            f"""
CREATE FUNCTION {table}_independent() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS ({touched}) THEN
        RAISE EXCEPTION USING MESSAGE = '{reason}', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_independent BEFORE INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_independent();
""",
        )
        return
    _run(
        connection,
        f"""
CREATE TRIGGER {table}_independent BEFORE INSERT ON {table} BEGIN
    SELECT RAISE(ABORT, '{reason}') WHERE EXISTS ({touched});
END;
""",
    )


def enforce_unconflicted(
    connection: Connection,
    table: str,
    recruiter: str,
    at: str,
    people: tuple[str, ...] = ("person_id",),
) -> None:
    """Nobody with an open conflict with the recruiter, own or of their whole audit company, is
    written down as a member of a team, a reviewer or a decider (SECURITY S2, S3).

    `recruiter` is SQL for the recruiter's organisation, `at` the column of the instant, `people`
    those of who acts. For how long an ended conflict bars, policy says: the service judges that.
    """
    reason = f"a {table} is of somebody without an open conflict of interest"
    acting = ", ".join(f"NEW.{column}" for column in people)
    day = (
        f"(NEW.{at} AT TIME ZONE 'UTC')::date"
        if _is_postgres(connection)
        else f"substr(NEW.{at}, 1, 10)"
    )
    conflicting = f"""
        SELECT 1 FROM conflict AS known
        WHERE known.organisation_id = {recruiter}
            AND (known.until_on IS NULL OR known.until_on >= {day})
            AND (known.person_id IN ({acting}) OR known.audit_company_id IN (
                SELECT person.organisation_id FROM person WHERE person.id IN ({acting})))"""
    if _is_postgres(connection):
        _run(
            connection,
            f"""
CREATE FUNCTION {table}_unconflicted() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS ({conflicting}) THEN
        RAISE EXCEPTION USING MESSAGE = '{reason}', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_unconflicted BEFORE INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_unconflicted();
""",
        )
        return
    _run(
        connection,
        f"""
CREATE TRIGGER {table}_unconflicted BEFORE INSERT ON {table} BEGIN
    SELECT RAISE(ABORT, '{reason}') WHERE EXISTS ({conflicting});
END;
""",
    )


def _is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _taken(connection: Connection, table: str) -> str:
    """Is another row in the way of NEW, one that `OR REPLACE` would silently remove? (SQLite)"""
    inspector = inspect(connection)
    primary = tuple(inspector.get_pk_constraint(table)["constrained_columns"])
    keys: list[tuple[tuple[str, ...], str]] = [(primary, ""), (("rowid",), "")]
    keys += [(tuple(c["column_names"]), "") for c in inspector.get_unique_constraints(table)]
    keys += [
        (
            tuple(name for name in index["column_names"] if name),
            f" AND {index['dialect_options']['sqlite_where']}"
            if "sqlite_where" in index.get("dialect_options", {})
            else "",
        )
        for index in inspector.get_indexes(table)
        if index["unique"]
    ]
    return " OR ".join(
        "(" + " AND ".join(f"{column} = NEW.{column}" for column in columns) + where + ")"
        for columns, where in keys
    )


def _run(connection: Connection, script: str) -> None:
    """Execute the statements of a script; a statement ends at a line's end with `;`.

    The body of a trigger or function goes on to its `END;` or `$$;`.
    """
    statement: list[str] = []
    for line in script.strip().splitlines():
        statement.append(line)
        text = "\n".join(statement)
        in_body = ("BEGIN" in text and "$$" not in text) or text.count("$$") == 1
        if (in_body and line == "END;") or (not in_body and line.endswith(";")):
            connection.exec_driver_sql(text)
            statement.clear()


_POSTGRES_JOURNAL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION journal_append() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM journal_head WHERE id = 1 FOR UPDATE;
    IF NEW.position IS DISTINCT FROM
        (SELECT coalesce(max(position), 0) + 1 FROM journal_entry) THEN
        RAISE EXCEPTION 'the journal has no holes: the next position is the last one plus one'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM two_person_rule
        WHERE machine = NEW.machine AND source = NEW.source AND action = NEW.action
    ) AND NOT EXISTS (
        SELECT 1 FROM approval
        WHERE machine = NEW.machine AND subject = NEW.subject AND action = NEW.action
            AND subject_version = coalesce(NEW.previous, 0)
            AND completed_at < expires_at AND lapsed_at IS NULL) THEN
        RAISE EXCEPTION 'two people sign this move' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION journal_head_advance() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE journal_head SET position = NEW.position, chain = NEW.chain WHERE id = 1;
    RETURN NULL;
END $$;
CREATE FUNCTION journal_head_follows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.position IS DISTINCT FROM OLD.position + 1 OR NOT EXISTS (
        SELECT 1 FROM journal_entry WHERE position = NEW.position AND chain = NEW.chain) THEN
        RAISE EXCEPTION 'the head follows the journal' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION subject_follows_journal() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id <> OLD.id THEN
            RAISE EXCEPTION 'a subject keeps its id' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state = OLD.state AND NEW.version = OLD.version THEN
            RETURN NEW;
        END IF;
        IF NEW.version IS DISTINCT FROM OLD.version + 1 THEN
            RAISE EXCEPTION 'a subject moves by one version' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NEW.version IS DISTINCT FROM 1 OR EXISTS (
        SELECT 1 FROM journal_entry
        WHERE machine = TG_ARGV[0] AND subject = NEW.id AND version = 2) THEN
        RAISE EXCEPTION 'a subject is born once, at version 1'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM journal_entry
        WHERE machine = TG_ARGV[0] AND subject = NEW.id
            AND version = NEW.version AND target = NEW.state) THEN
        RAISE EXCEPTION 'a subject moves to where the journal says'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION subject_keeps() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM jsonb_each(to_jsonb(OLD)) AS was JOIN jsonb_each(to_jsonb(NEW)) AS is_
            USING (key)
        WHERE was.value <> is_.value AND (
            (key = ANY(string_to_array(TG_ARGV[0], ',')) AND was.value <> 'null')
            OR (key = ANY(string_to_array(TG_ARGV[1], ',')) AND NEW.version = OLD.version))) THEN
        RAISE EXCEPTION 'a subject keeps what it is; some columns change with a move alone'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION row_filled_in_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM jsonb_each(to_jsonb(OLD)) AS was JOIN jsonb_each(to_jsonb(NEW)) AS is_
            USING (key)
        WHERE was.value <> is_.value AND NOT (
            key = ANY(string_to_array(TG_ARGV[1], ',')) AND was.value = 'null')) THEN
        RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER two_person_rule_read_only
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON two_person_rule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('lifecycle rules are written by erc migrate alone');
CREATE TRIGGER lifecycle_rule_read_only
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON lifecycle_rule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('lifecycle rules are written by erc migrate alone');
CREATE TRIGGER journal_entry_append BEFORE INSERT ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_append();
CREATE TRIGGER journal_entry_advance AFTER INSERT ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_head_advance();
CREATE TRIGGER journal_entry_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('the journal is append-only');
CREATE TRIGGER journal_head_follows BEFORE UPDATE ON journal_head
    FOR EACH ROW EXECUTE FUNCTION journal_head_follows();
CREATE TRIGGER journal_head_stays BEFORE INSERT OR DELETE OR TRUNCATE ON journal_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('the journal has one head');
"""

# Plain connections check no foreign keys, and "insert or replace" fires no delete trigger:
# the insert trigger repeats every test of the table (DESIGN §3).
_SQLITE_JOURNAL = """
CREATE TRIGGER two_person_rule_no_insert BEFORE INSERT ON two_person_rule BEGIN
    SELECT RAISE(ABORT, 'lifecycle rules are written by erc migrate alone');
END;
CREATE TRIGGER two_person_rule_no_update BEFORE UPDATE ON two_person_rule BEGIN
    SELECT RAISE(ABORT, 'lifecycle rules are written by erc migrate alone');
END;
CREATE TRIGGER two_person_rule_no_delete BEFORE DELETE ON two_person_rule BEGIN
    SELECT RAISE(ABORT, 'lifecycle rules are written by erc migrate alone');
END;
CREATE TRIGGER lifecycle_rule_no_insert BEFORE INSERT ON lifecycle_rule BEGIN
    SELECT RAISE(ABORT, 'lifecycle rules are written by erc migrate alone');
END;
CREATE TRIGGER lifecycle_rule_no_update BEFORE UPDATE ON lifecycle_rule BEGIN
    SELECT RAISE(ABORT, 'lifecycle rules are written by erc migrate alone');
END;
CREATE TRIGGER lifecycle_rule_no_delete BEFORE DELETE ON lifecycle_rule BEGIN
    SELECT RAISE(ABORT, 'lifecycle rules are written by erc migrate alone');
END;
CREATE TRIGGER journal_entry_append BEFORE INSERT ON journal_entry BEGIN
    SELECT RAISE(ABORT, 'the journal has no holes: the next position is the last one plus one')
    WHERE NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM journal_entry);
    SELECT RAISE(ABORT, 'the move does not succeed the one before it')
    WHERE NOT ((NEW.version IS 1 AND NEW.previous IS NULL AND NEW.source IS '')
        OR (NEW.version > 1 AND NEW.previous IS NEW.version - 1 AND NEW.source IS NOT ''));
    SELECT RAISE(ABORT, 'this version of the subject is in the journal already')
    WHERE EXISTS (SELECT 1 FROM journal_entry
        WHERE machine = NEW.machine AND subject = NEW.subject AND version = NEW.version);
    SELECT RAISE(ABORT, 'the machine has no such move')
    WHERE NOT EXISTS (SELECT 1 FROM lifecycle_rule
        WHERE machine = NEW.machine AND source = NEW.source
            AND action = NEW.action AND target = NEW.target);
    SELECT RAISE(ABORT, 'the move does not follow from the one before it')
    WHERE NEW.previous IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journal_entry
        WHERE machine = NEW.machine AND subject = NEW.subject
            AND version = NEW.previous AND target = NEW.source);
    SELECT RAISE(ABORT, 'two people sign this move')
    WHERE EXISTS (SELECT 1 FROM two_person_rule
        WHERE machine = NEW.machine AND source = NEW.source AND action = NEW.action)
        AND NOT EXISTS (SELECT 1 FROM approval
            WHERE machine = NEW.machine AND subject = NEW.subject AND action = NEW.action
                AND subject_version = coalesce(NEW.previous, 0)
                AND completed_at < expires_at AND lapsed_at IS NULL);
END;
CREATE TRIGGER journal_entry_advance AFTER INSERT ON journal_entry BEGIN
    UPDATE journal_head SET position = NEW.position, chain = NEW.chain WHERE id = 1;
END;
CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_head_follows BEFORE UPDATE ON journal_head BEGIN
    SELECT RAISE(ABORT, 'the head follows the journal')
    WHERE NEW.id IS NOT OLD.id OR NEW.position IS NOT OLD.position + 1 OR NOT EXISTS (
        SELECT 1 FROM journal_entry WHERE position = NEW.position AND chain = NEW.chain);
END;
CREATE TRIGGER journal_head_no_insert BEFORE INSERT ON journal_head BEGIN
    SELECT RAISE(ABORT, 'the journal has one head');
END;
CREATE TRIGGER journal_head_no_delete BEFORE DELETE ON journal_head BEGIN
    SELECT RAISE(ABORT, 'the journal has one head');
END;
"""
