"""The parameters of a request: a query, a form or a document in the body, read by the table of its route.

As in slurmrestd's operations.c all three have the same names and values, and only one of them is allowed: of
a query and a body, one would be ignored. Up to v0.0.38 methods without a body have a query, and POST a body.
"""

from __future__ import annotations

from restd_inet import codec, lazy
from restd_inet.http import negotiate
from restd_inet.problems import Problem, path_text
from restd_inet.schema.kinds.values import Invalid
from restd_inet.schema.parse import parse, tree
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from restd_inet.commands import Route
    from restd_inet.message import Request
    from restd_inet.schema.kinds.base import Kind
    from restd_inet.settings import Settings

#: Media type → the codec that has it, in the order of preference.
OFFERED = {
    "application/json": "json",
    "text/json": "json",
    "application/yaml": "yaml",
    "application/x-yaml": "yaml",
    "text/yaml": "yaml",
    "text/x-yaml": "yaml",
}
FORM = "application/x-www-form-urlencoded"
#: Of a batch script as it is (app.script), and beside other parts.
SCRIPTS = ("text/x-shellscript", "application/x-sh", "multipart/form-data")

#: The table of an operation that has no parameters.
_NONE = Record("no parameters", "")


def read(request: Request, route: Route, version: int, settings: Settings) -> tuple[dict[str, Any], Any]:
    """Query and body for the handler; one of them is empty, unless the route takes a query beside its body.
    The body is read to its end. Raises Problem."""
    if route.body and route.body.scripts and _is_script(request):
        return _script(request, route, version, settings)
    query = _beside(request, route, version) if route.beside else {}
    media, body = _body(request, route, version)
    given, found = _given(request, route, version, settings, media, body)
    return {**query, **given}, found


def _is_script(request: Request) -> bool:
    return negotiate.content_type(request.headers.get("content-type"))[0] in SCRIPTS


def _script(request: Request, route: Route, version: int, settings: Settings) -> tuple[dict[str, Any], Any]:
    """A batch script; parameters that the route does not have are options of sbatch."""
    given = codec.get("form").decode(request.query)
    table = route.query or _NONE
    known = tree(table, version)
    own = {name: given.pop(name) for name in list(given) if name in known}
    query = parse(table, version, _values(own, table, route, version))
    if not _body(request, route, version)[1]:
        raise Problem(400, "the body is empty: expected a batch script")
    return query, lazy.module("restd_inet.app.script").read(request, version, settings, OFFERED, given)


def _given(
    request: Request, route: Route, version: int, settings: Settings, media: str, body: bytes
) -> tuple[dict[str, Any], Any]:
    """What a body says, or else a query."""
    if not body and not request.query and not route.body:
        return {}, None
    if (
        route.body
        and route.method == "POST"
        and not route.body.optional
        and not body
        and (version < V39 or not request.query or route.beside)
    ):
        text = f"the body is empty: expected one of: {', '.join(OFFERED)}, {FORM}"
        raise Problem(400, text if version < V39 or route.beside else f"{text}; or a query")
    try:
        if body and media in OFFERED:
            document = codec.get(OFFERED[media]).decode(body, settings)
            # As in slurmrestd a client may post an answer, with properties that only answers have.
            strict = route.exact or (route.method != "POST" and not route.lenient)
            if route.method == "DELETE" and isinstance(document, dict):
                _not_empty(document, route, version)
            return _parsed(request, route, version, document, strict)
        return _texts(request, route, version, body)
    except Problem as problem:
        if body and not request.headers.get("content-type"):
            problem.text += "; a body without Content-Type is read as a form"
        raise located(request, problem) from None


def not_offered(offered: Iterable[str]) -> Problem:
    """The Problem of an Accept that has none of the media types."""
    text = f"none of the media types in Accept is offered; expected one of: {', '.join(offered)}"
    return Problem(406, text)


def _body(request: Request, route: Route, version: int) -> tuple[str, bytes]:
    """Media type and content of the request's body, b"" if there is none. Raises Problem."""
    announced = request.headers.get("content-length", "").strip("0")
    if not announced and ("transfer-encoding" not in request.headers or not request.read()):
        return "", b""
    if version < V39 and route.body is None:
        done = "" if request.method == "GET" else "; nothing was changed"
        raise Problem(400, f"a body is not allowed with {request.method} here{done}")
    if request.query and not route.beside:
        raise Problem(400, "expected parameters in the query or in the body; found a query and a body")
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity"):
        text = f"Content-Encoding: expected an unencoded body (identity); found {coding!a}"
        raise Problem(415, text, headers=[("Accept-Encoding", "identity")])
    media, attributes = negotiate.content_type(request.headers.get("content-type", FORM))
    charset = attributes.get("charset", "utf-8").lower()
    offered = (*OFFERED, FORM, *(SCRIPTS if route.body and route.body.scripts else ()))
    if media not in offered or charset not in ("utf-8", "utf8", "us-ascii"):
        found = f'"{media}"' + (f" in {charset!a}" if media in offered else "")
        raise Problem(415, f"expected a body in UTF-8 of one of: {', '.join(offered)}; found {found}")
    return media, request.read()


def _texts(request: Request, route: Route, version: int, form: bytes) -> tuple[dict[str, Any], Any]:
    """A query or a form: its values are texts; each is read by the kind of its field."""
    text = form.decode("utf-8", "surrogateescape") if form or route.beside else request.query
    given = codec.get("form").decode(text)
    reading = route.lenient
    document = _values(given, _table(route), route, version)
    return _parsed(request, route, version, document, route.exact or not reading)


def _beside(request: Request, route: Route, version: int) -> dict[str, Any]:
    """The query of an operation that has one beside its body."""
    table = route.query or _NONE
    return parse(table, version, _values(codec.get("form").decode(request.query), table, route, version))


def _values(given: dict[str, list[str | None]], table: Record, route: Route, version: int) -> dict[str, Any]:
    """The document that the texts of a query or form stand for."""
    known = tree(table, version)
    reading = route.lenient
    lists = reading or version >= V40  # slurmrestd has lists by repetition from there on
    document = {}
    for name, values in given.items():
        field = known.get(name) or known.get(name.lower())
        kind = field.kind_at(version) if isinstance(field, Field) else None
        if field or not reading or version >= V39:  # else it may be one of another version
            document[name] = _value(name, values, kind, route.method == "DELETE", lists)
    return document


def _value(name: str, values: list[str | None], kind: Kind | None, filters: bool, lists: bool) -> Any:
    """The value of a name, of all that a query or form has for it; None stands for a name without "=".

    filters: refuse an empty value, which would match everything. lists: several values may be a list.
    """
    if kind is None:
        return values[-1]
    if kind.switch:
        values = ["true" if value is None else value or "false" for value in values]
    texts = [value for value in values if value is not None]
    if len(texts) < len(values):
        raise _wrong(name, f"expected a value, as in {path_text((name,))}=…; found the name alone")
    if (kind.valued or (filters and not kind.blank)) and not all(value.strip(", ") for value in texts):
        raise _wrong(name, "expected a value, found an empty one")
    if kind.several is not None and lists:
        return kind.several(texts)
    if len(set(texts)) > 1 and not _equal(kind, texts):
        raise _wrong(name, f"expected one value, found {len(set(texts))} different ones")
    return kind.several(texts[:1]) if kind.several is not None else texts[0]


def _not_empty(document: dict[str, Any], route: Route, version: int) -> None:
    """As in a query or form: an empty text as a filter matches what the client did not mean."""
    known = tree(_table(route), version)
    for name, value in document.items():
        field = known.get(name) or known.get(name.lower())
        if isinstance(field, Field) and isinstance(value, str):
            _value(name, [value], field.kind_at(version), True, True)


def _equal(kind: Kind, texts: list[str]) -> bool:
    """Whether these are spellings of one value."""
    try:
        first, *others = (kind.parse(text) for text in dict.fromkeys(texts))
    except (Invalid, NotImplementedError):  # the latter: a property of answers, or a list of records
        return False
    return all(other == first for other in others)


def _wrong(name: str, text: str) -> Problem:
    return Problem(400, f"{path_text((name,))}: {text}")


def _table(route: Route) -> Record:
    return route.body.record if route.body else route.query or _NONE


def _parsed(
    request: Request, route: Route, version: int, document: Any, strict: bool
) -> tuple[dict[str, Any], Any]:
    """strict: refuse unknown names."""
    warnings = None if strict else request.warnings
    if route.body:
        return {}, route.body.read(document, version, warnings)
    table = route.query
    if table is None and route.lenient:
        return {}, None
    return parse(table or _NONE, version, document, warnings=warnings), None


def located(request: Request, problem: Problem) -> Problem:
    """The problem, and those found with it, each with line and column if it has a place in the body."""
    for other in problem.more:
        located(request, other)
    if problem.path is None:
        return problem
    media, _ = negotiate.content_type(request.headers.get("content-type"))
    body = request.read() if media in OFFERED else b""
    place = codec.get(OFFERED[media]).locate(body, problem.path) if body else None
    if place:
        problem.text = f"line {place[0]}, column {place[1]}: {problem.text}"
    problem.path = None
    return problem
