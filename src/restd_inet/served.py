"""What is served: families of paths, each at its API versions, as -s and -d choose them.

-s names OpenAPI plugins and -d data parsers, with slurmrestd's names: a plugin is a family, or, up to
v0.0.39, one version of it; a data parser is a version from v0.0.39 on. A name in -s that is none of
slurmrestd's is a package that adds commands (entry point group restd_inet.commands).
"""

from __future__ import annotations

import re

from restd_inet import load
from restd_inet.commands import Route
from restd_inet.schema.versions import V36, V39, V40, V41, V42, V44, VERSIONS
from restd_inet.settings import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from restd_inet.settings import Settings

_NEWEST = max(VERSIONS.values())

#: slurmrestd's OpenAPI plugins: the family of each, its first version and its last.
PLUGINS = {
    "slurmctld": ("slurm", V39, _NEWEST),
    "slurmdbd": ("slurmdb", V39, _NEWEST),
    "util": ("util", V44, _NEWEST),
    **{name: ("slurm", number, number) for name, number in VERSIONS.items() if number <= V39},
    **{f"db{name}": ("slurmdb", number, number) for name, number in VERSIONS.items() if V36 <= number <= V39},
}

#: The plugins whose versions are data parsers.
_BY_PARSER = ("slurmctld", "slurmdbd", "util")

#: A flag of a data parser ("v0.0.44+fast") → the first and the last version that know it.
FLAGS = {
    "spec_only": (V39, _NEWEST),
    "fast": (V39, _NEWEST),
    "complex": (V40, _NEWEST),
    "prefer_refs": (V41, _NEWEST),
    "minimize_refs": (V42, _NEWEST),
    "inline_enums": (V42, V42),
}

#: Paths that are nobody's to add to: those without a version.
_RESERVED = ("docs", "healthz", "livez", "openapi", "readyz")
SEGMENT = re.compile(r"[a-z][a-z_]*", re.ASCII)


class Served:
    """The families, their versions, and what packages add to them.

    own: family → versions, of the commands that are ours. added: (family, first segment) → routes.
    added_versions: those of `added`. flags: version → the flags of its data parser. notes: what of the
    options was passed over. everything: nothing was chosen, all of it is served.
    """

    def __init__(
        self,
        own: Mapping[str, Iterable[int]],
        added: Mapping[tuple[str, str], tuple[Route, ...]] | None = None,
        added_versions: Iterable[int] = (),
        flags: Mapping[int, frozenset[str]] | None = None,
        notes: Iterable[str] = (),
        everything: bool = False,
    ) -> None:
        self.own = {family: frozenset(versions) for family, versions in own.items() if versions}
        self.added = dict(added or {})
        self.added_versions = frozenset(added_versions)
        self.flags = dict(flags or {})
        self.notes = list(notes)
        self.everything = everything
        self._numbers = {family: _by_segment(versions) for family, versions in self.own.items()}
        for family in {family for family, _ in self.added}:
            self._numbers[family] = _by_segment(self.own.get(family, frozenset()) | self.added_versions)

    def version_of(self, path: tuple[str, ...]) -> int:
        """The API version that a path names; 0 if it names none that is served."""
        return self._numbers.get(path[0], {}).get(path[1], 0) if len(path) > 1 else 0

    def versions(self, family: str) -> tuple[str, ...]:
        """The names of a family's versions, the oldest first; empty if there is no such family."""
        return tuple(name for name in self._numbers.get(family, ()) if name != "latest")

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(self._numbers)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Every version that some family has, the oldest first."""
        return tuple(sorted({number for numbers in self._numbers.values() for number in numbers.values()}))

    def routes(self, family: str, segment: str, version: int) -> tuple[Route, ...]:
        """The operations whose path goes on with a segment."""
        if version in self.added_versions and (family, segment) in self.added:
            return self.added[family, segment]
        if version not in self.own.get(family, ()) or not SEGMENT.fullmatch(segment):
            return ()
        return getattr(load.command(family, segment), "ROUTES", ())


def _by_segment(versions: Iterable[int]) -> dict[str, int]:
    """What a path may say for each version."""
    numbers = {name: number for name, number in VERSIONS.items() if number in versions}
    return {**numbers, "latest": max(numbers.values())}


def _span(family: str) -> frozenset[int]:
    rows = [(first, last) for name, first, last in PLUGINS.values() if name == family]
    return frozenset(
        number for number in VERSIONS.values() if any(first <= number <= last for first, last in rows)
    )


EVERYTHING = Served({family: _span(family) for family in ("slurm", "slurmdb", "util")}, everything=True)


def of(settings: Settings) -> Served:
    """What the options choose. Raises Usage."""
    if settings.plugins is None and settings.parsers is None:
        return EVERYTHING
    notes: list[str] = []
    flags = None if settings.parsers is None else _parsers(settings.parsers, notes)
    own: dict[str, set[int]] = {}
    added: dict[tuple[str, str], tuple[Route, ...]] = {}
    for name in _BY_PARSER if settings.plugins is None else _names("-s", settings.plugins, "openapi/"):
        if name in PLUGINS:
            family, first, last = PLUGINS[name]
            chosen = VERSIONS.values() if flags is None or name not in _BY_PARSER else flags
            own.setdefault(family, set()).update(number for number in chosen if first <= number <= last)
        else:
            for place, routes in _package(name).items():
                if added.setdefault(place, routes) is not routes:
                    raise Usage(f"-s: two plugins have /{place[0]}/<version>/{place[1]}")
    versions = frozenset(VERSIONS.values() if flags is None else flags)
    return Served(own, added, versions if added else (), flags, notes)


def _names(option: str, text: str, prefix: str) -> list[str]:
    names = [part.strip().removeprefix(prefix) for part in text.split(",") if part.strip()]
    if not names:
        raise Usage(f'{option}: expected names, comma separated; "{option} list" prints them')
    return names


def _parsers(text: str, notes: list[str]) -> dict[int, frozenset[str]]:
    """-d: version → flags."""
    chosen: dict[int, frozenset[str]] = {}
    for item in _names("-d", text, "data_parser/"):
        name, *flags = item.split("+")
        number = _NEWEST if name.lower() == "latest" else VERSIONS.get(name, 0)
        if number < V39:
            raise Usage(f'-d: there is no data parser "{name}"; "-d list" names them')
        known = set()
        for flag in filter(None, (flag.lower() for flag in flags)):
            first, last = FLAGS.get(flag, (_NEWEST + 1, 0))
            if first <= number <= last:
                known.add(flag)
            else:
                notes.append(f'-d: {name} has no flag "{flag}", which is ignored')
        chosen[number] = chosen.get(number, frozenset()) | known
    return chosen


def _package(name: str) -> dict[tuple[str, str], tuple[Route, ...]]:
    """The routes of a package that adds commands, by family and first segment."""
    points = [point for point in load.plugins() if point.name == name]
    if not points:
        raise Usage(f'-s: there is no plugin "{name}"; "-s list" names those that are installed')
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


def _fault(family: str, route: Route) -> str:
    """What is wrong with a package's route; "" if nothing is."""
    if not isinstance(route, Route):
        return f"expected ROUTES of restd_inet.commands.Route, found {type(route).__name__}"
    if not SEGMENT.fullmatch(family) or family in _RESERVED:
        return f'expected FAMILY to be small letters, and none of {", ".join(_RESERVED)}; found "{family}"'
    segment = route.path[0]
    if not SEGMENT.fullmatch(segment):
        return f'expected a path to begin with small letters; found "{"/".join(route.path)}"'
    if family in EVERYTHING.families and load.command(family, segment):
        return f"/{family}/<version>/{segment} is restd-inet's own"
    return ""


def plugin_names() -> list[str]:
    """For "-s list": slurmrestd's, and those of packages. v1 is not among them: who takes the last of the
    list wants the newest version."""
    names = [*PLUGINS, *sorted({point.name for point in load.plugins()})]
    return [f"openapi/{name}" for name in names if name != "v1"]


def parser_names() -> list[str]:
    """For "-d list", the oldest first."""
    return [f"data_parser/{name}" for name, number in VERSIONS.items() if number >= V39]
