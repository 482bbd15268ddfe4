"""The kinds of refusals, one row each, with what a person reads about them. Pure data.

`problems.py` answers by this table, `problem_pages.py` and the docs show it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of refusal: its status, its name for people, what happened and what to do."""

    slug: str
    status: int
    title: str
    explanation: str
    headers: Mapping[str, str] = field(default_factory=dict)


PROBLEMS: Mapping[str, ProblemType] = {
    problem.slug: problem
    for problem in (
        ProblemType(
            "malformed-json",
            400,
            "The body is not one JSON document",
            "The body could not be read as JSON, or two programs could read it differently: a key"
            " is repeated, a number is NaN, Infinity or too large, a text holds NUL or half a"
            " character, or more than 32 lists and objects lie in one another. `detail` says which"
            " and where. Send one document in UTF-8; write money and large numbers as text.",
        ),
        ProblemType(
            "malformed-request",
            400,
            "The request cannot be read",
            "The request is not what HTTP or the form's media type allows. Build it with an HTTP"
            " library instead of by hand.",
        ),
        ProblemType(
            "idempotency-key-missing",
            400,
            "The Idempotency-Key header is missing",
            "Every call that changes something carries an Idempotency-Key: any 1 to 255 visible"
            " ASCII characters, new for each call, such as a UUID. If the answer is lost, send the"
            " same call with the same key: it has its effect once, and you get its answer.",
        ),
        ProblemType(
            "invalid-cursor",
            400,
            "The cursor does not belong to this list",
            "A cursor goes on only in the list that gave it, with the same filters. Send"
            " `next_cursor` unchanged, or begin again without one.",
        ),
        ProblemType(
            "unauthenticated",
            401,
            "A valid access token is needed",
            "There is no access token in the Authorization header, or it is not valid for this"
            " service, or its ten minutes are over. Ask the token endpoint for a new one and send"
            " it as `Authorization: Bearer …`. The answer is the same for every kind of fault.",
            {"WWW-Authenticate": "Bearer"},
        ),
        ProblemType(
            "invalid-client",
            401,
            "The client's credentials are not accepted",
            "The client id or the secret is wrong, or the client may not be used any more. Send"
            " both by HTTP Basic to the token endpoint, or ask your administrator for a new"
            " secret.",
            {"WWW-Authenticate": 'Basic realm="token"'},
        ),
        ProblemType(
            "sign-in-refused",
            401,
            "Signing in is refused",
            "The address and the password do not belong together, or the refresh token is not one"
            " that may be used, or the account may not be used now; the answer is the same for all"
            " of them. Sign in with address and password, or ask your administrator.",
            {"WWW-Authenticate": "Bearer"},
        ),
        ProblemType(
            "beyond-the-key",
            403,
            "This API key does not reach so far",
            "An API key reads, and only what its scopes name: they are the actions of the routes."
            " Make a key with the scope that `reasons` names, or use an access token.",
        ),
        ProblemType(
            "forbidden",
            403,
            "You may not do this",
            "Your roles, or your relation to the thing, do not allow this, in whatever state it"
            " is. Somebody else has to do it; repeating the call does not help.",
        ),
        ProblemType(
            "role-required",
            403,
            "This move belongs to another role",
            "None of the roles you hold may make this move. `reasons` says which roles may.",
        ),
        ProblemType(
            "not-independent",
            403,
            "You are not independent of this case",
            "Whoever evaluated a recruiter may not review or decide on it, and a declared interest"
            " bars too. `reasons` says what bars you. Another person has to act.",
        ),
        ProblemType(
            "second-signature-refused",
            403,
            "The second signature is not accepted",
            "A move of two people needs a second person, in the other role, within the time. The"
            " first signature stands until it lapses; somebody else has to sign.",
        ),
        ProblemType(
            "not-found",
            404,
            "There is no such thing",
            "Nothing is at this address, or nothing that you may know of. Check the id or number;"
            " ids come from lists and from the answers to earlier calls.",
        ),
        ProblemType(
            "method-not-allowed",
            405,
            "This address does not take this method",
            "The address exists, but not for this method; the Allow header names those it takes.",
        ),
        ProblemType(
            "body-too-slow",
            408,
            "The body did not arrive in time",
            "The whole body has to arrive within a minute. Send the call again over a better"
            " connection, or split what it carries.",
        ),
        ProblemType(
            "conflict",
            409,
            "The state of things does not allow this now",
            "Something about the thing, or another call at the same moment, stands against this."
            " Read it again and decide anew.",
        ),
        ProblemType(
            "move-refused",
            409,
            "This move cannot be made now",
            "The state does not allow the move, or not everything it needs is there. `reasons`"
            " lists all that is missing; `allowed_actions` of the thing says what may come next.",
        ),
        ProblemType(
            "idempotency-in-flight",
            409,
            "The first call with this key has not ended",
            "A call with the same Idempotency-Key is still being made. Wait as Retry-After says,"
            " then send the same call again to get its answer.",
            {"Retry-After": "1"},
        ),
        ProblemType(
            "stale-version",
            412,
            "It has changed since you read it",
            "The version you named in If-Match has been overtaken. Read the thing again, see what"
            " changed, and send the call with the new ETag if it is still right.",
        ),
        ProblemType(
            "body-too-large",
            413,
            "The body is too large",
            "The body has more bytes than this address takes; `detail` names the limit. Send less,"
            " or in several calls.",
        ),
        ProblemType(
            "unsupported-media-type",
            415,
            "The body is of another media type",
            "Send the body as `Content-Type: application/json`, in UTF-8 and not compressed.",
        ),
        ProblemType(
            "invalid-input",
            422,
            "Something in the input is wrong",
            "The request can be read, but a value in it is missing, unknown or not allowed."
            " `errors` names each: `pointer` is its place in the body (RFC 6901), `parameter` the"
            " name of a header or of a part of the address, `detail` what would be right. Nothing"
            " has been changed.",
        ),
        ProblemType(
            "idempotency-key-reused",
            422,
            "This Idempotency-Key named another call",
            "The key was used within the last seven days for a call with another method, address"
            " or body. Nothing has been changed. Use a new key for each new call.",
        ),
        ProblemType(
            "version-needed",
            428,
            "The call must say on which version it decides",
            "Decisions on a certificate carry If-Match with the ETag of the certificate as it was"
            " read, so that of two decisions made on one view only one counts. Read it, look at"
            " what it says now, and send its ETag with the decision.",
        ),
        ProblemType(
            "too-many-requests",
            429,
            "It was tried too often",
            "Attempts are limited for each account, each key and in total, so that nobody can guess"
            " a password. Wait as Retry-After says. A device that signed in before is counted"
            " apart: send its `device_token`, and a stranger's guesses do not keep you out.",
            {"Retry-After": "60"},
        ),
        ProblemType(
            "headers-too-large",
            431,
            "The request has too many headers",
            "A request may have at most 100 headers, of 32 KiB together, and its head must arrive"
            " within 10 seconds. The server ends connections that send more or more slowly.",
        ),
        ProblemType(
            "internal",
            500,
            "Something broke on our side",
            "The service met a fault of its own; it has been logged under the request id in"
            " `instance`. A call with an Idempotency-Key can safely be sent again. If it keeps"
            " failing, tell whoever runs the service that id.",
        ),
        ProblemType(
            "unavailable",
            503,
            "Busy for a moment",
            "The database is away, busy or full, and the call may or may not have had its effect."
            " Wait as Retry-After says and send the same call, with the same Idempotency-Key,"
            " again.",
            {"Retry-After": "2"},
        ),
    )
}

SCHEMA: Mapping[str, Any] = {
    "title": "Problem",
    "description": "A refusal (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": "Names the kind of refusal, and is the address of its page.",
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong this time."},
        "instance": {"type": "string", "description": "The request id, as in X-Request-Id."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "Place in the body (RFC 6901)."},
                    "parameter": {"type": "string", "description": "Header or part of the URL."},
                    "detail": {"type": "string"},
                },
            },
        },
        "reasons": {"type": "array", "items": {"type": "string"}},
    },
}
"""The JSON Schema of a problem, for `components.schemas.Problem` of the API's description."""
