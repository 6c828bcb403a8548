"""start: what bin/restd-inet loads, from where, and that a changed source is noticed."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import traceback
from marshal import dumps
from pathlib import Path

import h11
import pytest

import restd_inet
from restd_inet.cli import prepare
from restd_inet.start import bundle

PROGRAM = Path(sys.executable).with_name("restd-inet")
SITE = Path(restd_inet.__file__).parents[1]
SCRIPT = SITE / "restd_inet/start/script.py"
REQUEST = b"GET /slurm/v0.0.45/nothing HTTP/1.1\r\n\r\n"
ENVIRONMENT = {"PATH": os.environ["PATH"], "SLURM_CONF": "/dev/null"}


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    """A directory with modules that record that they were imported."""
    for name in ("h11", "json", "re", "sitecustomize", "usercustomize", "restd_inet"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'trapped')!r}, 'a').write({name!r})")
    return tmp_path


def test_no_module_is_imported_from_elsewhere(traps: Path) -> None:
    environment = {**ENVIRONMENT, "HOME": str(traps), "PYTHONSTARTUP": str(traps / "json.py")}
    done = subprocess.run(
        [PROGRAM, "-q"],
        input=REQUEST,
        capture_output=True,
        cwd=traps,
        env=environment,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith(b"HTTP/1.1 404"), done.stderr
    assert not (traps / "trapped").exists()


def test_all_modules_are_python_s_own_or_of_the_environment() -> None:
    done = subprocess.run(
        [sys.executable, "-v", "-IS", SCRIPT, "-q"],
        input=REQUEST,
        capture_output=True,
        env=ENVIRONMENT,
        timeout=60,
    )
    assert done.stdout.startswith(b"HTTP/1.1 404")
    said = done.stderr.decode()
    files = re.findall(r"(?:code object from|matches|loaded from) '?(/[^'\s]+)", said)
    library = os.path.dirname(os.__file__)
    assert files
    assert [file for file in files if not file.startswith((str(SITE), library))] == []
    assert "import 'site'" not in said


def test_a_request_loads_neither_re_nor_contextlib() -> None:
    """They, and what they load, take longer than all that a ping needs of them."""
    fields = "Host: localhost:6820\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\nX-SLURM-USER-NAME: fred\r\n"
    done = subprocess.run(
        [sys.executable, "-v", "-IS", SCRIPT, "-q"],
        input=f"GET /slurm/v0.0.44/nothing HTTP/1.1\r\n{fields}\r\n".encode(),
        capture_output=True,
        env=ENVIRONMENT,
        timeout=60,
    )
    assert done.stdout.startswith(b"HTTP/1.1 404")
    loaded = set(re.findall(r"import '([\w.]+)' #", done.stderr.decode()))
    assert "h11._connection" in loaded
    assert loaded.isdisjoint({"re", "re._compiler", "enum", "contextlib", "functools", "collections"})


def test_it_is_slurmrestd_s_command_line_all_the_same() -> None:
    done = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith(f"restd-inet {restd_inet.__version__}")
    wrong = subprocess.run([PROGRAM, "--no-such"], capture_output=True, text=True, timeout=60, check=False)
    assert wrong.returncode == 2
    assert "restd-inet --help" in wrong.stderr


def test_a_module_of_pythonpath_is_found(traps: Path) -> None:
    """Whoever sets it wants it: such a start is Python's ordinary one."""
    for name in ("h11", "json", "re", "restd_inet"):
        (traps / f"{name}.py").unlink()
    environment = {**ENVIRONMENT, "PYTHONPATH": str(traps)}
    done = subprocess.run(
        [PROGRAM, "--version"], capture_output=True, env=environment, timeout=60, check=False
    )
    assert done.returncode == 0
    assert (traps / "trapped").read_text().startswith("sitecustomize")


@pytest.mark.parametrize(
    ("name", "ordinary"),
    [("a1_coverage.pth", False), ("distutils-precedence.pth", False), ("__editable__.project.pth", True)],
)
def test_a_start_is_python_s_ordinary_one_if_a_pth_file_may_add_modules(
    name: str, ordinary: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).touch()
    (tmp_path / "none.py").touch()
    monkeypatch.setattr(bundle, "path", lambda: str(tmp_path / "no bundle"))
    started: list[bool] = []
    monkeypatch.setattr("site.main", lambda: started.append(True))
    bundle.install(str(tmp_path))
    assert bool(started) is ordinary


# The file of modules.


@pytest.fixture
def finder(tmp_path: Path) -> bundle.Finder:
    """Of one module, whose source is example.py."""
    source = tmp_path / "example.py"
    source.write_text(
        '"""Says how it fails."""\n\n\ndef fails():\n    "Always."\n    raise ValueError("here")\n'
    )
    code = dumps(prepare._code(source.read_bytes(), str(source)))
    found = source.stat()
    entry = (0, len(code), str(source), found.st_size, found.st_mtime_ns, False)
    return bundle.Finder({"example": entry}, code, 0)


def test_a_module_comes_from_the_file(finder: bundle.Finder) -> None:
    spec = finder.find_spec("example")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.__file__ == spec.origin
    assert module.__doc__ is None
    assert module.fails.__doc__ is None
    assert finder.find_spec("other") is None


def test_a_traceback_shows_the_lines_of_the_source(finder: bundle.Finder) -> None:
    spec = finder.find_spec("example")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(ValueError, match="here") as caught:
        module.fails()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.lineno, last.line) == (6, 'raise ValueError("here")')


@pytest.mark.parametrize("change", ["size", "time", "gone"])
def test_a_changed_source_is_noticed(change: str, finder: bundle.Finder, tmp_path: Path) -> None:
    source = tmp_path / "example.py"
    if change == "size":
        found = source.stat()
        source.write_text("new = True\n")
        os.utime(source, ns=(found.st_atime_ns, found.st_mtime_ns))
    elif change == "time":
        os.utime(source, ns=(0, 1))
    else:
        source.unlink()
    assert finder.find_spec("example") is None


@pytest.mark.parametrize("content", [b"", b"\x04\x00\x00\x00", b"\xff" * 100, b"\x00" * 100, None])
def test_a_file_that_is_none_is_passed_over(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "bundle"
    if content is not None:
        target.write_bytes(content)
    monkeypatch.setattr(bundle, "path", lambda: str(target))
    before = list(sys.meta_path)
    bundle.install(str(tmp_path))
    assert sys.meta_path == before


def test_the_file_is_made_for_one_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "bundle"
    prepare.write(str(target))
    monkeypatch.setattr(bundle, "path", lambda: str(target))
    monkeypatch.setattr(bundle, "python", lambda: ["another"])
    before = list(sys.meta_path)
    bundle.install(str(tmp_path))
    assert sys.meta_path == before


def test_patterns_of_the_file_are_those_of_re() -> None:
    text = re.compile(r"(?P<name>a+)|\d{2,}[^x]", re.ASCII)
    again = bundle.Patterns(prepare._patterns())
    found = again.compile(text.pattern, re.ASCII)
    assert found.flags == text.flags
    assert found.groupindex == text.groupindex
    assert [found.fullmatch(word) is not None for word in ("aa", "12y", "12x", "")] == [
        True,
        True,
        False,
        False,
    ]
    assert again.sub("b", "c", "abc") == "acc"
    assert again.compile("not in the file[0-9]").fullmatch("not in the file7")


# h11 without dataclasses.

EVENTS = """
import sys
sys.path.append({site!r})
from restd_inet.start import h11_light
import h11
assert "dataclasses" not in sys.modules and "typing" not in sys.modules
one = h11.Data(data=b"x")
print(one, one == h11.Data(data=b"x"), one == h11.Data(data=b"y"), one == 5)
print(h11.ConnectionClosed(), h11.ConnectionClosed() == h11.ConnectionClosed())
print(h11.Request(method="GET", target="/", headers=[("host", "h")]))
try:
    one.data = b"z"
except AttributeError as error:
    print(error)
from h11._headers import Headers
print([cls.__name__ for cls in Headers.__mro__])
"""


def test_the_events_of_h11_are_the_same() -> None:
    light = subprocess.run(
        [sys.executable, "-IS", "-c", EVENTS.format(site=str(SITE))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert light.stderr == ""
    one = h11.Data(data=b"x")
    request = h11.Request(method="GET", target="/", headers=[("host", "h")])
    bases = [cls.__name__ for cls in h11._headers.Headers.__mro__ if cls.__name__ != "Generic"]
    assert light.stdout.splitlines() == [
        f"{one} True False False",
        f"{h11.ConnectionClosed()} True",
        str(request),
        "cannot assign to field 'data'",
        str(bases),
    ]
