"""How well and how fast look-alikes are found: on a real register, and on an invented large one.

    .venv/bin/python -m bench.look_alikes [--rows 100000] [--names]

1. The 507 rows of ../shared/data/registers/bd-recruiting-agencies.csv (left out, with the reason,
   where they are not there): every pair is compared, then only the pairs that share a block.
   Limits: no pair over the threshold is missed by the blocks; no two rows of one normalised name
   are missed at all. With `--names` every pair that is flagged is printed with its score and
   reasons: to be read, never to be kept in the repository, for they are real companies.
2. Confusables (SECURITY R25): names of the register's words with letters put for others of their
   skeleton. Limit: 100 % flagged.
3. An invented register: how many pairs share a block, of all. Limit: at most one in ten thousand.

Exits with 1 where a limit is not kept.
"""

import argparse
import csv
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from time import process_time

from app.recruiters.names import blocks, comparable, forms, normalised
from app.recruiters.similarity import Likeness, Marks, Why, compare, compare_names
from app.scheme.shipped import first_policy

REGISTER = Path(__file__).parents[2] / "shared/data/registers/bd-recruiting-agencies.csv"
THRESHOLD = first_policy().look_alike_threshold
MOST_COMPARED = 1e-4
LOOKS_LIKE = {
    "a": "\u0430", "e": "\u0435", "o": "\u043e", "p": "\u0440", "c": "\u0441", "x": "\u0445",
    "k": "\u03ba", "i": "l",
}  # fmt: skip
FIRST = (
    "Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Heron", "Ivory", "Juniper",
    "Kestrel", "Lagoon", "Maple", "Nectar", "Opal", "Pebble", "Quartz", "Raven", "Saffron", "Tulip",
)  # fmt: skip
SECOND = (
    "Anchor", "Bridge", "Compass", "Dune", "Echo", "Ferry", "Garden", "Harbour", "Island", "Jetty",
    "Kiln", "Lantern", "Meadow", "Needle", "Orchard", "Plough", "Quarry", "River", "Spire", "Tower",
)  # fmt: skip


def near(records: Sequence[Marks]) -> Iterator[tuple[int, int]]:
    """The pairs that share a block, each once."""
    under: defaultdict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        for key in record.blocks():
            under[key].append(place)
    seen: set[tuple[int, int]] = set()
    for places in under.values():
        for pair in combinations(places, 2):
            if pair not in seen:
                seen.add(pair)
                yield pair


def flagged(
    records: Sequence[Marks], pairs: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], Likeness]:
    """The pairs that a reviewer would see."""
    found = ((pair, compare(records[pair[0]], records[pair[1]])) for pair in pairs)
    return {pair: likeness for pair, likeness in found if likeness.score >= THRESHOLD}


def real(rows: Sequence[dict[str, str]], *, with_names: bool) -> bool:
    """The real register: what is flagged, and that the blocks miss none of it."""
    records = [
        Marks(
            frozenset({row["name"]}),
            frozenset({(Why.SHARED_ADDRESS, comparable(row["address"]))}),
        )
        for row in rows
    ]
    every = flagged(records, combinations(range(len(records)), 2))
    pairs = list(near(records))
    blocked = flagged(records, pairs)
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_name[normalised(row["name"])].append(place)
    duplicates = {pair for places in by_name.values() for pair in combinations(places, 2)}
    reasons = Counter(why.value for likeness in every.values() for why in likeness.why)
    print(f"{len(rows)} real rows, threshold {THRESHOLD}:")
    print(f"  pairs {len(rows) * (len(rows) - 1) // 2:,}, by blocks {len(pairs):,}")
    print(f"  flagged {len(every)}, by blocks {len(blocked)}; reasons {dict(reasons)}")
    print(f"  exact duplicates {len(duplicates)}, flagged {len(duplicates & blocked.keys())}")
    if with_names:
        for (one, other), likeness in sorted(every.items(), key=lambda found: -found[1].score):
            why = ", ".join(likeness.why)
            print(f"  {likeness.score:3} {rows[one]['name']} | {rows[other]['name']} ({why})")
    return every.keys() == blocked.keys() and duplicates <= blocked.keys()


def confusable(names: Sequence[str]) -> bool:
    """Every name with some letters put for others that look like them is flagged and found."""
    chance = random.Random(1)  # noqa: S311 (invented data)
    tried = hit = 0
    for name in names:
        changed = "".join(
            LOOKS_LIKE[c] if c in LOOKS_LIKE and chance.random() < 0.5 else c for c in name
        )
        if changed == name or not forms(name).skeleton:
            continue
        tried += 1
        score, _ = compare_names(name, changed)
        hit += score >= THRESHOLD and bool(blocks(name) & blocks(changed))
    print(f"confusables: {hit:,} of {tried:,} flagged")
    return hit == tried


def invented(rows: int) -> list[Marks]:
    """Records of invented names: the same for the same size."""
    chance = random.Random(rows)  # noqa: S311 (invented data)
    syllables = [c + v for c in "bcdfghjklmnprstvyz" for v in "aeiou"]

    def word() -> str:
        return "".join(chance.choices(syllables, k=3)).capitalize()

    return [Marks(frozenset({f"{word()} {word()} Overseas Ltd"})) for _ in range(rows)]


def large(rows: int) -> bool:
    """Invented records: few of all pairs are compared."""
    records = invented(rows)
    began = process_time()
    pairs = 0

    def counted() -> Iterator[tuple[int, int]]:
        nonlocal pairs
        for pair in near(records):
            pairs += 1
            yield pair

    found = flagged(records, counted())
    took = process_time() - began
    without = rows * (rows - 1) // 2
    print(
        f"{rows:,} invented rows: {took:.1f} s, {pairs:,} pairs compared of {without:,},"
        f" {len(found):,} flagged"
    )
    return pairs <= MOST_COMPARED * without


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--names", action="store_true")
    chosen = arguments.parse_args()
    kept = True
    names = [f"{one} {other} Overseas" for one in FIRST for other in SECOND]
    if REGISTER.exists():
        with REGISTER.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        kept &= real(rows, with_names=chosen.names)
        names += [row["name"] for row in rows]
    else:
        print(f"real rows left out: there is no {REGISTER.name} beside the checkout")
    kept &= confusable(names)
    kept &= large(chosen.rows)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
