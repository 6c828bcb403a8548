"""Names of a job's files: what the letters after % stand for (sbatch(1), "filename pattern")."""

from __future__ import annotations

import os
import re

from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.slurm.errors import SlurmError
from restd_inet.slurm.lookups.hosts import expanded_hosts
from restd_inet.slurm.lookups.names import user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from restd_inet.slurm.library import Library

_PATTERN = re.compile(r"%(\d*)([AaJjbNnstux%])")
#: What slurmstepd reads: %% is one only without a number; after a number that no letter follows, the last
#: digit stays.
_WRITTEN = re.compile(r"%%|%(\d+)?([AaJjbNnstux])|%\d*(\d)")
#: The widest that a number is made.
_WIDEST = 10


def expanded(path: str, values: Mapping[str, Any]) -> str:
    """A path of a job in the accounting database of Slurm 24.11. values: by letter; "/" is the directory."""
    if not path.startswith("/"):
        path = f"{values['/']}/{path}"
    if "\\" in path:
        return path.replace("\\", "")

    def stands_for(found: re.Match[str]) -> str:
        return "%" if found[2] == "%" else _wide(values[found[2]], found[1])

    return _PATTERN.sub(stands_for, path)


def _wide(value: Any, width: str | None) -> str:
    return f"{value:0{min(int(width or 0), _WIDEST)}}" if isinstance(value, int) else str(value)


def written(path: str, values: Mapping[str, Any]) -> str:
    """The file that slurmstepd writes for a batch script, before it shares libslurm's function for it.

    values: by the letters that the release knows; any other letter is no pattern.
    """
    if path.isdecimal() and int(path):
        return "/dev/null"  # it means: the output of the task of that number alone
    directory = "" if path.startswith("/") else values["/"]
    if "\\" in path:  # then nothing stands for anything else
        return directory + re.sub(r"\\(\\?)", r"\1", path)

    def stands_for(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if found[3]:
            return found[3]
        if found[2] not in values:
            return f"{found[1][-1]}{found[2]}" if found[1] else found[0]
        return _wide(values[found[2]], found[1])

    joint = "/" if directory and not directory.endswith("/") else ""
    return directory + joint + _WRITTEN.sub(stands_for, path)


#: Without a name of its own: of a job, and of an array's task.
_DEFAULT, _DEFAULT_OF_TASK = "slurm-%j.out", "slurm-%A_%a.out"


def output_paths(slurm: Library, job: Any) -> list[str]:
    """The file to which a batch script's standard output goes; slurm_job_info_t.

    Several: if there is no file of one name, it is the next.
    """
    return _paths(slurm, job, slurm.text(job.std_out))


def error_paths(slurm: Library, job: Any) -> list[str]:
    """The same of standard error, which has that file if it has none of its own."""
    return _paths(slurm, job, slurm.text(job.std_err) or slurm.text(job.std_out))


def past_output_paths(slurm: Library, job: Any) -> list[str]:
    """The same by accounting's record, slurmdb_job_rec_t; none if it has none."""
    return _past_paths(slurm, job, getattr(job, "std_out", None))


def past_error_paths(slurm: Library, job: Any) -> list[str]:
    path = getattr(job, "std_err", None)
    return _past_paths(slurm, job, path if path and path[0] != b"\0" else getattr(job, "std_out", None))


def step_output_paths(slurm: Library, step: Any) -> list[str]:
    """The file of a step that runs, job_step_info_t; none if it writes to its srun."""
    return _step_paths(slurm, step, step.std_out)


def step_error_paths(slurm: Library, step: Any) -> list[str]:
    return _step_paths(slurm, step, step.std_err) or _step_paths(slurm, step, step.std_out)


def _step_paths(slurm: Library, step: Any, path: Any) -> list[str]:
    if not path or path[0] == b"\0":
        return []
    record = slurm.ffi.addressof(step) if slurm.ffi.typeof(step).kind == "struct" else step
    return [slurm.take_text(slurm.lib.slurm_expand_step_stdio_fields(path, record))]


def _paths(slurm: Library, job: Any, pattern: str | None) -> list[str]:
    is_task = job.array_task_id != NO_VAL[32]
    pattern = pattern or (_DEFAULT_OF_TASK if is_task else _DEFAULT)
    if slurm.capabilities.has("slurm_expand_job_stdio_fields"):  # slurmstepd uses it, too
        text = slurm.ffi.new("char[]", pattern.encode("utf-8", "surrogateescape"))
        record = slurm.ffi.addressof(job) if slurm.ffi.typeof(job).kind == "struct" else job
        return [slurm.take_text(slurm.lib.slurm_expand_job_stdio_fields(text, record))]
    numbers = job.job_id, job.array_job_id if is_task else job.job_id, job.array_task_id
    user, host = user_name(slurm, job.user_id) or "", slurm.text(job.batch_host) or ""
    values = _values(slurm, numbers, user, slurm.text(job.name), slurm.text(job.work_dir))
    return _written(slurm, pattern, values, host)


def _past_paths(slurm: Library, job: Any, path: Any) -> list[str]:
    if not path or path[0] == b"\0":
        return []
    if slurm.capabilities.has("slurmdb_expand_job_stdio_fields"):
        return [slurm.take_text(slurm.lib.slurmdb_expand_job_stdio_fields(path, job))]
    numbers = job.jobid, job.array_job_id or job.jobid, job.array_task_id
    user = slurm.text(job.user) or user_name(slurm, job.uid) or ""
    values = _values(slurm, numbers, user, slurm.text(job.jobname), slurm.text(job.work_dir))
    host = next(iter(expanded_hosts(slurm, slurm.text(job.nodes) or "")), "")
    return _written(slurm, slurm.text(path) or "", values, host)


def _written(slurm: Library, pattern: str, values: dict[str, Any], host: str) -> list[str]:
    """The names of the release's slurmstepd. host: the node of the batch script."""
    if "N" in pattern:
        values["N"] = host_name(slurm, host)
    found = [written(pattern, values)]
    if "x" in pattern and not slurm.capabilities.has("SLURM_JOB_NAME"):
        # Then the name is that variable's of the job's environment, which need not have it.
        found.append(written(pattern, {**values, "x": "(null)"}))
    return list(dict.fromkeys(found))


def _values(
    slurm: Library, numbers: tuple[int, int, int], user: str, name: str | None, directory: str | None
) -> dict[str, Any]:
    """numbers: of the job, of the array, of its task."""
    job_id, array, task = numbers
    values = {
        "/": directory or "", "A": array, "a": task, "J": job_id, "j": job_id, "n": 0, "s": "batch", "t": 0,
        "u": user, "x": name or "",
    }  # fmt: skip
    if slurm.capabilities.has("%b of files"):
        values["b"] = task % 10
    return values


def host_name(slurm: Any, name: str) -> str:
    """What hostname(1) says on a node, without its domain: the node may have another name."""
    try:
        nodes = slurm.node(name) if name else ()
    except SlurmError:  # such as PrivateData=nodes
        nodes = ()
    for node in nodes:
        name = slurm.text(node.node_hostname) or name
    return (os.uname().nodename if name == "localhost" else name).partition(".")[0]
