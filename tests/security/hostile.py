"""Requests that attack a parser: each with the status of its answer and whether the connection goes on.

The kinds are those of the corpora of gunicorn, llhttp and HTTP Garden; the cases are written for this suite.
The limits are those of wire_cases: a head of 1000 bytes, a target of 100, a body of 50.
"""

from __future__ import annotations

from wire_cases import LAST

GET = b"GET /a HTTP/1.1"
HELLO = b"5\r\nhello\r\n" + LAST
TE = b"Transfer-Encoding: "
CL = b"Content-Length: "


class Hostile:
    """goes_on: whether the next request on the connection is answered; it is, unless this one was refused."""

    def __init__(self, name: str, request: bytes, status: int, goes_on: bool | None = None) -> None:
        self.name = name
        self.request = request
        self.status = status
        self.goes_on = status < 400 if goes_on is None else goes_on
