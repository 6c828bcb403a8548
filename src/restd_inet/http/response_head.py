"""The head of an answer: status line, framing, Date (RFC 9112 section 4, RFC 9110 section 6.6.1)."""

from __future__ import annotations

import time

REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
    301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
    307: "Temporary Redirect", 308: "Permanent Redirect",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict",
    410: "Gone", 411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large",
    414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable",
    417: "Expectation Failed", 421: "Misdirected Request", 422: "Unprocessable Content",
    426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    507: "Insufficient Storage", 511: "Network Authentication Required",
}  # fmt: skip

# Not strftime: its names follow the locale, and email.utils costs a cold process 10 ms.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# http.wire sets these; a handler cannot.
_OURS = frozenset(("connection", "content-length", "date", "transfer-encoding"))


def http_date(seconds: float) -> str:
    """IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT."""
    t = time.gmtime(seconds)
    day, month = _DAYS[t.tm_wday], _MONTHS[t.tm_mon - 1]
    return f"{day}, {t.tm_mday:02} {month} {t.tm_year} {t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02} GMT"


def head(
    status: int, headers: list[tuple[str, str]], framing: tuple[str, str] | None, connection: str | None
) -> bytes:
    """Status line and fields: framing first, then Content-Type and Date, then the others."""
    fields = [framing] if framing else []
    fields += [field for field in headers if field[0].lower() == "content-type"]
    fields.append(("Date", http_date(time.time())))
    fields += [field for field in headers if field[0].lower() not in (*_OURS, "content-type")]
    if connection:
        fields.append(("Connection", connection))
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Unknown')}"]
    lines += [f"{name}: {_clean(value)}" for name, value in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _clean(value: str) -> str:
    """The value without control characters: one that quotes a request must not begin another field."""
    if value.isprintable():
        return value
    return "".join(c if c.isprintable() else " " for c in value)
