"""ROUTES → the paths of a document and the schemas they refer to, at one version of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from restd_inet.openapi import examples, scripts
from restd_inet.openapi.components import OWN, Named
from restd_inet.openapi.order import deprecate, in_order, is_deprecated, needs_body, parameters
from restd_inet.openapi.schemas import EVENT, Schema, answer_schema, body_schema, failure_schema
from restd_inet.openapi.statuses import failures
from restd_inet.schema.answers import PLUGINS
from restd_inet.schema.kinds.base import at
from restd_inet.schema.versions import NAMES, V1, V35, V36, V38, V39, V40

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from restd_inet.commands import Route
    from restd_inet.schema.record import Field

MEDIA = {V1: ("application/json", "application/x-yaml"), V39: ("application/json",)}
#: The field of requests that change something, and that of an answer which is an earlier request's.
KEY: Schema = {
    "name": "Idempotency-Key",
    "description": "A new text for each thing to do: the same request sent again with it is not done again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 257},
}
REPLAYED: Schema = {
    "description": '"true" if this is the answer to an earlier request with the same Idempotency-Key.',
    "schema": {"type": "string", "enum": ["true"]},
}
#: Fields of a request for bytes → what they are for.
FIELDS = {
    "Range": "One range of bytes, such as bytes=1000-, bytes=0-999 or bytes=-100 (RFC 9110 section 14.2).",
    "If-Range": "An ETag: the range of that content alone; of any other the whole is answered.",
    "If-None-Match": "An ETag: 304 while the content is the same.",
}
#: The same of an answer.
OF_BYTES = {
    "ETag": "Entity tag: of a file its inode, size and time of modification.",
    "Content-Range": "Where the range lies, and the size of the whole.",
}
#: Path parameter → its description.
PARAMETERS = {
    "job_id": (
        "Job id: a number, 123_4 for an array's task, 123+1 for a component of a heterogeneous job, or "
        "(Slurm 26.05) a SLUID."
    ),
    "node_name": "Name of a node.",
    "partition_name": "Name of a partition.",
    "reservation_name": "Name of a reservation.",
    "account_name": "Name of an account.",
    "cluster_name": "Name of a cluster.",
    "qos": "Name of a QOS.",
    "qos_name": "Name of a QOS.",
    "user_name": "Name of a user.",
    "name": "Name of a user.",
    "wckey": "Id of a WCKey.",
    "id": "Id of a WCKey.",
    "step": "Step: a number, batch, extern or interactive.",
}


class Operations:
    """Those of one version."""

    def __init__(self, version: int, routes: Iterable[tuple[str, Route]]) -> None:
        self.version = version
        self._paths: dict[str, Schema] = {}
        self._schemas: dict[str, Schema] = {}
        for family, route in routes:
            if route.since <= version <= route.until:
                self._add(family, route)

    def document(self) -> Schema:
        deprecate(self._schemas, f"{NAMES[self.version]}_", self.version)
        found: Schema = in_order({"paths": self._paths, "components": {"schemas": self._schemas}})
        return found

    def _add(self, family: str, route: Route) -> None:
        """An operation."""
        path = self._path(family, route)
        names = Named(self._schemas, self._prefix(family), OWN.get(self.version))
        operation: Schema = {
            "tags": [family if self.version >= V40 else "slurm"],
            "operationId": self._operation(family, route),
            "responses": self._responses(family, route, names),
        }
        if route.summary:
            operation["summary"] = route.summary
            operation["description"] = route.description or route.summary
        where = f"{family} {'/'.join(route.path)}"
        found = parameters(where, self.version, list(self._parameters(family, route, names)))
        if route.body is not None and route.body.scripts:
            found += scripts.parameters()
        if found:
            operation["parameters"] = found
        if route.body is not None and route.body.record.fields:
            schema = names.filled(body_schema(route.body, self.version))
            example = examples.body(family, route, self.version)
            required = {"required": True} if needs_body(where, self.version) else {}
            operation["requestBody"] = {**required, "content": self._content(schema, example)}
            if route.body.scripts:
                operation["requestBody"]["content"] |= scripts.content(self.version, names.filled)
        self._paths.setdefault(path, {})[route.method.lower()] = operation

    def _prefix(self, family: str) -> str:
        name = NAMES[self.version]
        if self.version == V35:
            return ""
        return f"db{name}_" if family == "slurmdb" and self.version <= V39 else f"{name}_"

    def _path(self, family: str, route: Route) -> str:
        slash = "/" if route.slash and not V36 <= self.version <= V38 else ""
        return f"/{family}/{NAMES[self.version]}/{'/'.join(route.path)}{slash}"

    def _operation(self, family: str, route: Route) -> str:
        """slurmrestd's operationId: generated clients have methods of these names."""
        named = route.operation
        if not isinstance(named, str):
            named = at({V1: "", **named}, self.version) or ""
        if not named:
            words = [word for word in route.path if not word.startswith("{")]
            method = route.method.lower()
            named = "_".join(["update" if method == "post" and self.version <= V39 else method, *words])
        if self.version >= V39:
            return f"{family}_{NAMES[self.version].replace('.', '')}_{named}"
        if V36 <= self.version < V38:
            return f"{PLUGINS[family][1]}_{named}"
        return f"{family}_{NAMES[self.version].replace('.', '_')}_{named}"

    def _parameters(self, family: str, route: Route, names: Named) -> Iterator[Schema]:
        for segment in route.path:
            if segment.startswith("{"):
                name = segment[1:-1]
                schema = {"type": "integer" if name == "job_id" and self.version <= V36 else "string"}
                yield self._parameter(name, "path", PARAMETERS.get(name, ""), True, schema)
        if family == "restd" and route.takes_key(family):
            yield {**KEY, "in": "header", "required": False, "style": "simple", "explode": False}
        for field in route.query.fields if route.query else ():
            name = field.name_at(self.version) or ""
            if name:
                schema = names.filled(self._query_schema(field))
                doc = field.description(self.version)
                found = self._parameter(name, "query", doc, bool(field.required), schema)
                yield found | ({"deprecated": True} if is_deprecated(name, self.version) else {})
        for name, doc in FIELDS.items() if route.answer.media else ():
            yield {"name": name, "in": "header", "description": doc, "schema": {"type": "string"}}

    def _query_schema(self, field: Field) -> Schema:
        """The schema of a parameter: from v0.0.39 on a string."""
        schema = field.schema(self.version)
        if self.version < V39:
            return {"type": "string"} if "items" in schema else schema
        inner = schema.get("items", schema)
        return {"type": "string", **({"enum": inner["enum"]} if "enum" in inner else {})}

    def _parameter(self, name: str, where: str, doc: str, required: bool, schema: Schema) -> Schema:
        parameter = {"name": name, "in": where, "required": required, "schema": schema}
        if doc:
            parameter["description"] = doc
        return parameter | {"style": "simple" if where == "path" else "form", "explode": False}

    def _responses(self, family: str, route: Route, names: Named) -> Schema:
        if route.answer.media:
            return {**self._bytes(route.answer.media), **self._failures(family, route, names)}
        schema = names.filled(answer_schema(route.answer, self.version))
        example = examples.answer(family, route, self.version)
        content = self._content(schema, example)
        if route.query and any(field.member == "watch" for field in route.query.fields):
            content["text/event-stream"] = content["application/x-ndjson"] = {"schema": names.filled(EVENT)}
        found: Schema = {"200": {"description": "Success.", "content": content}}
        if family == "restd" and route.takes_key(family):
            found["200"]["headers"] = {"Idempotency-Replayed": REPLAYED}
        return {**found, **self._failures(family, route, names)}

    def _bytes(self, media: str) -> Schema:
        """The answers that are bytes."""
        content = {media: {"schema": {"type": "string", "format": "binary"}, "example": "hello\n"}}
        headers = {name: {"description": doc, "schema": {"type": "string"}} for name, doc in OF_BYTES.items()}
        etag = {"ETag": headers["ETag"]}
        return {
            "200": {
                "description": "The whole content, or its last lines.",
                "headers": etag,
                "content": content,
            },
            "206": {"description": "The range of it.", "headers": headers, "content": content},
        }

    def _failures(self, family: str, route: Route, names: Named) -> Schema:
        failed = self._content(names.filled(failure_schema(route.answer, self.version)))
        found: Schema = {}
        for status, meaning in failures(family, route, self.version):
            # In one media type: this is the bulk of a document whose answers have no names.
            found[status] = {"description": meaning}
            if status != "304":
                found[status]["content"] = dict([next(iter(failed.items()))])
        return {**found, "default": {"description": "Another error; see `errors`.", "content": failed}}

    def _content(self, schema: Schema, example: Any = None) -> Schema:
        """The media types of a body or an answer; the example is in the first."""
        found: Schema = {media: {"schema": schema} for media in at(MEDIA, self.version)}
        if example is not None:
            next(iter(found.values()))["example"] = example
        return found
