"""Every GET below /slurm/ that slurmrestd documents, with every name that there is and every parameter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from ask import ours, request, theirs

#: Path below the version → query parameter → its documented values.
Operations = dict[str, dict[str, list[str]]]

#: Path below the version → the listing that its parameter comes from: its path, list and key.
NAMES = {
    "job/{job_id}": ("jobs", "jobs", "job_id"),
    "node/{node_name}": ("nodes", "nodes", "name"),
    "partition/{partition_name}": ("partitions", "partitions", "name"),
    "reservation/{reservation_name}": ("reservations", "reservations", "name"),
    "resources/{job_id}": ("jobs", "jobs", "job_id"),
}
#: Asked elsewhere, since they change something.
ELSEWHERE = {"reconfigure", "job/{job_id}/requeue"}
#: Query parameter → what is asked with it. A parameter's documented values are asked one by one, too.
VALUES = {
    "update_time": ("0", "{now}"),
    "accounts": ("test", "research%2Ctest", "nobody"),
    "users": ("fred", "fred%2Cpebbles", "nobody"),
    "job_id": ("1", "{array}_1", "{array}", "{het}", "{het}%2b1", "99999"),
    "flags": ("ALL&flags=DETAIL", "DETAIL&flags=MIXED&flags=FUTURE", "all"),
}


def documented(cluster: Any, version: str, plugin: str = "slurm") -> Operations:
    """What the installed slurmrestd documents of a version, below /slurm/ or /slurmdb/."""
    for target in ("/openapi/v3", "/openapi.json"):
        ((status, body),) = theirs(cluster, request("GET", target))
        if status == 200 and body:
            return operations(body["paths"], f"/{plugin}/{version}/")
    raise AssertionError("slurmrestd gives no OpenAPI document")


def operations(paths: dict[str, Any], start: str) -> Operations:
    found: Operations = {}
    for path, methods in paths.items():
        if path.startswith(start) and "get" in methods:
            parameters = methods.get("parameters", []) + methods["get"].get("parameters", [])
            found[path.removeprefix(start).rstrip("/")] = {
                one["name"]: _values(one.get("schema", {})) for one in parameters if one["in"] == "query"
            }
    return found


def _values(schema: dict[str, Any]) -> list[str]:
    values: list[str] = schema.get("enum") or schema.get("items", {}).get("enum") or []
    return values


def targets(cluster: Any, version: str, operations: Operations) -> Iterator[str]:
    """What is asked of a version: every path with every name, and the queries of each with one name."""
    start = f"/slurm/{version}/"
    listings = sorted({path for path, _, _ in NAMES.values() if path in operations})
    asked = ours(cluster, *(request("GET", start + path) for path in listings))
    bodies = dict(zip(listings, asked, strict=True))
    words = {"now": int(time.time()) + 86400}
    for job in (bodies["jobs"][1] or {})["jobs"]:
        words.setdefault(job["name"], job["job_id"])
    for path, parameters in operations.items():
        if path in ELSEWHERE:
            continue
        names = [path]
        if path in NAMES:
            listing, key, member = NAMES[path]
            rows = (bodies[listing][1] or {})[key]
            names = [path.partition("{")[0] + str(row[member]) for row in rows]
        yield from (start + name for name in names)
        for parameter, values in parameters.items():
            for value in (*VALUES[parameter], *values):
                yield f"{start}{names[0]}?{parameter}={value.format(**words)}"
