"""Builds libslurm_cffi._libslurm from the Slurm that is installed, whichever release that is.

The rule: bind what the headers declare and the library also exports. The preprocessor reads the headers
(slurm.h, slurm_errno.h, slurmdb.h and our compat.h), the compiler says which macros are integers and what
every enumerator and member is worth, and nm says what libslurm exports. No declaration is copied by hand, so
a new release of Slurm needs a new build, not a new file; what must differ by release is in compat/.

setuptools calls `ffibuilder` (see setup.py). `python libslurm_cffi/build.py` prints the declarations.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cffi import FFI

MODULE = "libslurm_cffi._libslurm"
HERE = Path(__file__).resolve().parent
#: C of our own: what differs by release, the writer of records, and messages that processes share.
COMPAT = HERE / "compat"
WRITER = HERE / "writer"
IMAGE = HERE / "image"
OURS = (COMPAT, WRITER, IMAGE)
#: How its names begin.
OWN_NAMES = ("compat_", "writer_", "image_")
RELEASE = HERE / "_release.py"
HEADERS = ("slurm/slurm.h", "slurm/slurm_errno.h", "slurm/slurmdb.h")
INCLUDES = "".join(f"#include <{header}>\n" for header in HEADERS)
INCLUDES += '#include "compat.h"\n#include "writer.h"\n#include "image.h"\n'

# What Slurm's headers take from the C library; the compiler completes the "...".
LIBC = """
typedef int... time_t;
typedef int... uid_t;
typedef int... gid_t;
typedef int... pid_t;
typedef struct { ...; } pthread_mutex_t;
struct sockaddr_storage { ...; };
"""
# Called from C: see compat_arm_exit in compat.h, writer_ask in writer.h.
CALLBACKS = """
extern "Python+C" void compat_on_exit(void);
extern "Python+C" writer_answer_t *writer_ask(void *asked, uint32_t row, uint64_t value, const char *record);
"""

NEEDED = """
libslurm_cffi cannot be built: {missing}.
  Debian, Ubuntu:                  apt install {debian}
  RHEL, Rocky, AlmaLinux, Fedora:  dnf install {redhat}
"""
NEEDED_SLURM = """\
A Slurm elsewhere than in the system's directories is found by pkg-config (slurm.pc), or set
SLURM_PREFIX=/opt/slurm, or SLURM_INCLUDE_DIR and SLURM_LIB_DIR.
"""


class Toolchain(NamedTuple):
    """The compiler's command, and where Slurm is; no directories: where the compiler looks anyway."""

    compiler: list[str]
    include_dirs: list[str]
    library_dirs: list[str]
    library: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run([*self.compiler, *include_flags(self.include_dirs), *arguments])


def include_flags(directories: list[str]) -> list[str]:
    return [f"-I{directory}" for directory in (*directories, *OURS)]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    # A locale may translate what is parsed here.
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False
    )


def refuse(missing: str, debian: str, redhat: str, hint: str = "") -> NoReturn:
    """Ends the build; SystemExit, so that these are the last lines and no traceback hides them."""
    raise SystemExit(NEEDED.format(missing=missing, debian=debian, redhat=redhat) + hint)


def find_toolchain() -> Toolchain:
    """The compiler and Slurm, or a refusal that names the packages to install."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "gcc")
    if not shutil.which(compiler[0]):
        refuse(f"there is no C compiler ({compiler[0]})", "gcc libc6-dev", "gcc")
    if not shutil.which("nm"):
        refuse("there is no nm", "binutils", "binutils")
    if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
        refuse("Python.h is missing", "python3-dev", "python3-devel")
    include_dirs, library_dirs = slurm_directories()
    flags = include_flags(include_dirs)
    for header in HEADERS:
        probe = run([*compiler, *flags, "-E", "-include", header, "-x", "c", os.devnull])
        if re.search(rf"error: '?{re.escape(header)}\b", probe.stderr):
            refuse(f"Slurm's header <{header}> is missing", "libslurm-dev", "slurm-devel", NEEDED_SLURM)
        if probe.returncode:
            refuse(f"the compiler cannot read <{header}>", "libc6-dev", "glibc-devel", probe.stderr)
    library = find_library(compiler, library_dirs)
    if library is None:
        refuse("Slurm's library (libslurm.so) is missing", "libslurm-dev", "slurm-devel", NEEDED_SLURM)
    return Toolchain(compiler, include_dirs, library_dirs, library)


def slurm_directories() -> tuple[list[str], list[str]]:
    """Include and library directories from the environment, or from pkg-config; both empty: the system's."""
    prefix = os.environ.get("SLURM_PREFIX")
    include = os.environ.get("SLURM_INCLUDE_DIR") or (prefix and f"{prefix}/include")
    library = os.environ.get("SLURM_LIB_DIR")
    if prefix and not library:
        lib = Path(prefix, "lib")
        candidates = [Path(prefix, "lib64"), lib, *sorted(lib.glob("*-linux-gnu"))]
        library = next((str(path) for path in candidates if (path / "libslurm.so").exists()), str(lib))
    if include or library:
        return [include] if include else [], [library] if library else []
    if shutil.which("pkg-config"):
        answer = run(["pkg-config", "--cflags-only-I", "--libs-only-L", "slurm"])
        if answer.returncode == 0:
            words = shlex.split(answer.stdout)
            return [w[2:] for w in words if w.startswith("-I")], [w[2:] for w in words if w.startswith("-L")]
    return [], []


def find_library(compiler: list[str], directories: list[str]) -> Path | None:
    if directories:
        found = (Path(directory, "libslurm.so") for directory in directories)
        return next((path for path in found if path.exists()), None)
    # The compiler answers with the bare name if it does not know the file.
    path = Path(run([*compiler, "-print-file-name=libslurm.so"]).stdout.strip())
    return path if path.is_absolute() else None


def exported_symbols(library: Path) -> set[str]:
    """The names a program can link to: functions and variables."""
    listing = run(["nm", "-D", "--defined-only", str(library)])
    if listing.returncode:
        raise SystemExit(f"libslurm_cffi cannot be built: nm does not read {library}:\n{listing.stderr}")
    return {line.split()[-1].partition("@")[0] for line in listing.stdout.splitlines() if line.strip()}


def export_macros(exported: set[str]) -> list[tuple[str, str]]:
    """EXPORTED_name=1 for each exported name that compat/ asks about with #ifdef."""
    text = "".join(path.read_text() for path in sorted(COMPAT.iterdir()))
    asked = set(re.findall(r"\bEXPORTED_(\w+)", text))
    return [(f"EXPORTED_{name}", "1") for name in sorted(asked & exported)]


def declarations(tools: Toolchain, exported: set[str], macros: list[tuple[str, str]]) -> str:
    """The whole cdef."""
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory, "headers.c")
        source.write_text(INCLUDES)
        flags = [f"-D{name}={value}" for name, value in macros]
        preprocessed = tools.run(*flags, "-E", "-dD", str(source))
        if preprocessed.returncode:
            raise SystemExit(f"libslurm_cffi cannot be built: Slurm's headers:\n{preprocessed.stderr}")
        ours = our_lines(preprocessed.stdout)
        names = macro_names(ours)
        kept = [unit for unit in units(ours) if is_bound(unit, exported)]
        body = "".join(f"{let_compiler_count(unit)}\n" for unit in kept)
        names = [name for name in names if not re.search(rf"\b{name}\b", body)]
        integers = integer_macros(tools, flags, names, Path(directory))
    return LIBC + body + CALLBACKS + "".join(f"#define {name} ...\n" for name in integers)


def our_lines(preprocessed: str) -> list[str]:
    """The lines that come from Slurm's headers and compat.h, without those of the C library."""
    lines = []
    ours = False
    for line in preprocessed.splitlines():
        if marker := re.match(r'#(?: line)? \d+ "(.*?)"', line):
            ours = "/slurm/" in marker[1] or Path(marker[1]).parent in OURS
        elif ours and line.strip():
            lines.append(line)
    return lines


def macro_names(lines: list[str]) -> list[str]:
    """Object-like macros that have a value and were not undefined again."""
    names: dict[str, None] = {}
    for line in lines:
        if found := re.match(r"#define (\w+)\s+\S", line):
            names[found[1]] = None
        elif found := re.match(r"#undef (\w+)", line):
            names.pop(found[1], None)
    return [name for name in names if not name.startswith("_")]


def units(lines: list[str]) -> Iterator[str]:
    """The top-level declarations, one by one, without attributes and preprocessor lines."""
    text = "\n".join(line for line in lines if not line.startswith("#"))
    text = re.sub(r"__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)", "", text).replace("__extension__", "")
    depth = start = 0
    for mark in re.finditer(r"[{};]", text):
        depth += {"{": 1, "}": -1, ";": 0}[mark[0]]
        if depth == 0 and mark[0] == ";":
            yield text[start : mark.end()].strip()
            start = mark.end()


def is_bound(unit: str, exported: set[str]) -> bool:
    """False for a function or variable that libslurm does not export; OWN_NAMES are our own."""
    if unit == ";" or unit.startswith("typedef") or re.match(r"(struct|union|enum)\b[^()]*[{;]", unit):
        return unit != ";"
    name = re.search(r"(\w+)\s*(?:\(|\[|;)", unit)
    return name is not None and (name[1] in exported or name[1].startswith(OWN_NAMES))


def let_compiler_count(unit: str) -> str:
    """Enumerators without their values, which may be any C expression: cffi has the compiler fill them in."""

    def bare(match: re.Match[str]) -> str:
        body = re.sub(r"\([^()]*\)", "", match[2])
        names = [name for part in body.split(",") if (name := part.partition("=")[0].strip())]
        return f"enum {match[1]} {{ {', '.join(names)}, ... }}"

    return re.sub(r"\benum\b\s*(\w*)\s*\{([^{}]*)\}", bare, unit)


def integer_macros(tools: Toolchain, flags: list[str], names: list[str], directory: Path) -> list[str]:
    """The macros that are integer constants: the compiler gets an assertion a line, names the wrong ones."""
    source = directory / "macros.c"
    head = INCLUDES.splitlines()
    # `| 1`: an integer that is zero must hold too, and a pointer, a float or a string must not.
    source.write_text("\n".join([*head, *(f'_Static_assert(({name}) | 1, "");' for name in names), ""]))
    errors = tools.run(*flags, "-fsyntax-only", "-w", str(source)).stderr
    wrong = {int(line) for line in re.findall(rf"{re.escape(str(source))}:(\d+):", errors)}
    return [name for line, name in enumerate(names, len(head) + 1) if line not in wrong]


def release(tools: Toolchain) -> str:
    """Slurm's release, such as 22.05.8."""
    macros = tools.run("-dM", "-E", "-include", HEADERS[0], "-x", "c", os.devnull).stdout
    found = re.search(r"#define SLURM_VERSION_NUMBER (0x[0-9a-f]+)", macros)
    number = int(found[1], 16) if found else 0
    return f"{number >> 16}.{number >> 8 & 0xFF:02}.{number & 0xFF}"


def ffibuilder() -> FFI:
    """The extension as cffi wants it described; beside it the release, for those who do not load it."""
    from cffi import FFI

    tools = find_toolchain()
    RELEASE.write_text(f'RELEASE = "{release(tools)}"\n')
    exported = exported_symbols(tools.library)
    macros = export_macros(exported)
    ffi = FFI()
    ffi.cdef(declarations(tools, exported, macros))
    ffi.set_source(
        MODULE,
        INCLUDES,
        sources=[os.path.relpath(path) for folder in OURS for path in sorted(folder.glob("*.c"))],
        depends=[os.path.relpath(path) for folder in OURS for path in sorted(folder.glob("*.h"))],
        include_dirs=[*tools.include_dirs, *map(os.path.relpath, OURS)],
        library_dirs=tools.library_dirs,
        runtime_library_dirs=tools.library_dirs,
        libraries=["slurm"],
        define_macros=macros,
    )
    return ffi


if __name__ == "__main__":
    toolchain = find_toolchain()
    symbols = exported_symbols(toolchain.library)
    sys.stdout.write(declarations(toolchain, symbols, export_macros(symbols)))
