"""What specs/v0.0.39.json says of answers and bodies, against the document of Slurm 24.05's slurmrestd.

That document is half made by the program and half written by hand, and its components have names of both
kinds: so references are followed, and the names of components are not compared. Nor are parameters: v0.0.39
takes those of later versions too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from places import REFERENCE, SPECS

PUBLISHED = REFERENCE / "openapi" / "24.05.8.get.json"
JSON = "application/json"
#: Lines of `facts`, "+" before what only we say and "-" before what only slurmrestd says; and why.
REASONS = {
    r"[+-].*\.(error_number|version\.m\w+|job_id) type=.*": "the width of a number",
    r"\+.*\.meta\.(client|plugin\.data_parser).*": "answered, and not documented",
    r"-.*\.warnings\[\]\.warning.*": "documented, and not answered",
    r"\+.* required \w+": "what an answer always has",
    r"-.* required environment": "a job that is changed has no environment",
    r"[+-].*\.power_flags\[\] type=.*": "a list of nothing, without the type of its items",
    r"\+.*\.power_flags\[\] enum EQUAL_POWER": "gone in Slurm 24.05",
    r"\+.*\.(removed_accounts|deleted_clusters|removed_users|removed_qos|deleted_wckeys).*": "answered",
    r"[+-]get /slurmdb/(config|tres).*\.(TRES|tres)(\[\].*)? type=.*": "TRES, documented as tres",
    r"[+-]post /slurmdb/(config|tres) body\.(TRES|tres)(\[\])*(\.\w+)? type=.*": "the same",
    r"-.*\.(TRES|tres)(\[\])+ required type": "the same",
    r"[+-].*\.rollups\[\]\.(last\w*|last run) type=.*|-.*\.rollups\[\]\.type enum \w+": "answered",
    r"[+-]get /slurmdb/diag type=.*|[+-]post /slurm/job/submit body type=.*": "the type",
    r"\+get /slurmdb/wckeys?(/\{\})?\.warnings.*": "answered, and not documented",
    r"\+.*exit_code\.status enum \w+": "any text is documented",
    r"\+.*\.tres\.\w+\.(max|min)\[\]\.(node|task) type=.*": "answered, and not documented",
    r"\+post /slurm/job/(submit\.result|\{\}\.(job_id|job_submit_user_msg|step_id|results)).*": "the same",
    r"\+post /slurmdb/\w+ body\.(meta|errors|warnings).*": "what was read may be posted as it is",
}


def facts(document: dict[str, Any]) -> set[str]:
    """What it says of JSON: a line for every type, required property and word."""
    found: set[str] = set()
    for path, item in document["paths"].items():
        if "/v0.0.39/" in path:
            short = re.sub(r"\{\w+\}", "{}", path.replace("/v0.0.39", "").rstrip("/"))
            for method, operation in item.items():
                where = f"{method} {short}"
                body = operation.get("requestBody", {}).get("content", {})
                if JSON in body:
                    found |= set(lines(f"{where} body", body[JSON]["schema"], document))
                answer = operation["responses"].get("200", {}).get("content", {})
                if JSON in answer:
                    found |= set(lines(where, answer[JSON]["schema"], document))
    return found


def lines(where: str, schema: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    while "$ref" in schema or len(schema.get("allOf", ())) == 1 or "anyOf" in schema:
        found = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2])
        schema = found or (schema.get("allOf") or schema["anyOf"])[0]  # beside an alternative stands null
    yield f"{where} type={schema.get('type')} {schema.get('format', '')}".rstrip()
    yield from (f"{where} enum {word}" for word in schema.get("enum", ()))
    yield from (f"{where} required {name}" for name in schema.get("required", ()))
    if isinstance(schema.get("items"), dict):
        yield from lines(f"{where}[]", schema["items"], document)
    for name, inner in schema.get("properties", {}).items():
        yield from lines(f"{where}.{name}", inner, document)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="slurmrestd's document is not here")
def test_answers_and_bodies_are_as_documented() -> None:
    theirs = facts(json.loads(PUBLISHED.read_text()))
    ours = facts(json.loads((SPECS / "v0.0.39.json").read_text()))
    different = sorted([f"+{line}" for line in ours - theirs] + [f"-{line}" for line in theirs - ours])
    unexplained = [line for line in different if not any(re.fullmatch(form, line) for form in REASONS)]
    assert unexplained == []
    stale = [form for form in REASONS if not any(re.fullmatch(form, line) for line in different)]
    assert stale == []
