"""restd-inet get, post, delete: one request; the body of its answer on standard output.

What an error says goes to standard error, and the exit status is 22. Without --url a child process serves the
request (cli.server); with it, whoever listens there, who is given the token of SLURM_JWT.
"""

from __future__ import annotations

import os
import sys

from restd_inet import __version__, lazy, log, settings
from restd_inet.cli.client import Client, NoAnswer
from restd_inet.cli.progress import Progress
from restd_inet.option_values import Usage, layout
from restd_inet.options import Option, described, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from restd_inet.cli.client import Answer

ANSWERED, BROKEN, REFUSED = 0, 1, 22
_JSON = ("application/json", "text/json")
_BINARY = ("image/", "application/octet-stream", "application/zip", "font/")
#: What stands for itself in a path with its query, "%" included; and in a part of a query (RFC 3986).
_UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
_IN_TARGET = _UNRESERVED + "/?%:@!$&'()*+,;=[]"
_IN_VALUE = _UNRESERVED + ",:/*@"

OPTIONS = (
    Option("-d --data", "data", None, 'the body: a text, @FILE, or "-" for standard input', str, "BODY"),
    Option("-q --query", "query", (), "a parameter; may be repeated", str, "NAME=VALUE"),
    Option("-H --header", "headers", (), "a header field; may be repeated", str, "'NAME: VALUE'"),
    Option("--url", "url", "", "ask http://HOST:PORT, https://HOST:PORT or unix:/PATH", str, "URL"),
    Option("-f --conf", "conf", "", "the slurm.conf to use", str, "FILE", "SLURM_CONF"),
    Option("--json", "json", "auto", "compact, pretty, or auto: pretty on a terminal", layout, "LAYOUT"),
    Option("-v --verbose", "verbose", 0, "log on standard error; up to six times"),
    Option("-h --help", "help", False, "print this and exit"),
)

_USAGE = """\
Usage: restd-inet get|post|delete PATH [OPTIONS]

Sends one request and prints the body of its answer. A PATH without a leading slash is relative to
/slurm/latest/. The request is served here, for the user who types it: no socket and no token is needed.
With --url it goes elsewhere, with the token of SLURM_JWT and, if that is set, the name in SLURM_USER.
post reads the body from standard input if that is no terminal and neither -d nor -q is given.

  restd-inet get jobs | jq -r '.jobs[].name'
  restd-inet get /slurmdb/latest/jobs -q start_time=2026-11-01 -q users=fred
  restd-inet post job/submit < job.json
  restd-inet post job/123 -d '{"priority": 100}'
  restd-inet delete job/123 -q signal=TERM
  restd-inet get nodes --url http://login1:6820
  restd-inet get ping -H 'Accept: application/yaml'

Options:
"""
_STATUS = """
Exit status: 0 answered; 1 no answer, or only a part of it; 2 usage; 22 a status of 400 or above.
"""


class Arguments:
    """The command line: the method, the path, and the values of OPTIONS. Raises Usage."""

    data: str | None
    query: tuple[str, ...]
    headers: tuple[str, ...]
    url: str
    conf: str
    json: str
    verbose: int
    help: bool

    def __init__(self, arguments: Sequence[str]) -> None:
        self.method = arguments[0].upper()
        for option in OPTIONS:
            setattr(self, option.attribute, option.default)
        given, rest = split(arguments[1:], OPTIONS)
        for option, flag, text in given:
            before = getattr(self, option.attribute)
            setattr(self, option.attribute, value_of(option, flag, text, before))
        if not self.help and len(rest) != 1:
            found = f"found {' '.join(rest)}" if rest else "found none"
            raise Usage(f"expected one path, such as jobs or /slurm/v0.0.44/jobs; {found}")
        path = rest[0] if rest else ""
        self.path = path if path.startswith("/") else f"/slurm/latest/{path}"
        self.pairs = [pair_of(text, "=", "-q", "NAME=VALUE, such as state=RUNNING") for text in self.query]
        what = "NAME: VALUE, such as Accept: application/yaml"
        self.fields = [pair_of(text, ":", "-H", what) for text in self.headers]

    @property
    def target(self) -> str:
        """The request target, encoded."""
        query = "&".join("=".join(encoded_pair(pair)) for pair in self.pairs)
        joint = "" if not query else "&" if "?" in self.path else "?"
        return encoded_path(self.path) + joint + query

    def header(self, body: bytes, environment: Mapping[str, str]) -> dict[str, str]:
        """The fields of the header; those of -H replace ours."""
        found = {"Accept": "application/json, */*;q=0.1", "User-Agent": f"restd-inet/{__version__}"}
        if body:
            of_yaml = (self.data or "").endswith((".yaml", ".yml"))
            found["Content-Type"] = "application/yaml" if of_yaml else "application/json"
        found |= token_fields(self.url, environment)
        given = {name.lower() for name, _ in self.fields}
        return {
            **{name: value for name, value in found.items() if name.lower() not in given},
            **dict(self.fields),
        }

    def body(self) -> bytes:
        """Raises OSError."""
        if self.data is None:
            if self.method != "POST" or self.pairs or os.isatty(0):
                return b""
            return _read(0)
        if self.data in ("-", "@-"):
            return _read(0)
        return _read(self.data[1:]) if self.data.startswith("@") else os.fsencode(self.data)

    @property
    def pretty(self) -> bool:
        """Whether JSON is laid out for people."""
        return self.json == "pretty" or (self.json == "auto" and os.isatty(1))


def main(arguments: Sequence[str]) -> int:
    """Sends the request that a command line describes; the exit status. Raises Usage."""
    try:
        given = Arguments(arguments)
    except Usage as error:
        raise Usage(f"{arguments[0]}: {error}") from None
    if given.help:
        sys.stdout.write(_USAGE + "\n".join(described(OPTIONS)) + "\n" + _STATUS)
        return ANSWERED
    try:
        body = given.body()
    except OSError as error:
        return fail(f"{error.filename or 'standard input'}: {error.strerror}")
    try:
        client = connect(given)
        with Progress() as progress:
            answer = client.ask(given.method, given.target, given.header(body, os.environ), body)
            status = _show(answer, given, progress)
    except BrokenPipeError:  # whoever reads has had enough, as with head(1)
        return ANSWERED
    except (OSError, NoAnswer) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return fail(f"{given.url}: {reason}" if given.url else reason)
    client.close()
    if not given.url:
        lazy.module("restd_inet.cli.server").finish()
    return status


def token_fields(url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The fields that say who asks; none where that is known from the process."""
    token, user = environment.get("SLURM_JWT"), environment.get("SLURM_USER")
    if not url or not token:
        return {}
    return {"X-SLURM-USER-TOKEN": token, **({"X-SLURM-USER-NAME": user} if user else {})}


def connect(given: Arguments | Any) -> Client:
    """A connection to who is asked. given: url, conf, json, pretty and verbose of a command line.

    Raises Usage, OSError.
    """
    if given.url:
        remote: Client = lazy.module("restd_inet.cli.remote").connect(given.url)
        return remote
    options = settings.read([], os.environ)
    options.conf = given.conf or options.conf
    options.json = options.json if given.json == "auto" else given.json
    log.level = min(log.ERROR - 1 + (given.verbose and given.verbose + 1), log.DEBUG5)
    return Client(lazy.module("restd_inet.cli.server").start(options, given.pretty))


def _show(answer: Answer, given: Arguments, progress: Progress) -> int:
    """Writes the body, or what of it is an error's text."""
    if answer.status >= 400:
        body = b"".join(answer.body)
        progress.end()
        for line in errors(answer, body) or [""]:
            fail(f"{answer.status} {answer.reason}{': ' if line else ''}{line}")
        return REFUSED
    pieces = answer.body
    if given.url and given.pretty and answer.media in _JSON:
        pieces = iter([_laid_out(b"".join(pieces))])
    last = b"\n"
    for piece in pieces:
        progress.received(piece)
        write(piece)
        last = piece[-1:] or last
    is_file = given.path.startswith("/restd/") and answer.media == "text/plain"
    if last != b"\n" and not answer.media.startswith(_BINARY) and (not is_file or os.isatty(1)):
        write(b"\n")
    return ANSWERED


def errors(answer: Answer, body: bytes) -> list[str]:
    """What the errors of an answer say, one a line; the whole of an answer that is no JSON."""
    if answer.media in _JSON:
        try:
            errors = lazy.module("json").loads(body)["errors"]
            texts = [error.get("description") or error.get("error") for error in errors]
            return [" ".join(str(text).split()) for text in texts if text]
        except (ValueError, TypeError, KeyError, AttributeError):
            pass
    return [line for line in body.decode("utf-8", "replace").splitlines() if line.strip()]


def _laid_out(body: bytes) -> bytes:
    json = lazy.module("json")
    try:
        text: str = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
    return text.encode("utf-8", "replace")


def value_of(option: Option, flag: str, text: str, before: Any) -> Any:
    """What an option's attribute is after it was given once more. Raises Usage."""
    if option.read is None:
        return before + 1 if option.attribute == "verbose" else True
    try:
        return (*before, text) if isinstance(before, tuple) else option.read(text)
    except Usage as error:
        raise Usage(f"{flag}: {error}") from None


def pair_of(text: str, separator: str, flag: str, expected: str) -> tuple[str, str]:
    name, found, value = text.partition(separator)
    if not found or not name.strip() or not text.isprintable():
        raise Usage(f'{flag}: expected {expected}; found "{text}"')
    return (name.strip(), value.strip()) if separator == ":" else (name, value)


def encoded_path(text: str) -> str:
    """A path, or a path and its query, as a request target."""
    return _encoded(text, _IN_TARGET)


def encoded_pair(pair: tuple[str, str]) -> tuple[str, str]:
    """A parameter and its value, encoded."""
    name, value = pair
    return _encoded(name, _IN_VALUE), _encoded(value, _IN_VALUE)


def _encoded(text: str, plain: str) -> str:
    return "".join(c if c in plain else "".join(f"%{byte:02X}" for byte in os.fsencode(c)) for c in text)


def _read(file: int | str) -> bytes:
    with open(file, "rb", closefd=isinstance(file, str)) as opened:
        return opened.read()


def write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


def fail(text: str) -> int:
    print(f"restd-inet: {text}", file=sys.stderr)
    return BROKEN
