"""fields= and sort=: a record cut down to the fields whose paths in documents are named.

What is not named is not in the table any more, so that neither the compiled function nor the writer in C has
to know of a choice.
"""

from __future__ import annotations

from copy import copy

from restd_inet import lazy
from restd_inet.problems import Problem, quoted
from restd_inet.schema.compile import function
from restd_inet.schema.kinds.base import ABSENT, Kind
from restd_inet.schema.kinds.composite import StructKind
from restd_inet.schema.record import Field, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    #: Field → the paths below it, None for all of it.
    Chosen = dict[Field, list[str] | None]


class Selected(Record):
    """A record of one request. paths: those that were named, each of a field or of what is in one."""

    __slots__ = ("paths",)
    temporary = True
    paths: list[str]

    def columns(self, version: int) -> list[str]:
        return self.paths


class _Picked(Kind):
    """Some keys of the objects that another kind writes. paths: those keys, below one another."""

    def __init__(self, kind: Kind, paths: list[str]) -> None:
        self.kind = kind
        self.paths = paths

    def empty_at(self, version: int) -> Any:
        empty = self.kind.empty_at(version)
        return empty if empty is ABSENT else _pick(empty, self.paths)

    def dump(self, version: int, binding: Any) -> Callable[[Any], Any]:
        whole, paths = function(self.kind, version, binding), self.paths
        return lambda x: found if (found := whole(x)) is ABSENT else _pick(found, paths)


class _PickedOfStruct(_Picked, StructKind):
    """The same of a kind of several members."""

    narrowed = True


def selected(record: Record, version: int, paths: Iterable[str], parameter: str = "fields") -> Record:
    """The record with these fields, in this order; an object's path stands for all that is in it.

    Raises Problem 400 for an unknown path, with the nearest. parameter: in which it was given.
    """
    chosen: Chosen = {}
    for path in paths:
        if not _add(record, version, path, chosen):
            known = list(dict.fromkeys(_paths(record, version)))
            hint = lazy.module("restd_inet.nearest").hint(path[:64], known)
            raise Problem(400, f"{parameter}: {quoted(path)} is not a field of this list{hint}")
    fields = []
    for field, inner in chosen.items():
        kind = field.kind_at(version)
        if inner is not None:
            kind = _narrowed(field, kind, version, inner)
        fields.append(Field(field.member, kind, field.name_at(version) or "", doc=field.doc))
    found = Selected(record.name, record.struct, *fields)
    found.paths = [path for field, inner in chosen.items() for path in _named(field, version, inner)]
    return found


def _named(field: Field, version: int, inner: list[str] | None) -> list[str]:
    """The paths of what is chosen of a field."""
    name = field.name_at(version) or ""
    return [name] if inner is None else [f"{name}.{path}" for path in inner]


def at_path(value: Any, path: Iterable[str]) -> Any:
    """The value at a path of a document; None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _narrowed(field: Field, kind: Kind, version: int, inner: list[str]) -> Kind:
    """The kind that writes only what is at some paths below a field."""
    part = _part(field, version)
    if part is None:
        return (_PickedOfStruct if isinstance(kind, StructKind) else _Picked)(kind, inner)
    found: Any = copy(kind)
    found.record = selected(part, version, inner)
    found.narrowed = True
    narrowed: Kind = found
    return narrowed


def _add(record: Record, version: int, path: str, chosen: Chosen) -> bool:
    """Adds the fields of a path; False if there are none."""
    found = False
    for field in record.fields:
        name = field.name_at(version)
        if name is None:
            continue
        if name == path or name.startswith(f"{path}."):
            chosen[field] = None
            found = True
        elif path.startswith(f"{name}."):
            rest = path[len(name) + 1 :]
            if found := rest in _inner(field, version):
                below = chosen.setdefault(field, [])
                if below is not None:
                    below.append(rest)
    return found


def _part(field: Field, version: int) -> Record | None:
    """The record in a field."""
    found: Record | None = getattr(field.kind_at(version), "record", None)
    return found


def _inner(field: Field, version: int) -> Iterator[str]:
    """The paths below a field."""
    part = _part(field, version)
    return _paths(part, version) if part else _keys(field.schema(version))


def _keys(schema: dict[str, Any]) -> Iterator[str]:
    """The paths of the objects that have a schema."""
    for option in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        for name, inner in option.get("properties", {}).items():
            yield name
            yield from (f"{name}.{path}" for path in _keys(inner))


def _paths(record: Record, version: int) -> Iterator[str]:
    """All paths at a version: of fields, of the objects that they are in, and of what is in them."""
    for field in record.fields:
        name = field.name_at(version)
        if name is None:
            continue
        steps = name.split(".")
        yield from (".".join(steps[:count]) for count in range(1, len(steps) + 1))
        yield from (f"{name}.{path}" for path in _inner(field, version))


def _pick(value: Any, paths: list[str]) -> Any:
    """An object with the keys at some paths alone; of a list, each of its objects."""
    if isinstance(value, list):
        return [_pick(item, paths) for item in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for path in paths:
        name = path.partition(".")[0]
        if name not in value:
            continue
        below = [other.partition(".")[2] for other in paths if other.partition(".")[0] == name]
        found[name] = _pick(value[name], below) if all(below) else value[name]
    return found
