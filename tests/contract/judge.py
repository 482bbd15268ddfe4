"""What is wrong with an answer: a 5xx, or anything that the description does not document."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import requests
import schemathesis
from schemathesis import APIOperation, BaseSchema, Case, Config, Response
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.main import describe
from app.settings import load
from tests.asgi import Answer

Operation = APIOperation[Any, Any, Any, Any]
Sent = Case[Any]

_SERVER_ERROR = 500
_UNAVAILABLE = 503
_URL = "http://127.0.0.1:8000"
_CONFIG = {"phases": {"coverage": {"generate-duplicate-query-parameters": True}}}
_CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def schema_of(description: Mapping[str, Any]) -> BaseSchema:
    """An OpenAPI document as Schemathesis reads it."""
    return schemathesis.openapi.from_dict(dict(description), config=Config.from_dict(_CONFIG))


def operations(schema: BaseSchema) -> dict[str, Operation]:
    """Every operation by its label, such as `GET /v1/me`."""
    paths = schema.raw_schema["paths"]
    found = [schema[path][method] for path, methods in paths.items() for method in methods]
    return {operation.label: operation for operation in found}


@cache
def contract() -> dict[str, Operation]:
    """The operations of the service."""
    return operations(schema_of(describe(load()).openapi()))


def faults(case: Sent, response: Response) -> list[str]:
    """Every fault of an answer to this case; a 503 is none where it is documented."""
    found = []
    if response.status_code >= _SERVER_ERROR and response.status_code != _UNAVAILABLE:
        found.append(f"Server error: {response.status_code} for {case.as_curl_command()}")
    try:
        case.validate_response(response, checks=_CHECKS)
    except FailureGroup as failed:
        found.append(str(failed.message))
    return found


def faults_of(method: str, path: str, answer: Answer) -> list[str]:
    """Every fault of an answer of the service; none where the description knows no such address."""
    for operation, addresses in _addresses():
        found = addresses.fullmatch(path.partition("?")[0])
        if found and operation.method.upper() == method:
            break
    else:
        return []
    case = operation.schema.make_case(operation=operation, path_parameters=found.groupdict())
    response = Response(
        status_code=answer.status,
        headers={name: [value] for name, value in answer.headers.items()},
        content=answer.body,
        request=requests.Request(method, _URL + path).prepare(),
        elapsed=0.0,
        verify=False,
    )
    return faults(case, response)


@cache
def _addresses() -> list[tuple[Operation, re.Pattern[str]]]:
    return [
        (operation, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path)))
        for operation in contract().values()
    ]
