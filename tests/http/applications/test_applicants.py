"""Accepted applicants are public as *active applicant*, never as certified (DOMAIN §5, §12)."""

from datetime import timedelta

from app.applications.lifecycle import State
from tests.api import Api
from tests.http.registry.test_applicants import ask, listed
from tests.making import applications


def test_an_applicant_is_shown_from_the_acceptance_to_the_end_of_the_offer(api: Api) -> None:
    people = api.made(applications.cast)
    application = applications.application(api.workbench, people, State.IN_REVIEW)
    assert listed(api) == []
    applications.ACCEPT(api.workbench, people, application)
    (number,) = listed(api)
    start = api.clock.now()
    api.clock.move_to(start.replace(hour=23, minute=59, second=59) + timedelta(days=90))
    assert ask(api, number)["result"] == "applicant"
    api.clock.advance(timedelta(seconds=1))  # no worker has run
    assert ask(api, number)["result"] == "not_found"
    assert listed(api) == []
    api.clock.move_to(start)
    applications.WITHDRAW(api.workbench, people, application)
    gone = ask(api, number)
    assert (gone["result"], gone["applicant"]) == ("not_found", None)
    assert gone["recruiter"]["recruiter_number"] == number


def test_what_was_only_handed_in_is_nobodys_business(api: Api) -> None:
    people = api.made(applications.cast)
    for state in (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.DEFERRED, State.REJECTED):
        applications.application(api.workbench, people, state)
    assert listed(api) == []
    assert ask(api, "LRN00012603")["result"] == "not_found"
    misspelt = ask(api, "LRN1")
    assert (misspelt["result"], misspelt["warnings"][0]["code"]) == (
        "not_found",
        "wrong_recruiter_number",
    )
    assert api.get("/v1/verify").status == 422
