"""Workers and charges of a recruiter, recorded through the service."""

from datetime import date
from typing import Any

from app.employer_pays.categories import category
from app.employer_pays.charge import Charge, Evidence, Form, Payer
from app.employer_pays.charges import service
from app.employer_pays.charges.jobs import facts_of
from app.employer_pays.charges.service import Batch, NewCharge, NewWorker, Recorded
from app.employer_pays.checks import service as checks
from app.employer_pays.checks.models import Check
from app.employer_pays.checks.scope import Kind, Scope
from app.employer_pays.triangulation import Source
from app.kernel.money import Money
from app.lifecycle.journal import Workbench
from app.recruiters.pseudonyms import Document
from tests.making.access import Someone
from tests.making.audits import Scene

KEY = b"k" * 32
DAY = date(2026, 1, 20)
SHA256 = "a" * 64


def money(text: str) -> Money:
    """`BDT165000`."""
    return Money.parse(text[3:], text[:3])


def worker(number: int = 1, *, corridor: str = "NP-MY", **told: Any) -> NewWorker:
    """A worker with a passport of that number; `told` are facts, or fields of NewWorker."""
    own = {name: told.pop(name) for name in ("employer_id", "pseudonym") if name in told}
    identity = None if "pseudonym" in own else Document("NP", f"PA{number:07}")
    return NewWorker(
        ref=f"w{number}", corridor=corridor, facts=facts_of(**told), identity=identity, **own
    )


def charge(
    amount: str = "NPR50000",
    named: str = "fee.placement",
    by: Payer = Payer.WORKER,
    *,
    of: int = 0,
    on: date | None = DAY,
    form: Form | None = None,
    evidence: Evidence | None = None,
    repaid: str | None = None,
    **more: Any,
) -> NewCharge:
    """A charge of the worker at the place `of` in the batch."""
    told = Charge(
        category(named),
        money(amount),
        by,
        on,
        form=form,
        evidence=evidence,
        repaid=money(repaid) if repaid else None,
    )
    return NewCharge(of, told, **more)


def recorded(
    scene: Scene,
    someone: Someone,
    source: Source,
    workers: list[NewWorker],
    charges: list[NewCharge] | None = None,
    *,
    recruiter: str,
    audit: str | None = None,
) -> Recorded:
    """What becomes of a batch that somebody records."""
    batch = Batch(source, workers, charges or [], audit)
    return scene.act(someone, service.record, KEY, recruiter, batch)


def checked(workbench: Workbench, someone: Someone, recruiter: str, **scope: Any) -> Check:
    """A stored check; of the recruiter as a whole unless told otherwise."""
    asked = Scope(**{"kind": Kind.RECRUITER, "recruiter_id": recruiter, **scope})
    with workbench.database.read() as session:
        prepared = checks.prepare(session, someone.actor, workbench.clock.now(), asked)
    with workbench.begin(someone.actor) as work:
        return checks.store(work, prepared)


def clean_check(scene: Scene, audit: str) -> Check:
    """A check after an interview in which the worker bore nothing."""
    recruiter = scene.stored(audit).recruiter_id
    recorded(
        scene, scene.cast.auditor, Source.STATEMENT, [worker()], recruiter=recruiter, audit=audit
    )
    return checked(scene.workbench, scene.cast.auditor, recruiter)
