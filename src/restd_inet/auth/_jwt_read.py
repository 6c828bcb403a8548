"""Reads a token as libjwt does for auth/jwt: what slurmctld accepts is accepted here, and nothing else.

libjwt takes what precedes the first two dots as base64url of two JSON objects, and reads those by jansson.
Its builds and versions differ in what else they decode: a token on which they differ is Unclear, and
slurmctld judges it. auth/jwt looks at `exp` alone; `iat`, `nbf`, `aud` and so on may be anything.
"""

from __future__ import annotations

import binascii
import json
import re
from time import time

from restd_inet.problems import Problem, quoted
from restd_inet.slurm.jwt_refusal import utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

ALGORITHMS = ("HS256", "RS256")

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9_+/-]")
#: Escapes that no JSON text of jansson's has: NUL, and half a surrogate pair.
_PLAIN_ESCAPE = re.compile(r"\\[^u]")
_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_NO_CHARACTER = re.compile(r"\\u(0000|[dD][89a-fA-F])")
#: Nesting of a header that the JSON reader of every release takes.
_DEPTH = 30


class Unclear(Exception):
    """Releases of Slurm, or builds of libjwt, differ in whether they accept this token."""


class Token:
    """The parts of a token, not yet verified.

    algorithm: of ALGORITHMS. signed: the bytes that the signature is of.
    """

    __slots__ = ("algorithm", "claims", "kid", "signature", "signed")

    def __init__(self, text: str) -> None:
        """Raises Problem 401 for what no release accepts, and Unclear."""
        parts = text.split(".", 2)
        if len(parts) < 3 or not text.isascii():
            raise malformed("expected three parts of base64url with dots between them")
        header = _object(parts[0], "header", _DEPTH)
        self.algorithm = _algorithm(header)
        self.claims = _object(parts[1], "payload")
        self.signature = parts[2]
        if not self.signature:
            raise malformed("it has no signature")
        if header["alg"] != self.algorithm:
            raise Unclear("newer versions of libjwt accept the name of its algorithm in capitals only")
        typ = header.get("typ")
        if isinstance(typ, str) and typ.lower() != "jwt":
            raise Unclear(f"its type is {quoted(typ)}, which libjwt refuses up to its version 1.11")
        if self.algorithm == "RS256" and not _BASE64URL.fullmatch(self.signature):
            raise Unclear("its signature is not base64url")
        self.signed = f"{parts[0]}.{parts[1]}".encode()
        self.kid = header.get("kid")

    def check_end(self) -> None:
        """Raises Problem 401 if the token has expired, or does not say when it does."""
        end = self.claims.get("exp")
        if type(end) is not int:
            raise malformed("its claim exp is not a time in whole seconds")
        if end < int(time()):
            raise Problem(401, f"the token expired at {utc(end)}; scontrol token makes another")


def decoded(part: str) -> bytes:
    """What base64url stands for, with or without padding. Raises ValueError."""
    text = part.rstrip("=").replace("-", "+").replace("_", "/")
    if len(text) % 4 == 1:
        text = text[:-1]
    return binascii.a2b_base64(text + "=" * (-len(text) % 4))


def malformed(reason: str) -> Problem:
    """The Problem of what is no token of auth/jwt's."""
    return Problem(401, f"the token is malformed: {reason}; scontrol token makes one")


def _algorithm(header: dict[str, Any]) -> str:
    algorithm = header.get("alg")
    if isinstance(algorithm, str) and algorithm.isascii() and algorithm.upper() in ALGORITHMS:
        return algorithm.upper()
    found = quoted(algorithm) if isinstance(algorithm, str) else "none"
    raise Problem(401, f"the token is signed with {found}; accepted algorithms: {', '.join(ALGORITHMS)}")


def _object(part: str, name: str, depth: int = 0) -> dict[str, Any]:
    """The JSON object of a part. Raises Unclear if not every libjwt decodes it.

    One libjwt ends at a character that is not base64, another skips it. depth: the nesting that is clear.
    """
    clear = _BASE64URL.fullmatch(part) is not None and len(part) % 4 != 1
    readings = [part] if clear else [_NOT_BASE64.sub("", part), _NOT_BASE64.split(part)[0]]
    for reading in readings:
        data, nul, _ = decoded(reading).partition(b"\0")
        try:
            value = _json(data)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            if not clear or nul or (depth and data.count(b"[") + data.count(b"{") > depth):
                raise Unclear(f"not every libjwt reads its {name}")
            return value
    raise malformed(f"its {name} is not a JSON object")


def _json(data: bytes) -> Any:
    """JSON as jansson reads it: integers of 64 bits, finite numbers, no NUL, the last of equal keys."""
    text = data.decode()
    if "\\u" in text and _NO_CHARACTER.search(_PAIR.sub("", _PLAIN_ESCAPE.sub("", text))):
        raise ValueError("half a surrogate pair, or NUL")
    return json.loads(text, parse_int=_integer, parse_float=_real, parse_constant=_constant)


def _integer(digits: str) -> int:
    value = int(digits)
    if not -(1 << 63) <= value < 1 << 63:
        raise ValueError("an integer of more than 64 bits")
    return value


def _real(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number that is too large")
    return value


def _constant(name: str) -> NoReturn:
    raise ValueError(name)
