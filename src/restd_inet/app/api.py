"""What is served: families of paths, each at its API versions. -s and -d choose (app.plugins)."""

from __future__ import annotations

import re

from restd_inet import commands, installed
from restd_inet.schema.versions import RELEASES, USUAL, V1, V35, V36, V40, V44, VERSIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from restd_inet.commands import Route

#: A family of paths → the first version that has it.
FAMILIES = {"slurm": V1, "slurmdb": V36, "util": V44, "restd": V40}
SEGMENT = re.compile(r"[a-z][a-z_]*", re.ASCII)


class Served:
    """The families of paths, the versions of each, and the routes of plugins.

    builtin: family → versions, of restd-inet's own commands. plugin_routes: (family, first segment) → routes
    of plugins. plugin_versions: the versions at which those are served. flags: version → flags of its data
    parser (-d); flags_text: the same as typed ("+fast"). notes: warnings about the options, for the log.
    everything: the documents are those that were built. statuses: of every operation in the documents; empty:
    its own. listed: the versions that /openapi lists; by default those of
    the installed Slurm's slurmrestd.
    """

    def __init__(
        self,
        builtin: Mapping[str, Iterable[int]],
        plugin_routes: Mapping[tuple[str, str], tuple[Route, ...]] | None = None,
        plugin_versions: Iterable[int] = (),
        flags: Mapping[int, frozenset[str]] | None = None,
        flags_text: Mapping[int, str] | None = None,
        notes: Iterable[str] = (),
        everything: bool = False,
        listed: Iterable[int] = (),
        statuses: tuple[str, ...] = (),
    ) -> None:
        self.builtin = {family: frozenset(versions) for family, versions in builtin.items() if versions}
        self.plugin_routes = dict(plugin_routes or {})
        self.plugin_versions = frozenset(plugin_versions)
        self.flags = dict(flags or {})
        self.flags_text = dict(flags_text or {})
        self.notes = list(notes)
        self.everything = everything
        self.statuses = statuses
        self._listed = frozenset(listed)
        self._numbers = {family: _by_segment(versions) for family, versions in self.builtin.items()}
        for family in {family for family, _ in self.plugin_routes}:
            self._numbers[family] = _by_segment(self.builtin.get(family, frozenset()) | self.plugin_versions)

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
        """All versions that are served, the oldest first."""
        return tuple(sorted({number for numbers in self._numbers.values() for number in numbers.values()}))

    @property
    def listed(self) -> tuple[int, ...]:
        """The versions that /openapi lists, the newest first; v1 only if no other is served.

        Clients use the newest one listed and expect it to be the installed release's.
        """
        numbers = [number for number in self.numbers if number >= V35] or self.numbers
        chosen = self._listed or expected(numbers)
        return tuple(number for number in reversed(numbers) if number in chosen)

    def routes(self, family: str, segment: str, version: int) -> tuple[Route, ...]:
        """The operations at /family/version/segment and below it."""
        if version in self.plugin_versions and (family, segment) in self.plugin_routes:
            return self.plugin_routes[family, segment]
        if version not in self.builtin.get(family, ()) or not SEGMENT.fullmatch(segment):
            return ()
        return getattr(commands.find(family, segment), "ROUTES", ())


def expected(numbers: Iterable[int]) -> frozenset[int]:
    """Which of the versions the installed release's slurmrestd has; the newest if it has none of them."""
    oldest, newest = RELEASES.get(".".join(installed.release().split(".")[:2]), (0, 0))
    numbers = sorted(numbers)
    known = [number for number in numbers if oldest <= number <= newest]
    return frozenset(known or numbers[-USUAL:])


def _by_segment(versions: Iterable[int]) -> dict[str, int]:
    """A path's second segment → version."""
    numbers = {name: number for name, number in VERSIONS.items() if number in versions}
    return {**numbers, "latest": max(numbers.values())}


_ALL = {family: [each for each in VERSIONS.values() if each >= first] for family, first in FAMILIES.items()}
EVERYTHING = Served(_ALL, everything=True)


def with_statuses(statuses: tuple[str, ...]) -> Served:
    """Everything, with these statuses in the documents."""
    return Served(_ALL, statuses=statuses)
