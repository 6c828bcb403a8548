"""The modules of the common path in one file: found in a dict instead of by a search, without docstrings.

`restd-inet prepare` makes the file, beside what Python itself keeps of compiled modules and with the same
rights. A module is taken from it if its source has the size and the time of modification of that day; else,
and without the file, Python imports it as ever. A traceback shows the lines of the sources.

With it come the patterns that these modules compile, as re would compile them: to load re takes longer than
all that a request needs of it.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import sys
from marshal import loads
from posix import listdir, stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

    #: Where the code is among that of all, its size; the source, its size, its time; whether it is a package.
    Entry = tuple[int, int, str, int, int, bool]

#: Files of site-packages that add nothing to sys.path.
HARMLESS = {"a1_coverage.pth", "distutils-precedence.pth"}
FORMAT = 1
#: Bytes of a length.
LENGTH = 4
#: The bytes that are read first: the index has less.
FIRST = 1 << 16


def path() -> str:
    """Where the file is."""
    return f"{__file__.rpartition('/')[0]}/__pycache__/modules.{sys.implementation.cache_tag}.bundle"


def python() -> list[Any]:
    """What the code and the patterns in the file depend on."""
    return [FORMAT, sys.version, sys.flags.optimize, _sre.MAGIC]


def install(directory: str) -> None:
    """directory: of the package, and of what it needs."""
    if any(name.endswith(".pth") and name not in HARMLESS for name in listdir(directory)):
        __import__("site").main()  # packages that are installed to be edited, and what else may be there
    try:
        with open(path(), "rb", buffering=0) as file:
            start = file.read(FIRST)
            size = LENGTH + int.from_bytes(start[:LENGTH], "little")
            made_by, core, modules, patterns = loads(start[LENGTH:])
            if made_by != python():
                return
            file.seek(size)
            code = file.read(core)
    except (OSError, ValueError, EOFError, TypeError):
        return
    sys.meta_path.insert(0, Finder(modules, code, size))
    if "re" not in sys.modules:
        sys.modules["re"] = Patterns(patterns)
    if "gettext" not in sys.modules:  # getopt wants it for its messages, and does without it
        sys.modules["gettext"] = None  # type: ignore[assignment]
        __import__("getopt")
        del sys.modules["gettext"]


class Finder:
    """Finds and loads the modules of the file.

    code: that of the first of them, as far as it was read; base: where it begins in the file.
    """

    def __init__(self, modules: dict[str, Entry], code: bytes, base: int) -> None:
        self._modules = modules
        self._code = memoryview(code)
        self._base = base
        self._spec: Any = type(sys.__spec__)  # ModuleSpec

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        found = self._modules.get(name)
        if found is None:
            return None
        _, _, source, size, modified, package = found
        try:
            now = stat(source)
        except OSError:
            return None
        if now.st_size != size or now.st_mtime_ns != modified:
            return None
        spec = self._spec(name, self, origin=source, is_package=package)
        if package:
            spec.submodule_search_locations.append(source.rpartition("/")[0])
        return spec

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        # A spec with a location would set it, and work out where Python keeps the compiled module.
        module.__file__ = self._modules[module.__name__][2]
        exec(self.get_code(module.__name__), module.__dict__)

    def get_code(self, name: str) -> CodeType:
        offset, size = self._modules[name][:2]
        code: Any = self._code[offset : offset + size]
        if len(code) < size:
            with open(path(), "rb", buffering=0) as file:
                file.seek(self._base + offset)
                code = file.read(size)
        found: CodeType = loads(code)
        return found

    def get_source(self, name: str) -> str:
        """For linecache."""
        with open(self._modules[name][2], encoding="utf-8") as file:
            return file.read()


class Patterns(type(sys)):  # type: ignore[misc]  # the type of modules
    """Stands for re until something is asked of it that is not in the file: then re is loaded.

    To load re is as much work as to compile what a request needs of it.
    """

    A = ASCII = 256
    I = IGNORECASE = 2  # noqa: E741
    M = MULTILINE = 8
    S = DOTALL = 16
    X = VERBOSE = 64

    def __init__(self, patterns: dict[tuple[str | bytes, int], tuple[Any, ...]]) -> None:
        super().__init__("re")
        self._patterns = patterns

    def compile(self, pattern: Any, flags: int = 0) -> Any:
        known = self._patterns.get((pattern, int(flags))) if isinstance(pattern, (str, bytes)) else None
        return self._re.compile(pattern, flags) if known is None else _sre.compile(pattern, *known)

    @property
    def _re(self) -> Any:
        """re itself, in whose place this is no longer."""
        if sys.modules.get("re") is self:
            del sys.modules["re"]
        return __import__("re")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":
            raise AttributeError(name)
        return getattr(self._re, name)
