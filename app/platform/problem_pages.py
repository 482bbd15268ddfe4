"""The page of each kind of problem, for people who follow its `type`, and the same as Markdown.

`main.py` serves `router`; docs/problems.md is `problems_markdown()`.
"""

import re
from base64 import b64encode
from hashlib import sha256
from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.kernel.errors import NotFound
from app.platform.problem_types import PROBLEMS, ProblemType

router = APIRouter(include_in_schema=False)

_STYLE = (
    "body{max-width:40rem;margin:3rem auto;padding:0 1rem;font:1.05rem/1.6 system-ui,sans-serif;"
    "color:#1a1a1a;background:#fff}h1{line-height:1.25}code{background:#f0f0f0;padding:.1em .3em}"
    "dt{margin-top:1rem}dd{margin:0;color:#444}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}code{background:#333}"
    "dd{color:#bbb}a{color:#8cf}}"
)
_HEADERS = {
    "cache-control": "public, max-age=3600",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; style-src 'sha256-"
    f"{b64encode(sha256(_STYLE.encode()).digest()).decode()}'",
}
_CODE = re.compile(r"`([^`]+)`")


@router.get("/problems")
def list_problems() -> HTMLResponse:
    """Every kind of problem, with a link to its page."""
    entries = "".join(
        f'<dt><a href="problems/{problem.slug}">{escape(problem.title, quote=False)}</a></dt>'
        f"<dd>{problem.status} · <code>{problem.slug}</code></dd>"
        for problem in PROBLEMS.values()
    )
    return _page("Problems", f"<p>What the service answers when it refuses.</p><dl>{entries}</dl>")


@router.get("/problems/{slug}")
def show_problem(slug: str) -> HTMLResponse:
    """What happened, and what to do."""
    problem = PROBLEMS.get(slug)
    if problem is None:
        raise NotFound("There is no such kind of problem; /problems lists all.")
    explanation = _CODE.sub(r"<code>\1</code>", escape(problem.explanation, quote=False))
    return _page(
        problem.title,
        f"<p>Status {problem.status} · <code>{problem.slug}</code></p>"
        f'<p>{explanation}</p><p><a href="../problems">All problems</a></p>',
    )


def problems_markdown() -> str:
    """All kinds of problems as one Markdown page, in order of status."""
    return "\n".join(
        [
            "# Problems",
            "",
            "Every refusal is `application/problem+json` (RFC 9457). Its `type` ends in the name"
            " given here and is the address of the same text on the running service; `instance`"
            " is the id of the request, `errors` and `reasons` say what was wrong in particular.",
            *(line for problem in PROBLEMS.values() for line in _section(problem)),
            "",
        ]
    )


def _section(problem: ProblemType) -> list[str]:
    return [
        "",
        f"## {problem.title}",
        "",
        f"Status {problem.status}, `{problem.slug}`. {problem.explanation}",
    ]


def _page(title: str, body: str) -> HTMLResponse:
    named = escape(title, quote=False)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{named}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><h1>{named}</h1>{body}</body></html>",
        headers=_HEADERS,
    )
