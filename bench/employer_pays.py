"""How fast the employer-pays verdicts are, against reading the same file into Decimals.

    .venv/bin/python -m bench.employer_pays

Writes a ledger of invented charges: one line each, ten a worker in order of date, the worker's
facts on every line. Then, in one process, one after the other:

- peer: `csv` reads every line, and every amount on it becomes a Decimal; nothing is kept;
- verdicts: the same lines become charges, every worker is judged, both verdicts of every charge are
  counted; nothing else is kept.

Limits: verdicts ≤ 5 × peer at 10^6 charges; a charge costs at 10^6 ≤ 1.25 × what it does at 10^4,
both measured in lines of the peer, so that a busy machine does not decide; 10^6 charges take as
much memory as 10^5, within 8 MiB, each in a process of its own. Exits with 1 where a limit is not
kept. Times are CPU seconds, the best of the rounds.
"""

import argparse
import csv
import gc
import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from time import process_time

from app.employer_pays import categories, rule_file
from app.employer_pays.categories import category
from app.employer_pays.charge import (
    Charge,
    Evidence,
    Form,
    Gender,
    Payee,
    Payer,
    Placement,
    Stage,
    Worker,
)
from app.employer_pays.verdict import judge
from app.kernel.money import Money
from app.kernel.places import Corridor

PER_WORKER = 10
SIZES = (10_000, 100_000, 1_000_000)
TIMES_THE_PEER = 5.0
GROWTH = 1.25
MORE_MEMORY = 8 * 1024  # KiB
ROUNDS = 3

WORKER = (
    "worker", "corridor", "gender", "occupation", "monthly_wage", "wage_currency",
    "first_month_earnings", "contract_months", "contract_signed_on", "employer_bears_all_costs",
    "arrived_on", "first_wage_on",
)  # fmt: skip
CHARGE = (
    "category", "payee", "stage", "form", "paid_by", "charged_on", "amount", "currency", "evidence",
    "repaid",
)  # fmt: skip
AMOUNTS = [(*WORKER, *CHARGE).index(n) for n in ("monthly_wage", "first_month_earnings", "amount")]
REPAID = len(WORKER) + CHARGE.index("repaid")

CORRIDORS = {
    "BD-MY": "BDT", "BD-SA": "BDT", "BD-AE": "BDT", "NP-MY": "NPR", "NP-QA": "NPR", "IN-AE": "INR",
    "ID-HK": "HKD", "PH-HK": "HKD", "VN-TW": "TWD", "PK-SA": "PKR", "LK-JP": "LKR", "VN-SG": "SGD",
}  # fmt: skip
"""Where the invented workers go, and the currency in which they are paid and pay."""


def write(path: Path, charges: int) -> None:
    """Write a ledger: the same for the same size."""
    chance = random.Random(charges)  # noqa: S311 (invented data)
    codes = sorted(categories.CODES)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow((*WORKER, *CHARGE))
        for number in range(charges // PER_WORKER):
            worker, currency, signed = _worker(chance, number)
            days = sorted(chance.randrange(-60, 300) for _ in range(PER_WORKER))
            for day in days:
                amount = f"{chance.randrange(100, 40_000)}.{chance.randrange(100):02}"
                out.writerow(
                    (
                        *worker,
                        chance.choice(codes),
                        chance.choice(tuple(Payee)),
                        chance.choice(tuple(Stage)),
                        chance.choice(tuple(Form)),
                        chance.choices(tuple(Payer), (12, 6, 2, 1, 1, 1, 1))[0],
                        signed + timedelta(days=day),
                        amount,
                        currency,
                        chance.choice(tuple(Evidence)),
                        amount if chance.random() < 0.1 else "",
                    )
                )


def _worker(chance: random.Random, number: int) -> tuple[tuple[object, ...], str, date]:
    corridor = chance.choice(tuple(CORRIDORS))
    signed = date(2022, 1, 1) + timedelta(days=chance.randrange(700))
    arrived = signed + timedelta(days=chance.randrange(20, 90))
    wage = f"{chance.randrange(900, 30_000)}.{chance.randrange(100):02}"
    facts = (
        f"w{number:07}",
        corridor,
        chance.choice(tuple(Gender)),
        chance.choice(("construction_worker", "domestic_worker", "cleaner", "factory_worker")),
        wage,
        CORRIDORS[corridor],
        wage,
        chance.choice((12, 24, 36)),
        signed,
        chance.choice(("true", "false")),
        arrived,
        arrived + timedelta(days=30),
    )
    return facts, CORRIDORS[corridor], signed


def peer(path: Path) -> int:
    """Read every line, make every amount a Decimal."""
    count = 0
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        next(lines)
        for line in lines:
            for place in AMOUNTS:
                Decimal(line[place])
            Decimal(line[REPAID] or "0")
            count += 1
    return count


def verdicts(path: Path) -> int:
    """Judge every worker of the file; keep the counts alone."""
    book = rule_file.load()
    found: Counter[tuple[str, str]] = Counter()
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        next(lines)
        for placement, charges in _workers(lines):
            judgement = judge(book, placement, charges)
            found.update(zip(judgement.employer_pays, judgement.national_law, strict=True))
    return found.total()


_corridor = cache(Corridor.parse)
_GENDERS = {value.value: value for value in Gender}
_PAYEES = {value.value: value for value in Payee}
_PAYERS = {value.value: value for value in Payer}
_STAGES = {value.value: value for value in Stage}
_FORMS = {value.value: value for value in Form}
_EVIDENCE = {value.value: value for value in Evidence}


def _workers(lines: Iterable[list[str]]) -> Iterator[tuple[Placement, list[Charge]]]:
    facts = len(WORKER)
    for _, group in groupby(lines, key=itemgetter(0)):
        charges = []
        for line in group:
            code, payee, stage, form, payer, on, amount, currency, evidence, repaid = line[facts:]
            charges.append(
                Charge(
                    category(code),
                    Money.parse(amount, currency),
                    _PAYERS[payer],
                    date.fromisoformat(on),
                    _PAYEES[payee],
                    _FORMS[form],
                    _STAGES[stage],
                    _EVIDENCE[evidence],
                    Money.parse(repaid, currency) if repaid else None,
                )
            )
        yield _placement(line), charges


def _placement(line: list[str]) -> Placement:
    _, corridor, gender, job, wage, currency, first, months, signed, bears, arrived, paid, *_ = line
    worker = Worker(
        gender=_GENDERS[gender],
        occupation=job,
        monthly_wage=Money.parse(wage, currency),
        first_month_earnings=Money.parse(first, currency),
        contract_months=int(months),
        contract_signed_on=date.fromisoformat(signed),
    )
    return Placement(
        corridor=_corridor(corridor),
        worker=worker,
        employer_bears_all_costs=bears == "true",
        arrived_on=date.fromisoformat(arrived),
        first_wage_on=date.fromisoformat(paid),
    )


def seconds(reading: Callable[[Path], int], path: Path, charges: int, rounds: int) -> float:
    """The CPU seconds of the best round."""
    taken = []
    for _ in range(rounds):
        gc.collect()
        begin = process_time()
        assert reading(path) == charges
        taken.append(process_time() - begin)
    return min(taken)


def peak(path: Path) -> int:
    """The most memory, in KiB, of a process of its own that judges the file."""
    command = [sys.executable, "-m", "bench.employer_pays", "--judge", str(path)]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def main() -> int:
    """Print the table; 1 where a limit is not kept."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    asked = arguments.parse_args()
    if asked.judge:
        verdicts(asked.judge)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return 0

    print(
        f"{'charges':>9} {'peer s':>8} {'verdicts s':>11} {'ratio':>6} {'µs/charge':>10} {'MiB':>6}"
    )
    ratios, peaks = [], []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.csv"
            write(path, size)
            rounds = asked.rounds * (1 if size == SIZES[-1] else 3)
            of_peer = seconds(peer, path, size, rounds)
            ours = seconds(verdicts, path, size, rounds)
            ratios.append(ours / of_peer)
            peaks.append(peak(path))
            print(
                f"{size:>9} {of_peer:>8.3f} {ours:>11.3f} {ratios[-1]:>6.2f}"
                f" {ours / size * 1e6:>10.2f} {peaks[-1] / 1024:>6.1f}"
            )
    limits = {
        f"verdicts ≤ {TIMES_THE_PEER} × peer": ratios[-1] <= TIMES_THE_PEER,
        f"cost of a charge at 10^6 ≤ {GROWTH} × at 10^4": ratios[-1] <= GROWTH * ratios[0],
        "memory at 10^6 as at 10^5": peaks[-1] <= peaks[1] + MORE_MEMORY,
    }
    for limit, kept in limits.items():
        print(f"{'kept  ' if kept else 'BROKEN'} {limit}")
    return 0 if all(limits.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
