"""Answers: how records become a document, at each API version.

An Answer names a record table and, by the version that began it, a shape. A shape is a function of the
document's Parts; it knows nothing of versions.
"""

from __future__ import annotations

from restd_inet import installed
from restd_inet.schema.compile import dumper, rows
from restd_inet.schema.kinds.base import at
from restd_inet.schema.kinds.numbers import structure
from restd_inet.schema.records.meta import META
from restd_inet.schema.records.problem import PROBLEM
from restd_inet.schema.records.warning import WARNING
from restd_inet.schema.versions import NAMES, V1, V36, V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from restd_inet.problems import ApiWarning, Problem
    from restd_inet.schema.compile import Rows, Slurm
    from restd_inet.schema.kinds.base import Kind, Names
    from restd_inet.schema.record import Record

    Layout = Callable[["Parts"], Any]


#: So many records are written as one text, without a step for each.
_FEW = 16


class Envelope:
    """What every answer says beside its records.

    version: of the API. structs: libslurm, None in an answer that was given without asking it.
    family: the path's first segment. client: where the request came from; user, group: who it acts as,
    "" before that is known. warnings: what of the request was passed over. flags: those of -d, as given.
    """

    __slots__ = ("client", "family", "flags", "group", "structs", "user", "version", "warnings")

    def __init__(
        self,
        version: int,
        structs: Slurm | None = None,
        family: str = "slurm",
        client: str = "",
        user: str = "",
        group: str = "",
        warnings: Iterable[ApiWarning] = (),
        flags: str = "",
    ) -> None:
        self.flags = flags
        self.version = version
        self.structs = structs
        self.family = family
        self.client = client
        self.user = user
        self.group = group
        self.warnings = warnings


class Meta:
    """Who answers. version: as paths name it. plugin: the part of slurmrestd that has this family.

    release: Slurm's; its numbers are major.minor.micro. What slurm.conf says is empty in an answer that
    was given without asking libslurm.
    """

    __slots__ = (
        "accounting_storage", "client", "cluster", "command", "group", "major", "micro", "minor", "parser",
        "plugin", "plugin_name", "release", "user",
    )  # fmt: skip

    def __init__(self, envelope: Envelope) -> None:
        version, structs = envelope.version, envelope.structs
        name = NAMES[version]
        prefix, daemon = PLUGINS.get(envelope.family, ("", envelope.family))
        self.plugin = f"openapi/{daemon if version >= V40 else prefix + name}"
        self.plugin_name = daemon if version >= V40 else f"DB {name}" if prefix else name
        self.parser = f"{'data_parser/' if version >= V40 else ''}{name}{envelope.flags}"
        self.release = installed.release()
        self.major, self.minor, self.micro = self.release.split(".")
        self.client, self.user, self.group = envelope.client, envelope.user, envelope.group
        self.command: list[str] = []
        asked = structs is not None and version >= V40
        self.accounting_storage = structs.accounting_storage if structs and asked else ""
        self.cluster = structs.cluster_name if structs and asked else ""


#: Family → what slurmrestd's plugin for it is called: before the version up to v0.0.39, and alone later.
PLUGINS = {"slurm": ("", "slurmctld"), "slurmdb": ("db", "slurmdbd"), "util": ("", "util")}


class Parts:
    """What a document is made of.

    key: the name of its records. rows: the records, as dicts, one by one. errors: as records.
    """

    __slots__ = ("_envelope", "_records", "errors", "key", "rows")

    def __init__(
        self,
        envelope: Envelope,
        key: str,
        rows: Rows,
        errors: list[dict[str, Any]],
        records: Any = (),
    ) -> None:
        self._envelope = envelope
        self._records = records
        self.key = key
        self.rows = rows
        self.errors = errors

    @property
    def listed(self) -> Any:
        """The records as a list; an iterator that stands for one if there may be many."""
        records = self._records
        few = hasattr(records, "__len__") and len(records) <= _FEW and not hasattr(self.rows, "json")
        return list(self.rows) if few else self.rows

    @property
    def meta(self) -> dict[str, Any]:
        """Of the documents that have it."""
        return dumper(META, self._envelope.version, None)(Meta(self._envelope))

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """Of the documents that have them."""
        return [dumper(WARNING, self._envelope.version, None)(warning) for warning in self._envelope.warnings]

    def some(self, nothing: Any) -> Any:
        """The records as a list; `nothing` if there are none."""
        return list(self.rows) or nothing

    def apart(self) -> Any:
        """The records, each in a list of its own."""
        return [[row] for row in self.rows]

    @property
    def next(self) -> Any:
        """The last of the records, where more follow that a limit leaves out (slurm.results.Page)."""
        return getattr(self._records, "next", None)

    @property
    def place(self) -> str | None:
        """The same as a text."""
        return None if self.next is None else str(self.next)

    @property
    def waited(self) -> dict[str, Any]:
        """What a client is told that waits, for a change or for a state: keys of the document."""
        found = {"last_event_id": "id", "reached": "reached"}
        values = {key: getattr(self._records, name, None) for key, name in found.items()}
        return {key: value for key, value in values.items() if value is not None}

    @property
    def counts(self) -> dict[str, Any]:
        """How many records there are, where that was asked for: keys of the document."""
        counts = getattr(self._records, "counts", None)
        if counts is None:
            return {}
        groups = counts.groups
        listed = [] if groups is None else [{"name": name, "count": groups[name]} for name in groups]
        return {"count": counts.total} if groups is None else {"count": counts.total, "groups": listed}

    def time(self, member: str) -> Any:
        """A time of the message that the records came in; 0 if there is no message."""
        message = getattr(self._records, "message", None)
        return structure(-2, -1)(getattr(message, member, 0))


class Answer:
    """What an operation answers.

    keys: the name its records have in layouts that name them, by the version that began it; a text for
    one that never changed. many: there may be thousands of records, written the fastest way. plain: records
    are written as they are. component: the document's name in the OpenAPI document, by the version that began
    it where it changed; required: the keys that an answer always has there; schema_of: the answer whose
    schema it has there, as clients know it. lines: its records may be written as lines, without a document.
    media: the media type of bytes that are answered as they are; "": it is a document.
    """

    __slots__ = (
        "component", "keys", "layouts", "lines", "many", "media", "plain", "record", "required", "schema_of",
    )  # fmt: skip

    def __init__(
        self,
        record: Record | None,
        keys: str | Mapping[int, str],
        layouts: Mapping[int, Layout],
        *,
        many: bool = False,
        plain: bool = False,
        component: Names = "",
        required: tuple[str, ...] = (),
        schema_of: Answer | None = None,
        lines: bool = False,
        media: str = "",
    ) -> None:
        self.lines = lines
        self.media = media
        self.schema_of = schema_of
        self.component = component
        self.required = required
        self.record = record
        self.keys: Mapping[int, str] = {V1: keys} if isinstance(keys, str) else keys
        self.layouts = layouts
        self.many = many
        self.plain = plain

    def document(self, envelope: Envelope, records: Iterable[Any], problems: Iterable[Problem]) -> Any:
        """The document of a result; iterators in it stand for lists that are made as they are written."""
        written = iter(()) if self.record is None else self._rows(envelope, self.record, records)
        return self._shaped(envelope, written, problems, records)

    def table(self, envelope: Envelope, records: Iterable[Any]) -> tuple[Iterable[Any], list[str]]:
        """The records as lines have them, and the paths of their columns; or the numbers of records."""
        counts = getattr(records, "counts", None)
        if counts is not None:
            groups = {"": counts.total} if counts.groups is None else counts.groups
            return [{"name": name, "count": groups[name]} for name in groups], ["name", "count"]
        assert self.record is not None
        return self._rows(envelope, self.record, records), self.record.columns(envelope.version)

    def _rows(self, envelope: Envelope, record: Record, records: Iterable[Any]) -> Rows:
        if self.plain:
            return iter(records)
        structs = envelope.structs
        if self.many and structs is not None:
            return structs.rows(record, envelope.version, records)
        return rows(structs, record, envelope.version, records)

    def failure(self, envelope: Envelope, problem: Problem) -> Any:
        """The document of an operation that failed: from v0.0.36 on as that of one that found nothing."""
        if envelope.version < V36:
            return {"errors": errors(envelope.version, [problem, *problem.more])}
        document = self._shaped(envelope, iter(()), [problem, *problem.more])
        for field in self.record.fields if self.record and envelope.version >= V39 else ():
            name = field.name_at(envelope.version)
            if name in self.required:
                document.setdefault(name, _nothing(field.kind_at(envelope.version), envelope.version))
        return document

    def _shaped(
        self,
        envelope: Envelope,
        rows: Rows,
        problems: Iterable[Problem],
        records: Iterable[Any] = (),
    ) -> Any:
        version = envelope.version
        parts = Parts(envelope, at(self.keys, version), rows, errors(version, problems), records)
        return at(self.layouts, version)(parts)


def _nothing(kind: Kind, version: int) -> Any:
    """What a field that an answer always has is written as where there is no record."""
    empty = kind.empty_at(version)
    return {"string": "", "array": []}.get(kind.schema(version)["type"]) if empty is None else empty


def errors(version: int, problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as records."""
    return [dumper(PROBLEM, version, None)(problem) for problem in problems]


# Shapes up to v0.0.35.


def bare_list(parts: Parts) -> Any:
    """[record, …]"""
    return parts.rows


def bare(parts: Parts) -> Any:
    """record"""
    return next(parts.rows)


def flat(parts: Parts) -> Any:
    """{"errors": […], …record}; without a record the errors alone."""
    return {"errors": parts.errors, **next(parts.rows, {})}


def named(parts: Parts) -> Any:
    """{"errors": […], key: record}"""
    return {"errors": parts.errors, parts.key: next(parts.rows)}


def by_name(parts: Parts) -> Any:
    """{"errors": […], key: {record's name: record, …}}"""
    return {"errors": parts.errors, parts.key: {row["name"]: row for row in parts.rows}}


def by_host(parts: Parts) -> Any:
    """{"errors": […], key: {hostname: record, …, …the last record}}

    The first release meant to put each record into its host's object and wrote all of them beside
    those, the last over the others; clients may read either.
    """
    hosts: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for row in parts.rows:
        hosts[row.pop("hostname")] = last = row
    return {"errors": parts.errors, parts.key: {**hosts, **last}}


# Shapes from v0.0.36 on. Their rows may be empty: see Answer.failure.


def meta_list(parts: Parts) -> Any:
    """{"meta": {…}, "errors": […], key: [record, …]}"""
    return {"meta": parts.meta, "errors": parts.errors, parts.key: parts.listed}


def meta_named(parts: Parts) -> Any:
    """{"meta": {…}, "errors": […], key: record}"""
    return {"meta": parts.meta, "errors": parts.errors, parts.key: next(parts.rows, {})}


def meta_flat(parts: Parts) -> Any:
    """{"meta": {…}, "errors": […], …record}; without a record the rest alone."""
    return {"meta": parts.meta, "errors": parts.errors, **next(parts.rows, {})}


# Shapes from v0.0.39 on: the errors last, and warnings.


def ending_v39(parts: Parts) -> dict[str, Any]:
    """What every document ends with."""
    return {"meta": parts.meta, "errors": parts.errors, "warnings": parts.warnings}


def list_v39(parts: Parts) -> Any:
    """{key: [record, …], "meta": {…}, "errors": […], "warnings": […]}"""
    return {parts.key: parts.listed, **ending_v39(parts)}


def named_v39(parts: Parts) -> Any:
    """{key: record, "meta": {…}, "errors": […], "warnings": […]}"""
    return {parts.key: next(parts.rows, {}), **ending_v39(parts)}


def flat_v39(parts: Parts) -> Any:
    """{…record, "meta": {…}, "errors": […], "warnings": […]}; without a record the rest alone."""
    return {**next(parts.rows, {}), **ending_v39(parts)}


def flat_warned(parts: Parts) -> Any:
    """The same; problems beside a record are warnings."""
    row = next(parts.rows, None)
    if row is None:
        return ending_v39(parts)
    said = [{name: error[name] for name in ("description", "source")} for error in parts.errors]
    return {**row, "meta": parts.meta, "errors": [], "warnings": [*parts.warnings, *said]}


def dated_list(parts: Parts) -> Any:
    """{key: [record, …], "last_update": …, "meta": {…}, "errors": […], "warnings": […]}"""
    return {parts.key: parts.listed, "last_update": parts.time("last_update"), **ending_v39(parts)}


def dated_jobs(parts: Parts) -> Any:
    """The same, and when the backfill scheduler last looked at the jobs."""
    dates = {name: parts.time(name) for name in ("last_backfill", "last_update")}
    return {parts.key: parts.listed, **dates, **ending_v39(parts)}


#: An operation that gives nothing, or one that was not found.
DONE = Answer(
    None, "", {V1: flat, V36: meta_flat, V39: flat_v39}, component={V39: "status", V40: "openapi_resp"}
)
