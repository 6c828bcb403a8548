"""What tables ask of slurmctld's answer to a submission."""

from __future__ import annotations

from restd_inet.slurm.lookups.names import named_step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.library import Library


def submitted_job_id(slurm: Library, answer: Any) -> int:
    job_id: int = slurm.lib.compat_submitted_job_id(answer)
    return job_id


def submitted_step_id(slurm: Library, answer: Any) -> str | int:
    """The name of the step, which is the batch script's, or its number."""
    number: int = slurm.lib.compat_submitted_step_id(answer)
    name = named_step(slurm, number)
    return number if name is None else name.upper()


def submitted_step_name(slurm: Library, answer: Any) -> str:
    """The same from v0.0.39 on, always a text: "batch"."""
    return str(submitted_step_id(slurm, answer)).lower()


def submitted_error(slurm: Library, answer: Any) -> str:
    return slurm.strerror(int(slurm.ffi.cast("int", answer.error_code)))
