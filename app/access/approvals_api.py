"""The routes of first signatures: whoever signed one reads it, and may take it back (DOMAIN §9)."""

from fastapi import Response

from app.access.http import SIGNED_IN, Asking, Commanding, Router
from app.access.schemas import ApprovalView
from app.access.views import approval_view
from app.access.visibility import sight
from app.lifecycle import approvals
from app.platform.wire import IdText

router = Router(prefix="/v1")


@router.query(
    "/approvals/{approval_id}",
    action="approval.read",
    roles=SIGNED_IN,
    response_model=ApprovalView,
)
def read(asking: Asking, approval_id: IdText) -> Response:
    """Read a move that waits, or waited, for its second signature: its signers and the scheme."""
    actor = asking.actor
    return asking.answer(
        lambda session: approval_view(
            approvals.approval(
                session, approval_id, actor.person, everything=sight(actor).everything
            ),
            asking.now,
        )
    )


@router.command(
    "/approvals/{approval_id}/withdraw",
    action="approval.withdraw",
    roles=SIGNED_IN,
    response_model=ApprovalView,
)
def withdraw(commanding: Commanding, approval_id: IdText) -> Response:
    """Take back a first signature before the second is given, as when something in it is wrong."""
    return commanding.run(
        lambda work: approvals.withdraw(work.session, work.now, work.actor, approval_id).id,
        lambda work, found: approval_view(
            approvals.approval(work.session, found, work.actor.person), work.now
        ),
    )
