"""Documents of an application on the wire (DOMAIN §5, SECURITY R26, R33, R40, R41)."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest

from app.applications import document
from app.applications.document import LARGEST
from app.applications.lifecycle import State
from tests.api import Api
from tests.asgi import Answer
from tests.making import applications
from tests.making.access import Someone
from tests.making.applications import Cast
from tests.making.files import jpeg, pdf, png

NOWHERE = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"


@dataclass(frozen=True)
class Shelf:
    """An application and the files that are given with it."""

    api: Api
    people: Cast
    application: str

    @property
    def path(self) -> str:
        return f"/v1/applications/{self.application}/documents"

    def give(
        self,
        content: Any = None,
        name: str = "licence.pdf",
        media_type: str = "application/pdf",
        someone: Someone | None = None,
        more: str = "",
        **how: Any,
    ) -> Answer:
        query = f"kind=licence&name={quote(name)}{more}"
        return self.api.upload(
            f"{self.path}?{query}",
            pdf() if content is None else content,
            media_type,
            someone or self.people.staff,
            **how,
        )

    def list(self, someone: Someone | None = None) -> Any:
        return self.api.get(self.path, someone or self.people.reviewer).json["items"]


@pytest.fixture
def shelf(api: Api) -> Shelf:
    people = api.made(applications.cast)
    return Shelf(api, people, applications.application(api.workbench, people))


def test_a_document_is_given_once_and_handed_out_as_it_was(shelf: Shelf) -> None:
    period = "&effective_from=2024-01-01&effective_until=2027-12-31"
    given = shelf.give(name='इजाजतपत्र "1".pdf', more=period)
    assert given.status == 201
    described = given.json
    assert {name: described[name] for name in ("kind", "name", "media_type", "size", "sha256")} == {
        "kind": "licence",
        "name": 'इजाजतपत्र "1".pdf',
        "media_type": "application/pdf",
        "size": len(pdf()),
        "sha256": sha256(pdf()).hexdigest(),
    }
    assert described["effective_from"] == "2024-01-01"
    assert described["effective_until"] == "2027-12-31"
    assert described["uploaded_at"] == "2026-03-02T09:00:00Z"
    again = shelf.give(name='इजाजतपत्र "1".pdf', more=period)
    assert (again.status, again.json) == (201, described)
    assert shelf.list() == [described]
    one = f"{shelf.path}/{described['id']}"
    assert shelf.api.get(one, shelf.people.staff).json == described
    file = shelf.api.get(described["href"], shelf.people.reviewer)
    assert (file.status, file.body) == (200, pdf())
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-length"] == str(len(pdf()))
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["content-security-policy"].startswith("sandbox")
    assert file.headers["cache-control"] == "private, no-store"
    assert file.headers["content-disposition"] == (
        "attachment; filename=\"_________ _1_.pdf\"; filename*=UTF-8''"
        + quote('इजाजतपत्र "1".pdf', safe="")
    )


def test_the_same_bytes_for_another_period_are_another_document(shelf: Shelf) -> None:
    first = shelf.give(more="&effective_until=2026-12-31").json
    second = shelf.give(more="&effective_until=2027-12-31").json
    third = shelf.give().json
    assert len({first["id"], second["id"], third["id"]}) == 3
    assert len({document["sha256"] for document in shelf.list()}) == 1
    for media_type, content, name in (
        ("image/png", png(), "a.png"),
        ("image/jpeg", jpeg(), "a.jpg"),
    ):
        assert shelf.give(content, name, media_type).status == 201
    assert len(shelf.list()) == 5


def test_a_key_means_one_upload_of_one_file(shelf: Shelf) -> None:
    first = shelf.give(key="once")
    assert shelf.give(key="once").json == first.json
    for other in (
        shelf.give(pdf("another"), key="once"),
        shelf.give(name="other.pdf", key="once"),
        shelf.give(more="&effective_until=2027-12-31", key="once"),
    ):
        assert (other.status, other.json["type"].rpartition("/")[2]) == (
            422,
            "idempotency-key-reused",
        )
    assert len(shelf.list()) == 1


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_what_is_no_document_is_refused_and_nothing_is_kept(shelf: Shelf) -> None:
    for content, name, media_type, status, said in (
        (b"MZ" + b"\0" * 99, "a.pdf", "application/pdf", 415, "Windows Executable"),
        (png(), "a.pdf", "image/png", 415, "does not end in .png"),
        (pdf(), "a.pdf", "text/html", 415, "Content-Type: application/pdf"),
        (pdf(), "../a.pdf", "application/pdf", 422, ""),
        (pdf(), "a\u202efdp.pdf", "application/pdf", 422, ""),
        (pdf(), "a\0.pdf", "application/pdf", 422, ""),
        (pdf(), "", "application/pdf", 422, ""),
        (b"", "a.pdf", "application/pdf", 415, "not taken"),
    ):
        answer = shelf.give(content, name, media_type)
        assert (answer.status, said in answer.json["detail"]) == (status, True), answer.json
    backwards = shelf.give(more="&effective_from=2026-02-01&effective_until=2026-01-31")
    assert backwards.status == 422
    assert shelf.api.upload(shelf.path, pdf(), "application/pdf", shelf.people.staff).status == 422
    assert shelf.list() == []


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_a_file_is_counted_as_it_arrives(shelf: Shelf) -> None:
    """Content-Length is not sent at all; the last byte before the limit passes."""
    start, end = pdf()[:-7], pdf()[-7:]

    def chunks(size: int) -> Any:
        yield start
        left = size - len(start) - len(end)
        while left > 0:
            yield b" " * min(left, 1024 * 1024)
            left -= 1024 * 1024
        yield end

    assert shelf.give(chunks(LARGEST + 1)).status == 413
    assert shelf.give(chunks(LARGEST)).json["size"] == LARGEST


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_documents_are_given_while_the_content_may_change_and_not_without_end(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = Shelf(
        shelf.api,
        shelf.people,
        applications.application(shelf.api.workbench, shelf.people, State.SUBMITTED),
    )
    refused = submitted.give()
    assert (refused.status, "its content changes while" in refused.json["detail"]) == (409, True)
    deferred = Shelf(
        shelf.api,
        shelf.people,
        applications.application(shelf.api.workbench, shelf.people, State.DEFERRED),
    )
    assert deferred.give().status == 201
    monkeypatch.setattr("app.applications.documents.MOST", 1)
    assert shelf.give().status == 201
    assert shelf.give().status == 201  # the same again
    assert shelf.give(pdf("another")).json["detail"] == "an application has at most 1 documents"
    assert document.MOST == 200


def test_others_neither_see_nor_give_documents(shelf: Shelf) -> None:
    given = shelf.give().json
    stranger = shelf.api.made(applications.cast)
    for someone in (stranger.staff, shelf.people.programme_manager):
        assert shelf.api.get(shelf.path, someone).status == 404
        assert shelf.api.get(f"{shelf.path}/{given['id']}", someone).status == 404
        assert shelf.api.get(given["href"], someone).status == 404
    assert shelf.give(someone=stranger.staff).status == 404
    assert shelf.give(someone=shelf.people.reviewer).status == 403
    assert shelf.api.get(given["href"]).status == 401
    elsewhere = applications.application(shelf.api.workbench, shelf.people)
    for found in (
        f"/v1/applications/{elsewhere}/documents/{given['id']}",
        f"{shelf.path}/{NOWHERE}",
        f"{shelf.path}/{NOWHERE}/content",
    ):
        assert shelf.api.get(found, shelf.people.staff).status == 404


def test_evidence_of_a_self_assessment_is_a_document_of_ones_own(shelf: Shelf) -> None:
    given = shelf.give().json["id"]
    path = f"/v1/applications/{shelf.application}/self-assessment"

    def answer(evidence: list[str], method: str = "PATCH") -> Answer:
        answers = [
            {"criterion": "A.1", "element": "monitoring", "maturity": 4, "evidence": evidence}
        ]
        return shelf.api.call(method, path, shelf.people.staff, {"answers": answers})

    answered = answer([given])
    assert answered.status == 200
    assert answered.json["completed_on"] == "2026-03-02"
    assert len(answered.json["answers"]) == 120
    refused = answer([NOWHERE])
    assert [error["pointer"] for error in refused.json["errors"]] == ["/answers/0/evidence"]
    assert len(answer([given], "PUT").json["answers"]) == 1
    unknown = [{"criterion": "Z.9", "element": "hope", "maturity": 4}]
    wrong = shelf.api.call("PATCH", path, shelf.people.staff, {"answers": unknown})
    assert [error["pointer"] for error in wrong.json["errors"]] == [
        "/answers/0/criterion",
        "/answers/0/element",
    ]
    following = shelf.api.post(
        "/v1/applications", {"recruiter_id": shelf.people.recruiter}, shelf.people.staff
    ).json
    assert following["self_assessment"]["answers"] == answer([given], "PUT").json["answers"]
    changed = {"answers": [{"criterion": "A.1", "element": "monitoring", "maturity": 1}]}
    seen = shelf.api.call(
        "PATCH",
        f"/v1/applications/{following['id']}/self-assessment",
        shelf.people.staff,
        changed,
    ).json
    assert seen["former"]["application_id"] == shelf.application
    assert seen["differences"] == [
        {"criterion": "A.1", "element": "monitoring", "before": 4, "now": 1}
    ]
    assert len(seen["unanswered"]) == 119
    assert seen["summary"]["score"] == {"percent": 0, "answered": 1, "of": 120}
    assert [p["code"] for p in seen["summary"]["by_principle"]] == list("AB12345")
    assert len(seen["summary"]["gaps"]) == 120
    shown = shelf.api.get(
        f"/v1/applications/{following['id']}/self-assessment", shelf.people.reviewer
    )
    assert shown.json == seen
