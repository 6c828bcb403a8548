"""Releases of Slurm that no Debian suite has: an archive of a build, unpacked in a chroot of its suite.

The archives are no part of the checkout. They lie in $SCALEOUT_BUILDS, else in shared/slurm-builds beside the
checkout, and are called slurm-RELEASE.N.SUITE.tar.xz; in each is one directory, which belongs below /opt.
"""

import os
import subprocess
import tarfile
from pathlib import Path

from .programs import PATH, program
from .state import Failure

#: Slurm's release → the Debian suite that it was built on.
SUITES = {"20.02": "bookworm", "24.05": "bookworm"}
#: What the builds are linked to, by the suite.
LIBRARIES = {
    "bookworm": ["libmunge2", "libjson-c5", "libyaml-0-2", "libhttp-parser2.9", "libmariadb3", "libjwt0"],
}
#: As Debian's packages have the user.
SLURM_UID = 64030


class NoArchive(Failure):
    """The archive is not here; scaleout ends with the status that test drivers take for a skipped test."""

    status = 77


def directory():
    beside = Path(__file__).resolve().parents[4] / "shared" / "slurm-builds"
    return Path(os.environ.get("SCALEOUT_BUILDS") or beside)


def archive(release):
    """The file, or a failure that says where it is expected."""
    pattern = f"slurm-{release}.*.{SUITES[release]}.tar.xz"
    found = sorted(directory().glob(pattern))
    if not found:
        raise NoArchive(
            f"no Debian suite has Slurm {release}, and there is no archive of a build, {pattern} in "
            f"{directory()}; SCALEOUT_BUILDS=DIR names another directory"
        )
    return found[-1]


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
    for name in ("bin", "sbin"):
        for path in sorted((unpacked / name).iterdir()):
            (root / "usr/local" / name / path.name).symlink_to("/" + str(path.relative_to(root)))
    command = [program("chroot"), str(root), "useradd", "--system", "-u", str(SLURM_UID), "-U", "-M"]
    command += ["-d", "/nonexistent", "slurm"]
    done = subprocess.run(command, env={"PATH": PATH}, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"cannot make the user slurm in {root}: {done.stderr.strip()}")
