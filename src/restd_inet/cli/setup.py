"""restd-inet setup: service files for systemd, xinetd and inetd, for where restd-inet is installed."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import sys
from contextlib import suppress

from restd_inet import installed
from restd_inet.option_values import Usage
from restd_inet.options import Option, described, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED = 0, 1
#: What the files of contrib/ have, and what stands for it where restd-inet is installed.
_PROGRAM, _PORT = "/usr/bin/restd-inet", "6820"
_ACCOUNT = "restd-inet"
_INETD = "/etc/inetd.conf"
#: slurmrestd's variables, as the units and the files of xinetd read them.
_ENVIRONMENT = " ".join(
    f"--environment-file -/etc/{directory}/slurmrestd" for directory in ("default", "sysconfig")
)

OPTIONS = (
    Option("--write", "write", False, "write the files instead of printing them"),
    Option("--cold", "cold", False, "a new process for each connection; without it, forks of a warm one"),
    Option("--user-units", "user_units", False, "systemd: units of who types this, on a Unix socket"),
    Option("-p --port", "port", _PORT, "the port to listen on", str, "PORT"),
    Option("-f --conf", "conf", "", "the slurm.conf to use", str, "FILE"),
    Option("--program", "program", "", "the restd-inet to start; without it this one", str, "FILE"),
    Option("--root", "root", "", "write below this directory", str, "DIRECTORY"),
    Option("--force", "force", False, "replace a file that differs"),
    Option("-h --help", "help", False, "print this and exit"),
)
_USAGE = """\
Usage: restd-inet setup systemd|xinetd|inetd [OPTIONS]

Prints the service files for restd-inet where it is installed; or writes them, and says what to type next.

  restd-inet setup systemd
  restd-inet setup systemd --write                              as root
  restd-inet setup systemd --user-units --write
  restd-inet setup xinetd --port 8080 -f /opt/slurm/etc/slurm.conf --write

Options:
"""


class Wanted:
    """What the command line asks for. Raises Usage."""

    write: bool
    cold: bool
    user_units: bool
    port: str
    conf: str
    program: str
    root: str
    force: bool
    help: bool

    def __init__(self, arguments: Sequence[str]) -> None:
        for option in OPTIONS:
            setattr(self, option.attribute, option.default)
        given, rest = split(arguments[1:], OPTIONS)
        for option, _, text in given:
            setattr(self, option.attribute, text if option.read else True)
        if self.help:
            return
        if len(rest) != 1 or rest[0] not in SERVICES:
            raise Usage(f"setup: expected one of: {', '.join(SERVICES)}")
        self.service = rest[0]
        if self.user_units and self.service != "systemd":
            raise Usage("setup: --user-units are systemd's")
        if not (self.port.isascii() and self.port.isdecimal() and 0 < int(self.port) < 65536):
            raise Usage(f'setup: --port: expected a number from 1 to 65535; found "{self.port}"')
        self.program = os.path.abspath(self.program or _this_program())
        self.conf = os.path.abspath(self.conf) if self.conf else ""
        if any(c.isspace() or c in "%$\"'\\" for c in self.program + self.conf):
            raise Usage("setup: service files cannot hold a path with blanks, quotes, % or $")

    @property
    def command(self) -> str:
        """What the service files begin with."""
        return self.program + (f" -f {self.conf}" if self.conf else "")

    def place(self, path: str) -> str:
        return self.root.rstrip("/") + path


def main(arguments: Sequence[str]) -> int:
    """Prints or writes the files; the exit status. Raises Usage."""
    wanted = Wanted(arguments)
    if wanted.help:
        sys.stdout.write(_USAGE + "\n".join(described(OPTIONS)) + "\n")
        return DONE
    files, steps = SERVICES[wanted.service](wanted)
    if not wanted.write:
        print("\n".join(f"# {path}\n{text}" for path, text in files.items()), end="")
        return DONE
    try:
        return _written(wanted, files, steps)
    except OSError as error:
        print(f"restd-inet: {error.filename}: {error.strerror}", file=sys.stderr)
        return FAILED


def _written(wanted: Wanted, files: dict[str, str], steps: list[str]) -> int:
    for path, text in files.items():
        with suppress(FileNotFoundError):
            with open(wanted.place(path)) as file:
                present = file.read()
            if path != _INETD and present != text and not wanted.force:
                print(f"restd-inet: {path} is there and differs; --force replaces it", file=sys.stderr)
                return FAILED
    for path, text in files.items():
        _write(wanted.place(path), text, append=path == _INETD)
        print(f"wrote {wanted.place(path)}")
    print("\n".join(["next:", *(f"  {step}" for step in steps)]))
    return DONE


def _write(path: str, text: str, append: bool) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    before = ""
    if append and os.path.exists(path):
        with open(path) as file:
            lines = file.read().splitlines(keepends=True)
        before = "".join(line for line in lines if line not in text.splitlines(keepends=True))
        before += "" if not before or before.endswith("\n") else "\n"
    with open(path + ".new", "w") as file:
        file.write(before + text)
    os.chmod(path + ".new", 0o644)
    os.replace(path + ".new", path)


def _this_program() -> str:
    """bin/restd-inet of the environment that this package is in; else what was typed."""
    beside = os.path.join(os.path.dirname(__file__), *[os.pardir] * 5, "bin", "restd-inet")
    return beside if os.access(beside, os.X_OK) else shutil.which(sys.argv[0]) or sys.argv[0]


def _systemd(wanted: Wanted) -> tuple[dict[str, str], list[str]]:
    names = ("restd-inet.socket", "restd-inet@.service") if wanted.cold else _LISTENING
    source = "systemd/user" if wanted.user_units else "systemd"
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    where = f"{home}/systemd/user" if wanted.user_units else "/etc/systemd/system"
    files = {}
    for name in names:
        text = installed.contributed(f"{source}/{name}").replace(_PROGRAM, wanted.command)
        files[f"{where}/{name}"] = text.replace(f"ListenStream={_PORT}", f"ListenStream={wanted.port}")
    manager = "systemctl --user" if wanted.user_units else "systemctl"
    return files, [f"{manager} daemon-reload", f"{manager} enable --now {names[0]}"]


_LISTENING = ("restd-inet-listen.socket", "restd-inet-listen.service")


def _xinetd(wanted: Wanted) -> tuple[dict[str, str], list[str]]:
    text = installed.contributed("xinetd/restd-inet" + ("" if wanted.cold else "-wait"))
    text = re.sub(r"(?m)^(\tserver\s*=).*$", rf"\1 {wanted.program}", text)
    text = re.sub(r"(?m)^(\tport\s*=).*$", rf"\1 {wanted.port}", text)
    if wanted.conf:
        text = re.sub(r"(?m)^(\tserver_args\s*=.*)$", rf"\1 -f {wanted.conf}", text)
    return {"/etc/xinetd.d/restd-inet": text}, [*_account(), "systemctl reload xinetd"]


def _inetd(wanted: Wanted) -> tuple[dict[str, str], list[str]]:
    wait = "nowait" if wanted.cold else "wait"
    command = f"{wanted.program} restd-inet -a jwt {_ENVIRONMENT}" + (
        f" -f {wanted.conf}" if wanted.conf else ""
    )
    lines = [f"{wanted.port}\tstream\t{kind}\t{wait}\t{_ACCOUNT}\t{command}\n" for kind in ("tcp", "tcp6")]
    return {_INETD: "".join(lines)}, [*_account(), "systemctl reload openbsd-inetd"]


def _account() -> list[str]:
    """How to make the user that a super-server starts it as, if there is none."""
    try:
        pwd.getpwnam(_ACCOUNT)
    except KeyError:
        return [f"useradd --system --no-create-home --shell /usr/sbin/nologin {_ACCOUNT}"]
    return []


SERVICES = {"systemd": _systemd, "xinetd": _xinetd, "inetd": _inetd}
WORDS = tuple(SERVICES)
