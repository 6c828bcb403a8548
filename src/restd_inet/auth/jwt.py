"""jwt: a request with a token acts as the token's user, regardless of who sends it.

The token is in X-SLURM-USER-TOKEN or in Authorization: Bearer. If it is root's or SlurmUser's,
X-SLURM-USER-NAME may name another user. It is verified with its key if this process may read the key;
otherwise slurmctld verifies it. The key and the modules that use it are loaded only then.
"""

from __future__ import annotations

import os
from time import monotonic

from restd_inet import lazy, log, process, slurm
from restd_inet.auth._jwt_read import Token, Unclear
from restd_inet.auth._jwt_user import check_name, user
from restd_inet.message import Credential
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

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

#: Methods of requests that change nothing and have no body: slurmctld verifies the token with the RPC itself.
_READING = ("GET", "HEAD")
#: So long the user of a token is not looked up again.
_USER_SECONDS = 1.0


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
    try:
        token = request.kept.get("token") or Token(text)
        token.check_end()
        config = slurm.connect(settings, by_token=not settings.privileged).jwt_config(settings.privileged)
        who = _user(request, token, config)
    except Unclear as reason:
        return _unclear(request, text, settings, str(reason))
    if settings.privileged:
        if not lazy.module("restd_inet.auth._become_user").aside(_verified, token, config):
            raise Problem(401, "the token cannot be verified here: there is no key for it")
        credential = Credential(*who, "jwt")
        credential.expires = token.claims["exp"]
        return credential
    credential = Credential(*who, "jwt", text)
    credential.expires = token.claims["exp"]
    credential.proven = _verified(token, config)
    if not credential.proven and (request.method not in _READING or request.query):
        _ask(credential)
    return credential


def preload() -> None:
    """Imports what verifies tokens."""
    lazy.module("restd_inet.auth._jwt_verify")


def warm(settings: Settings) -> None:
    """Imports what verifies tokens if this process may read a key."""
    config = slurm.connect(settings).jwt_config(settings.privileged)
    if any(path and os.access(path, os.R_OK) for path in (config.key, config.jwks)):
        preload()
        refresh(settings)


def refresh(settings: Settings) -> None:
    """Keeps the public keys as they are now, for when their file is broken."""
    config = slurm.connect(settings).jwt_config(settings.privileged)
    if config.jwks and os.access(config.jwks, os.R_OK):
        lazy.module("restd_inet.auth._jwt_verify").keep(config.jwks)


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


def _user(request: Request, token: Token, config: JwtConfig) -> tuple[int, int, str]:
    """uid, gid and name of the user of a request. Raises as `user`.

    For the same head the machine's database of users is asked once a second. The token itself is verified,
    and its end looked at, with each request.
    """
    kept, now = request.kept, monotonic()
    if now >= kept.get("user until", 0.0):
        kept["user"] = user(token.claims, request.headers, config)
        kept["token"], kept["user until"] = token, now + _USER_SECONDS
    found: tuple[int, int, str] = kept["user"]
    return found


def _verified(token: Token, config: JwtConfig) -> bool:
    """Whether the token was verified with its key; False if this process cannot; Problem 401 if it is bad.

    The key decides on the algorithm, not the token: jwt_key= is for HS256 only, jwks= for RS256 only.
    """
    path = config.key if token.algorithm == "HS256" else config.jwks
    if not path:
        raise Problem(
            401, f"the token is signed with {token.algorithm}, and slurm.conf names no key for that"
        )
    process.hide()
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        log.write(log.DEBUG, f"{path}: {error.strerror}: slurmctld verifies the token")
        return False
    verified: bool = lazy.module("restd_inet.auth._jwt_verify").verified(token, content, path)
    return verified


def _unclear(request: Request, text: str, settings: Settings, reason: str) -> Credential:
    """The user of a token that slurmctld alone can judge, and whom it names; Problem 401 if it refuses it."""
    if settings.privileged:
        raise Problem(401, f"the token cannot be verified here: {reason}")
    name = request.headers.get("x-slurm-user-name")
    check_name(name)
    slurm.connect(settings, by_token=True)
    credential = Credential(Credential.NOT_HERE, Credential.NOT_HERE, name or "", "jwt", text)
    _ask(credential)
    return credential


def _ask(credential: Credential) -> None:
    """slurmctld's own judgement."""
    credential.proven = False
    try:
        slurm.act_for(credential)
        slurm.confirm()
    except Problem:
        slurm.release()
        raise
    credential.proven = True
