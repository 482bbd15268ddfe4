"""What `erc import rates` does: reads a CSV of exchange rates and imports all of it or nothing.

The header is `base,quote,on,rate,source`; called by the command line.
"""

import csv
from datetime import date
from pathlib import Path
from typing import TextIO

from app.employer_pays.exchange import ExchangeRate, parse_rate
from app.employer_pays.rates.service import ImportedRates, import_rates
from app.kernel import text
from app.kernel.errors import FieldError, Invalid
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import Workbench

_HEADER = ["base", "quote", "on", "rate", "source"]
_MOST_FAULTS = 20


class UnreadableRates(Invalid):
    """The file as a whole cannot be read, or a line of it."""


def import_file(workbench: Workbench, path: Path) -> ImportedRates:
    """Import exchange rates from a CSV file, UTF-8. Raises UnreadableRates, Invalid, Conflict."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rates = _read(file)
    except OSError as error:
        raise UnreadableRates(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableRates(f"{path} is no CSV in UTF-8: {error}.") from error
    with workbench.begin(SYSTEM) as work:
        return import_rates(work, rates)


def _read(file: TextIO) -> list[tuple[ExchangeRate, str]]:
    lines = csv.reader(file, strict=True)
    if next(lines, None) != _HEADER:
        raise UnreadableRates(f"The first line is {','.join(_HEADER)}.")
    rates, faults = [], []
    for cells in lines:
        if not any(cells):
            continue
        try:
            base, quote, on, digits, source = cells
            rate = ExchangeRate(
                base, quote, parse_rate(digits), date.fromisoformat(on), text.clean(source, 200)
            )
            rates.append((rate, digits))
        except Invalid as error:
            faults.append(FieldError(f"/lines/{lines.line_num}", error.detail))
        except ValueError:
            detail = "write five cells: two currencies, a day as 2026-03-15, the rate, its source"
            faults.append(FieldError(f"/lines/{lines.line_num}", detail))
    if faults:
        said = "; ".join(
            f"line {it.pointer.rpartition('/')[2]}: {it.detail}" for it in faults[:_MOST_FAULTS]
        )
        raise UnreadableRates(f"Nothing was imported. {said}", errors=faults)
    return rates
