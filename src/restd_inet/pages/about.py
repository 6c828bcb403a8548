"""What the pages say of the cluster: its name, the release of Slurm, the versions that are served.

Nothing else of the cluster is for a client without authentication. libslurm is not loaded for it: where this
process has not read slurm.conf yet, that file is searched for the name alone.
"""

from __future__ import annotations

import os
import re

from restd_inet import slurm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.settings import Settings

#: Where slurm.conf usually is: as packages have it, and from slurmctld (configless).
USUAL = ("/etc/slurm/slurm.conf", "/run/slurm/conf/slurm.conf")
#: A name in slurm.conf, and a file that is a part of it.
_LINE = re.compile(r'(?im)^[ \t]*(?:ClusterName[ \t]*=[ \t]*"?([^\s"#]+)|include[ \t]+(\S+))')
_LARGEST = 4 << 20


def cluster(settings: Settings) -> str:
    """ClusterName of slurm.conf; "" where that is unknown."""
    known = slurm.cluster_name()
    chosen = settings.conf or os.environ.get("SLURM_CONF", "")
    places = (chosen,) if chosen else USUAL
    return known or next(filter(None, (_search(place, True) for place in places)), "")


def _search(path: str, with_parts: bool) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            found = _LINE.findall(file.read(_LARGEST))
    except OSError:
        return ""
    beside = os.path.dirname(path)
    for name, part in found:
        if name or (with_parts and (name := _search(os.path.join(beside, part), False))):
            return str(name)
    return ""


def escaped(text: str) -> str:
    """A text within HTML, in an attribute too."""
    for character, reference in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ('"', "&quot;"),
        ("'", "&#39;"),
    ):
        text = text.replace(character, reference)
    return text
