"""Examples of bodies and answers in the OpenAPI documents.

openapi.example_values has plain values, once for all versions, by the newest names of rows. Here they get the
names and the form of a version: its rows give the names, its schemas the form. An answer is put together by
the function that puts real ones together (schema.answers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from restd_inet.openapi.example_values import ANSWERS, BODIES, RECORDS, TIME_OF_ANSWER, At
from restd_inet.openapi.schemas import answer_schema
from restd_inet.schema.kinds.base import at
from restd_inet.schema.kinds.numbers import TIME
from restd_inet.schema.records.meta import META
from restd_inet.schema.versions import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from restd_inet.commands import Route
    from restd_inet.schema.answers import Answer
    from restd_inet.schema.record import Field, Record

Schema = dict[str, Any]

NUMBER = {"set", "infinite", "number"}
EMPTY: dict[str, Any] = {"string": "", "integer": 0, "number": 0.0, "boolean": False, "array": []}


def body(family: str, route: Route, version: int) -> Any:
    """An example of the body of an operation; None if there is none."""
    values = BODIES.get(named(family, route))
    if values is None or route.body is None:
        return None
    return of_record(route.body.record, version, values)


def answer(family: str, route: Route, version: int) -> Any:
    """An example of a successful answer."""
    found = route.answer
    rows = ANSWERS.get(named(family, route), ({},) if found.record else ())
    layout = at(found.layouts, version)
    document = plain(layout(Sample(found, version, rows)))
    if found.schema_of is None:
        return document
    published = unwrapped(answer_schema(found, version))["properties"]
    return {key: value for key, value in document.items() if key in published}


def named(family: str, route: Route) -> str:
    """The key of an operation in the tables: "slurm POST job/submit"."""
    return f"{family} {route.method} {'/'.join(route.path)}"


class Sample:
    """schema.answers.Parts of an example."""

    def __init__(self, answer: Answer, version: int, rows: Any) -> None:
        self._version = version
        self.key = at(answer.keys, version)
        record = answer.record
        self.rows: Iterator[Any] = iter(
            [
                row if isinstance(row, str) or record is None else of_record(record, version, row)
                for row in rows
            ]
        )
        self.listed = self.rows
        self.errors: list[Any] = []
        self.warnings: list[Any] = []
        self.next = self.place = None
        self.counts: dict[str, Any] = {}
        self.waited: dict[str, Any] = {}

    @property
    def meta(self) -> Any:
        return of_record(META, self._version)

    def some(self, nothing: Any) -> Any:
        return list(self.rows) or nothing

    def apart(self) -> Any:
        return [[row] for row in self.rows]

    def time(self, member: str) -> Any:
        return fitted(TIME_OF_ANSWER, TIME.schema(self._version))


def plain(value: Any) -> Any:
    """A document with lists in place of iterators."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (str, int, float)) or value is None:
        return value
    return [plain(item) for item in value]


def of_record(record: Record, version: int, values: Mapping[str, Any] | None = None) -> Any:
    """A record at a version. values: by name; by default the record's in RECORDS."""
    known = values or RECORDS.get(record.name, {})
    found: dict[str, Any] = {}
    for field in record.fields:
        path = field.name_at(version)
        if path is None:
            continue
        name = next((name for name in names(field) if name in known), None)
        value = known[name] if name is not None else None
        if isinstance(value, At):
            value = at(value, version) if version >= min(value) else None
        if value is None and not (field.required and version >= field.required):
            continue
        *parents, leaf = path.split(".")
        inner = found
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner.setdefault(leaf, of_field(field, version, value))
    return found


def names(field: Field) -> list[str]:
    """What a row may be called in the tables: its newest name first."""
    found = [field.name_at(version) for version in sorted(NAMES, reverse=True)]
    return [name for name in found if name]


def of_field(field: Field, version: int, value: Any) -> Any:
    """A value in the form of its row at a version."""
    schema = field.schema(version)
    kind: Any = field.kind_at(version)
    record = getattr(kind, "record", None) or getattr(getattr(kind, "schema_of", None), "record", None)
    if record is not None and isinstance(value, (dict, list)):
        several = [value] if isinstance(value, dict) else value
        rows = [of_record(record, version, each) if isinstance(each, dict) else each for each in several]
        return rows if unwrapped(schema).get("type") == "array" else rows[0]
    return fitted(value, schema)


def unwrapped(schema: Schema) -> Schema:
    """A schema without what stands around it because null may stand beside it."""
    for key in ("anyOf", "allOf", "oneOf"):
        if key in schema:
            return unwrapped(schema[key][0])
    return schema


def fitted(value: Any, schema: Schema) -> Any:
    """A plain value in the form that a schema asks for; None: one that says nothing."""
    schema = unwrapped(schema)
    properties = schema.get("properties", {})
    kind = schema.get("type")
    if set(properties) == NUMBER:
        return {"set": value is not None, "infinite": False, "number": value or 0}
    if kind == "object" and properties:
        given = value if isinstance(value, dict) else {}
        return {key: fitted(given.get(key), inner) for key, inner in properties.items()}
    if value is None:
        return schema["enum"][0] if "enum" in schema else EMPTY.get(str(kind))
    if kind == "array":
        items = schema.get("items", {})
        if isinstance(value, dict):
            value = [f"{name}={text}" for name, text in value.items()]
        return [fitted(each, items) for each in (value if isinstance(value, list) else [value])]
    if kind == "string":
        return ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return value
