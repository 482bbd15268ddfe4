"""`erc import ledger` and `erc import rates`: all of a file or none (DOMAIN §8)."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.cli import _workbench
from app.kernel.roles import SYSTEM
from app.settings import load
from tests.cli.conftest import Erc
from tests.making import recruiters

HEAD = "document_country,document_number,corridor,category,amount,currency,date\n"
ROW = 'BD,X{},BD-MY,fee.placement,"{}",BDT,2024-01-20\n'


@pytest.fixture
def recruiter(erc: Erc) -> str:
    assert erc("migrate").code == 0
    with _workbench(load()) as workbench, workbench.begin(SYSTEM) as work:
        return recruiters.recruiter(work, country="BD").id


def stored(data_dir: Path, query: str) -> Any:
    (file,) = data_dir.glob("*.db")
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchone()[0]


def test_a_ledger_is_recorded_whole_or_not_at_all(
    erc: Erc, recruiter: str, data_dir: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.csv"
    words = ("import", "ledger", str(file), "--recruiter", recruiter)
    file.write_text(HEAD + ROW.format(1, "165,000.00") + ROW.format(2, "1,234"))
    refused = erc(*words)
    assert refused.code == 1
    assert "2 lines, 0 recorded, 1 with a fault" in refused.out
    assert "line 3: amount: '1,234' can be read in two ways" in refused.out
    assert erc(*words, "--locale", "en-GB", "--dry-run").code == 0
    assert stored(data_dir, "select count(*) from charge") == 0
    done = json.loads(erc(*words, "--locale", "en-GB", "--json").out)
    assert (done["lines"], done["recorded"], done["faults"]) == (2, 2, [])
    assert stored(data_dir, "select sum(amount_minor) from charge") == 16_500_000 + 123_400

    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"columns": {"sum": "amount"}}')
    file.write_text((HEAD + ROW.format(1, "5.00")).replace("amount", "sum"))
    assert json.loads(erc(*words, "--mapping", str(mapping), "--json").out)["recorded"] == 1


def test_a_mistake_ends_in_one_sentence(erc: Erc, recruiter: str, tmp_path: Path) -> None:
    file = tmp_path / "ledger.csv"
    file.write_text(HEAD)
    missing = str(tmp_path / "none")
    for words, said in (
        ((str(file), "--recruiter", "LRN00099999"), "there is no recruiter"),
        ((missing, "--recruiter", recruiter), "cannot be read"),
        ((str(file), "--recruiter", recruiter, "--mapping", missing), "cannot be read"),
        ((str(file), "--recruiter", recruiter, "--locale", "zz"), "no locale"),
    ):
        ended = erc("import", "ledger", *words)
        assert ended.code == 2
        assert said in " ".join(ended.err.split())


def test_rates_are_imported_by_day_and_source(
    erc: Erc, recruiter: str, data_dir: Path, tmp_path: Path
) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("base,quote,on,rate,source\nMYR,BDT,2024-01-20,24.35,central bank\n\n")
    assert json.loads(erc("import", "rates", str(file), "--json").out) == {
        "added": 1,
        "unchanged": 0,
    }
    assert "0 rates added, 1 were there already" in erc("import", "rates", str(file)).out
    assert stored(data_dir, "select rate from exchange_rate") == "24.35"
    for content, said in (
        ("base,quote\n", "The first line is"),
        ("base,quote,on,rate,source\nMYR,MYR,2024-01-20,1,x\n", "line 2: A rate is between two"),
        ("base,quote,on,rate,source\nMYR,BDT,yesterday,1,x\n", "line 2: write five cells"),
        ("base,quote,on,rate,source\nMYR,BDT,2024-01-20,25,central bank\n", "No rate was imported"),
        ('base,quote,on,rate,source\n"MYR', "no CSV"),
    ):
        file.write_text(content)
        ended = erc("import", "rates", str(file))
        assert ended.code == 2
        assert said in " ".join(ended.err.split())
    assert erc("import", "rates", str(tmp_path / "none.csv")).code == 2
