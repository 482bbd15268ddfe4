"""Every route × every caller: nobody comes in whom DOMAIN §3 does not name (SECURITY R14, R15)."""

import re

from app.access.lifecycle import Kind
from app.access.route_table import routes
from app.kernel.roles import Role
from tests.api import Api
from tests.asgi import Answer
from tests.making import access as make
from tests.making.access import Someone
from tests.security.expected_roles import DOCUMENTATION, EXPECTED, SIGNED_IN

UNKNOWN = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"


def test_every_route_is_in_the_table_written_by_hand(api: Api) -> None:
    live = {(route.method, route.path) for route in routes(api.app)}
    assert live == set(EXPECTED) | {("GET", path) for path in DOCUMENTATION}


def test_nobody_comes_in_whom_the_domain_does_not_name(api: Api) -> None:
    callers = api.made(lambda work: make.one_of_each(work, sorted(SIGNED_IN)))
    nothing = api.made(lambda work: make.person(work, Kind.AUDIT_COMPANY))
    employer = api.made(lambda work: make.machine(work, Kind.EMPLOYER))
    cells: list[tuple[Someone | None, frozenset[Role]]] = [
        (None, frozenset()),
        (nothing, frozenset()),
        (employer, frozenset({Role.EMPLOYER})),
        *((someone, frozenset({role})) for role, someone in callers.items()),
    ]
    judged, faults = 0, []
    for (method, path), roles in EXPECTED.items():
        address = re.sub(r"{[a-z_]+}", UNKNOWN, path)
        for someone, held in cells:
            answer = api.call(method, address, someone)
            judged += 1
            if not _right(answer, someone, held, frozenset(roles), path):
                faults.append((method, path, sorted(held), answer.status, answer.body[:120]))
    assert faults == []
    assert judged == len(EXPECTED) * (len(SIGNED_IN) + 3)


def _right(
    answer: Answer,
    someone: Someone | None,
    held: frozenset[Role],
    roles: frozenset[Role],
    path: str,
) -> bool:
    """Was this caller let in exactly where the table says so? Beyond the door others judge."""
    if path == "/v1/oauth/token":  # asks for a secret, not for a token
        return answer.status == 400
    if Role.PUBLIC in roles:
        return answer.status not in {401, 403} and answer.status < 500
    if someone is None:
        return answer.status == 401
    refused = answer.status == 403 and answer.json["type"].endswith("/problems/role-required")
    if held & roles or roles == SIGNED_IN:
        return not refused and answer.status != 401 and answer.status < 500
    return refused
