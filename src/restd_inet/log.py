"""Lines for the administrator, on a descriptor of their own.

Not the logging module: importing it costs a cold process more than answering a ping. Whoever moves
descriptors about (serve) says where the lines go. Never log a token, a script or an environment.
"""

from __future__ import annotations

import os
from contextlib import suppress

ERROR, INFO, VERBOSE, DEBUG, DEBUG2, DEBUG3, DEBUG4, DEBUG5 = range(8)

level = INFO
descriptor = 2


def write(importance: int, text: str) -> None:
    """Writes one line if `importance` is within the level asked for. Never raises."""
    if importance > level:
        return
    # A target or a path may hold control characters: a log line stays one line.
    line = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    with suppress(OSError):
        os.write(descriptor, f"restd-inet: {line}\n".encode("utf-8", "backslashreplace"))
