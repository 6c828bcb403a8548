"""What is installed: the release of Slurm, prebuilt documents, and packages that add commands."""

from __future__ import annotations

import os
from time import monotonic

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


def stamp() -> tuple[object, ...]:
    """What tells whether restd-inet has been installed anew since an earlier stamp."""
    return tuple(map(_identity, _FILES))


def _identity(path: str) -> object:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def libraries() -> tuple[str, ...]:
    """The files of libslurm that this process has loaded."""
    with open("/proc/self/maps") as maps:
        return tuple(sorted({line.split()[-1] for line in maps if "/libslurm" in line and ".so" in line}))


class Loaded:
    """What this process has loaded, to be compared with what is installed."""

    def __init__(self) -> None:
        self._looked, self._reason = 0.0, ""
        self._packages = stamp()
        self._libraries = {path: _identity(path) for path in libraries()}

    def recently_stale(self) -> str:
        """As `stale`, but what was found a moment ago will do: for hundreds of requests a second."""
        return self.stale() if monotonic() - self._looked >= _MOMENT_SECONDS else self._reason

    def stale(self) -> str:
        """Why this process must not go on; "" if nothing has changed."""
        self._looked, self._reason = monotonic(), self._compared()
        return self._reason

    def _compared(self) -> str:
        if stamp() != self._packages:
            what = "restd-inet was installed anew"
        elif any(_identity(path) != before for path, before in self._libraries.items()):
            what = "libslurm was replaced"
        else:
            return ""
        return f"{what} since this process started: it has to be reloaded (SIGHUP, or systemctl reload)"


#: A hundredth of a second is less than it takes to install anything.
_MOMENT_SECONDS = 0.01
_HERE = os.path.dirname(__file__)
_FILES = (
    os.path.join(_HERE, "__init__.py"),
    os.path.join(_HERE, "..", "libslurm_cffi", "__init__.py"),
    os.path.join(_HERE, "..", "libslurm_cffi", "_libslurm.abi3.so"),
)


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
