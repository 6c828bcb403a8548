"""Every version on every release validates against the OpenAPI document that slurmrestd published for it.

The documents are of the releases that served each version, and lie beside the checkout. v0.0.39's was half
written by hand: see tests/openapi/test_v0_0_39.py. Nothing may be missing, of another type, or (from v0.0.40
on) undocumented, but for UNTRUE.

Up to v0.0.38 the documents were written by hand, beside the answers. slurmrestd writes null for what is not
set and the documents do not say so; of a job they call most numbers texts, and they leave fields out. There
null is taken anywhere, and a number for a text of a job; that our answers are slurmrestd's is proven by
test_slurmrestd.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import lacking
import pytest
from api_versions import NEWEST
from ask import ours, request
from asked import NAMES
from places import REFERENCE

PUBLISHED = REFERENCE / "openapi"
#: Version → whose document.
DOCUMENTS = {
    **dict.fromkeys((36, 37, 38), "22.05.8.json"),
    **dict.fromkeys((40, 41), "24.11.5.json"),
    **dict.fromkeys((42, 43, 44, 45), "26.05.5.json"),
}
#: GET changes something there.
CHANGING = {"reconfigure", "job/{job_id}/requeue"}
#: Path in a body, with * for any index or name → versions in which the document says otherwise, and why.
UNTRUE = {
    "jobs/state: jobs.*": (range(40, NEWEST + 1), "documented with the answer of jobs"),
    "jobs.*.job_resources": (
        range(41, NEWEST + 1),
        "null where there is none, and an object documented",
    ),
    "jobs.*.job_resources.allocated_nodes": (range(36, 38), "a map of nodes, where a list is documented"),
    "partitions.*.preemption_mode": (range(36, 37), "a list of words, where a text is documented"),
    "meta.Slurm.version.major": (range(38, 39), "a number, where a text is documented"),
    "meta.Slurm.version.minor": (range(38, 39), "a number, where a text is documented"),
    "meta.Slurm.version.micro": (range(38, 39), "a number, where a text is documented"),
}
BY_HAND = range(36, 39)


@pytest.fixture(scope="module")
def documents() -> Any:
    if not PUBLISHED.is_dir():
        pytest.skip(lacking.reference("what slurmrestd documents"))
    return {name: json.loads((PUBLISHED / name).read_text()) for name in set(DOCUMENTS.values())}


def loosened(schema: Any, of_job: bool = False) -> Any:
    """A schema that was written by hand, as it was meant. of_job: it is in one of a job."""
    if isinstance(schema, list):
        return [loosened(one, of_job) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: loosened(value, of_job or "job_response_properties" in key) for key, value in schema.items()}
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null", *(["number"] if of_job and made["type"] == "string" else [])]
    return made


def closed(schema: Any) -> Any:
    """The same schema in JSON Schema's words, and without room for properties that it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict):
        made.setdefault("additionalProperties", False)
        # A path of objects is named here as if it were a property: "nodes/count".
        made["required"] = [name for name in made.get("required", ()) if "/" not in name]
        if not made["required"]:  # Draft 4 wants one at least
            del made["required"]
    if made.pop("nullable", False) and "type" in made:
        made["type"] = [made["type"], "null"]
    return made


def asked(document: dict[str, Any], version: int, cluster: Any) -> Iterator[tuple[str, Any]]:
    """Each documented target that can be read, and the schema of its answer."""
    start = f"/slurm/v0.0.{version}/"
    for path, methods in document["paths"].items():
        below = path.removeprefix(start).rstrip("/")
        if not path.startswith(start) or "get" not in methods or below in CHANGING:
            continue
        content = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        names = [below]
        if below in NAMES:
            listing, key, member = NAMES[below]
            ((_, body),) = ours(cluster, request("GET", start + listing))
            assert body is not None
            rows = [
                row for row in body[key] if below != "resources/{job_id}" or "RUNNING" in row["job_state"]
            ]
            names = [below.partition("{")[0] + str(row[member]) for row in rows[:3]]
        yield from ((start + name, content) for name in names)


def place(path: Any) -> str:
    return ".".join("*" if isinstance(step, int) else str(step) for step in path)


@pytest.mark.parametrize("version", DOCUMENTS)
def test_every_answer_is_as_published(busy_cluster: Any, documents: Any, version: int) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason=lacking.python_package("jsonschema"))
    document = documents[DOCUMENTS[version]]
    read = loosened if version in BY_HAND else closed
    components = {"components": read(document["components"])}
    targets = list(asked(document, version, busy_cluster))
    found = ours(busy_cluster, *(request("GET", target) for target, _ in targets))
    wrong: dict[str, Any] = {}
    for (target, schema), (status, body) in zip(targets, found, strict=True):
        if status not in (200, 501):  # what this release of Slurm cannot do has the same form
            wrong[target] = (status, body and body["errors"])
            continue
        validator = jsonschema.Draft4Validator({**components, **schema})
        for error in validator.iter_errors(body):
            where = place(error.absolute_path)
            if target.endswith("/jobs/state"):
                where = f"jobs/state: {where}"
            wrong.setdefault(where, []).append((target, error.message[:200]))
    known = {path for path, (versions, _) in UNTRUE.items() if version in versions}
    assert set(wrong) - known == set(), "\n".join(f"{path}: {cases[:2]}" for path, cases in wrong.items())
    assert known - set(wrong) == set(), "the document is true here"
