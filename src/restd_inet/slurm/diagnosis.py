"""Which daemon does not work, and why: asked within a given time, past libslurm where it could wait for ever.

munged: a request to encode, in its own protocol (munge's m_msg.c). slurmctld: whether its port takes a
connection.
"""

from __future__ import annotations

import _socket
import os
import struct
from contextlib import suppress
from errno import EAGAIN, EINPROGRESS
from select import POLLOUT, poll
from time import monotonic

from restd_inet.slurm.conf_files import munge_socket
from restd_inet.slurm.errors import HANGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Of a host that does not even refuse.
SILENT = "no answer to the attempt to connect"
_MUNGE_MAGIC = 0x00606D4B
_MUNGE_VERSION, _ENCODE, _ENCODED = 4, 2, 3
_HEADER = struct.Struct(">IBBBI")  # magic, version, type, retry, length of what follows
_ANY = 0xFFFFFFFF
#: Default cipher, MAC and compression, no realm; lifetime, who may decode it, no content.
_REQUEST = struct.pack(">BBBBIIII", 1, 1, 1, 0, 0, _ANY, _ANY, 0)


class Fault:
    """what: what does not work, for anyone. detail: where and why, for the log."""

    def __init__(self, what: str, detail: str = "") -> None:
        self.what = what
        self.detail = detail

    @property
    def text(self) -> str:
        return f"{self.what} ({self.detail})" if self.detail else self.what

    @classmethod
    def together(cls, faults: list[Fault]) -> Fault:
        whats = dict.fromkeys(fault.what for fault in faults)
        return cls("; ".join(whats), "; ".join(fault.detail for fault in faults))


def facts(slurm: Any) -> dict[str, Any]:
    """What slurm.conf says that is needed to look for the cause of a failure."""
    conf = slurm.conf
    info = dict(part.partition("=")[::2] for part in (slurm.text(conf.authinfo) or "").split(","))
    hosts = [
        slurm.text(conf.control_addr[i]) or slurm.text(conf.control_machine[i]) or ""
        for i in range(conf.control_cnt)
    ]
    return {
        "conf": slurm.text(conf.slurm_conf) or "",
        "plugins": slurm.text(conf.plugindir) or "",
        "auth": slurm.text(conf.authtype) or "",
        "munge": info.get("socket", ""),
        "controllers": hosts,
        "address": slurm.text(conf.slurmctld_addr) or "",
        "port": int(conf.slurmctld_port),
        "storage": slurm.accounting_storage,
        "select": slurm.text(conf.select_type) or "",
    }


def munge(path: str, seconds: float) -> Fault | None:
    """Why munged does not encode a credential. path: "" for where it usually listens."""
    path = path or munge_socket("")
    end = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        end.settimeout(seconds)
        end.connect(path)
        header = _HEADER.pack(_MUNGE_MAGIC, _MUNGE_VERSION, _ENCODE, 0, len(_REQUEST))
        end.sendall(header + _REQUEST)
        answer = b""
        while len(answer) <= _HEADER.size and (piece := end.recv(4096)):
            answer += piece
    except TimeoutError:
        return Fault("munged takes connections, but does not answer: it hangs", path)
    except OSError as error:
        return Fault("munged does not run", f"{path}: {error.strerror}")
    finally:
        end.close()
    if len(answer) <= _HEADER.size or _HEADER.unpack(answer[: _HEADER.size])[2] != _ENCODED:
        return Fault("what listens in munged's place does not answer as munged", path)
    if number := answer[_HEADER.size]:
        return Fault("munged does not encode a credential", f"{path}: error {number}")
    return None


def controllers(found: dict[str, Any], seconds: float) -> list[Fault]:
    """Of each slurmctld that has not answered, why."""
    return [_no_answer(host, found["port"], seconds) for host in found["controllers"]]


def _no_answer(host: str, port: int, seconds: float) -> Fault:
    reason = port_closed(host, port, seconds)
    if reason:
        return Fault("slurmctld does not run, or its port cannot be reached", f"{host}:{port}: {reason}")
    return Fault(HANGS, f"{host}:{port}")


def is_reason(said: str, fault: Fault) -> bool:
    """Whether what libslurm said of a slurmctld is the reason: that has answered, and not as it should."""
    return bool(said) and fault.what == HANGS and "timed out" not in said.lower()


def port_closed(host: str, port: int, seconds: float) -> str:
    """Why a port takes no connection; "" if it does."""
    until = monotonic() + seconds
    try:
        rows = _socket.getaddrinfo(host, port, 0, _socket.SOCK_STREAM)
    except (_socket.gaierror, UnicodeError) as error:
        return getattr(error, "strerror", "") or "not the name of a host"
    reason = "no address"
    for family, kind, protocol, _, where in rows:
        end = _socket.socket(family, kind, protocol)
        try:
            reason = _connected(end, where, until)
            if not reason:
                return ""
        finally:
            end.close()
    return reason


def _connected(end: _socket.socket, where: Any, until: float) -> str:
    end.setblocking(False)
    number = end.connect_ex(where)
    if number in (EINPROGRESS, EAGAIN):
        waiting = poll()
        waiting.register(end, POLLOUT)
        if not waiting.poll(max(0.0, until - monotonic()) * 1000):
            return SILENT
        number = end.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
    return os.strerror(number) if number else ""


def default_conf() -> str:
    """Where libslurm looks for a slurm.conf that nobody names; "" if that cannot be found out.

    It tells nobody: the path stands in its file.
    """
    with suppress(OSError, ValueError), open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "/libslurm" in line and ".so" in line}
        for path in sorted(paths):
            with open(path, "rb") as file:
                data = file.read()
            end = data.find(b"/slurm.conf\0")
            while end >= 0:
                start = data.rfind(b"\0", 0, end) + 1
                name = data[start : end + len(b"/slurm.conf")]
                if name.startswith(b"/") and b"%" not in name and b"/run/" not in name:
                    return name.decode("ascii", "replace")
                end = data.find(b"/slurm.conf\0", end + 1)
    return ""


def no_conf() -> str:
    """What is wrong if libslurm has found no slurm.conf."""
    found = default_conf()
    places = " and ".join(filter(None, (found, "/run/slurm/conf/slurm.conf")))
    return (
        f"there is no slurm.conf: looked at {places}, and in DNS for _slurmctld._tcp (configless); "
        "name it with -f or SLURM_CONF"
    )
