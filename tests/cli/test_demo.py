"""`erc demo` and `erc demo chain`: what a new user sees first."""

import json
import sqlite3
import stat
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.access.api_keys.lifecycle import API_KEY
from app.access.invitations.lifecycle import INVITATION
from app.access.lifecycle import CLIENT, ORGANISATION, PERSON, ROLE_GRANT
from app.access.sessions.lifecycle import SESSION
from app.applications.lifecycle import State
from app.demo import Advance, accounts, assessors, cast, chain, data, likenesses
from app.demo.chain import ChainBroken
from app.demo.companies import COMPANIES
from app.demo.stage import Exchange
from app.demo.theatre import in_process
from app.kernel.errors import Conflict
from app.main import create_app
from app.platform.database import UnusableDatabase
from app.platform.sole_process import sole_process
from app.scheme.lifecycle import POLICY_VERSION, RULE_SET_VERSION, STANDARD_VERSION, TOLLING
from app.settings import Settings, load
from tests.cli.conftest import Erc, Ran
from tests.databases import Templates
from tests.demonstration import Filled

TWO_OF_EACH = ("lead_auditor", "reviewer", "decision_maker", "application_reviewer")


class TestData:
    def test_there_are_people_for_every_role(self, filled: Filled) -> None:
        roles = Counter(client["role"] for client in filled.told["clients"])
        assert all(roles[role] >= 2 for role in TWO_OF_EACH)
        assert roles["recruiter_admin"] == len(COMPANIES) == 24
        assert set(filled.told["clients"][0]) == {
            "role",
            "person",
            "organisation",
            "client_id",
            "client_secret",
        }

    def test_somebody_of_every_role_signs_in(self, filled: Filled) -> None:
        people = filled.told["people"]
        clients = {client["role"] for client in filled.told["clients"] if client["person"]}
        assert {account["role"] for account in people} == clients | {"employer"}
        assert len({account["password"] for account in people}) == len(people)
        app = create_app(filled.settings)
        with in_process(app, filled.settings.public_url) as http:
            for account in (people[0], people[-1]):
                asked = {name: account[name] for name in ("email", "password")}
                session = http.post("/v1/sessions", json=asked).raise_for_status().json()
                bearer = {"Authorization": f"Bearer {session['access_token']}"}
                assert http.get("/v1/me", headers=bearer).json()["roles"] == [account["role"]]
            bearer = {"Authorization": f"Bearer {filled.told['api_key']}"}
            assert http.get("/v1/recruiters", headers=bearer).status_code == 200
        app.state.workbench.database.dispose()

    def test_accounts_stand_in_every_state(self, filled: Filled) -> None:
        with closing(sqlite3.connect(filled.settings.data_dir / "certification.db")) as database:
            for machine in (ORGANISATION, PERSON, ROLE_GRANT, CLIENT, INVITATION, SESSION, API_KEY):
                asked = f"SELECT DISTINCT state FROM {machine.name}"
                assert {state for (state,) in database.execute(asked)} == set(machine.states)

    def test_there_are_certificates_of_every_result(self, filled: Filled) -> None:
        certificates = filled.told["certificates"]
        for result in ("valid", "suspended", "withdrawn", "expired"):
            assert len(certificates[result]) >= 2

    def test_the_rules_are_in_every_state(self, filled: Filled) -> None:
        database = filled.settings.data_dir / "certification.db"
        with closing(sqlite3.connect(database)) as connection:
            for machine in (STANDARD_VERSION, POLICY_VERSION, RULE_SET_VERSION, TOLLING):
                rows = connection.execute(f"SELECT DISTINCT state FROM {machine.name}")
                assert {state for (state,) in rows} == set(machine.states)

    def test_there_is_an_application_in_every_state(self, filled: Filled) -> None:
        with closing(sqlite3.connect(filled.settings.data_dir / "certification.db")) as connection:
            found = {row[0] for row in connection.execute("SELECT state FROM application")}
            documents = connection.execute("SELECT sha256 FROM application_document").fetchall()
        assert found == set(State)
        kept = {path.name for path in (filled.settings.data_dir / "documents").rglob("*")}
        assert {digest for (digest,) in documents} <= kept
        assert len(documents) == 2

    def test_there_are_eight_corridors_and_several_scripts(self) -> None:
        corridors = {corridor for company in COMPANIES for corridor in company.corridors}
        assert len(corridors) >= 8
        assert sum(not company.name.isascii() for company in COMPANIES) >= 8

    def test_one_database_file_and_private_secrets(self, filled: Filled) -> None:
        folder = filled.settings.data_dir
        assert [path.name for path in folder.iterdir() if "db" in path.suffix] == [
            "certification.db"
        ]
        mode = stat.S_IMODE((folder / data.FILE).stat().st_mode)
        assert mode == 0o600

    def test_again_it_only_reports(self, erc: Erc, data_dir: Path, filled: Filled) -> None:
        filled.settings.data_dir.rename(data_dir)
        before = (data_dir / "certification.db").stat().st_mtime_ns
        told = erc("demo", "--json")
        assert json.loads(told.out) == filled.told
        assert (data_dir / "certification.db").stat().st_mtime_ns == before
        said = erc("demo").out
        assert f"/v1/verify/{filled.told['certificates']['valid'][0]}" in said
        assert said.count("curl -s ") == 3
        assert data.FILE in said

    def test_the_secrets_of_another_database_are_not_told(
        self, erc: Erc, data_dir: Path, filled: Filled, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filled.settings.data_dir.rename(data_dir)
        other = data_dir / "other.db"
        monkeypatch.setenv("ERC_DATABASE_URL", f"sqlite:///{other}")
        erc("migrate")
        erc("admin", "create", "Ada", "ada@example.org")
        refused = erc("demo", "--json")
        assert (refused.code, refused.out) == (2, "")
        assert people(other) == ["Ada"]
        monkeypatch.delenv("ERC_DATABASE_URL")
        assert json.loads(erc("demo", "--json").out) == filled.told


class Stopped(BaseException):
    """The process ends here, as by a signal."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few people and no companies: enough to tell what happens to databases."""
    monkeypatch.setattr(cast, "AUDIT_COMPANIES", ())
    monkeypatch.setattr(cast, "_OF_THE_SCHEME", cast._OF_THE_SCHEME[:1])
    monkeypatch.setattr(data, "COMPANIES", ())
    monkeypatch.setattr(assessors, "life", lambda _cast: iter(()))
    monkeypatch.setattr(likenesses, "enter", lambda _cast, _cases, _workbench: None)
    monkeypatch.setattr(accounts, "enter", lambda _cast: accounts.Accounts([], ""))


def fill(data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    chosen = {} if database_url is None else {"database_url": database_url}
    return data.fill(load(data_dir=data_dir, **chosen), lambda _done, _total: None).as_json()


def people(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM person ORDER BY id")]


def files(data_dir: Path) -> set[str]:
    return {path.name for path in data_dir.iterdir()} - {"keys", "certification.db.lock"}


WHOLE = {"certification.db", data.FILE}


@pytest.mark.usefixtures("quick")
class TestPlace:
    """Only an empty database is filled, all of it or nothing; no other one is touched."""

    def test_a_folder_without_one(self, data_dir: Path) -> None:
        told = fill(data_dir)
        assert fill(data_dir) == told
        assert files(data_dir) == WHOLE

    def test_a_migrated_one_that_holds_nothing(self, erc: Erc, data_dir: Path) -> None:
        erc("migrate")
        fill(data_dir)
        assert "Ada Mbeki" in people(data_dir / "certification.db")
        assert erc("journal", "check").code == 0

    def test_one_with_a_scheme_of_its_own_is_left_alone(self, erc: Erc, data_dir: Path) -> None:
        erc("migrate")
        erc("admin", "create", "Ada", "ada@example.org")
        (data_dir / f"{data.FILE}.begun").touch()
        (data_dir / "certification.db.demo").touch()
        refused = erc("demo")
        assert refused.code == 2
        assert "demonstrate in an empty one" in refused.err
        assert people(data_dir / "certification.db") == ["Ada"]

    def test_one_with_an_imported_register_alone_too(
        self, erc: Erc, data_dir: Path, tmp_path: Path
    ) -> None:
        register = tmp_path / "register.csv"
        header = "licence_country,licence_number,name,address"
        register.write_text(f"{header}\nBD,RL-0001,Seven Kites,Sylhet\n", encoding="utf-8")
        erc("migrate")
        assert erc("import", "register", str(register), "--country", "BD").code == 0
        assert erc("demo").code == 2

    def test_one_of_another_program_too(self, data_dir: Path) -> None:
        data_dir.mkdir()
        with closing(sqlite3.connect(data_dir / "certification.db")) as connection:
            connection.execute("CREATE TABLE photograph (id INTEGER)")
        with pytest.raises(Conflict):
            fill(data_dir)
        with closing(sqlite3.connect(data_dir / "certification.db")) as connection:
            assert connection.execute("SELECT count(*) FROM photograph").fetchone() == (0,)

    def test_one_that_is_served_is_left_alone(self, erc: Erc, data_dir: Path) -> None:
        erc("migrate")
        with sole_process(data_dir / "certification.db"):
            refused = erc("demo")
        assert refused.code == 2
        assert "is served by process" in refused.err
        assert people(data_dir / "certification.db") == []

    def test_one_that_is_open_elsewhere_is_left_alone(self, erc: Erc, data_dir: Path) -> None:
        erc("migrate")
        database = data_dir / "certification.db"
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Conflict, match="is in use"):
                fill(data_dir)

    def test_nobody_gets_in_while_it_is_made(
        self, erc: Erc, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        erc("migrate")
        tried: list[Ran] = []
        made = data._made

        def meanwhile(settings: Settings, advance: Advance) -> dict[str, Any]:
            tried.append(erc("admin", "create", "Eve", "eve@example.org"))
            return made(settings, advance)

        monkeypatch.setattr(data, "_made", meanwhile)
        monkeypatch.setattr("app.platform.database._SQLITE_BUSY_SECONDS", 0)
        fill(data_dir)
        assert tried[0].code == 2
        assert "does not answer" in tried[0].err
        assert "Eve" not in people(data_dir / "certification.db")

    @pytest.mark.parametrize("step", ["_made", "_keep", "_verified"])
    @pytest.mark.parametrize("migrated", [True, False])
    def test_an_interrupted_one_begins_anew(
        self,
        step: str,
        migrated: bool,
        erc: Erc,
        data_dir: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        if migrated:
            erc("migrate")
        done = getattr(data, step)

        def stopped(*given: Any) -> None:
            done(*given)
            raise Stopped

        with monkeypatch.context() as here:
            here.setattr(data, step, stopped)
            with pytest.raises(Stopped):
                fill(data_dir)
        told = fill(data_dir)
        assert told["clients"][0]["person"] in people(data_dir / "certification.db")
        assert files(data_dir) == WHOLE

    def test_what_a_killed_one_left_is_not_taken_for_its_own(self, data_dir: Path) -> None:
        data_dir.mkdir()
        for suffix in ("", "-wal", "-shm"):
            (data_dir / f"certification.db.demo{suffix}").write_bytes(b"half of a database")
        (data_dir / f"{data.FILE}.new").write_text("{")
        fill(data_dir)
        assert files(data_dir) == WHOLE

    def test_another_database_is_filled_too_if_it_is_empty(self, data_dir: Path) -> None:
        first = fill(data_dir)
        second = fill(data_dir, f"sqlite:///{data_dir / 'other.db'}")
        assert first["clients"] != second["clients"]
        with pytest.raises(Conflict, match="demonstrate in an empty one"):
            fill(data_dir)

    def test_a_folder_that_is_not_there_is_named(self, data_dir: Path) -> None:
        with pytest.raises(UnusableDatabase, match="nowhere is not there"):
            fill(data_dir, f"sqlite:///{data_dir / 'nowhere' / 'certification.db'}")

    def test_on_postgresql_an_interrupted_one_asks_for_another_database(
        self,
        data_dir: Path,
        postgresql_templates: Templates,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with postgresql_templates.empty() as url:
            with monkeypatch.context() as here:
                here.setattr(data, "_keep", stop)
                with pytest.raises(Stopped):
                    fill(data_dir, url)
            with pytest.raises(Conflict, match="interrupted needs a new one"):
                fill(data_dir, url)

    def test_from_sqlite_to_postgresql_and_again(
        self, data_dir: Path, postgresql_templates: Templates
    ) -> None:
        on_sqlite = fill(data_dir)
        with postgresql_templates.database() as url:
            told = fill(data_dir, url)
            assert told["clients"] != on_sqlite["clients"]
            assert fill(data_dir, url) == told


def stop(*_given: object) -> None:
    raise Stopped


class TestChain:
    def test_the_whole_chain_and_its_two_refusals(self, capsys: pytest.CaptureFixture[str]) -> None:
        chain.walk(as_json=True)
        told = json.loads(capsys.readouterr().out)
        number = told["certificate"]
        verified = [
            step["answer"]["result"]
            for step in told["steps"]
            if step["path"] == f"/v1/verify/{number}"
        ]
        assert verified == ["valid", "suspended", "valid", "withdrawn", "withdrawn"]
        assert [refusal["status"] for refusal in told["refusals"]] == [403, 409]
        assert len(told["refusals"][1]["reasons"]) == 3
        assert [(r["imported"], r["unchanged"]) for r in told["register"]] == [(3, 0), (0, 3)]
        others = [step for step in told["steps"] if "/verify/" in step["path"]]
        assert others[-2]["answer"]["result"] == "expired"
        history = next(s["answer"] for s in told["steps"] if s["path"].endswith("/history"))
        assert [item["action"] for item in history["items"]] == [
            "issue",
            "suspend",
            "restore",
            "withdraw",
        ]

    def test_a_wrong_answer_breaks_it(self) -> None:
        answered = Exchange("anybody", "GET", "/v1/verify/x", None, 200, {})
        with pytest.raises(ChainBroken, match="should answer 403"):
            chain._must(answered, 403)
