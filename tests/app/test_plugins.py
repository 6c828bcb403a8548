"""choice: what -s and -d make served. What slurmrestd answers to each was tried on 22.05, 24.11 and 26.05."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import lacking
import pytest

from restd_inet import installed
from restd_inet.app.api import EVERYTHING, Served
from restd_inet.app.plugins import of, parser_names
from restd_inet.app.router import find
from restd_inet.commands import Result, Route
from restd_inet.option_values import Usage
from restd_inet.problems import Problem
from restd_inet.schema.answers import DONE
from restd_inet.schema.versions import V39, VERSIONS
from restd_inet.settings import Settings

PARSERS = [name for name, number in VERSIONS.items() if number >= V39]
NEWEST = PARSERS[-1]


def chosen(plugins: str | None = None, parsers: str | None = None) -> Served:
    return of(Settings(plugins=plugins, parsers=parsers))


def versions(served: Served) -> dict[str, list[str]]:
    return {family: list(served.versions(family)) for family in served.families}


def test_everything_is_served_without_a_choice() -> None:
    assert chosen() is EVERYTHING
    assert versions(EVERYTHING)["slurm"] == list(VERSIONS)
    assert versions(EVERYTHING)["slurmdb"] == [name for name in VERSIONS if name not in ("v1", "v0.0.35")]


CHOICES = [
    ("slurmctld", None, {"slurm": PARSERS}),
    ("openapi/slurmctld,openapi/slurmdbd", None, {"slurm": PARSERS, "slurmdb": PARSERS}),
    ("slurmctld,slurmctld", "v0.0.44", {"slurm": ["v0.0.44"]}),
    ("slurmdbd", "data_parser/v0.0.42,v0.0.40", {"slurmdb": ["v0.0.40", "v0.0.42"]}),
    (",slurmctld", ",v0.0.42", {"slurm": ["v0.0.42"]}),
    ("v0.0.38", None, {"slurm": ["v0.0.38"]}),
    ("v1,openapi/dbv0.0.37", None, {"slurm": ["v1"], "slurmdb": ["v0.0.37"]}),
    ("v0.0.38,slurmctld", "v0.0.45", {"slurm": ["v0.0.38", "v0.0.45"]}),
    ("slurmctld", "latest", {"slurm": [NEWEST]}),
    ("slurmctld", "LATEST+fast", {"slurm": [NEWEST]}),
    # A version that a plugin does not have is no error: it has nothing then.
    ("util", "v0.0.42", {}),
    (None, "v0.0.39", {"slurm": ["v0.0.39"], "slurmdb": ["v0.0.39"]}),
    (None, "v0.0.42", {"slurm": ["v0.0.42"], "slurmdb": ["v0.0.42"], "restd": ["v0.0.42"]}),
    (
        None,
        "v0.0.44",
        {"slurm": ["v0.0.44"], "slurmdb": ["v0.0.44"], "util": ["v0.0.44"], "restd": ["v0.0.44"]},
    ),
    ("restd", "v0.0.39,v0.0.44", {"restd": ["v0.0.44"]}),
]


@pytest.mark.parametrize(("plugins", "parsers", "expected"), CHOICES)
def test_a_choice(plugins: str | None, parsers: str | None, expected: dict[str, list[str]]) -> None:
    assert versions(chosen(plugins, parsers)) == expected


REFUSED = [
    ("", None, '-s: expected names, comma separated; "-s list" prints them'),
    (None, ",", '-d: expected names, comma separated; "-d list" prints them'),
    ("nope", None, '-s: there is no plugin "nope"; "-s list" prints those that are installed'),
    ("slurmctld,nope", None, '"nope"'),
    ("SLURMCTLD", None, '"SLURMCTLD"'),
    ("v0.0.40", None, '"v0.0.40"'),
    ("dbv0.0.35", None, '"dbv0.0.35"'),
    ("list,slurmctld", None, '"list"'),
    (None, "v0.0.38", '-d: there is no data parser "v0.0.38"; "-d list" prints them'),
    (None, "V0.0.42", '"V0.0.42"'),
    (None, "+fast", 'no data parser ""'),
    (None, "list,v0.0.42", '"list"'),
    (None, "data_parser/", '""'),
]


@pytest.mark.parametrize(("plugins", "parsers", "message"), REFUSED)
def test_an_unknown_name_is_reported(plugins: str | None, parsers: str | None, message: str) -> None:
    with pytest.raises(Usage, match=re.escape(message)):
        chosen(plugins, parsers)


def test_flags_are_kept_by_version() -> None:
    served = chosen(None, "v0.0.42+FAST+inline_enums,v0.0.44+complex,v0.0.42+complex,v0.0.40+")
    assert served.flags == {42: {"fast", "inline_enums", "complex"}, 44: {"complex"}, 40: set()}
    assert served.notes == []


@pytest.mark.parametrize("parser", ["v0.0.42+nope", "v0.0.43+inline_enums", "v0.0.40+prefer_refs"])
def test_a_flag_that_slurmrestd_does_not_have_there_is_passed_over(parser: str) -> None:
    served = chosen(None, parser)
    assert list(served.flags.values()) == [set()]
    assert served.notes == [
        f"-d: {parser.replace('+', ' has no flag ')}, which is ignored".replace(
            parser.split("+")[1], f'"{parser.split("+")[1]}"'
        )
    ]


def status(served: Served, path: str) -> int:
    try:
        find(tuple(path.strip("/").split("/")), "GET", served)
    except Problem as problem:
        return problem.status
    return 200


def test_what_is_not_chosen_is_404() -> None:
    served = chosen("slurmctld,v0.0.38", "v0.0.44")
    assert status(served, "/slurm/v0.0.44/ping") == status(served, "/slurm/v0.0.38/ping") == 200
    assert status(served, "/slurm/v0.0.43/ping") == status(served, "/slurm/v1/ping") == 404
    assert status(served, "/slurmdb/v0.0.44/jobs") == 404
    with pytest.raises(Problem, match=re.escape("served versions: v0.0.38, v0.0.44")):
        find(("slurm", "v0.0.45", "ping"), "GET", served)


@pytest.mark.parametrize(
    ("plugins", "parsers", "newest"),
    [(None, None, NEWEST), ("slurmctld", "v0.0.41,v0.0.40", "v0.0.41"), ("v0.0.38,v0.0.37", None, "v0.0.38")],
)
def test_latest_is_the_newest_that_is_served(plugins: str | None, parsers: str | None, newest: str) -> None:
    served = chosen(plugins, parsers)
    assert served.version_of(("slurm", "latest", "ping")) == VERSIONS[newest]
    assert status(served, "/slurm/latest/ping") == 200
    assert "latest" not in served.versions("slurm")


# Packages that add commands.


class Point:
    """An entry point. content: its module's, or what loading it raises."""

    def __init__(self, name: str, content: object) -> None:
        self.name = name
        self.value = f"{name}_package.commands"
        self._content = content

    def load(self) -> object:
        if isinstance(self._content, Exception):
            raise self._content
        return self._content


class Module:
    def __init__(self, **members: object) -> None:
        vars(self).update(members)


def route(path: str, **more: int) -> Route:
    return Route("GET", path, lambda call: Result(), DONE, **more)


def install(monkeypatch: pytest.MonkeyPatch, **contents: object) -> None:
    points = [Point(name, content) for name, content in contents.items()]
    monkeypatch.setattr(installed, "plugins", lambda: points)


def test_a_package_adds_a_family(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, site=Module(ROUTES=(route("queue"), route("queue/{name}", since=45))))
    served = chosen("slurmctld,site", "v0.0.44,v0.0.45")
    assert status(served, "/site/v0.0.44/queue") == status(served, "/site/latest/queue/x") == 200
    assert status(served, "/site/v0.0.44/queue/x") == status(served, "/site/v0.0.43/queue") == 404
    assert status(served, "/slurm/v0.0.44/ping") == 200
    assert status(served, "/slurm/v0.0.44/queue") == 404


def test_a_package_adds_to_a_family_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, site=Module(FAMILY="slurm", ROUTES=[route("queue")]))
    assert status(chosen("slurmctld,site"), "/slurm/v0.0.44/queue") == 200
    alone = chosen("site")
    assert status(alone, "/slurm/v0.0.38/queue") == 200
    assert status(alone, "/slurm/v0.0.38/ping") == 404


def test_what_is_not_named_is_not_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "plugins", lambda: pytest.fail("looked for packages"))
    assert status(chosen("slurmctld"), "/site/v0.0.44/queue") == 404


BROKEN = [
    (ImportError("no module y"), "site_package.commands) cannot be loaded: ImportError: no module y"),
    (Module(), "cannot be loaded: AttributeError"),
    (Module(ROUTES=3), "cannot be loaded: TypeError"),
    (Module(ROUTES=()), "has no ROUTES"),
    (Module(ROUTES=("queue",)), "expected ROUTES of restd_inet.commands.Route, found str"),
    (Module(FAMILY="openapi", ROUTES=(route("queue"),)), 'found "openapi"'),
    (Module(FAMILY="a b", ROUTES=(route("queue"),)), 'found "a b"'),
    (Module(ROUTES=(route("{id}"),)), 'expected a path to begin with small letters; found "{id}"'),
    (Module(FAMILY="slurm", ROUTES=(route("ping"),)), "/slurm/<version>/ping is a path of restd-inet itself"),
]


@pytest.mark.parametrize(("content", "message"), BROKEN)
def test_a_broken_package_is_reported_at_the_start(
    monkeypatch: pytest.MonkeyPatch, content: object, message: str
) -> None:
    install(monkeypatch, site=content)
    with pytest.raises(Usage, match=re.escape(message)) as caught:
        chosen("slurmctld,site")
    assert '-s: the plugin "site" (site_package.commands' in str(caught.value)


def test_two_packages_of_one_name_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    point = Point("site", Module(ROUTES=(route("queue"),)))
    monkeypatch.setattr(installed, "plugins", lambda: [point, point])
    with pytest.raises(Usage, match='the plugin "site" is in two packages'):
        chosen("site")


def test_two_packages_with_one_path_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = Module(FAMILY="site", ROUTES=(route("queue"),))
    install(monkeypatch, one=contents, two=contents)
    with pytest.raises(Usage, match="-s: two plugins have /site/<version>/queue"):
        chosen("one,two")


# The program.


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "restd_inet", *arguments],
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "SLURM_CONF": "/dev/null", **environment},
    )


def newest_of(output: str) -> str:
    """As workflow managers find a version: in both streams, below a first line that they check."""
    first, *lines = output.splitlines()
    assert "Possible data_parser plugins" in first
    found = [line.split("/")[1] for line in lines if re.search(r"data_parser/v\d+\.\d+\.\d+", line)]
    assert found[-1] == max(found)
    return found[-1]


def test_data_parsers_are_listed_as_by_slurmrestd() -> None:
    done = program("-d", "list")
    assert (done.returncode, done.stderr) == (0, "Possible data_parser plugins:\n")
    assert done.stdout == "".join(f"{name}\n" for name in parser_names())
    both = subprocess.run(
        [sys.executable, "-m", "restd_inet", "-d", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert newest_of(both.stdout) == NEWEST


@pytest.mark.parametrize("text", ["list", "LIST"])
def test_plugins_are_listed_as_by_slurmrestd(text: str) -> None:
    done = program(SLURMRESTD_OPENAPI_PLUGINS=text)
    assert (done.returncode, done.stderr) == (0, "Possible OpenAPI plugins:\n")
    lines = done.stdout.splitlines()
    assert lines[:4] == ["openapi/slurmctld", "openapi/slurmdbd", "openapi/util", "openapi/restd"]
    assert {"openapi/v0.0.38", "openapi/dbv0.0.38"} <= set(lines)
    assert "openapi/v1" not in lines


def test_an_unknown_plugin_ends_the_program() -> None:
    done = program("-s", "nope")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('restd-inet: -s: there is no plugin "nope"')


def test_a_document_that_is_not_installed_is_reported(tmp_path: Path) -> None:
    code = (
        "from restd_inet import installed as i; i.document = lambda name: ''; i.release = lambda: '22.05.8';"
    )
    code += "from restd_inet.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--generate-openapi-spec"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr == "restd-inet: this installation lacks the OpenAPI document v0.0.38.json\n"


def test_an_unknown_flag_is_logged() -> None:
    done = program("-d", "v0.0.44+nope")
    assert done.returncode == 0
    assert '-d: v0.0.44 has no flag "nope", which is ignored' in done.stderr


@pytest.mark.skipif(not installed.document("v0.0.42"), reason=lacking.SPECS)
def test_slinky_s_way_to_a_document() -> None:
    """Without a slurm.conf: https://github.com/SlinkyProject/slurm-client generates its types like this."""
    done = program(
        "-f", "/dev/null", "-s", "openapi/slurmctld,openapi/slurmdbd",
        "-d", "data_parser/v0.0.42+inline_enums", "--generate-openapi-spec",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    paths = [path for path in json.loads(done.stdout)["paths"] if not path.startswith("/openapi")]
    assert {path.split("/")[2] for path in paths} == {"v0.0.42"}


@pytest.mark.skipif(not installed.document("v0.0.44"), reason=lacking.SPECS)
@pytest.mark.parametrize("options", [[], ["-s", "slurmctld", "-d", "v0.0.44"]])
def test_every_operation_has_the_statuses_that_are_chosen(options: list[str]) -> None:
    codes = ["--response-status-codes", "404,ok,418,default"]
    command = [sys.executable, "-m", "restd_inet", *options, *codes, "--generate-openapi-spec"]
    document = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    paths = {path: item for path, item in document["paths"].items() if not path.startswith("/openapi")}
    assert len(paths) > 10
    for item in paths.values():
        for operation in item.values():
            responses = operation["responses"]
            assert list(responses) == ["404", "200", "418", "default"]
            assert responses["418"] == responses["default"]
