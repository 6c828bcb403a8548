"""Authentication methods, a module each: authenticate(request, peer, settings) → Credential, or None.

None is "not mine": nothing of the request is this method's business. A Problem 401 is "mine, and wrong",
and no other method is asked after it. dispatch makes 403 of it for the versions that say so.

    _become_user  privileged mode: a process of root becomes the authenticated user
    _jwt_verify   tokens verified with their key
    jwt           tokens
    local         the owner of the other end
"""

from __future__ import annotations

from restd_inet import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


def schemes(authorization: str) -> list[str]:
    """The authentication schemes of Authorization, in small letters; a part of a list without one is "".

    More than one if the field was sent several times with different values.
    """
    return [next(iter(part.split()), "").lower() for part in authorization.split(",")]


def carries_token(headers: Mapping[str, str]) -> bool:
    """Whether a request brings a token, be it a good one."""
    return "x-slurm-user-token" in headers or "bearer" in schemes(headers.get("authorization", ""))


def order(methods: Sequence[str], headers: Mapping[str, str]) -> list[str]:
    """The methods to ask, first to last: where there is a token, whose connection it is does not count.

    Where "local" is the only method, tokens are nobody's business and are ignored.
    """
    if set(methods) == {"local"} or not carries_token(headers):
        return list(methods)
    return [method for method in methods if method != "local"]


def method(name: str) -> Any:
    """The module of an authentication method."""
    return lazy.module(f"restd_inet.auth.{name}")
