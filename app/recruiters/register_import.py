"""Brings what is known of one country's licences to what its register says now.

The only code that writes the register's tables. A row is a fact about a company: it gets no status
of the scheme here, and loses nothing when it vanishes from the register.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from app.kernel.errors import Conflict, Invalid
from app.kernel.identifiers import new_id
from app.lifecycle.journal import Work
from app.platform.database import try_lock, upsert
from app.recruiters import licences
from app.recruiters.register import Licence, Outcome, RefusedRow
from app.recruiters.register_models import RegisterHistory, RegisterImport, RegisterLicence
from app.recruiters.staging import AT_ONCE, Staging

_REGISTER: Table = RegisterLicence.__table__  # type: ignore[assignment]
_SAID = ("country", "licence_number", "name", "address", "status", "valid_until", "gone_at")
_COMPARED = ("name", "address", "status", "valid_until")
_SHRUNK = 2


class RegisterShrunk(Invalid):
    """The file lacks more than half of the licences that are known: perhaps it is a part only."""


def import_register(
    work: Work, staging: Staging, country: str, *, may_shrink: bool = False
) -> RegisterImport:
    """Import the staged rows of one country's register.

    The same rows again change nothing. A licence that the file does not name any more is marked so
    with the date, and what the register said before stays in its history; then the recruiters'
    stated licences are judged anew. Raises Conflict where another import runs, and
    `RegisterShrunk` unless the file `may_shrink`.
    """
    if not try_lock(work.session, f"register of {country}"):
        raise Conflict(f"another import of the register of {country} is running; wait for it")
    of_country = select(func.count()).select_from(_REGISTER)
    known = work.session.scalars(of_country.where(RegisterLicence.country == country)).one()
    for batch in staging.batches():
        _write(work, staging, batch, is_first=known == 0)
    if known:
        _mark_vanished(work, staging, country)
    counts = staging.counts()
    if not may_shrink and counts[Outcome.VANISHED] * _SHRUNK > known:
        raise RegisterShrunk(
            f"{counts[Outcome.VANISHED]} of {known} known licences are not in this file. Where it"
            " is the whole register all the same, import it with --may-shrink."
        )
    made = RegisterImport(
        id=new_id(work.now),
        country=country,
        imported_at=work.now,
        counts={outcome.value: count for outcome, count in counts.items()},
    )
    work.session.add(made)
    work.session.flush()
    licences.judge_again(work, country)
    return made


def _write(
    work: Work, staging: Staging, batch: Sequence[Licence | RefusedRow], *, is_first: bool
) -> None:
    rows = [row for row in batch if isinstance(row, Licence)]
    known: dict[str, Any] = {}
    if not is_first:
        asked = select(_REGISTER).where(RegisterLicence.key.in_([row.key for row in rows]))
        known = {found.key: found for found in work.session.execute(asked)}
    outcomes = [(row, _compared(row, known.get(row.key))) for row in rows]
    _supersede(work, [known[row.key] for row, outcome in outcomes if outcome is Outcome.UPDATED])
    upsert(
        work.session,
        _REGISTER,
        [
            _stored(row, known.get(row.key), work.now)
            for row, outcome in outcomes
            if outcome is not Outcome.UNCHANGED
        ],
        key=["key"],
    )
    staging.note((row.line, outcome) for row, outcome in outcomes)
    staging.note((row.line, Outcome.REFUSED) for row in batch if isinstance(row, RefusedRow))


def _mark_vanished(work: Work, staging: Staging, country: str) -> None:
    """Mark what the register named until now and the file does not: gone since today."""
    after = ""
    while True:
        asked = (
            select(_REGISTER)
            .where(
                RegisterLicence.country == country,
                RegisterLicence.gone_at.is_(None),
                RegisterLicence.key > after,
            )
            .order_by(RegisterLicence.key)
            .limit(AT_ONCE)
        )
        named = {found.key: found for found in work.session.execute(asked)}
        if not named:
            return
        after = max(named)
        gone = staging.without_a_row(list(named))
        _supersede(work, [named[key] for key in gone])
        if gone:
            work.session.execute(
                update(_REGISTER)
                .where(RegisterLicence.key.in_(gone))
                .values(gone_at=work.now, changed_at=work.now)
            )
        staging.note_vanished((key, named[key].licence_number, named[key].name) for key in gone)


def _supersede(work: Work, before: Iterable[Any]) -> None:
    """Keep what the register said until now."""
    rows = [
        {
            "id": new_id(work.now),
            "key": said.key,
            "said_from": said.changed_at,
            "said_until": work.now,
            **{column: getattr(said, column) for column in _SAID},
        }
        for said in before
    ]
    if rows:
        work.session.execute(insert(RegisterHistory), rows)


def _compared(row: Licence, before: Any) -> Outcome:
    if before is None:
        return Outcome.IMPORTED
    is_same = before.gone_at is None and all(
        getattr(row, column) == getattr(before, column) for column in _COMPARED
    )
    return Outcome.UNCHANGED if is_same else Outcome.UPDATED


def _stored(row: Licence, before: Any, now: datetime) -> Mapping[str, Any]:
    return {
        "key": row.key,
        "country": row.country,
        "licence_number": row.number,
        "name": row.name,
        "address": row.address,
        "status": row.status,
        "valid_until": row.valid_until,
        "gone_at": None,
        "imported_at": now if before is None else before.imported_at,
        "changed_at": now,
    }
