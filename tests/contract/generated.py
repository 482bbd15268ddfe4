"""What Schemathesis sends to an operation: right values and wrong ones, at the edges and at random.

`make test` takes an even sample of the cases that the description calls for, and few at random;
`make soak` takes all of them, and many at random.
"""

from contextlib import suppress

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.contract.judge import Operation, Sent
from tests.effort import SOAK, rounds

SAMPLE = 10
AT_RANDOM = rounds(2, 20)


def cases(operation: Operation, place: int = 0) -> list[Sent]:
    """What is sent: first the plainest case in which everything is right.

    Two houses share the work (house.py): in `make test` each sends half of the sample, the first
    one right values at random and the second one wrong ones.
    """
    generation = operation.schema.config.generation_for(operation=operation, phase="coverage")
    called_for = list(
        operation.schema.iter_coverage_cases(
            operation, generation_modes=list(GenerationMode), generation_config=generation
        )
    )
    plainest = next(case for case in called_for if _is_right(case))
    modes = list(GenerationMode)
    if not SOAK:
        called_for, modes = _evenly(called_for, SAMPLE)[place::2], [modes[place]]
    at_random = [case for mode in modes for case in _at_random(operation, mode)]
    return [plainest, *called_for, *at_random]


def _is_right(case: Sent) -> bool:
    return case.meta is None or case.meta.generation.mode.is_positive


def _at_random(operation: Operation, mode: GenerationMode) -> list[Sent]:
    found: list[Sent] = []

    @settings(
        max_examples=AT_RANDOM,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Sent) -> None:
        found.append(case)

    with suppress(Unsatisfiable):  # an operation that takes nothing cannot be sent anything wrong
        collect()
    return found


def _evenly(found: list[Sent], most: int) -> list[Sent]:
    return found[:: max(1, -(-len(found) // most))]
