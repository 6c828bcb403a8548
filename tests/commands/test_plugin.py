"""A package that adds commands: contrib/plugin, installed as users install it."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from places import CHECKOUT

from restd_inet import commands
from restd_inet.commands import interface
from restd_inet.message import Credential
from restd_inet.problems import Problem
from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.numbers import INT32
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V39, VERSIONS

NEWEST = list(VERSIONS)[-1]


def program(target: Path, *arguments: str, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "restd_inet", *arguments],
        input=input,
        capture_output=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(target), "SLURM_CONF": "/dev/null"},
    )


def test_it_is_listed_after_slurmrestd_s(plugin: Path) -> None:
    lines = program(plugin, "-s", "list").stdout.decode().splitlines()
    assert lines[0] == "openapi/slurmctld"
    assert lines[-1] == "openapi/usage"


def test_its_paths_are_in_the_document(plugin: Path) -> None:
    done = program(plugin, "-s", "slurmctld,usage", "-d", "v0.0.43,v0.0.44", "--generate-openapi-spec")
    assert done.returncode == 0, done.stderr.decode()
    document = json.loads(done.stdout)
    assert {"/site/v0.0.43/usage/", "/site/v0.0.44/usage/{user_name}", "/slurm/v0.0.44/ping/"} <= set(
        document["paths"]
    )
    assert not [path for path in document["paths"] if "v0.0.45" in path]
    operation = document["paths"]["/site/v0.0.44/usage/"]["get"]
    assert operation["summary"] == "who uses the cluster now"
    assert [parameter["name"] for parameter in operation["parameters"]] == ["partition"]
    usage = document["components"]["schemas"]["v0.0.44_usage"]
    assert set(usage["properties"]) == {"user", "running", "pending", "cpus", "waiting"}


@pytest.mark.parametrize("path", ["/openapi", "/openapi/all", "/openapi/v0.0.44", "/openapi/latest"])
def test_its_paths_are_served_in_the_document(plugin: Path, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\n\r\n".encode()
    answer = program(plugin, "-s", "usage", input=request).stdout
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    paths = {each for each in json.loads(body)["paths"] if not each.startswith("/openapi")}
    assert any(each.rstrip("/").endswith("/usage") for each in paths)
    assert all(each.startswith("/site/") for each in paths)


def test_it_is_not_there_unless_it_is_named(plugin: Path) -> None:
    for arguments in ((), ("-s", "slurmctld")):
        answer = program(plugin, *arguments, input=b"GET /site/v0.0.44/usage HTTP/1.1\r\n\r\n")
        assert answer.stdout.startswith(b"HTTP/1.1 404 ")


def test_a_broken_package_is_reported_at_the_start(plugin: Path, tmp_path: Path) -> None:
    shutil.copytree(plugin, tmp_path / "broken")
    module = tmp_path / "broken" / "restd_inet_usage" / "__init__.py"
    module.write_text("import no_such_module\n")
    done = program(tmp_path / "broken", "-s", "slurmctld,usage", input=b"GET /healthz HTTP/1.1\r\n\r\n")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(
        b'restd-inet: -s: the plugin "usage" (restd_inet_usage) cannot be loaded: '
        b"ModuleNotFoundError: No module named 'no_such_module'\n"
    )


def test_discovery_costs_nothing_unless_a_package_is_named(plugin: Path) -> None:
    code = "import sys, os; os._exit = lambda code: print(*sys.modules, file=sys.stderr);"
    code += "from restd_inet.__main__ import main; main()"
    for names, expected in (("slurmctld,v0.0.38", False), ("slurmctld,usage", True)):
        done = subprocess.run(
            [sys.executable, "-c", code, "-q", "-s", names],
            input=b"GET /nothing HTTP/1.1\r\n\r\n",
            capture_output=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(plugin)},
        )
        assert done.stdout.startswith(b"HTTP/1.1 404 ")
        assert (b"importlib.metadata" in done.stderr.split()) is expected


def installed(where: Path, source: str) -> Path:
    """A directory that has a package of one module, with the entry point "second"."""
    (where / "second.py").write_text(source)
    described = where / "second-1.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: second\nVersion: 1\n")
    (described / "entry_points.txt").write_text("[restd_inet.commands]\nsecond = second\n")
    return where


SECOND = """
from restd_inet.commands import INT32, V39, Answer, Field, Record, Route, list_v39
FAMILY = "other"
ROWS = Record({name!r}, "", Field("count", INT32))
ROUTES = (Route("GET", "rows/", None, Answer(ROWS, "rows", {{V39: list_v39}}), since=V39, summary="rows"),)
"""


@pytest.mark.parametrize(("name", "code"), [("usage of a user", 2), ("rows", 0)])
def test_two_records_of_one_name_are_refused_at_the_start(
    plugin: Path, tmp_path: Path, name: str, code: int
) -> None:
    installed(tmp_path, SECOND.format(name=name))
    both = Path(f"{plugin}:{tmp_path}")
    done = program(both, "-s", "usage,second", input=b"GET /healthz HTTP/1.1\r\n\r\n")
    assert done.returncode == code, done.stderr
    assert (b'two different records are named "usage of a user"' in done.stderr) is (code == 2)


def test_its_record_may_have_the_name_of_one_of_ours() -> None:
    """What is compiled is of the record, not of its name."""
    ours = Record("equal", "", Field("a", INT32))
    theirs = Record("equal", "", Field("b", INT32))
    values = SimpleNamespace(a=1, b=2)
    assert [dumper(record, V39, None)(values) for record in (ours, theirs)] == [{"a": 1}, {"b": 2}]


# The interface: what a plugin imports.

DOCUMENT = (CHECKOUT / "docs/plugins.md").read_text()
DOCUMENTED = "\n".join(re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL))
EXAMPLE = (CHECKOUT / "contrib/plugin/restd_inet_usage/__init__.py").read_text()
NAMES = {name for name in vars(interface) if not name.startswith("_")} - {"annotations"}


def imported(source: str) -> dict[str, set[str]]:
    """Module → names, of everything that a source imports from restd-inet."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("restd_inet"):
            found.setdefault(str(node.module), set()).update(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            found.update({alias.name: set() for alias in node.names if alias.name.startswith("restd_inet")})
    return found


@pytest.mark.parametrize(
    "source", [EXAMPLE, DOCUMENTED, SECOND.format(name="rows")], ids=["contrib", "docs", "tests"]
)
def test_a_plugin_imports_from_one_module_alone(source: str) -> None:
    assert list(imported(source)) == ["restd_inet.commands"]


def test_every_name_of_the_interface_is_documented_and_there() -> None:
    own = {"Body", "Call", "EmptyResult", "Result", "Route"}
    named = {
        name
        for row in re.findall(r"^\| (`.*?) \|", DOCUMENT, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    versions = {name for name in NAMES if re.fullmatch(r"V\d+", name)}
    assert named | versions == NAMES | own
    for name in named:
        assert getattr(commands, name) is not None


def test_it_has_what_our_own_commands_are_made_of() -> None:
    """Of the modules that are not about one of Slurm's records."""
    general = ("problems", "schema.answers", "schema.record", "schema.versions", "schema.kinds.values")
    general += ("schema.kinds.base", "schema.kinds.composite", "schema.kinds.numbers", "schema.kinds.strings")
    for file in (CHECKOUT / "src/restd_inet/commands").glob("*/*.py"):
        used = imported(file.read_text())
        for module in general:
            for_types = {"Names"}
            assert used.get(f"restd_inet.{module}", set()) - for_types <= NAMES, file


def test_a_name_that_it_does_not_have_is_an_error() -> None:
    with pytest.raises(ImportError, match=r"cannot import name 'NUMBERS' from 'restd_inet\.commands'"):
        exec("from restd_inet.commands import NUMBERS")


def test_no_command_of_ours_loads_it() -> None:
    code = "import sys; from restd_inet import commands; list(commands.every(('slurm', 'slurmdb', 'util')));"
    code += "print('restd_inet.commands.interface' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code]) == b"False\n"


def test_the_documented_plugin_works(tmp_path: Path) -> None:
    module: dict[str, Any] = {}
    exec(DOCUMENTED, module)
    (route,) = module["ROUTES"]
    credential = Credential(1, 1, "fred", "local")
    call = commands.Call({}, {}, route.body.read({"cpus": 4, "minutes": 90}, V39, None), credential, None, [])
    (record,) = route.handler(call).records
    assert dumper(route.answer.record, V39, None)(record) == {"cpu_minutes": 360}
    call.body = {"cpus": 4}
    with pytest.raises(Problem, match="minutes: expected a whole number"):
        route.handler(call)

    done = program(installed(tmp_path, DOCUMENTED), "-s", "second", "-d", "latest", "--generate-openapi-spec")
    assert done.returncode == 0, done.stderr.decode()
    (path,) = (path for path in json.loads(done.stdout)["paths"] if not path.startswith("/openapi"))
    assert path == f"/site/{NEWEST}/cost/"
