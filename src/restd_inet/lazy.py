"""The only caller of import_module: the doors behind which lies what not every request needs.

A process is started per connection, so a module that a request does not need is not imported.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType
    from typing import Any


class _ForDataclasses(type(sys)):  # type: ignore[misc]  # the type of modules
    """What dataclasses takes for inspect, which it wants for the docstring of a class without one."""

    @staticmethod
    def signature(*arguments: object, **options: object) -> str:
        return ""

    @staticmethod
    def get_annotations(cls: type) -> Any:
        """Of the class itself; Python 3.13 asks."""
        return cls.__dict__.get("__annotations__", {})  # noqa: RUF063  # inspect is what is not loaded

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module("inspect"), name)


# h11's events are dataclasses, and to load inspect is an eighth of the whole start.
if "inspect" not in sys.modules:
    sys.modules["inspect"] = _ForDataclasses("inspect")
    import_module("dataclasses")
    del sys.modules["inspect"]


def command(family: str, segment: str) -> ModuleType | None:
    """The module of the commands under /<family>/<version>/<segment>; None if there is none."""
    return _module(f"restd_inet.commands.{family}.{segment}")


def page(name: str) -> Any:
    """The module of what is answered at a path without a version, such as /openapi."""
    return import_module(f"restd_inet.pages.{name}")


def pages() -> Any:
    """What answers at paths without a version."""
    return import_module("restd_inet.pages.respond")


def subset() -> Any:
    """What makes a document of a part of a prebuilt one."""
    return import_module("restd_inet.openapi.subset")


def in_child() -> Any:
    """What runs a function in a child process."""
    return import_module("restd_inet.in_child")


def values(style: str) -> Any:
    """The module of another way to write an answer's values."""
    return import_module(f"restd_inet.schema.{style}")


def choice() -> Any:
    """What reads -s and -d."""
    return import_module("restd_inet.app.plugins")


def generator() -> Any:
    """What makes OpenAPI documents of tables: needed for what packages add only; ours are built before."""
    return import_module("restd_inet.openapi.generate")


def plugins() -> list[Any]:
    """The entry points of packages that add commands: asked for only where -s names one."""
    return list(import_module("importlib.metadata").entry_points(group="restd_inet.commands"))


def directory(package: str) -> str | None:
    """Where a package is, without importing it; None if it is not installed."""
    spec = import_module("importlib.machinery").PathFinder.find_spec(package)
    return None if spec is None or not spec.submodule_search_locations else spec.submodule_search_locations[0]


def document(name: str) -> str:
    """The path of a prebuilt OpenAPI document: package data, and specs/ of a checkout that runs as it is."""
    here = os.path.dirname(__file__)
    places = (os.path.join(here, "specs"), os.path.join(here, "..", "..", "specs"))
    return next((found for place in places if os.path.exists(found := f"{place}/{name}.json")), "")


def commands(families: Iterable[str]) -> Iterator[ModuleType]:
    """Every module of the families' commands: for a process that will answer many requests."""
    for family in families:
        package = _module(f"restd_inet.commands.{family}")
        for path in package.__path__ if package else ():
            for entry in sorted(os.listdir(path)):
                name, dot, ending = entry.partition(".")
                if (dot, ending) == (".", "py"):
                    yield import_module(f"restd_inet.commands.{family}.{name}")


def mode(name: str) -> Any:
    """The module of a way to serve: "inet", or "supervise" for listen mode."""
    return import_module(f"restd_inet.serve.{name}")


def subcommand(name: str) -> Any:
    """The module of what `restd-inet <name>` does."""
    return import_module(f"restd_inet.cli.{name}")


def auth(method: str) -> Any:
    """The module of an authentication method."""
    return import_module(f"restd_inet.auth.{method}")


def codec(name: str) -> Any:
    """The module of a format."""
    return import_module(f"restd_inet.codec.{name}")


def bindings() -> Any:
    """The package that holds libslurm: `ffi` and `lib`."""
    return import_module("libslurm_cffi")


def library(name: str) -> Any:
    """A module of restd_inet.slurm: "lookups"; "slurmdb" and "all_lookups", which only accounting needs."""
    return import_module(f"restd_inet.slurm.{name}")


def release() -> str:
    """The release of Slurm that the bindings were built for, without loading them."""
    found: str = import_module("libslurm_cffi._release").RELEASE
    return found


def _module(name: str) -> ModuleType | None:
    """A module; None only if that very module does not exist: a broken one is an error, not unknown."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            return None
        raise
