"""The names that slurmstepd gives to files of batch scripts; tests/cluster compares them with its files."""

from __future__ import annotations

from typing import Any

import pytest

from restd_inet.slurm.lookups.filenames import written

VALUES: dict[str, Any] = {
    "/": "/home/fred", "A": 11, "a": 3, "J": 12, "j": 12, "n": 0, "s": "batch", "t": 0, "u": "fred",
    "x": "na%jme", "N": "n1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("/tmp/%x", "/tmp/na%jme"),
        ("out.%A_%a", "/home/fred/out.11_3"),
        ("%4j-%1j-%0j-%99j", "/home/fred/0012-12-12-0000000012"),
        ("%n%t%3n-%s-%J-%u@%N", "/home/fred/00000-batch-12-fred@n1"),
        ("%5u%5s", "/home/fred/fredbatch"),
        ("%%j-%%%j-100%", "/home/fred/%j-%12-100%"),
        ("%z-%b", "/home/fred/%z-%b"),
        ("%12z-%5%j", "/home/fred/2z-512"),
        ("%12", "/home/fred/2"),
        ("\\%j", "/home/fred%j"),
        ("/tmp/a\\\\b%j", "/tmp/a\\b%j"),
        ("7", "/dev/null"),
        ("0", "/home/fred/0"),
        ("07x", "/home/fred/07x"),
        ("a\nb", "/home/fred/a\nb"),
    ],
)
def test_a_name_as_slurmstepd_makes_it(pattern: str, name: str) -> None:
    assert written(pattern, VALUES) == name


def test_a_directory_that_ends_in_a_slash() -> None:
    assert written("out", {**VALUES, "/": "/"}) == "/out"
