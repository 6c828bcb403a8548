"""Lists that are answered whole: fields= chooses, Accept makes lines of them; what is in them, a function."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.restd._lists import FIELDS, list_route
from restd_inet.schema.answers import Answer, list_v39
from restd_inet.schema.record import Field, Record
from restd_inet.schema.select import selected
from restd_inet.schema.versions import V1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class Table:
    """record, key: as Answer has them. find: the records of a call. parameters: beside fields=."""

    def __init__(
        self,
        record: Record,
        key: str,
        find: Callable[[Call], Iterable[Any]],
        *parameters: Field,
        component: str = "",
    ) -> None:
        self.record = record
        self.key = key
        self._find = find
        self.query = Record(f"query of {component or key}", "", *parameters, FIELDS)
        self.answer = self._answered(record, component or f"restd_{key}_resp")

    def _answered(self, record: Record, component: str = "") -> Answer:
        return Answer(record, self.key, {V1: list_v39}, component=component, lines=True, required=(self.key,))

    def route(self, path: str, summary: str, description: str) -> Route:
        """The operation of the list."""
        return list_route(self, path, summary, description)

    def resolve(self, query: dict[str, Any], version: int) -> dict[str, Any]:
        """A query with the record of its fields."""
        if "fields" not in query:
            return query
        return {**query, "fields": selected(self.record, version, query["fields"])}

    def get(self, call: Call) -> Result:
        found, chosen = self._find(call), call.query.get("fields")
        if iter(found) is found:  # an entity tag is made of what can be read twice
            found = list(found)
        return Result(found, answer=self.answer if chosen is None else self._answered(chosen))
