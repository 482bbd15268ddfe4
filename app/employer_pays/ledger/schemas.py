"""The wire format of an import's report."""

from pydantic import Field

from app.platform.wire import View


class LedgerFaultView(View):
    """What is wrong with one field of a line; the headers are line 1."""

    line: int = Field(examples=[17])
    field: str = Field(examples=["amount"])
    detail: str


class LedgerReportView(View):
    """What became of a ledger, or would."""

    lines: int
    recorded: int
    faulty: int = Field(description="Lines with a fault.")
    dry_run: bool
    faults: list[LedgerFaultView] = Field(description="The first 200.")
