"""What is served: families of paths, each at its API versions. -s and -d choose (app.plugins)."""

from __future__ import annotations

import re

from restd_inet import commands, installed
from restd_inet.schema.versions import RELEASES, USUAL, V1, V35, V36, V44, VERSIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from restd_inet.commands import Route

#: A family of paths → the first version that has it.
FAMILIES = {"slurm": V1, "slurmdb": V36, "util": V44}
SEGMENT = re.compile(r"[a-z][a-z_]*", re.ASCII)


class Served:
    """The families, their versions, and what packages add to them.

    own: family → versions, of the commands that are ours. added: (family, first segment) → routes.
    added_versions: those of `added`. flags: version → the flags of its data parser; given: the same as they
    were written ("+fast"). notes: what of the options was passed over. everything: nothing was chosen.
    listed: the versions that /openapi lists; without, those of the installed Slurm's slurmrestd.
    """

    def __init__(
        self,
        own: Mapping[str, Iterable[int]],
        added: Mapping[tuple[str, str], tuple[Route, ...]] | None = None,
        added_versions: Iterable[int] = (),
        flags: Mapping[int, frozenset[str]] | None = None,
        given: Mapping[int, str] | None = None,
        notes: Iterable[str] = (),
        everything: bool = False,
        listed: Iterable[int] = (),
    ) -> None:
        self.own = {family: frozenset(versions) for family, versions in own.items() if versions}
        self.added = dict(added or {})
        self.added_versions = frozenset(added_versions)
        self.flags = dict(flags or {})
        self.given = dict(given or {})
        self.notes = list(notes)
        self.everything = everything
        self._listed = frozenset(listed)
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

    @property
    def listed(self) -> tuple[int, ...]:
        """The versions that /openapi lists, the newest first; v1 only where there is no other.

        Clients take the newest of them, and expect it to be the installed release's.
        """
        numbers = [number for number in self.numbers if number >= V35] or self.numbers
        chosen = self._listed or expected(numbers)
        return tuple(number for number in reversed(numbers) if number in chosen)

    def routes(self, family: str, segment: str, version: int) -> tuple[Route, ...]:
        """The operations whose path goes on with a segment."""
        if version in self.added_versions and (family, segment) in self.added:
            return self.added[family, segment]
        if version not in self.own.get(family, ()) or not SEGMENT.fullmatch(segment):
            return ()
        return getattr(commands.find(family, segment), "ROUTES", ())


def expected(numbers: Iterable[int]) -> frozenset[int]:
    """Of some versions those that the slurmrestd of the installed release has; the newest if it has none."""
    oldest, newest = RELEASES.get(".".join(installed.release().split(".")[:2]), (0, 0))
    numbers = sorted(numbers)
    known = [number for number in numbers if oldest <= number <= newest]
    return frozenset(known or numbers[-USUAL:])


def _by_segment(versions: Iterable[int]) -> dict[str, int]:
    """What a path may say for each version."""
    numbers = {name: number for name, number in VERSIONS.items() if number in versions}
    return {**numbers, "latest": max(numbers.values())}


EVERYTHING = Served(
    {family: [each for each in VERSIONS.values() if each >= first] for family, first in FAMILIES.items()},
    everything=True,
)
