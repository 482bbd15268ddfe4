"""The mapping file of a register: how one country's file names columns, statuses and days.

A small JSON document beside the register, read by `register_command.py`:

    {"columns": {"licence_number": "RL No", "name": "Agency", "address": "Office"},
     "statuses": {"in force": "valid", "on hold": "suspended"},
     "day_formats": ["%d/%m/%Y"], "delimiter": ";"}

Whatever is not said is as in a file that names its columns as we do.
"""

from collections.abc import Mapping as Dictionary
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from app.kernel.errors import FieldError
from app.platform.strict_json import parse
from app.platform.wire import Body, Line
from app.recruiters.names import normalised
from app.recruiters.register import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    PLAIN,
    Mapping,
    Status,
    UnreadableRegister,
)

_LARGEST = 65_536
_Column = Literal["licence_country", "licence_number", "name", "address", "status", "valid_until"]
_Word = Annotated[str, Line(200)]


class _MappingFile(Body):
    columns: dict[_Column, _Word] = Field(default_factory=dict)
    statuses: dict[_Word, Literal["valid", "suspended", "expired", "cancelled"]] | None = None
    day_formats: list[_Word] | None = Field(default=None, min_length=1, max_length=10)
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","


def load(path: Path) -> Mapping:
    """The mapping that the file holds. Raises `UnreadableRegister` with every fault in it."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UnreadableRegister(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > _LARGEST:
        raise UnreadableRegister(f"{path} is larger than {_LARGEST} bytes: no mapping file.")
    return read(content, str(path))


def read(content: bytes, name: str) -> Mapping:
    """The mapping in these bytes; `name` is how a refusal calls the file."""
    try:
        said = _MappingFile.model_validate(parse(content))
    except ValidationError as error:
        faults = [
            FieldError("/" + "/".join(map(str, fault["loc"])), fault["msg"])
            for fault in error.errors(include_url=False, include_input=False)
        ]
        told = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults)
        raise UnreadableRegister(f"{name} is no mapping file: {told}", errors=faults) from error
    columns = _columns({str(column): name for column, name in said.columns.items()})
    repeated = {n for n in columns.values() if list(columns.values()).count(n) > 1}
    if repeated:
        raise UnreadableRegister(f"{name} reads two things from column {min(repeated)}.")
    statuses = said.statuses
    return Mapping(
        columns=columns,
        statuses=PLAIN.statuses
        if statuses is None
        else {normalised(word): Status(status) for word, status in statuses.items()},
        day_formats=PLAIN.day_formats if said.day_formats is None else tuple(said.day_formats),
        delimiter=said.delimiter,
    )


def _columns(named: Dictionary[str, str]) -> dict[str, str]:
    """Ours, with the file's names: a mapping that names columns needs none for the country."""
    if not named:
        return dict(PLAIN.columns)
    wanted = (*COLUMNS[1:], *OPTIONAL_COLUMNS)
    return {**{column: column for column in wanted}, **named}
