"""Tables: a record is a list of fields, and a field is a C member, its kind, and its names by API version."""

from __future__ import annotations

from restd_inet.schema.kinds.base import Changed, Kind, at, called, documented
from restd_inet.schema.versions import V1, V35

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from restd_inet.schema.kinds.base import Names


class Field:
    """One row of a record table: a C member, its kind, and its name in documents.

    member    of the C struct; None for a kind that works on the whole struct, or fills several members
    name      "" if it is the member's; a path: "maximums.nodes" is a field of the object "maximums"
    v1        the name in v1, "" if it is the same
    changes   the name by the version that changed it; None where the field is gone
    since, until  the versions that have it
    aliases   other names that a body may use
    doc       its description in the OpenAPI document, with the unit; by default its kind's
    required  the version from which that document requires it, V1 for all
    schema_of by the version that began it, the kind that has its schema there, where that is narrower than
              what the field takes
    """

    __slots__ = ("aliases", "doc", "kind", "member", "names", "required", "schema_of", "since", "until")

    def __init__(
        self,
        member: str | None,
        kind: Kind,
        name: str = "",
        changes: Mapping[int, str | None] | None = None,
        *,
        v1: str = "",
        since: int = V1,
        until: int = 1 << 30,
        aliases: tuple[str, ...] = (),
        doc: str = "",
        required: int = 0,
        schema_of: Mapping[int, Kind] | None = None,
    ) -> None:
        self.schema_of = schema_of or {}
        self.member = member
        self.kind = kind
        name = name or member or ""
        self.names: dict[int, str | None] = {V1: v1 or name, V35: name, **(changes or {})}
        self.since = since
        self.until = until
        self.aliases = aliases
        self.doc = doc
        self.required = required

    def name_at(self, version: int) -> str | None:
        """The field's path at a version; None if that version does not have it."""
        if not self.since <= version <= self.until:
            return None
        name: str | None = at(self.names, version)
        return name

    def kind_at(self, version: int) -> Kind:
        """The field's kind at a version."""
        kind: Kind = at(self.kind.kinds, version) if isinstance(self.kind, Changed) else self.kind
        return kind

    def description(self, version: int) -> str:
        """Its description in the OpenAPI document of a version; "" for none."""
        return self.doc or self.kind_at(version).doc

    def schema(self, version: int) -> dict[str, Any]:
        """Its OpenAPI schema at a version."""
        known = [since for since in self.schema_of if since <= version]
        kind = self.schema_of[max(known)] if known else self.kind_at(version)
        return kind.schema(version)


class Record:
    """A table: the rows of one record, in the order in which they are written.

    struct     the C type, for members that a Slurm release may lack; "" for records that are not C's
    component  its name in the OpenAPI document, after the version's; by the version that began it where it
               changed, "" where it has none
    plural     the same for a list of them
    parts      the same for objects that are made of the paths of rows, by path
    docs       the descriptions of such objects, by path
    doc        the description of rows that have none, {} for the name of the row
    """

    #: Whether it is made for one request: nothing that is made of it is kept.
    temporary = False

    __slots__ = ("component", "doc", "docs", "fields", "name", "parts", "plural", "struct")

    def __init__(
        self,
        name: str,
        struct: str,
        *fields: Field,
        component: Names = "",
        plural: Names = "",
        parts: Mapping[str, Names] | None = None,
        docs: Mapping[str, str] | None = None,
        doc: str = "",
    ) -> None:
        self.name = name
        self.struct = struct
        self.fields = fields
        self.component = component
        self.plural = plural
        self.parts = parts or {}
        self.docs = docs or {}
        self.doc = doc

    def columns(self, version: int) -> list[str]:
        """The paths of its fields at a version, in their order."""
        return [name for field in self.fields if (name := field.name_at(version))]

    def schema(self, version: int) -> dict[str, Any]:
        """The OpenAPI schema of the record at a version."""
        schema: dict[str, Any] = {"type": "object", "properties": {}}
        for field in self.fields:
            path = field.name_at(version)
            if path is None:
                continue
            *parents, leaf = path.split(".")
            inner = schema
            for depth, parent in enumerate(parents, start=1):
                known = documented(
                    {"type": "object", "properties": {}}, self.docs.get(".".join(parents[:depth]), "")
                )
                inner = inner["properties"].setdefault(parent, known)
            doc = field.description(version) or self.doc.format(path)
            inner["properties"][leaf] = documented(field.schema(version), doc)
            if field.required and version >= field.required:
                inner.setdefault("required", []).append(leaf)
        for path, name in self.parts.items():
            *parents, leaf = path.split(".")
            inner = schema
            for parent in parents:
                inner = inner["properties"].get(parent, {"properties": {}})
            if leaf in inner["properties"]:
                found = inner["properties"][leaf]
                bare = {key: value for key, value in found.items() if key != "description"}
                inner["properties"][leaf] = documented(
                    called(name, version, bare), found.get("description", "")
                )
        return called(self.component, version, schema)

    def list_schema(self, version: int, component: Names = "") -> dict[str, Any]:
        """The same of a list of them. component: its name, if it is not `plural`."""
        schema = {"type": "array", "items": self.schema(version)}
        return called(component or self.plural, version, schema)
