"""-s and -d: what is served, by the names that slurmrestd has.

-s names OpenAPI plugins and -d data parsers. A plugin is a family of paths, or, up to v0.0.39, one version of
it; a data parser is a version from v0.0.39 on. A name in -s that is none of slurmrestd's is a package that
adds commands (entry point group restd_inet.commands).
"""

from __future__ import annotations

from restd_inet import commands, installed
from restd_inet.app.api import EVERYTHING, FAMILIES, SEGMENT, Served, expected
from restd_inet.commands import Route
from restd_inet.option_values import Usage
from restd_inet.schema.kinds.base import Changed
from restd_inet.schema.record import Record
from restd_inet.schema.versions import NAMES, V36, V39, V40, V41, V42, V44, VERSIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from restd_inet.schema.kinds.base import Kind
    from restd_inet.schema.record import Field
    from restd_inet.settings import Settings

_NEWEST = max(VERSIONS.values())

#: slurmrestd's OpenAPI plugins, and "restd", which is restd-inet's own: the family of each, its first version
#: and its last.
PLUGINS = {
    "slurmctld": ("slurm", V39, _NEWEST),
    "slurmdbd": ("slurmdb", V39, _NEWEST),
    "util": ("util", V44, _NEWEST),
    "restd": ("restd", V40, _NEWEST),
    **{name: ("slurm", number, number) for name, number in VERSIONS.items() if number <= V39},
    **{f"db{name}": ("slurmdb", number, number) for name, number in VERSIONS.items() if V36 <= number <= V39},
}

#: The plugins whose versions are data parsers.
_BY_PARSER = ("slurmctld", "slurmdbd", "util", "restd")

#: A flag of a data parser ("v0.0.44+fast") → the first and the last version that know it.
FLAGS = {
    "spec_only": (V39, _NEWEST),
    "fast": (V39, _NEWEST),
    "complex": (V40, _NEWEST),
    "prefer_refs": (V41, _NEWEST),
    "minimize_refs": (V42, _NEWEST),
    "inline_enums": (V42, V42),
}

#: Names that a plugin's FAMILY must not have: paths without a version.
_RESERVED = ("docs", "healthz", "livez", "metrics", "openapi", "readyz")


def of(settings: Settings) -> Served:
    """What -s and -d choose. Raises Usage."""
    if settings.plugins is None and settings.parsers is None:
        return EVERYTHING
    notes: list[str] = []
    flags_text = None if settings.parsers is None else _parsers(settings.parsers)
    flags = None
    if flags_text is not None:
        flags = {number: _flags(number, text, notes) for number, text in flags_text.items()}
    builtin: dict[str, set[int]] = {}
    plugin_routes: dict[tuple[str, str], tuple[Route, ...]] = {}
    listed: set[int] = set()
    for name in _BY_PARSER if settings.plugins is None else _names("-s", settings.plugins, "openapi/"):
        if name in PLUGINS:
            family, first, last = PLUGINS[name]
            chosen = VERSIONS.values() if flags is None or name not in _BY_PARSER else flags
            numbers = {number for number in chosen if first <= number <= last}
            builtin.setdefault(family, set()).update(numbers)
            listed |= expected(numbers) if flags is None and name in _BY_PARSER else numbers
        else:
            for place, routes in _package(name).items():
                if plugin_routes.setdefault(place, routes) is not routes:
                    raise Usage(f"-s: two plugins have /{place[0]}/<version>/{place[1]}")
    _check_names(plugin_routes)
    versions = frozenset(VERSIONS.values() if flags is None else flags)
    if plugin_routes:
        ranges = [(route.since, route.until) for routes in plugin_routes.values() for route in routes]
        there = {each for each in versions if any(since <= each <= until for since, until in ranges)}
        listed |= there if flags is not None else expected(there)
    plugin_versions = versions if plugin_routes else ()
    codes = settings.response_status_codes
    return Served(builtin, plugin_routes, plugin_versions, flags, flags_text, notes, False, listed, codes)


def _names(option: str, text: str, prefix: str) -> list[str]:
    names = [part.strip().removeprefix(prefix) for part in text.split(",") if part.strip()]
    if not names:
        raise Usage(f'{option}: expected names, comma separated; "{option} list" prints them')
    return names


def _parsers(text: str) -> dict[int, str]:
    """-d: version → its flags as they were written, "+fast"."""
    chosen: dict[int, str] = {}
    for item in _names("-d", text, "data_parser/"):
        name, plus, flags = item.partition("+")
        number = _NEWEST if name.lower() == "latest" else VERSIONS.get(name, 0)
        if number < V39:
            raise Usage(f'-d: there is no data parser "{name}"; "-d list" prints them')
        chosen[number] = chosen.get(number, "") + plus + flags
    return chosen


def _flags(number: int, text: str, notes: list[str]) -> frozenset[str]:
    """The flags of -d that the version has; others are ignored with a note."""
    known = set()
    for flag in filter(None, text.lower().split("+")):
        first, last = FLAGS.get(flag, (_NEWEST + 1, 0))
        if first <= number <= last:
            known.add(flag)
        else:
            notes.append(f'-d: {NAMES[number]} has no flag "{flag}", which is ignored')
    return frozenset(known)


def _package(name: str) -> dict[tuple[str, str], tuple[Route, ...]]:
    """The routes of a plugin package, by family and first segment."""
    points = [point for point in installed.plugins() if point.name == name]
    if not points:
        raise Usage(f'-s: there is no plugin "{name}"; "-s list" prints those that are installed')
    point = points[0]
    if len(points) > 1:
        raise Usage(f'-s: the plugin "{name}" is in two packages: {", ".join(p.value for p in points)}')
    try:
        module: ModuleType = point.load()
        routes: tuple[Route, ...] = tuple(module.ROUTES)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise Usage(f'-s: the plugin "{name}" ({point.value}) cannot be loaded: {problem}') from None
    family = getattr(module, "FAMILY", name)
    by_segment: dict[tuple[str, str], tuple[Route, ...]] = {}
    for route in routes:
        fault = _fault(family, route)
        if fault:
            raise Usage(f'-s: the plugin "{name}" ({point.value}): {fault}')
        place = (family, route.path[0])
        by_segment[place] = (*by_segment.get(place, ()), route)
    if not by_segment:
        raise Usage(f'-s: the plugin "{name}" ({point.value}) has no ROUTES')
    return by_segment


def _check_names(plugin_routes: dict[tuple[str, str], tuple[Route, ...]]) -> None:
    """Raises Usage if two records have one name: a component of the OpenAPI document has a unique name."""
    named: dict[str, Record] = {}
    for (family, segment), routes in plugin_routes.items():
        for route in routes:
            for record in _records(route):
                if named.setdefault(record.name, record) is not record:
                    place = f"/{family}/<version>/{segment}"
                    raise Usage(f'-s: {place}: two different records are named "{record.name}"')


def _records(route: Route) -> Iterator[Record]:
    """The record of a route's answer, and the records in its fields."""
    waiting = [route.answer.record] if route.answer.record else []
    seen: list[Record] = []
    while waiting:
        record = waiting.pop()
        if record in seen:
            continue
        seen.append(record)
        yield record
        kinds = (kind for field in record.fields for kind in _kinds(field))
        waiting += [inner for kind in kinds if isinstance(inner := getattr(kind, "record", None), Record)]


def _kinds(field: Field) -> Iterable[Kind]:
    return field.kind.kinds.values() if isinstance(field.kind, Changed) else (field.kind,)


def _fault(family: str, route: Route) -> str:
    """What is wrong with a plugin's route; "" if nothing is."""
    if not isinstance(route, Route):
        return f"expected ROUTES of restd_inet.commands.Route, found {type(route).__name__}"
    if not SEGMENT.fullmatch(family) or family in _RESERVED:
        return f'expected FAMILY to be small letters, and none of {", ".join(_RESERVED)}; found "{family}"'
    segment = route.path[0]
    if not SEGMENT.fullmatch(segment):
        return f'expected a path to begin with small letters; found "{"/".join(route.path)}"'
    if family in FAMILIES and commands.find(family, segment):
        return f"/{family}/<version>/{segment} is a path of restd-inet itself"
    return ""


def plugin_names() -> list[str]:
    """For "-s list": slurmrestd's, and those of packages. Without v1: programs that take the last of the
    list want the newest version."""
    names = [*PLUGINS, *sorted({point.name for point in installed.plugins()})]
    return [f"openapi/{name}" for name in names if name != "v1"]


def parser_names() -> list[str]:
    """For "-d list", the oldest first."""
    return [f"data_parser/{name}" for name, number in VERSIONS.items() if number >= V39]
