"""From what a body says of jobs to what job_desc_msg_t's members are to hold.

Each function is the `finish` of a Body: it is given {member: value} and the version. Members that C does
not have ("gres", "hold", "get_user_environment", "env", "mem_per_node") are made into others here.
"""

from __future__ import annotations

import os

from restd_inet.problems import Path, Problem, Problems, path_text
from restd_inet.schema.kinds.base import at
from restd_inet.schema.kinds.values import INFINITE, Deferred
from restd_inet.schema.versions import V1, V36, V39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.schema.kinds.values import StructList

    Members = dict[str, Any]

#: What is said for who submits a job and does not say it. sbatch(1) has a name and appends to files; from
#: v0.0.39 on a description is what slurmctld is told, and it has defaults of its own. A function is given the
#: members.
DEFAULTS: dict[int, Members] = {
    V1: {
        "open_mode": frozenset({"OPEN_MODE_APPEND"}),
        "task_dist": frozenset({"SLURM_DIST_UNKNOWN"}),
        "name": "sbatch",
        "min_cpus": lambda members: members.get("num_tasks", 1) * members.get("cpus_per_task", 1),
    },
    V39: {},
}


def update(members: Members, version: int) -> Members:
    """The changes of a job."""
    return description(members, (), version)


def submission(members: Members, version: int) -> list[Members]:
    """The components of a batch job, with the script in the first: slurmctld runs it there."""
    problems, components = Problems(), []
    with problems:
        name, jobs = _one_of(members, "job", "jobs")
        components = jobs.items
        components = _components(jobs, name, version)
    first: Members = components[0] if components else {}
    script = members.get("script") or first.get("script")
    if not (isinstance(script, str) and script.strip()) and "EXTERNAL_JOB" not in first.get("bitflags", ()):
        text = 'script: expected the batch script as a text, such as "#!/bin/bash\\nhostname\\n"'
        problems.add(Problem(400, text, path=("script",) if "script" in members else ()))
    problems.check()
    if script:
        first["script"] = script
    return components


def allocation(members: Members, version: int) -> list[Members]:
    """The components of an allocation without a script. Who asks is who gets it, and is told nothing."""
    name, jobs = _one_of(members, "job", "hetjob")
    components = _components(jobs, name, version)
    for component in components:
        for member in ("user_id", "group_id", "other_port"):
            component.pop(member, None)
        component["min_nodes"] = component.get("min_nodes") or 1
    return components


def description(members: Members, path: Path, version: int) -> Members:
    """One job description, with C's members only."""
    gres = members.pop("gres", None)
    if gres is not None and gres.lower() != "none":
        if "tres_per_node" in members:
            raise Problem(400, "gres: cannot be given together with gpus_per_node", path=(*path, "gres"))
        members["tres_per_node"] = Deferred("tres", gres)
    hold = members.pop("hold", None)
    if hold is not None and (hold or "priority" not in members):
        # A held job has priority 0, whichever was given; false releases one (scontrol(1): Priority=INFINITE).
        members["priority"] = 0 if hold else INFINITE[32]
    _plane(members, path)
    if "mem_per_node" in members:  # goes before memory_per_cpu, as in slurmrestd
        members["pn_min_memory"] = members.pop("mem_per_node")
    added = set(members.pop("env", ()))
    if members.pop("get_user_environment", False) and "environment" in members:
        added.add("SLURM_GET_USER_ENV=1")
    if added and "environment" in members:
        names = {variable.partition("=")[0] for variable in added}
        kept = [pair for pair in members["environment"] if pair.partition("=")[0] not in names]
        members["environment"] = kept + sorted(added)
        members["env_size"] = len(members["environment"])
    return members


def _plane(members: Members, path: Path) -> None:
    """A plane's size makes the distribution that of planes, if nothing is said of it."""
    if "plane_size" in members and "SLURM_DIST_PLANE" not in members.setdefault(
        "task_dist", frozenset({"SLURM_DIST_PLANE"})
    ):
        where = (*path, "distribution")
        raise Problem(
            400, f"{path_text(where)}: expected plane, as distribution_plane_size is given", path=where
        )


def _one_of(members: Members, one: str, several: str) -> tuple[str, StructList]:
    if one in members and several in members:
        raise Problem(400, f"{several}: cannot be given together with {one}", path=(several,))
    name = several if several in members else one
    if name not in members:
        raise Problem(400, f"{one}: expected a job description, or a list of them as {several}", path=())
    if not members[name].items:
        raise Problem(400, f"{name}: expected at least one job description", path=(name,))
    return name, members[name]


def _components(jobs: StructList, name: str, version: int) -> list[Members]:
    """The descriptions of a new job's components, complete."""
    paths: list[Path] = [(name, index) if jobs.listed else (name,) for index in range(len(jobs.items))]
    problems, found = Problems(), []
    for members, path in zip(jobs.items, paths, strict=True):
        with problems:
            found.append(_complete(description(members, path, version), path, version))
    problems.check()
    return found


def _complete(members: Members, path: Path, version: int) -> Members:
    """What a new job must say, and what is said for it."""
    problems = Problems()
    if not members.get("environment"):
        text = 'environment: expected at least one variable, such as {"PATH": "/bin:/usr/bin"}'
        problems.add(Problem(400, f"{path_text(path)}.{text}", path=path))
    if not members.get("work_dir") and V36 <= version < V39:
        members["work_dir"] = os.getcwd()  # as sbatch(1) has it, and slurmrestd up to v0.0.38
    if not members.get("work_dir"):
        text = "current_working_directory: expected the directory to run the job in"
        problems.add(Problem(400, f"{path_text(path)}.{text}", path=path))
    problems.check()
    for member, value in at(DEFAULTS, version).items():
        members.setdefault(member, value(members) if callable(value) else value)
    return members
