"""The wire format of the scheme's rules."""

from pydantic import Field

from app.platform.wire import MoneyBody, View

_WORDING = (
    "True: the scheme owner's own words. False: working wording of this project, never to be"
    " quoted as the standard's."
)


class CriterionView(View):
    """What a principle asks for."""

    code: str = Field(examples=["A.3"])
    title: str = Field(examples=["Does not recruit migrant workers under 18"])
    verified: bool = Field(description=_WORDING)
    critical: bool = Field(description="Every nonconformity with it is critical (§7).")


class PrincipleView(View):
    """One of the seven principles."""

    code: str = Field(examples=["A"])
    kind: str = Field(examples=["general"])
    title: str = Field(examples=["Respect for laws, fundamental principles and rights at work"])
    verified: bool = Field(description=_WORDING)
    criteria: list[CriterionView]


class StandardView(View):
    """One version of the standard; an indicator is a criterion seen through an element."""

    code: str = Field(examples=["iris-1.2"])
    title: str
    owner: str
    elements: list[str] = Field(examples=[["policies_and_procedures", "communication"]])
    evidence_streams: list[str] = Field(examples=[["document", "worker_interview"]])
    indicators: int = Field(description="Criteria × elements.", examples=[120])
    principles: list[PrincipleView]


class PolicyView(View):
    """The scheme's numbers of one version. Days are calendar days unless they say working days."""

    version: str = Field(examples=["2026.1"])
    zone: str = Field(description="In which the scheme's dates begin and end.", examples=["UTC"])
    application_fee: MoneyBody
    numbers: dict[str, int] = Field(examples=[{"review_days": 14, "cycle_months": 36}])
    respond_days: dict[str, int] = Field(description="By grade.", examples=[{"major": 30}])
    evidence_days: dict[str, int] = Field(description="By grade.", examples=[{"major": 90}])
