"""An application filled in offline: downloaded, tried, saved, refused (DOMAIN §1, SECURITY R40)."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest

from app.applications.lifecycle import State
from app.platform.workbook import LARGEST, MEDIA_TYPE
from tests.api import Api
from tests.asgi import Answer
from tests.making import applications
from tests.making.access import Someone
from tests.making.applications import Cast

NOWHERE = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"


@dataclass(frozen=True)
class Office:
    """Somebody who fills in workbooks."""

    api: Api
    people: Cast

    def made(self, state: State = State.DRAFT) -> str:
        return applications.application(self.api.workbench, self.people, state)

    def workbook(self, application: str) -> Answer:
        return self.api.get(f"/v1/applications/{application}/workbook", self.people.staff)

    def send(
        self,
        application: str,
        content: bytes,
        *,
        save: bool = False,
        someone: Someone | None = None,
        media_type: str = MEDIA_TYPE,
        **how: Any,
    ) -> Answer:
        dry_run = "?dry_run=false" if save else ""
        return self.api.upload(
            f"/v1/applications/{application}/workbook{dry_run}",
            content,
            media_type,
            someone or self.people.staff,
            **how,
        )

    def read(self, application: str) -> Any:
        return self.api.get(f"/v1/applications/{application}", self.people.staff).json


def filled(answer: Answer, fill: Callable[[Any], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(answer.body))
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def another_site(book: Any) -> None:
    for column, value in enumerate(("=शाखा", "NP", "पोखरा"), start=1):
        cell = book["Sites"].cell(4, column)
        cell.value, cell.data_type = value, "s"


def two_faults(book: Any) -> None:
    another_site(book)
    book["Licences"]["D2"].value = "next year"
    book["Self-assessment"]["F2"].value = NOWHERE


@pytest.fixture
def office(api: Api) -> Office:
    return Office(api, api.made(applications.cast))


def test_a_workbook_is_tried_first_and_saved_when_all_is_right(office: Office) -> None:
    application = office.made()
    before = office.read(application)
    given = office.workbook(application)
    assert given.headers["content-type"] == MEDIA_TYPE
    assert given.headers["content-disposition"].startswith('attachment; filename="application-')
    assert office.send(application, given.body).json == {
        "application_id": application,
        "version": 1,
        "dry_run": True,
        "saved": False,
        "changed": [],
        "missing": [],
        "errors": [],
    }
    more = filled(given, another_site)
    tried = office.send(application, more)
    assert (tried.json["changed"], tried.json["saved"]) == (["sites"], False)
    assert office.read(application) == before
    saved = office.send(application, more, save=True, key="once")
    assert (saved.json["changed"], saved.json["saved"]) == (["sites"], True)
    after = office.read(application)
    assert after["sites"] == [
        *before["sites"],
        {"name": "=शाखा", "country": "NP", "city": "पोखरा"},
    ]
    assert {**after, "sites": None} == {**before, "sites": None}
    again = office.send(application, more, save=True, key="once")
    assert again.json == saved.json
    stale = office.send(application, given.body, save=True)
    assert (stale.status, "was edited since" in stale.json["detail"]) == (412, True)


def test_a_single_fault_saves_nothing_and_each_has_its_cell(office: Office) -> None:
    application = office.made()
    before = office.read(application)
    content = filled(office.workbook(application), two_faults)
    tried = office.send(application, content).json
    assert [(error["sheet"], error["cell"]) for error in tried["errors"]] == [("Licences", "D2")]
    refused = office.send(application, content, save=True)
    assert (refused.status, [error["pointer"] for error in refused.json["errors"]]) == (
        422,
        ["/Licences/D2"],
    )
    unknown = filled(
        office.workbook(application),
        lambda book: book["Self-assessment"].__setitem__("F2", NOWHERE),
    )
    assert [
        (error["sheet"], error["cell"], error["detail"])
        for error in office.send(application, unknown).json["errors"]
    ] == [("Self-assessment", "F2", f"there is no document {NOWHERE} of yours")]
    assert office.send(application, unknown, save=True).json["errors"] == [
        {"pointer": "/Self-assessment/F2", "detail": f"there is no document {NOWHERE} of yours"}
    ]
    assert office.read(application) == before
    emptied = filled(office.workbook(application), lambda book: book["Corridors"].delete_rows(2, 5))
    report = office.send(application, emptied).json
    assert report["changed"] == ["corridors"]
    assert "no corridor is named" in report["missing"]


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_a_workbook_counts_for_the_application_as_it_was(office: Office) -> None:
    application, other = office.made(), office.made()
    given = office.workbook(application).body
    strange = office.send(other, given, save=True)
    assert (strange.status, "belongs to another application" in strange.json["detail"]) == (
        422,
        True,
    )
    for step in applications.PATHS[State.DEFERRED]:
        step(office.api.workbench, office.people, application)
    late = office.send(application, given, save=True)
    assert late.status == 412
    assert "was made at version 1 of the application, which is at 4 now" in late.json["detail"]
    fresh = filled(office.workbook(application), another_site)
    assert office.send(application, fresh, save=True).json["saved"] is True
    submitted = office.made(State.SUBMITTED)
    refused = office.send(submitted, office.workbook(submitted).body)
    assert (refused.status, "its content changes while" in refused.json["detail"]) == (409, True)


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_what_is_no_workbook_of_ours_is_refused(office: Office) -> None:
    application = office.made()
    given = office.workbook(application)
    assert office.send(application, b"a,b\r\n").status == 415
    assert office.send(application, given.body, media_type="text/csv").status == 415
    assert office.send(application, b"x" * (LARGEST + 1)).status == 413

    def forget(book: Any) -> None:
        book["_about"]["A5"].value = "other"

    made_elsewhere = office.send(application, filled(given, forget))
    assert made_elsewhere.json["detail"].startswith("This workbook was not made here")


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_others_neither_download_nor_send_it(office: Office) -> None:
    application = office.made()
    given = office.workbook(application).body
    stranger = office.api.made(applications.cast)
    path = f"/v1/applications/{application}/workbook"
    for someone in (stranger.staff, office.people.programme_manager):
        assert office.api.get(path, someone).status == 404
    assert office.send(application, given, someone=stranger.staff).status == 404
    assert office.send(application, given, someone=office.people.reviewer).status == 403
    assert office.api.get(path, office.people.reviewer).status == 200
    assert office.api.get(path).status == 401
