"""How applicants, and what is true of a recruiter, are shown on the wire."""

from datetime import datetime

from app.registry.applicants import Applicant
from app.registry.by_recruiter import Found
from app.registry.schemas import (
    ApplicantView,
    HolderView,
    NumberedView,
    RecruiterAnswerView,
    WarningView,
)


def applicant_view(applicant: Applicant) -> ApplicantView:
    """An active applicant."""
    return ApplicantView(
        recruiter_number=applicant.number,
        name=applicant.name,
        country=applicant.country,
        corridors=list(applicant.corridors),
        since=applicant.since,
    )


def recruiter_answer(
    found: Found, now: datetime, data_version: int, public_url: str
) -> RecruiterAnswerView:
    """The answer to a question by recruiter number."""
    recruiter = found.recruiter
    return RecruiterAnswerView(
        result=found.result,
        recruiter=None
        if recruiter is None
        else HolderView(
            name=recruiter.name, country=recruiter.country, recruiter_number=recruiter.number
        ),
        applicant=None if found.applicant is None else applicant_view(found.applicant),
        certificates=[
            NumberedView(number=number, result=result, href=f"{public_url}/v1/verify/{number}")
            for number, result in found.certificates
        ],
        checked_at=now,
        data_version=data_version,
        warnings=[]
        if found.misspelt is None
        else [WarningView(code="wrong_recruiter_number", detail=found.misspelt)],
    )
