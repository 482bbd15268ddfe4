"""What Schemathesis sends to an operation: right values and wrong ones, at the edges and at random.

`make test` takes an even sample of the cases that the description calls for, and few at random;
`make soak` takes all of them, and many at random.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, BaseSchema, Case, Config, GenerationMode

from tests.effort import rounds

SAMPLE = rounds(7, 100_000)
AT_RANDOM = rounds(1, 20)

_CONFIG = {"phases": {"coverage": {"generate-duplicate-query-parameters": True}}}


def schema_of(description: Mapping[str, Any]) -> BaseSchema:
    """An OpenAPI document as Schemathesis reads it."""
    return schemathesis.openapi.from_dict(dict(description), config=Config.from_dict(_CONFIG))


def operations(schema: BaseSchema) -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """Every operation by its label, such as `GET /v1/me`."""
    found = (result.ok() for result in schema.get_all_operations())
    return {operation.label: operation for operation in found}


def cases(operation: APIOperation[Any, Any, Any, Any]) -> list[Case[Any]]:
    """What is sent: first the plainest case in which everything is right."""
    generation = operation.schema.config.generation_for(operation=operation, phase="coverage")
    called_for = list(
        operation.schema.iter_coverage_cases(
            operation, generation_modes=list(GenerationMode), generation_config=generation
        )
    )
    plainest = next(case for case in called_for if _is_right(case))
    at_random = [case for mode in GenerationMode for case in _at_random(operation, mode)]
    return [plainest, *_evenly(called_for, SAMPLE), *at_random]


def _is_right(case: Case[Any]) -> bool:
    return case.meta is None or case.meta.generation.mode.is_positive


def _at_random(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode
) -> list[Case[Any]]:
    found: list[Case[Any]] = []

    @settings(
        max_examples=AT_RANDOM,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=AT_RANDOM == 1,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Case[Any]) -> None:
        found.append(case)

    collect()
    return found


def _evenly(found: Sequence[Case[Any]], most: int) -> Sequence[Case[Any]]:
    return found[:: max(1, -(-len(found) // most))]
