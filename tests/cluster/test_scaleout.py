"""contrib/scaleout: what it promises of starting, ending and leaving nothing behind."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import lacking
import pytest

from .cluster import SCALEOUT, Cluster, identity, short_dir
from .serving import until

BARE = ("--nodes", "1", "--no-accounting")
as_root = lacking.as_root


def scaleout(*args, script=SCALEOUT, timeout=120, **options):
    command = [sys.executable, str(script), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)


def sleepers(directory):
    return [command for _, command, _ in processes_of(directory) if "sleep\0001000" in command]


def processes_of(directory):
    """Processes that carry the directory in their environment or command, or stand in it."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            where = [os.readlink(entry / "cwd"), (entry / "cmdline").read_text(errors="replace")]
            where.append((entry / "environ").read_text(errors="replace"))
        except OSError:
            continue
        if entry.name != str(os.getpid()) and any(directory in text for text in where):
            found.append(where)
    return found


@pytest.fixture
def directory():
    """A directory for a cluster, that must be gone in the end, and its processes too."""
    path = short_dir()
    yield path
    scaleout("down", "--dir", path)
    assert not os.path.lexists(path)
    assert processes_of(path) == []


def test_up_again_reports_it_and_changes_nothing(bare_cluster):
    """`up` is safe to run twice."""
    before = Path(bare_cluster.dir, "scaleout.json").read_text()
    assert "already up" in bare_cluster.up()
    assert Path(bare_cluster.dir, "scaleout.json").read_text() == before
    assert "running" in bare_cluster.scaleout("status")


def test_clusters_side_by_side(bare_cluster, directory):
    """Another cluster has ports and sockets of its own, and ends alone."""
    second = Cluster(directory, bare_cluster.bin)
    second.up(*BARE)
    one, other = bare_cluster.submit("--wrap", "sleep 60"), second.submit("--wrap", "true")
    assert second.wait_state(other, "COMPLETED") == "COMPLETED"
    assert bare_cluster.wait_state(one, "RUNNING")
    second.down()
    assert bare_cluster.job_state(one) == "RUNNING"
    bare_cluster.shell(f"scancel {one}")


def test_clusters_started_at_once_take_different_ports():
    """The choice of ports is no race."""
    places = [short_dir() for _ in range(3)]
    starts = [
        subprocess.Popen(
            [sys.executable, str(SCALEOUT), "up", "--dir", place, *BARE], stdout=subprocess.DEVNULL
        )
        for place in places
    ]
    codes = [start.wait(60) for start in starts]
    for place in places:
        scaleout("down", "--dir", place)
    assert codes == [0, 0, 0]


@pytest.mark.parametrize("seconds", [0.2, 0.5, 2.5])
def test_down_after_a_killed_up_leaves_nothing(directory, seconds, reachable):
    """kill -9 in the middle of `up`; the fixture looks for what is left."""
    start = subprocess.Popen(
        [sys.executable, str(SCALEOUT), "up", "--dir", directory, "--nodes", "2"], stdout=subprocess.DEVNULL
    )
    time.sleep(seconds)
    start.kill()
    start.wait()
    assert scaleout("down", "--dir", directory).returncode == 0


def test_up_after_a_killed_up_starts_afresh(directory, reachable):
    """What was left half-started is no obstacle."""
    with subprocess.Popen(
        [sys.executable, str(SCALEOUT), "up", "--dir", directory], stdout=subprocess.PIPE
    ) as start:
        start.stdout.readline()
        start.kill()
    assert "half-started" in Cluster(directory, reachable).up(*BARE)


def test_an_interrupted_up_cleans_up(directory, reachable):
    """As Ctrl-C does."""
    start = subprocess.Popen(
        [sys.executable, str(SCALEOUT), "up", "--dir", directory], stdout=subprocess.PIPE, text=True
    )
    start.stdout.readline()
    start.send_signal(signal.SIGTERM)
    assert start.wait(60) == 128 + signal.SIGTERM
    start.stdout.close()
    assert not os.path.exists(directory)


def test_down_ends_jobs_too(directory, reachable):
    """Also children that left their session, and slurmstepd, which has no environment."""
    cluster = Cluster(directory, reachable)
    cluster.up(*BARE)
    job = cluster.submit("--wrap", "setsid sleep 1000 & env -i /bin/sleep 1000")
    cluster.wait_state(job, "RUNNING")
    cluster.wait(lambda: sum("sleep\0001000" in where[1] for where in processes_of(directory)) == 2)
    cluster.down()
    assert processes_of(directory) == []


def test_down_without_a_cluster_is_an_error():
    """And is no error."""
    done = scaleout("down", "--dir", "/tmp/no-such-cluster")
    assert (done.returncode, done.stdout) == (0, "no cluster in /tmp/no-such-cluster\n")


def test_down_spares_a_directory_that_is_no_cluster(tmp_path):
    """Only what `up` made is removed."""
    (tmp_path / "thesis.tex").write_text("years of work")
    assert scaleout("down", "--dir", tmp_path).returncode == 1
    assert scaleout("up", "--dir", tmp_path, *BARE).returncode == 1
    assert (tmp_path / "thesis.tex").exists()


def test_a_daemon_that_fails_shows_its_log(directory, reachable, tmp_path):
    """The reason is on the screen, and nothing is left."""
    extra = tmp_path / "extra.conf"
    extra.write_text("SchedulerType=sched/nonsense\n")
    done = scaleout("up", "--dir", directory, *BARE, "--conf", extra)
    assert done.returncode == 1
    assert "slurmctld ended" in done.stderr and "sched/nonsense" in done.stderr
    assert not os.path.exists(directory)


@as_root
def test_a_directory_that_users_cannot_reach_is_refused(tmp_path):
    """It would fail for them only, and much later."""
    tmp_path.chmod(0o700)
    done = scaleout("up", "--dir", tmp_path / "cluster", *BARE)
    assert done.returncode == 1 and "--dir" in done.stderr


@as_root
def test_jobs_run_as_their_owners(cluster):
    """Batch script and srun step alike."""
    for user in ("fred", "pebbles"):
        job = cluster.submit("-o", f"{user}.out", "--wrap", "id -un; srun id -un", user=user)
        cluster.wait_state(job, "COMPLETED", "FAILED")
        output = Path(cluster.jobs, f"{user}.out")
        cluster.wait(output.exists)
        assert output.read_text() == f"{user}\n{user}\n"
        assert output.owner() == user


@as_root
def test_users_reach_what_they_need_and_no_more(cluster):
    """slurm.conf and the munge socket; not the keys, not the database."""
    assert cluster.shell("sinfo && cat $SLURM_CONF").returncode == 0
    for secret in ("etc/jwt_hs256.key", "etc/munge.key", "etc/slurmdbd.conf", "db/sock", "state/clustername"):
        assert b"Permission denied" in cluster.shell(f"cat {cluster.dir}/{secret}").stderr


def test_accounting(cluster):
    """The associations that submission checks, and the administrator."""
    shown = cluster.shell("sacctmgr -nP show assoc format=user,account,qos").stdout.decode().splitlines()
    assert {f"{cluster.user}|test|high,normal", f"{cluster.user}|research|high,normal"} <= set(shown)
    assert (
        b"pebbles|research|Administrator"
        in cluster.shell("sacctmgr -nP show user format=user,defaultaccount,admin").stdout
    )
    assert cluster.submit("-p", "long", "-A", "research", "-q", "high", "--gres=gpu:1", "--wrap", "true")


def test_tokens(cluster):
    """`env` is for eval, and slurmctld takes its token."""
    exports = cluster.scaleout("env", "--user", cluster.user)
    done = cluster.shell(f"{exports}\nscontrol ping; squeue", env={"SLURM_CONF": "/dev/null"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert cluster.token().count(".") == 2


def test_daemons_stop_start_freeze_and_thaw(bare_cluster):
    """And clients see it."""
    bare_cluster.stop("slurmctld")
    assert b"DOWN" in bare_cluster.shell("scontrol ping").stdout
    bare_cluster.start("slurmctld")
    assert b"UP" in bare_cluster.shell("scontrol ping").stdout
    bare_cluster.freeze("slurmctld")
    with pytest.raises(subprocess.TimeoutExpired):
        bare_cluster.shell("exec sinfo", timeout=1)
    bare_cluster.thaw("slurmctld")
    assert bare_cluster.shell("sinfo").returncode == 0
    bare_cluster.stop("slurmd")
    bare_cluster.start("host1")


@as_root
def test_an_ordinary_user_has_a_whole_cluster(cluster):
    """No root anywhere."""
    home = short_dir()
    try:
        script = Path(shutil.copytree(SCALEOUT.parent, Path(home, "scaleout")), "scaleout")
        os.chown(home, pwd.getpwnam("fred").pw_uid, -1)
        fred = {"cwd": home, "env": {"PATH": os.environ["PATH"]}, "script": script, **identity("fred")}
        directory = f"{home}/" + "long" * 20
        done = scaleout("up", "--dir", directory, "--nodes", "2", **fred)
        assert done.returncode == 0, done.stderr
        done = scaleout("shell", "--dir", directory, "-c", "srun -N2 id -un; sacctmgr -nP show user", **fred)
        assert done.stdout.startswith("fred\nfred\n") and "pebbles|" in done.stdout
        owners = {Path(f"/proc/{pid}").owner() for pid in os.listdir("/proc") if in_cluster(pid, directory)}
        assert owners == {"fred"}
        assert scaleout("down", "--dir", directory, **fred).returncode == 0
        assert os.listdir(home) == ["scaleout"]
        assert processes_of(directory) == []
    finally:
        shutil.rmtree(home)


#: With an /etc and a /home of its own: users that are not there are made by several at once.
MAKE_USERS = """
cp -a /etc "$1/etc" && mount --bind "$1/etc" /etc
mkdir "$1/home" && mount --bind "$1/home" /home
sed -i '/^fred:/d; /^pebbles:/d' /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid
mkdir -p /home/fred && touch /home/fred/left && chown -R 54321 /home/fred
for each in 1 2 3 4; do "$2" -c 'from cluster.lifecycle import make_users; make_users()' & done
wait
stat -c '%U %n' /home/fred /home/fred/left /home/pebbles
cut -d: -f1 /etc/subuid
"""


@as_root
def test_users_made_by_several_at_once_own_their_homes(tmp_path):
    """Also one that an earlier user of the name left."""
    # In scaleout's chroot the root is no mount, and all mounts are private already.
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    alone = [] if "/" in mounts else ["--propagation", "unchanged"]
    command = ["unshare", "--mount", *alone, "sh", "-euc", MAKE_USERS, "sh", str(tmp_path), sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, cwd=SCALEOUT.parent)
    owned = ["fred /home/fred", "fred /home/fred/left", "pebbles /home/pebbles"]
    assert done.stdout.splitlines()[:3] == owned, done.stderr
    assert sorted(done.stdout.splitlines()[3:]) == ["fred", "pebbles"]


def in_cluster(pid, directory):
    try:
        return f"SCALEOUT_CLUSTER={directory}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(
            b"\0"
        )
    except OSError:
        return False


def other_release():
    """One that is not this machine's, if its chroot is built: a test is not to wait for that."""
    cache = Path(os.environ.get("SCALEOUT_CHROOTS", "/var/tmp/scaleout-chroots"))
    return next((path.parts[-3] for path in sorted(cache.glob("*/etc/scaleout-packages"))), None)


@as_root
@pytest.mark.skipif(other_release() is None, reason=lacking.chroot("24.11"))
class TestOtherReleases:
    """Clusters in a chroot, handled from outside."""

    def test_a_cluster_has_the_release_and_the_users(self, directory):
        release = other_release()
        done = scaleout("up", "--dir", directory, *BARE, "--slurm", release, timeout=300)
        assert done.returncode == 0, done.stderr
        command = "scontrol --version; srun id; stat -c %u:%g . ~"
        done = scaleout("shell", "--dir", directory, "-c", command)
        fred = pwd.getpwnam("fred")
        assert re.match(rf"slurm(-wlm)? {release}\.", done.stdout)
        assert f"uid={fred.pw_uid}(fred) gid={fred.pw_gid}(fred)" in done.stdout
        home = os.stat(fred.pw_dir)
        assert f"\n{home.st_uid}:{home.st_gid}\n" in done.stdout
        assert scaleout("status", "--dir", directory).returncode == 0

    def test_nothing_is_mounted_for_others(self, directory):
        before = Path("/proc/self/mounts").read_text()
        scaleout("up", "--dir", directory, *BARE, "--slurm", other_release(), timeout=300)
        assert Path("/proc/self/mounts").read_text() == before

    @pytest.mark.parametrize("seconds", [0.3, 1])
    def test_down_after_a_killed_up_leaves_nothing(self, directory, seconds):
        command = [sys.executable, str(SCALEOUT), "up", "--dir", directory, "--slurm", other_release()]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as start:
            time.sleep(seconds)
            start.kill()
        assert scaleout("down", "--dir", directory).returncode == 0

    def test_another_release_than_the_cluster_s_is_refused(self, bare_cluster):
        done = scaleout("up", "--dir", bare_cluster.dir, "--slurm", "99.11")
        assert done.returncode == 1 and "end it first" in done.stderr

    def test_jobs_of_a_chroot_end_with_down(self, directory):
        scaleout("up", "--dir", directory, *BARE, "--slurm", other_release(), timeout=300)
        done = scaleout("shell", "--dir", directory, "-c", "sbatch --wrap 'setsid sleep 1000 & sleep 1000'")
        assert done.returncode == 0, done.stderr
        until(lambda: len(sleepers(directory)) == 2, "processes of the job")


def test_releases_that_are_not_known_are_refused(directory):
    """With those that are."""
    done = scaleout("up", "--dir", directory, *BARE, "--slurm", "99.11")
    assert done.returncode == 1 and "20.02, 22.05, 24.05, 24.11, 26.05, 26.11" in done.stderr


@as_root
@pytest.mark.parametrize("release", ["20.02", "24.05", "26.11"])
def test_a_release_whose_archive_is_missing_is_refused_with_where_it_was_looked_for(release, tmp_path):
    """And with an exit status of its own, by which tests are skipped."""
    places = {"SCALEOUT_BUILDS": str(tmp_path), "SCALEOUT_CHROOTS": str(tmp_path / "chroots")}
    done = scaleout("chroot", "--slurm", release, env={**os.environ, **places})
    if "this machine's own" in done.stdout:
        pytest.skip(lacking.slurm(f"Slurm {release} is this machine's own", "26.05"))
    assert done.returncode == 77
    assert f"slurm-{release}." in done.stderr
    assert str(tmp_path) in done.stderr and "SCALEOUT_BUILDS=DIR" in done.stderr


def test_the_machine_s_own_release_needs_no_chroot(bare_cluster):
    """Nothing is built."""
    release = "{}.{:02}".format(*bare_cluster.slurm)
    done = scaleout("chroot", "--slurm", release)
    assert (done.returncode, done.stdout) == (
        0,
        f"Slurm {release} is this machine's own: it needs no chroot\n",
    )


def test_a_chroot_needs_root():
    """Said before anything is done."""
    if os.geteuid() == 0:
        home = short_dir()
        try:
            script = Path(shutil.copytree(SCALEOUT.parent, Path(home, "scaleout")), "scaleout")
            done = scaleout("chroot", "--slurm", "26.05", script=script, cwd=home, **identity("fred"))
        finally:
            shutil.rmtree(home)
    else:
        done = scaleout("chroot", "--slurm", "26.05")
    assert "needs root" in done.stderr or "this machine's own" in done.stdout


@as_root
def test_a_source_tree_must_be_slurm_s_and_of_the_release(tmp_path):
    """Said before anything is built."""
    places = {**os.environ, "SCALEOUT_CHROOTS": str(tmp_path / "chroots")}
    source = tmp_path / "slurm"
    source.mkdir()
    wanted = ["chroot", "--slurm", "26.11", "--slurm-source", str(source)]
    done = scaleout(*wanted, env=places)
    if "this machine's own" in done.stdout:
        pytest.skip(lacking.slurm("Slurm 26.11 is this machine's own", "26.05"))
    assert done.returncode == 1 and "no source tree of Slurm: META and configure" in done.stderr
    (source / "configure").touch()
    (source / "META").write_text("  Name: slurm\n  Version:\t25.11.3\n")
    done = scaleout(*wanted, env=places)
    assert done.returncode == 1 and "has Slurm 25.11, not 26.11" in done.stderr
    done = scaleout("chroot", "--slurm", "26.05", "--slurm-source", str(source), env=places)
    assert "comes from Debian" in done.stderr or "this machine's own" in done.stdout
