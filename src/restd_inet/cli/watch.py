"""restd-inet watch: what changes of a list or a job, a line for each change.

On a terminal they are rows of a table, otherwise the events of /restd/ as NDJSON. When the connection ends it
connects again and goes on where it was.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from time import sleep, strftime

from restd_inet import __version__, lazy, option_values, options
from restd_inet.cli import request
from restd_inet.cli.client import NoAnswer
from restd_inet.option_values import Usage
from restd_inet.options import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from restd_inet.cli.client import Answer

#: Seconds of silence, without a heartbeat, after which the connection is lost.
_SILENCE = 90.0
#: Seconds until it connects again.
_RETRY = 2.0
#: What is watched → the columns of its table: path, title, width.
_TABLES: dict[str, tuple[tuple[str, str, int], ...]] = {
    "jobs": (
        ("job_id", "JOBID", 10),
        ("job_state", "STATE", 12),
        ("user_name", "USER", 10),
        ("partition", "PARTITION", 10),
        ("nodes", "NODES", 12),
        ("name", "NAME", 20),
    ),
    "nodes": (("name", "NODE", 16), ("state", "STATE", 24), ("reason", "REASON", 20)),
    "partitions": (("name", "PARTITION", 16), ("partition.state", "STATE", 12), ("nodes.total", "NODES", 8)),
    "reservations": (("name", "RESERVATION", 20), ("node_list", "NODES", 20), ("users", "USERS", 20)),
}
WORDS = (*_TABLES, "job/")
#: Options that are filters of the list.
_FILTERS = ("user", "account", "partition", "state", "name", "node")
#: What is no change of a record → what is said of it on standard error.
_NOTES = {"reset": "all is listed anew", "stale": "slurmctld does not answer", "end": "ended"}

OPTIONS = (
    Option("-u --user", "user", "", "of these users; me: your own", str, "USER"),
    Option("-A --account", "account", "", "of these accounts", str, "NAME"),
    Option("-p --partition", "partition", "", "in these partitions", str, "NAME"),
    Option("-t --state", "state", "", "in these states", str, "STATES"),
    Option("-n --name", "name", "", "with such names: a pattern of the shell", str, "PATTERN"),
    Option("-w --node", "node", "", "on these nodes", str, "HOSTLIST"),
    Option("-q --query", "query", (), "any parameter of the list; may be repeated", str, "NAME=VALUE"),
    Option("--fields", "fields", "", "paths of fields: only their changes are seen", str, "PATHS"),
    Option(
        "--interval", "interval", 0.0, "time between two looks; default: 2", option_values.seconds, "SECONDS"
    ),
    Option("--url", "url", "", "ask http://HOST:PORT, https://HOST:PORT or unix:/PATH", str, "URL"),
    Option("-f --conf", "conf", "", "the slurm.conf to use", str, "FILE", "SLURM_CONF"),
    Option("-v --verbose", "verbose", 0, "log on standard error; up to six times"),
    Option("-h --help", "help", False, "print this and exit"),
)
_USAGE = """\
Usage: restd-inet watch jobs|nodes|partitions|reservations|job/ID [OPTIONS]

Prints what there is, and a line for each change from then on: on a terminal a table, otherwise an event of
/restd/ as JSON. It goes on when the connection was lost. Ctrl-C ends it. Without --url it asks slurmctld as
the user who types it; with it, whoever listens there, with the token of SLURM_JWT.

  restd-inet watch jobs --user me
  restd-inet watch nodes -t DOWN,DRAIN
  restd-inet watch jobs -u me --fields job_id,job_state | jq -c 'select(.event == "changed") | .record'

Options:
"""
_STATUS = """
Exit status: 0 what was watched is gone; 1 no connection; 2 usage; 22 refused; 130 Ctrl-C.
"""


class _Given:
    """The command line. Raises Usage."""

    def __init__(self, arguments: Sequence[str]) -> None:
        for option in OPTIONS:
            setattr(self, option.attribute, option.default)
        given, rest = options.split(arguments[1:], OPTIONS)
        for option, flag, text in given:
            setattr(
                self, option.attribute, request.value_of(option, flag, text, getattr(self, option.attribute))
            )
        self.what = rest[0] if len(rest) == 1 else ""
        collection = self.what.partition("/")[0]
        if not self.help and collection not in (*_TABLES, "job"):
            found = " ".join(rest) or "nothing"
            raise Usage(f"expected one of: {', '.join(_TABLES)}, job/ID; found {found}")
        self.columns = _TABLES.get(collection, _TABLES["jobs"])
        self.table = os.isatty(1)
        self.json, self.pretty = "compact", False

    conf: str
    fields: str
    help: bool
    interval: float
    query: tuple[str, ...]
    url: str
    verbose: int

    @property
    def target(self) -> str:
        """The request target, encoded."""
        pairs = [(name, getattr(self, name)) for name in _FILTERS if getattr(self, name)]
        pairs += [request.pair_of(text, "=", "-q", "NAME=VALUE, such as qos=high") for text in self.query]
        fields = self.fields or (",".join(path for path, _, _ in self.columns) if self.table else "")
        pairs += [("fields", fields)] if fields else []
        pairs += [("interval", f"{self.interval:g}")] if self.interval else []
        texts = [f"{name}={value}" for name, value in map(request.encoded_pair, pairs)]
        return request.encoded_path(f"/restd/latest/{self.what}") + "?" + "&".join(["watch=1", *texts])


def main(arguments: Sequence[str]) -> int:
    """Watches until it is interrupted, or nothing is left; the exit status. Raises Usage."""
    try:
        given = _Given(arguments)
        target = given.target
    except Usage as error:
        raise Usage(f"{arguments[0]}: {error}") from None
    if given.help:
        sys.stdout.write(_USAGE + "\n".join(options.described(OPTIONS)) + "\n" + _STATUS)
        return 0
    try:
        return _Watch(given, target).run()
    except BrokenPipeError:  # whoever reads has had enough, as with head(1)
        return 0


class _Watch:
    def __init__(self, given: _Given, target: str) -> None:
        self._given = given
        self._target = target
        self._id = ""
        self._began = self._titled = False
        self._rows: dict[Any, dict[str, Any]] = {}

    def run(self) -> int:
        while True:
            try:
                status = self._once()
            except (OSError, NoAnswer) as error:
                if isinstance(error, BrokenPipeError):
                    raise
                status = self._lost(
                    str(error.strerror or error) if isinstance(error, OSError) else str(error)
                )
            if not self._given.url:
                lazy.module("restd_inet.cli.server").reap()
            if status is not None:
                return status
            sleep(_RETRY)

    def _once(self) -> int | None:
        """One connection, to its end; the exit status, None to connect again."""
        # Ctrl-C is for this process: what serves it here ends with the connection.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            client = request.connect(self._given)
        finally:
            signal.signal(signal.SIGINT, before)
        fields = {"Accept": "application/x-ndjson", "User-Agent": f"restd-inet/{__version__}"}
        fields |= request.token_fields(self._given.url, os.environ)
        if self._id:
            fields["Last-Event-ID"] = self._id
        client.limit(_SILENCE)
        try:
            answer = client.ask("GET", self._target, fields, b"")
            if answer.status >= 400:
                return self._refused(answer)
            self._began = True
            return self._follow(answer)
        finally:
            client.close()

    def _refused(self, answer: Answer) -> int | None:
        said = "; ".join(request.errors(answer, b"".join(answer.body)))
        if self._began and answer.status >= 500:
            return self._lost(f"{answer.status} {said}")
        request.fail(f"{answer.status} {answer.reason}: {said}")
        return request.REFUSED

    def _lost(self, reason: str) -> int | None:
        where = f"{self._given.url}: " if self._given.url else ""
        request.fail(f"{where}{reason}{'; connecting again' if self._began else ''}")
        return None if self._began else request.BROKEN

    def _follow(self, answer: Answer) -> int | None:
        for event in _events(answer):
            self._id = event.get("id", self._id)
            name = event["event"]
            if name == "heartbeat":
                continue
            if self._given.table:
                self._row(event)
            else:
                _write(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
            if name in _NOTES and (self._given.table or name == "end"):
                request.fail(f"{_NOTES[name]}: {event['reason']}")
            if name == "end" and event["status"] < 500:
                return 0 if event["status"] == 404 else request.REFUSED
        return None

    def _row(self, event: dict[str, Any]) -> None:
        """A row of the table."""
        columns = self._given.columns
        if event["event"] == "reset":
            self._rows.clear()
        if event["event"] not in ("added", "changed", "removed"):
            return
        if not self._titled:
            self._title()
        record = event.get("record") or self._rows.pop(event["key"], {})
        if event["event"] != "removed":
            self._rows[event["key"]] = record
        cells = [_text(_at(record, path)).ljust(width) for path, _, width in columns]
        changed = ",".join(event.get("fields", ()))
        _write(f"{strftime('%H:%M:%S')}  {event['event']:<8} {' '.join(cells)} {changed}".rstrip())

    def _title(self) -> None:
        self._titled = True
        titles = " ".join(title.ljust(width) for _, title, width in self._given.columns)
        _write(f"TIME      EVENT    {titles} CHANGED")


def _events(answer: Answer) -> Iterator[dict[str, Any]]:
    """The events of an answer; one that was cut off is none."""
    left = b""
    for piece in answer.body:
        *lines, left = (left + piece).split(b"\n")
        for line in lines:
            yield json.loads(line)


def _at(record: dict[str, Any], path: str) -> Any:
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    """A value in a table: on one line, and nothing that a terminal obeys."""
    if isinstance(value, dict) and "number" in value:
        value = "unlimited" if value.get("infinite") else value["number"] if value.get("set") else ""
    if isinstance(value, list):
        value = ",".join(map(str, value))
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() else "?" for c in text)


def _write(text: str) -> None:
    request.write(text.encode("utf-8", "replace") + b"\n")
