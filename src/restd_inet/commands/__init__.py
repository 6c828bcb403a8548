"""What a command module is made of: handlers, and ROUTES, one Route for each path and method.

A handler takes a Call and gives a Result: structs or other records, never bytes. A package of another
project adds commands in the same way, and needs no other import than this one (docs/plugins.md).

    interface  tables, kinds, answers and errors, for commands of other packages
    restd      /restd/: lists of what one wants, which no API of Slurm has
    slurm      /slurm/: slurmctld
    slurmdb    /slurmdb/: slurmdbd
    util       /util/: host lists
"""

from __future__ import annotations

import os

from restd_inet import lazy
from restd_inet.message import Held
from restd_inet.problems import ApiWarning
from restd_inet.schema.kinds.base import at
from restd_inet.schema.parse import parse
from restd_inet.schema.versions import V1, V39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType
    from typing import Any

    from restd_inet.commands.interface import *  # noqa: F403  # see __getattr__
    from restd_inet.message import Credential
    from restd_inet.problems import Problem
    from restd_inet.schema.answers import Answer
    from restd_inet.schema.kinds.base import Names
    from restd_inet.schema.record import Record
    from restd_inet.slurm.client import Slurm


class Call:
    """A request as a handler sees it.

    parameters: the path's, by name. query: what the route's query table gave. body: what the
    route's body gave; only one of them is there, unless the route has one beside the other. slurm:
    libslurm, acting for `credential`. warnings: what of the request was passed over; what a handler adds is
    answered as a warning. dated: whether `since` was asked for. held: for a handler that waits. tag: what a
    new job is to have in it, so that it is found again; "" for nothing. again: an earlier process may have
    made it already.
    """

    __slots__ = (
        "_since", "again", "body", "credential", "dated", "held", "parameters", "query", "slurm", "tag",
        "warnings",
    )  # fmt: skip

    def __init__(
        self,
        parameters: dict[str, str],
        query: dict[str, Any],
        body: Any,
        credential: Credential,
        slurm: Slurm,
        warnings: list[ApiWarning],
        since: int = 0,
        held: Held | None = None,
    ) -> None:
        self._since = since
        self.held = held or Held()
        self.tag, self.again = "", False
        self.dated = False
        self.warnings = warnings
        self.parameters = parameters
        self.query = query
        self.body = body
        self.credential = credential
        self.slurm = slurm

    @property
    def since(self) -> int:
        """The time of the answer that the client has, 0 for none: what has not changed since then is 304.

        Who asks for it loads records that changed since then, and their message says when it was made.
        """
        self.dated = True
        return self._since

    @since.setter
    def since(self, time: int) -> None:
        self._since = time


class EmptyResult:
    """How it is told that a look-up found nothing: up to v0.0.38 by 404, later by a warning.

    problem: the 404. warning: the text. source: who warns. listing: a listing, whose older versions are 200
    with that problem in their errors.
    """

    __slots__ = ("_listing", "_problem", "_warning")

    def __init__(self, problem: Problem, warning: str, source: str, listing: bool) -> None:
        self._problem = problem
        self._warning = ApiWarning(warning, source)
        self._listing = listing

    def report(self, version: int, problems: list[Problem], warnings: list[ApiWarning]) -> None:
        """Adds it to what the answer says; raises the Problem if it is not told by an answer."""
        if version >= V39:
            warnings.append(self._warning)
        elif self._listing:
            problems.append(self._problem)
        else:
            raise self._problem


class Event:
    """Something that happened. name: what; id: the place behind it, "" if it has none; members: what else is
    to be said; record: what it is about, as JSON, b"" for nothing.
    """

    __slots__ = ("id", "members", "name", "record")

    def __init__(
        self, name: str, id: str = "", members: Mapping[str, Any] | None = None, record: bytes = b""
    ) -> None:
        self.name = name
        self.id = id
        self.members = members or {}
        self.record = record


class Content:
    """What is answered as it is: the bytes of a file, or of a text.

    tail: so many lines of its end; None: all of it. wait: seconds for which an answer that would say that
    there is nothing new may be put off. follow: what comes is answered, too, until the end.
    """

    tail: int | None = None
    wait = 0.0
    follow = False

    def open(self) -> Any:
        """A RegularFile, or InMemory. Raises Problem: 404 with Retry-After while it may still come."""
        raise NotImplementedError

    def ask(self) -> str:
        """What `learn` takes, from slurmctld. A child process may ask: it changes nothing here."""
        return ""

    def learn(self, said: str) -> bool:
        """Whether nothing new comes any more."""
        return True

    def ended(self) -> bool:
        """The same, asked by this process."""
        return self.learn(self.ask())


class Result:
    """What a handler gives. records: what the answer's table is about; problems: what went wrong
    with some of it, although the whole was done; empty: how it is reported that there are no records;
    job_id: of the job that was submitted, for the log; answer: how they are answered, if it is not the
    route's answer; events: what is answered in place of records, as it happens; None among them stands for a
    moment in which nothing does; content: what is answered as it is, in place of a document."""

    __slots__ = ("answer", "content", "empty", "events", "job_id", "problems", "records")

    def __init__(
        self,
        records: Iterable[Any] = (),
        problems: Iterable[Problem] = (),
        empty: EmptyResult | None = None,
        job_id: int = 0,
        answer: Answer | None = None,
        events: Iterable[Event | None] | None = None,
        content: Content | None = None,
    ) -> None:
        self.events = events
        self.content = content
        self.job_id = job_id
        self.records = records
        self.answer = answer
        self.problems = list(problems)
        self.empty = empty


class Body:
    """What a request's body may be: a record. finish: makes what the handler gets of what was read.

    finish is given {member: value} (schema.parse) and the version. schema_of: the answer whose schema
    it has, where the record has no name of its own: what was read may be posted. envelope: the record may
    also be the only property, of this name, of an object. scripts: it may also be a batch script
    (app.script); then the handler gets a schema.batch.script.Script. optional: a request without a body says
    nothing.
    """

    __slots__ = ("_envelope", "_finish", "optional", "record", "schema_of", "scripts")

    def __init__(
        self,
        record: Record,
        finish: Callable[[dict[str, Any], int], Any] = lambda members, version: members,
        schema_of: Answer | None = None,
        envelope: str = "",
        scripts: bool = False,
        optional: bool = False,
    ) -> None:
        self.scripts = scripts
        self.optional = optional
        self.schema_of = schema_of
        self.record = record
        self._finish = finish
        self._envelope = envelope

    def read(self, document: object, version: int, warnings: list[ApiWarning] | None) -> Any:
        """warnings: as schema.parse. Raises Problem 400 with the place in the document."""
        path: tuple[str, ...] = ()
        if self._envelope and isinstance(document, dict) and list(document) == [self._envelope]:
            document, path = document[self._envelope], (self._envelope,)
        return self._finish(parse(self.record, version, document, path, warnings), version)


class Route:
    """One operation.

    path: below the version, with {names}; with a "/" at its end if that is how the OpenAPI document has it.
    body: the table of what a request has to say, in its body or otherwise (see parameters.py); a function
    gives it where it is not loaded with the route. query: of an
    operation without one, or of one with `beside`, the table of its parameters; else it is for the OpenAPI
    document alone.
    since, until: API versions. summary: what it does, in a few
    words; description: what else there is to know, for the OpenAPI document. operation: its name there, if
    it is not made of method and path, by the version that began it where it changed ("get_single_qos").
    changes: a GET that changes something: it is strict, and there is no HEAD. strict: a GET that reads its
    parameters as a POST does, and refuses those that it does not know.
    implied: by the version that began them, what its query always says, whatever is asked for.
    exact: a GET that refuses parameters that it does not know. beside: it takes a query beside its body, and
    refuses parameters that it does not know. resolve: makes what the handler gets of a
    query and the version.
    settle: of a POST, gives the Result of an earlier process with the same tag that ended before it answered;
    None if that did nothing. A route without it cannot find that out.
    repeatable: of a POST, to do it twice is as to do it once, and is answered alike. check: of another, what
    shows whether it was done.
    """

    __slots__ = (
        "_body", "answer", "beside", "changes", "check", "description", "exact", "handler", "implied",
        "method", "operation", "path", "query", "repeatable", "resolve", "settle", "since", "slash", "strict",
        "summary", "until",
    )  # fmt: skip

    def __init__(
        self,
        method: str,
        path: str,
        handler: Callable[[Call], Result],
        answer: Answer,
        *,
        query: Record | None = None,
        body: Body | Callable[[], Body] | None = None,
        since: int = V1,
        until: int = 1 << 30,
        summary: str = "",
        description: str = "",
        operation: Names = "",
        changes: bool = False,
        strict: bool = False,
        implied: Mapping[int, Mapping[str, Any]] | None = None,
        exact: bool = False,
        beside: bool = False,
        settle: Callable[[Call], Result | None] | None = None,
        repeatable: bool = False,
        check: str = "",
        resolve: Callable[[dict[str, Any], int], dict[str, Any]] | None = None,
    ) -> None:
        self.exact = exact
        self.beside = beside
        self.settle = settle
        self.repeatable = repeatable
        self.check = check
        self.resolve = resolve
        self.implied = {V1: {}, **(implied or {})}
        self.operation = operation
        self.changes = changes
        self.strict = strict or changes
        self.summary = summary
        self.description = description
        self.method = method
        self.path = tuple(path.rstrip("/").split("/"))
        self.slash = path.endswith("/")
        self.handler = handler
        self.answer = answer
        self.query = query
        self._body = body
        self.since = since
        self.until = until

    @property
    def body(self) -> Body | None:
        """The table of what a request has to say."""
        if not isinstance(self._body, Body) and self._body is not None:
            self._body = self._body()
        return self._body

    def asked(self, query: dict[str, Any], version: int) -> dict[str, Any]:
        """A query with what is implied at a version."""
        query = {**query, **at(self.implied, version)}
        return self.resolve(query, version) if self.resolve else query

    def takes_key(self, family: str) -> bool:
        """Whether the field Idempotency-Key is read: by what submits jobs, and by every POST of /restd/."""
        return self.method == "POST" and (family == "restd" or self.settle is not None)

    @property
    def safe(self) -> bool:
        """Whether it changes nothing (RFC 9110 section 9.2.1)."""
        return self.method == "GET" and not self.changes

    @property
    def lenient(self) -> bool:
        """Whether parameters that are known in other versions are ignored."""
        return self.method == "GET" and not self.strict

    @property
    def methods(self) -> tuple[str, ...]:
        """Its method, and HEAD, which is a safe one."""
        return ("GET", "HEAD") if self.safe else (self.method,)

    def match(self, path: tuple[str, ...], version: int) -> dict[str, str] | None:
        """The parameters of a path below the version; None if it is not this route's."""
        if len(path) != len(self.path) or not self.since <= version <= self.until:
            return None
        parameters = {}
        for expected, segment in zip(self.path, path, strict=True):
            if expected.startswith("{"):
                parameters[expected[1:-1]] = segment
            elif expected != segment:
                return None
        return parameters


def __getattr__(name: str) -> Any:
    """A name of the interface: only plugins ask for them, and they find all of them here."""
    if not name.startswith("_"):
        found = vars(lazy.module("restd_inet.commands.interface"))
        if name in found:
            return found[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)


def find(family: str, segment: str) -> ModuleType | None:
    """The module of the commands under /<family>/<version>/<segment>; None if there is none."""
    return lazy.optional(f"restd_inet.commands.{family}.{segment}")


def every(families: Iterable[str]) -> Iterator[ModuleType]:
    """Every module of the families' commands: for a process that will answer many requests."""
    for family in families:
        package = lazy.optional(f"restd_inet.commands.{family}")
        for path in package.__path__ if package else ():
            for entry in sorted(os.listdir(path)):
                name, dot, ending = entry.partition(".")
                if (dot, ending) == (".", "py"):
                    yield lazy.module(f"restd_inet.commands.{family}.{name}")
