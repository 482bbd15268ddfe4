"""The world of certificates: a reviewed audit, on which a certificate can be granted."""

from tests.domain.certificates.conftest import world

__all__ = ["world"]
