"""restd-inet in a chroot: a copy of the checkout, built against the chroot's libslurm, and kept."""

import configparser
import contextlib
import dataclasses
import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import builds, chroots
from .programs import PATH
from .state import Failure

#: In the chroot; every user may go there.
HOME = "/usr/local/restd-inet"
SOURCES = ("setup.cfg", "setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE")
SOURCE_TREES = ("src", "libslurm_cffi", "specs")
TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
#: The first release of Slurm that restd-inet can be built for.
OLDEST = "22.05"
KEPT, KEPT_SECONDS = 3, 12 * 3600


@dataclasses.dataclass(frozen=True)
class Venv:
    """A virtual environment, by its path in the chroot."""

    path: str

    @property
    def bin(self):
        return f"{self.path}/bin"

    @property
    def packages(self):
        """With the Python's release in it, which the chroot knows."""
        return f"{self.path}/packages"


def exists():
    return Path(here(), "setup.cfg").exists()


def builds_for(release):
    return release >= OLDEST


def here():
    """The checkout; if there is none, the directory of scaleout."""
    scaleout = Path(__file__).resolve().parents[1]
    checkout = scaleout.parents[1]
    return str(checkout if (checkout / "libslurm_cffi" / "build.py").exists() else scaleout)


def home(chroot):
    return Path(f"{chroot.root}{HOME}")


def newest_bin(chroot):
    """The programs of what was built last, if anything was."""
    found = sorted(filter(complete, home(chroot).glob("built-*")), key=lambda path: path.stat().st_mtime)
    return f"{HOME}/{found[-1].name}/bin" if found else ""


def snapshot(chroot):
    """A copy of the checkout as it is now, without what was built in it."""
    base = home(chroot)
    base.mkdir(parents=True, exist_ok=True)
    for left in base.glob("copy-*"):
        # Of a killed run; one that is being made is younger.
        if time.time() - left.stat().st_mtime > 3600:
            shutil.rmtree(left, ignore_errors=True)
    copy = Path(tempfile.mkdtemp(prefix="copy-", dir=base))
    copy.chmod(0o755)
    patterns = (".git", ".venv", ".cluster", "build", "dist", ".*_cache", ".hypothesis", "__pycache__")
    ignored = shutil.ignore_patterns(*patterns, "*.so", "*.o", "*.egg-info", "_libslurm.c", "_release.py")
    for attempt in range(3):
        try:
            shutil.copytree(here(), copy, ignore=ignored, symlinks=True, dirs_exist_ok=True)
            break
        except shutil.Error:
            # A file that an editor renamed meanwhile.
            if attempt == 2:
                raise
    return copy


def fingerprint(copy):
    """Of everything that an installation is made of."""
    digest = hashlib.sha256()
    files = [copy / name for name in SOURCES]
    for tree in SOURCE_TREES:
        files += sorted(path for path in (copy / tree).rglob("*") if path.is_file())
    for path in files:
        if path.exists():
            digest.update(f"{path.relative_to(copy)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def venv(chroot, copy=None):
    """The virtual environment with restd-inet as it is in the checkout, or in this copy; built if missing."""
    if not exists():
        raise Failure("scaleout is not in its checkout: there is no restd-inet to build in the chroot")
    if not builds_for(chroot.release):
        raise Failure(f"restd-inet is for Slurm {OLDEST} and later: it cannot be built for {chroot.release}")
    own = copy is None
    copy = snapshot(chroot) if own else copy
    try:
        name = f"built-{fingerprint(copy)}"
        there = home(chroot) / name
        with chroots.locked(chroot.release):
            if not complete(there):
                build(chroot, copy, name)
            os.utime(there)
            prune(chroot, name)
        return Venv(f"{HOME}/{name}")
    finally:
        if own:
            shutil.rmtree(copy, ignore_errors=True)


def complete(built):
    """The link to its packages is made last."""
    return (built / "packages").is_symlink()


def build(chroot, copy, name):
    """What it needs is installed once, and linked to from there on: a change costs the build alone."""
    print(f"==> restd-inet for Slurm {chroot.release}", flush=True)
    steps = chroots.Progress(chroot.log)
    base = home(chroot)
    needed = requirements(copy)
    needs = f"needs-{hashlib.sha256(' '.join(needed).encode()).hexdigest()[:12]}"
    env = {**os.environ, "PATH": PATH, "PIP_CACHE_DIR": f"{HOME}/cache", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if os.path.exists(f"{chroot.root}{chroots.CERTIFICATES}"):
        env.update(dict.fromkeys(("PIP_CERT", *TRUST), chroots.CERTIFICATES))
        env.pop("SSL_CERT_DIR", None)
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.update(builds.variables(chroot.root))

    def run(*command):
        steps.run([*seeing_pip(chroot.root), *command], env=env)

    if not (base / needs / "complete").exists():
        shutil.rmtree(base / needs, ignore_errors=True)
        run("python3", "-m", "venv", f"{HOME}/{needs}")
        run(f"{HOME}/{needs}/bin/python", "-m", "pip", "install", "--root-user-action=ignore", *needed)
        (base / needs / "complete").touch()
        steps.done("what it and its tests need")
    new = base / name
    # Until it is complete it has another name; what is written in its scripts is the one it will have.
    half = base / f"half-{name}"
    for left in (half, new):
        shutil.rmtree(left, ignore_errors=True)
    subprocess.run(["cp", "-al", str(base / needs), str(half)], check=True)
    rename_in_scripts(half, f"{HOME}/{needs}", f"{HOME}/{name}")
    half.rename(new)
    try:
        python = f"{HOME}/{name}/bin/python"
        source = f"{HOME}/{copy.name}"
        built = f"{HOME}/half-source"
        shutil.rmtree(f"{chroot.root}{built}", ignore_errors=True)
        run("cp", "-a", source, built)
        install = ["install", "--root-user-action=ignore", "--no-deps", "--no-build-isolation", built]
        run(python, "-m", "pip", *install)
        run(f"{HOME}/{name}/bin/restd-inet", "prepare")
        shutil.rmtree(f"{chroot.root}{built}", ignore_errors=True)
        packages = next(new.glob("lib/python3*/site-packages"))
        os.symlink(packages.relative_to(new), new / "packages")
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    steps.done(f"built and installed in {HOME}/{name}")


def seeing_pip(root):
    """As chroots.isolated, with the machine's settings of pip and what they name, to read."""
    start = chroots.isolated(root)
    script = start.index("-euc") + 1
    mounts = ""
    for place in map(Path, pip_places()):
        at, seen, above = (
            shlex.quote(str(path)) for path in (place, f"{root}{place}", f"{root}{place.parent}")
        )
        if place.exists():
            mounts += f"mkdir -p {seen if place.is_dir() else above}; [ -e {seen} ] || touch {seen}; "
            mounts += f"mount --bind {at} {seen}; mount -o remount,bind,ro {seen}; "
    start[script] = start[script].replace("exec chroot", f"{mounts}exec chroot")
    return start


def pip_places():
    """pip's files of settings, and the directories that they or the environment have it look in."""
    files = [
        os.path.expanduser("~/.config/pip/pip.conf"),
        os.path.expanduser("~/.pip/pip.conf"),
        "/etc/pip.conf",
    ]
    words = [os.environ.get(f"PIP_{name}", "") for name in ("FIND_LINKS", "INDEX_URL", "EXTRA_INDEX_URL")]
    for file in files:
        with contextlib.suppress(OSError):
            words.append(Path(file).read_text())
    found = [word.removeprefix("file://") for word in " ".join(words).split()]
    # An index, .../simple, has its files beside it. A directory of files is shown alone: the one above it may
    # be /opt, and would hide the Slurm of the chroot.
    named = [path.removesuffix("/simple") for path in (word.rstrip("/") for word in found) if path[:1] == "/"]
    outside = [path for path in named if not chroots.is_own(path)]
    return list(dict.fromkeys([*files, *outside]))


def requirements(copy):
    """Of restd-inet and its tests, from setup.cfg, and what builds it."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(copy / "setup.cfg")
    listed = parser["options"]["install_requires"] + "\n" + parser["options.extras_require"]["test"]
    return ["setuptools", "wheel", *(line.strip() for line in listed.splitlines() if line.strip())]


def rename_in_scripts(tree, old, new):
    for file in [*(tree / "bin").iterdir(), tree / "pyvenv.cfg"]:
        if file.is_symlink() or not file.is_file():
            continue
        content, mode = file.read_bytes(), file.stat().st_mode
        # Not in place: the file is the other tree's too.
        file.unlink()
        file.write_bytes(content.replace(old.encode(), new.encode()))
        file.chmod(mode)


def prune(chroot, used):
    """Keep the newest few, and those that a run of today may use."""
    found = sorted(home(chroot).glob("built-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in found[KEPT:]:
        if old.name != used and time.time() - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
