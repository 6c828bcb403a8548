"""The front page in a real browser: a token, the cluster at a glance, a job's page; on a desk and a phone."""

import contextlib
import json
import re
import shutil
from pathlib import Path

import lacking
import pytest
from browser import PROGRAM, chromium

from .serving import jwt_listening, until
from .test_xinetd import inetd
from .typed import as_root, no_jobs_left, output  # noqa: F401

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=lacking.program("chromium"))

CONTRAST = Path(__file__).with_name("contrast.js")
WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}
#: Names of jobs that would be something else in HTML, in a template or in a selector.
HOSTILE = [
    "<img src=x onerror=document.title='owned'>",
    "</td><script>document.title='owned'</script>",
    "${document.title='owned'} {{7*7}}",
    "\"' onmouseover=document.title='owned' x='",
    "\u202egnp.exe \u2066 \u0007",
    "x" * 500,
]


@pytest.fixture
def page():
    with chromium(timeout=30) as browser:
        yield browser


@contextlib.contextmanager
def listening(cluster, tmp_path, *arguments):
    with jwt_listening(cluster, tmp_path, *arguments) as port:
        yield f"http://localhost:{port}/"


READY = "document.querySelector('#sign-in button')?.disabled === false"


def sign_in(page, url, token):
    page.open(url)
    page.wait(READY)
    page.type("#token", token)
    page.click("#sign-in button")
    page.wait("!document.querySelector('#glance').hidden")


def shown(page, selector):
    found = f"[...document.querySelectorAll({json.dumps(selector)})]"
    return page.value(f"{found}.map(each => each.innerText.trim())")


def check_requests(page, url):
    asked = [each for each in page.requests if not each.startswith(("data:", "about:"))]
    assert asked
    assert [each for each in asked if not each.startswith(url)] == []
    assert not [line for line in page.complaints if "401" not in line and "404" not in line]


@pytest.fixture
def served(cluster, tmp_path):
    with listening(cluster, tmp_path) as url:
        yield url


class TestFrontPage:
    def test_it_says_what_this_is_and_how_to_get_a_token(self, served, page):
        page.open(served)
        page.wait(READY)
        text = page.wait("document.querySelector('#welcome').innerText")
        assert "scaleout" in text
        assert "scontrol token" in text
        assert f"{served}slurm/v0." in text
        page.wait("document.querySelector('#ready').textContent.includes('slurmctld answers')")
        found = "[...document.querySelectorAll('#welcome a')]"
        links = page.value(f"{found}.map(each => each.getAttribute('href'))")
        assert {"docs", "openapi", "healthz", "readyz"} <= set(links)
        check_requests(page, served)

    @pytest.mark.parametrize("width", WIDTHS)
    def test_the_cluster_at_a_glance(self, cluster, served, page, width):
        page.window(*WIDTHS[width])
        job = cluster.submit("--hold", "--job-name=seen-here", "--cpus-per-task=2", "--wrap=true")
        sign_in(page, served, f"SLURM_JWT={cluster.token()}\n")
        page.wait(f"!!document.querySelector('#jobs a[href=\"#/job/{job}\"]')")
        assert len(shown(page, "#nodes a")) == 4
        assert "host1" in shown(page, "#nodes b")
        assert {"debug (default)", "long"} <= set(shown(page, "#partitions th"))
        assert "seen-here" in shown(page, "#jobs .name")
        assert cluster.user in " ".join(shown(page, "#users button"))
        totals = " ".join(shown(page, "#totals li"))
        assert re.search(r"CPUs in use\s+\d+\s+of 32", totals)
        assert "GPUs in use" in totals
        assert cluster.user in page.value("document.querySelector('#who').innerText")
        # Nothing is wider than the window.
        assert page.value("document.documentElement.scrollWidth") <= WIDTHS[width][0]
        check_requests(page, served)

    def test_a_job_begins_and_ends_before_the_eyes(self, cluster, served, page):
        sign_in(page, served, cluster.token())
        page.value("window.untouched = document.querySelector('#nodes li')")
        job = cluster.submit("--cpus-per-task=8", "--nodelist=host2", "-o", "/dev/null", "--wrap=sleep 600")
        cluster.wait_state(job, "RUNNING")
        row = f"document.querySelector('#jobs a[href=\"#/job/{job}\"]').closest('tr')"
        page.wait(f"!!document.querySelector('#jobs a[href=\"#/job/{job}\"]')")
        page.wait(f"{row}.innerText.includes('running')")
        node = "document.querySelector('#nodes a[href=\"#/node/host2\"]')"
        page.wait(f"{node}.className == 'alloc' && {node}.textContent.includes('CPUs 8 of 8')")
        assert any(text.startswith("running") for text in shown(page, "#states button"))
        cluster.shell(f"scancel {job}")
        page.wait(f"{row}.innerText.includes('cancelled')")
        # What has not changed is the same element: nothing was drawn anew.
        assert page.value("window.untouched === document.querySelector('#nodes li')")

    def test_the_filter(self, cluster, served, page):
        for name in ("alpha", "beta"):
            cluster.submit("--hold", f"--job-name=filter-{name}", "--wrap=true")
        sign_in(page, served, cluster.token())
        page.type("#filter", "filter-be")
        page.wait("document.querySelectorAll('#jobs tr').length == 1")
        assert shown(page, "#jobs .name") == ["filter-beta"]
        assert shown(page, "#found")[0].startswith("1 of ")
        page.value("document.querySelector('#filter').value = ''")
        page.value("document.querySelector('#filter').dispatchEvent(new Event('input'))")
        states = "[...document.querySelectorAll('#states button')]"
        page.value(f"{states}.find(each => each.innerText.startsWith('pending')).click()")
        badges = "[...document.querySelectorAll('#jobs .badge')]"
        page.wait(f"{badges}.every(each => each.innerText.trim() == 'pending')")
        assert page.value("document.querySelector('#states [aria-pressed=true]').innerText").startswith(
            "pending"
        )
        page.type("#filter", " nothing-of-the-kind")
        page.wait("!document.querySelector('#none').hidden")

    @pytest.mark.parametrize("width", WIDTHS)
    def test_the_page_of_a_job(self, cluster, served, page, width):
        page.window(*WIDTHS[width])
        job = cluster.submit(
            "--hold", "--job-name=paged", "-o", "/tmp/out-%j.txt", "--time=90", "--wrap=true"
        )
        sign_in(page, served, cluster.token())
        page.click(f"#jobs a[href='#/job/{job}']")
        page.wait(f"document.querySelector('#detail-title').innerText == 'Job {job} · paged'")
        text = page.value("document.querySelector('#detail').innerText")
        assert re.search(r"Time limit\s+1:30:00", text)
        assert re.search(r"Standard output\s+/tmp/out-\S+\.txt", text)
        assert "Submitted" in text
        assert "pending" in text
        assert page.value("document.activeElement.id") == "detail-title"
        assert page.value("document.documentElement.scrollWidth") <= WIDTHS[width][0]
        cluster.shell(f"scancel {job}")
        page.wait("document.querySelector('#detail').innerText.includes('cancelled')")
        page.click("#detail a[href='#/']")
        page.wait("!document.querySelector('#glance').hidden")

    def test_what_does_not_exist_is_said(self, cluster, served, page):
        sign_in(page, served, cluster.token())
        page.value("location.hash = '#/job/99999999'")
        page.wait("document.querySelector('#detail-title').innerText.includes('99999999')")
        page.value("location.hash = '#/node/nowhere'")
        page.wait("document.querySelector('#detail-title').innerText.includes('no node nowhere')")

    def test_names_of_jobs_are_text_whatever_they_are(self, cluster, served, page):
        for name in HOSTILE:
            cluster.submit("--hold", f"--job-name={name}", f"--comment={name}", "--wrap=true")
        page.window(*WIDTHS["phone"])
        sign_in(page, served, cluster.token())
        names = page.value("[...document.querySelectorAll('#jobs .name')].map(each => each.textContent)")
        for name in HOSTILE[:4]:
            assert name in names
        for at in range(len(HOSTILE)):
            page.value("location.hash = '#/'")
            page.wait("!document.querySelector('#glance').hidden")
            page.value(f"document.querySelectorAll('#jobs a')[{at}].click()")
            page.wait("document.querySelector('#detail-title').innerText.startsWith('Job')")
            assert page.value("document.documentElement.scrollWidth") <= WIDTHS["phone"][0]
        assert "owned" not in page.value("document.title")
        assert page.value("document.querySelectorAll('main img, main script').length") == 0
        check_requests(page, served)


class TestRefresh:
    def test_a_list_is_sent_again_only_where_it_has_changed(self, cluster, tmp_path, page):
        with listening(cluster, tmp_path) as url:
            sign_in(page, url, cluster.token())
            for name in ("nodes", "jobs", "partitions"):
                same = re.compile(rf"GET /restd/latest/{name} .*: 304, ")
                until(lambda same=same: same.search((tmp_path / "log").read_text()), f"304 for {name}")

    def test_without_small_answers_the_api_of_slurmrestd_will_do(self, cluster, tmp_path, page):
        job = cluster.submit("--hold", "--job-name=large", "--wrap=true")
        with listening(cluster, tmp_path, "-s", "slurmctld") as url:
            sign_in(page, url, cluster.token())
            assert len(shown(page, "#nodes a")) == 4
            page.wait(f"!!document.querySelector('#jobs a[href=\"#/job/{job}\"]')")
            cluster.shell(f"scancel {job}")
            page.wait("document.querySelector('#jobs tr').innerText.includes('cancelled')")


class TestToken:
    def test_one_that_is_refused_is_said_and_not_kept(self, cluster, served, page):
        page.open(served)
        page.wait(READY)
        page.type("#token", "eyJhbGciOiJIUzI1NiJ9.eyJzdW4iOiJmcmVkIn0.bad")
        page.click("#sign-in button")
        page.wait("!document.querySelector('#token-error').hidden")
        assert "refused" in shown(page, "#token-error")[0]
        assert page.value("sessionStorage.length") == 0
        page.type("#token", "nonsense")
        page.click("#sign-in button")
        page.wait("document.querySelector('#token-error').innerText.includes('no token')")

    def test_it_stays_in_the_tab_and_is_forgotten_on_demand(self, cluster, served, page):
        token = cluster.token()
        sign_in(page, served, token)
        assert page.value("Object.values(sessionStorage)") == [token]
        assert page.value("localStorage.length + document.cookie.length") == 0
        assert token not in page.value("document.documentElement.outerHTML")
        page.open(served + "?again")  # the tab has it still
        page.wait("location.search == '?again' && " + READY)
        page.wait("!document.querySelector('#glance').hidden")
        page.click("#forget")
        page.wait("!document.querySelector('#welcome').hidden")
        assert page.value("sessionStorage.length") == 0
        assert shown(page, "#nodes a") == shown(page, "#jobs tr") == []
        assert not [url for url in page.requests if token in url]


class TestAccess:
    """Keyboard, screen reader, colours."""

    def test_with_the_keyboard_alone(self, cluster, served, page):
        page.open(served)
        page.wait(READY)
        for _ in range(20):
            page.press("Tab")
            if page.value("document.activeElement.id") == "token":
                break
        page.type("#token", cluster.token())
        page.press("Enter")
        page.wait("!document.querySelector('#glance').hidden && document.activeElement.id == 'main'")
        page.press("Tab")
        assert page.value("document.activeElement.getAttribute('href')") == "#/node/host1"
        page.press("ArrowRight")
        assert page.value("document.activeElement.getAttribute('href')") == "#/node/host2"
        page.press("End")
        page.press("Enter")
        page.wait("document.querySelector('#detail-title').innerText == 'Node host4'")

    def test_everything_has_a_name_and_one_place_says_what_changes(self, cluster, served, page):
        sign_in(page, served, cluster.token())
        nameless = page.value(
            "[...document.querySelectorAll('a, button, input')].filter(each => !each.closest('[hidden]') &&"
            " !(each.textContent.trim() || each.getAttribute('aria-label') || each.labels?.length)).length"
        )
        assert nameless == 0
        assert page.value("document.querySelectorAll('[role=status], [role=alert]').length") >= 3
        assert page.value("document.querySelectorAll('h1').length") == 1
        assert page.value("document.documentElement.lang") == "en"
        assert "host1: idle, CPUs 0 of 8" in page.value("document.querySelector('#nodes a').textContent")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_texts_can_be_read_on_their_ground(self, cluster, served, page, scheme):
        """WCAG 2.1, 1.4.3: a contrast of 4.5 for texts."""
        page.window(1280, 900, scheme)
        cluster.submit("--hold", "--job-name=contrast", "--wrap=true")
        sign_in(page, served, cluster.token())
        page.wait("document.querySelectorAll('#jobs tr').length > 0")
        poor = page.value(CONTRAST.read_text())
        assert poor == []


class TestFailures:
    def test_slurmctld_is_away_and_comes_back(self, bare_cluster, tmp_path, page):
        with listening(bare_cluster, tmp_path, "--slurm-timeout", "2") as url:
            sign_in(page, url, bare_cluster.token())
            bare_cluster.stop("slurmctld")
            try:
                page.wait("!document.querySelector('#alert').hidden")
                assert not page.value("document.querySelector('#glance').hidden")  # what was seen stays
            finally:
                bare_cluster.start("slurmctld")
            page.wait("document.querySelector('#alert').hidden")


@as_root
class TestXinetd:
    """One cold process for each connection."""

    def test_the_cluster_at_a_glance(self, cluster, tmp_path, page):
        if not shutil.which("xinetd"):
            pytest.skip(lacking.program("xinetd"))
        with inetd(cluster, tmp_path) as port:
            sign_in(page, f"http://localhost:{port}/", cluster.token())
            assert len(shown(page, "#nodes a")) == 4
            check_requests(page, f"http://localhost:{port}/")
