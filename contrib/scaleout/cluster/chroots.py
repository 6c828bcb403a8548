"""Other releases of Slurm than the machine's own: Debian suites in chroots, built once and kept."""

import contextlib
import dataclasses
import fcntl
import os
import pwd
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import builds
from .programs import PATH, program
from .state import Failure

#: Slurm's release → the Debian suite that has it, or that it was built on.
SUITES = dict(sorted({"22.05": "bookworm", "24.11": "trixie", "26.05": "sid", **builds.SUITES}.items()))
PACKAGES_SCRIPT = Path(__file__).resolve().parents[2] / "packages"
#: Without a checkout there is nothing to build: the cluster's own packages will do.
CLUSTER_ONLY = """slurmctld slurmd slurmdbd slurmrestd slurm-client slurm-wlm-jwt-plugin
slurm-wlm-mysql-plugin munge mariadb-server"""
#: The server without what starts it at boot; browsers are for the machine itself.
INSTEAD = {
    "mariadb-server": ["mariadb-server-core", "mariadb-client-core"],
    "chromium": [],
    "chromium-driver": [],
}
#: Packages that a suite takes from another one.
#: libmariadb3 11.8.9 refuses what slurmdbd asks first: "Number of columns in result (=1) exceeds ...".
BORROWED = {"trixie": ("bookworm", ["libmariadb3"]), "sid": ("bookworm", ["libmariadb3"])}
PREFERENCES = """\
Package: *
Pin: release n={suite}
Pin-Priority: -1

Package: {packages}
Pin: release n={suite}
Pin-Priority: 1001
"""
ALWAYS = ["python3", "passwd", "procps"]
#: What makes an installation slow and a test no better.
DPKG_CONF = """\
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/info/*
"""
APT_CONF = """\
APT::Install-Recommends "false";
Acquire::Languages "none";
// A mirror that stands still has Release files that are past their date.
Acquire::Check-Valid-Until "false";
"""
POLICY = "#!/bin/sh\n# No daemon starts by itself here.\nexit 101\n"
#: The certificates that the machine trusts, a local one among them perhaps: apt and pip come through it.
TRUSTED, CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/machine.pem"
COPIED = {
    "/etc/resolv.conf": "/etc/resolv.conf",
    "/etc/hosts": "/etc/hosts",
    "/etc/hostname": "/etc/hostname",
    TRUSTED: CERTIFICATES,
}
#: Only the devices and a fresh /proc are the machine's here: a package's scripts run with this.
ISOLATED = """\
root=$1; shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" "$@"
"""
USERS = ("fred", "pebbles")
#: In namespaces of its own: its children and mounts end with it, or with this process if that is killed.
CONTAINED = ["setpriv", "--pdeathsig=KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child=KILL"]


#: What is the chroot's own, and must not be hidden by the machine's.
OWN = ("/usr", "/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/boot", "/proc", "/sys", "/dev", "/run")
OWN_ALONE = ("/", "/var", "/var/lib")


def is_own(path):
    return path in OWN_ALONE or any(path == own or path.startswith(f"{own}/") for own in OWN)


@dataclasses.dataclass(frozen=True)
class Chroot:
    """The chroot of a release of Slurm."""

    release: str

    @property
    def suite(self):
        return SUITES[self.release]

    @property
    def root(self):
        return cache() / self.release

    @property
    def building(self):
        return cache() / f"{self.release}.building"

    @property
    def log(self):
        return cache() / f"{self.release}.log"

    @property
    def stamp(self):
        """What it was built with; written last."""
        return self.root / "etc" / "scaleout-packages"


def cache():
    return Path(os.environ.get("SCALEOUT_CHROOTS") or "/var/tmp/scaleout-chroots").resolve()


def installed():
    """The release of the Slurm that is installed here, such as 24.11; "" if there is none."""
    slurmctld = shutil.which("slurmctld", path=PATH)
    return version_of([slurmctld]) if slurmctld else ""


def version_of(slurmctld):
    """The only one of Slurm's commands that says it without a slurm.conf in every release is a daemon."""
    done = subprocess.run([*slurmctld, "-V"], capture_output=True, text=True)
    found = re.search(r"\b(\d+\.\d+)\.\d+", done.stdout)
    return found[1] if found else ""


def chroot_of(release):
    """The chroot of this release, which may have to be built; None if the machine itself has it."""
    if not release or release == installed():
        return None
    if release not in SUITES:
        raise Failure(f"Slurm {release} is not known; there are {', '.join(SUITES)}")
    if os.geteuid() != 0:
        raise Failure(
            f"Slurm {release} needs a chroot, and a chroot needs root; here is {installed() or 'none'}"
        )
    return Chroot(release)


@contextlib.contextmanager
def locked(release):
    """Hold the release's chroot, to change it, for this process alone."""
    cache().mkdir(parents=True, exist_ok=True)
    with open(cache() / f"{release}.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another scaleout that works on the chroot of Slurm {release}", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ready(chroot, source=""):
    """Build the chroot, or bring it up to date with the lists of packages and users, unless it is so.

    source: a source tree of Slurm, which is compiled where there is no chroot yet; "" to take what there is.
    """
    with locked(chroot.release):
        wanted = packages(chroot.release)
        if not chroot.stamp.exists():
            build(chroot, wanted, source)
        missing = [name for name in wanted if name not in chroot.stamp.read_text().split()]
        if missing:
            steps = Progress(chroot.log)
            borrow(chroot.root, chroot.suite)
            install(chroot.root, missing, steps)
            chroot.stamp.write_text("\n".join(wanted) + "\n")
            steps.done(f"packages added: {' '.join(missing)}")
        give_users(chroot.root)
        copy_settings(chroot.root)


def copy_settings(root):
    """Copies: what is done in the chroot must not change the machine's."""
    for name, there in COPIED.items():
        source, copy = Path(name), Path(f"{root}{there}")
        if source.is_file() and not (copy.is_file() and copy.read_bytes() == source.read_bytes()):
            new = copy.with_name(f".{copy.name}.new")
            new.write_bytes(source.read_bytes())
            new.replace(copy)


def packages(release):
    """The checkout's list of packages, or what a cluster alone needs; "name/suite" is a borrowed one."""
    listed = CLUSTER_ONLY
    if PACKAGES_SCRIPT.exists():
        listed = subprocess.run(
            [PACKAGES_SCRIPT, "--list"], capture_output=True, text=True, check=True
        ).stdout
    names = [other for name in listed.split() for other in INSTEAD.get(name, [name])]
    if release in builds.SUITES:
        names = builds.instead(release, names)
    other, borrowed = BORROWED.get(SUITES[release], ("", []))
    return list(dict.fromkeys(ALWAYS + names + [f"{name}/{other}" for name in borrowed]))


def build(chroot, wanted, source=""):
    """All of it under another name, that a killed build leaves behind for the next one to remove."""
    source = builds.source_tree(chroot.release, source) if source else None
    own = chroot.release in builds.SUITES
    built = builds.archive(chroot.release) if own and not source else None
    debootstrap = shutil.which("debootstrap", path=PATH)
    if debootstrap is None:
        raise Failure("debootstrap is not installed; on Debian: apt-get install debootstrap")
    mirror = apt_mirror()
    print(f"==> Slurm {chroot.release}: a chroot of Debian {chroot.suite} in {chroot.root}", flush=True)
    for left in (chroot.building, chroot.root):
        remove_tree(left)
    chroot.log.unlink(missing_ok=True)
    steps = Progress(chroot.log)
    try:
        write(chroot.building / "etc/dpkg/dpkg.cfg.d/scaleout", DPKG_CONF)
        command = [debootstrap, "--variant=minbase", chroot.suite, str(chroot.building), mirror]
        steps.run(command, env={**os.environ, **apt_proxies()})
        steps.done("base system")
        apt = chroot.building / "etc/apt/apt.conf.d"
        (chroot.building / "etc/ssl").mkdir(exist_ok=True)
        copy_settings(chroot.building)
        trust = f'Acquire::https::CAInfo "{CERTIFICATES}";\n' if os.path.exists(TRUSTED) else ""
        write(apt / "scaleout", APT_CONF + trust + apt_transport())
        borrow(chroot.building, chroot.suite)
        write(chroot.building / "usr/sbin/policy-rc.d", POLICY, 0o755)
        install(chroot.building, wanted, steps)
        steps.done(f"{len(wanted)} packages and what they need")
        if built:
            builds.unpack(built, chroot.building)
            steps.done(f"{built.name} unpacked")
        if source:
            install(chroot.building, builds.COMPILERS[chroot.suite], steps)
            builds.compile_in(chroot, source, isolated(chroot.building), steps)
            steps.done(f"{source} compiled and installed")
        slurmctld = "/usr/local/sbin/slurmctld" if own else "/usr/sbin/slurmctld"
        has = version_of([program("chroot"), chroot.building, slurmctld])
        if has != chroot.release:
            origin = built or source or f"Debian {chroot.suite}"
            raise Failure(f"{origin} has Slurm {has or '?'} by now, not {chroot.release}")
        (chroot.building / "etc/scaleout-packages").write_text("\n".join(wanted) + "\n")
        chroot.building.rename(chroot.root)
    except BaseException:
        remove_tree(chroot.building)
        raise
    steps.done(f"Slurm {has} is ready in {chroot.root}")


def borrow(root, suite):
    """Only the borrowed packages come from the other suite."""
    if suite in BORROWED:
        other, borrowed = BORROWED[suite]
        apt = root / "etc/apt"
        write(apt / "sources.list.d/borrowed.list", f"deb {apt_mirror()} {other} main\n")
        # And what compiles against it, where Slurm's source is compiled.
        packages = " ".join([*borrowed, "libmariadb-dev"])
        preferences = PREFERENCES.format(suite=other, packages=packages)
        write(apt / "preferences.d/borrowed", preferences)


def install(root, wanted, steps):
    inside = [*isolated(root), "apt-get", "-q"]
    env = {"PATH": PATH, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    steps.run([*inside, "update"], env=env)
    steps.run([*inside, "install", "-y", "--no-install-recommends", "--allow-downgrades", *wanted], env=env)
    steps.run([*inside, "clean"], env=env)


def isolated(root):
    """The start of a command in the chroot; Progress.run sees to it that what it mounts ends with it."""
    return ["sh", "-euc", ISOLATED, "sh", str(root)]


def give_users(root):
    """fred and pebbles as the machine has them: files and jobs belong to the same uids everywhere."""
    known = {}
    for line in (root / "etc/passwd").read_text().splitlines():
        name, _, uid, gid, *_ = line.split(":")
        known[name] = (int(uid), int(gid))
    for name in USERS:
        entry = pwd.getpwnam(name)
        if known.get(name) == (entry.pw_uid, entry.pw_gid):
            continue
        inside = [program("chroot"), str(root)]
        env = {"PATH": PATH}
        if name in known:
            subprocess.run([*inside, "userdel", name], env=env, capture_output=True)
        subprocess.run([*inside, "groupadd", "-g", str(entry.pw_gid), name], env=env, capture_output=True)
        command = ["useradd", "-u", str(entry.pw_uid), "-g", str(entry.pw_gid), "-M", "-d", entry.pw_dir]
        command += ["-s", "/bin/bash", name]
        made = subprocess.run([*inside, *command], env=env, capture_output=True, text=True)
        if made.returncode:
            raise Failure(f"cannot make the user {name} in {root}: {made.stderr.strip()}")


def write(path, content, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(mode)


def remove_tree(path):
    """Nothing is mounted below it (mounts are made in namespaces of their own); if so, that is spared."""
    if os.path.lexists(path):
        subprocess.run(["rm", "-rf", "--one-file-system", "--", str(path)], check=True)


def purge(release=""):
    """Remove the chroots, or that of one release; what was removed."""
    removed = []
    for name in [release] if release else list(SUITES):
        chroot = Chroot(name)
        if not cache().exists() or not any(cache().glob(f"{name}*")):
            continue
        with locked(name):
            busy = processes_in(chroot.root)
            if busy:
                raise Failure(f"in {chroot.root} run processes: {' '.join(map(str, busy))}; end them first")
            # First its stamp: what a killed `purge` leaves is no chroot.
            chroot.stamp.unlink(missing_ok=True)
            for path in (chroot.root, chroot.building):
                remove_tree(path)
            removed.append(str(chroot.root))
            chroot.log.unlink(missing_ok=True)
            (cache() / f"{name}.lock").unlink()
    with contextlib.suppress(OSError):
        cache().rmdir()
    return removed


def processes_in(root):
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if entry.isdigit() and os.path.samestat(os.stat(f"/proc/{entry}/root"), os.stat(root)):
                found.append(int(entry))
    return found


def apt_mirror():
    """$SCALEOUT_MIRROR, else where the machine's own packages come from: the archive that its apt uses."""
    if os.environ.get("SCALEOUT_MIRROR"):
        return os.environ["SCALEOUT_MIRROR"]
    form = "$(ORIGIN)|$(LABEL)|$(REPO_URI)"
    done = subprocess.run(["apt-get", "indextargets", "--format", form], capture_output=True, text=True)
    rows = [line.split("|") for line in done.stdout.splitlines() if line.count("|") == 2]
    for origin, label, uri in rows:
        if (origin, label) == ("Debian", "Debian"):
            return uri
    # Before `apt-get update` apt does not know whose they are.
    for _, _, uri in rows:
        if uri.rstrip("/").endswith("/debian"):
            return uri
    raise Failure("apt has no mirror of Debian among its sources; name one: SCALEOUT_MIRROR=URL")


def apt_transport():
    """How apt reaches it (proxies and the like), as lines of apt.conf."""
    done = subprocess.run(["apt-config", "dump"], capture_output=True, text=True)
    lines = re.findall(r"^Acquire::(?:http|https|ftp)::.*", done.stdout, re.M)
    return "".join(f"{line}\n" for line in lines)


def apt_proxies():
    found = re.findall(r'^Acquire::(https?)::Proxy "([^"]+)";', apt_transport(), re.M)
    return {f"{scheme}_proxy": url for scheme, url in found if url != "DIRECT"}


def name_of(command):
    """What was run, without the way into the chroot."""
    words = list(map(str, command))
    return " ".join(words[5:8] if words[0] == "sh" else words[:1])


class Progress:
    """Runs commands with their output in a log: a line per step, and on a terminal what they say just now."""

    def __init__(self, log):
        self.log = log
        self.began = time.monotonic()
        self.live = sys.stdout.isatty()
        self.shown = set()

    def run(self, command, env=None):
        with open(self.log, "a") as log:
            log.write(f"$ {' '.join(map(str, command))}\n")
            with subprocess.Popen(
                [*CONTAINED, *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env={"PATH": PATH, **(env or {})},
                cwd="/",
            ) as process:
                try:
                    last = []
                    for line in process.stdout:
                        log.write(line)
                        last = [*last[-14:], line.rstrip()]
                        self.follow(line.strip())
                except BaseException:
                    process.kill()
                    raise
        if process.returncode:
            self.clear()
            raise Failure(f"{name_of(command)} failed:\n  " + "\n  ".join(last) + f"\nmore in {self.log}")

    def follow(self, line):
        if self.live:
            width = shutil.get_terminal_size().columns - 12
            print(f"\r\033[K{self.seconds()}  {line[:width]}", end="", flush=True)
            return
        stage = next((stage for start, stage in STAGES if line.startswith(start)), None)
        if stage and stage not in self.shown:
            self.shown.add(stage)
            print(f"{self.seconds()}  … {stage}", flush=True)

    def clear(self):
        if self.live:
            print("\r\033[K", end="", flush=True)

    def seconds(self):
        return f"{time.monotonic() - self.began:5.1f} s"

    def done(self, what):
        self.clear()
        self.shown.clear()
        print(f"{self.seconds()}  {what}", flush=True)


STAGES = (
    ("I: Retrieving", "downloading"),
    ("Get:", "downloading"),
    ("I: Extracting", "unpacking"),
    ("I: Unpacking", "unpacking"),
    ("Unpacking", "unpacking"),
    ("I: Configuring", "configuring"),
    ("Setting up", "configuring"),
    ("Collecting", "downloading"),
    ("Building", "building"),
    ("checking ", "configuring"),
    ("make", "compiling"),
)
