"""lazy and those who use it; what a cold process imports; which way modules import."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from restd_inet import auth, codec, commands, lazy
from restd_inet.slurm.capabilities import bindings

SOURCE = Path(__file__).parent.parent / "src"
PACKAGE = SOURCE / "restd_inet"
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    parts = file.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = [name_of(file) for file in MODULES]


@cache
def trees() -> dict[str, ast.Module]:
    """The modules, parsed."""
    return {name_of(file): ast.parse(file.read_bytes()) for file in MODULES}


#: lazy; what prepares a start; what imports in place of Python.
IMPORTERS = (
    "restd_inet.lazy",
    "restd_inet.start.h11_light",
    "restd_inet.start.bundle",
    "restd_inet.cli.prepare",
)

# The doors.


def test_a_command_is_found_by_name() -> None:
    module = commands.find("slurm", "ping")
    assert module is not None
    assert module.__name__ == "restd_inet.commands.slurm.ping"


def test_a_command_that_is_not_there_is_none() -> None:
    assert commands.find("slurm", "nothing") is None


def test_a_command_that_is_broken_is_not_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import restd_inet.commands.slurm as family

    (tmp_path / "broken.py").write_text("import no_such_module\n")
    monkeypatch.setattr(family, "__path__", [*family.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        commands.find("slurm", "broken")


@pytest.mark.parametrize("name", ["json", "yaml", "form"])
def test_a_codec_is_found(name: str) -> None:
    assert codec.get(name).decode


def test_a_method_is_found() -> None:
    assert callable(auth.method("local").authenticate)


def test_the_bindings_are_found() -> None:
    assert hasattr(bindings(), "lib")


# Nothing else is lazy.


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _imports(tree: ast.Module) -> set[str]:
    """The modules that a module imports when it is run."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative import"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(name if name in trees() else str(node.module) for name in names)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_imports_stand_at_the_top_of_a_module(name: str) -> None:
    """Not in functions, where the cost of a request is hidden; lazy ones go through lazy."""
    top = set(trees()[name].body)
    for node in trees()[name].body:
        if _is_for_types(node):
            top.update(ast.walk(node))
    inner = [node for node in ast.walk(trees()[name]) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(node) for node in inner if node not in top] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name not in IMPORTERS])
def test_only_lazy_imports_by_name(name: str) -> None:
    text = (SOURCE / Path(*name.split("."))).with_suffix(".py")
    source = (text if text.exists() else text.with_suffix("") / "__init__.py").read_text()
    assert "import_module(" not in source
    assert "__import__" not in source
    assert "import importlib" not in source
    assert "from importlib" not in source


def test_only_slurm_touches_the_bindings() -> None:
    users = {name for name, tree in trees().items() if "libslurm_cffi" in _imports(tree)}
    assert users == set()
    callers = {name for name, tree in trees().items() if "bindings()" in ast.unparse(tree)}
    assert callers == {f"restd_inet.slurm{name}" for name in ("", ".capabilities", ".library")}


def test_only_wire_and_the_client_import_h11() -> None:
    users = {name for name, tree in trees().items() if "h11" in _imports(tree)}
    assert users == {"restd_inet.http.wire", "restd_inet.cli.client"}


def _known(tree: ast.Module) -> set[str]:
    """The modules that a module imports at any time: for types, and late by lazy.module, too."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(name if name in trees() else str(node.module) for name in names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "lazy.module":
            found.update(part.value for part in node.args if isinstance(part, ast.Constant))
    return found & trees().keys()


def test_modules_import_one_way() -> None:
    """No two modules import each other, directly or through others."""
    graph = {name: _known(tree) - {name} for name, tree in trees().items()}
    done: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            done.append(name)

    for name in graph:
        visit(name, ())


def test_a_package_names_its_modules() -> None:
    """Its docstring is a map: a line for each, without which a newcomer has to open them all."""
    for name, tree in trees().items():
        parts = {other.removeprefix(f"{name}.") for other in trees() if other.startswith(f"{name}.")}
        if name.endswith((".records", "commands.slurm", "commands.slurmdb", "commands.util")):
            continue  # a file for each record or path
        parts = {part for part in parts if "." not in part}
        named = set(re.findall(r"^ *(\w+)  ", ast.get_docstring(tree) or "", re.MULTILINE))
        assert parts <= named, name


#: A layer → what it must not know (design: the straight line of a request).
BELOW = {
    "restd_inet.schema": ("http", "serve", "app", "pages", "commands", "slurm", "codec", "auth", "settings"),
    "restd_inet.commands": ("http", "serve", "app", "pages", "codec", "auth", "settings"),
    "restd_inet.http": ("serve", "app", "pages", "commands", "schema", "slurm", "codec", "auth"),
    "restd_inet.codec": ("http", "serve", "app", "pages", "commands", "schema", "slurm", "auth"),
    "restd_inet.auth": ("http", "serve", "app", "pages", "commands", "schema", "codec"),
    "restd_inet.slurm": ("http", "serve", "app", "pages", "commands", "auth"),
    "restd_inet.serve": ("app", "pages", "commands", "schema", "slurm", "codec", "auth"),
}


@pytest.mark.parametrize("layer", BELOW)
def test_a_layer_does_not_know_those_above_it(layer: str) -> None:
    unwanted = tuple(f"restd_inet.{part}" for part in BELOW[layer])
    for name, tree in trees().items():
        if name == layer or name.startswith(layer + "."):
            known = {other for other in _imports(tree) if other.startswith("restd_inet")}
            wrong = {o for o in known if any(o == part or o.startswith(part + ".") for part in unwanted)}
            assert wrong == set(), name


# Start-up cost.

CHILD = """
import os, sys
before = set(sys.modules)
sys.path[:0] = {path!r}
{before}
leave = os._exit

def tell(code):
    sys.stderr.write(" ".join(sorted(set(sys.modules) - before)))
    sys.stderr.flush()
    leave(code)

os._exit = tell
sys.argv = ["restd-inet", "-q"]
from restd_inet.__main__ import main
main()
"""
FAKE = """
import fake_slurm, restd_inet.slurm
from fake_slurm import FakeSlurm
restd_inet.slurm.connect = lambda settings: FakeSlurm()
"""
#: Costs more than the whole rest of a request, or is not what a process on a pipe needs.
HEAVY = """
jwt ruamel ruamel.yaml logging http http.client cffi urllib urllib.parse importlib.metadata socket ssl
email datetime argparse subprocess tempfile shutil asyncio unittest pickle hashlib hmac inspect dis tokenize
restd_inet.openapi.generate restd_inet.openapi.schemas restd_inet.openapi.order
"""


def modules(request: bytes, before: str = "") -> tuple[bytes, set[str]]:
    """The answer to a request, and what a cold process imported for it."""
    path = [str(Path(lazy.__file__).parents[1]), str(Path(__file__).parent)]
    done = subprocess.run(
        [sys.executable, "-c", CHILD.format(path=path, before=before)],
        input=request,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = set(done.stderr.decode().split())
    assert "restd_inet.app.dispatch" in found
    return done.stdout, found


def test_what_asks_slurmdbd_is_loaded_for_it_alone() -> None:
    _, found = modules(b"GET /slurm/v0.0.45/nothing HTTP/1.1\r\n\r\n")
    assert "restd_inet.slurm" in found
    assert {
        f"restd_inet.slurm.{name}"
        for name in ("slurmdbd.connection", "lookups", "slurmdbd.bulk_add", "slurmdbd.calls")
    } & found == set()


def assert_light(found: set[str]) -> None:
    assert found.isdisjoint(HEAVY.split()), sorted(found & set(HEAVY.split()))


def test_a_ping_imports_nothing_heavy() -> None:
    answer, found = modules(b"GET /slurm/v0.0.35/ping HTTP/1.1\r\n\r\n", FAKE)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert_light(found)
    assert not [name for name in found if name.startswith("restd_inet.codec._yaml")]
    assert "restd_inet.codec._json_scan" not in found
    commands = {name for name in found if name.startswith("restd_inet.commands.slurm.")}
    assert commands == {"restd_inet.commands.slurm.ping"}


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /slurm/v0.0.35/nothing HTTP/1.1", b"404"),
        (b"GET /nothing HTTP/1.1", b"404"),
        (b"PUT /slurm/v1/ping HTTP/1.1", b"405"),
        (b"OPTIONS /slurm/v1/ping HTTP/1.1", b"204"),
        (b"GET /slurm/v1/ping HTTP/1.1\r\nAccept: image/png", b"406"),
        (b"POST /slurm/v1/job/submit HTTP/1.1", b"400"),
        (b"GET /openapi HTTP/1.1", b"200"),
        (b"GET /openapi/v0.0.44.yaml HTTP/1.1", b"200"),
        (b"POST /openapi HTTP/1.1", b"405"),
    ],
)
def test_what_does_not_reach_slurm_does_not_load_it(request_line: bytes, status: bytes) -> None:
    answer, found = modules(request_line + b"\r\n\r\n")
    assert answer.split()[1] == status
    release = {"libslurm_cffi", "libslurm_cffi._release"} if b"/openapi " in request_line else set()
    assert not [name for name in found - release if "libslurm" in name or "_cffi" in name]
    assert_light(found)


def test_a_prebuilt_document_is_only_read() -> None:
    answer, found = modules(b"GET /openapi/v0.0.44 HTTP/1.1\r\n\r\n")
    assert answer.split()[1] == b"200"
    unneeded = {
        "restd_inet.openapi.generate",
        "restd_inet.app.plugins",
        "restd_inet.openapi.subset",
        "json",
        "pathlib",
    }
    assert found.isdisjoint(unneeded)


def test_the_page_imports_nothing_of_the_package_that_has_its_files() -> None:
    answer, found = modules(b"GET /docs/swagger-ui.css HTTP/1.1\r\n\r\n")
    assert answer.split()[1] in (b"200", b"501")
    assert found.isdisjoint({"flask", "flask_swagger_ui", "werkzeug"})
    assert_light(found)


def test_who_answers_is_known_without_libslurm() -> None:
    answer, found = modules(b"GET /slurm/v0.0.38/nothing HTTP/1.1\r\n\r\n")
    assert answer.split()[1] == b"404"
    assert b'"release"' in answer
    assert found.isdisjoint({"libslurm_cffi._libslurm", "_cffi_backend"})
    assert_light(found)


def test_a_403_does_not_load_libslurm() -> None:
    refused = "import os; os.geteuid = lambda: 4242"
    answer, found = modules(b"GET /slurm/v1/ping HTTP/1.1\r\n\r\n", refused)
    assert answer.split()[1] == b"403"
    assert not [name for name in found if "libslurm" in name or "_cffi" in name]


def test_a_cold_process_without_a_request_loads_neither_libslurm_nor_a_codec() -> None:
    answer, found = modules(b"")
    assert answer == b""
    assert not [name for name in found if name.startswith("restd_inet.codec.") or "libslurm" in name]
