"""What all versioned documents share: faults told at their place, and the difference of two. Pure.

Used by the modules of this room that read a document: policy.py, standard.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from app.kernel.errors import FieldError, Invalid


@contextmanager
def refusing_faults(detail: str) -> Iterator[None]:
    """Turn what pydantic found into Invalid, every fault at its JSON pointer (RFC 6901)."""
    try:
        yield
    except ValidationError as error:
        faults = [
            FieldError(pointer(found["loc"]), _sentence(found["msg"]))
            for found in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Invalid(detail, errors=faults) from error


def pointer(path: tuple[int | str, ...]) -> str:
    """The JSON pointer of a path: `/principles/0/code`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _sentence(message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith('.') else '.'}"
