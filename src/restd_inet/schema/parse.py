"""Reads a document by a record table at an API version: what the members of a struct are to hold.

It walks the table: documents are small, and their mistakes want good messages.
"""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.problems import ApiWarning, MoreUnknown, Path, Problem, Problems, path_text
from restd_inet.schema.kinds.base import ABSENT, Kind
from restd_inet.schema.kinds.composite import Inner, Items, Object
from restd_inet.schema.kinds.numbers import Number
from restd_inet.schema.kinds.values import UNSET, Deferred, Invalid, StructList, clip, kind_of
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Tree = dict[str, "Field | Tree"]


#: Unknown properties with the nearest known name come among so many warnings, the first ones.
_HINTS = 10


def parse(
    record: Record, version: int, document: object, path: Path = (), warnings: list[ApiWarning] | None = None
) -> dict[str, Any]:
    """What a document says of a record's members: {member: value}; what it does not name is absent.

    warnings: from v0.0.39 on an unknown property is passed over with a warning that is added here, as
    slurmrestd has it; without it, and in older versions, it is refused. Raises Problem 400 with the place
    in the document: a value that its kind does not take, an unknown property (with the nearest known
    name), two properties that fill the same member differently. All of these are in one Problem.
    """
    problems = Problems()
    values = _read(record, version, document, path, warnings if version >= V39 else None, problems)
    problems.check()
    return values


def _read(
    record: Record,
    version: int,
    document: object,
    path: Path,
    warnings: list[ApiWarning] | None,
    problems: Problems,
) -> dict[str, Any]:
    reading = _Reading(version, warnings, problems)
    reading.walk(document, tree(record, version), path)
    return reading.values


class _Reading:
    """The reading of one record in a document. values: so far, by member; said: and by which property."""

    def __init__(self, version: int, warnings: list[ApiWarning] | None, problems: Problems) -> None:
        self.version = version
        self.problems = problems
        self.warnings = warnings
        self.values: dict[str, Any] = {}
        self.said: dict[str, str] = {}

    def walk(self, document: object, known: Tree, path: Path) -> None:
        """An object of the record: itself, or one that is made of the paths of its rows."""
        if not isinstance(document, dict):
            self.wrong(path, f"expected an object, found {kind_of(document)}")
            return
        for name, value in document.items():
            where = (*path, name)
            # slurmrestd takes names in any case, and some of its documents have capitals ("memory_per_CPU").
            field = known.get(name) or known.get(name.lower())
            if field is None:
                self.unknown(name, where, known)
            elif isinstance(field, dict):
                if value is not None:
                    self.walk(value, field, where)
            elif value is not None or field.kind_at(self.version).null is not ABSENT:
                self.field(field, name, value, where)

    def unknown(self, name: str, where: Path, known: Tree) -> None:
        if self.warnings is None:  # Problems.MOST at most
            self.wrong(where, f"unknown property{_hint(name, list(known))}")
        elif len(self.warnings) < MoreUnknown.MOST:
            # The nearest name takes a comparison with each known one.
            hint = _hint(name, list(known)) if len(self.warnings) < _HINTS else ""
            self.warn(f'Ignoring unknown field "{clip(name)}"{hint}', where)
        else:
            MoreUnknown.add(self.warnings)

    def wrong(self, where: Path, text: str) -> None:
        self.problems.add(Problem(400, f"{_show(where)}: {text}", path=where))

    def warn(self, text: str, where: Path) -> None:
        if self.warnings is not None:
            self.warnings.append(ApiWarning(text, "#/" + "/".join(map(str, where)) + "/"))

    def field(self, field: Field, name: str, value: object, where: Path) -> None:
        """One property that the record has."""
        kind = field.kind_at(self.version)
        if not kind.readable:
            self.ignored_warning(kind, value, where)
            return
        try:
            parsed: Any = self.read(kind, value, where)
        except Invalid as error:
            self.wrong(where, _minutes(field, kind, value) or str(error))
            return
        for member, content in parsed.items() if field.member is None else ((field.member, parsed),):
            if isinstance(content, Deferred):
                content.path = where
            if content is UNSET or (member in self.values and self.values[member] == content):
                continue
            if member not in self.values:
                self.values[member] = content
                self.said[member] = name
            elif isinstance(content, frozenset) and isinstance(self.values[member], frozenset):
                self.values[member] |= content
            else:
                self.wrong(where, f"cannot be given together with {self.said[member]}")

    def ignored_warning(self, kind: Kind, value: object, where: Path) -> None:
        """A property that answers have: what was read may be posted, as far as it is."""
        if kind.ignored_warning and value and self.warnings is not None:
            self.warn(f"{_show(where)}: {kind.ignored_warning}", where)

    def read(self, kind: Kind, value: object, where: Path) -> Any:
        if value is None:
            return kind.null
        if isinstance(kind, Items):
            return self.nested(kind, value, where)
        if isinstance(kind, Object):
            return self.record(kind.record, value, where)
        return kind.parse(value)

    def record(self, record: Record, document: object, where: Path) -> dict[str, Any]:
        """A record in this one."""
        return _read(record, self.version, document, where, self.warnings, self.problems)

    def nested(self, kind: Items, value: object, where: Path) -> StructList:
        """A list of records, or one."""
        if isinstance(kind, Inner) and kind.takes(self.version, isinstance(value, list)):
            item = self.record(kind.record, value, where)
            return StructList(kind.record.struct, [item], listed=False)
        if not isinstance(value, list):
            raise Invalid(f"expected a list, found {kind_of(value)}")
        items = [self.record(kind.record, item, (*where, index)) for index, item in enumerate(value)]
        return StructList(kind.record.struct, items, where)


def _minutes(field: Field, kind: Kind, value: object) -> str:
    """What is wrong with a text for a field whose unit is minutes; "" if that is not so."""
    given = value.get("number") if isinstance(value, dict) else value
    if not isinstance(given, str) or "in minutes" not in field.doc:
        return ""
    found: str = lazy.module("restd_inet.schema.minutes").expected(given, isinstance(kind, Number))
    return found


def tree(record: Record, version: int) -> Tree:
    """The properties that a body may have at a version, by name; nested objects are trees of their own."""
    found: Tree = {}
    for path, field in names(record, version).items():
        *parents, leaf = path.split(".")
        inner = found
        for parent in parents:
            deeper = inner.setdefault(parent, {})
            assert isinstance(deeper, dict), f"{record.name}: {path} is below a field"
            inner = deeper
        inner[leaf] = field
    return found


def names(record: Record, version: int) -> dict[str, Field]:
    """The names that a body may use at a version, the proper ones first."""
    fields = [(field.name_at(version), field) for field in record.fields]
    known = {name: field for name, field in fields if name is not None}
    for name, field in fields:
        if name is not None:
            for alias in field.aliases:
                known.setdefault(alias, field)
    return known


def _show(path: Path) -> str:
    return path_text(path) or "the document"


def _hint(name: str, known: list[str]) -> str:
    found: str = lazy.module("restd_inet.nearest").hint(name, known)
    return found
