"""The head of a request: the rules of RFC 9112 sections 2 to 6, checked before h11 sees a byte.

h11 accepts syntax that another parser may read differently (Content-Length beside Transfer-Encoding,
HTTP/9.9, folded lines, control characters). All of that is refused here, with one exception: a line feed
without a carriage return ends a line of a head (RFC 9112 section 2.2), because `echo -e "...\\r\\n" | nc`
sends one. In the framing of a chunked body (http.body) it does not.
"""

from __future__ import annotations

import re

from restd_inet.http import target as targets
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") ([\x21-\x7e]+) HTTP/1\.([0-9])")
FIELD = re.compile(rb"(" + _TOKEN + rb"):([^\x00-\x08\x0a-\x1f\x7f]*)")

# Explanations of a line that is refused: that of the first pattern that matches it. The patterns are compiled
# only then.
_LINE_FAULTS = (
    (
        rb"-[neE]+ .*",
        "the request begins with '-e': this shell's echo does not know the option and printed it. "
        "Use printf instead of echo -e, or run the command in bash.",
    ),
    (
        rb".*\\r.*",
        "the request line holds a backslash and an 'r' where a carriage return belongs. "
        "Use printf or bash's echo -e.",
    ),
    (rb"\x16.*", "this looks like TLS; this address takes plain HTTP. An https:// address takes TLS."),
    (rb".*[\x00-\x08\x0a-\x1f\x7f].*", "the request line holds a control character."),
    (rb"[ \t].*", "the request line begins with a space; expected 'GET /path HTTP/1.1'."),
    (rb".*[\x80-\xff].*", "the request line holds a character that must be percent-encoded there."),
    (rb"[^ ]+ [^ ]+ HTTP/(?!1\.[0-9]$)[0-9.]+", "only HTTP/1.1 and HTTP/1.0 are supported."),
    (rb"[^ ]+ [^ ]+", "the request line has no version; expected 'GET /path HTTP/1.1'."),
    (rb".*", "the request line is not a method, a target and a version; expected 'GET /path HTTP/1.1'."),
)
_FIELD_FAULTS = (
    (rb"[ \t].*", "a header line begins with a space: folded lines are obsolete."),
    (rb"[^:]*", "a header line has no colon; expected 'Name: value'."),
    (rb":.*", "a header line has no name before its colon."),
    (rb"[^:]*[ \t]:.*", "a header line has a space before its colon."),
    (_TOKEN + rb":.*", "a header value holds a control character."),
    (rb".*", "a header name holds a character that is not allowed there."),
)
#: Fields that have one value (RFC 9110 section 5.3) and decide what a request means. Equal values are one:
#: clients and proxies repeat fields. Different ones are refused, those of Authorization by auth.jwt (401).
_SINGLETONS = frozenset((
    "authorization", "content-encoding", "content-length", "content-range", "content-type", "expect", "host",
    "if-modified-since", "if-range", "if-unmodified-since", "range", "x-slurm-user-name",
    "x-slurm-user-token",
))  # fmt: skip
#: Those whose values mean the same in any case (of Content-Type: what is used of it).
_CASELESS = frozenset(("content-encoding", "content-type", "expect", "host"))
_HOST = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=%:\[\]-]*")


def malformed(text: str, status: int = 400) -> Problem:
    """A syntax error, after which nothing more can be read from the connection."""
    return Problem(status, text)


def _explain(faults: tuple[tuple[bytes, str], ...], line: bytes) -> Problem:
    for pattern, text in faults:
        if re.fullmatch(pattern, line, re.DOTALL):
            return malformed(text)
    raise AssertionError("the last pattern of each table matches everything")


class Head:
    """A request line and its fields, checked.

    length: of Content-Length, 0 without one. chunked: the body is in chunks.
    kept: Request's. keep_alive: the client does not ask to close. expects: the client waits for 100 Continue.
    """

    __slots__ = (
        "chunked", "expects", "headers", "keep_alive", "kept", "length", "method", "minor", "path", "query",
        "target",
    )  # fmt: skip

    def __init__(self, start: tuple[bytes, bytes, int], lines: list[bytes], strict: bool) -> None:
        method, target, minor = start
        self.kept: dict[str, Any] = {}
        self.method = method.decode("ascii")
        self.target = target.decode("ascii")
        self.minor = minor
        self.path, self.query = targets.split(self.method, self.target)
        self.headers = _fields(lines)
        _check_host(self.headers.get("host"), required=strict and minor >= 1)
        self.chunked = _check_transfer_encoding(self.headers, minor)
        self.length = _check_content_length(self.headers.get("content-length"))
        self.expects = _check_expect(self.headers, minor) and (self.chunked or self.length > 0)
        options = _list(self.headers.get("connection", ""))
        self.keep_alive = "close" not in options and (minor >= 1 or "keep-alive" in options)

    def canonical(self) -> bytes:
        """The head in the form that h11 needs: CRLF line ends, a Host, HTTP/1.1 for later minor versions."""
        lines = [f"{self.method} {self.target} HTTP/1.{min(self.minor, 1)}".encode("ascii")]
        lines += [f"{name}: {value}".encode("latin-1") for name, value in self.headers.items()]
        if "host" not in self.headers:
            lines.append(b"Host:")
        return b"\r\n".join(lines) + b"\r\n\r\n"


def request_line(line: bytes, target_limit: int) -> tuple[bytes, bytes, int]:
    """Method, target and minor version of RFC 9112 section 3's request line."""
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        raise _explain(_LINE_FAULTS, line)
    method, target, minor = match.groups()
    if len(target) > target_limit:
        raise malformed(f"the request target is longer than {target_limit} bytes.", 414)
    if method != method.upper():
        raise malformed("methods are written in capitals (RFC 9110 section 9.1): GET, not get.")
    return method, target, int(minor)


def _field(line: bytes) -> tuple[bytes, bytes]:
    match = FIELD.fullmatch(line)
    if match is None:
        raise _explain(_FIELD_FAULTS, line)
    return match[1], match[2].strip(b" \t")


def _fields(lines: list[bytes]) -> dict[str, str]:
    """Lower-case name → value; several values of a list are joined with ", "."""
    found: dict[str, list[str]] = {}
    for line in lines:
        name, value = _field(line)
        found.setdefault(name.decode("ascii").lower(), []).append(value.decode("latin-1"))
    return {
        name: _single(name, values) if name in _SINGLETONS else ", ".join(values)
        for name, values in found.items()
    }


def _single(name: str, values: list[str]) -> str:
    """The value of a field that has one; a proxy may have joined the lines of several."""
    joined = ", ".join(values)
    same = str.lower if name in _CASELESS else str
    parts = [part.strip(" \t") for part in joined.split(",")]
    if len(set(map(same, parts))) == 1:
        return parts[0]
    if len(set(map(same, values))) > 1 and name != "authorization":
        raise malformed(f"the request has more than one {name.title()} field, with different values.")
    return joined if name == "authorization" else values[0]


def _list(value: str) -> list[str]:
    return [item.strip(" \t").lower() for item in value.split(",")]


def _check_host(host: str | None, required: bool) -> None:
    """RFC 9112 section 3.2: HTTP/1.1 requires one; its value is not used."""
    if required and host is None:
        raise malformed("HTTP/1.1 requires a Host field.")
    if host and not _HOST.fullmatch(host):
        raise malformed("the Host field is not a host and an optional port.")


def _check_transfer_encoding(headers: dict[str, str], minor: int) -> bool:
    """RFC 9112 section 6.1: chunked, alone, in HTTP/1.1, without a Content-Length."""
    value = headers.get("transfer-encoding")
    if value is None:
        return False
    if "content-length" in headers:
        raise malformed("the request has both Content-Length and Transfer-Encoding.")
    if minor == 0:
        raise malformed("HTTP/1.0 has no Transfer-Encoding.")
    codings = _list(value)
    if codings == ["chunked"]:
        return True
    if "" in codings or "chunked" in codings[:-1]:
        raise malformed("chunked must be the last transfer coding, and there only once.")
    raise malformed("the only supported transfer coding is chunked.", 501)


def _check_content_length(value: str | None) -> int:
    """RFC 9112 section 6.3: one number."""
    if value is None:
        return 0
    # More digits than any body has, and than int() should be made to convert.
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise malformed("Content-Length is not a number of bytes.")
    return int(value)


def _check_expect(headers: dict[str, str], minor: int) -> bool:
    """RFC 9110 section 10.1.1: 100-continue is the only expectation, and not one of HTTP/1.0."""
    value = headers.get("expect")
    if value is None or minor == 0:
        return False
    if _list(value) != ["100-continue"]:
        raise malformed("the only supported expectation is 100-continue.", 417)
    return True
