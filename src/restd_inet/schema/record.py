"""Tables: a record is a list of fields, and a field is a C member, its kind, and its names by API version."""

from __future__ import annotations

from restd_inet.schema.fields import Changed, Kind, at
from restd_inet.schema.versions import V1, V35

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Field:
    """One row of a record table: a C member, its kind, and its name in documents.

    member: of the C struct; None for a kind that works on the whole struct, or fills several members.
    name: "" if it is the member's. v1: the name in v1, "" if it is the same.
    changes: the name by the version that changed it; None where the field is gone. A name is a path:
    "maximums.nodes" is a field of the object "maximums".
    since, until: the versions that have it. aliases: other names that are understood in a body.
    """

    __slots__ = ("aliases", "kind", "member", "names", "since", "until")

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
    ) -> None:
        self.member = member
        self.kind = kind
        name = name or member or ""
        self.names: dict[int, str | None] = {V1: v1 or name, V35: name, **(changes or {})}
        self.since = since
        self.until = until
        self.aliases = aliases

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


class Record:
    """A table: the rows of one record, in the order in which they are written.

    struct: the C type, for members that a Slurm release may lack; "" for records that are not C's.
    """

    __slots__ = ("fields", "name", "struct")

    def __init__(self, name: str, struct: str, *fields: Field) -> None:
        self.name = name
        self.struct = struct
        self.fields = fields
