"""pages: /openapi and /docs, as anyone gets them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from page_asking import ask, body, field

from restd_inet import codec, installed, lazy
from restd_inet.app.api import EVERYTHING, Served
from restd_inet.app.plugins import of
from restd_inet.openapi import subset
from restd_inet.openapi.subset import PAGES
from restd_inet.schema.versions import NAMES, USUAL
from restd_inet.settings import Settings
from restd_inet.slurm import library


def operation(version: str, tag: str = "slurm") -> dict[str, object]:
    schema = {"$ref": f"#/components/schemas/{version}_answer"}
    content = {"application/json": {"schema": schema}}
    return {
        "get": {
            "tags": [tag],
            "operationId": "name_of_it",
            "responses": {"default": {"description": "", "content": content}},
        }
    }


def document(version: str) -> dict[str, Any]:
    """A document of a version, with a part of each kind."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Slurm REST API",
            "version": version,
            "x-slurm": {"data_parsers": [{"plugin": version, "flags": ["NONE"]}]},
        },
        "tags": [{"name": "slurm"}, {"name": "slurmdb"}],
        "paths": {
            f"/slurm/{version}/job/submit": operation(version),
            f"/slurmdb/{version}/jobs/": operation("db", "slurmdb"),
        },
        "components": {
            "securitySchemes": {"token": {"type": "apiKey", "name": "X-SLURM-USER-TOKEN", "in": "header"}},
            "schemas": {
                f"{version}_answer": {"items": {"items": {"$ref": f"#/components/schemas/{version}_item"}}},
                f"{version}_item": {"type": "string"},
                "db_answer": {"type": "string"},
            },
        },
    }


#: Those that were built: of each version, and of several as the build of the package puts them together.
BUILT = {name: document(name) for name in NAMES.values() if name != "v0.0.45"}
BUILT |= {name: {**document("v0.0.44"), "x-name": name} for name in ("all", "listed")}


@pytest.fixture(autouse=True)
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prebuilt documents."""
    for name, content in BUILT.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"x-name": name, **content}))
    found = lambda name: f"{tmp_path}/{name}.json" if (tmp_path / f"{name}.json").exists() else ""  # noqa: E731
    monkeypatch.setattr(installed, "document", found)
    monkeypatch.setattr(library, "bindings", lambda: pytest.fail("libslurm was loaded"))


# /openapi


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/openapi", "listed"),
        ("/openapi/", "listed"),
        ("/openapi.json", "listed"),
        ("/openapi/v3", "listed"),
        ("/openapi/all", "all"),
        ("/openapi/all.json", "all"),
        ("/openapi/v0.0.44", "v0.0.44"),
        ("/openapi/v0.0.38.json", "v0.0.38"),
    ],
)
def test_a_document_is_served_to_anyone(target: str, name: str) -> None:
    answer = ask(target)
    assert (answer.status, field(answer, "Content-Type")) == (200, "application/json")
    assert json.loads(body(answer))["x-name"] == name


@pytest.mark.parametrize(
    ("target", "accept", "media"),
    [
        ("/openapi", "*/*", "application/json"),
        ("/openapi", "application/x-yaml", "application/x-yaml"),
        ("/openapi", "text/yaml;q=0.5, application/json;q=0.4", "text/yaml"),
        ("/openapi.yaml", "*/*", "application/yaml"),
        ("/openapi.yaml", "application/json", "application/json"),
        ("/openapi/v0.0.44.yaml", "*/*", "application/yaml"),
        ("/openapi/v3", "application/yaml", "application/yaml"),
    ],
)
def test_accept_chooses_the_format_before_the_ending(target: str, accept: str, media: str) -> None:
    answer = ask(target, Accept=accept)
    assert (answer.status, field(answer, "Content-Type")) == (200, media)
    assert field(answer, "Vary") == "Accept"
    found = body(answer)
    read = codec.get("yaml").decode(found) if "yaml" in media else json.loads(found)
    assert read["paths"] == BUILT["v0.0.44"]["paths"]


def test_what_is_not_a_document_is_404_with_those_there_are() -> None:
    wrong = [
        "v0.0.34",
        "v3/x",
        "x/v3",
        ".json",
        "v3.json",
        "v0.0.44/v0.0.44",
        "v0.0.44.jso",
        "all/v3",
        "../v0.0.44",
    ]
    for target in [*(f"/openapi/{name}" for name in wrong), "/openapi.json/v3", "/openapi.json/v0.0.44"]:
        answer = ask(target)
        assert (answer.status, field(answer, "Content-Type")) == (404, "text/plain; charset=utf-8")
        names = ", ".join(NAMES[number] for number in sorted(NAMES, reverse=True)[:2])
        expected = f"/openapi has v3 (the versions of the installed Slurm), all, restd and {names},"
        assert expected.encode() in body(answer)


def test_a_document_that_is_not_installed_is_our_fault() -> None:
    answer = ask("/openapi/v0.0.45")
    assert (answer.status, body(answer)) == (
        500,
        b"this installation lacks the OpenAPI document v0.0.45.json\n",
    )


@pytest.mark.parametrize("target", ["/openapi", "/openapi/v3", "/openapi/v0.0.44"])
def test_other_methods_are_405_with_allow(target: str) -> None:
    for method in ("POST", "DELETE", "BREW"):
        answer = ask(target, method)
        assert (answer.status, field(answer, "Allow")) == (405, "GET, HEAD, OPTIONS")
    answer = ask(target, "OPTIONS")
    assert (answer.status, field(answer, "Allow")) == (204, "GET, HEAD, OPTIONS")


def test_other_formats_are_406_with_those_there_are() -> None:
    answer = ask("/openapi", Accept="text/html")
    assert answer.status == 406
    assert b"application/yaml" in body(answer)


def test_a_document_that_the_client_has_is_not_sent_again() -> None:
    first = ask("/openapi")
    tag = field(first, "ETag")
    assert tag.startswith('"')
    for known in (tag, f'"x", W/{tag}', "*"):
        answer = ask("/openapi", If_None_Match=known)
        assert (answer.status, body(answer), field(answer, "ETag")) == (304, b"", tag)
    assert ask("/openapi", If_None_Match='"x"').status == 200


def test_every_content_has_a_tag_of_its_own() -> None:
    few = of(Settings(plugins="slurmctld", parsers="v0.0.44"))
    db = of(Settings(plugins="slurmdbd", parsers="v0.0.44"))
    answers = [ask("/openapi"), ask("/openapi", Accept="text/yaml"), ask("/openapi/v0.0.44")]
    answers += [ask("/openapi", served=few), ask("/openapi", served=db)]
    assert len({field(answer, "ETag") for answer in answers}) == len(answers)


def test_a_new_document_has_a_new_tag() -> None:
    first = field(ask("/openapi"), "ETag")
    status = os.stat(installed.document("listed"))
    os.utime(installed.document("listed"), ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert field(ask("/openapi"), "ETag") != first


def test_the_document_has_what_is_served_and_what_that_needs() -> None:
    found = json.loads(body(ask("/openapi", served=of(Settings(plugins="slurmctld", parsers="v0.0.44")))))
    assert list(found["paths"]) == ["/slurm/v0.0.44/job/submit", *PAGES]
    assert list(found["components"]["schemas"]) == ["v0.0.44_answer", "v0.0.44_item"]
    assert found["components"]["securitySchemes"] == BUILT["v0.0.44"]["components"]["securitySchemes"]
    assert [{"name": tag["name"]} for tag in found["tags"]] == [{"name": "slurm"}, {"name": "openapi"}]


def test_the_document_says_which_versions_it_is_of() -> None:
    found = json.loads(body(ask("/openapi", served=of(Settings(parsers="v0.0.44+fast")))))
    assert found["info"]["version"] == "v0.0.44"
    assert found["info"]["x-slurm"]["data_parsers"] == [{"plugin": "v0.0.44", "flags": ["FAST"]}]


def test_a_flag_gives_its_version_another_form() -> None:
    """minimize_refs: by name is only what operations bring or give."""
    plain = json.loads(
        body(ask("/openapi", served=of(Settings(plugins="slurmctld,v0.0.38", parsers="v0.0.44"))))
    )
    styled = json.loads(
        body(
            ask("/openapi", served=of(Settings(plugins="slurmctld,v0.0.38", parsers="v0.0.44+minimize_refs")))
        )
    )
    assert {"v0.0.38_answer", "v0.0.44_answer", "v0.0.44_item"} <= set(plain["components"]["schemas"])
    assert list(styled["components"]["schemas"]) == ["v0.0.38_answer", "v0.0.38_item", "v0.0.44_answer"]
    assert plain["paths"]["/slurm/v0.0.38/job/submit"] == styled["paths"]["/slurm/v0.0.38/job/submit"]
    assert styled["components"]["schemas"]["v0.0.44_answer"] == {"items": {"items": {"type": "string"}}}


def test_what_a_package_adds_is_in_the_document_and_no_more_of_its_family(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part = {
        **BUILT["v0.0.44"],
        "paths": {"/slurm/v0.0.44/queue": {}},
        "components": {"schemas": {"v0.0.44_queue": {}}},
    }

    class Generator:
        @staticmethod
        def document(routes: list[object], version: int) -> dict[str, object]:
            assert version == 44
            return part

    monkeypatch.setattr(subset, "generator", lambda: Generator)
    found = json.loads(body(ask("/openapi", served=Served({}, {("slurm", "queue"): ()}, [44]))))
    assert set(found["paths"]) == {"/slurm/v0.0.44/queue", *PAGES}
    assert list(found["components"]["schemas"]) == ["v0.0.44_queue"]


def test_a_version_that_is_not_served_has_no_document() -> None:
    few = of(Settings(plugins="slurmctld", parsers="v0.0.44"))
    assert ask("/openapi/v0.0.44", served=few).status == 200
    answer = ask("/openapi/v0.0.38", served=few)
    assert answer.status == 404
    assert b"v0.0.38," not in body(answer)
    assert ask("/openapi/restd", served=few).status == 404
    latest = json.loads(body(ask("/openapi/latest", served=few)))
    assert latest["x-name"] == "v0.0.44"


# What /openapi lists

#: Releases of Slurm, and what their slurmrestd has, the newest first.
RELEASES = [
    ("22.05.8", [38, 37, 36]),
    ("23.02.7", [39, 38, 37]),
    ("23.11.10", [40, 39, 38]),
    ("24.05.8", [41, 40, 39]),
    ("24.11.5", [42, 41, 40]),
    ("25.05.0", [43, 42, 41, 40]),
    ("25.11.2", [44, 43, 42, 41]),
]
DISCOVERY = ["/openapi", "/openapi.json", "/openapi.yaml", "/openapi/v3"]


def listed(target: str, served: Served) -> list[str]:
    """The versions of the paths, in their order."""
    answer = ask(target, served=served)
    found = body(answer)
    assert answer.status == 200, found
    yaml = field(answer, "Content-Type") == "application/yaml"
    document = codec.get("yaml").decode(found) if yaml else json.loads(found)
    paths = [path for path in document["paths"] if path.startswith("/slurm")]
    named = [parser["plugin"] for parser in document["info"]["x-slurm"]["data_parsers"]]
    assert document["info"]["version"] == ", ".join(named)
    # Some clients take whatever in a path looks like a version.
    words = {word for path in document["paths"] for word in re.findall(r"\bv\d[\w.]*", path)}
    assert sorted(words) == sorted(named)
    assert max(words) == next(path for path in paths if path.endswith("/job/submit")).split("/")[2]
    return list(dict.fromkeys(path.split("/")[2] for path in paths))


@pytest.mark.parametrize("target", DISCOVERY)
@pytest.mark.parametrize(("release", "versions"), RELEASES)
def test_the_installed_release_decides_what_is_listed(
    release: str, versions: list[int], target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "release", lambda: release)
    built = installed.document
    monkeypatch.setattr(installed, "document", lambda name: "" if name == "listed" else built(name))
    assert listed(target, EVERYTHING) == [NAMES[number] for number in versions]


def test_of_an_unknown_release_the_newest_versions_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = tuple(sorted(NAMES, reverse=True)[:USUAL])
    for release, versions in (("26.05.5", (45, 44, 43, 42)), ("31.05.0", newest)):
        monkeypatch.setattr(installed, "release", lambda release=release: release)
        assert EVERYTHING.listed == versions
    assert len(NAMES) == len(EVERYTHING.numbers)  # and all are served


@pytest.mark.parametrize(
    ("plugins", "parsers", "versions"),
    [
        (None, "v0.0.40,v0.0.44", ["v0.0.44", "v0.0.40"]),
        ("slurmctld", None, ["v0.0.42", "v0.0.41", "v0.0.40"]),
        ("slurmctld,v0.0.36", None, ["v0.0.42", "v0.0.41", "v0.0.40", "v0.0.36"]),
        ("v1,v0.0.36", None, ["v0.0.36"]),
        ("slurmctld,v0.0.38", "v0.0.44", ["v0.0.44", "v0.0.38"]),
    ],
)
def test_what_is_chosen_is_listed(
    plugins: str | None, parsers: str | None, versions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "release", lambda: "24.11.5")
    served = of(Settings(plugins=plugins, parsers=parsers))
    for target in DISCOVERY:
        assert listed(target, served) == versions


def test_all_is_everything_that_is_served_the_newest_first() -> None:
    served = of(Settings(plugins="v1,v0.0.36,v0.0.37"))
    found = json.loads(body(ask("/openapi/all", served=served)))
    paths = [path for path in found["paths"] if path not in PAGES]
    assert list(dict.fromkeys(path.split("/")[2] for path in paths)) == ["v0.0.37", "v0.0.36", "v1"]


# /docs


@pytest.fixture
def swagger_ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its files, in a place of the test's."""
    dist = tmp_path / "swagger" / "dist"
    dist.mkdir(parents=True)
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"):
        (dist / name).write_text(f"content of {name}")
    (dist / "LICENSE").write_text("secret")
    monkeypatch.setattr(installed, "directory", lambda package: str(dist.parent))
    return dist


@pytest.mark.parametrize(("target", "here"), [("/docs", "docs/"), ("/docs/", ""), ("/docs?x=/", "docs/")])
def test_the_page_loads_what_lies_beside_it(target: str, here: str, swagger_ui: Path) -> None:
    answer = ask(target)
    assert (answer.status, field(answer, "Content-Type")) == (200, "text/html; charset=utf-8")
    text = body(answer).decode()
    assert f'<script src="{here}swagger-ui-bundle.js"></script>' in text
    assert f'href="{here}swagger-ui.css"' in text
    assert "//" not in text.replace("<!DOCTYPE", "")


def test_the_browser_may_load_nothing_from_elsewhere(swagger_ui: Path) -> None:
    parts = field(ask("/docs"), "Content-Security-Policy").split(";")
    policy = dict(part.strip().split(" ", 1) for part in parts)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("swagger-ui.css", "text/css"),
        ("swagger-ui-bundle.js", "text/javascript"),
        ("favicon-32x32.png", "image/png"),
    ],
)
def test_a_file_of_swagger_ui(name: str, media: str, swagger_ui: Path) -> None:
    answer = ask(f"/docs/{name}")
    assert (answer.status, field(answer, "Content-Type")) == (200, media)
    assert body(answer).decode() == f"content of {name}"
    assert field(answer, "X-Content-Type-Options") == "nosniff"
    assert ask(f"/docs/{name}", If_None_Match=field(answer, "ETag")).status == 304


@pytest.mark.parametrize("name", ["LICENSE", "index.html", "page.html", "x/swagger-ui.css", "%2e"])
def test_no_other_file_is_served(name: str, swagger_ui: Path) -> None:
    answer = ask(f"/docs/{name}")
    assert answer.status == 404
    assert b"secret" not in body(answer)


def test_the_page_offers_the_versions_that_are_served_the_newest_first(swagger_ui: Path) -> None:
    few = of(Settings(plugins="slurmctld", parsers="v0.0.40,v0.0.44"))
    text = body(ask("/docs/page.js", served=few)).decode()
    assert '["v0.0.44", "v0.0.40"]' in text


def test_without_swagger_ui_the_answer_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "directory", lambda package: None)
    answer = ask("/docs")
    assert (answer.status, field(answer, "Content-Type")) == (501, "text/plain; charset=utf-8")
    assert b"pip install 'restd-inet[docs]'" in body(answer)
    assert b"/openapi" in body(answer)


def test_a_package_is_found_without_being_imported() -> None:
    assert installed.directory("no_such_package") is None
    assert installed.directory("restd_inet") == str(Path(lazy.__file__).parent)
