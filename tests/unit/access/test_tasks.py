"""What waits is told in the order of deadlines (DESIGN §5: GET /v1/me/tasks)."""

from datetime import UTC, datetime

from app.access.tasks import TaskItem, in_order


def item(kind: str, day: int | None) -> TaskItem:
    due = None if day is None else datetime(2026, 3, day, tzinfo=UTC)
    return TaskItem(kind, f"/{kind}", "Do it.", due, "act", f"/{kind}/act")


EARLY, LATE, NEVER = item("audit", 2), item("finding", 30), item("audit", None)


def test_the_earliest_deadline_comes_first_and_what_has_none_last() -> None:
    assert in_order([NEVER, LATE, EARLY]) == [EARLY, LATE, NEVER]


def test_tasks_are_filtered_by_kind_and_by_deadline() -> None:
    assert in_order([NEVER, LATE, EARLY], kind="audit") == [EARLY, NEVER]
    assert in_order([NEVER, LATE, EARLY], due_before=datetime(2026, 3, 30, tzinfo=UTC)) == [EARLY]
    assert in_order([LATE], due_before=datetime(2026, 3, 30, 0, 0, 1, tzinfo=UTC)) == [LATE]
