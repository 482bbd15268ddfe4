"""A case whose stage 2 audit is reviewed, over a database of either kind, and a clock."""

from tests.domain.certificates.conftest import world

__all__ = ["world"]
