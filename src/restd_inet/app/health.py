"""/healthz, /livez and /readyz: for load balancers, without authentication.

The first two say whether this process can serve at all: they load libslurm, and ask nobody. /readyz says
whether slurmctld answers, within two seconds whatever hangs: a child process asks, and if it is late or
fails, munged and slurmctld are looked at past libslurm. Strangers learn what does not work; where, only the
log and ?verbose say, which is for root and SlurmUser.
"""

from __future__ import annotations

import json

from restd_inet import auth, in_child, installed, slurm
from restd_inet.message import Response
from restd_inet.problems import Problem
from restd_inet.slurm import diagnosis
from restd_inet.slurm.diagnosis import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.message import Peer, Request
    from restd_inet.settings import Settings

_TEXT = ("Content-Type", "text/plain; charset=utf-8")
#: All in all less than two seconds: for the child process, and for each look after it.
_SECONDS, _LOOK_SECONDS = 1.2, 0.3
#: Of libslurm, in the child process: whole seconds.
_RPC_SECONDS = 1
RETRY_SECONDS = 5


class Readiness:
    """fault: why no request of /slurm/ can be served; None if they can. lines: what was found."""

    def __init__(self, fault: Fault | None, lines: list[str]) -> None:
        self.fault = fault
        self.lines = lines


def answer(request: Request, peer: Peer, settings: Settings) -> Response:
    """The answer to a GET or HEAD. Raises Problem."""
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, "expected GET or HEAD", headers=[("Allow", "GET, HEAD")])
    verbose = request.path == ("readyz",) and request.query.lower() == "verbose"
    if verbose:
        _check_rights(request, peer, settings)
    slurm.load()
    if request.path != ("readyz",):
        return Response(200, [_TEXT], b"ok\n")
    found = readiness(settings)
    if verbose:
        text = "\n".join([*found.lines, found.fault.text if found.fault else "ready"])
    else:
        text = found.fault.what if found.fault else "ok"
    if found.fault is None:
        return Response(200, [_TEXT], f"{text}\n".encode())
    headers = [_TEXT, ("Retry-After", str(RETRY_SECONDS))]
    return Response(503, headers, f"{text}\n".encode(), found.fault.text)


def _check_rights(request: Request, peer: Peer, settings: Settings) -> None:
    """As slurmrestd 26.11 has it: only root and SlurmUser see more."""
    request.credential = credential = auth.authenticate(request, peer, settings)
    slurm.act_for(credential)
    slurm.confirm()
    slurm.release()
    if credential.uid not in (0, slurm.connect(settings).jwt_config().slurm_user):
        raise Problem(403, "?verbose is for root and SlurmUser")


def readiness(settings: Settings) -> Readiness:
    """Whether a slurmctld answers."""
    said, end = in_child.lines(lambda say: _ask(settings, say), _SECONDS)
    facts = json.loads(said[0]) if said else None
    pings = [json.loads(line) for line in said[1:]]
    lines = [f"libslurm: {installed.release()}"]
    if facts is None:
        late = "libslurm has not read its configuration within a second"
        return Readiness(Fault(late) if end == "late" else _of(end), lines)
    lines.append(f"slurm.conf: {facts['conf']}")
    lines += [f"slurmctld {host}: {text or 'ok'}" for host, text in pings]
    lines.append(f"accounting: {facts['storage'] or 'none'} (not needed)")
    if any(not text for _, text in pings):
        return Readiness(None, lines)
    return Readiness(_culprit(facts, pings, end), lines)


def _culprit(facts: dict[str, Any], pings: list[tuple[str, str]], end: str) -> Fault:
    if facts["auth"].endswith("munge") and (wrong := diagnosis.munge(facts["munge"], _LOOK_SECONDS)):
        return wrong
    if end and end != "late" and not pings:  # libslurm could not start anew
        return _of(end)
    reasons = diagnosis.controllers(facts, _LOOK_SECONDS / max(1, len(facts["controllers"])))
    said = next((text for _, text in pings), "")
    if end != "late" and any(diagnosis.is_reason(said, fault) for fault in reasons):
        return Fault(said)
    return Fault.together(reasons)


def _of(reason: str) -> Fault:
    """Strangers do not learn which file cannot be read."""
    what, unreadable, detail = reason.partition(" cannot be read: ")
    if not unreadable:
        return Fault(reason)
    return Fault(f"{what if what == 'slurm.conf' else 'a file of slurm.conf'} cannot be read", detail)


def _ask(settings: Settings, say: Callable[[str], None]) -> None:
    """In the child process: what slurm.conf says, and how each slurmctld answers, until one does."""
    library = slurm.connect(settings)
    library.guard.renew()
    say(json.dumps(diagnosis.facts(library)))
    library.limit_wait(_RPC_SECONDS)
    library.identity.own()
    for ping in library.ping_each():
        text = ""
        if ping.status:
            error = library.error("slurm_ping", ping.status)
            text = error.text
        say(json.dumps([ping.hostname, text]))
        if not text:
            return
