"""`GET /v1/me/tasks` on the wire: pages, filters, and nobody else's tasks (DESIGN §5)."""

from app.applications.lifecycle import State
from app.kernel.roles import SYSTEM
from tests.api import Api
from tests.making import applications as make
from tests.making.access import Someone


def test_tasks_come_by_deadline_page_by_page_to_whom_they_belong(api: Api) -> None:
    with api.workbench.begin(SYSTEM) as work:
        people = make.cast(work)
    late = make.application(api.workbench, people, State.IN_REVIEW)
    for _ in range(2):
        make.application(api.workbench, people)
    api.clock.move_to(api.clock.now().replace(day=31))
    fresh = make.application(api.workbench, people, State.IN_REVIEW)

    first = api.get("/v1/me/tasks?limit=1", people.reviewer).json
    assert [item["subject"] for item in first["items"]] == [f"/v1/applications/{late}"]
    assert first["items"][0]["overdue"] is True
    second = api.get(f"/v1/me/tasks?limit=1&cursor={first['next_cursor']}", people.reviewer).json
    [item] = second["items"]
    assert second["next_cursor"] is None
    assert item == {
        "kind": "application",
        "subject": f"/v1/applications/{fresh}",
        "what": "Review the application: accept, defer or reject it.",
        "due": "2026-04-15T00:00:00Z",
        "overdue": False,
        "offer": {"action": "accept", "href": f"/v1/applications/{fresh}/accept"},
    }

    def subjects(query: str, someone: Someone) -> int:
        return len(api.get(f"/v1/me/tasks{query}", someone).json["items"])

    assert subjects("?kind=audit", people.reviewer) == 0
    assert subjects("?kind=application&due_before=2026-04-01T00:00:00Z", people.reviewer) == 1
    assert subjects("", people.admin) == 2
    assert subjects("", people.programme_manager) == 0
    assert api.get("/v1/me/tasks").status == 401
