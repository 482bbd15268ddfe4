"""Sub-agents and partners: a graph without circles, kept under a lock."""

import pytest

from app.kernel.errors import Conflict, Invalid, NotFound
from app.lifecycle.journal import Workbench
from app.platform.database import try_lock
from app.recruiters import queries, service
from app.recruiters.models import BusinessPartner
from app.recruiters.profile import PartnerKind
from app.recruiters.service import NewPartner
from tests.making import recruiters
from tests.making.recruiters import SCHEME


def partner(workbench: Workbench, of: str, name: str, **more: str | None) -> BusinessPartner:
    with workbench.begin(SCHEME) as work:
        return service.add_partner(work, of, NewPartner(PartnerKind.SUB_AGENT, name, "NP", **more))


def test_no_circle_is_closed_however_long_until_a_link_ends(workbench: Workbench) -> None:
    with workbench.begin(SCHEME) as work:
        a, b, c = (recruiters.recruiter(work).id for _ in range(3))
    river = partner(workbench, a, "River Bend")
    under = partner(workbench, a, "Hill Foot", under=river.id)
    to_b = partner(workbench, a, "B", entered_as=b, under=under.id)
    partner(workbench, b, "C", entered_as=c)
    for of, more in (
        (c, {"entered_as": a}),
        (c, {"entered_as": c}),
        (b, {"entered_as": a}),
        (b, {"entered_as": b}),
    ):
        with pytest.raises(Invalid, match="its own sub-agent") as refused:
            partner(workbench, of, "Round", **more)
        assert refused.value.errors[0].pointer == "/entered_as"
    partner(workbench, a, "C too", entered_as=c)

    # Through B, which works for A, A would work for A.
    with pytest.raises(Invalid, match="its own sub-agent"):
        partner(workbench, a, "A again", entered_as=a, under=to_b.id)
    with pytest.raises(Invalid, match="no partner of yours") as unknown:
        partner(workbench, b, "Elsewhere", under=river.id)
    assert unknown.value.errors[0].pointer == "/under"

    with workbench.begin(SCHEME) as work:
        service.end_partner(work, a, to_b.id)
    with pytest.raises(Conflict, match="already"), workbench.begin(SCHEME) as work:
        service.end_partner(work, a, to_b.id)
    with pytest.raises(NotFound), workbench.begin(SCHEME) as work:
        service.end_partner(work, b, river.id)
    with pytest.raises(Invalid, match="no partner of yours"):
        partner(workbench, a, "Too late", under=to_b.id)
    partner(workbench, b, "A, now that it may", entered_as=a)
    with workbench.database.read() as session:
        assert len(queries.partners(session, a)) == 4
        assert to_b.id not in queries.open_partner_ids(session, a)


@pytest.mark.parametrize("templates", ["postgresql"], indirect=True)
def test_two_links_at_once_see_each_other(workbench: Workbench) -> None:
    with workbench.begin(SCHEME) as work:
        a = recruiters.recruiter(work).id
    with workbench.begin(SCHEME) as work:
        assert try_lock(work.session, "partners of recruiters")
        with pytest.raises(Conflict, match="at this moment"):
            partner(workbench, a, "River Bend")
