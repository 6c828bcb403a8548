"""What a request has failed for: looked at again before a later request waits for it.

To reach a slurmctld libslurm tries for as long as MessageTimeout lasts, so that a restart of slurmctld is not
noticed; it waits for munged without a limit. After a failure each request looks first, for a second at most,
and is refused if nothing has changed. In a listener the requests of all its processes know of the failure.
"""

from __future__ import annotations

from time import monotonic

from restd_inet import lazy, limit
from restd_inet.slurm.errors import HANGS, SlurmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableSequence
    from mmap import mmap
    from typing import Any

#: Bytes of what processes share.
ROOM = 8
#: Seconds: for munged, and for all controllers together.
_LOOK = 0.8
#: Seconds after a failure for which a host that does not answer at all counts as one that refuses.
_SILENCE = 60.0
_UNREACHABLE = "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR"

#: When a request has failed, by the clock of monotonic(); 0 if what it needed has been found since.
_failed: MutableSequence[float] = [0.0]


def share(room: mmap) -> None:
    """From now on failures are noted in this memory, which the processes forked from this one share."""
    global _failed
    limit.failed(room)
    _failed = memoryview(room).cast("d")  # type: ignore[assignment]


def note() -> None:
    """A request has failed because slurmctld or munged could not be reached."""
    _failed[0] = monotonic()


def noted() -> bool:
    return _failed[0] != 0.0


def check(library: Any, call: str) -> None:
    """After a failure: raises SlurmError 503 if what a request needs is still down."""
    diagnosis = lazy.module("restd_inet.slurm.diagnosis")
    facts = diagnosis.facts(library)
    by_munge = library.identity.token is None and facts["auth"].endswith("munge")
    if by_munge and (fault := diagnosis.munge(facts["munge"], _LOOK)):
        library.guard.munge = fault.text
        raise SlurmError(503, fault.text, source=call)
    hosts = [facts["address"]] if facts["address"] else facts["controllers"]
    faults = diagnosis.controllers({**facts, "controllers": hosts}, _LOOK / max(1, len(hosts)))
    silent = any(fault.detail.endswith(diagnosis.SILENT) for fault in faults)
    down = all(fault.what != HANGS for fault in faults)
    if down and not (silent and monotonic() - _failed[0] > _SILENCE):
        number = library.constant(_UNREACHABLE) or 0
        text = library.strerror(number)
        said = "; ".join(dict.fromkeys(f"{fault.what} ({fault.detail})" for fault in faults))
        raise SlurmError(503, f"{text}: {said}", number=number, source=call, reason=text)
    _failed[0] = 0.0
