"""restd-inet token: makes a token as `scontrol token` does, without asking slurmctld.

For whoever may read the key: SlurmUser and root. A token that anybody else needs, scontrol gets for him. Who
may read the key and is neither gets what slurmctld would give: his own token, as AuthAltParameters allow.
"""

from __future__ import annotations

import os
import pwd
import sys
import time
from base64 import urlsafe_b64encode
from json import dumps

from restd_inet import log, process, slurm
from restd_inet.auth._jwt_verify import sign
from restd_inet.option_values import Usage
from restd_inet.options import Option, described, split
from restd_inet.problems import Problem
from restd_inet.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from restd_inet.slurm.results import JwtConfig

FAILED = 1
#: As scontrol's.
_LIFESPAN = 1800
_LONGEST = (1 << 32) - 3

OPTIONS = (
    Option("-u --user", "user", "", "whose token; without it your own", str, "USER"),
    Option("-l --lifespan", "lifespan", _LIFESPAN, "how many seconds it is valid", str, "SECONDS"),
    Option("-f --conf", "conf", "", "the slurm.conf to use", str, "FILE", "SLURM_CONF"),
    Option("-h --help", "help", False, "print this and exit"),
)
USAGE = """\
Usage: restd-inet token [OPTIONS]

Makes a JSON web token with the key of AuthAltParameters in slurm.conf, and prints SLURM_JWT=TOKEN.

  export $(restd-inet token --user fred --lifespan 3600)

Options:
"""


def main(arguments: Sequence[str]) -> int:
    """Makes the token that a command line asks for; the exit status. Raises Usage."""
    values: dict[str, str] = {}
    try:
        given, rest = split(arguments[1:], OPTIONS)
        if rest:
            raise Usage(f'"{rest[0]}" was not expected')
        for option, _, text in given:
            if option.attribute == "help":
                sys.stdout.write(USAGE + "\n".join(described(OPTIONS)) + "\n")
                return 0
            values[option.attribute] = text
        lifespan = _seconds(values["lifespan"]) if "lifespan" in values else 0
    except Usage as error:
        raise Usage(f"token: {error}") from None
    conf = Settings(conf=values.get("conf", ""))
    try:
        config = slurm.connect(conf).jwt_config()
        user = _known(values.get("user", ""))
        lifespan = _allowed(config, user, lifespan)
        print(f"SLURM_JWT={make(user, lifespan, _key(config))}")
    except Problem as problem:
        log.write(log.ERROR, problem.text)  # libslurm has taken descriptor 2
        return FAILED
    return 0


def make(user: str, lifespan: int, key: bytes) -> str:
    """The token of a user: auth/jwt's claims and algorithm."""
    now = int(time.time())
    parts = {"alg": "HS256", "typ": "JWT"}, {"exp": now + lifespan, "iat": now, "sun": user}
    signed = b".".join(urlsafe_b64encode(dumps(part, separators=(",", ":")).encode()) for part in parts)
    signed = signed.replace(b"=", b"")
    return (signed + b"." + sign(signed, key)).decode()


def _allowed(config: JwtConfig, user: str, lifespan: int) -> int:
    """The seconds of a token, 0 for the usual ones. Raises Problem 403 for what slurmctld would not make."""
    longest = config.max_lifespan
    seconds = lifespan or min(_LIFESPAN, longest or _LIFESPAN)
    if os.geteuid() in (0, config.slurm_user):
        return seconds
    if not config.creation:
        raise Problem(
            403, "AuthAltParameters has disable_token_creation: only root and SlurmUser make tokens"
        )
    if user != _known(""):
        raise Problem(403, "only root and SlurmUser make tokens of other users")
    if longest and seconds > longest:
        text = f"--lifespan is {seconds}: AuthAltParameters has max_token_lifespan={longest}"
        raise Problem(403, f"{text}, except for root and SlurmUser")
    return seconds


def _seconds(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 16 and 0 < int(text) <= _LONGEST:
        return int(text)
    raise Usage(f'--lifespan: expected a number of seconds above 0, at most {_LONGEST}; found "{text}"')


def _known(user: str) -> str:
    try:
        return (pwd.getpwnam(user) if user else pwd.getpwuid(os.geteuid())).pw_name
    except KeyError:
        raise Problem(404, f'there is no user "{user or os.geteuid()}" on this machine') from None


def _key(keys: JwtConfig) -> bytes:
    """The key that slurm.conf names; a Problem says what to do without it."""
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
