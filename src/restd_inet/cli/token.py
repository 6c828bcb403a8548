"""restd-inet token: makes a token as `scontrol token` does, without asking slurmctld.

For whoever may read the key: SlurmUser and root. A token that anybody else needs, scontrol gets for him.
"""

from __future__ import annotations

import getopt
import os
import pwd
import sys
import time

import jwt

from restd_inet import log, process, slurm
from restd_inet.problems import Problem
from restd_inet.settings import Settings, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED = 1
#: As scontrol's.
_LIFESPAN = 1800
_LONGEST = (1 << 32) - 3

USAGE = f"""\
Usage: restd-inet token [OPTIONS]

Makes a JSON web token with the key of AuthAltParameters in slurm.conf, and prints SLURM_JWT=TOKEN.

  export $(restd-inet token --user fred --lifespan 3600)

Options:
  -u, --user USER              whose token; without it your own
  -l, --lifespan SECONDS       how long it is good (default {_LIFESPAN})
  -f, --conf FILE              the slurm.conf to use [SLURM_CONF]
  -h, --help                   print this and exit
"""


def main(arguments: Sequence[str]) -> int:
    """Does it; the exit status."""
    user, lifespan, settings = "", _LIFESPAN, Settings()
    try:
        found, rest = getopt.gnu_getopt(list(arguments), "u:l:f:h", ["user=", "lifespan=", "conf=", "help"])
    except getopt.GetoptError as error:
        raise Usage(f"token: {error}") from None
    if rest:
        raise Usage(f'token: "{rest[0]}" was not expected')
    for flag, text in found:
        if flag in ("-h", "--help"):
            sys.stdout.write(USAGE)
            return 0
        if flag in ("-u", "--user"):
            user = text
        elif flag in ("-f", "--conf"):
            settings.conf = text
        else:
            lifespan = _seconds(text)
    try:
        print(f"SLURM_JWT={make(_known(user), lifespan, _key(settings))}")
    except Problem as problem:
        log.write(log.ERROR, problem.text)  # libslurm has taken descriptor 2
        return FAILED
    return 0


def make(user: str, lifespan: int, key: bytes) -> str:
    """The token of a user: auth/jwt's claims and algorithm."""
    now = int(time.time())
    return jwt.encode({"exp": now + lifespan, "iat": now, "sun": user}, key, algorithm="HS256")


def _seconds(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 16 and 0 < int(text) <= _LONGEST:
        return int(text)
    raise Usage(
        f'token: --lifespan: expected a number of seconds above 0, at most {_LONGEST}; found "{text}"'
    )


def _known(user: str) -> str:
    try:
        return (pwd.getpwnam(user) if user else pwd.getpwuid(os.geteuid())).pw_name
    except KeyError:
        raise Problem(404, f'there is no user "{user or os.geteuid()}" on this machine') from None


def _key(settings: Settings) -> bytes:
    """The key that slurm.conf names; a Problem says what to do without it."""
    keys = slurm.connect(settings, lambda reason: log.write(log.ERROR, reason)).jwt_config()
    if not keys.key:
        raise Problem(
            404,
            "slurm.conf names no jwt_key= in AuthAltParameters: "
            "tokens come from the owner of the keys in jwks=, not from here",
        )
    process.hide()
    try:
        with open(keys.key, "rb") as file:
            key = file.read()
        if key:
            return key
        raise Problem(500, f"the key {keys.key} is empty: a token that is signed with it proves nothing")
    except OSError as error:
        what = f"the key {keys.key} cannot be read: {error.strerror}"
    try:
        owner = pwd.getpwuid(keys.slurm_user).pw_name
    except KeyError:
        owner = f"uid {keys.slurm_user}"
    raise Problem(403, f"{what}; run this as SlurmUser ({owner}) or root, or use scontrol token")
