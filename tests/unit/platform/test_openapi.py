"""The contract says once what it says twice, and names nothing of our modules (DESIGN §5)."""

from copy import deepcopy
from typing import Any

import pytest

from app.platform import openapi

PROBLEM = {"description": "No.", "content": {}, "x-problems": ["not-found", "forbidden"]}
MAYBE_TEXT = {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Cursor"}


def parameter(name: str, schema: dict[str, Any] | None = None, place: str = "query") -> Any:
    return {"name": name, "in": place, "schema": schema or {"type": "string"}}


def operation(**parts: Any) -> dict[str, Any]:
    return {"summary": "List things", "responses": {}, **parts}


def document(*operations: dict[str, Any], **components: Any) -> dict[str, Any]:
    paths = {f"/v1/{number}": {"get": one} for number, one in enumerate(operations)}
    return {"paths": deepcopy(paths), "components": deepcopy(components)}


def tidied(*operations: dict[str, Any], **components: Any) -> tuple[Any, Any]:
    """The operations and the components of such a document."""
    description = document(*operations, **components)
    openapi.tidy(description)
    again = deepcopy(description)
    openapi.tidy(again)
    assert again == description, "tidying twice changes something"
    return [path["get"] for path in description["paths"].values()], description["components"]


def test_what_is_no_operation_is_left_alone() -> None:
    description = {"paths": {"/v1/things": {"parameters": [parameter("limit")]}}}
    openapi.tidy(description)
    assert description == {"paths": {"/v1/things": {"parameters": [parameter("limit")]}}}


def test_a_parameter_of_several_operations_stands_once() -> None:
    one = operation(parameters=[parameter("limit"), parameter("state")])
    two = operation(parameters=[parameter("limit")])
    operations, components = tidied(one, two)
    shared = {"$ref": "#/components/parameters/query_limit"}
    assert operations[0]["parameters"] == [shared, parameter("state")]
    assert operations[1]["parameters"] == [shared]
    assert components["parameters"] == {"query_limit": parameter("limit")}


def test_of_two_parameters_of_one_name_the_more_frequent_one_is_shared() -> None:
    other = parameter("state", {"type": "integer"})
    operations, components = tidied(
        *(operation(parameters=[one]) for one in (other, parameter("state"), parameter("state")))
    )
    assert operations[0]["parameters"] == [other]
    assert operations[1]["parameters"] == operations[2]["parameters"]
    assert components["parameters"] == {"query_state": parameter("state")}


def test_a_parameter_is_never_null_and_says_nothing_twice() -> None:
    said = {"description": "Go on here."}
    sent = parameter("cursor", {**MAYBE_TEXT, **said}) | said
    operations, _ = tidied(operation(parameters=[sent]))
    assert operations[0]["parameters"] == [parameter("cursor") | said]


def test_a_parameter_of_two_kinds_keeps_both() -> None:
    kinds = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    operations, _ = tidied(operation(parameters=[parameter("at", kinds)]))
    assert operations[0]["parameters"] == [parameter("at", kinds)]


def test_the_same_problems_stand_once_and_in_order_of_status() -> None:
    one = operation(responses={"404": PROBLEM, "200": {"description": "Yes."}})
    operations, components = tidied(one, one)
    assert list(operations[0]["responses"]) == ["200", "404"]
    assert operations[0]["responses"]["404"] == {
        "$ref": "#/components/responses/not-found_or_forbidden"
    }
    assert components["responses"] == {"not-found_or_forbidden": PROBLEM}


def test_a_header_of_several_responses_stands_once() -> None:
    tag = {"schema": {"type": "string"}}
    one = operation(responses={"200": {"description": "Yes.", "headers": {"ETag": tag}}})
    operations, components = tidied(one, one)
    shared = {"$ref": "#/components/headers/ETag"}
    assert operations[0]["responses"]["200"]["headers"] == {"ETag": shared}
    assert components["headers"] == {"ETag": tag}


def test_a_description_that_repeats_the_summary_goes() -> None:
    operations, _ = tidied(
        operation(description="List things."), operation(description="List things. All of them.")
    )
    assert "description" not in operations[0]
    assert operations[1]["description"] == "List things. All of them."


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("app__audits__lifecycle__State", "AuditsState"),
        ("app__audits__findings__lifecycle__State", "AuditsFindingsState"),
        ("app__employer_pays__schemas__View", "EmployerPaysView"),
        ("Page_StepView_", "Page_StepView_"),
    ],
)
def test_a_schema_is_named_by_its_room(name: str, named: str) -> None:
    of_it = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    schemas = {name: {"properties": {"state": {"title": "State", "type": "string"}}}}
    operations, components = tidied(operation(requestBody=[of_it]), schemas=schemas)
    assert components["schemas"] == {named: {"properties": {"state": {"type": "string"}}}}
    assert operations[0]["requestBody"] == [{"schema": {"$ref": f"#/components/schemas/{named}"}}]


def test_two_schemas_that_would_share_a_name_keep_their_own() -> None:
    schemas: dict[str, Any] = {"app__audits__one__State": {}, "app__audits__two__State": {}}
    _, components = tidied(operation(), schemas=schemas)
    assert components["schemas"] == schemas
