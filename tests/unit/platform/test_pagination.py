from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from hypothesis import given
from hypothesis import strategies as st

from app.platform import problems
from app.platform.pagination import Cursors, InvalidCursor, Page, Paging, Position, paging
from tests.asgi import Answer, call

SECRET = bytes(range(32))
CURSORS = Cursors(SECRET)
QUERY = ["/v1/recruiters", [["country", "NP"]]]
NAMES = [f"Agency {number:03}" for number in range(120)]

_POSITIONS = st.lists(
    st.none()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
    max_size=3,
)


@given(_POSITIONS)
def test_a_cursor_gives_back_the_position_it_was_sealed_with(position: Position) -> None:
    cursor = CURSORS.seal(QUERY, position)
    assert CURSORS.open(QUERY, cursor) == position
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.data())
def test_a_cursor_with_one_symbol_changed_is_refused(data: st.DataObject) -> None:
    cursor = CURSORS.seal(QUERY, ["Agency 050", "id"])
    at = data.draw(st.integers(0, len(cursor)))
    symbol = data.draw(st.sampled_from("Aa0-_=.! \n") | st.just(""))
    changed = cursor[:at] + symbol + cursor[at + data.draw(st.integers(0, 1)) :]
    if changed == cursor:
        return
    with pytest.raises(InvalidCursor):
        CURSORS.open(QUERY, changed)


@given(st.text(max_size=80))
def test_no_text_is_a_cursor_by_chance(text: str) -> None:
    with pytest.raises(InvalidCursor):
        CURSORS.open(QUERY, text)


@pytest.mark.parametrize(
    "query",
    [
        ["/v1/applications", [["country", "NP"]]],
        ["/v1/recruiters", [["country", "BD"]]],
        ["/v1/recruiters", []],
        ["/v1/recruiters", [["country", "NP"], ["state", "listed"]]],
    ],
    ids=repr,
)
def test_a_cursor_is_bound_to_its_list_and_filters(query: Any) -> None:
    """DESIGN §5."""
    with pytest.raises(InvalidCursor):
        CURSORS.open(query, CURSORS.seal(QUERY, ["Agency 050"]))


def test_a_cursor_of_another_key_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        Cursors(bytes(32)).open(QUERY, CURSORS.seal(QUERY, ["Agency 050"]))


def test_an_enormous_cursor_is_refused_unread() -> None:
    with pytest.raises(InvalidCursor):
        CURSORS.open(QUERY, CURSORS.seal(QUERY, ["x" * 1024]))


def _application() -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.state.cursors = CURSORS

    @app.get("/v1/names")
    def list_names(page: Annotated[Paging, Depends(paging)], start: str = "") -> Page[str]:
        after = "" if page.after is None else str(page.after[0])
        rows = [name for name in NAMES if name.startswith(start) and name > after][: page.fetch]
        return page.page(rows, position=lambda name: [name], item=str.upper)

    @app.get("/v1/others")
    def list_others(page: Annotated[Paging, Depends(paging)]) -> Page[str]:
        return page.page([], position=lambda name: [name], item=str)

    problems.install(app, public_url="http://127.0.0.1:8000")
    return app


APP = _application()


def _get(path: str) -> Answer:
    return call(APP, "GET", path)


@pytest.mark.parametrize("limit", [1, 7, 50, 119, 120, 121, 200])
def test_the_pages_together_are_the_list(limit: int) -> None:
    seen: list[str] = []
    path = f"/v1/names?limit={limit}"
    while True:
        page = _get(path).json
        assert 0 < len(page["items"]) <= limit
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        path = f"/v1/names?cursor={page['next_cursor']}&limit={limit}"
    assert seen == [name.upper() for name in NAMES]


def test_a_page_has_50_items_where_nothing_else_is_asked() -> None:
    assert len(_get("/v1/names").json["items"]) == 50


def test_an_empty_list_has_one_empty_page() -> None:
    assert _get("/v1/others").json == {"items": [], "next_cursor": None}


def test_the_limit_may_change_between_pages_and_the_filters_may_not() -> None:
    cursor = _get("/v1/names?limit=5&start=Agency").json["next_cursor"]
    assert _get(f"/v1/names?limit=9&cursor={cursor}&start=Agency").status == 200
    for path in (
        f"/v1/names?limit=5&cursor={cursor}",
        f"/v1/names?cursor={cursor}&start=Agency&start=Agency",
        f"/v1/others?cursor={cursor}&start=Agency",
        f"/v1/names?start=Agency&cursor={cursor}x",
        "/v1/names?start=Agency&cursor=",
    ):
        answer = _get(path)
        assert (answer.status, answer.json["type"].rpartition("/")[2]) == (400, "invalid-cursor")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1e1", "", "9" * 5000])
def test_a_limit_beyond_200_or_below_1_is_refused_by_name(limit: str) -> None:
    answer = _get(f"/v1/names?limit={limit}")
    assert answer.status == 422
    assert answer.json["errors"][0]["parameter"] == "limit"
