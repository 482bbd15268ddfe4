"""Finds the records that may be one company, and keeps what people rule on them.

The only code that writes look-alikes. Every record stands under a few blocks (`names.blocks`); only
records that share one are compared, so a register of 100,000 rows costs as many comparisons as it
has near neighbours. Whoever compares holds the journal's head: of two records that come at the same
moment the second sees the first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Table, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM
from app.lifecycle import journal
from app.lifecycle.journal import JournalHead, Work, Workbench
from app.recruiters import queries
from app.recruiters.look_alike_lifecycle import LOOK_ALIKE, Facts
from app.recruiters.models import (
    LookAlike,
    LookAlikeBlock,
    LookAlikeNote,
    Recruiter,
    RecruiterLicence,
    RecruiterName,
    RecruiterOfficer,
)
from app.recruiters.names import blocks, comparable, forms
from app.recruiters.profile import Profile
from app.recruiters.register import Status
from app.recruiters.register_models import RegisterBlock, RegisterImport, RegisterLicence
from app.recruiters.similarity import Likeness, Marks, Why, compare, compare_names
from app.scheme import queries as scheme

_OF_RECRUITERS: Table = LookAlikeBlock.__table__  # type: ignore[assignment]
_OF_REGISTERS: Table = RegisterBlock.__table__  # type: ignore[assignment]
_REGISTER: Table = RegisterLicence.__table__  # type: ignore[assignment]
_AT_ONCE = 500
_MOST_NEIGHBOURS = 500
_ID_LENGTH = 36
_FOUND_FROM = 75
_PHONE_DIGITS = 9
_NOT_IN_ORDER = frozenset({Status.SUSPENDED, Status.CANCELLED, Status.EXPIRED})


@dataclass(frozen=True, slots=True)
class _Known:
    """A recruiter as it is compared: its marks, and the countries whose licences it states."""

    marks: Marks
    licences: frozenset[tuple[str, str]]

    def may_be(self, row: Any) -> bool:
        """Could this row of a register be another's than the recruiter's own?

        A licence that it states is its own. One in order is, as long as it states none of that
        country; one that was taken away never is.
        """
        if (row.country, row.licence_number) in self.licences:
            return False
        if row.gone_at is not None or row.status in _NOT_IN_ORDER:
            return True
        return any(country == row.country for country, _ in self.licences)


def compare_recruiter(work: Work, recruiter_id: str) -> list[LookAlike]:
    """Compare a recruiter, as it is now, with every other record; propose what is alike."""
    _hold_head(work)
    own = _known(work.session, [recruiter_id])[recruiter_id]
    _keep(work.session, _OF_RECRUITERS, {recruiter_id: own.marks})
    under = own.marks.blocks()
    family = set(queries.family(work.session, queries.survivor(work.session, recruiter_id).id))
    others = [o for o in _owners(work.session, _OF_RECRUITERS, under) if o not in family]
    keys = _owners(work.session, _OF_REGISTERS, under)
    found = [
        (other, compare(own.marks, known.marks))
        for other, known in _known(work.session, others).items()
    ]
    found += [
        (key, compare(own.marks, _marks_of_row(row)))
        for key, row in queries.register_rows(work.session, keys).items()
        if own.may_be(row)
    ]
    return _propose(work, ((recruiter_id, other, likeness) for other, likeness in found))


def compare_imports(workbench: Workbench) -> int:
    """Compare what the registers' imports changed with the recruiters; how many rows that were.

    A task of the worker, and done by `erc import register` itself right after the import. One that
    was interrupted begins anew, and proposes nothing twice.
    """
    with workbench.database.read() as session:
        waiting = session.scalars(
            select(RegisterImport)
            .where(RegisterImport.compared_at.is_(None))
            .order_by(RegisterImport.id)
        ).all()
    return sum(_compare_import(workbench, found) for found in waiting)


def _compare_import(workbench: Workbench, imported: RegisterImport) -> int:
    after, done = "", 0
    while True:
        with workbench.begin(SYSTEM) as work:
            rows = work.session.execute(
                select(_REGISTER)
                .where(
                    RegisterLicence.country == imported.country,
                    RegisterLicence.changed_at >= imported.imported_at,
                    RegisterLicence.key > after,
                )
                .order_by(RegisterLicence.key)
                .limit(_AT_ONCE)
            ).all()
            if not rows:
                work.session.execute(
                    update(RegisterImport)
                    .where(RegisterImport.id == imported.id)
                    .values(compared_at=work.now)
                )
                return done
            _compare_rows(work, rows)
        after, done = rows[-1].key, done + len(rows)


def _compare_rows(work: Work, rows: Sequence[Any]) -> None:
    _hold_head(work)
    marks = {row.key: _marks_of_row(row) for row in rows}
    _keep(work.session, _OF_REGISTERS, marks)
    near = _recruiters_near(work.session, marks)
    known = _known(work.session, {owner for owners in near.values() for owner in owners})
    _propose(
        work,
        (
            (owner, row.key, compare(known[owner].marks, marks[row.key]))
            for row in rows
            for owner in sorted(near.get(row.key, ()))
            if known[owner].may_be(row)
        ),
    )


def rule(
    work: Work,
    look_alike_id: str,
    action: str,
    note: str,
    *,
    expected_version: int | None = None,
) -> LookAlike:
    """Confirm, dismiss or clear a look-alike; the note says why, beside the journal.

    Raises NotFound, RoleRefused, MoveRefused, StaleVersion.
    """
    found = journal.lock(work, LookAlike, look_alike_id)
    journal.move(
        work, LOOK_ALIKE, found, action, Facts(note=note), expected_version=expected_version
    )
    work.session.add(
        LookAlikeNote(
            id=new_id(work.now),
            look_alike_id=found.id,
            version=found.version,
            note=note,
            written_at=work.now,
            written_by=work.actor.person,
        )
    )
    return found


def called(session: Session, name: str) -> set[str]:
    """Recruiters and rows of registers that have this name in some written form.

    Ids of recruiters and keys of rows, merged recruiters and former names among them.
    """
    under = blocks(name)
    ids = _owners(session, _OF_RECRUITERS, under)
    names = {owner: known.marks.names for owner, known in _known(session, ids).items()}
    rows = queries.register_rows(session, _owners(session, _OF_REGISTERS, under))
    names |= {key: frozenset({row.name}) for key, row in rows.items()}
    return {owner for owner, called in names.items() if any(_is_called(n, name) for n in called)}


def affiliates(session: Session, ids: Collection[str]) -> set[str]:
    """The recruiters that state an owner which one of these states too, or is; and those that one
    of these states as its owner: by name, in whatever order of its words.
    """
    owners = {owner.name for found in ids for owner in queries.profile(session, found)[0].owners}
    names = {name for known in _known(session, ids).values() for name in known.marks.names}
    under = [_hashed(f"{Why.SHARED_OWNER.value}:{key}") for key in {*map(_person, owners | names)}]
    stating = session.scalars(
        select(LookAlikeBlock.owner).where(
            LookAlikeBlock.block.in_(under), func.length(LookAlikeBlock.owner) == _ID_LENGTH
        )
    )
    return set(stating) | {
        one
        for name in owners
        for one in called(session, name)
        if len(one) == _ID_LENGTH
        and any(_person(own) == _person(name) for own in _known(session, [one])[one].marks.names)
    }


def _is_called(name: str, asked: str) -> bool:
    """Is it the name that was asked for, in some form, or does it hold all its words?"""
    if compare_names(name, asked)[0] >= _FOUND_FROM:
        return True
    words = forms(asked).words
    return fuzz.token_set_ratio(" ".join(forms(name).words), " ".join(words)) == 100


def _propose(work: Work, found: Iterable[tuple[str, str, Likeness]]) -> list[LookAlike]:
    """Propose each likeness over the threshold that says something new about its two records."""
    system = work.acting_as(SYSTEM)
    made = []
    for recruiter_id, other, likeness in found:
        if likeness.score < scheme.policy_in_force(work.session, work.now).look_alike_threshold:
            continue
        if set(likeness.why) <= _said_before(work.session, recruiter_id, other):
            continue
        is_recruiter = len(other) == _ID_LENGTH
        proposed = LookAlike(
            id=new_id(work.now),
            recruiter_id=recruiter_id,
            other_id=other if is_recruiter else None,
            register_key=None if is_recruiter else other,
            score=likeness.score,
            why=[why.value for why in likeness.why],
        )
        details = {"recruiter": recruiter_id, "other": other, "why": proposed.why}
        journal.move(system, LOOK_ALIKE, proposed, "propose", Facts(), details=details)
        made.append(proposed)
    return made


def _said_before(session: Session, recruiter_id: str, other: str) -> set[str]:
    """Every reason for which these two were proposed already."""
    asked = select(LookAlike.why)
    if len(other) == _ID_LENGTH:
        pair = ((recruiter_id, other), (other, recruiter_id))
        asked = asked.where(
            or_(*((LookAlike.recruiter_id == a) & (LookAlike.other_id == b) for a, b in pair))
        )
    else:
        asked = asked.where(LookAlike.recruiter_id == recruiter_id, LookAlike.register_key == other)
    return {why for said in session.scalars(asked) for why in said}


def _hold_head(work: Work) -> None:
    work.session.execute(select(JournalHead.position).with_for_update())


def _known(session: Session, ids: Collection[str]) -> dict[str, _Known]:
    """What is known of these recruiters, ready for comparison."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    shared: defaultdict[str, set[tuple[Why, str]]] = defaultdict(set)
    licences: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for found in session.scalars(select(Recruiter).where(Recruiter.id.in_(ids))):
        names[found.id].add(found.name)
    for recruiter_id, (stated, _) in queries.profiles(session, ids).items():
        names[recruiter_id] |= stated.names()
        shared[recruiter_id] |= _shared(stated)
    for former in session.scalars(select(RecruiterName).where(RecruiterName.recruiter_id.in_(ids))):
        names[former.recruiter_id].add(former.name)
    for officer in session.scalars(
        select(RecruiterOfficer).where(RecruiterOfficer.recruiter_id.in_(ids))
    ):
        shared[officer.recruiter_id].add((Why.SHARED_OFFICER, _person(officer.name)))
    for licence in session.scalars(
        select(RecruiterLicence).where(
            RecruiterLicence.recruiter_id.in_(ids), RecruiterLicence.replaced_at.is_(None)
        )
    ):
        licences[licence.recruiter_id].add((licence.country, licence.number))
        shared[licence.recruiter_id].add(_licence(licence.country, licence.number))
    return {
        one: _Known(Marks(frozenset(names[one]), frozenset(shared[one])), frozenset(licences[one]))
        for one in names
    }


def _shared(stated: Profile) -> set[tuple[Why, str]]:
    """What of a profile another one may have too."""
    return {
        *((Why.SHARED_LEI, lei) for lei in (stated.lei,) if lei is not None),
        *(
            (Why.SHARED_REGISTRATION, f"{found.country} {comparable(found.number)}")
            for found in stated.registrations
        ),
        *((Why.SHARED_ADDRESS, _address(address.lines)) for address in stated.addresses),
        *((Why.SHARED_PHONE, comparable(phone)[-_PHONE_DIGITS:]) for phone in stated.phones),
        *((Why.SHARED_OWNER, _person(owner.name)) for owner in stated.owners),
    }


def _marks_of_row(row: Any) -> Marks:
    shared = {(Why.SHARED_ADDRESS, _address(row.address))} if row.address else set()
    if row.licence_number is not None:
        shared.add(_licence(row.country, row.licence_number))
    return Marks(frozenset({row.name}), frozenset(shared))


def _licence(country: str, number: str) -> tuple[Why, str]:
    return Why.SHARED_LICENCE, f"{country} {comparable(number)}"


def _address(lines: str) -> str:
    return comparable(lines)


def _person(name: str) -> str:
    """A name whatever the order of its words."""
    return " ".join(sorted(forms(name).words))


def _keep(session: Session, kept: Table, marks: Mapping[str, Marks]) -> None:
    """Put the records under their present blocks."""
    session.execute(delete(kept).where(kept.c.owner.in_(marks)))
    rows = [
        {"block": _hashed(block), "owner": owner}
        for owner, mark in marks.items()
        for block in mark.blocks()
    ]
    session.execute(insert(kept), rows)


def _owners(session: Session, kept: Table, keys: Collection[str]) -> list[str]:
    """The records under these blocks, those under most of them first."""
    asked = (
        select(kept.c.owner)
        .where(kept.c.block.in_([_hashed(key) for key in keys]))
        .group_by(kept.c.owner)
        .order_by(func.count().desc(), kept.c.owner)
        .limit(_MOST_NEIGHBOURS)
    )
    return list(session.scalars(asked))


def _recruiters_near(session: Session, marks: Mapping[str, Marks]) -> dict[str, set[str]]:
    """For each of these rows, the recruiters that share a block with it."""
    under: defaultdict[str, set[str]] = defaultdict(set)
    for key, mark in marks.items():
        for block in mark.blocks():
            under[_hashed(block)].add(key)
    asked = select(LookAlikeBlock.block, LookAlikeBlock.owner).where(
        LookAlikeBlock.block.in_(under)
    )
    near: defaultdict[str, set[str]] = defaultdict(set)
    for block, owner in session.execute(asked):
        for key in under[block]:
            near[key].add(owner)
    return near


def _hashed(block: str) -> str:
    """Of one length, and no officer's name in a second place."""
    return blake2b(block.encode(), digest_size=12).hexdigest()
