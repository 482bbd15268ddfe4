"""`erc demo chain`: the whole chain over HTTP, in a sandbox server of its own (DOMAIN §5–§12).

Prints each request and its answer in one line; with `json` one document for machines.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from rich.console import Console

from app.demo import assessors, fees, story
from app.demo.case import Case
from app.demo.cast import Cast
from app.demo.companies import Company, Fate
from app.demo.stage import Caller, Exchange, Json, Stage, sign_in_at
from app.kernel.roles import Role

_STARTS_WITHIN = 30.0
_BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)
_COMPANY = Company(
    "Seven Kites Manpower", "BD", "Sylhet", ("BD-MY",), ("construction",), 120, Fate.VALID
)
_REGISTER = """licence_country,licence_number,name,address
BD,BD-00120,Seven Kites Manpower,"12 Station Road, Sylhet"
BD,BD-00040,Paper Boat Overseas,"7 Lake View, Dhaka"
BD,,Copper Lamp International,"3 Hill Street, Chattogram"
NP,RL-0004,Wrong Country Services,"1 Ring Road, Kathmandu"
"""


_TOLD = (
    "result",
    "state",
    "type",
    "number",
    "certificate_number",
    "reason_code",
    "status_since",
    "valid_until",
    "detail",
)
"""What of an answer its one line says."""


class ChainBroken(Exception):
    """The chain did not go as it must: what was answered instead."""


def walk(*, as_json: bool) -> None:
    """Walk the chain once. Raises ChainBroken where an answer is not what it must be."""
    console = Console(soft_wrap=True, highlight=False, quiet=as_json)
    steps: list[dict[str, Json]] = []

    def heard(exchange: Exchange) -> None:
        steps.append(
            {
                "who": exchange.who,
                "method": exchange.method,
                "path": exchange.path,
                "status": exchange.status,
                "answer": exchange.answer,
            }
        )
        console.print(_line(exchange), markup=False)

    with TemporaryDirectory(prefix="erc-chain-") as folder, _sandbox(Path(folder)) as sandbox:
        console.rule("1. a government's register of licences")
        imports = []
        for _ in ("first", "again"):
            report = sandbox.erc_json("import", "register", sandbox.register(), "--country", "BD")
            imports.append({name: count for name, count in report.items() if name != "rows"})
            console.print(f"erc import register → {imports[-1]}", markup=False)
        stage = Stage(sandbox.http, sandbox.move_clock, _BEGINS, sign_in_at(sandbox.http))
        administrator = sandbox.erc_json("admin", "create", "Ada Mbeki", "ada@example.org")
        cast = Cast(
            stage,
            Caller(
                stage,
                "scheme_manager",
                administrator["client_id"],
                administrator["client_secret"],
            ),
        )
        cast.enter()
        assessors.approve(cast)
        case = Case(_COMPANY, cast, cast.recruiter(_COMPANY), cast.audit_companies[0])
        stage.heard = heard
        refusals = _chain(case, console)
    if as_json:
        document = {
            "register": imports,
            "steps": steps,
            "refusals": refusals,
            "certificate": case.number,
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def _chain(case: Case, console: Console) -> list[Json]:
    """Every step by the role that owns it; the two refusals."""
    stage = case.cast.stage

    def later(days: float) -> None:
        stage.move_to(stage.now + timedelta(days=days))
        console.print(f"    … it is {stage.now.date()}", style="dim")

    console.rule("2. application, review, contract")
    story.draft(case)
    story.submit(case)
    later(3)
    story.clear_payment(case)
    later(5)
    story.accept(case)
    story.contract(case)

    console.rule("3. stage 1 and stage 2")
    stage_1 = story.plan(case, "stage_1", lasts=0)
    later(21)
    story.assess(case, stage_1)
    story.report(case, stage_1, "ready")
    story.review(case, stage_1)
    story.close_stage_1(case, stage_1)
    stage_2 = story.plan(case, "stage_2")
    later(21)
    story.assess(case, stage_2, failing="L-B.2")
    fees.interview(case, stage_2)
    finding = story.find(
        case, stage_2, "L-B.2", "major", "Two sub-agents were engaged without due diligence."
    )
    other = story.find(case, stage_2, "L-3.3", "minor", "One advertisement named no working hours.")
    story.report(case, stage_2, "grant")
    story.review(case, stage_2)

    console.rule("4. two refusals, and the findings")
    decisions = f"/v1/audits/{stage_2}/decisions"
    terms = story.grant_terms(case)
    by_the_auditor = _must(case.one(Role.LEAD_AUDITOR).try_post(decisions, terms), 403)
    too_early = _must(case.one(Role.DECISION_MAKER).try_post(decisions, terms), 409)
    story.respond(case, finding)
    story.respond(case, other)
    later(10)
    story.mend(case, finding)

    console.rule("5. an independent decision")
    fees.check(case)
    story.grant(case)

    console.rule("6. anybody verifies")
    _verified(case, "valid")
    later(90)
    story.suspend(case)
    _verified(case, "suspended")
    later(30)
    story.restore(case)
    _verified(case, "valid")
    later(30)
    story.decide(case, "withdraw", "licence_revoked")
    _verified(case, "withdrawn")
    case.cast.anybody().get(f"/v1/certificates/{case.number}/history")

    console.rule("7. another certificate expires, and no job has run")
    short_lived = Case(
        Company("Paper Boat Overseas", "BD", "Dhaka", ("BD-SA",), ("care",), 40, Fate.EXPIRED),
        case.cast,
        case.recruiter,
        case.auditors,
        turn=1,
    )
    heard, stage.heard = stage.heard, lambda _exchange: None
    short_lived.recruiter = case.cast.recruiter(short_lived.company)
    for wait in story.certified(short_lived):
        stage.move_to(stage.now + wait)
    stage.heard = heard
    _verified(short_lived, "valid")
    later(3 * 366)
    _verified(short_lived, "expired")
    _verified(case, "withdrawn")
    return [by_the_auditor.answer, too_early.answer]


def _verified(case: Case, result: str) -> None:
    answer = case.cast.anybody().get(f"/v1/verify/{case.number}")
    if answer["result"] != result:
        raise ChainBroken(f"{case.number} should be {result}, and is {answer['result']}")


def _must(exchange: Exchange, status: int) -> Exchange:
    if exchange.status != status:
        raise ChainBroken(f"{exchange.path} should answer {status}: {exchange.answer}")
    return exchange


def _line(exchange: Exchange) -> str:
    """A request and its answer, for people: `who  METHOD path → 200 state`."""
    return (
        f"{exchange.who:<21} {exchange.method:<5} {exchange.path} → {exchange.status}"
        f" {_said(exchange.answer)}"
    )


def _said(answer: Json) -> str:
    if answer.get("reasons"):
        return "; ".join(answer["reasons"])
    if "items" in answer:
        return ", ".join(f"{item['action']} by {item['role']}" for item in answer["items"])
    told = [str(answer[name]) for name in _TOLD if answer.get(name)]
    if "answers" in answer:
        told.append(f"{len(answer['answers'])} indicators answered")
    if answer.get("approval"):
        told.append("signed once, waits for the second signature")
    return " ".join(told)


class _Sandbox:
    """A server of this service over a folder of its own, whose clock is a file."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.http = httpx.Client(base_url=self.url, timeout=30)
        self._clock = folder / "clock"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ERC_")},
            "ERC_DATA_DIR": str(folder),
            "ERC_PUBLIC_URL": self.url,
            "ERC_PORT": str(port),
            "ERC_SANDBOX": "1",
            "ERC_CLOCK": str(self._clock),
            "ERC_LOG_LEVEL": "error",
        }

    def move_clock(self, instant: datetime) -> None:
        """The server rereads the file at every question: it is never half-written."""
        written = self.folder / "clock.new"
        written.write_text(instant.isoformat(), encoding="ascii")
        written.replace(self._clock)

    def register(self) -> str:
        """The path of an invented register."""
        path = self.folder / "register.csv"
        path.write_text(_REGISTER, encoding="utf-8")
        return str(path)

    def erc(self, *words: str) -> str:
        """The standard output of one command."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ChainBroken(f"erc {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def erc_json(self, *words: str) -> dict[str, Any]:
        """What a command prints with --json."""
        answer: dict[str, Any] = json.loads(self.erc(*words, "--json"))
        return answer


@contextmanager
def _sandbox(folder: Path) -> Iterator[_Sandbox]:
    sandbox = _Sandbox(folder, _free_port())
    sandbox.move_clock(_BEGINS)
    sandbox.erc("migrate")
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"], env=sandbox.environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(sandbox.http, server)
        yield sandbox
    finally:
        sandbox.http.close()
        server.terminate()
        server.wait(timeout=60)


def _wait_until_ready(http: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    patience = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < patience and server.poll() is None:
        try:
            if http.get("/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass  # it does not listen yet
        time.sleep(0.05)
    raise ChainBroken("the sandbox server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
