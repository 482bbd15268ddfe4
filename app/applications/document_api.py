"""The routes of an application's documents: given once, kept by content, handed out as files."""

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi import Query as InQuery
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from app.access.http import Asking, Router
from app.access.uploads import Receiving, Uploading, takes
from app.applications import documents, queries
from app.applications.api import READERS
from app.applications.document import LARGEST, DocumentKind
from app.applications.documents import Described
from app.applications.models import Document
from app.applications.schemas import DocumentView
from app.kernel.roles import RECRUITER
from app.lifecycle.journal import Work
from app.platform.downloads import gives, streamed
from app.platform.file_types import TAKEN, recognise
from app.platform.pagination import Page, Paging, paging
from app.platform.storage import Storage
from app.platform.wire import Day, IdText, Name

router = Router(prefix="/v1/applications")

Paged = Annotated[Paging, Depends(paging)]


def _without_folders(name: str) -> str:
    if "/" in name or "\\" in name:
        raise PydanticCustomError("file_name", "Write the name of the file without folders.")
    return name


FileName = Annotated[Name, AfterValidator(_without_folders)]


@router.command(
    "/{application_id}/documents",
    action="application.add_document",
    roles=RECRUITER,
    response_model=DocumentView,
    status_code=201,
    body_limit=LARGEST,
    **takes(TAKEN, "The file itself: a PDF, PNG or JPEG."),
)
def add(
    commanding: Uploading,
    file: Receiving,
    request: Request,
    application_id: IdText,
    kind: DocumentKind,
    name: Annotated[FileName, InQuery(examples=["licence.pdf"])],
    effective_from: Annotated[
        Day | None, InQuery(description="The first day for which it says something.")
    ] = None,
    effective_until: Annotated[
        Day | None, InQuery(description="The last such day, inclusive.")
    ] = None,
) -> Response:
    """Give a document, as the body of the call; the same one again changes nothing."""
    with commanding.workbench.database.read() as session:
        queries.application(session, commanding.actor, application_id)
    found = recognise(file.file, name, file.media_type)
    storage: Storage = request.app.state.storage
    stored = storage.put(file.file, most=LARGEST)
    described = Described(kind, name, found.media_type, effective_from, effective_until)
    return commanding.run(
        lambda work: documents.add(work, application_id, described, stored), _shown
    )


@router.query(
    "/{application_id}/documents",
    action="application.read",
    roles=READERS,
    response_model=Page[DocumentView],
    operation_id="applications_documents",
)
def list_documents(asking: Asking, paging: Paged, application_id: IdText) -> Response:
    """List the documents of an application, in the order they were given."""
    return asking.answer(
        lambda session: paging.page(
            documents.listed(session, asking.actor, application_id, paging),
            position=lambda document: (document.id,),
            item=document_view,
        )
    )


@router.query(
    "/{application_id}/documents/{document_id}",
    action="application.read",
    roles=READERS,
    response_model=DocumentView,
    operation_id="applications_document",
)
def read(asking: Asking, application_id: IdText, document_id: IdText) -> Response:
    """Read what is known of one document."""
    return asking.answer(
        lambda session: document_view(
            documents.one(session, asking.actor, application_id, document_id)
        )
    )


@router.query(
    "/{application_id}/documents/{document_id}/content",
    action="application.read",
    roles=READERS,
    operation_id="applications_document_content",
    **gives(TAKEN, "The file, to be saved."),
)
def download(
    asking: Asking, request: Request, application_id: IdText, document_id: IdText
) -> Response:
    """Download one document."""
    with asking.database.read() as session:
        document = documents.one(session, asking.actor, application_id, document_id)
    storage: Storage = request.app.state.storage
    chunks = storage.open(document.sha256)
    return streamed(chunks, document.name, document.media_type, document.size)


def document_view(document: Document) -> DocumentView:
    """A document on the wire."""
    address = f"/v1/applications/{document.application_id}/documents/{document.id}"
    return DocumentView(
        id=document.id,
        kind=DocumentKind(document.kind),
        name=document.name,
        media_type=document.media_type,
        size=document.size,
        sha256=document.sha256,
        effective_from=document.effective_from,
        effective_until=document.effective_until,
        uploaded_at=document.uploaded_at,
        href=f"{address}/content",
    )


def _shown(_work: Work, document: Document) -> DocumentView:
    return document_view(document)
