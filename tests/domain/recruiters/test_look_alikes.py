"""Records that may be one company: found, proposed, ruled on; and what they block (DOMAIN §12)."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.kernel.clock import MovableClock
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle.journal import MoveRefused, RoleRefused, Workbench
from app.recruiters import licences, look_alikes, queries, service, tasks
from app.recruiters.licences import NewLicence
from app.recruiters.models import LookAlike, Recruiter
from app.recruiters.profile import Address, AddressKind, Owner, Profile, Registration
from app.recruiters.register import Status
from app.recruiters.register_models import RegisterImport, RegisterLicence
from app.recruiters.service import Officer
from tests.making import recruiters
from tests.making.recruiters import SCHEME, import_register, register

REVIEWER = Actor(None, None, frozenset({Role.APPLICATION_REVIEWER}))
INTEGRITY = Actor(None, None, frozenset({Role.INTEGRITY_OFFICER}))


def entered(workbench: Workbench, name: str, country: str = "BD") -> Recruiter:
    with workbench.begin(SCHEME) as work:
        return recruiters.recruiter(work, country=country, name=name)


def proposed(workbench: Workbench) -> list[tuple[str | None, str | None, list[str]]]:
    """Every look-alike: the name of the recruiter, of the other record, and why."""
    with workbench.database.read() as session:
        found = session.scalars(select(LookAlike).order_by(LookAlike.id)).all()
        rows = queries.register_rows(session, [f.register_key for f in found if f.register_key])
        briefs = queries.briefs(session, {f.recruiter_id for f in found})
        others = queries.briefs(session, {f.other_id for f in found if f.other_id})
        return [
            (
                briefs[f.recruiter_id].name,
                others[f.other_id].name if f.other_id else rows[str(f.register_key)].name,
                f.why,
            )
            for f in found
        ]


def ruled(workbench: Workbench, actor: Actor, link: str, action: str) -> LookAlike:
    with workbench.begin(actor) as work:
        return look_alikes.rule(work, link, action, "The director and the office are the same.")


def blocking(workbench: Workbench, recruiter: str) -> list[str]:
    with workbench.database.read() as session:
        return queries.blocking_look_alikes(session, recruiter)


def test_whoever_enters_under_a_name_like_another_is_proposed_with_the_reason(
    workbench: Workbench,
) -> None:
    """SECURITY R25: every collision of skeletons is flagged."""
    entered(workbench, "Seven Kites Ltd")
    entered(workbench, "Paper Boat")
    assert proposed(workbench) == []
    for name, why in (
        ("SEVEN KITES (Pvt.) Limited", "same_name"),
        ("Ѕеvеn Кіtеs", "confusable_name"),
        ("Sevn Kites Overseas", "similar_name"),
    ):
        entered(workbench, name)
        assert (name, "Seven Kites Ltd", [why]) in proposed(workbench)
    assert not any("Paper Boat" in pair for *pair, _ in proposed(workbench))


def test_what_two_recruiters_share_is_found_when_it_is_stated_and_said_once(
    workbench: Workbench,
) -> None:
    one, other = entered(workbench, "Seven Kites"), entered(workbench, "Paper Boat")
    shared = Profile(
        registrations=(Registration("BD", "Registrar", "C-1"),),
        lei="5493001KJTIIGC8Y1R12",
        addresses=(Address(AddressKind.OFFICE, "12, Station Road", "BD"),),
        phones=("+880 2 5555-0100",),
        owners=(Owner("Kite Holdings", "BD"),),
    )
    officer = Officer("Asha Gurung", "director", date(2020, 1, 1), None)
    for recruiter in (one, other, other):
        with workbench.begin(SCHEME) as work:
            service.state_profile(work, recruiter.id, shared)
    with workbench.begin(SCHEME) as work:
        service.state_officers(work, one.id, [officer])
    assert len(proposed(workbench)) == 1
    with workbench.begin(SCHEME) as work:
        service.state_officers(work, other.id, [officer])
    first, second = sorted((why for _, _, why in proposed(workbench)), key=len)
    assert set(first) == {
        "shared_address",
        "shared_lei",
        "shared_owner",
        "shared_phone",
        "shared_registration",
    }
    assert set(second) - set(first) == {"shared_officer"}


def test_a_deregistered_company_that_comes_again_waits_for_the_integrity_officer(
    workbench: Workbench, clock: MovableClock, tmp_path: Path
) -> None:
    """In 2024 some twenty were deregistered, and several applied under other names."""
    path = tmp_path / "register.csv"
    rows = ("BD,RL-1,Seven Kites Ltd,A", "BD,RL-2,Paper Boat,B", "BD,RL-3,Blue Heron,C")
    path.write_bytes(register(*rows))
    import_register(workbench, path, "BD")
    assert look_alikes.compare_imports(workbench) == 3
    assert look_alikes.compare_imports(workbench) == 0

    reborn = entered(workbench, "Seven Kites Overseas")
    assert proposed(workbench) == []  # it may be its own licence, as long as that is in order

    clock.advance(timedelta(days=30))
    path.write_bytes(register(*rows[1:]))
    import_register(workbench, path, "BD")
    assert look_alikes.compare_imports(workbench) == 1
    assert proposed(workbench) == [("Seven Kites Overseas", "Seven Kites Ltd", ["similar_name"])]
    again = entered(workbench, "Seven Kites International")
    assert ("Seven Kites International", "Seven Kites Ltd", ["similar_name"]) in proposed(workbench)

    with workbench.database.read() as session:
        link = session.scalars(
            select(LookAlike.id).where(LookAlike.recruiter_id == reborn.id)
        ).one()
        waiting = {t.href: t.what for t in tasks.waiting(session, REVIEWER, clock.now())}
        assert f"/v1/look-alikes/{link}/confirm" in waiting
        assert list(tasks.waiting(session, INTEGRITY, clock.now())) == []
    assert blocking(workbench, reborn.id) == []
    with pytest.raises(RoleRefused):
        ruled(workbench, INTEGRITY, link, "confirm")
    ruled(workbench, REVIEWER, link, "confirm")
    (reason,) = blocking(workbench, reborn.id)
    assert "licence RL-1 of BD is not in the register since 2026-04-01" in reason
    assert blocking(workbench, again.id) == []
    with workbench.database.read() as session:
        (task,) = tasks.waiting(session, INTEGRITY, clock.now())
        assert task.href == f"/v1/look-alikes/{link}/clear"
    with pytest.raises(MoveRefused):
        ruled(workbench, REVIEWER, link, "dismiss")
    with pytest.raises(RoleRefused):
        ruled(workbench, REVIEWER, link, "clear")
    assert ruled(workbench, INTEGRITY, link, "clear").state == "cleared"
    assert blocking(workbench, reborn.id) == []


def test_a_licence_of_its_own_is_not_like_it_and_one_of_another_is(
    workbench: Workbench, tmp_path: Path
) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(register("BD,RL-1,Seven Kites,A", "BD,RL-2,Paper Boat,B"))
    import_register(workbench, path, "BD")
    look_alikes.compare_imports(workbench)
    own, other = entered(workbench, "Seven Kites"), entered(workbench, "Paper Boat Overseas")
    for recruiter in (own, other):
        with workbench.begin(SCHEME) as work:
            licence = NewLicence("BD", "RL-1", "Bureau", Status.VALID, date(2025, 1, 1), None)
            licences.state(work, recruiter.id, licence)
    assert ("Paper Boat Overseas", "Seven Kites", ["shared_licence"]) in proposed(workbench)
    assert ("Paper Boat Overseas", "Paper Boat", ["similar_name"]) in proposed(workbench)
    assert not any(one == "Seven Kites" for one, _, _ in proposed(workbench))


def test_a_link_to_one_that_lost_its_certificate_blocks_either_way(workbench: Workbench) -> None:
    lost, reborn = entered(workbench, "Seven Kites"), entered(workbench, "Seven Kites Overseas")
    with workbench.database.read() as session:
        link = session.scalars(select(LookAlike.id)).one()
    ruled(workbench, REVIEWER, link, "confirm")
    assert blocking(workbench, reborn.id) == []
    with workbench.begin(SYSTEM) as work:
        service.note_standing(work, lost.id, "withdrawn")
    (reason,) = blocking(workbench, reborn.id)
    assert f"the certificate of recruiter {lost.id} was withdrawn on 2026-03-02" in reason
    assert blocking(workbench, lost.id) == []
    with workbench.begin(SYSTEM) as work:
        service.note_standing(work, lost.id, None)
    assert blocking(workbench, reborn.id) == []


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_a_comparison_that_was_interrupted_begins_anew_and_proposes_nothing_twice(
    workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_alikes, "_AT_ONCE", 2)
    entered(workbench, "Seven Kites")
    path = tmp_path / "register.csv"
    header = "licence_country,licence_number,name,address,status"
    rows = [f"BD,RL-{n},Seven Kites,{n} Road,cancelled" for n in range(5)]
    path.write_bytes(register(*rows, header=header))
    import_register(workbench, path, "BD")
    compared = look_alikes._compare_rows
    calls = []

    def interrupted(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        compared(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(look_alikes, "_compare_rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        look_alikes.compare_imports(workbench)
    assert len(proposed(workbench)) == 2
    assert look_alikes.compare_imports(workbench) == 5
    assert len(proposed(workbench)) == 5
    with workbench.database.read() as session:
        waiting = select(func.count()).where(RegisterImport.compared_at.is_(None))
        assert session.scalars(waiting).one() == 0


@pytest.mark.parametrize(
    "asked",
    ["Seven Kites", "SEVEN KITES LTD.", "kites", "Kites, Seven", "Ѕеvеn Кіtеs", "Sevn Kites",
     "सात चङ्गा", "Sat Changa", "Paper Boat"],
)  # fmt: skip
@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_a_recruiter_is_found_by_any_written_form_of_a_name(
    workbench: Workbench, asked: str
) -> None:
    recruiter = entered(workbench, "Paper Boat", "NP")
    entered(workbench, "Blue Heron")
    with workbench.begin(SCHEME) as work:
        service.state_profile(work, recruiter.id, Profile(latin_name="Saat Changa"))
        service.rename(work, recruiter.id, "Seven Kites", "legal_name_changed")
    with workbench.begin(SCHEME) as work:
        service.rename(work, recruiter.id, "सात चङ्गा प्रा. लि.", "legal_name_changed")
    with workbench.database.read() as session:
        assert look_alikes.called(session, asked) == {recruiter.id}


def test_every_name_of_a_real_register_is_found_in_each_written_form(
    workbench: Workbench, shared: Path
) -> None:
    """All 507 rows, by name, in capitals, without the legal form, and in another order."""
    import_register(workbench, shared / "data" / "registers" / "bd-recruiting-agencies.csv", "BD")
    assert look_alikes.compare_imports(workbench) == 507
    with workbench.database.read() as session:
        keys = session.scalars(select(RegisterLicence.key)).all()
        rows = queries.register_rows(session, keys)
        for key, row in list(rows.items())[::10]:
            words = row.name.split()
            for form in (row.name, row.name.upper(), " ".join(reversed(words)), row.name + " Ltd."):
                assert key in look_alikes.called(session, form)
