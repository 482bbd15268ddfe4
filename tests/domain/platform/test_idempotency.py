from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.platform.database import Database, is_unavailable
from app.platform.idempotency import (
    KEPT,
    IdempotencyInFlight,
    IdempotencyKeyReused,
    IdempotencyRow,
    StoredAnswer,
    fingerprint,
    purge,
    replay_or_claim,
    store,
)
from tests.effort import rounds

NOW = datetime(2026, 3, 15, 9, 30, tzinfo=UTC)
CALL = fingerprint("POST", "/v1/applications", {"corridors": ["NP-MY"]})
ANSWER = StoredAnswer(201, b'{"id":"1"}', {"etag": '"1"', "location": "/v1/applications/1"})


def _call(
    database: Database,
    key: str = "key",
    call: str = CALL,
    now: datetime = NOW,
    client: str = "portal",
) -> StoredAnswer:
    """What every route that changes something does."""
    with database.write() as session:
        if stored := replay_or_claim(session, client, key, call, now):
            return stored
        session.execute(text("INSERT INTO effect VALUES (:key)"), {"key": key})
        store(session, client, key, call, ANSWER, now)
        return ANSWER


def _effects(database: Database, key: str = "key") -> int:
    with database.read() as session:
        counted = text("SELECT count(*) FROM effect WHERE key = :key")
        return int(session.scalar(counted, {"key": key}) or 0)


def test_the_same_call_again_has_no_second_effect_and_the_same_answer(database: Database) -> None:
    """DESIGN §5."""
    first = _call(database)
    again = _call(database, now=NOW + KEPT - timedelta(microseconds=1))
    assert again == first == ANSWER
    assert _effects(database) == 1


def test_the_stored_answer_is_said_again_byte_for_byte(database: Database) -> None:
    _call(database)
    response = _call(database).response()
    assert (response.status_code, response.body) == (201, ANSWER.body)
    assert response.headers["etag"] == '"1"'
    assert response.headers["location"] == "/v1/applications/1"
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "other",
    [
        fingerprint("PUT", "/v1/applications", {"corridors": ["NP-MY"]}),
        fingerprint("POST", "/v1/audits", {"corridors": ["NP-MY"]}),
        fingerprint("POST", "/v1/applications", {"corridors": ["NP-QA"]}),
        fingerprint("POST", "/v1/applications", None),
    ],
    ids=["method", "path", "body", "no body"],
)
def test_another_call_under_the_same_key_is_refused(database: Database, other: str) -> None:
    _call(database)
    with pytest.raises(IdempotencyKeyReused):
        _call(database, call=other)
    assert _effects(database) == 1


def test_the_order_and_the_spacing_of_a_body_make_no_other_call() -> None:
    one = fingerprint("POST", "/v1/x", {"a": 1, "b": "é"})
    assert one == fingerprint("POST", "/v1/x", {"b": "é", "a": 1})
    assert len(one) == 64


def test_clients_do_not_share_keys(database: Database) -> None:
    _call(database)
    _call(database, client="another")
    assert _effects(database) == 2


def test_an_effect_that_failed_leaves_its_key_free(database: Database) -> None:
    """SECURITY R33: a crash between effect and answer undoes both."""
    with pytest.raises(ZeroDivisionError), database.write() as session:
        assert replay_or_claim(session, "portal", "key", CALL, NOW) is None
        session.execute(text("INSERT INTO effect VALUES ('key')"))
        store(session, "portal", "key", CALL, ANSWER, NOW)
        raise ZeroDivisionError
    assert _effects(database) == 0
    _call(database)
    assert _effects(database) == 1


def test_a_key_is_forgotten_after_seven_days(database: Database) -> None:
    _call(database)
    other = fingerprint("POST", "/v1/other", None)
    _call(database, call=other, now=NOW + KEPT)
    assert _effects(database) == 2
    assert _call(database, call=other, now=NOW + KEPT) == ANSWER


def test_the_purge_takes_what_is_over_and_nothing_else(database: Database) -> None:
    for day in range(10):
        _call(database, key=f"day {day}", now=NOW + timedelta(days=day))
    with database.write() as session:
        assert purge(session, NOW + timedelta(days=9)) == 3
        assert purge(session, NOW + timedelta(days=9)) == 0
        assert session.scalar(select(func.count()).select_from(IdempotencyRow)) == 7


def test_while_the_first_call_is_being_made_the_second_is_turned_away(
    postgresql: Database,
) -> None:
    with postgresql.write() as first, postgresql.write() as second:
        assert replay_or_claim(first, "portal", "key", CALL, NOW) is None
        with pytest.raises(IdempotencyInFlight):
            replay_or_claim(second, "portal", "key", CALL, NOW)
        assert replay_or_claim(second, "portal", "another key", CALL, NOW) is None
        assert replay_or_claim(second, "another", "key", CALL, NOW) is None
    with postgresql.write() as later:
        assert replay_or_claim(later, "portal", "key", CALL, NOW) is None


def test_on_sqlite_the_second_call_waits_to_begin_and_then_is_unavailable(
    sqlite: Database,
) -> None:
    hasty = create_engine(sqlite.url, connect_args={"timeout": 0.01})
    with sqlite.write() as first, hasty.connect() as second:
        assert replay_or_claim(first, "portal", "key", CALL, NOW) is None
        with pytest.raises(OperationalError) as busy:
            second.exec_driver_sql("BEGIN IMMEDIATE")
    assert is_unavailable(busy.value)
    hasty.dispose()


def test_many_threads_with_one_key_have_one_effect(database: Database) -> None:
    """SECURITY R33: one effect; each is told its answer, or to come back."""
    threads = rounds(8, 100)
    barrier = Barrier(threads)

    def contend(key: str) -> StoredAnswer | None:
        barrier.wait()
        try:
            return _call(database, key=key)
        except IdempotencyInFlight:
            return None
        except OperationalError as error:
            if is_unavailable(error):
                return None
            raise

    with ThreadPoolExecutor(threads) as pool:
        for number in range(rounds(5, 200)):
            key = f"round {number}"
            answers = list(pool.map(contend, [key] * threads))
            assert ANSWER in answers
            assert set(map(repr, answers)) <= {repr(ANSWER), repr(None)}
            assert _effects(database, key) == 1


def test_the_canary_without_a_claim_has_many_effects(postgresql: Database) -> None:
    """The race is real: looking before writing, without the lock, is not enough."""
    barrier = Barrier(8)

    def careless(_: int) -> None:
        with postgresql.write() as session:
            found = session.scalar(text("SELECT count(*) FROM effect"))
            barrier.wait()
            if not found:
                session.execute(text("INSERT INTO effect VALUES ('key')"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(careless, range(8)))
    assert _effects(postgresql) == 8


def test_a_key_taken_by_hand_meanwhile_is_no_second_answer(database: Database) -> None:
    """The second lock: the table's own key."""
    _call(database)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(
            insert(IdempotencyRow).values(
                client="portal",
                key="key",
                fingerprint=CALL,
                status=200,
                headers={},
                body=b"",
                created_at=NOW,
            )
        )
