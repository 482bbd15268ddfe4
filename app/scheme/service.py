"""The only code that writes the scheme's rules."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.kernel.canonical import digest
from app.kernel.dates import start_of_day
from app.scheme.models import PublishedVersion
from app.scheme.shipped import VERSIONS, Shipped, first_policy


def publish_shipped(session: Session) -> None:
    """Publish the versions that ship with the service, those that are not there yet.

    For `erc migrate`; running it again changes nothing.
    """
    if missing := _missing(session):
        zone = first_policy().zone
        session.execute(
            insert(PublishedVersion),
            [
                {
                    "kind": one.kind.value,
                    "code": one.code,
                    "effective_on": one.effective_on,
                    "effective_from": (begins := start_of_day(one.effective_on, zone)),
                    "document": one.document,
                    "digest": digest(one.document),
                    "published_at": begins,
                }
                for one in missing
            ],
        )


def has_shipped(session: Session) -> bool:
    """Does the database hold every version that ships with the service?"""
    return not _missing(session)


def _missing(session: Session) -> list[Shipped]:
    known = {
        tuple(row) for row in session.execute(select(PublishedVersion.kind, PublishedVersion.code))
    }
    return [one for one in VERSIONS if (one.kind.value, one.code) not in known]
