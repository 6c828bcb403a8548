"""Whether each slurmdbd of slurm.conf answers."""

from __future__ import annotations

from time import monotonic

from restd_inet.slurm.slurmdbd.connection import check_configured
from restd_inet.slurm.slurmdbd.timeout import Deadline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.slurm.library import Library


class DatabasePing:
    """How one slurmdbd answered, within how many microseconds. text: what Slurm calls it."""

    __slots__ = ("hostname", "latency", "primary", "responding", "text")

    def __init__(self, hostname: str, primary: bool, latency: int, text: str) -> None:
        self.hostname = hostname
        self.primary = primary
        self.latency = latency
        self.responding = not text
        self.text = text or "No error"


def pings(slurm: Library) -> list[DatabasePing]:
    """Every slurmdbd of slurm.conf. Raises Problem 503 if there is none."""
    check_configured(slurm)
    conf = slurm.lib.compat_conf()
    hosts = [slurm.text(conf.accounting_storage_host), slurm.text(conf.accounting_storage_backup_host)]
    return [_ping(slurm, host, index == 0) for index, host in enumerate(hosts) if host]


def _ping(slurm: Library, host: str, primary: bool) -> DatabasePing:
    """By slurmdbd's own RPC where the release has it; whether it ends a connection, where not."""
    began = monotonic()
    deadline = Deadline(slurm.lib, slurm.ffi, slurm.lib.compat_get_msg_timeout(), host)
    if slurm.capabilities.has("slurmdb_ping"):
        with deadline:
            number = slurm.guard.call(slurm.lib.compat_slurmdb_ping, slurm.ffi.new("char[]", host.encode()))
    else:
        number = 0 if deadline.lives() else slurm.constant("ESLURM_DB_CONNECTION") or -1
    latency = int((monotonic() - began) * 1e6)
    text = (slurm.strerror(number) or str(number)) if number else ""
    return DatabasePing(host, primary, latency, text)
