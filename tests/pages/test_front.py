"""pages: / for programs and for browsers, and the files of its page."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

import lacking
import pytest
from page_asking import ask, body, field

from restd_inet import __version__, installed
from restd_inet.app.plugins import of
from restd_inet.pages import front
from restd_inet.schema.versions import NAMES
from restd_inet.settings import Settings
from restd_inet.slurm import library

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
UI = Path(front.__file__).parent / "ui"


@pytest.fixture(autouse=True)
def conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The slurm.conf that is in use; libslurm is not loaded."""
    monkeypatch.setattr(library, "bindings", lambda: pytest.fail("libslurm was loaded"))
    monkeypatch.setattr(installed, "release", lambda: "24.11.5")
    file = tmp_path / "slurm.conf"
    file.write_text("# ClusterName=old\nclustername=hill # of ours\n")
    monkeypatch.setenv("SLURM_CONF", str(file))
    return file


def test_a_program_gets_json() -> None:
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        answer = ask("/", **headers)
        assert (answer.status, field(answer, "Content-Type")) == (200, "application/json")
        found = json.loads(body(answer))
        assert (found["cluster"], found["slurm"], found["restd_inet"]) == ("hill", "24.11.5", __version__)
        assert found["versions"] == [NAMES[number] for number in sorted(NAMES, reverse=True)]
        assert found["links"]["docs"] == "/docs"


def test_a_program_may_have_yaml() -> None:
    answer = ask("/", Accept="application/yaml")
    assert field(answer, "Content-Type") == "application/yaml"
    assert b"hill" in body(answer)


def test_the_links_lead_somewhere() -> None:
    for path in front.LINKS.values():
        if not path.endswith("z"):  # those of health ask libslurm
            assert ask(path).status in (200, 501)  # 501: without Swagger UI


def test_a_browser_gets_the_page() -> None:
    answer = ask("/", Accept=BROWSER)
    assert (answer.status, field(answer, "Content-Type")) == (200, "text/html; charset=utf-8")
    text = body(answer).decode()
    assert '<h1><a href="#/">hill</a></h1>' in text
    assert f'Slurm 24.11.5 <span aria-hidden="true">·</span> restd-inet {__version__}' in text
    assert "scontrol token" in text
    assert not re.search(r"@\w+@", text)


def test_what_the_page_loads_lies_beside_it_and_is_served() -> None:
    text = body(ask("/", Accept=BROWSER)).decode()
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', text)
    assert not [url for url in loaded if ":" in url or url.startswith("/")]
    for name in [url for url in loaded if url.startswith("ui/")]:
        assert ask(f"/{name}").status == 200
    assert {path.name for path in UI.iterdir()} == {*front.ASSETS, "front.html"}
    for name, media in front.ASSETS.items():
        answer = ask(f"/ui/{name}")
        assert (answer.status, field(answer, "Content-Type")) == (200, media)
        assert body(answer) == (UI / name).read_bytes()
        assert ask(f"/ui/{name}", If_None_Match=field(answer, "ETag")).status == 304
        for imported in re.findall(r'from "\./([\w.]+)"', body(answer).decode()):
            assert imported in front.ASSETS


@pytest.mark.parametrize("name", ["front.html", "../front.py", "x/front.js", "", "__init__.py", "front.js/"])
def test_no_other_file_is_served(name: str) -> None:
    status = ask(f"/ui/{name}").status
    assert status == (200 if name == "front.js/" else 404)


def test_the_browser_may_run_and_load_nothing_else() -> None:
    parts = field(ask("/", Accept=BROWSER), "Content-Security-Policy").split(";")
    policy = dict(part.strip().split(" ", 1) for part in parts)
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    text = body(ask("/", Accept=BROWSER)).decode()
    assert not re.search(r"<style|<script(?! type=\"module\" src=)|\son\w+=|style=", text)


def test_nothing_is_made_of_html_that_the_api_answers() -> None:
    for file in UI.glob("*.js"):
        text = file.read_text()
        assert not re.search(r"\.(innerHTML|outerHTML)\s*[+]?=[^=]|insertAdjacentHTML", text)
        assert not re.search(r"document\.write|eval\(", text)


def test_a_name_cannot_be_markup(conf: Path) -> None:
    conf.write_text("ClusterName=<img/src=x>&'\n")
    text = body(ask("/", Accept=BROWSER)).decode()
    assert "<img/src" not in text
    assert "&lt;img/src=x&gt;&amp;&#39;" in text


def test_the_name_may_stand_in_an_included_file(conf: Path) -> None:
    conf.write_text("Include names.conf\n")
    (conf.parent / "names.conf").write_text("ClusterName=dale\n")
    assert json.loads(body(ask("/")))["cluster"] == "dale"


def test_without_slurm_conf_there_is_no_name(conf: Path) -> None:
    conf.unlink()
    assert json.loads(body(ask("/")))["cluster"] == ""
    assert ask("/", Accept=BROWSER).status == 200


def test_it_changes_with_what_it_says(conf: Path) -> None:
    first = field(ask("/", Accept=BROWSER), "ETag")
    assert ask("/", Accept=BROWSER, If_None_Match=first).status == 304
    few = of(Settings(plugins="slurmctld", parsers="v0.0.44"))
    assert field(ask("/", served=few, Accept=BROWSER), "ETag") != first
    conf.write_text("ClusterName=dale\n")
    assert field(ask("/", Accept=BROWSER), "ETag") != first


def test_other_methods_are_405() -> None:
    answer = ask("/", "POST")
    assert (answer.status, field(answer, "Allow")) == (405, "GET, HEAD, OPTIONS")


# gzip: what pages are made of comes through http/coding.py as all else does.


@pytest.mark.parametrize("target", ["/openapi", "/docs/swagger-ui-bundle.js"])
def test_what_is_large_is_compressed_where_the_client_says_so(target: str) -> None:
    plain, small = ask(target), ask(target, Accept_Encoding="br, gzip")
    if plain.status == 501:
        pytest.skip(lacking.python_package("flask-swagger-ui"))
    assert field(plain, "Content-Encoding") == ""
    assert field(small, "Content-Encoding") == "gzip"
    assert zlib.decompress(body(small), 31) == body(plain)
    assert len(body(small)) < len(body(plain)) / 2
    assert field(plain, "ETag") != field(small, "ETag")
    assert "Accept-Encoding" in field(small, "Vary")
    assert ask(target, Accept_Encoding="gzip", If_None_Match=field(small, "ETag")).status == 304
