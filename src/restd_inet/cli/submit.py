"""restd-inet submit: a batch script as sbatch submits it, here or to a URL.

The script goes as it is to POST /restd/latest/job/submit, the options beside it. With it go the name of its
file, its arguments and the current directory. The environment goes with it, too, as with sbatch; but to a URL
only if --export is on the command line. A request to a URL has an Idempotency-Key, so that it can be sent
again.
"""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress
from time import sleep

from restd_inet import __version__, lazy
from restd_inet.cli.client import NoAnswer
from restd_inet.cli.request import (
    ANSWERED,
    BROKEN,
    REFUSED,
    connect,
    encoded_pair,
    errors,
    fail,
    token_fields,
)
from restd_inet.option_values import Usage
from restd_inet.options import Option, described
from restd_inet.problems import Problem
from restd_inet.schema.batch import environment, options
from restd_inet.schema.batch.arguments import ignored
from restd_inet.schema.batch.getopt import REQUIRED, Options, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from restd_inet.cli.client import Answer

PATH = "/restd/latest/job/submit"
#: Times that a request to a URL is sent, and seconds between them without Retry-After, and at most.
_ATTEMPTS, _PAUSE, _LONGEST = 4, 1.0, 30.0
#: Statuses after which the same request may be sent again, because of its key.
_AGAIN = (409, 429, 502, 503, 504)
#: Statuses that do not say what became of the job.
_UNKNOWN = (500, 502, 503, 504)
#: In an answer of restd-inet without a state directory.
_NO_KEYS = b"Idempotency-Key: keys cannot be stored"
#: Options that are not for the server.
_HERE = ("url", "conf", "help", "usage", "version", "quiet", "parsable", "verbose", "wrap", "wait")
_OWN = (Row("url", "", REQUIRED, ignored), Row("conf", "f", REQUIRED, ignored))
_ROWS = Options([*_OWN, *options.OPTIONS])
#: Limits that sbatch passes on (PROPAGATE_RLIMITS).
_LIMITS = ("CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS")

_OF_HERE = (
    Option("--url", "url", "", "submit to http://HOST:PORT, https://HOST:PORT or unix:/PATH", str, "URL"),
    Option("-f --conf", "conf", "", "the slurm.conf to use", str, "FILE", "SLURM_CONF"),
    Option("--parsable", "parsable", False, "print the job id alone"),
    Option("--wrap", "wrap", "", "submit a command instead of a script", str, "COMMAND"),
    Option("-Q --quiet", "quiet", False, "print nothing but errors"),
    Option("-h --help", "help", False, "print this and exit"),
)


def _row(option: options.Option) -> Option:
    """An option of sbatch as the completion of shells has it."""
    flags = " ".join([f"-{option.letter}"] * bool(option.letter) + [f"--{name}" for name in option.names])
    read = str if option.argument == REQUIRED else None
    return Option(flags, option.name, None, "as sbatch has it", read, "VALUE" if read else "")


OPTIONS = (*_OF_HERE, *(_row(option) for option in options.OPTIONS if option.name not in _HERE))

_USAGE = """\
Usage: restd-inet submit [OPTIONS] [SCRIPT [ARGUMENT ...]]

Submits a batch script as sbatch does, and prints the job's id. Without SCRIPT it is read from standard
input. The options of sbatch go over the script's #SBATCH lines. It is submitted here, for the user who types
it; with --url elsewhere, with the token of SLURM_JWT. There the job's environment is HOME, USER and PATH,
unless --export on the command line names what else is sent.

  restd-inet submit job.sh
  restd-inet submit --partition=long --time=1:00:00 job.sh input.dat
  id=$(restd-inet submit --parsable --wrap='hostname; date')
  restd-inet submit --test-only job.sh
  restd-inet submit --url http://login1:6820 --export=INPUT job.sh

Options, and all those of sbatch(1) but --wait:
"""
_STATUS = """
Exit status: 0 submitted; 1 no answer, or one of 500, 502, 503 or 504; 2 usage; 22 refused. With 1 the job may
have been submitted: look at your jobs before you submit it again.
"""


class Arguments:
    """The command line. beside: the options for the server, in their order. sent: whether anything was sent.

    Raises Usage.
    """

    # What connect() of cli.request asks.
    json = "auto"
    pretty = False

    def __init__(self, arguments: Sequence[str]) -> None:
        self.rest: list[str] = []
        self.beside: list[tuple[str, str | None]] = []
        here: dict[str, str | None] = {}
        self.sent = False
        self.verbose = 0
        words = [(word, 0) for word in arguments[1:]]
        try:
            for row, value, _ in _ROWS.read(words, self.rest):
                name = row.names[0]
                self.verbose += name == "verbose"
                if name in _HERE:
                    here[name] = value
                else:
                    self.beside.append((name, value))
        except Problem as problem:
            raise Usage(problem.text) from None
        self.url = here.get("url") or ""
        self.conf = here.get("conf") or ""
        self.help = "help" in here or "usage" in here
        self.version = "version" in here
        self.parsable, self.quiet = "parsable" in here, "quiet" in here
        self.wrap = here.get("wrap")
        if "wait" in here:
            raise Usage(
                "--wait is not supported: "
                "restd-inet get '/restd/latest/job/ID?until=COMPLETED&wait=600' waits"
            )
        if self.wrap is not None and self.rest:
            raise Usage(f"--wrap is for a command without a script; found {self.rest[0]}")

    @property
    def export(self) -> str | None:
        """The last --export; None without one."""
        return next((value for name, value in reversed(self.beside) if name == "export"), None)

    def script(self) -> bytes:
        """Raises OSError, Usage."""
        if self.wrap is not None:
            return os.fsencode(f"#!/bin/sh\n# This script was created by sbatch --wrap.\n\n{self.wrap}\n")
        if self.rest:
            with open(self.file, "rb") as opened:
                return opened.read()
        if os.isatty(0):
            raise Usage("expected a script, or one on standard input")
        with open(0, "rb", closefd=False) as opened:
            return opened.read()

    @property
    def file(self) -> str:
        """The script's path: in the current directory, or else in PATH, as sbatch looks for it."""
        name = self.rest[0]
        if name.startswith("/"):
            return name
        places = [_directory()] if "/" in name else [_directory(), *os.get_exec_path()]
        found = (f"{place}/{name}" for place in places if os.access(f"{place}/{name}", os.R_OK))
        return next(found, f"{places[0]}/{name}")

    @property
    def target(self) -> str:
        pairs = [("job-name", "wrap")] if self.wrap is not None else []
        beside: list[tuple[str, str | None]] = [*pairs, *self.beside, ("submit_dir", _directory())]
        if self.rest:
            beside += [("argv", word) for word in (self.file, *self.rest[1:])]
        query = [
            encoded_pair((name, ""))[0] if value is None else "=".join(encoded_pair((name, value)))
            for name, value in beside
        ]
        return f"{PATH}?{'&'.join(query)}"

    def environment(self) -> list[str] | None:
        """NAME=value of what is sent; None for nothing."""
        export = self.export
        own = {name: value for name, value in os.environ.items() if name != "SLURM_JWT"}
        if self.url:
            names = environment.tokens(export or "NONE")
            words = {name.partition("=")[0].upper() for name in names}
            if words <= {"NONE", "NIL"}:
                return None
            if "ALL" not in words:
                own = {name: own[name] for name in names if name in own}
        return [f"{name}={value}" for name, value in {**_limits(), **own}.items() if _is_text(name + value)]


def _directory() -> str:
    """The current directory, by the name that the shell has for it."""
    name = os.environ.get("PWD", "")
    with suppress(OSError):
        if name.startswith("/") and os.path.samefile(name, "."):
            return name
    return os.getcwd()


def _is_text(text: str) -> bool:
    """Whether JSON can have it."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _limits() -> dict[str, str]:
    """What sbatch adds of its process: the file mode creation mask, the nice value and soft limits."""
    mask = os.umask(0)
    os.umask(mask)
    found = {"SLURM_UMASK": f"0{mask:03o}", "SLURM_PRIO_PROCESS": str(os.getpriority(os.PRIO_PROCESS, 0))}
    for name in _LIMITS:
        soft, _ = resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
        found[f"SLURM_RLIMIT_{name}"] = str(soft % (1 << 64))
    return found


def main(arguments: Sequence[str]) -> int:
    """Submits the script of a command line; the exit status. Raises Usage."""
    try:
        given = Arguments(arguments)
        if given.help:
            sys.stdout.write(_USAGE + "\n".join(described(_OF_HERE)) + "\n" + _STATUS)
            return ANSWERED
        if given.version:
            print(f"restd-inet {__version__}")
            return ANSWERED
        script, target = given.script(), given.target
    except Usage as error:
        raise Usage(f"{arguments[0]}: {error}") from None
    except OSError as error:
        return fail(f"{error.filename or 'standard input'}: {error.strerror}")
    try:
        answer, body = _ask(given, target, *_body(given, script))
    except (OSError, NoAnswer) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        fail(f"{given.url}: {reason}" if given.url else reason)
        return _unknown(given) if given.sent else BROKEN
    return _show(given, answer, body)


def _body(given: Arguments, script: bytes) -> tuple[bytes, dict[str, str]]:
    """The script and the environment as multipart/form-data, and the fields of the header."""
    boundary = f"restd-inet-{os.urandom(16).hex()}"
    variables = given.environment()
    parts = [("script", "text/x-shellscript", script)]
    if variables is not None:
        parts.append(("environment", "application/json", lazy.module("json").dumps(variables).encode()))
    pieces = []
    for name, media, content in parts:
        head = f'Content-Disposition: form-data; name="{name}"\r\nContent-Type: {media}\r\n'
        pieces += [f"--{boundary}\r\n{head}\r\n".encode(), content, b"\r\n"]
    fields = {
        "Accept": "application/json",
        "User-Agent": f"restd-inet/{__version__}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        **token_fields(given.url, os.environ),
    }
    return b"".join([*pieces, f"--{boundary}--\r\n".encode()]), fields


def _ask(given: Arguments, target: str, body: bytes, fields: dict[str, str]) -> tuple[Answer, bytes]:
    """The answer with its body; a request to a URL is sent again, with the same key, while that may help."""
    if not given.url:
        return _ask_once(given, target, body, fields)
    fields = {**fields, "Idempotency-Key": f'"{os.urandom(16).hex()}"'}
    for attempt in range(1, _ATTEMPTS + 1):
        pause = _PAUSE * attempt
        try:
            answer, content = _ask_once(given, target, body, fields)
        except (ConnectionError, TimeoutError, NoAnswer):
            if attempt == _ATTEMPTS:
                raise
        else:
            if answer.status == 503 and _NO_KEYS in content:  # nothing was done
                print("restd-inet: no Idempotency-Key can be stored there: sent without one", file=sys.stderr)
                del fields["Idempotency-Key"]
                return _ask_once(given, target, body, fields)
            after = answer.headers.get("retry-after", "")
            if answer.status not in _AGAIN or attempt == _ATTEMPTS or (answer.status == 409 and not after):
                return answer, content
            pause = min(float(after), _LONGEST) if after.isdecimal() else pause
        sleep(pause)
    raise NoAnswer("there is no answer")


def _ask_once(given: Arguments, target: str, body: bytes, fields: dict[str, str]) -> tuple[Answer, bytes]:
    client = connect(given)
    given.sent = True
    try:
        answer = client.ask("POST", target, fields, body)
        return answer, b"".join(answer.body)
    finally:
        client.close()
        if not given.url:
            lazy.module("restd_inet.cli.server").finish()


def _show(given: Arguments, answer: Answer, body: bytes) -> int:
    if answer.status >= 400:
        for line in errors(answer, body) or [""]:
            fail(f"{answer.status} {answer.reason}{': ' if line else ''}{line}")
        if answer.status == 503 and not given.url:
            return BROKEN  # slurmctld could not be reached
        busy = answer.status == 409 and "retry-after" in answer.headers
        return _unknown(given) if busy or answer.status in _UNKNOWN else REFUSED
    try:
        document = lazy.module("json").loads(body)
        dry_run, job_id = document.get("dry_run"), document.get("job_id")
        warnings = [str(each.get("description", "")) for each in document.get("warnings") or ()]
    except (ValueError, AttributeError):
        return fail("the answer is no JSON of a submission")
    for warning in warnings:
        print(f"restd-inet: {warning}", file=sys.stderr)
    if given.quiet:
        return ANSWERED
    if isinstance(dry_run, dict):
        print(_planned(dry_run))
    else:
        print(job_id if given.parsable else f"Submitted batch job {job_id}")
    return ANSWERED


def _unknown(given: Arguments) -> int:
    """Says that the job may be there although no answer says so."""
    if any(name == "test-only" for name, _ in given.beside):
        return BROKEN
    listed = f"restd-inet get --url {given.url} '/restd/latest/jobs?user=me'" if given.url else "squeue --me"
    return fail(f"the job may have been submitted; before you submit it again, look at your jobs: {listed}")


def _planned(dry_run: dict[str, object]) -> str:
    """What would become of the job."""
    start = dry_run.get("start_time")
    seconds = start.get("number") if isinstance(start, dict) else start
    time = lazy.module("time")
    when = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(seconds)) if seconds else "an unknown time"
    where = f" on {dry_run['nodes']}" if dry_run.get("nodes") else ""
    partition = f" in partition {dry_run['partition']}" if dry_run.get("partition") else ""
    return f"The job would start at {when}{where}{partition}"
