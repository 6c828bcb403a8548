"""Field kinds: how one C member is written to a record, and read from a document.

A kind knows its style at each API version, written once: a number that is not set is null up to
v0.0.38. A kind never knows a member's name; a row (`Field`) never knows a version's style.

Writing: `Kind.dump(version, binding)` gives either a Python expression over `x` (the member's
value; compile.py compiles it into one function with all its neighbours) or a function of x.
Reading: `Kind.parse(value)` takes a document's value and gives what the member is to hold, or
raises `Invalid`. What it gives is plain: int, str, list of str, float, a frozenset of names of C
constants (their bits or-ed together), or a `Library` value that slurm works out; a kind that
fills several members gives {member: value}.
Documentation: `Kind.schema(version)` is the OpenAPI schema (3.0.3) of what is written and read at a
version; only the build of the documents asks for it (openapi/generate.py).
"""

from __future__ import annotations

from restd_inet.schema.versions import V1, V39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    class Binding(Protocol):
        """What a kind may ask of the installed libslurm (restd_inet.slurm)."""

        def constant(self, name: str) -> int | None:
            """The value of a C constant; None if this release has none of that name."""

        def text(self, pointer: Any) -> str | None:
            """A char pointer as str; None for NULL."""

        def function(self, name: str) -> Callable[[Any], Any]:
            """A function of slurm.lookups, by name."""

    Names = str | Mapping[int, str | None]


class Memo(dict[int, "Any"]):
    """A function of a small number, worked out once for each number that comes up."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[int], Any]) -> None:
        self.function = function

    def __missing__(self, number: int) -> Any:
        value = self[number] = self.function(number)
        return value


class Component(dict[str, "Any"]):
    """A schema that has a name of its own in an OpenAPI document, where that version's names its like.

    doc: what there is to say of it where it is used.
    """

    __slots__ = ("doc", "name")

    def __init__(self, name: str, schema: Mapping[str, Any], doc: str = "") -> None:
        super().__init__(schema)
        self.name = name
        self.doc = doc


#: The `empty` of a field that is left out where there is nothing to say.
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()


class Kind:
    """The base of all kinds. Each has `dump`, or `parse`, or both, and `schema`."""

    #: What a member that the installed release lacks is written as.
    empty: Any = None
    #: The description of a row that has none, in the OpenAPI document.
    doc = ""
    #: What null in a body says; nothing, as if the property were not there, where that is ABSENT.
    null: Any = ABSENT
    #: Whether a body's value is read; if not, what the client is told.
    readable = True
    ignored_warning = ""
    #: What makes one value of the texts that a query or form has for it, which may be several; None: there
    #: is only one.
    several: Callable[[list[str]], Any] | None = None
    #: Whether it is true or false: in a query its name alone says that it is true, an empty value that it is
    #: not.
    switch = False
    #: Whether an empty text is a value, of a condition too.
    blank = False
    #: Whether only some fields of its record are written (schema.select).
    narrowed = False
    #: Whether an empty text in a query or form is refused, though one in a document may say something.
    valued = False

    def empty_at(self, version: int) -> Any:
        return self.empty

    def dump(self, version: int, binding: Binding) -> str | Callable[[Any], Any]:
        raise NotImplementedError(type(self).__name__)

    def parse(self, value: Any) -> Any:
        raise NotImplementedError(type(self).__name__)

    def schema(self, version: int) -> dict[str, Any]:
        """Any value; parts that have names of their own are Components."""
        return {}


class FixedSchema(Kind):
    """What a function of its own writes or reads, by its schema alone: see `schema_of` of other kinds."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema

    def schema(self, version: int) -> dict[str, Any]:
        return self._schema


class ListOf(Kind):
    """The same for a list. component: its name in the OpenAPI document, "" for none."""

    def __init__(self, item: Kind, component: Names = "") -> None:
        self.item = item
        self.component = component

    def schema(self, version: int) -> dict[str, Any]:
        return called(self.component, version, {"type": "array", "items": self.item.schema(version)})


#: Any value: the `schema_of` of what says nothing.
ANY = Kind()


def called(name: Names, version: int, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema under its name, which may have changed; as it is where that is ""."""
    found = name if isinstance(name, str) else at({V1: "", **name}, version) or ""
    return Component(found, schema) if found else schema


def documented(schema: dict[str, Any], doc: str) -> dict[str, Any]:
    """A schema with a description, beside its name if it has one."""
    if not doc:
        return schema
    if isinstance(schema, Component):
        return Component(schema.name, schema, doc)
    return {**schema, "description": doc}


def object_of(**properties: tuple[dict[str, Any], str]) -> dict[str, Any]:
    """The schema of an object. properties: the schema and the description of each."""
    found = {name: documented(schema, doc) for name, (schema, doc) in properties.items()}
    return {"type": "object", "properties": found}


def nullable(schema: dict[str, Any], version: int) -> dict[str, Any]:
    """A schema of what is null up to v0.0.38 where nothing is said."""
    return schema if version >= V39 else {**schema, "nullable": True}


class Changed(Kind):
    """A field whose kind changed (see Field.kind_at). kinds: by the version that began it."""

    def __init__(self, kinds: Mapping[int, Kind]) -> None:
        self.kinds = kinds

    def schema(self, version: int) -> dict[str, Any]:
        kind: Kind = at(self.kinds, version)
        return kind.schema(version)


class Formula(Kind):
    """The exception of one member: its own expression over x, by the version that began it.

    schema_of: the kind that has the schema of what it gives.
    """

    def __init__(self, styles: Mapping[int, str], schema_of: Kind = ANY) -> None:
        self.styles = styles
        self.schema_of = schema_of

    def empty_at(self, version: int) -> Any:
        return self.schema_of.empty_at(version)

    def dump(self, version: int, binding: Binding) -> str:
        expression: str = at(self.styles, version)
        return expression

    def schema(self, version: int) -> dict[str, Any]:
        return self.schema_of.schema(version)


Row = tuple["str | int", "Names"] | tuple["str | int", "Names", int] | tuple["str | int", "Names", int, int]


def at(styles: Mapping[int, Any], version: int) -> Any:
    """The last of `styles` (by the version that began it) that is in force at `version`."""
    return styles[max(since for since in styles if since <= version)]
