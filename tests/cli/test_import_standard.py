"""`erc import standard`: the scheme owner's text, all of it or nothing (DOMAIN §4)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.platform.database import Database
from app.scheme import queries, standard
from app.scheme.models import StandardVersion
from app.scheme.shipped import first_standard
from tests.cli.conftest import Erc

DOCS = Path(__file__).resolve().parents[2] / "docs" / "standards-and-policies.md"


@pytest.fixture
def text() -> dict[str, Any]:
    """The shipped standard under a new code, one working wording replaced by the official one."""
    document = standard.written(first_standard())
    document["code"] = "iris-1.3"
    criterion = document["principles"][2]["criteria"][0]
    criterion |= {"code": "1.1", "title": "Shall not charge any fee", "verified": True}
    return document


def run(erc: Erc, folder: Path, document: object, *options: str) -> tuple[int, str, str]:
    file = folder / "standard.json"
    content = document if isinstance(document, str) else json.dumps(document)
    file.write_text(content, encoding="utf-8")
    ran = erc("import", "standard", str(file), *options)
    return ran.code, ran.out, ran.err


def drafts(data_dir: Path) -> dict[str, tuple[str, int]]:
    database = Database(f"sqlite:///{data_dir / 'certification.db'}")
    with database.read() as session:
        found = {v.code: (v.state, v.version) for v in session.query(StandardVersion)}
        assert queries.published_standards(session) == ["iris-1.2"], "two people publish it"
    database.dispose()
    return found


def test_a_text_is_drafted_once_and_replaced_when_it_changes(
    erc: Erc, data_dir: Path, tmp_path: Path, text: dict[str, Any]
) -> None:
    erc("migrate")
    code, out, _ = run(erc, tmp_path, text, "--dry-run", "--json")
    told = json.loads(out)
    assert (code, told["outcome"], told["code"], told["against"]) == (
        0,
        "drafted",
        "iris-1.3",
        "iris-1.2",
    )
    assert (told["official"], told["working_wording"]) == (11, 20)
    assert "/principles/1/criteria/1.1/title" in {one["path"] for one in told["changes"]["added"]}
    assert drafts(data_dir) == {}, "a dry run changes nothing"

    code, out, _ = run(erc, tmp_path, text)
    assert code == 0
    assert out.startswith("iris-1.3 drafted: 11 texts official, 20 working wording; against iris-1")
    assert json.loads(run(erc, tmp_path, text, "--json")[1])["outcome"] == "unchanged"
    text["note"] = "As read by the owner on 2 March."
    assert json.loads(run(erc, tmp_path, text, "--json")[1])["outcome"] == "replaced"
    assert drafts(data_dir) == {"iris-1.3": ("drafted", 2)}


def test_a_text_with_faults_is_refused_whole_with_the_place_of_each(
    erc: Erc, data_dir: Path, tmp_path: Path, text: dict[str, Any]
) -> None:
    erc("migrate")
    text["principles"][0]["criteria"][1]["code"] = "A.1"
    code, out, _ = run(erc, tmp_path, text, "--json")
    told = json.loads(out)
    assert (code, told["outcome"]) == (2, "refused")
    assert told["faults"] == [
        {
            "pointer": "/principles/0/criteria/1/code",
            "detail": "A.1 stands at /principles/0/criteria/0/code already; use each code once.",
        }
    ]
    text["principles"][0]["criteria"][1] = {"code": "A 2", "title": "\u202eA", "critical": 1}
    code, out, _ = run(erc, tmp_path, text)
    assert (code, out.splitlines()[0]) == (2, "nothing was stored: 1 to mend")
    text["principles"][0]["criteria"][1]["title"] = "A"
    code, out, _ = run(erc, tmp_path, text)
    assert [line.partition(":")[0] for line in out.splitlines()[1:]] == [
        "/principles/0/criteria/1/code",
        "/principles/0/criteria/1/verified",
        "/principles/0/criteria/1/critical",
    ]
    shipped = {**standard.written(first_standard()), "title": "Another text"}
    code, out, _ = run(erc, tmp_path, shipped)
    assert code == 2
    assert "/code: iris-1.2 was used before and never changes: give the text another code" in out
    assert drafts(data_dir) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "holds no standard: write one JSON object"),
        ('{"code": "a", "code": "b"}', "code"),
        ("{", "is not JSON"),
    ],
)
def test_a_file_that_is_no_standard_ends_in_one_sentence(
    erc: Erc, tmp_path: Path, content: str, said: str
) -> None:
    erc("migrate")
    code, out, err = run(erc, tmp_path, content)
    assert (code, out) == (2, "")
    assert said in err
    assert erc("import", "standard", str(tmp_path / "nowhere.json")).code == 2


def test_the_example_of_the_documentation_is_a_standard(shared: Path) -> None:
    (example,) = re.findall(r"```json\n(\{\n  \"code\".*?)```", DOCS.read_text(), flags=re.DOTALL)
    found = standard.read(json.loads(example))
    assert found.indicators()
    theirs = json.loads((shared / "data" / "standard" / "iris-1.2.json").read_text())
    assert standard.read(theirs) == first_standard(), "the shipped text is the shared one"
