"""Into a chroot: a mount namespace of this process's own, and what of the machine is to be seen there.

What is mounted ends with the processes that see it: there is nothing to unmount, after a crash neither. All
clusters of a release share the chroot's files, and have /tmp, /home and their own directory from the machine,
under the same names: a cluster looks the same from the machine and from there.
"""

import os
import sys
from pathlib import Path

from . import builds, checkout, chroots
from .programs import PATH, program
from .state import Failure

SHARED = ("/tmp", "/home")

SCRIPT = """\
set -eu
root=$1; where=$2; snapshot=$3; over=$4; packages=$5; shift 5
bind() {
    mkdir -p "$root$1"
    mount --rbind "$1" "$root$1"
}
while [ "$1" != -- ]; do
    bind "$1"
    mount -o remount,bind,ro "$root$1"
    shift
done
shift
while [ "$1" != -- ]; do
    bind "$1"
    shift
done
shift
for directory in /proc /dev /sys; do
    bind "$directory"
done
if [ -n "$snapshot" ]; then
    # A copy in memory, gone with the last process that sees it; beside its source what was built for it.
    mkdir -p "$root$over"
    mount -t tmpfs -o mode=0755 tmpfs "$root$over"
    cp -a "$snapshot/." "$root$over/"
    rm -rf "$snapshot"
    cp "$root$packages"/libslurm_cffi/_libslurm*.so "$root$packages/libslurm_cffi/_release.py" \\
        "$root$over/libslurm_cffi/"
fi
exec chroot "$root" sh -c 'cd "$1" 2>/dev/null || cd /; shift; exec "$@"' sh "$where" "$@"
"""


def scaleout(chroot, arguments, cluster_dir, with_checkout):
    """Become this scaleout in the chroot; builds what is missing."""
    chroots.ready(chroot)
    seen = [place(checkout.here(), "scaleout")]
    shared = [*SHARED, place(os.path.dirname(cluster_dir), "a cluster")]
    bin_dir = checkout.venv(chroot).bin if with_checkout else checkout.newest_bin(chroot)
    script = str(Path(sys.argv[0]).resolve())
    enter(chroot, ["/usr/bin/python3", script, *arguments], seen, shared, bin_dir)


def command(chroot, arguments):
    """Become this command in the chroot, with a copy of the checkout and restd-inet built for the release."""
    chroots.ready(chroot)
    if not checkout.exists() or not checkout.builds_for(chroot.release):
        enter(chroot, arguments, [place(checkout.here(), "scaleout")], SHARED)
    snapshot = checkout.snapshot(chroot)
    built = checkout.venv(chroot, snapshot)
    # Its neighbours are seen too, such as documents beside it.
    where = checkout.here()
    above = os.path.dirname(where)
    seen = [place(where if chroots.is_own(above) else above, "a checkout")]
    enter(chroot, arguments, seen, SHARED, built.bin, (str(snapshot), where, built.packages))


def place(path, what):
    path = str(path)
    if chroots.is_own(path):
        raise Failure(f"{what} in {path} cannot be seen in a chroot, which has a {path} of its own")
    return path


def enter(chroot, arguments, seen, shared, bin_dir="", copy=("", "", "")):
    """Become the command; of the machine's directories it reads those `seen`, and also writes `shared`."""
    environment = {**os.environ, "PATH": f"{bin_dir}:{PATH}" if bin_dir else PATH}
    for name in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "SLURM_CONF"):
        environment.pop(name, None)
    environment.update(builds.variables(chroot.root))
    # Those within others come with them.
    inner = {one for one in shared for other in shared if one.startswith(f"{other}/")}
    outer = [one for one in dict.fromkeys(shared) if one not in inner]
    shown = [one for one in seen if not any(f"{one}/".startswith(f"{to}/") for to in outer)]
    script = [str(chroot.root), os.getcwd(), *copy, *shown, "--", *outer, "--", *arguments]
    sys.stdout.flush()
    unshare = program("unshare")
    os.execve(unshare, [unshare, "--mount", "sh", "-c", SCRIPT, "sh", *script], environment)
