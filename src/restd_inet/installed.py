"""What is installed: the release of Slurm, prebuilt documents, and packages that add commands."""

from __future__ import annotations

import os

from restd_inet import __version__, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def release() -> str:
    """The release of Slurm that the bindings were built for, without loading them."""
    found: str = lazy.module("libslurm_cffi._release").RELEASE
    return found


def series() -> str:
    """The release without its last number, as Slurm names its releases: "22.05"."""
    return ".".join(release().split(".")[:2])


def version() -> str:
    """The version of restd-inet with the release of Slurm that it was built for: that of the wheel."""
    return f"{__version__}+slurm{series()}"


def document(name: str) -> str:
    """The path of a prebuilt OpenAPI document: package data, and specs/ of a checkout that runs as it is."""
    here = os.path.dirname(__file__)
    places = (os.path.join(here, "specs"), os.path.join(here, "..", "..", "specs"))
    return next((found for place in places if os.path.exists(found := f"{place}/{name}.json")), "")


def contributed(name: str) -> str:
    """The text of a file of contrib/, which is package data. Raises OSError."""
    here = os.path.dirname(__file__)
    places = (os.path.join(here, "contrib"), os.path.join(here, "..", "..", "contrib"))
    found = next(
        (path for place in places if os.path.exists(path := f"{place}/{name}")), f"{places[0]}/{name}"
    )
    with open(found, encoding="utf-8") as file:
        return file.read()


def directory(package: str) -> str | None:
    """Where a package is, without importing it; None if it is not installed."""
    spec = lazy.module("importlib.machinery").PathFinder.find_spec(package)
    return None if spec is None or not spec.submodule_search_locations else spec.submodule_search_locations[0]


def plugins() -> list[Any]:
    """The entry points of packages that add commands: asked for only where -s names one."""
    return list(lazy.module("importlib.metadata").entry_points(group="restd_inet.commands"))
