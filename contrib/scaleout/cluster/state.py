"""Where a cluster lies and what it consists of: the directory, its record, its lock."""

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import pwd
import re
import socket
import stat
import sys
from pathlib import Path

RECORD = "scaleout.json"
RECORD_BEING_WRITTEN = "scaleout.new"
# Unix sockets have 108 bytes for their path; the longest below the directory is slurmstepd's, about 40.
LONGEST_DIR = 60


class Failure(Exception):
    """What went wrong and what to do about it, for the person at the terminal. status: scaleout's then."""

    status = 1


@dataclasses.dataclass
class Cluster:
    """A cluster as `scaleout up` made it; written to scaleout.json in its directory.

    rest_bin: the directory of restd-inet; "" if the cluster is to have none.
    slurm: the release, such as 24.11; if the machine has another, the cluster lives in a chroot.
    """

    dir: str
    nodes: int
    accounting: bool
    slurm_user: str
    slurmd_user: str
    user: str
    extra_conf: str = ""
    rest_bin: str = ""
    proxy: bool = False
    slurm: str = ""
    port: int = 0
    ready: bool = False

    @property
    def prefix(self):
        """The directory under a name short enough for sockets."""
        if len(self.dir) <= LONGEST_DIR:
            return self.dir
        return short_name(self.dir)

    @property
    def slurm_conf(self):
        return f"{self.dir}/etc/slurm.conf"

    @property
    def munge_socket(self):
        return f"{self.prefix}/sock/munge"

    @property
    def mysql_socket(self):
        return f"{self.prefix}/db/sock"

    @property
    def jobs(self):
        return f"{self.dir}/jobs"

    @property
    def backup(self):
        """Name and address of a second slurmctld, if the lines that are added to slurm.conf name one."""
        found = re.search(r"^SlurmctldHost=([^(\s]+)\(([\d.]+)\)", self.extra_conf, re.MULTILINE)
        return found.groups() if found else None

    @property
    def slurmctld_host(self):
        """A backup takes "localhost" for its own host."""
        return f"{socket.gethostname().partition('.')[0]}(127.0.0.1)" if self.backup else "localhost"

    @property
    def slurmctld_port(self):
        return self.port

    @property
    def slurmdbd_port(self):
        return self.port + 1

    @property
    def first_slurmd_port(self):
        return self.port + 2

    @property
    def rest_port(self):
        return self.first_slurmd_port + self.nodes

    @property
    def proxy_port(self):
        return self.rest_port + 1

    @property
    def proxy_tls_port(self):
        return self.rest_port + 2

    @property
    def port_count(self):
        """Those of REST too, which may be asked for later."""
        return 5 + self.nodes

    @property
    def rest_socket(self):
        return f"{self.prefix}/rest/socket"

    def hosts(self):
        return [f"host{number}" for number in range(1, self.nodes + 1)]

    def save(self):
        text = json.dumps(dataclasses.asdict(self), indent=1)
        new = Path(self.dir, RECORD_BEING_WRITTEN)
        new.write_text(text + "\n")
        new.replace(Path(self.dir, RECORD))


def short_name(directory):
    """Another name for a directory whose own is too long for sockets: a symbolic link."""
    return "/tmp/scaleout-" + hashlib.sha256(directory.encode()).hexdigest()[:12]


def load(directory):
    """The cluster in this directory; None if there is none, or none that got as far as a record."""
    try:
        return Cluster(**json.loads(Path(directory, RECORD).read_text()))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None


def require(directory):
    """The cluster in this directory, or a Failure that says how to start one."""
    cluster = load(directory)
    if cluster is None:
        raise Failure(f"no cluster in {directory}; start one with: scaleout up --dir {directory}")
    return cluster


def default_dir():
    """$SCALEOUT_DIR; else .cluster in the checkout; else, where that will not do, a directory in /tmp."""
    if os.environ.get("SCALEOUT_DIR"):
        return os.environ["SCALEOUT_DIR"]
    contrib = Path(__file__).resolve().parents[2]
    checkout = contrib.parent
    usable = contrib.name == "contrib" and os.access(checkout, os.W_OK)
    if usable and not (os.geteuid() == 0 and closed_parent(checkout)):
        return str(checkout / ".cluster")
    return f"/tmp/scaleout-{os.geteuid()}"


def closed_parent(directory):
    """The outermost part of this path that other users cannot pass, or None."""
    path = Path(directory)
    for part in [*reversed(path.parents), path]:
        if part.exists() and not part.stat().st_mode & stat.S_IXOTH:
            return str(part)
    return None


def current_user():
    return pwd.getpwuid(os.geteuid()).pw_name


@contextlib.contextmanager
def locked(directory):
    """Hold the directory, made if missing, for this process alone; without a lock file to leave behind."""
    while True:
        descriptor = open_directory(directory)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another scaleout that works on {directory}", file=sys.stderr)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Whoever held it may have removed the directory meanwhile: then this lock is on nothing.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.stat(directory)):
                break
        os.close(descriptor)
    try:
        yield
    finally:
        os.close(descriptor)


def open_directory(directory):
    try:
        with contextlib.suppress(FileExistsError):
            os.mkdir(directory, 0o755)
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise Failure(f"cannot use {directory}: {error.strerror}; name another with --dir") from None
    owner = os.fstat(descriptor).st_uid
    if owner != os.geteuid():
        raise Failure(
            f"{directory} belongs to {user_name(owner)}, not to {current_user()}: be {user_name(owner)}, "
            "or name another with --dir"
        )
    return descriptor


def user_name(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
