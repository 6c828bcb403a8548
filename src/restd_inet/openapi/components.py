"""Schemas that have a name: components of a document, added as they are referred to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from restd_inet.openapi.order import beside
from restd_inet.schema.kinds.base import Component
from restd_inet.schema.versions import V39

if TYPE_CHECKING:
    from restd_inet.openapi.schemas import Schema

#: The components that accounting has for itself. v0.0.39 has those that are not its data parser's, versions
#: before it all, later ones none.
OWN = {
    V39: frozenset(
        (
            *("account_info", "associations_info", "clusters_info", "config_info", "job_info", "qos_info"),
            *("tres_info", "user_info", "wckey_info", "diag", "meta", "error", "errors"),
            *("warning", "warnings"),
            *("status", "response_associations_delete"),
            *("set_config", "tres_update", "update_qos", "update_users"),
        )
    )
}


class Named:
    """The components of a document under one prefix. own: all others have the prefix without "db"."""

    def __init__(self, schemas: dict[str, Schema], prefix: str, own: frozenset[str] | None = None) -> None:
        self._schemas = schemas
        self._prefix = prefix
        self._own = own

    def filled(self, schema: Any) -> Any:
        """A schema with references in place of Components, which are added to the document."""
        if isinstance(schema, list):
            return [self.filled(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        content = {key: self.filled(value) for key, value in schema.items()}
        if not isinstance(schema, Component):
            return content
        shared = self._own is not None and schema.name not in self._own
        name = (self._prefix.removeprefix("db") if shared else self._prefix) + schema.name
        known = self._schemas.setdefault(name, content)
        if bare(known) != bare(content):
            raise ValueError(f"two schemas are called {name}:\n{json.dumps(known)}\n{json.dumps(content)}")
        found = {"$ref": f"#/components/schemas/{name}"}
        return {**beside(found), "description": schema.doc} if schema.doc else found


def bare(schema: Any) -> Any:
    """A schema without its descriptions."""
    if isinstance(schema, list):
        return [bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: bare(value)
        for key, value in schema.items()
        if key != "description" or not isinstance(value, str)
    }
