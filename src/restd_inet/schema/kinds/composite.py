"""Kinds of more than a member, and of bodies: lists, objects, what is worked out (see schema.kinds.base)."""

from __future__ import annotations

from restd_inet.schema.kinds.base import ANY, Kind, at
from restd_inet.schema.kinds.numbers import number_schema, numbered, structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from restd_inet.schema.kinds.base import Binding, Names
    from restd_inet.schema.record import Record


class StructKind(Kind):
    """The exception: a field of several members. Its `dump` gives a function of the whole struct.

    If the row has a member that is 0 or NULL the field is `empty`. A body's value is read by those that
    say so.
    """

    readable = False


class Constant(StructKind):
    """A field that Slurm has no member for any more, and that versions which had it go on writing.

    schema_of: the kind that has its schema.
    """

    def __init__(self, value: Any, schema_of: Kind = ANY) -> None:
        self.empty = value
        self.schema_of = schema_of

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        value = self.empty
        return lambda struct: value

    def schema(self, version: int) -> dict[str, Any]:
        return self.schema_of.schema(version)


class Nth(StructKind):
    """One of the numbers of an array whose length is another member; 0 beyond its end."""

    empty = 0

    def __init__(self, array: str, index: int) -> None:
        self.array = array
        self.index = index

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        array, length, index = self.array, f"{self.array}_cnt", self.index
        return lambda struct: getattr(struct, array)[index] if index < getattr(struct, length) else 0

    def schema(self, version: int) -> dict[str, Any]:
        return number_schema(32, version)


class Computed(StructKind):
    """A field by a function of its own, visible as such in the table.

    styles: by the version that began it, the function of slurm.lookups. schema_of: the kind that has the
    schema of what it gives.
    """

    def __init__(self, styles: Mapping[int, str], empty: Any = None, schema_of: Kind = ANY) -> None:
        self.styles = styles
        self.empty = empty
        self.schema_of = schema_of

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function(at(self.styles, version))

    def schema(self, version: int) -> dict[str, Any]:
        return self.schema_of.schema(version)


class Mean(StructKind):
    """A sum divided by its count, both members, in whole numbers; 0 for none.

    structured: the version from which it may be unset, and is for none.
    """

    empty = 0

    def __init__(self, total: str, count: str, structured: int = 1 << 30) -> None:
        self.total = total
        self.count = count
        self.structured = structured

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        total, count = self.total, self.count
        number = structure(0, -1) if version >= self.structured else int

        def mean(struct: Any) -> Any:
            divisor: int = getattr(struct, count)
            return number(getattr(struct, total) // divisor if divisor > 0 else 0)

        return mean

    def schema(self, version: int) -> dict[str, Any]:
        return numbered(64, version) if version >= self.structured else number_schema(64, version)


class Items(StructKind):
    """A list of records. function: of slurm.lookups, gives what the record's rows are about.

    In a body its value is values.StructList: schema.parse reads it. component: the list's name in the
    OpenAPI document, if it is not the record's own (Record.plural).
    """

    readable = True

    def __init__(self, record: Record, function: str = "", component: Names = "") -> None:
        self.record = record
        self.function = function
        self.component = component

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function(self.function)

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.list_schema(version, self.component)


class Inner(Items):
    """One record within a body, or a list of them. Its value is values.StructList.

    lists: by the version that began it, whether a list is taken too. listed: the version from which only a
    list is.
    """

    def __init__(self, record: Record, lists: Mapping[int, bool], listed: int = 1 << 30) -> None:
        super().__init__(record)
        self.lists = lists
        self.listed = listed

    def takes(self, version: int, a_list: bool) -> bool:
        """Whether what is there is to be one record."""
        return version < self.listed and not (a_list and at(self.lists, version))

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.schema(version) if version < self.listed else super().schema(version)


class Object(Kind):
    """An object of a body that is a record of its own: {member: value}, which schema.parse reads."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.schema(version)


class Nested(StructKind):
    """A record that a member points to; all of it is empty where it points to none."""

    def __init__(self, record: Record, member: str) -> None:
        self.record = record
        self.member = member

    def empty_at(self, version: int) -> Any:
        fields = [(field.name_at(version), field.kind_at(version)) for field in self.record.fields]
        return {name: kind.empty_at(version) for name, kind in fields if name is not None}

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        member = self.member
        return lambda struct: getattr(struct, member)

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.schema(version)


#: null alone, in OpenAPI 3.0; beside a reference "nullable" says nothing, and nothing without a type.
NULL = {"type": "string", "nullable": True, "enum": [None]}


class SubRecord(StructKind):
    """A record that a function of slurm.lookups gives what it is about. null: there may be nothing."""

    def __init__(self, record: Record, function: str, null: bool = False) -> None:
        self.record = record
        self.function = function
        self.nullable = null

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function(self.function)

    def schema(self, version: int) -> dict[str, Any]:
        schema = self.record.schema(version)
        return {"anyOf": [schema, NULL]} if self.nullable else schema


class Converter(Kind):
    """The exception on the way in: a function of the document's value, given where it is defined.

    schema_of: the kind that has the schema of what it takes. several, switch: as Kind has them.
    """

    def __init__(
        self,
        function: Callable[[Any], Any],
        schema_of: Kind = ANY,
        *,
        several: Callable[[list[str]], Any] | None = None,
        switch: bool = False,
    ) -> None:
        self._function = function
        self.schema_of = schema_of
        self.several = several
        self.switch = switch

    def parse(self, value: Any) -> Any:
        return self._function(value)

    def schema(self, version: int) -> dict[str, Any]:
        return self.schema_of.schema(version)


class Ignored(Kind):
    """A property that a body may have and that changes nothing. why: the warning says this; "" for none.

    schema_of: the kind that has its schema.
    """

    readable = False

    def __init__(self, why: str = "it is read-only", schema_of: Kind = ANY) -> None:
        self.ignored_warning = why
        self.schema_of = schema_of

    def schema(self, version: int) -> dict[str, Any]:
        return self.schema_of.schema(version)
