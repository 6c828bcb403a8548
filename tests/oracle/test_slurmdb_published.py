"""What is read below /slurmdb/ validates against the document that slurmrestd published for each version, on
every release, as test_published.py has it for /slurm/; and against ours, without exception."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import lacking
import pytest
from api_versions import NEWEST
from ask import ours, request
from asked import operations
from dbasked import targets
from places import SPECS
from test_published import BY_HAND, DOCUMENTS, closed, documents, loosened, place

__all__ = ["documents"]
#: Path in a body, with * for any index → versions in which the document says otherwise, and why.
UNTRUE = {
    "jobs.*.allocation_nodes": (range(36, 39), "a number, where a text is documented"),
    "jobs.*.het.job_id": (range(36, 38), "a number, where an object is documented"),
    "jobs.*.het.job_offset": (range(36, 38), "a number, where an object is documented"),
    "jobs.*.steps.*.step.id": (range(36, 39), "a number, where a text is documented"),
    "jobs.*.steps.*.task": (range(38, 39), "an object, where a text is documented"),
    "users.*.associations": (range(36, 38), "a list, where an object is documented"),
    **{
        f"meta.Slurm.version.{part}": (range(38, 39), "a number, where a text is documented")
        for part in ("major", "minor", "micro")
    },
}
#: The same, where a job ran long enough to be looked at.
SAMPLED = {
    f"jobs.*.steps.*.tres.{kind}.{end}.*": (range(40, NEWEST + 1), "node and task are not documented")
    for kind in ("consumed", "requested")
    for end in ("min", "max")
}


@pytest.mark.parametrize("version", DOCUMENTS)
def test_every_answer_is_as_published(ledger_cluster: Any, documents: Any, version: int) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason=lacking.python_package("jsonschema"))
    read = loosened if version in BY_HAND else closed
    wrong = invalid(ledger_cluster, documents[DOCUMENTS[version]], version, read, jsonschema)
    known, sampled = (
        {path for path, (versions, _) in table.items() if version in versions} for table in (UNTRUE, SAMPLED)
    )
    unknown = set(wrong) - known - sampled
    assert unknown == set(), "\n".join(f"{path}: {wrong[path][:2]}" for path in unknown)
    assert known - set(wrong) == set(), "the document is true here"


@pytest.mark.parametrize("version", range(36, NEWEST + 1))
def test_every_answer_is_as_our_own_document_has_it(ledger_cluster: Any, version: int) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason=lacking.python_package("jsonschema"))
    document = json.loads((SPECS / f"v0.0.{version}.json").read_text())
    wrong = invalid(ledger_cluster, document, version, closed, jsonschema)
    assert wrong == {}, "\n".join(f"{path}: {wrong[path][:2]}" for path in wrong)


def invalid(
    cluster: Any, document: Any, version: int, read: Callable[[Any], Any], jsonschema: Any
) -> dict[str, list[Any]]:
    """Where answers are not what the document says, by path, with each target."""
    start = f"/slurmdb/v0.0.{version}/"
    components = {"components": read(document["components"])}
    schemas = {
        re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path.rstrip("/"))): one["get"]["responses"]
        for path, one in document["paths"].items()
        if path.startswith(start) and "get" in one
    }
    asked, _ = targets(cluster, version, operations(document["paths"], start))
    found = ours(cluster, *(request("GET", target) for target in asked), user=cluster.admin)
    wrong: dict[str, list[Any]] = {}
    for target, (status, body) in zip(asked, found, strict=True):
        path = target.partition("?")[0]
        (answers,) = (one for pattern, one in schemas.items() if re.fullmatch(pattern, path))
        content = answers.get(str(status), answers.get("default"))
        if status != 200 and version in BY_HAND:  # errors of these are not documented as they are
            continue
        schema = read(content["content"]["application/json"]["schema"])
        for error in jsonschema.Draft4Validator({**components, **schema}).iter_errors(body):
            wrong.setdefault(place(error.absolute_path), []).append((target, error.message[:200]))
    return wrong
