"""/docs in a real browser: a request is made from the page, and the page shows its answer.

UPDATE_SCREENSHOT=1 writes the picture of the README anew.
"""

import json
import os
import shutil
from pathlib import Path

import lacking
import pytest
from browser import PROGRAM, chromium

from restd_inet import installed

from .cluster import CHECKOUT
from .serving import get, jwt_listening
from .test_xinetd import inetd
from .typed import as_root, no_jobs_left, shown  # noqa: F401

SWAGGER_UI = installed.directory("flask_swagger_ui")
pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason=lacking.program("chromium")),
    pytest.mark.skipif(SWAGGER_UI is None, reason=lacking.python_package("flask-swagger-ui")),
    pytest.mark.skipif(not installed.document("v0.0.44"), reason=lacking.SPECS),
]

SELECT = ".topbar select"
PICTURE = CHECKOUT / "contrib" / "docs.png"


@pytest.fixture
def page():
    with chromium() as browser:
        yield browser


def open_docs(page, port, version):
    """The page, with a version chosen that is not the one that it begins with."""
    page.open(f"http://localhost:{port}/docs")
    # Swagger UI shows what has come last: the document that it begins with must have come.
    page.wait(f"document.querySelectorAll('{SELECT} option').length > 1")
    page.wait("!!document.querySelector('.opblock')")
    page.choose(SELECT, version)
    page.wait(f"!!document.querySelector('[id$=\"{operation(version, 'get_ping')}\"]')")


def operation(version, name):
    return f"slurm_{version.replace('.', '')}_{name}"


def authorize(page, *secrets):
    """Fills in the forms of "Authorize" from the first to the last; None leaves one out."""
    page.click(".btn.authorize")
    for number, secret in enumerate(secrets, start=1):
        if secret is not None:
            form = f".auth-container:nth-of-type({number})"
            page.type(f"{form} input", secret)
            page.click(f"{form} button.authorize")
            page.wait(f"document.querySelector('{form} button').innerText == 'Logout'")
    page.click(".btn-done")


def execute(page, version, name):
    """Executes an operation; its status, and the document that the page shows."""
    block = f"[id$='{operation(version, name)}']"
    page.click(f"{block} .opblock-summary-control")
    page.click(f"{block} .try-out__btn")
    page.click(f"{block} .btn.execute")
    answer = f"{block} .live-responses-table .response"
    page.wait(f'!!document.querySelector("{answer} .response-col_status")')
    status = page.value(f'document.querySelector("{answer} .response-col_status").innerText')
    text = page.value(f'document.querySelector("{answer} .highlight-code").innerText')
    return int(status.split()[0]), json.loads(text[text.index("{") : text.rindex("}") + 1])


def check_that_nothing_came_from_elsewhere(page, port):
    asked = [url for url in page.requests if not url.startswith("data:")]
    assert [url for url in asked if not url.startswith(f"http://localhost:{port}/")] == []
    assert not [line for line in page.complaints if "Content Security Policy" in line]


class TestListening:
    def test_a_request_from_the_page(self, cluster, tmp_path, page):
        job = cluster.submit("--hold", "--job-name=seen", "--wrap=true")
        with jwt_listening(cluster, tmp_path) as port:
            open_docs(page, port, "v0.0.44")
            authorize(page, cluster.user, cluster.token())
            status, document = execute(page, "v0.0.44", "get_ping")
            assert (status, document["pings"][0]["pinged"]) == (200, "UP")
            assert document["meta"]["plugin"]["data_parser"] == "data_parser/v0.0.44"
            if os.environ.get("UPDATE_SCREENSHOT"):
                page.screenshot(PICTURE, ".opblock.is-open", scale=0.75)
            status, document = execute(page, "v0.0.44", "get_jobs")
            assert status == 200
            assert [entry["name"] for entry in document["jobs"] if entry["job_id"] == job] == ["seen"]
            check_that_nothing_came_from_elsewhere(page, port)

    def test_a_long_answer_has_no_colours_which_would_occupy_the_browser(self, cluster, tmp_path, page):
        job, *_ = [cluster.submit("--hold", "--wrap=true") for _ in range(30)]
        with jwt_listening(cluster, tmp_path) as port:
            open_docs(page, port, "v0.0.44")
            authorize(page, cluster.user, cluster.token())
            coloured = ".live-responses-table .response .highlight-code span"
            execute(page, "v0.0.44", "get_ping")
            assert page.value(f"document.querySelectorAll('{coloured}').length")
            page.click(f"[id$='{operation('v0.0.44', 'get_ping')}'] .opblock-summary-control")
            status, document = execute(page, "v0.0.44", "get_jobs")
            assert status == 200
            assert job in [entry["job_id"] for entry in document["jobs"]]
            assert not page.value(f"document.querySelectorAll('{coloured}').length")

    @pytest.mark.parametrize("version", ["v0.0.40", "v0.0.45"])
    def test_the_example_of_a_submission_is_executed_as_it_stands(self, cluster, tmp_path, page, version):
        with jwt_listening(cluster, tmp_path) as port:
            open_docs(page, port, version)
            authorize(page, cluster.user, cluster.token())
            status, document = execute(page, version, "post_job_submit")
            assert (status, document["errors"]) == (200, [])
            assert shown(cluster, document["job_id"])["JobName"] == "hello"

    def test_the_versions_to_choose_from_are_those_that_are_served(self, cluster, tmp_path, page):
        with jwt_listening(cluster, tmp_path, "-s", "slurmctld", "-d", "v0.0.44,v0.0.45") as port:
            open_docs(page, port, "v0.0.44")
            offered = page.value(f"[...document.querySelectorAll('{SELECT} option')].map(each => each.text)")
            assert offered == ["v0.0.45", "v0.0.44"]
            assert "/slurmdb/" not in page.text()

    def test_it_says_of_what_it_is_and_fits_a_phone(self, cluster, tmp_path, page):
        page.window(390, 844)
        with jwt_listening(cluster, tmp_path) as port:
            open_docs(page, port, "v0.0.44")
            about = page.value("document.querySelector('#about').innerText")
            assert "Cluster scaleout, Slurm " in about
            assert "scontrol token" in about
            assert page.value("document.documentElement.scrollWidth") <= 390
            # The bar covers nothing of it.
            top = page.value("document.querySelector('.topbar').getBoundingClientRect().top")
            assert page.value("document.querySelector('#about').getBoundingClientRect().bottom") <= top
            assert page.value("new URL(document.querySelector('#about a').href).pathname") == "/"

    def test_a_bearer_token_is_enough_and_without_one_the_page_shows_why_not(self, cluster, tmp_path, page):
        with jwt_listening(cluster, tmp_path) as port:
            open_docs(page, port, "v0.0.44")
            status, document = execute(page, "v0.0.44", "get_ping")
            assert status == 401
            assert "no authentication was given" in document["errors"][0]["description"]
            authorize(page, None, None, cluster.token())
            page.click("[id$='get_ping'] .btn.execute")
            page.wait("document.querySelector('.live-responses-table').innerText.includes('UP')")


@as_root
class TestXinetd:
    def test_a_request_from_the_page(self, cluster, tmp_path, page):
        if not shutil.which("xinetd"):
            pytest.skip(lacking.program("xinetd"))
        with inetd(cluster, tmp_path) as port:
            open_docs(page, port, "v0.0.44")
            authorize(page, cluster.user, cluster.token())
            status, document = execute(page, "v0.0.44", "get_ping")
            assert (status, document["pings"][0]["pinged"]) == (200, "UP")
            check_that_nothing_came_from_elsewhere(page, port)

    def test_an_asset_comes_whole(self, cluster, tmp_path):
        if not shutil.which("xinetd"):
            pytest.skip(lacking.program("xinetd"))
        with inetd(cluster, tmp_path) as port:
            status, text = get(port, "/docs/swagger-ui-bundle.js")
            assert status == 200
            assert text == Path(SWAGGER_UI, "dist", "swagger-ui-bundle.js").read_text()
