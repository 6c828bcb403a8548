"""Why slurmctld may have refused a token: it breaks off without a word."""

from __future__ import annotations

import binascii
import re
import time

#: How it looks to libslurm.
SIGNS = (
    "SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT",
    "SLURM_PROTOCOL_AUTHENTICATION_ERROR",
    "SLURMCTLD_COMMUNICATIONS_RECEIVE_ERROR",
)


def refusal(token: str, is_clients: bool) -> str:
    """What is wrong with a token, as far as can be seen without its key.

    is_clients: it came with the request; otherwise it is this process's, in SLURM_JWT.
    """
    name = "the token" if is_clients else "the token in SLURM_JWT"
    expiry = _time(token, b"exp")
    if expiry is None:
        return f"{name} was refused: it is not a JSON web token; scontrol token makes one"
    if expiry <= time.time():
        return f"{name} expired at {utc(expiry)}; scontrol token makes another"
    return (
        f"slurmctld refused {name}: it cannot verify it, or it is for another user; "
        "or what listens at slurmctld's address is not slurmctld"
    )


def utc(seconds: float) -> str:
    """A time as ISO 8601 writes it; a number if it is none that the calendar has."""
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    except (OverflowError, ValueError, OSError):
        return f"{seconds}"


def _time(token: str, claim: bytes) -> int | None:
    """A claim of a token that is a time (RFC 7519); None if it is no token or has none."""
    try:
        claims = token.split(".")[1].replace("-", "+").replace("_", "/")
        claims += "=" * (-len(claims) % 4)
        found = re.search(rb'"%b"\s*:\s*(\d{1,12})\b' % claim, binascii.a2b_base64(claims))
    except (IndexError, ValueError):
        return None
    return int(found[1]) if found else None
