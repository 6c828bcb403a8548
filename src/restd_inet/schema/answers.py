"""Answers: how records become a document, at each API version.

An Answer names a record table and, by the version that began it, a shape. A shape is a function of
the answer's key, its records (dicts, an iterator), and its errors; it knows nothing of versions.
"""

from __future__ import annotations

from restd_inet.schema.convert import dumper
from restd_inet.schema.fields import at
from restd_inet.schema.records.problem import PROBLEM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from restd_inet.problems import Problem
    from restd_inet.schema.convert import Structs
    from restd_inet.schema.fields import Record

    Shape = Callable[[str, Iterator[dict[str, Any]], list[dict[str, Any]]], Any]


def rows(
    structs: Structs | None, record: Record, version: int, records: Iterable[Any]
) -> Iterator[dict[str, Any]]:
    """Records as dicts, one by one."""
    return map(dumper(record, version, structs), records)


class Answer:
    """What an operation answers.

    key: the name its records have in shapes that name them. rows: makes dicts of records; an
    operation with many records has a class that does it faster (slurm.writer.StructRows).
    """

    __slots__ = ("key", "record", "rows", "shapes")

    def __init__(
        self, record: Record | None, key: str, shapes: Mapping[int, Shape], rows: Callable[..., Any] = rows
    ) -> None:
        self.record = record
        self.key = key
        self.shapes = shapes
        self.rows = rows

    def document(
        self, version: int, records: Iterable[Any], problems: Iterable[Problem], structs: Structs | None
    ) -> Any:
        """The document of a result; iterators in it stand for lists that are made as they are written."""
        rows: Iterator[dict[str, Any]] = iter(())
        if self.record is not None:
            rows = self.rows(structs, self.record, version, records)
        return at(self.shapes, version)(self.key, rows, errors(version, problems))


def errors(version: int, problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as records."""
    return [dumper(PROBLEM, version, None)(problem) for problem in problems]


def failure(version: int, problem: Problem) -> Any:
    """The document of a request that failed."""
    return {"errors": errors(version, [problem])}


# Shapes.


def bare_list(key: str, rows: Iterator[dict[str, Any]], errors: list[dict[str, Any]]) -> Any:
    """[record, …]"""
    return rows


def bare(key: str, rows: Iterator[dict[str, Any]], errors: list[dict[str, Any]]) -> Any:
    """record"""
    return next(rows)


def flat(key: str, rows: Iterator[dict[str, Any]], errors: list[dict[str, Any]]) -> Any:
    """{"errors": […], …record}; without a record the errors alone."""
    return {"errors": errors, **next(rows, {})}


def named(key: str, rows: Iterator[dict[str, Any]], errors: list[dict[str, Any]]) -> Any:
    """{"errors": […], key: record}"""
    return {"errors": errors, key: next(rows)}


def by_name(key: str, rows: Iterator[dict[str, Any]], errors: list[dict[str, Any]]) -> Any:
    """{"errors": […], key: {record's name: record, …}}"""
    return {"errors": errors, key: {row["name"]: row for row in rows}}


def by_host(key: str, rows: Iterator[dict[str, Any]], errors: list[dict[str, Any]]) -> Any:
    """{"errors": […], key: {hostname: record, …, …the last record}}

    The first release meant to put each record into its host's object and wrote all of them beside
    those, the last over the others; clients may read either.
    """
    hosts: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for row in rows:
        hosts[row.pop("hostname")] = last = row
    return {"errors": errors, key: {**hosts, **last}}


DONE = Answer(None, "", {1: flat})
