"""restd-inet --check: whether all that serving needs is there, and what to do where it is not.

Each check is a row of CHECKS. What needs libslurm is asked in a child process with a limit of time: libslurm
may wait, crash or end its process. No check raises anything.
"""

from __future__ import annotations

import json
import os
import pwd
import stat
import sys

from restd_inet import in_child, installed, lazy, log, process, rights, settings, slurm, state_directory
from restd_inet.cli.progress import Progress
from restd_inet.option_values import Usage
from restd_inet.problems import Problem
from restd_inet.serve import addresses, sockets
from restd_inet.slurm import diagnosis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from restd_inet.settings import Settings

OK, WARNING, FAILED, SKIPPED = "ok", "warning", "failed", "skipped"
#: Of a state on a terminal: green, yellow, red, none.
_COLOURS = {OK: "\x1b[32m", WARNING: "\x1b[33m", FAILED: "\x1b[31m", SKIPPED: ""}
#: Seconds: to read slurm.conf, and for each daemon.
_START_SECONDS, _SECONDS = 10.0, 5.0
_RPC_SECONDS = 2
_NO_CONF = "not checked: slurm.conf cannot be read"


class Finding:
    """state: OK, WARNING, FAILED or SKIPPED. found: what there is. next: what to do."""

    def __init__(self, name: str, state: str, found: str, next: str = "") -> None:
        self.name = name
        self.state = state
        self.found = found
        self.next = next


class Examined:
    """settings: of the command line. facts: what slurm.conf says, None if it cannot be read; end: why."""

    def __init__(self, options: Settings) -> None:
        self.settings = options
        said, self.end = in_child.lines(self._ask, _START_SECONDS)
        self.facts: dict[str, Any] | None = json.loads(said[0]) if said else None

    def _ask(self, say: Callable[[str], None]) -> None:
        library = slurm.connect(self.settings)
        jwt = library.jwt_config()
        facts = diagnosis.facts(library)
        facts |= {"jwt": jwt.enabled, "key": jwt.key, "jwks": jwt.jwks, "slurm_user": jwt.slurm_user}
        facts["libraries"] = installed.libraries()
        say(json.dumps(facts))

    def answers(self, work: Callable[[Any, Callable[[str], None]], None]) -> tuple[list[Any], str]:
        """What a function says in a child process that has libslurm, and how it ended."""

        def run(say: Callable[[str], None]) -> None:
            library = slurm.connect(self.settings)
            library.limit_wait(_RPC_SECONDS)
            library.identity.own()
            work(library, say)

        said, end = in_child.lines(run, _SECONDS)
        return [json.loads(line) for line in said], end


def main(arguments: Sequence[str]) -> int:
    """Prints the findings; the exit status. Raises Usage."""
    words = [word for word in arguments if word != "--check"]
    as_json = "--json" in words
    options = settings.read([word for word in words if word != "--json"], os.environ)
    log.level = log.ERROR - 1
    findings: list[Finding] = []
    with Progress("checking") as progress:
        for finding in examine(options, progress):
            findings.append(finding)
            if not as_json:
                progress.clear()
                _show(finding)
    broken = any(finding.state == FAILED for finding in findings)
    if as_json:
        rows = [
            {"name": each.name, "state": each.state, "found": each.found, "next": each.next}
            for each in findings
        ]
        print(json.dumps({"ok": not broken, "checks": rows}, indent=2))
    else:
        print("restd-inet cannot serve /slurm/ as it is" if broken else "restd-inet can serve")
    return process.UNAVAILABLE if broken else 0


def examine(options: Settings, progress: Progress) -> Iterator[Finding]:
    """All findings, each as soon as it is known."""
    progress.doing = "reading slurm.conf"
    examined: Examined | None = None
    for name, check in CHECKS:
        try:
            if examined is None:
                examined = Examined(options)
            progress.doing = f"checking {name}"
            yield from check(examined)
        except Exception as error:
            yield Finding(name, FAILED, f"the check failed: {log.origin(error)}", "please report this")


def _show(finding: Finding) -> None:
    colour = _COLOURS[finding.state] if os.isatty(1) else ""
    state = f"{colour}{finding.state:<8}\x1b[0m" if colour else f"{finding.state:<8}"
    print(f"{state}{finding.name:<12}{_line(finding.found)}")
    if finding.next:
        print(f"{'':<20}→ {_line(finding.next)}")
    sys.stdout.flush()


def _line(text: str) -> str:
    """Without control characters, which a path may hold."""
    return log.line(text).decode()


def _conf(examined: Examined) -> Iterator[Finding]:
    options = examined.settings
    # -f is in the settings; so is SLURM_CONF, if it is not empty.
    by_variable = os.environ.get("SLURM_CONF") == options.conf != ""
    origin = (
        "from SLURM_CONF" if by_variable else "from -f" if options.conf else "where libslurm looks by itself"
    )
    if examined.facts:
        yield Finding("slurm.conf", OK, f"{examined.facts['conf']}, {origin}")
    else:
        reason = f"it was not read within {_START_SECONDS:g} s" if examined.end == "late" else examined.end
        remedy = "name a file that this user may read with -f or SLURM_CONF"
        yield Finding("slurm.conf", FAILED, f"{options.conf or 'none named'}: {reason}", remedy)


def _libslurm(examined: Examined) -> Iterator[Finding]:
    try:
        slurm.load()
    except Problem as problem:
        yield Finding(
            "libslurm", FAILED, problem.text, "install restd-inet again, for the Slurm that is here"
        )
        return
    files = ", ".join(installed.libraries())
    yield Finding("libslurm", OK, f"{installed.release()}: {files}")


def _plugins(examined: Examined) -> Iterator[Finding]:
    facts = examined.facts
    if facts is None:
        yield Finding("plugins", SKIPPED, _NO_CONF)
        return
    wanted = dict.fromkeys(filter(None, (facts["auth"], "auth/jwt" if facts["jwt"] else "", facts["select"])))
    for plugin in wanted:
        file = plugin.replace("/", "_") + ".so"
        place = next((each for each in facts["plugins"].split(":") if os.path.exists(f"{each}/{file}")), "")
        if place:
            yield Finding("plugins", OK, f"{plugin}: {place}/{file}")
        else:
            hint = " (Debian: slurm-wlm-jwt-plugin)" if plugin == "auth/jwt" else ""
            remedy = f"install the package of {plugin}{hint}, or correct PluginDir of slurm.conf"
            yield Finding("plugins", FAILED, f"{plugin}: no {file} in {facts['plugins']}", remedy)
    for package, use in (("flask_swagger_ui", "the page /docs"), ("cryptography", "RS256 tokens")):
        there = installed.directory(package) is not None
        yield Finding("plugins", OK if there else SKIPPED, f"{package}, for {use}{'' if there else ': none'}")


def _key(examined: Examined) -> Iterator[Finding]:
    facts = examined.facts
    if facts is None:
        yield Finding("key", SKIPPED, _NO_CONF)
    elif not facts["jwt"]:
        text = "AuthAltTypes of slurm.conf has no auth/jwt: there are no tokens"
        yield Finding("key", WARNING if "jwt" in examined.settings.auth else SKIPPED, text)
    else:
        for path in filter(None, (facts["key"], facts["jwks"])):
            yield _file(path)


def _file(path: str) -> Finding:
    """A key: who may read it."""
    me = _name(os.geteuid())
    try:
        there = os.stat(path)
    except OSError as error:
        text = f"{path}: {error.strerror}: {me} cannot read it, so slurmctld verifies each token"
        return Finding("key", OK if isinstance(error, PermissionError) else WARNING, text)
    mode = stat.S_IMODE(there.st_mode)
    who = f"{path}: {_name(there.st_uid)}'s, mode {mode:04o}"
    if mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
        text = f"{who}: others may read or change it, and make themselves tokens of anyone"
        return Finding("key", FAILED if not path.endswith("jwks") else WARNING, text, f"chmod 0600 {path}")
    can = os.access(path, os.R_OK, effective_ids=True)
    verdict = f"{me} may read it" if can else f"{me} may not read it, so slurmctld verifies each token"
    return Finding("key", OK, f"{who}: {verdict}")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _munge(examined: Examined) -> Iterator[Finding]:
    facts = examined.facts
    if facts is None:
        yield Finding("munge", SKIPPED, _NO_CONF)
    elif not facts["auth"].endswith("munge"):
        yield Finding("munge", SKIPPED, f"AuthType is {facts['auth']}")
    elif fault := diagnosis.munge(facts["munge"], 2.0):
        yield Finding("munge", FAILED, fault.text, "start munged (systemctl start munge), and see its log")
    else:
        yield Finding("munge", OK, facts["munge"] or "munged answers")


def _slurmctld(examined: Examined) -> Iterator[Finding]:
    facts = examined.facts
    if facts is None:
        yield Finding("slurmctld", SKIPPED, _NO_CONF)
        return

    def ask(library: Any, say: Callable[[str], None]) -> None:
        for ping in library.ping_each():
            text = library.error("slurm_ping", ping.status).text if ping.status else ""
            say(json.dumps([ping.hostname, ping.mode, ping.latency, text]))

    answers, _ = examined.answers(ask)
    faults = (
        []
        if len(answers) == len(facts["controllers"]) and not any(answer[3] for answer in answers)
        else (diagnosis.controllers(facts, 1.0))
    )
    alive = any(not answer[3] for answer in answers)
    for index, host in enumerate(facts["controllers"]):
        answer = answers[index] if index < len(answers) else None
        if answer and not answer[3]:
            yield Finding("slurmctld", OK, f"{answer[0]} ({answer[1]}): {answer[2] / 1000:.1f} ms")
            continue
        fault = faults[index]
        text = answer[3] if answer and diagnosis.is_reason(answer[3], fault) else ""
        remedy = (
            "see its log on that host; SlurmctldHost and SlurmctldPort of slurm.conf say where it should be"
        )
        yield Finding("slurmctld", WARNING if alive else FAILED, f"{host}: {text or fault.text}", remedy)


def _slurmdbd(examined: Examined) -> Iterator[Finding]:
    facts = examined.facts
    if facts is None:
        yield Finding("slurmdbd", SKIPPED, _NO_CONF)
        return
    if not facts["storage"].endswith("slurmdbd"):
        yield Finding("slurmdbd", SKIPPED, "AccountingStorageType is not slurmdbd: /slurmdb/ is 503")
        return

    def ask(library: Any, say: Callable[[str], None]) -> None:
        for ping in lazy.module("restd_inet.slurm.slurmdbd.ping").pings(library):
            say(json.dumps([ping.hostname, ping.latency, "" if ping.responding else ping.text]))

    answers, end = examined.answers(ask)
    remedy = "/slurm/ works without it; for /slurmdb/ see slurmdbd's log and AccountingStorageHost"
    for host, latency, text in answers:
        if text:
            yield Finding("slurmdbd", WARNING, f"{host}: {text}", remedy)
        else:
            yield Finding("slurmdbd", OK, f"{host}: {latency / 1000:.1f} ms")
    if not answers:
        reason = f"no answer within {_SECONDS:g} s" if end == "late" else end
        yield Finding("slurmdbd", WARNING, reason, remedy)


def _addresses(examined: Examined) -> Iterator[Finding]:
    options = examined.settings
    if not options.addresses:
        yield Finding("addresses", SKIPPED, "none named: it would answer standard input")
        return
    slurm_user = examined.facts["slurm_user"] if examined.facts else None
    if refusal := rights.refusal(options, slurm_user) if not options.user else "":
        yield Finding("addresses", FAILED, refusal)
    for text in options.addresses:
        try:
            found = [address for each in addresses.resolve([text]) for address in each]
        except Usage as error:
            yield Finding("addresses", FAILED, str(error))
            continue
        for address in found:
            why = sockets.taken(address)
            remedy = (
                "end what listens there, restd-inet or slurmrestd perhaps, or name another" if why else ""
            )
            yield Finding("addresses", WARNING if why else OK, f"{address.text}: {why or 'free'}", remedy)


def _state(examined: Examined) -> Iterator[Finding]:
    directory = state_directory.path(examined.settings)
    if why := state_directory.check(examined.settings):
        next = "name another one with --state-directory, or make it for the user that serves; " + _UNLESS
        yield Finding("state", WARNING, f"{directory}: {why}", next)
    else:
        there = "" if os.path.isdir(directory) else "; it is made when it is needed"
        yield Finding("state", OK, f"{directory}{there}")


_UNLESS = "requests without an Idempotency-Key do not need it"

CHECKS: tuple[tuple[str, Callable[[Examined], Iterator[Finding]]], ...] = (
    ("slurm.conf", _conf),
    ("libslurm", _libslurm),
    ("plugins", _plugins),
    ("key", _key),
    ("munge", _munge),
    ("slurmctld", _slurmctld),
    ("slurmdbd", _slurmdbd),
    ("addresses", _addresses),
    ("state", _state),
)
