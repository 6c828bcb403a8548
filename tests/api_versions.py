"""API versions, as tests count them: a new row of schema/versions.py is tested without a change of a test."""

from __future__ import annotations

from restd_inet.schema.versions import NAMES, RELEASES

NEWEST = max(NAMES)


def since(first: int) -> list[int]:
    """That version and all newer ones."""
    return [number for number in sorted(NAMES) if number >= first]


def slurmrestds(*releases: str) -> dict[tuple[int, ...], list[int]]:
    """The versions of the slurmrestd of each of these releases of Slurm, by its numbers: (24, 11)."""
    found: dict[tuple[int, ...], list[int]] = {}
    for release in releases:
        year, month = release.split(".")
        oldest, newest = RELEASES[release]
        found[int(year), int(month)] = [number for number in since(oldest) if number <= newest]
    return found
