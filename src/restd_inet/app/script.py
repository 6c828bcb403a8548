"""A batch script as the body of a request: alone, or as a part of multipart/form-data.

The parts are script, job (a job description, which goes over what the script says) and environment (the
submitter's, of which --export takes what it names). Parameters are sbatch's options without "--".
"""

from __future__ import annotations

from restd_inet import codec
from restd_inet.http import negotiate
from restd_inet.problems import Problem, quoted
from restd_inet.schema import job_submission
from restd_inet.schema.batch.script import Script
from restd_inet.schema.kinds.sbatch import texts
from restd_inet.schema.kinds.values import Invalid, text
from restd_inet.schema.parse import parse
from restd_inet.schema.records.job_desc import JOB_DESC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from restd_inet.message import Request
    from restd_inet.settings import Settings

MULTIPART = "multipart/form-data"
PARTS = ("script", "job", "environment")
#: Parameters that are no options of sbatch.
_ARGV, _SUBMIT_DIR = "argv", "submit_dir"
_MOST_ARGUMENTS = 10_000


def read(
    request: Request,
    version: int,
    settings: Settings,
    offered: Mapping[str, str],
    parameters: dict[str, list[str | None]],
) -> Script:
    """offered: media type → the codec of a document. parameters: sbatch's options, and the script's arguments
    and place. Raises Problem."""
    media, attributes = negotiate.content_type(request.headers.get("content-type"))
    body = request.read()
    parts = codec.get("multipart").decode(body, attributes.get("boundary", "")) if media == MULTIPART else {}
    for name in parts:
        if name not in PARTS:
            raise Problem(400, f"unknown part {quoted(name)}: expected {', '.join(PARTS)}")
    if media == MULTIPART and "script" not in parts:
        raise Problem(400, "expected a part of the name script, with the batch script")
    if parts:
        body = parts["script"].content
    documents = {
        name: _document(name, parts[name].content, parts[name].media, offered, settings)
        for name in PARTS[1:]
        if name in parts
    }
    argv = [_given(_ARGV, value) for value in parameters.pop(_ARGV, [])]
    if len(argv) > _MOST_ARGUMENTS:
        raise Problem(400, f"argv: expected at most {_MOST_ARGUMENTS} arguments; found {len(argv)}")
    if not argv and parts and parts["script"].file:
        argv = [parts["script"].file]
    directory = [_given(_SUBMIT_DIR, value) for value in parameters.pop(_SUBMIT_DIR, [])]
    if any(not place.startswith("/") for place in directory):
        raise Problem(400, f"{_SUBMIT_DIR}: expected a path from / on; found {quoted(directory[-1])}")
    return Script(
        body.decode("utf-8", "surrogateescape"),
        [(name.replace("_", "-"), value) for name, values in parameters.items() for value in values],
        argv,
        directory[-1] if directory else "",
        _environment(documents.get("environment")),
        _job(documents["job"], version, request) if "job" in documents else {},
    )


def _given(name: str, value: str | None) -> str:
    if value is None:
        raise Problem(400, f"{name}: expected a value, as in {name}=…; found the name alone")
    return value


def _document(name: str, content: bytes, media: str, offered: Mapping[str, str], settings: Settings) -> Any:
    """A part that is JSON or YAML; JSON without a media type, and as text, too."""
    codec_name = offered.get(media, "json" if media in ("", "text/plain", "application/octet-stream") else "")
    if not codec_name:
        raise Problem(415, f"part {name}: expected one of: {', '.join(offered)}; found {quoted(media)}")
    try:
        return codec.get(codec_name).decode(content, settings)
    except Problem as problem:
        raise Problem(problem.status, f"part {name}: {problem.text}") from None


def _environment(document: Any) -> dict[str, str] | None:
    """{"NAME": "value"} or ["NAME=value"]."""
    if document is None:
        return None
    try:
        pairs = [text(pair).partition("=") for pair in texts(document)]
    except Invalid as error:
        raise Problem(400, f"part environment: {error}") from None
    for name, equals, value in pairs:
        if not name or not equals or "\0" in name + value:
            raise Problem(
                400, f"part environment: expected NAME=value; found {quoted(name + equals + value)}"
            )
    return {name: value for name, _, value in pairs}


def _job(document: Any, version: int, request: Request) -> dict[str, Any]:
    """The members of a job description."""
    try:
        return job_submission.description(
            parse(JOB_DESC, version, document, ("job",), request.warnings), ("job",), version
        )
    except Problem as problem:
        first, *more = [Problem(each.status, f"part {each.text}") for each in (problem, *problem.more)]
        first.more = more
        raise first from None
