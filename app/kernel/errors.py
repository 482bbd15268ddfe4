"""The domain's errors: what was wrong, where, and what would be right. Anything may raise them.

They know no HTTP: `platform/problems.py` alone maps a slug to a status and a documented page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in the input: where (a JSON pointer, RFC 6901) and what would be right."""

    pointer: str
    detail: str


class DomainError(Exception):
    """A refusal with a name. Raise one of its subclasses.

    `detail` is one sentence for the caller, `reasons` every unmet condition of a refused move,
    `errors` every faulty field of an input.
    """

    slug: ClassVar[str]

    def __init__(
        self,
        detail: str,
        *,
        reasons: Sequence[str] = (),
        errors: Sequence[FieldError] = (),
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reasons = tuple(reasons)
        self.errors = tuple(errors)


class NotFound(DomainError):
    """There is no such thing, or none that this caller may know of."""

    slug = "not-found"


class Forbidden(DomainError):
    """The caller's role or independence does not allow it, whatever the state."""

    slug = "forbidden"


class Conflict(DomainError):
    """The state of the thing, or an unmet guard, does not allow it now."""

    slug = "conflict"


class Invalid(DomainError):
    """The caller's input is at fault, and other input would be right."""

    slug = "invalid-input"


class StaleVersion(DomainError):
    """The caller acted on a version that has been overtaken meanwhile."""

    slug = "stale-version"
