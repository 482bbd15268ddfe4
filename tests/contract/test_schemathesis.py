"""The service keeps its own contract: no 5xx, no answer that its description does not document.

Schemathesis sends right and wrong values to every operation, with a token for each role and with
none, naming things that exist and things that do not, on both databases. `make test` lets every
role meet every operation once, and sends the other cases to one role that the operation admits
and to one that comes by; `make soak` sends every case for every role.
"""

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from app.main import describe
from app.platform import problems
from app.settings import load
from tests.contract.generated import cases, operations, schema_of
from tests.contract.house import House, verdict
from tests.effort import SOAK

OPERATIONS = operations(schema_of(describe(load()).openapi()))


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_documented(label: str, house: House) -> None:
    operation = OPERATIONS[label]
    able, everybody = house.able(operation), house.roles
    house.begin_anew()
    faults: dict[str, str] = {}
    for number, case in enumerate(cases(operation)):
        if SOAK or number == 0:
            roles = everybody
        else:
            roles = [able[number % len(able)], everybody[number % len(everybody)]]
        for turn, role in enumerate(roles):
            if house.takes(number + turn):
                judged = house.verdict(case, role, real=number % 2 == 0)
                for fault in judged.faults:
                    faults.setdefault(fault, role)
    assert not faults, faults
