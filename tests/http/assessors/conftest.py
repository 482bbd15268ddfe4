"""The service over a case whose stage 2 audit is reviewed."""

from tests.http.certificates.conftest import clock, database_url, world

__all__ = ["clock", "database_url", "world"]
