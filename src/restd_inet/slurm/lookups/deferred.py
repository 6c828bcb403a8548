"""What record tables ask by name: the Name and Computed kinds, and Deferred values (schema.kinds.base)."""

from __future__ import annotations

import pwd
import re

from restd_inet.problems import Problem, path_text
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, TIMES, Deferred, clip
from restd_inet.slurm.lookups.cluster import ClusterLookups
from restd_inet.slurm.lookups.jobs import JobLookups

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Characters of a list of TRES.
LONGEST_TRES = 65536
#: The steps that have a name instead of a number (slurm.h).
_STEPS = {
    "SLURM_PENDING_STEP": "PENDING",
    "SLURM_BATCH_SCRIPT": "BATCH",
    "SLURM_EXTERN_CONT": "EXTERN",
    "SLURM_INTERACTIVE_STEP": "INTERACTIVE",
}


class Lookups(JobLookups, ClusterLookups):
    """Each public method is a function that a table may name; those about accounting are AllLookups'."""

    # What was submitted.

    def submitted_job_id(self, answer: Any) -> int:
        job_id: int = self._lib.compat_submitted_job_id(answer)
        return job_id

    def submitted_step_id(self, answer: Any) -> str | int:
        """The name of the step, which is the batch script's, or its number."""
        number: int = self._lib.compat_submitted_step_id(answer)
        return {getattr(self._lib, name, -1): word for name, word in _STEPS.items()}.get(number, number)

    def submitted_step_name(self, answer: Any) -> str:
        """The same from v0.0.39 on, always a text: "batch"."""
        return str(self.submitted_step_id(answer)).lower()

    def submitted_error(self, answer: Any) -> str:
        return self._text(self._lib.slurm_strerror(int(self._ffi.cast("int", answer.error_code)))) or ""

    # Deferred values.

    def parse_time(self, value: Deferred) -> int:
        """A time in any form of sbatch's --begin, as seconds since the epoch."""
        seconds: int = self._lib.slurm_parse_time(value.text.encode(), 0)
        if not seconds:
            raise _not_taken(value, TIMES)
        return seconds

    def user_id(self, value: Deferred) -> int:
        try:
            return pwd.getpwnam(value.text).pw_uid
        except (KeyError, ValueError):
            raise _not_taken(value, "the name of a user, or a number") from None

    def time_minutes(self, value: Deferred) -> int:
        """Minutes of a text such as 1-12:30:00; 0 is no limit."""
        minutes: int = self._lib.slurm_time_str2mins(value.text.encode())
        if not 0 <= minutes < NO_VAL[32]:
            raise _not_taken(value, "minutes, or [days-]hours:minutes:seconds")
        return minutes or INFINITE[32]

    def time_seconds(self, value: Deferred) -> int:
        """Seconds of a text of minutes, as above."""
        seconds: int = self._lib.slurm_time_str2secs(value.text.encode())
        if not 0 <= seconds < NO_VAL[32]:
            raise _not_taken(value, "minutes, or [days-]hours:minutes:seconds")
        return seconds

    def tres(self, value: Deferred) -> str:
        """A list of GRES as TRES members take it: each with its type."""
        return ",".join(f"{self._gres}{part}" for part in value.text.split(","))

    def tres_text(self, value: Deferred) -> str:
        """A list of TRES as this release takes it: "gres:gpu:1" up to 23.02, "gres/gpu:1" from 23.11 on."""
        return re.sub(r"\bgres[:/]", self._gres, _bounded(value))

    def tres_bind(self, value: Deferred) -> str:
        """How tasks are bound to GRES: "gpu:closest" up to 23.02, "gres/gpu:closest" from 23.11 on."""
        bare = re.sub(r"^gres[:/]", "", _bounded(value))
        return bare if self._gres == "gres:" else f"gres/{bare}"

    @property
    def _gres(self) -> str:
        return "gres/" if self._lib.HAS_TRES_SLASH else "gres:"


def _bounded(value: Deferred) -> str:
    if len(value.text) > LONGEST_TRES:
        raise _not_taken(value, f"at most {LONGEST_TRES} characters")
    return value.text


def _not_taken(value: Deferred, expected: str) -> Problem:
    text = f'{path_text(value.path)}: expected {expected}; found "{clip(value.text)}"'
    return Problem(400, text, path=value.path)
