"""jwt: a request with a token acts as the token's user, regardless of who sends it.

The token is in X-SLURM-USER-TOKEN or in Authorization: Bearer. If it is root's or SlurmUser's,
X-SLURM-USER-NAME may name another user. It is verified with its key if this process may read the key;
otherwise slurmctld verifies it. The key and the modules that use it are loaded only then.
"""

from __future__ import annotations

import binascii
import json
import os
import pwd
import re
from time import time

from restd_inet import lazy, log, process, slurm
from restd_inet.message import Credential
from restd_inet.problems import Problem, quoted
from restd_inet.slurm.jwt_refusal import utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from restd_inet.auth import Requirements
    from restd_inet.message import Peer, Request
    from restd_inet.settings import Settings
    from restd_inet.slurm.results import JwtConfig

CREDENTIAL = "a token"
HOW = "a token in X-SLURM-USER-TOKEN or Authorization: Bearer, which scontrol token makes"
CHALLENGE = "Bearer"
SIGNS_RPC = True
NEEDS_ROOT = True
NOT_ROOT = "root is not served by token here: name another user in X-SLURM-USER-NAME"
SECURITY_SCHEMES = {
    "user": {
        "type": "apiKey",
        "in": "header",
        "name": "X-SLURM-USER-NAME",
        "description": "Name of the user: the token's, or any if the token is root's or SlurmUser's.",
    },
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "X-SLURM-USER-TOKEN",
        "description": "JSON web token, such as `scontrol token` prints.",
    },
    "bearerAuth": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The same token as a bearer token (RFC 6750).",
    },
}
SECURITY: tuple[Requirements, Requirements] = (
    [{"user": [], "token": []}],
    [{"user": [], "token": []}, {"token": []}, {"bearerAuth": []}],
)

#: Seconds by which the clock of the token's issuer may differ from this host's.
LEEWAY = 10
ALGORITHMS = ("HS256", "RS256")

#: Methods of requests that change nothing and have no body: slurmctld verifies the token with the RPC itself.
_READING = ("GET", "HEAD")

#: Claims that are times, and the types that they may have.
_TIMES: dict[str, tuple[type, ...]] = {"exp": (int,), "iat": (int,), "nbf": (int, float)}
_COMPACT = re.compile(r"([\w-]+)\.([\w-]+)\.([\w-]*)", re.ASCII)
_MAX_TOKEN = 16384
#: A user name ends up in C and in logs. JSON may hold one half of a surrogate pair, which is no character.
_NAME = re.compile(r"[^\x00-\x20\x7f/:,\ud800-\udfff]{1,256}")


def possible(peer: Peer) -> bool:
    """Always: a token does not depend on the connection."""
    return True


def carries(headers: Mapping[str, str]) -> bool:
    """Whether a request carries a token, valid or not."""
    return "x-slurm-user-token" in headers or "bearer" in _schemes(headers.get("authorization", ""))


def authenticate(request: Request, peer: Peer, settings: Settings) -> Credential | None:
    """The token's user, or the one it names; None without a token; Problem 401 if it is not valid."""
    text = _given(request.headers)
    if text is None:
        return None
    header, claims = _parts(text)
    _check_times(claims)
    library = slurm.connect(settings, by_token=not settings.privileged)
    config = library.jwt_config()
    owner = _owner(claims, config.claim)
    name = _on_behalf_of(request.headers, owner, config.slurm_user)
    if settings.privileged:
        if not lazy.module("restd_inet.auth._become_user").aside(_verified, text, header, config):
            raise Problem(401, "the token cannot be verified here: there is no key for it")
        return _credential(name, "")
    credential = _credential(name, text)
    if not _verified(text, header, config):
        credential.proven = False
        if request.method not in _READING or request.query:
            _ask(credential)
    return credential


def preload() -> None:
    """Imports what verifies tokens."""
    lazy.module("restd_inet.auth._jwt_verify")


def warm(settings: Settings) -> None:
    """Imports what verifies tokens if this process may read a key."""
    config = slurm.connect(settings).jwt_config()
    if any(path and os.access(path, os.R_OK) for path in (config.key, config.jwks)):
        preload()


def _schemes(authorization: str) -> list[str]:
    """The authentication schemes of Authorization, in small letters; a part of a list without one is "".

    More than one if the field was sent several times with different values.
    """
    return [next(iter(part.split()), "").lower() for part in authorization.split(",")]


def _given(headers: dict[str, str]) -> str | None:
    """The token of a request; None if there is none."""
    found = []
    if (text := headers.get("x-slurm-user-token")) is not None:
        found.append(("X-SLURM-USER-TOKEN", text))
    text = headers.get("authorization", "")
    given = _schemes(text)
    if "bearer" in given:
        if len(given) > 1:
            raise Problem(401, "Authorization was sent more than once, or holds more than a token")
        found.append(("Authorization: Bearer", text.strip(" \t")[len("bearer") :].strip(" \t")))
    for name, text in found:
        if not text:
            raise Problem(401, f"the token in {name} is empty")
        if "," in text:
            raise Problem(401, f"{name} was sent more than once, or holds more than a token")
    if len({text for _, text in found}) > 1:
        raise Problem(401, "X-SLURM-USER-TOKEN and Authorization hold different tokens; send one of them")
    return found[0][1] if found else None


def _parts(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token, not yet verified: enough to say what is wrong with many."""
    if len(text) > _MAX_TOKEN:
        raise _malformed(f"it is longer than {_MAX_TOKEN} characters")
    match = _COMPACT.fullmatch(text)
    if match is None:
        raise _malformed("expected three parts of base64url with dots between them")
    header, claims = _object(match[1], "header"), _object(match[2], "payload")
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        found = quoted(algorithm) if isinstance(algorithm, str) else "none"
        raise Problem(401, f"the token is signed with {found}; accepted algorithms: {', '.join(ALGORITHMS)}")
    if not match[3]:
        raise _malformed("it has no signature")
    return header, claims


def _object(part: str, name: str) -> dict[str, Any]:
    padded = part.replace("-", "+").replace("_", "/") + "=" * (-len(part) % 4)
    try:
        value = json.loads(binascii.a2b_base64(padded))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _malformed(f"its {name} is not a JSON object")
    return value


def _malformed(reason: str) -> Problem:
    return Problem(401, f"the token is malformed: {reason}; scontrol token makes one")


def _check_times(claims: dict[str, Any]) -> None:
    """exp, which must be there, and iat and nbf, which need not (RFC 7519 section 4.1)."""
    now = time()
    for name, types in _TIMES.items():
        if name not in claims and name != "exp":
            continue
        value: Any = claims.get(name)
        # Not a bool, and nothing that strftime cannot show.
        if type(value) not in types or not 0 <= value < 1 << 40:
            raise _malformed(f"its claim {name} is not a time in seconds")
    if claims["exp"] + LEEWAY <= now:
        raise Problem(401, f"the token expired at {utc(claims['exp'])}; scontrol token makes another")
    if claims.get("iat", 0) > now + LEEWAY:
        raise Problem(401, f"the token is from the future: it was issued at {utc(claims['iat'])}")
    if claims.get("nbf", 0) > now + LEEWAY:
        raise Problem(401, f"the token is not yet valid: it begins at {utc(claims['nbf'])} (nbf)")


def _owner(claims: dict[str, Any], custom: str) -> str:
    """The user whom a token names, looked for as auth/jwt does."""
    for claim in ("sun", "username", custom):
        name = claims.get(claim)
        if claim and isinstance(name, str):
            if not _NAME.fullmatch(name):
                raise _malformed(f"its claim {claim} is not the name of a user")
            return name
    raise _malformed(f"it names no user: expected a claim sun or username{f' or {custom}' if custom else ''}")


def _on_behalf_of(headers: dict[str, str], owner: str, slurm_user: int) -> str:
    """The user of the request: the token's, or any that root or SlurmUser names."""
    name = headers.get("x-slurm-user-name", owner)
    if name == owner:
        return name
    if not _NAME.fullmatch(name):
        raise Problem(401, "X-SLURM-USER-NAME was sent more than once, or is not the name of a user")
    if _ids(owner)[0] not in (0, slurm_user):
        raise Problem(
            401,
            f"X-SLURM-USER-NAME is {quoted(name)}, and the token is {quoted(owner)}'s: "
            "only a token of root or SlurmUser can name another user",
        )
    return name


def _ids(name: str) -> tuple[int, int]:
    """uid and gid, NOT_HERE if this machine does not know the user."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return Credential.NOT_HERE, Credential.NOT_HERE
    return entry.pw_uid, entry.pw_gid


def _credential(name: str, token: str) -> Credential:
    uid, gid = _ids(name)
    return Credential(uid, gid, name, "jwt", token)


def _verified(text: str, header: dict[str, Any], config: JwtConfig) -> bool:
    """Whether the token was verified with its key; False if this process cannot; Problem 401 if it is bad.

    The key decides on the algorithm, not the token: jwt_key= is for HS256 only, jwks= for RS256 only.
    """
    algorithm = header["alg"]
    path = config.key if algorithm == "HS256" else config.jwks
    if not path:
        raise Problem(401, f"the token is signed with {algorithm}, and slurm.conf names no key for that")
    process.hide()
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        log.write(log.DEBUG, f"{path}: {error.strerror}: slurmctld verifies the token")
        return False
    verified: bool = lazy.module("restd_inet.auth._jwt_verify").verified(
        text, algorithm, header.get("kid"), content, LEEWAY
    )
    return verified


def _ask(credential: Credential) -> None:
    """slurmctld's own judgement."""
    try:
        slurm.act_for(credential)
        slurm.confirm()
    except Problem:
        slurm.release()
        raise
    credential.proven = True
