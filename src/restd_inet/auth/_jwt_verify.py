"""Verifies the signature of a token with the key's file; loaded when there is one to verify.

HS256 takes Python's own hmac; RS256 PyJWT and cryptography, where they are.
"""

from __future__ import annotations

import hmac
import json
import os
from binascii import b2a_base64

from restd_inet import installed, lazy, log
from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.auth._jwt_read import Token

#: Up to this release a key's `alg` must be RS256 and its `kty` is not looked at; from the second on a key
#: without `alg` is taken, and `kty` must be RSA.
_NEEDS_ALG, _NEEDS_KTY = (24, 11), (26, 5)

#: File of a key set → its state when it was read, and the last content that was a key set. These keys are
#: public: a process that becomes a user may hold them.
_kept: dict[str, tuple[tuple[int, ...], bytes]] = {}


def verified(token: Token, content: bytes, path: str = "") -> bool:
    """Whether the token was verified with this key file; False if this host cannot. Raises Problem 401.

    path: of the file, of which an earlier content may be kept.
    """
    if token.algorithm == "HS256":
        if not content:
            log.write(log.ERROR, "the file that jwt_key= names is empty")
            return False
        expected = sign(token.signed, content)
        good = hmac.compare_digest(expected, token.signature.encode())
    else:
        key = _key(_whole(content, path), token.kid)
        if key is None:
            return False
        answer = lazy.module("restd_inet.auth._jwt_rs256").signature_is_good(token, key)
        if answer is None:
            return False
        good = answer
    if not good:
        raise Problem(401, "the token is not signed with this cluster's key")
    return True


def sign(signed: bytes, key: bytes) -> bytes:
    """The signature of HS256, in base64url."""
    mac = b2a_base64(hmac.digest(key, signed, "sha256"), newline=False)
    return mac.rstrip(b"=").translate(bytes.maketrans(b"+/", b"-_"))


def keep(path: str) -> None:
    """Keeps the content of a key set's file for when that is broken. Called again and again."""
    try:
        with open(path, "rb") as file:
            found = os.fstat(file.fileno())
            state = found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
            if path not in _kept or _kept[path][0] != state:
                content = file.read()
                if key_set(content) is None:
                    content = _kept[path][1] if path in _kept else b""
                    log.write(
                        log.ERROR,
                        f"{path} is not a JSON web key set" + "; the one before is used" * bool(content),
                    )
                _kept[path] = state, content
    except OSError as error:
        log.write(log.DEBUG, f"{path}: {error.strerror}")


def _whole(content: bytes, path: str) -> bytes:
    """The content of a key set's file, or, if that is none, the one that was kept."""
    if key_set(content) is not None:
        return content
    kept = _kept[path][1] if path in _kept else b""
    if kept:
        log.write(log.ERROR, "the file that jwks= names is not a JSON web key set; the one before is used")
    return kept


def key_set(content: bytes) -> list[dict[str, Any]] | None:
    """The keys of a JSON web key set; None if it is none."""
    try:
        keys = json.loads(content)["keys"]
        return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _key(content: bytes, kid: object) -> dict[str, Any] | None:
    """The first key of that id that auth/jwt takes; None if slurmctld must decide. Raises Problem 401."""
    if not isinstance(kid, str):
        raise Problem(401, "the token does not say which key it is signed with (kid)")
    keys = key_set(content)
    if keys is None:
        log.write(log.ERROR, "the file that jwks= names is not a JSON web key set")
        return None
    for key in keys:
        if str(key.get("kid")) == kid:
            fits = _fits(key)
            if fits is not False:
                return key if fits else None
    raise Problem(401, f"the token is signed with a key that this cluster does not know: {quoted(kid)}")


def _fits(key: dict[str, Any]) -> bool | None:
    """Whether auth/jwt takes a key for RS256; None if that depends on the release."""
    algorithm = key.get("alg")
    named = isinstance(algorithm, str) and algorithm.upper() == "RS256"
    old, new = named, (named or "alg" not in key) and key.get("kty") == "RSA"
    release = tuple(map(int, installed.series().split(".")[:2]))
    if old == new or release <= _NEEDS_ALG:
        return old
    return new if release >= _NEEDS_KTY else None
