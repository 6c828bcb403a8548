"""restd-inet prepare: makes the file of start.bundle. Whoever installs restd-inet runs it.

In it are the modules that the requests of most clients load, without docstrings, and the patterns that they
compile.
"""

from __future__ import annotations

import sys

#: What the program has loaded so far, as every start does.
FIRST = dict(sys.modules)

# ruff: noqa: E402
import _sre  # type: ignore[import-not-found]
import ast
import os
import re
from importlib import import_module
from importlib.machinery import SourceFileLoader
from marshal import dumps
from re import _compiler  # type: ignore[attr-defined]
from typing import Any

from restd_inet import commands
from restd_inet.option_values import Usage
from restd_inet.options import Option, described, split
from restd_inet.start import bundle

#: What it loads for the requests of most clients: these come first in the file, and are read at once.
LATE = (
    "restd_inet.auth.local", "restd_inet.codec.json", "restd_inet.commands.slurm.ping",
    "restd_inet.slurm.client", "libslurm_cffi", "libslurm_cffi._release",
)  # fmt: skip
#: Read when they are asked for.
SELDOM = ("restd_inet.auth.jwt", "restd_inet.slurm.json_writer", "restd_inet.slurm.lookups.jobs")
#: Loaded only where there is no such file.
SPARED = (
    "collections", "contextlib", "copyreg", "enum", "functools", "gettext", "keyword", "operator", "re",
    "re._casefix", "re._compiler", "re._constants", "re._parser", "reprlib", "types",
)  # fmt: skip

FAILED = 1
OPTIONS = (Option("-h --help", "help", False, "print this and exit"),)
USAGE = """\
Usage: restd-inet prepare

Puts the modules that a start loads into one file, which makes every start faster. To be run by whoever may
write where restd-inet is installed, after it was installed; what has changed since is loaded as ever.

Options:
"""


def main(arguments: list[str]) -> int:
    """Makes the file; the exit status. Raises Usage."""
    try:
        given, rest = split(arguments[1:], OPTIONS)
        if rest:
            raise Usage(f'"{rest[0]}" was not expected')
    except Usage as error:
        raise Usage(f"prepare: {error}") from None
    if given:
        sys.stdout.write(USAGE + "\n".join(described(OPTIONS)) + "\n")
        return 0
    target = bundle.path()
    try:
        if any(isinstance(finder, bundle.Finder) for finder in sys.meta_path):
            os.unlink(target)  # with what it spares a start, what is to be put into it would not be loaded
            os.execv(sys.executable, sys.orig_argv)
        size = write(target)
    except OSError as error:
        print(f"restd-inet: {error.filename or target}: {error.strerror}", file=sys.stderr)
        return FAILED
    print(f"{target}: {size} bytes")
    return 0


def write(target: str) -> int:
    """Makes the file, all of it or nothing; gives its size."""
    first = (set(FIRST) | _loaded(LATE)).difference(SPARED)
    for name in SELDOM:
        import_module(name)
    list(commands.every(("slurm",)))
    codes: list[bytes] = []
    modules: dict[str, bundle.Entry] = {}
    offset = core = 0
    for name, source, package in sorted(_sources(), key=lambda found: (found[0] not in first, found[0])):
        found = os.stat(source)
        with open(source, "rb") as file:
            code = dumps(_code(file.read(), source))
        modules[name] = (offset, len(code), source, found.st_size, found.st_mtime_ns, package)
        codes.append(code)
        offset += len(code)
        core = offset if name in first else core
    index = dumps((bundle.python(), core, modules, _patterns()))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    temporary = f"{target}.{os.getpid()}"
    with open(temporary, "wb") as file:
        file.write(b"".join([len(index).to_bytes(bundle.LENGTH, "little"), index, *codes]))
    os.replace(temporary, target)
    return os.path.getsize(target)


def _loaded(names: tuple[str, ...]) -> set[str]:
    """The modules that are loaded with those."""
    before = set(sys.modules)
    for name in names:
        import_module(name)
    return set(sys.modules) - before | set(names)


def _sources() -> list[tuple[str, str, bool]]:
    """The modules that this process has loaded from sources: name, source, whether it is a package."""
    found = []
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        loader = getattr(spec, "loader", None)
        if spec is not None and spec.name == name and isinstance(loader, (SourceFileLoader, bundle.Finder)):
            found.append((name, str(spec.origin), spec.submodule_search_locations is not None))
    return found


def _code(text: bytes, source: str) -> Any:
    """The code of a source, without docstrings: they are half of what would be read."""
    tree = ast.parse(text, source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body[:1] = [] if len(node.body) > 1 else [ast.copy_location(ast.Pass(), first)]
    return compile(tree, source, "exec", dont_inherit=True)


class _Recorder:
    """Stands for _sre, and keeps what it was told to compile."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_sre, name)

    def compile(self, pattern: Any, *rest: Any) -> Any:
        self.last = rest
        return _sre.compile(pattern, *rest)


def _patterns() -> dict[tuple[str | bytes, int], tuple[Any, ...]]:
    """What re has compiled in this process, as _sre.compile takes it."""
    found: dict[tuple[str | bytes, int], tuple[Any, ...]] = {}
    recorder = _compiler._sre = _Recorder()
    try:
        for _, pattern, flags in list(re._cache):  # type: ignore[attr-defined]
            _compiler.compile(pattern, flags)
            bits, code, groups, names, indexes = recorder.last
            found[pattern, int(flags)] = (int(bits), list(map(int, code)), groups, dict(names), indexes)
    finally:
        _compiler._sre = _sre
    return found
