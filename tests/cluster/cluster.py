"""A running cluster, as tests see it; started and ended with contrib/scaleout."""

import json
import os
import pwd
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import lacking

CHECKOUT = Path(__file__).resolve().parents[2]
SCALEOUT = CHECKOUT / "contrib" / "scaleout" / "scaleout"
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


class Cluster:
    """One cluster in a directory of its own; `user` is the ordinary one: fred, or who runs the tests."""

    def __init__(self, directory, bin_dir):
        self.dir = str(directory)
        self.bin = str(bin_dir)
        self.conf = f"{self.dir}/etc/slurm.conf"
        self.jobs = f"{self.dir}/jobs"
        self.user = "fred" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    @property
    def slurm(self):
        """Slurm's release as a tuple, (24, 11): for tests of what Slurm itself does differently."""
        record = json.loads(Path(self.dir, "scaleout.json").read_text())
        return tuple(map(int, record["slurm"].split(".")))

    def up(self, *options):
        return self.scaleout("up", *options, timeout=300)

    def down(self):
        return self.scaleout("down", timeout=120)

    def scaleout(self, verb, *args, timeout=120):
        """Run a verb of scaleout on this cluster; what it printed."""
        command = [sys.executable, str(SCALEOUT), verb, "--dir", self.dir, *args]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
        if done.returncode:
            raise RuntimeError(f"scaleout {verb} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def stop(self, daemon):
        self.scaleout("stop", daemon)

    def kill(self, daemon):
        """SIGKILL, and wait for the end."""
        pid = int(Path(self.dir, "run", f"{daemon}.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        self.stop(daemon)

    def start(self, daemon):
        self.scaleout("start", daemon)

    def freeze(self, daemon):
        self.scaleout("freeze", daemon)

    def thaw(self, daemon):
        self.scaleout("thaw", daemon)

    def env(self, user=None):
        """A clean environment of that user on this cluster."""
        entry = pwd.getpwnam(user or self.user)
        # Run by an ordinary user, the cluster is that user's: SlurmUser, who must not listen unasked.
        security = {} if os.geteuid() == 0 else {"SLURMRESTD_SECURITY": "disable_user_check"}
        return {
            **security,
            "HOME": entry.pw_dir,
            "USER": entry.pw_name,
            "LOGNAME": entry.pw_name,
            "SHELL": "/bin/bash",
            "PATH": f"{self.bin}:{SYSTEM_PATH}",
            "LANG": "C.UTF-8",
            "SLURM_CONF": self.conf,
        }

    def shell(self, command, user=None, input=None, timeout=60, env=None):
        """Run a line of bash as that user, in the cluster's jobs directory; bytes in, bytes out."""
        if isinstance(input, str):
            input = input.encode()
        return subprocess.run(
            ["/bin/bash", "-c", command],
            capture_output=True,
            timeout=timeout,
            env={**self.env(user), **(env or {})},
            cwd=self.jobs,
            **({"stdin": subprocess.DEVNULL} if input is None else {"input": input}),
            **identity(user or self.user),
        )

    def submit(self, *args, user=None):
        """Submit with sbatch; the job's number."""
        done = self.shell("sbatch --parsable " + shlex.join(map(str, args)), user=user)
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return int(done.stdout.split(b";")[0])

    def job_state(self, job_id):
        """As scontrol names it: PENDING, RUNNING, COMPLETED, ..."""
        done = self.shell(f"scontrol --oneliner show job {job_id}")
        states = [word for word in done.stdout.decode().split() if word.startswith("JobState=")]
        return states[0].partition("=")[2] if states else None

    def wait_state(self, job_id, *states, timeout=120):
        """Wait until the job is in one of these states; which."""
        seen = None

        def reached():
            nonlocal seen
            seen = self.job_state(job_id)
            return seen in states

        try:
            self.wait(reached, timeout)
        except TimeoutError:
            wanted = " or ".join(states)
            raise TimeoutError(f"job {job_id} is {seen}, not {wanted}, after {timeout} s") from None
        return seen

    def wait(self, predicate, timeout=120):
        """Wait until predicate() is true; its value."""
        deadline = time.monotonic() + timeout
        while True:
            value = predicate()
            if value:
                return value
            if time.monotonic() > deadline:
                raise TimeoutError(f"not so after {timeout} s: {predicate}")
            time.sleep(0.1)

    def token(self, user=None, lifespan=3600):
        """A JWT of that user, signed by slurmctld."""
        user = user or self.user
        command = ["scontrol", "token", f"lifespan={lifespan}", f"username={user}"]
        environment = {"PATH": SYSTEM_PATH, "SLURM_CONF": self.conf}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip().partition("=")[2]


def identity(user):
    """Arguments for subprocess that make a process the user's; none if it is so anyway."""
    entry = pwd.getpwnam(user)
    if entry.pw_uid == os.geteuid():
        return {}
    groups = os.getgrouplist(user, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}


def missing_programs():
    """What to install, or None: the first of Slurm's programs that is not there."""
    for name in ("slurmctld", "slurmd", "slurmdbd", "munged", "mariadbd"):
        if shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin") is None:
            return lacking.machine(f"{name} is not installed", "contrib/packages installs it")
    return None


def short_dir():
    """A new directory for a cluster, with a name short enough for sockets; others may pass it."""
    path = tempfile.mkdtemp(prefix="so-", dir="/tmp")
    os.chmod(path, 0o755)
    return path


def passable(path):
    """May every user go to this path?"""
    path = Path(path)
    return all(part.stat().st_mode & stat.S_IXOTH for part in [path, *path.parents])


def reachable_bin(where):
    """The directory of restd-inet and python, for every user: if need be a copy below `where`.

    Run by root, checkout and virtual environment are often below /root, where fred cannot go.
    """
    venv = Path(sys.prefix)
    bin_dir = Path(sys.executable).parent
    if os.geteuid() != 0 or (passable(bin_dir) and passable(CHECKOUT)):
        return bin_dir
    if sys.prefix == sys.base_prefix or not passable(Path(sys.executable).resolve().parent):
        raise LookupError(
            f"fred cannot run {sys.executable}: use a virtual environment of the system's Python"
        )
    where = Path(where)
    unneeded = shutil.ignore_patterns(".git", ".venv", "build", ".*_cache", "__pycache__", venv.name)
    shutil.copytree(CHECKOUT, where / "checkout", ignore=unneeded, symlinks=True)
    shutil.copytree(venv, where / "venv", ignore=shutil.ignore_patterns("__pycache__"), symlinks=True)
    # The environment first: it may lie in the checkout.
    moved = {str(venv): str(where / "venv"), str(CHECKOUT): str(where / "checkout")}
    packages = where / "venv" / "lib"
    scripts = (where / "venv" / "bin").iterdir()
    for file in [*scripts, *packages.rglob("*.pth"), *packages.rglob("__editable__*")]:
        if file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            for old, new in moved.items():
                content = content.replace(old.encode(), new.encode())
            file.write_bytes(content)
    return where / "venv" / "bin"
