"""Answers that are bytes instead of documents: the whole, one range of them, or the last lines.

They are read as they are sent. What is sent is what the file had when it was opened.
"""

from __future__ import annotations

from time import monotonic, sleep

from restd_inet import lazy
from restd_inet.files import Part, last_lines
from restd_inet.http import negotiate, ranges
from restd_inet.message import Response
from restd_inet.pace import of_job
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.commands import Content
    from restd_inet.files import InMemory, RegularFile
    from restd_inet.message import Request

    Fields = list[tuple[str, str]]

#: Seconds between two looks at the file, while an answer is put off.
_PAUSE = 0.25
#: The fields of a 304 (RFC 9110 section 15.4.5).
_UNCHANGED = ("Cache-Control", "ETag")


def fields(media: str) -> Fields:
    """What users write is no page of this server, whatever it looks like."""
    return [("Content-Type", f"{media}; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]


def check(request: Request, media: str) -> None:
    """Raises Problem 406 for a client that does not take the media type of the bytes."""
    if negotiate.accept(request.headers.get("accept"), (media,)) is None:
        raise Problem(406, f"the answer is {media}; Accept allows {request.headers['accept']!a} alone")


def answer(request: Request, content: Content, fields: Fields) -> Response:
    """The answer to a request for the content. fields: that it has in any case. Raises Problem."""
    if content.wait or content.follow:
        request.held.enter()
    until, asked = monotonic() + content.wait, 0.0
    while True:
        problem = None
        try:
            response = _now(request, content, fields)
        except Problem as error:
            problem = error
        now = monotonic()
        if now >= until or not _nothing_new(problem or response) or _left(request):
            break
        if now >= asked:
            if content.ended():
                until = now  # once more: what was written last
                continue
            asked = now + of_job(request.held.interval)
        sleep(max(0.0, min(_PAUSE, until - now)))
    if problem is not None:
        raise problem
    return response


def _nothing_new(found: Problem | Response) -> bool:
    if isinstance(found, Response):
        return found.status == 304
    return found.status == 416 or (found.status == 404 and bool(found.headers))


def _left(request: Request) -> bool:
    return bool(request.held.over()) or request.held.silent()


def _now(request: Request, content: Content, fields: Fields) -> Response:
    file = content.open()
    try:
        return _of(request, content, file, fields)
    except BaseException:
        file.close()
        raise


def _of(request: Request, content: Content, file: RegularFile | InMemory, fields: Fields) -> Response:
    if content.follow:
        start = 0 if content.tail is None else last_lines(file, content.tail)
        followed: Response = lazy.module("restd_inet.app.follow").response(
            request.held, content, file, start, fields
        )
        return followed
    tag, headers = f'"{file.tag}"', request.headers
    tagged = [*fields, ("ETag", tag)]
    if ranges.unchanged(headers, tag):
        file.close()
        return Response(304, [field for field in tagged if field[0] in _UNCHANGED])
    if content.tail is not None:
        return Response(200, tagged, Part(file, last_lines(file, content.tail), file.size))
    tagged.append(("Accept-Ranges", "bytes"))
    try:
        found = ranges.wanted(headers, file.size, tag) if request.method == "GET" else None
    except ranges.Unsatisfiable:
        text = f"Range: {headers['range']!a} has none of the {file.size} bytes"
        raise Problem(416, text, headers=[("Content-Range", f"bytes */{file.size}")]) from None
    if found is None:
        return Response(200, tagged, Part(file, 0, file.size))
    start, end = found
    tagged.append(("Content-Range", f"bytes {start}-{end - 1}/{file.size}"))
    return Response(206, tagged, Part(file, start, end))
