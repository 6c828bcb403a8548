"""What documents say of an operation that takes a batch script as it is (app/script.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from restd_inet.openapi.order import beside
from restd_inet.schema.kinds.base import ListOf
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.records.job_desc import JOB_DESC

if TYPE_CHECKING:
    from collections.abc import Callable

    Schema = dict[str, Any]

EXAMPLE = "#!/bin/sh\n#SBATCH --job-name=hello --ntasks=2\n#SBATCH --time=10\nsrun hostname\n"
SCRIPT = {"type": "string", "description": "The batch script, from its #! line on."}


def content(version: int, filled: Callable[[Any], Any]) -> Schema:
    """The media types of a body. filled: puts references to components into a schema."""
    parts = {
        "script": SCRIPT,
        "job": {
            **beside(filled(JOB_DESC.schema(version))),
            "description": "A job description, which goes over the script.",
        },
        "environment": {
            **beside(filled(ListOf(TEXT, "string_array").schema(version))),
            "description": "The environment that --export takes from.",
        },
    }
    return {
        "text/x-shellscript": {"schema": SCRIPT, "example": EXAMPLE},
        "application/x-sh": {"schema": SCRIPT},
        "multipart/form-data": {
            "schema": {"type": "object", "required": ["script"], "properties": parts},
            "encoding": {
                "script": {"contentType": "text/x-shellscript"},
                "job": {"contentType": "application/json, application/yaml"},
                "environment": {"contentType": "application/json, application/yaml"},
            },
        },
    }


def parameters() -> list[Schema]:
    """Those beside a script alone."""
    text = {"type": "string"}
    return [
        {
            "name": "options",
            "in": "query",
            "required": False,
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "additionalProperties": text},
            "description": (
                "For a script: options of sbatch without `--`, such as `partition=debug` or `hold`; they "
                "override its directives."
            ),
        },
        {
            "name": "argv",
            "in": "query",
            "required": False,
            "style": "form",
            "explode": True,
            "schema": {"type": "array", "items": text},
            "description": "For a script: its file name, then its arguments, one value each.",
        },
        {
            "name": "submit_dir",
            "in": "query",
            "required": False,
            "style": "form",
            "explode": False,
            "schema": text,
            "description": (
                "For a script: the directory that it is submitted from, and in which it runs without "
                "`--chdir`; the default is the home directory of the user."
            ),
        },
    ]
