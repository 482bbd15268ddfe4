"""The documents of applications: kept once, never changed, read by whoever sees the application.

The only code that writes them, and the one that reads them. The bytes are in `platform/storage`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications import queries, service
from app.applications.document import MOST, DocumentKind
from app.applications.models import Document
from app.kernel.errors import Conflict, FieldError, Invalid, NotFound
from app.kernel.identifiers import is_id, new_id
from app.kernel.roles import Actor
from app.lifecycle.journal import Work
from app.platform.pagination import Paging
from app.platform.storage import Stored


@dataclass(frozen=True, slots=True)
class Described:
    """What the recruiter says of a file, and of which type it was found to be."""

    kind: DocumentKind
    name: str
    media_type: str
    effective_from: date | None = None
    effective_until: date | None = None


def add(work: Work, application_id: str, described: Described, stored: Stored) -> Document:
    """Note a kept file as a document, while the content may change; the same again changes nothing.

    Raises NotFound, MoveRefused, Invalid, Conflict where there are too many.
    """
    application, _ = service.editable(work, application_id)
    begins, ends = described.effective_from, described.effective_until
    if begins is not None and ends is not None and ends < begins:
        reason = "the document's period ends before it begins"
        raise Invalid(reason, errors=[FieldError("/effective_until", reason)])
    document = Document(
        id=new_id(work.now),
        application_id=application.id,
        kind=described.kind.value,
        name=described.name,
        media_type=described.media_type,
        size=stored.size,
        sha256=stored.digest,
        effective_from=begins,
        effective_until=ends,
        uploaded_at=work.now,
        uploaded_by=work.actor.person,
    )
    if (known := _same(work.session, document)) is not None:
        return known
    if _count(work.session, application.id) >= MOST:
        raise Conflict(f"an application has at most {MOST} documents")
    work.session.add(document)
    return document


def listed(
    session: Session, actor: Actor, application_id: str, paging: Paging
) -> Sequence[Document]:
    """The documents of one application, in the order they were uploaded. Raises NotFound."""
    found = queries.application(session, actor, application_id)
    asked = select(Document).where(Document.application_id == found.id)
    if paging.after is not None:
        asked = asked.where(Document.id > paging.after[0])
    return session.scalars(asked.order_by(Document.id).limit(paging.fetch)).all()


def one(session: Session, actor: Actor, application_id: str, document_id: str) -> Document:
    """One document of an application that the caller may see. Raises NotFound."""
    found = queries.application(session, actor, application_id)
    kept = session.get(Document, document_id) if is_id(document_id) else None
    if kept is None or kept.application_id != found.id:
        raise NotFound(f"the application has no document {document_id[:36]}")
    return kept


def _same(session: Session, document: Document) -> Document | None:
    """The document that was given before with the same bytes, kind, name and period."""
    asked = select(Document).where(
        Document.application_id == document.application_id,
        Document.sha256 == document.sha256,
        Document.kind == document.kind,
        Document.name == document.name,
        Document.effective_from.is_not_distinct_from(document.effective_from),
        Document.effective_until.is_not_distinct_from(document.effective_until),
    )
    return session.scalars(asked).first()


def _count(session: Session, application_id: str) -> int:
    """How many documents the application has."""
    asked = select(func.count()).select_from(Document)
    return session.scalars(asked.where(Document.application_id == application_id)).one()
