"""Schemas of answers and bodies: a shape (schema.answers) puts together schemas instead of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from restd_inet.schema.answers import by_host, by_name
from restd_inet.schema.kinds.base import ANY, Component, at, called, documented
from restd_inet.schema.kinds.numbers import TIME
from restd_inet.schema.records.meta import META
from restd_inet.schema.records.problem import PROBLEM
from restd_inet.schema.records.warning import WARNING
from restd_inet.schema.versions import V1, V36, V39

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from restd_inet.commands import Body
    from restd_inet.schema.answers import Answer
    from restd_inet.schema.record import Record

Schema = dict[str, Any]


def frame(version: int) -> dict[str, Schema]:
    """The schemas of meta, errors and warnings."""
    return {
        "meta": documented(META.schema(version), "Metadata: plugin, client and release of Slurm."),
        "errors": documented(PROBLEM.list_schema(version), "Errors; empty after success."),
        "warnings": documented(
            WARNING.list_schema(version), "Warnings, such as ignored parts of the request."
        ),
    }


#: The key of an answer's or a body's records → its description.
KEYS = {
    "QOS": "QOS.",
    "TRES": "Trackable resources.",
    "accounts": "Accounts.",
    "added_accounts": "What was added.",
    "added_users": "What was added.",
    "associations": "Associations.",
    "clusters": "Clusters.",
    "crontab": "The crontab.",
    "debug": "The log level and the debug flags of slurmctld.",
    "deleted_clusters": "Names of the removed clusters.",
    "deleted_wckeys": "Removed workload characterization keys.",
    "events": "Events.",
    "federation": "The federation of the cluster.",
    "instances": "Instances.",
    "job_id": "Job id.",
    "job_submit_user_msg": "Message of a job submit plugin.",
    "jobs": "Jobs.",
    "licenses": "Licenses.",
    "limits": "Limits of each association.",
    "nodes": "Nodes.",
    "partitions": "Partitions.",
    "ping": "Result of each slurmctld.",
    "pings": "Result of each controller or daemon.",
    "priorities": "Priority factors of each job.",
    "qos": "QOS.",
    "removed_QOS": "Names of the removed QOS.",
    "removed_accounts": "Names of the removed accounts.",
    "removed_associations": "The removed associations.",
    "removed_qos": "Names of the removed QOS.",
    "removed_users": "Names of the removed users.",
    "report": "Lines of the report.",
    "reservations": "Reservations.",
    "results": "Result of each job, or of each task of an array.",
    "shares": "Shares of associations.",
    "slurmdbd_conf": "Parameters of slurmdbd.conf(5).",
    "statistics": "Statistics.",
    "status": "Result of each job, or of each task of an array.",
    "step_id": "Always empty.",
    "steps": "Steps.",
    "topology": "Units of the topology.",
    "transactions": "Changes of accounting.",
    "tres": "Trackable resources.",
    "triggers": "Triggers.",
    "usage": "The usage of each job.",
    "users": "Users.",
    "wckeys": "Workload characterization keys.",
}
#: The times of an answer → their descriptions.
TIMES = {
    "last_backfill": "When the backfill scheduler last ran (Unix time).",
    "last_update": "When the records last changed (Unix time); see `update_time`.",
}
#: What lists of /restd/ have beside the records.
NEXT = "The last of these records, for `after`, where `limit` leaves out more; null at the end."
_COUNT: Schema = {"type": "integer", "description": "Number of records."}
_GROUP: Schema = {
    "type": "object",
    "properties": {"name": {"type": "string", "description": "Name of the group."}, "count": _COUNT},
}
COUNTS: dict[str, Schema] = {
    "count": {**_COUNT, "description": "Number of records, if `count` or `group` asks for it."},
    "groups": {
        "type": "array",
        "items": _GROUP,
        "description": "The same of each group, for `group`.",
    },
}
#: An event, with `watch`: the data of Server-Sent Events, or a line. Without `watch` a line is a record.
EVENT: Schema = Component(
    "restd_event",
    {
        "type": "object",
        "description": "With `watch`: something that happened. Lines without `watch` are records.",
        "properties": {
            "event": {
                "type": "string",
                "enum": ["added", "changed", "removed", "synced", "reset", "stale", "end", "heartbeat"],
                "description": (
                    "added, changed, removed: a record; synced: all that was there has been sent; reset: "
                    "forget all records, they follow anew; stale: slurmctld does not answer; end: the last "
                    "event; heartbeat: nothing has happened."
                ),
            },
            "id": {"type": "string", "description": "Where to go on: Last-Event-ID, or `since`."},
            "key": {
                "anyOf": [{"type": "integer"}, {"type": "string"}],
                "description": "The job's number, or the name.",
            },
            "fields": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The paths that differ, for changed.",
            },
            "record": {"type": "object", "description": "The record, for added and changed."},
            "reason": {"type": "string", "description": "The reason, for reset, stale and end."},
            "status": {"type": "integer", "description": "The status as in HTTP, for stale and end."},
            "last_update": {"type": "integer", "description": "When slurmctld made the list, for synced."},
        },
    },
)
WAITED: dict[str, Schema] = {
    "last_event_id": {
        "type": "string",
        "description": "Where to go on, as `since`; with `wait` or `since` alone.",
    },
    "reached": {
        "type": "boolean",
        "description": "For `until`: whether the job was in one of the states; false if it ended in others.",
    },
}
#: The name of a list → that of a list of such lists.
LISTS = {"job_array_response_array": "job_array_response_msg_ptr_list"}


class Outline:
    """schema.answers.Parts, made of schemas."""

    def __init__(self, answer: Answer, version: int) -> None:
        self._version = version
        self.key = at(answer.keys, version)
        parts = frame(version)
        self.meta = parts["meta"]
        self.errors = Listed(parts["errors"])
        self.warnings = Listed(parts["warnings"])
        record = answer.record
        self.rows = self.listed = Rows(record, version) if record else iter(())

    @property
    def next(self) -> Schema:
        """Where a list of /restd/ goes on; its jobs have numbers, what else it lists names."""
        kind = "integer" if self.key == "jobs" else "string"
        return {"type": kind, "nullable": True, "description": NEXT}

    @property
    def place(self) -> Schema:
        """The same, always as a text."""
        return {"type": "string", "nullable": True, "description": NEXT}

    @property
    def counts(self) -> dict[str, Schema]:
        """What is there only if it is asked for."""
        return COUNTS

    @property
    def waited(self) -> dict[str, Schema]:
        return WAITED

    def some(self, nothing: Any) -> Any:
        """A list of records that may be empty."""
        return Listed(self.rows.list_schema())  # type: ignore[union-attr]  # there is a record

    def apart(self) -> Any:
        """A list of lists of records."""
        listed = self.rows.list_schema()  # type: ignore[union-attr]  # there is a record
        name = LISTS.get(listed.name, "") if isinstance(listed, Component) else ""
        return Listed(called(name, self._version, {"type": "array", "items": listed}))

    def time(self, member: str) -> Moment:
        """A time of the message."""
        return Moment(TIMES.get(member, ""), TIME.schema(self._version))


class Moment:
    """A time of an answer, beside its records."""

    def __init__(self, doc: str, schema: Schema) -> None:
        self.schema = documented(schema, doc)


class Listed(list[Any]):
    """A list of an answer, for layouts that look into it, with its schema."""

    def __init__(self, schema: Schema) -> None:
        super().__init__()
        self.schema = schema


class Rows:
    """The records of an answer: `next` gives the properties of the one, all of it stands for a list."""

    def __init__(self, record: Record, version: int) -> None:
        self._record = record
        self._version = version

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> Properties:
        return Properties(self._record.schema(self._version))

    def list_schema(self) -> Schema:
        return self._record.list_schema(self._version)


class Properties(dict[str, Any]):
    """A record's properties. schema: of the whole record, where it stands under a key."""

    def __init__(self, schema: Schema) -> None:
        super().__init__(schema["properties"])
        self.schema = schema


def answer_schema(answer: Answer, version: int) -> Schema:
    """The schema of a successful answer."""
    if answer.schema_of is not None:
        return answer_schema(answer.schema_of, version)
    shape = at(answer.layouts, version)
    outline = Outline(answer, version)
    if shape in MAPS:
        return _keys_documented(MAPS[shape](outline))
    shaped = shape(outline)
    schema = of(shaped)
    for key in ("errors", "warnings"):  # a shape may have lists of its own made of them
        if key in schema.get("properties", {}):
            schema["properties"][key] = getattr(outline, key).schema
    required = list(answer.required)
    if isinstance(shaped, dict):
        required += [key for key, value in shaped.items() if isinstance(value, (Rows, Properties, Moment))]
    required = [key for key in dict.fromkeys(required) if key in schema.get("properties", {})]
    if required and version >= V39:
        schema["required"] = required
    return called(answer.component, version, _keys_documented(schema))


def _keys_documented(schema: Schema) -> Schema:
    """A schema with descriptions of the keys that have none."""
    properties = schema.get("properties", {})
    for key, value in properties.items():
        if "description" not in value and not (isinstance(value, Component) and value.doc):
            properties[key] = documented(value, KEYS.get(key, ""))
    return schema


def failure_schema(answer: Answer, version: int) -> Schema:
    """The schema of an error answer."""
    if version >= V36:
        return answer_schema(answer, version)
    return {"type": "object", "properties": {"errors": frame(version)["errors"]}}


def of(value: Any) -> Schema:
    """The schema of a piece of an answer."""
    if isinstance(value, Rows):
        return value.list_schema()
    if isinstance(value, (Listed, Moment, Properties)):
        return value.schema
    if isinstance(value, Component) or (isinstance(value, dict) and isinstance(value.get("type"), str)):
        return value
    if isinstance(value, dict) and value:
        return {"type": "object", "properties": {name: of(inner) for name, inner in value.items()}}
    return LITERALS.get(type(value), ANY.schema(V1))


LITERALS: dict[type, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    list: {"type": "array", "items": {}},
}


def _by_key(outline: Outline) -> Schema:
    """{"errors": […], key: {name: record, …}}, the names not known before."""
    records = {"type": "object", "additionalProperties": of(next(outline.rows))}
    return {"type": "object", "properties": {"errors": outline.errors.schema, outline.key: records}}


def _by_host(outline: Outline) -> Schema:
    """The same; the properties of the last record are beside the records."""
    schema = _by_key(outline)
    records = schema["properties"][outline.key]
    records["properties"] = records["additionalProperties"]["properties"]
    return schema


MAPS: Mapping[Any, Callable[[Outline], Schema]] = {by_name: _by_key, by_host: _by_host}


def body_schema(body: Body, version: int) -> Schema:
    """The schema of what a request brings: with the frame of answers, where it is named like one of them."""
    schema = body.record.schema(version)
    _keys_documented(schema)
    if not isinstance(schema, Component):
        return schema if body.schema_of is None else answer_schema(body.schema_of, version)
    if schema.name.startswith("openapi_") and schema.name.endswith(("_req", "_resp")):
        for name, part in frame(version).items():
            schema["properties"].setdefault(name, part)
    return schema
