"""The routes of employer-pays checks."""

from app.access.http import SIGNED_IN, Asking, Router
from app.employer_pays import evaluation, rule_sets
from app.employer_pays.schemas import EvaluationBody, EvaluationView
from app.kernel.dates import day_of
from app.platform.strict_json import MEBIBYTE
from app.scheme import queries as scheme

router = Router(prefix="/v1")


@router.query(
    "/employer-pays/evaluate",
    method="POST",
    action="employer_pays.evaluate",
    roles=SIGNED_IN,
    response_model=EvaluationView,
    body_limit=MEBIBYTE,
)
def evaluate(asking: Asking, body: EvaluationBody) -> EvaluationView:
    """Judge one worker's charges, to test an offer before it is made; nothing is kept.

    Facts may be left out: the answer then says what could not be judged.
    """
    with asking.database.read() as session:
        zone = scheme.policy_in_force(session, asking.now).zone
        standard = scheme.standard_in_force(session, asking.now)
        rules = rule_sets.in_force(session, asking.now)
    today = day_of(asking.now, zone)
    return evaluation.evaluate(body, today, book=rules.book, standard=standard.code)
