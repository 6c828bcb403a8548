"""multipart/form-data in (RFC 7578): the parts of a body, each with its name.

Strict, with limits: what a part does not need is refused. A body ends with its last boundary.
"""

from __future__ import annotations

import re

from restd_inet.problems import Problem, quoted

MAX_PARTS = 16
#: Of the header of a part.
MAX_HEADER = 8192
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)")
_PARAMETER = re.compile(r';[ \t]*([0-9A-Za-z*_-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s";,]+))[ \t]*')
_PLAIN = ("", "7bit", "8bit", "binary")


class Part:
    """media: its media type, "" for none. file: the name of the file that it was, "" for none."""

    __slots__ = ("content", "file", "media")

    def __init__(self, content: bytes, media: str, file: str) -> None:
        self.content = content
        self.media = media
        self.file = file


def decode(body: bytes, boundary: str) -> dict[str, Part]:
    """The parts by name. Raises Problem 400."""
    if not _BOUNDARY.fullmatch(boundary):
        raise _bad(f"Content-Type: expected a boundary of 1 to 70 characters; found {quoted(boundary)}")
    delimiter = b"\r\n--" + boundary.encode("ascii")
    body = b"\r\n" + body
    found: dict[str, Part] = {}
    at = body.find(delimiter)
    if at < 0:
        raise _bad(f"the body has no boundary {quoted('--' + boundary)}")
    while True:
        at += len(delimiter)
        if body.startswith(b"--", at):
            return found
        end = body.find(b"\r\n", at, at + MAX_HEADER)
        if end < 0 or body[at:end].strip(b" \t"):
            raise _bad("expected the end of the line after a boundary")
        at = body.find(delimiter, end)
        if at < 0:
            raise _bad("the body ends without its last boundary")
        if len(found) >= MAX_PARTS:
            raise _bad(f"expected at most {MAX_PARTS} parts")
        name, part = _part(body[end + 2 : at])
        if name in found:
            raise _bad(f"two parts are called {quoted(name)}")
        found[name] = part


def _part(data: bytes) -> tuple[str, Part]:
    """A part and its name."""
    end = data.find(b"\r\n\r\n", 0, MAX_HEADER)
    if end < 0:
        raise _bad(f"a part has no header of at most {MAX_HEADER} bytes with an empty line after it")
    fields = _fields(data[:end])
    kind, _, rest = fields.get("content-disposition", "").partition(";")
    parameters = _parameters(";" + rest) if rest else {}
    if kind.strip().lower() != "form-data" or not parameters.get("name"):
        raise _bad('a part has no name: expected Content-Disposition: form-data; name="script"')
    name = parameters["name"]
    encoding = fields.get("content-transfer-encoding", "").strip().lower()
    if encoding not in _PLAIN:
        raise _bad(f"{name}: Content-Transfer-Encoding {quoted(encoding)} is not supported")
    media = fields.get("content-type", "").partition(";")[0].strip().lower()
    return name, Part(data[end + 4 :], media, parameters.get("filename", ""))


def _fields(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        field = _FIELD.fullmatch(line)
        if field is None or not line.isprintable():
            raise _bad(f"a line in the header of a part is no field: {quoted(line)}")
        name = field[1].lower()
        if name in found:
            raise _bad(f"a part has two fields {quoted(field[1])}")
        found[name] = field[2]
    return found


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        parameter = _PARAMETER.match(text, at)
        if parameter is None:
            raise _bad(f"Content-Disposition: expected name=value; found {quoted(text[at:])}")
        quoted_value = parameter[2]
        value = parameter[3] if quoted_value is None else re.sub(r"\\(.)", r"\1", quoted_value)
        found[parameter[1].lower()] = value.replace("%22", '"')
        at = parameter.end()
    return found


def _bad(text: str) -> Problem:
    return Problem(400, f"multipart/form-data: {text}")
