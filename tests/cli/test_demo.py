"""`erc demo` and `erc demo chain`: what a new user sees first."""

import json
import sqlite3
import stat
from collections import Counter
from pathlib import Path

import pytest

from app.cli import main
from app.demo import chain, data
from app.demo.chain import ChainBroken
from app.demo.companies import COMPANIES
from app.demo.stage import Exchange
from app.settings import load
from tests.cli.conftest import Erc
from tests.demonstration import Filled

TWO_OF_EACH = ("lead_auditor", "reviewer", "decision_maker", "application_reviewer")


class TestData:
    def test_there_are_people_for_every_role(self, filled: Filled) -> None:
        roles = Counter(client["role"] for client in filled.told["clients"])
        assert all(roles[role] >= 2 for role in TWO_OF_EACH)
        assert roles["recruiter_admin"] == len(COMPANIES) == 20
        assert set(filled.told["clients"][0]) == {
            "role",
            "person",
            "organisation",
            "client_id",
            "client_secret",
        }

    def test_there_are_certificates_of_every_result(self, filled: Filled) -> None:
        certificates = filled.told["certificates"]
        for result in ("valid", "suspended", "withdrawn", "expired"):
            assert len(certificates[result]) >= 2

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

    def test_a_database_with_a_scheme_of_its_own_is_left_alone(self, erc: Erc) -> None:
        erc("migrate")
        erc("admin", "create", "Ada", "ada@example.org")
        refused = erc("demo")
        assert refused.code == 2
        assert "demonstrate in an empty one" in refused.err

    def test_an_interrupted_one_begins_anew(
        self, data_dir: Path, erc: Erc, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stop(*_words: object) -> None:
            raise KeyboardInterrupt

        erc("migrate")
        monkeypatch.setattr(data, "play", stop)
        monkeypatch.setattr("sys.argv", ["erc", "demo"])
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            main()
        with sqlite3.connect(data_dir / "certification.db") as connection:
            (people,) = connection.execute("SELECT count(*) FROM person").fetchone()
        assert people > 0
        monkeypatch.undo()
        data._clear(load(data_dir=data_dir))
        assert not (data_dir / "certification.db").exists()


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
        assert len(told["refusals"][1]["reasons"]) == 2
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
