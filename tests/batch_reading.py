"""Reads batch scripts without libslurm: what only it could work out is shown as lookup(text)."""

from __future__ import annotations

import re
from typing import Any

from restd_inet.schema.batch import submission
from restd_inet.schema.batch.description import Site
from restd_inet.schema.batch.environment import Submitter
from restd_inet.schema.batch.submission import Submission

HOME = "/home/fred"


def hosts(text: str) -> list[str]:
    """Names, and one range at the end of each."""
    found = []
    for part in re.split(r",(?![^[]*\])", text):
        name, _, numbers = part.rstrip("]").partition("[")
        for each in numbers.split(",") if numbers else [""]:
            low, _, high = each.partition("-")
            found += [f"{name}{n}" for n in range(int(low), int(high or low) + 1)] if low else [name]
    return found


def site(release: str) -> Site:
    return Site(release, hosts, lambda text: text, lambda value: f"{value.name}({value.text})")


def read(
    text: str,
    *beside: str,
    release: str = "26.05",
    argv: list[str] | None = None,
    environment: dict[str, str] | None = None,
    directory: str = "",
) -> Submission:
    """A script that is whole; beside it options, as name or name=value."""
    options = [
        (name, value if equals else None) for name, equals, value in (b.partition("=") for b in beside)
    ]
    submitter = Submitter("fred", HOME, directory, "login1", environment)
    return submission.read(text, options, argv or [], submitter, site(release))


def job(lines: str, *beside: str, **more: Any) -> dict[str, Any]:
    """The members of a job of one component, by directives."""
    (members,) = read(f"#!/bin/sh\n{lines}\n", *beside, **more).components
    return members


def variables(lines: str, *beside: str, **more: Any) -> dict[str, str]:
    """Its environment."""
    pairs = [pair.partition("=") for pair in job(lines, *beside, **more)["environment"]]
    return {name: value for name, _, value in pairs}
