"""Paths without a version: conditional and negotiated answers (RFC 9110 sections 12.5.1 and 13.1.2).

They need no authentication, as slurmrestd's /openapi, and tell nothing about the cluster but its name.
"""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.http import negotiate
from restd_inet.message import Response
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from restd_inet.app.api import Served
    from restd_inet.message import Request
    from restd_inet.settings import Settings

    #: Encodes a document in a media type.
    Encode = Callable[[object, str], bytes | Iterable[bytes]]

ALLOWED = "GET, HEAD, OPTIONS"


def answer(name: str, request: Request, served: Served, settings: Settings, encode: Encode) -> Response:
    """The answer of the module pages/<name>. Raises Problem."""
    page = lazy.module(f"restd_inet.pages.{name}").page(request.path, request.target, served, settings)
    if request.method == "OPTIONS":
        return Response(204, [("Allow", ALLOWED)])
    if request.method not in ("GET", "HEAD"):
        text = f"{request.method} is not allowed at this path; allowed: {ALLOWED}"
        raise Problem(405, text, headers=[("Allow", ALLOWED)])
    media = negotiate.accept(request.headers.get("accept"), page.offers)
    if media is None:
        offers = ", ".join(page.offers)
        raise Problem(406, f"none of the media types in Accept is offered; expected one of: {offers}")
    tag = f'"{page.tag}-{page.offers.index(media)}"'
    headers = [("ETag", tag), ("X-Content-Type-Options", "nosniff"), *page.headers]
    if len(page.offers) > 1:
        headers.append(("Vary", "Accept"))
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(304, headers)
    content = page.content(media)
    headers.append(("Content-Type", f"{media}; charset=utf-8" if media.startswith("text/html") else media))
    return Response(200, headers, content if isinstance(content, bytes) else encode(content, media))


def _has(field: str, tag: str) -> bool:
    """Whether If-None-Match contains the tag, by weak comparison (RFC 9110 8.8.3.2)."""
    return field.strip() == "*" or tag in [part.strip().removeprefix("W/") for part in field.split(",")]
