"""Whom a token names, looked for as auth/jwt does.

With use_jwt_client_ids in AuthAltParameters (Slurm 26.05) a token's claims uid, gid and id are its user, whom
no host needs to know. Otherwise, and unless it is use_jwt_client_ids_only, the user is in a claim: sun,
username, or the one that userclaimfield= names.
"""

from __future__ import annotations

import pwd
import re

from restd_inet import installed
from restd_inet.auth._jwt_read import Unclear, malformed
from restd_inet.message import Credential
from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from restd_inet.slurm.results import JwtConfig

#: A user name ends up in C and in logs.
_NAME = re.compile(r"[^\x00-\x1f\x7f:,]{1,256}")
#: What strtol takes: auth/jwt takes the number of a user for a name.
_NUMBER = re.compile(r" *[+-]?[0-9]{1,19}")
#: The first release with userclaimfield=; the last without use_jwt_client_ids, and the first with it.
_CLAIM_FIELD, _NO_IDS, _IDS = (23, 2), (24, 11), (26, 5)
_UIDS = range(1 << 32)


def user(claims: dict[str, Any], headers: Mapping[str, str], config: JwtConfig) -> tuple[int, int, str]:
    """uid, gid and name of the user of a request. Raises Problem 401, and Unclear.

    The name is the one that slurmctld compares with the token's.
    """
    wanted = headers.get("x-slurm-user-name")
    check_name(wanted)
    release = tuple(map(int, installed.series().split(".")[:2]))
    if config.client_ids and release > _NO_IDS:
        if release < _IDS:
            raise Unclear("this release of Slurm may or may not know use_jwt_client_ids")
        identity = _identity(claims)
        if identity and wanted in (None, identity[2]):
            return identity
        if config.client_ids_only:
            if identity:
                raise Problem(
                    401,
                    f"X-SLURM-USER-NAME is {quoted(wanted or '')}, and the token is {quoted(identity[2])}'s",
                )
            raise malformed("expected the claims uid, gid and id, with name, gecos, dir and shell")
    owner = _owner(claims, config.claim if release >= _CLAIM_FIELD else "")
    return _on_behalf_of(wanted, owner, config.slurm_user)


def check_name(wanted: str | None) -> None:
    """Raises Problem 401 if the value of X-SLURM-USER-NAME is not a name."""
    if wanted is not None and not _NAME.fullmatch(wanted):
        raise Problem(401, "X-SLURM-USER-NAME was sent more than once, or is not the name of a user")


def _owner(claims: dict[str, Any], custom: str) -> str:
    """The user whom a token names."""
    for claim in ("sun", "username", custom):
        name = claims.get(claim)
        if claim and isinstance(name, str):
            if not _NAME.fullmatch(name):
                raise Unclear(f"its claim {claim} is not the name of a user")
            return name
    raise malformed(f"it names no user: expected a claim sun or username{f' or {custom}' if custom else ''}")


def _on_behalf_of(wanted: str | None, owner: str, slurm_user: int) -> tuple[int, int, str]:
    """The user of the request: the token's, or any that root or SlurmUser names."""
    if wanted is None or wanted == owner:
        return *_ids(owner), owner
    if _ids(owner)[0] not in (0, slurm_user):
        raise Problem(
            401,
            f"X-SLURM-USER-NAME is {quoted(wanted)}, and the token is {quoted(owner)}'s: "
            "only a token of root or SlurmUser can name another user",
        )
    return *_ids(wanted), wanted


def _ids(name: str) -> tuple[int, int]:
    """uid and gid of a user's name or number, NOT_HERE if this machine does not know the user."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        try:
            entry = pwd.getpwuid(int(name) if _NUMBER.fullmatch(name) else -1)
        except (KeyError, OverflowError):
            return Credential.NOT_HERE, Credential.NOT_HERE
    return entry.pw_uid, entry.pw_gid


def _identity(claims: dict[str, Any]) -> tuple[int, int, str] | None:
    """The user that the claims uid, gid and id describe; None if they do not."""
    if not {"uid", "gid", "id"} <= claims.keys():
        return None
    uid, gid, shown = claims["uid"], claims["gid"], claims["id"]
    if not isinstance(shown, dict):
        return None
    texts: list[Any] = [shown.get(name) for name in ("name", "gecos", "dir", "shell")]
    if None in (shown.get("groups", ()), shown.get("gids", ())):
        raise malformed("its claim id has groups that are null")  # slurmctld 26.05 ends over such a token
    groups = shown["groups"].values() if isinstance(shown.get("groups"), dict) else shown.get("gids", [])
    # Slurm converts texts, null and so on to numbers.
    if not isinstance(shown.get("groups", {}), dict) or isinstance(
        groups, (str, int, float, dict, type(None))
    ):
        raise Unclear("its claim id has groups that are no list")
    numbers = [uid, gid, *groups]
    if not all(type(number) is int for number in numbers):
        raise Unclear("its claims uid, gid and id have numbers that are not integers")
    if not all(number in _UIDS for number in numbers):
        return None
    if not all(isinstance(text, str) and text for text in texts):
        return None
    name, _, home, shell = texts
    if home[0] != "/" or shell[0] != "/":
        return None
    if not _NAME.fullmatch(name):
        raise Unclear("its claim id has no name of a user")
    return uid, gid, name
