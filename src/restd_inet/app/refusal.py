"""What only some failed requests need: 401, and an answer without an API version."""

from __future__ import annotations

from restd_inet import auth
from restd_inet.app.parameters import OFFERED
from restd_inet.http import negotiate
from restd_inet.problems import Problem
from restd_inet.schema.answers import DONE, Envelope
from restd_inet.schema.versions import V35

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.message import Request
    from restd_inet.settings import Settings


def unauthenticated(problem: Problem, version: int, settings: Settings) -> Problem:
    """v1 and v0.0.35 document 403 for it, later versions 401."""
    if version <= V35:
        return Problem(403, problem.text, number=problem.number, source=problem.source)
    challenge = auth.challenge(settings.auth)
    problem.headers = [*problem.headers, ("WWW-Authenticate", challenge)]
    return problem


def without_version(request: Request, problem: Problem, newest: int) -> tuple[str, Any]:
    """The media type and the document: text; in the layout of the newest version for a client that prefers
    JSON or YAML."""
    media = negotiate.accept(request.headers.get("accept"), ("text/plain", *OFFERED))
    if media in (None, "text/plain"):
        return "text/plain", f"{problem.text}\n".encode()
    return str(media), DONE.failure(Envelope(newest, client=request.client), problem)
