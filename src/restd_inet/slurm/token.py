"""Why slurmctld may have refused the token in SLURM_JWT: it breaks off without a word."""

from __future__ import annotations

import binascii
import os
import re
import time

#: How it looks to libslurm.
SIGNS = (
    "SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT",
    "SLURM_PROTOCOL_AUTHENTICATION_ERROR",
    "SLURMCTLD_COMMUNICATIONS_RECEIVE_ERROR",
)


def refusal() -> str:
    """What is wrong with this process's token, as far as can be seen without its key; "" if it has none."""
    token = os.environ.get("SLURM_JWT")
    if token is None:
        return ""
    expiry = _expiry(token)
    if expiry is None:
        return "the token in SLURM_JWT was refused: it is not a JSON web token; scontrol token makes one"
    if expiry <= time.time():
        ended = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expiry))
        return f"the token in SLURM_JWT expired at {ended}; scontrol token makes another"
    return "slurmctld refused the token in SLURM_JWT: it is not verifiable with its key, or for another user"


def _expiry(token: str) -> int | None:
    """The claim `exp` of a token (RFC 7519); None if it is no token or has none."""
    try:
        claims = token.split(".")[1].replace("-", "+").replace("_", "/")
        claims += "=" * (-len(claims) % 4)
        found = re.search(rb'"exp"\s*:\s*(\d{1,12})\b', binascii.a2b_base64(claims))
    except (IndexError, ValueError):
        return None
    return int(found[1]) if found else None
