"""Where things are: the checkout, its tests, and what slurmrestd answered, beside a developer's checkout."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parent
CHECKOUT = TESTS.parent
SPECS = CHECKOUT / "specs"
SCALEOUT = CHECKOUT / "contrib" / "scaleout" / "scaleout"
#: Answers and documents that real slurmrestds gave. Tests that compare with them are skipped without them.
REFERENCE = CHECKOUT.parent / "shared" / "reference"
RESPONSES = REFERENCE / "responses"


def answered() -> list[int]:
    """The versions, from v0.0.40 on, in which answers of a real slurmrestd were recorded."""
    found = {int(path.name.rpartition(".")[2]) for path in RESPONSES.glob("*/v0.0.[4-9]*")}
    return sorted(found)
