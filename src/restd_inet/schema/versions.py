"""The API versions, one row each. A version is compared by its number: v1 is 1, v0.0.35 is 35."""

from __future__ import annotations

V1 = 1
V35 = 35
V36 = 36
V37 = 37
V38 = 38
V39 = 39
V40 = 40
V41 = 41
V42 = 42
V43 = 43
V44 = 44
V45 = 45
V46 = 46

#: Path segment → version.
VERSIONS = {
    "v1": V1,
    "v0.0.35": V35,
    "v0.0.36": V36,
    "v0.0.37": V37,
    "v0.0.38": V38,
    "v0.0.39": V39,
    "v0.0.40": V40,
    "v0.0.41": V41,
    "v0.0.42": V42,
    "v0.0.43": V43,
    "v0.0.44": V44,
    "v0.0.45": V45,
    "v0.0.46": V46,
}

NAMES = {number: name for name, number in VERSIONS.items()}

#: Release of Slurm → the oldest and the newest version that its slurmrestd has.
RELEASES = {
    "20.02": (35, 35),
    "20.11": (35, 36),
    "21.08": (36, 37),
    "22.05": (36, 38),
    "23.02": (37, 39),
    "23.11": (38, 40),
    "24.05": (39, 41),
    "24.11": (40, 42),
    "25.05": (40, 43),
    "25.11": (41, 44),
    "26.05": (42, 45),
    "26.11": (43, 46),
}
#: Releases of Slurm → the number in the name of their libslurm, in slurm_api_version() and in their protocol.
NUMBERS = dict(zip(RELEASES, range(35, 35 + len(RELEASES)), strict=True))
#: So many versions, the newest, are expected of a release that is not in the table.
USUAL = 4
