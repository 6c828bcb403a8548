"""What a command module is made of: handlers, and ROUTES, one Route for each path and method.

A handler takes a Call and gives a Result: structs or other records, never bytes. A package of another
project adds commands in the same way.
"""

from __future__ import annotations

from restd_inet.schema.versions import V1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from restd_inet.message import Credential
    from restd_inet.problems import Problem
    from restd_inet.schema.answers import Answer
    from restd_inet.schema.record import Record
    from restd_inet.slurm import Slurm


class Call:
    """A request as a handler sees it.

    parameters: the path's, by name. query: what the route's query table gave. body: what the
    route's body function gave. slurm: libslurm, acting for `credential`.
    """

    __slots__ = ("body", "credential", "parameters", "query", "slurm")

    def __init__(
        self,
        parameters: dict[str, str],
        query: dict[str, Any],
        body: Any,
        credential: Credential,
        slurm: Slurm,
    ) -> None:
        self.parameters = parameters
        self.query = query
        self.body = body
        self.credential = credential
        self.slurm = slurm


class Result:
    """What a handler gives. records: what the answer's table is about; problems: what went wrong
    with some of it, although the whole was done."""

    __slots__ = ("problems", "records")

    def __init__(self, records: Iterable[Any] = (), problems: Iterable[Problem] = ()) -> None:
        self.records = records
        self.problems = list(problems)


class Route:
    """One operation.

    path: below the version, with {names}. query: the table of its query parameters. body: reads
    the decoded document at a version (None: no body is expected). since, until: API versions.
    """

    __slots__ = ("answer", "body", "handler", "method", "path", "query", "since", "until")

    def __init__(
        self,
        method: str,
        path: str,
        handler: Callable[[Call], Result],
        answer: Answer,
        *,
        query: Record | None = None,
        body: Callable[[object, int], Any] | None = None,
        since: int = V1,
        until: int = 1 << 30,
    ) -> None:
        self.method = method
        self.path = tuple(path.split("/"))
        self.handler = handler
        self.answer = answer
        self.query = query
        self.body = body
        self.since = since
        self.until = until

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
