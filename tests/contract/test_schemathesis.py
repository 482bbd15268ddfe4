"""The service keeps its own contract: no 5xx, no answer that its description does not document.

Schemathesis sends right and wrong values to every operation, with a token for each role and with
none, naming things that exist and things that do not, on both databases. In `make test` every
role meets every operation once, and each other case comes from one of those that the operation
admits; in `make soak` every case comes from every role.
"""

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from app.platform import problems
from tests.contract.generated import cases
from tests.contract.house import House, send
from tests.contract.judge import contract, operations, schema_of
from tests.effort import SOAK

OPERATIONS = contract()


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_documented(label: str, house: House) -> None:
    operation = OPERATIONS[label]
    able, everybody = house.able(operation), house.roles
    house.begin_anew()
    faults = []
    for number, case in enumerate(cases(operation, house.place)):
        own = everybody[(house.place + number) % 2 :: 2]
        for role in own if SOAK or number == 0 else [able[number % len(able)]]:
            verdict = house.verdict(case, role, real=number % 4 < 2)
            assert verdict.status != 503, "nothing here makes the database busy"
            faults += [f"{role}: {fault}" for fault in verdict.faults]
    assert not faults, "\n".join([f"{len(faults)} faults, such as", *faults[:3]])


def test_the_gate_sees_a_fault_of_ours_and_an_answer_that_nobody_documented() -> None:
    app = FastAPI()

    @app.get("/breaks")
    def breaks() -> int:
        raise RuntimeError

    @app.get("/brews")
    def brews() -> JSONResponse:
        return JSONResponse({}, 418)

    @app.get("/lies")
    def lies() -> int:
        return JSONResponse("none")  # type: ignore[return-value]

    @app.get("/works")
    def works() -> int:
        return 1

    problems.install(app, public_url="http://127.0.0.1:8000")
    found = {
        operation.path: send(app, cases(operation)[0], {}).faults
        for operation in operations(schema_of(app.openapi())).values()
    }
    assert "Server error" in found["/breaks"][0]
    assert "Undocumented status code" in found["/brews"][0]
    assert "Response violates schema" in found["/lies"][0]
    assert found["/works"] == []
