"""`/openapi.json`, and `/docs`: every route on one page that loads nothing from anywhere."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from app.access.http import ANYONE_MAY, Router
from app.kernel.errors import NotFound

router = Router(include_in_schema=False)

_STYLE = (
    "body{max-width:62rem;margin:3rem auto;padding:0 1rem;font:1rem/1.6 system-ui,sans-serif;"
    "color:#1a1a1a;background:#fff}h2{margin-top:2.5rem}table{border-collapse:collapse;width:100%}"
    "td{padding:.35em .6em;border-top:1px solid #ddd;vertical-align:top}"
    "code,pre{background:#f0f0f0;padding:.1em .3em}pre{padding:1em;overflow:auto}"
    "td:first-child{width:4rem;font-weight:600}"
    "small{color:#555}@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}"
    "code,pre{background:#333}td{border-color:#444}small{color:#bbb}a{color:#8cf}}"
)
_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; style-src 'sha256-"
    f"{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
}


@router.query("/openapi.json", action="openapi.read", roles=ANYONE_MAY, response_model=None)
def contract(request: Request) -> Response:
    """The contract: OpenAPI 3.1."""
    return JSONResponse(request.app.openapi())


@router.query("/docs", action="docs.read", roles=ANYONE_MAY, response_model=None)
def docs(request: Request) -> Response:
    """Every route, for people. Only where the settings show it (SECURITY R57)."""
    if not request.app.state.settings.docs:
        raise NotFound("The pages about the API are not shown here; /openapi.json is.")
    return HTMLResponse(
        page(request.app.openapi(), request.app.state.settings.public_url), 200, _HEADERS
    )


def page(description: Mapping[str, Any], public_url: str) -> str:
    """The page of an OpenAPI document."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            rows[operation["tags"][0]].append(_row(method, path, operation))
    sections = "".join(
        f"<h2>{escape(tag.replace('_', ' ').capitalize())}</h2><table>{''.join(found)}</table>"
        for tag, found in sorted(rows.items())
    )
    info = description["info"]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(info['title'])}: API</title>"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><h1>{escape(info['title'])}</h1>"
        f"<p>{escape(info['description'])}</p>"
        '<p>The contract is <a href="openapi.json">openapi.json</a> (OpenAPI 3.1); every refusal'
        ' is explained under <a href="problems">problems</a>.</p>'
        f"<pre>curl -u $CLIENT_ID:$CLIENT_SECRET -d grant_type=client_credentials"
        f" {escape(public_url)}/v1/oauth/token</pre>{sections}</body></html>"
    )


def _row(method: str, path: str, operation: Mapping[str, Any]) -> str:
    said = str(operation.get("description", operation["summary"]))
    roles = ", ".join(operation["x-roles"])
    return (
        f"<tr><td>{method.upper()}</td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(said)}<br><small>{escape(roles)}</small></td></tr>"
    )
