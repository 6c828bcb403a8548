"""Writes what the documents take from the program: `make docs`.

A table stands between two marks, `<!-- made: NAME -->` and `<!-- end -->`. README's paths come from specs/,
those of docs/migration.md from the reasoned differences of the tests. Examples and sentences that name the
newest API version, here, in the man page and in contrib/, are found by NEWEST_NAMED; those that name the
versions of a slurmrestd by SLURMRESTD_NAMED.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from api_versions import NEWEST

from restd_inet.schema.versions import NAMES
from restd_inet.schema.versions import RELEASES as SLURMRESTDS

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
MARKED = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
METHODS = ("get", "post", "delete")
RELEASES = "22.05", "24.05", "24.11", "26.05"
#: The newest version in a path that can be pasted, and in sentences; what stands before it stays.
NEWEST_NAMED = re.compile(
    r"""(/(?:slurm|slurmdb|util|restd)/ (?=v[\d.]+\d/[a-z])
       | API\sversion\sthat\sis\s+served\sis\s
       | (?:v1,|and)\sv0\.0\.3[56]\sto\s
       | v0\.0\.39\s"\sto\s"\s                # the man page
       | \d\sms,\s)                        # a line of the log
       v[\d.]+\d""",
    re.VERBOSE,
)
SLURMRESTD_NAMED = re.compile(r"(\d\d\.\d\d): v[\d.]+\d to v[\d.]+\d")


def written(text: str) -> str:
    """A document with its tables and versions made anew."""
    text = NEWEST_NAMED.sub(lambda named: named[1] + NAMES[NEWEST], text)
    text = SLURMRESTD_NAMED.sub(lambda named: f"{named[1]}: {_api(*SLURMRESTDS[named[1]])}", text)
    return MARKED.sub(lambda mark: mark[1] + "\n" + TABLES[mark[2]]() + "\n" + mark[3], text)


def documents() -> list[Path]:
    """Documents with tables."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def pages() -> list[Path]:
    """All documents that `make docs` writes."""
    return [*documents(), ROOT / "contrib/man/restd-inet.8", *sorted((ROOT / "contrib").rglob("*.md"))]


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads), ["---"] * len(list(heads)), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


# Paths.


def _versions() -> list[tuple[str, Any]]:
    """Every document of a version, the oldest first."""
    files = sorted(
        (ROOT / "specs").glob("v*.json"), key=lambda file: [int(n) for n in re.findall(r"\d+", file.stem)]
    )
    files.sort(key=lambda file: file.stem != "v1")
    return [(file.stem, json.loads(file.read_text())) for file in files]


def _since(family: str) -> dict[str, dict[str, str]]:
    """The version that introduced each method of each path; a path has the names of its newest version."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    apart = ROOT / "specs" / f"{family}.json"
    whole = json.loads(apart.read_text())["paths"] if apart.exists() else {}
    for version, document in _versions():
        paths = {path: whole[path] for path in whole if f"/{version}/" in path} or document["paths"]
        for path, methods in paths.items():
            _, first, _, rest = path.split("/", 3)
            if first == family:
                rest = rest.rstrip("/")
                known = found.get(re.sub(r"\{\w+\}", "{}", rest), ("", {}))[1]
                for method in METHODS:
                    if method in methods:
                        known.setdefault(method, version)
                found[re.sub(r"\{\w+\}", "{}", rest)] = rest, known
    return dict(sorted(found.values()))


def _paths(family: str) -> str:
    heads = (f"path under /{family}/`<version>`/", *(method.upper() for method in METHODS))
    rows = ([f"`{path}`", *(since.get(m, "") for m in METHODS)] for path, since in _since(family).items())
    return _table(heads, rows)


# Differences.


def _list(name: str) -> Any:
    """A list of differences, imported as the tests of its directory import it."""
    for directory in (TESTS, TESTS / "oracle"):
        if str(directory) not in sys.path:
            sys.path.append(str(directory))
    return import_module(name)


def _api(since: int, until: int) -> str:
    first, last = (f"v0.0.{number}" for number in (since, until))
    return first if since == until else f"{first} to {last}"


def _releases(slurm: Iterable[tuple[int, int]]) -> str:
    names = [f"{year}.{month:02}" for year, month in slurm]
    return "all" if not names or set(names) >= set(RELEASES) else ", ".join(names)


def _plain(row: Any) -> str:
    """The target or path of a row as a reader knows it; patterns without a text of their own are an error."""
    if getattr(row, "shown", ""):
        return str(row.shown)
    pattern = getattr(row, "target", "") if not hasattr(row, "path") else row.path
    text = re.sub(r"\\(.)", r"\1", pattern)
    if not re.fullmatch(r"[\w\[\].]+", text):
        raise ValueError(f"{pattern}: a row with such a pattern needs shown=")
    return f"`{text}`"


def _field(pattern: str) -> str:
    """A pattern of a path in a body, as a reader knows it."""
    text = pattern.replace(r"\[\]\.", "[].").replace(r"\w+", "every list").replace(r"\.", ".")
    text = text.replace("(steps[].)?", "").replace("(return_code|status)", "*").replace("(out|err)", "*")
    text = text.replace("(errno|error_code)", "error_number").replace("([]..*)?", "").replace(".*", "*")
    return ", ".join(f"`{part}`" for part in text.split("|"))


def _statuses(statuses: Iterable[int]) -> str:
    return ", ".join(str(status) if status else "no answer" for status in statuses)


def _bodies() -> str:
    rows = ((_plain(b), _api(b.since, b.until), _releases(b.slurm), b.why) for b in _list("expected").BODIES)
    return _table(("field", "versions", "releases", "slurmrestd"), rows)


def _answers() -> Iterator[tuple[str, str, str, str, str]]:
    for row in _list("expected").STATUSES:
        yield _plain(row), _api(row.since, row.until), str(row.ours), _statuses(row.theirs), row.why


def _forms() -> str:
    rows = ((f"`{re.sub(r'[(].*', '', form)}`", why) for form, why in _list("expected").FORMS.items())
    return _table(("path", "restd-inet"), rows)


def _dbbodies() -> str:
    rows = ((_plain(b), _field(b.path), _releases(b.slurm), b.why) for b in _list("dbexpected").BODIES)
    return _table(("path", "field", "releases", "slurmrestd"), rows)


def _dbstatuses() -> str:
    rows = (
        (_plain(s), _statuses(s.ours), _statuses(s.theirs), _releases(s.slurm), s.why)
        for s in _list("dbexpected").STATUSES
    )
    return _table(("path or parameter", "restd-inet", "slurmrestd", "releases", "why"), rows)


def _dbchanges() -> str:
    rows = (
        (_plain(c), str(c.ours), _statuses(c.theirs), _releases(c.slurm), c.why)
        for c in _list("dbexpected").CHANGES
    )
    return _table(("change", "restd-inet", "slurmrestd", "releases", "why"), rows)


def _openapi() -> str:
    rows = ((_api(versions[0], versions[-1]), why) for versions, _, why in _list("openapi_expected").EXPECTED)
    return _table(("versions", "restd-inet's document"), dict.fromkeys(rows))


def _openapi_v39() -> str:
    expected = _list("openapi_expected")
    rows = (
        (what, why)
        for what, reasons in (
            ("types, properties and words", expected.V39_FACTS),
            ("names of schemas", expected.V39_NAMES),
            ("parameters", expected.V39_PARAMETERS),
        )
        for why in reasons.values()
    )
    return _table(("of", "restd-inet's document"), dict.fromkeys(rows))


TABLES: dict[str, Callable[[], str]] = {
    "slurm": lambda: _paths("slurm"),
    "slurmdb": lambda: _paths("slurmdb"),
    "util": lambda: _paths("util"),
    "restd": lambda: _paths("restd"),
    "bodies": _bodies,
    "statuses": lambda: _table(("path", "versions", "restd-inet", "slurmrestd", "why"), _answers()),
    "forms": _forms,
    "dbbodies": _dbbodies,
    "dbstatuses": _dbstatuses,
    "dbchanges": _dbchanges,
    "openapi": _openapi,
    "openapi_v39": _openapi_v39,
}


if __name__ == "__main__":
    for document in pages():
        document.write_text(written(document.read_text()))
