"""Every command of `erc` as whoever runs the service types it."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.kernel.clock import MovableClock
from app.main import MACHINES
from app.platform.database import Database
from app.platform.sole_process import sole_process
from tests.cli.conftest import Erc
from tests.making.certificates import world

HEADER = "licence_country,licence_number,name,address\n"
ROWS = (
    'BD,RL-0001,Seven Kites Manpower,"12 Station Road, Sylhet"\n'
    "BD,RL-0002,Paper Boat Overseas,7 Lake View\n"
    "BD,,Copper Lamp International,3 Hill Street\n"
    "NP,RL-0004,Wrong Country Services,1 Ring Road\n"
)


def rows(data_dir: Path, table: str) -> int:
    with sqlite3.connect(data_dir / "certification.db") as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


def test_migrate_twice_changes_nothing(erc: Erc, data_dir: Path) -> None:
    first, second = erc("migrate"), erc("migrate")
    rules = sum(len(machine.moves()) for machine in MACHINES)
    assert first.out == f"the database is current; {rules} lifecycle rules added\n"
    assert second.out == "the database is current; 0 lifecycle rules added\n"
    assert rows(data_dir, "lifecycle_rule") == rules


class TestAdministrator:
    def test_the_first_is_made_and_told_a_secret_once(self, erc: Erc, data_dir: Path) -> None:
        erc("migrate")
        made = erc("admin", "create", "Ada Mbeki", "ada@example.org")
        assert made.code == 0
        assert "client_secret" in made.out
        secret = made.out.split("client_secret")[1].split()[0]
        assert secret.encode() not in (data_dir / "certification.db").read_bytes()

    def test_a_second_is_refused_with_what_to_do(self, erc: Erc) -> None:
        erc("migrate")
        made = json.loads(erc("admin", "create", "Ada", "ada@example.org", "--json").out)
        assert set(made) == {"client_id", "client_secret"}
        again = erc("admin", "create", "Eve", "eve@example.org")
        assert (again.code, again.out) == (2, "")
        assert "there is an administrator already" in again.err

    def test_a_wrong_address_is_refused(self, erc: Erc) -> None:
        erc("migrate")
        refused = erc("admin", "create", "Ada", "no address")
        assert refused.code == 2
        assert "mail" in refused.err


class TestRegister:
    """`erc import register`: every row has an outcome, a bad file changes nothing."""

    def test_rows_are_told_apart(self, erc: Erc, tmp_path: Path, data_dir: Path) -> None:
        erc("migrate")
        file = tmp_path / "register.csv"
        file.write_text(HEADER + ROWS, encoding="utf-8")
        told = json.loads(erc("import", "register", str(file), "--country", "BD", "--json").out)
        assert {k: told[k] for k in ("imported", "updated", "unchanged", "refused")} == {
            "imported": 3,
            "updated": 0,
            "unchanged": 0,
            "refused": 1,
        }
        assert [(row["line"], row["outcome"]) for row in told["rows"]] == [
            (2, "imported"),
            (3, "imported"),
            (4, "imported"),
            (5, "refused"),
        ]
        assert told["rows"][2]["warning"]
        assert told["rows"][3]["reason"]
        again = erc("import", "register", str(file), "--country", "BD")
        assert again.code == 0
        assert "0 imported, 0 updated, 3 unchanged, 1 refused" in again.out
        assert "line 5: refused: " in again.out
        assert rows(data_dir, "register_licence") == 3

    FAULTS: Mapping[str, bytes] = {
        "no file": b"",
        "empty": b"",
        "not UTF-8": HEADER.encode() + "BD,1,Ñandú,x\n".encode("latin-1"),
        "UTF-16": (HEADER + ROWS).encode("utf-16"),
        "no header": ROWS.encode(),
        "a column is missing": b"licence_country,name,address\nBD,A,B\n",
        "not CSV": b"PK\x03\x04\x00\x00\x00\x00binary",
        "a NUL": HEADER.encode() + b"BD,1,A\x00B,x\n",
    }

    @pytest.mark.parametrize("fault", [f for f in FAULTS if f != "a NUL"])
    def test_a_bad_file_ends_in_one_sentence(
        self, fault: str, erc: Erc, tmp_path: Path, data_dir: Path
    ) -> None:
        erc("migrate")
        file = tmp_path / "register.csv"
        if fault != "no file":
            file.write_bytes(self.FAULTS[fault])
        refused = erc("import", "register", str(file), "--country", "BD", "--json")
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith("erc: ")
        assert "Traceback" not in refused.err
        assert rows(data_dir, "register_licence") == 0

    def test_a_nul_refuses_its_row_alone(self, erc: Erc, tmp_path: Path) -> None:
        erc("migrate")
        file = tmp_path / "register.csv"
        file.write_bytes(self.FAULTS["a NUL"] + ROWS.encode())
        told = json.loads(erc("import", "register", str(file), "--country", "BD", "--json").out)
        assert (told["imported"], told["refused"]) == (3, 2)

    @pytest.mark.parametrize("country", ["XX", "Bangladesh", "bd", ""])
    def test_a_bad_country_ends_in_one_sentence(
        self, country: str, erc: Erc, tmp_path: Path
    ) -> None:
        erc("migrate")
        file = tmp_path / "register.csv"
        file.write_text(HEADER + ROWS, encoding="utf-8")
        refused = erc("import", "register", str(file), "--country", country)
        assert refused.code == 2
        assert "countr" in refused.err

    def test_a_mapped_file_is_tried_imported_and_reported_row_by_row(
        self, erc: Erc, tmp_path: Path, data_dir: Path
    ) -> None:
        erc("migrate")
        file, mapping = tmp_path / "register.csv", tmp_path / "mapping.json"
        file.write_text("Agency;RL;Office\nKites;RL-1;Sylhet\n=1+1;;Dhaka\n;RL-3;x\n")
        columns = {"name": "Agency", "licence_number": "RL", "address": "Office"}
        mapping.write_text(json.dumps({"columns": columns, "delimiter": ";"}))
        words = ("import", "register", str(file), "--country", "BD", "--mapping", str(mapping))
        dry = erc(*words, "--dry-run", "--report", str(tmp_path / "report.csv"))
        assert dry.out.startswith("2 imported, 0 updated, 0 unchanged, 1 refused, 0 vanished\n")
        assert rows(data_dir, "register_licence") == 0
        written = (tmp_path / "report.csv").read_text(encoding="utf-8-sig").splitlines()
        assert written[2] == "3,imported,,'=1+1,,the licence number is missing"
        done = erc(*words, "--report", str(tmp_path / "report.xlsx"))
        assert done.code == 0
        assert rows(data_dir, "register_licence") == 2
        assert rows(data_dir, "register_block") > 2  # compared with the recruiters at once
        for wrong in (("--report", "report.pdf"), ("--mapping", "nowhere.json")):
            refused = erc(*words, *wrong)
            assert (refused.code, refused.out) == (2, "")
            assert refused.err.startswith("erc: ")

    def test_a_register_that_shrank_asks_first(self, erc: Erc, tmp_path: Path) -> None:
        erc("migrate")
        file = tmp_path / "register.csv"
        words = ("import", "register", str(file), "--country", "BD")
        file.write_text(HEADER + ROWS, encoding="utf-8")
        erc(*words)
        file.write_text(HEADER + ROWS.splitlines()[0] + "\n", encoding="utf-8")
        refused = erc(*words)
        assert (refused.code, refused.out) == (2, "")
        assert "--may-shrink" in refused.err
        taken = erc(*words, "--may-shrink")
        assert "licence RL-0002: vanished: it is not in the register any more" in taken.out


class TestRealRegister:
    """The 507 licensed recruiters of a real register; test input, never in the repository."""

    def test_every_row_ends_in_an_outcome(self, erc: Erc, shared: Path) -> None:
        erc("migrate")
        file = str(shared / "data" / "registers" / "bd-recruiting-agencies.csv")
        first = json.loads(erc("import", "register", file, "--country", "BD", "--json").out)
        second = json.loads(erc("import", "register", file, "--country", "BD", "--json").out)
        assert len(first["rows"]) == 507
        assert (first["imported"], first["refused"]) == (507, 0)
        assert (second["unchanged"], second["imported"], second["updated"]) == (507, 0, 0)
        warned = [row for row in first["rows"] if row["warning"]]
        assert any(not row["licence_number"] for row in warned)
        assert len(warned) >= 2


class TestJournal:
    def test_a_whole_chain(self, erc: Erc) -> None:
        erc("migrate")
        erc("admin", "create", "Ada", "ada@example.org")
        told = erc("journal", "check")
        assert (told.code, told.out) == (0, "the chain is whole, and the registry follows it\n")

    def test_a_registry_that_says_something_else(self, erc: Erc, data_dir: Path) -> None:
        erc("migrate")
        database = Database(f"sqlite:///{data_dir / 'certification.db'}")
        number = world(database, MovableClock(datetime(2026, 3, 2, 9, tzinfo=UTC))).grant()
        database.dispose()
        assert erc("journal", "check").code == 0
        with sqlite3.connect(data_dir / "certification.db") as connection:
            connection.execute("UPDATE registry_certificate SET timeline = '{}'")
        differs = erc("journal", "check")
        assert (differs.code, differs.out) == (1, "")
        assert number in differs.err

    def test_a_broken_chain(self, erc: Erc, data_dir: Path) -> None:
        erc("migrate")
        erc("admin", "create", "Ada", "ada@example.org")
        with sqlite3.connect(data_dir / "certification.db") as connection:
            connection.execute("DROP TRIGGER journal_entry_no_update")
            connection.execute("UPDATE journal_entry SET reason_code = 'other'")
        broken = erc("journal", "check")
        assert broken.code == 1
        assert "position 1" in broken.err


class TestServer:
    @pytest.mark.parametrize("command", ["serve", "work"])
    def test_a_second_one_on_an_sqlite_file_is_refused(
        self, command: str, erc: Erc, data_dir: Path
    ) -> None:
        erc("migrate")
        with sole_process(data_dir / "certification.db"):
            refused = erc(command)
        assert refused.code == 2
        assert "is served by process" in refused.err

    @pytest.mark.parametrize(
        "words",
        [("serve",), ("work",), ("admin", "create", "A", "a@b.example"), ("journal", "check")],
    )
    def test_an_empty_database_says_to_migrate(self, words: tuple[str, ...], erc: Erc) -> None:
        refused = erc(*words)
        assert refused.code == 2
        assert "run erc migrate first" in refused.err

    def test_a_server_that_is_not_there_ends_in_one_sentence(
        self, erc: Erc, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ERC_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
        refused = erc("migrate")
        assert refused.code == 2
        assert "the database does not answer" in refused.err
        assert "Traceback" not in refused.err

    def test_wrong_settings_name_their_variable(
        self, erc: Erc, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ERC_CLOCK", "/tmp/clock")
        refused = erc("migrate")
        assert refused.code == 2
        assert "ERC_CLOCK" in refused.err
        assert "ERC_SANDBOX=1" in refused.err

    @pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "//"])
    def test_a_database_that_cannot_serve_is_refused(
        self, url: str, erc: Erc, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ERC_DATABASE_URL", url)
        refused = erc("migrate")
        assert refused.code == 2
        assert "Traceback" not in refused.err


class TestFiles:
    def test_a_file_of_another_kind_is_no_database(
        self, erc: Erc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        another = tmp_path / "letter.txt"
        another.write_text("Dear Sir or Madam, " * 100)
        monkeypatch.setenv("ERC_DATABASE_URL", f"sqlite:///{another}")
        for words in (("migrate",), ("journal", "check"), ("demo",)):
            refused = erc(*words)
            assert refused.code == 2, words
            assert refused.err.startswith("erc: "), words
            assert "database" in refused.err, words
            assert refused.err.count("\n") == 1, words

    def test_a_folder_that_takes_nothing_ends_in_one_sentence(
        self, erc: Erc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken = tmp_path / "taken"
        taken.write_text("")
        monkeypatch.setenv("ERC_DATA_DIR", str(taken / "data"))
        for words in (("migrate",), ("serve",), ("demo",)):
            refused = erc(*words)
            assert (refused.code, refused.err.count("\n")) == (2, 1), words
            assert refused.err == f"erc: {taken / 'data'}: Not a directory\n"

    def test_sqlite_has_no_roles_to_grant_to(self, erc: Erc) -> None:
        refused = erc("migrate", "--grant-to", "erc_service")
        assert refused.code == 2
        assert "an SQLite file has no roles" in refused.err

    def test_what_is_made_is_its_owners_alone(self, erc: Erc, data_dir: Path) -> None:
        erc("migrate")
        with sqlite3.connect(data_dir / "certification.db") as reading:
            reading.execute("SELECT count(*) FROM person").fetchone()
            erc("admin", "create", "Ada", "ada@example.org")  # writes beside the reader
            with sole_process(data_dir / "certification.db"):
                erc("serve")
            made = {data_dir, *data_dir.rglob("*")}
        reading.close()
        assert {path.name for path in made} >= {
            "certification.db",
            "certification.db-wal",
            "certification.db-shm",
            "certification.db.lock",
            "access-token.pem",
        }
        assert [path.name for path in made if path.stat().st_mode & 0o077] == []


class TestPrinted:
    def test_the_contract_is_json(self, erc: Erc) -> None:
        assert json.loads(erc("openapi").out)["openapi"].startswith("3.1")

    def test_the_pages_are_drawn(self, erc: Erc, tmp_path: Path) -> None:
        drawn = erc("docs", "--folder", str(tmp_path / "pages"))
        assert drawn.code == 0
        assert drawn.out.count("wrote ") == len(list((tmp_path / "pages").iterdir()))
