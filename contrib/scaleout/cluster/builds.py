"""Releases of Slurm that no Debian suite has: an archive of a build, or a source tree.

The archives are no part of the checkout. They lie in $SCALEOUT_BUILDS, else in shared/slurm-builds beside the
checkout, and are called slurm-RELEASE.N.SUITE.tar.xz; in each is one directory, which belongs below /opt of a
chroot of the suite. A source tree is configured, compiled and installed there, with the same result.
"""

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from .programs import PATH, program
from .state import Failure

#: Slurm's release → the Debian suite that it was built on.
SUITES = {"20.02": "bookworm", "24.05": "bookworm", "26.11": "sid"}
#: What the builds are linked to, by the suite.
LIBRARIES = {
    "bookworm": ["libmunge2", "libjson-c5", "libyaml-0-2", "libhttp-parser2.9", "libmariadb3", "libjwt0"],
    "sid": ["libmunge2", "libjson-c5", "libyaml-0-2", "libllhttp9.4", "libmariadb3", "libjwt2"],
}
#: What compiles a source tree, by the suite.
COMPILER = ["make", "gcc", "pkg-config", "libmunge-dev", "libjson-c-dev", "libyaml-dev", "libjwt-dev"]
COMPILER += ["libmariadb-dev"]
COMPILERS = {"bookworm": [*COMPILER, "libhttp-parser-dev"], "sid": [*COMPILER, "libllhttp-dev"]}
#: %s: the directory of the installation. Several slurmd run on one host, as in Debian's packages.
COMPILE = """\
cd /usr/src/slurm
./configure --prefix=%s --with-jwt --with-munge --enable-slurmrestd --enable-multiple-slurmd \\
    --with-json --with-yaml --disable-x11 CFLAGS="-O1 -fcommon -w"
make -j"$(nproc)"
make install-strip
"""
#: As Debian's packages have the user.
SLURM_UID = 64030


class NoArchive(Failure):
    """Neither archive nor source is here; test drivers take the exit status for a skipped test."""

    status = 77


def directory():
    beside = Path(__file__).resolve().parents[4] / "shared" / "slurm-builds"
    return Path(os.environ.get("SCALEOUT_BUILDS") or beside)


def archive(release):
    """The file, or a failure that says where it is expected and what else would do."""
    pattern = f"slurm-{release}.*.{SUITES[release]}.tar.xz"
    found = sorted(directory().glob(pattern))
    if not found:
        raise NoArchive(
            f"no Debian suite has Slurm {release}, and there is no archive of a build, {pattern} in "
            f"{directory()}; SCALEOUT_BUILDS=DIR names another directory, and a source tree is compiled by: "
            f"scaleout chroot --slurm {release} --slurm-source DIR"
        )
    return found[-1]


def source_tree(release, directory):
    """The directory with Slurm's source, or a failure if it is none, or another release's."""
    meta = Path(directory, "META")
    if not meta.is_file() or not Path(directory, "configure").is_file():
        raise Failure(f"{directory} is no source tree of Slurm: META and configure are expected there")
    found = re.search(r"^\s*Version:\s*(\d+\.\d+)\.", meta.read_text(), re.M)
    if not found or found[1] != release:
        raise Failure(f"{directory} has Slurm {found[1] if found else '?'}, not {release}")
    return Path(directory).resolve()


def instead(release, names):
    """The packages of a cluster's list, with the libraries of the build in the place of Debian's Slurm."""
    kept = [name for name in names if not name.startswith(("slurm", "libslurm"))]
    return [*kept, *LIBRARIES[SUITES[release]]]


def prefix(root):
    """Where a build lies in its chroot, such as /opt/slurm-2405; "" if Slurm is the distribution's there."""
    link = root / "usr/local/sbin/slurmctld"
    return str(link.readlink().parents[1]) if link.is_symlink() else ""


def variables(root):
    """What makes programs build for a Slurm that is not in the system's directories."""
    return {"SLURM_PREFIX": prefix(root)} if prefix(root) else {}


def unpack(archive, root):
    """Below /opt, with links from /usr/local, where all look for programs."""
    before = set((root / "opt").iterdir())
    with tarfile.open(archive) as file:
        file.extractall(root / "opt", filter="tar")
    (unpacked,) = set((root / "opt").iterdir()) - before
    link(unpacked, root)


def compile_in(chroot, source, inside, steps):
    """The source tree, in the chroot that is being built. inside: the start of a command there."""
    root, there = chroot.building, f"/opt/slurm-{chroot.release}"
    copy = root / "usr/src/slurm"
    shutil.copytree(source, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    steps.run([*inside, "sh", "-euc", COMPILE % there], env={"PATH": PATH, "LC_ALL": "C"})
    shutil.rmtree(copy)
    link(root / there.lstrip("/"), root)


def link(installed, root):
    for name in ("bin", "sbin"):
        for path in sorted((installed / name).iterdir()):
            (root / "usr/local" / name / path.name).symlink_to("/" + str(path.relative_to(root)))
    command = [program("chroot"), str(root), "useradd", "--system", "-u", str(SLURM_UID), "-U", "-M"]
    command += ["-d", "/nonexistent", "slurm"]
    done = subprocess.run(command, env={"PATH": PATH}, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"cannot make the user slurm in {root}: {done.stderr.strip()}")
