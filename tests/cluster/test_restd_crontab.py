"""/restd/<version>/crontab on a real cluster: scrontab is the oracle."""

import pwd
import shutil
from pathlib import Path

import lacking
import pytest

from .conftest import running
from .test_faults import FAST, frozen, stopped
from .typed import as_root, ask, output, queued, request, send

__all__ = ["frozen", "stopped"]

pytestmark = as_root
BASE = "/restd/v0.0.44/crontab"
CRONTAB = """\
# comment, ä and "quotes"
A=b
#SCRON --job-name=first --time=5
0 0 1 1 * /bin/true $A
@daily /bin/false
"""


@pytest.fixture(scope="module")
def cluster(reachable, tmp_path_factory):
    """One that has scrontab."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text("ScronParameters=enable\n")
    with running(reachable, "--nodes", "1", "--no-accounting", "--conf", str(conf)) as started:
        yield started


def kept(cluster):
    """The file of fred's crontab, as slurmctld keeps it: its text, and the lines that are disabled."""
    return Path(cluster.dir, "state", "crontab", f"crontab.{pwd.getpwnam('fred').pw_uid}")


@pytest.fixture
def crontab(cluster):
    """fred's, where it is kept: not every release has the program that makes one."""
    file = kept(cluster)
    output(cluster, "mkdir", "-p", file.parent, user="slurm")
    file.write_bytes(CRONTAB.encode() + b"\0" + b"3-4,")
    shutil.chown(file, "slurm")
    yield
    file.unlink(missing_ok=True)


def listed(cluster):
    """What scrontab lists; None if there is no crontab."""
    done = cluster.shell("scrontab -l")
    return done.stdout.decode() if done.returncode == 0 else None


def test_the_crontab_is_what_slurmctld_keeps(cluster, crontab):
    answer = ask(cluster, "GET", BASE)
    assert (answer.status, answer.json["crontab"]) == (200, {"text": CRONTAB, "disabled_lines": [3, 4]})
    yaml = ask(cluster, "GET", BASE, None, "Accept: application/yaml")
    assert (yaml.status, "#SCRON" in yaml.text) == (200, True)


def test_scrontab_s_crontab_and_its_jobs(cluster):
    """scrontab makes it, lists it, marks disabled lines, and finds none after DELETE."""
    if cluster.shell("command -v scrontab").returncode:
        pytest.skip(lacking.program("scrontab"))
    assert cluster.shell("scrontab -", input=CRONTAB).returncode == 0
    assert len(queued(cluster, "%i")) == 2
    assert ask(cluster, "GET", BASE).json["crontab"] == {"text": CRONTAB, "disabled_lines": []}
    assert listed(cluster) == CRONTAB
    cluster.shell("scancel --cron --name=first")
    cluster.wait(lambda: "#DISABLED" in listed(cluster))
    found = ask(cluster, "GET", BASE).json["crontab"]
    lines = enumerate(found["text"].splitlines(), start=1)
    shown = [f"#DISABLED: {line}" if number in found["disabled_lines"] else line for number, line in lines]
    assert shown == listed(cluster).splitlines()
    assert ask(cluster, "DELETE", BASE).status == 200
    assert listed(cluster) is None
    cluster.wait(lambda: queued(cluster, "%i") == [])


def test_removed(cluster, crontab):
    assert ask(cluster, "DELETE", BASE, user="fred").status == 200
    assert not kept(cluster).exists()
    assert ask(cluster, "GET", BASE).status == 404
    assert ask(cluster, "DELETE", BASE).status == 200


def test_another_user_s(cluster, crontab):
    """For root and SlurmUser; others get what slurmctld tells them."""
    for user in ("pebbles", "nobody"):
        assert ask(cluster, "GET", f"{BASE}?user=fred", user=user).status == 403
        assert ask(cluster, "DELETE", f"{BASE}?user=fred", user=user).status == 403
        assert ask(cluster, "GET", BASE, user=user).status == 404
    assert kept(cluster).exists()
    for user in ("root", "slurm"):
        assert ask(cluster, "GET", f"{BASE}?user=fred", user=user).json["crontab"]["text"] == CRONTAB
    assert ask(cluster, "DELETE", f"{BASE}?user=fred", user="root").status == 200
    assert not kept(cluster).exists()


@pytest.mark.parametrize(
    "value", ["", ",", "nobody-here", "fred,root", "%27", "%00", "x" * 300, "4294967294"]
)
def test_a_user_who_is_none_is_400(cluster, value):
    for method in ("GET", "DELETE"):
        assert ask(cluster, method, f"{BASE}?user={value}").status in (400, 403, 404, 501), value
    assert ask(cluster, "DELETE", f"{BASE}?uesr=fred").status == 400


def test_what_changes_it_is_no_get(cluster, crontab):
    assert ask(cluster, "POST", BASE).status == 405
    assert kept(cluster).exists()


def test_a_stopped_slurmctld_is_503(cluster, stopped):
    for method in ("GET", "DELETE"):
        done = send(cluster, request(method, BASE), *FAST)
        assert (done.code, done.answer.status) == (0, 503), done.answer.text


def test_a_frozen_slurmctld_is_504(cluster, frozen):
    for method in ("GET", "DELETE"):
        done = send(cluster, request(method, BASE), *FAST)
        assert (done.code, done.answer.status) == (0, 504), done.answer.text


def test_without_scrontab_it_is_501(bare_cluster):
    answer = ask(bare_cluster, "GET", BASE)
    assert (answer.status, "ScronParameters" in answer.text) == (501, True)
