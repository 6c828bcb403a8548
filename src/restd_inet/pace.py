"""When slurmctld is asked again: for a list that is watched, or for a job whose file is waited for."""

from __future__ import annotations

#: The pause after a load, in times of the load: loading takes a tenth of the time at most.
_TIMES = 9.0
#: Seconds to which the time of a load makes a pause longer, at most.
LONGEST = 60.0
#: Seconds between two looks at a job.
_JOB = 2.0


def of_job(interval: float) -> float:
    """Seconds between two looks at a job. interval: --watch-interval."""
    return max(_JOB, interval)


class Pace:
    """The pauses between looks at a list.

    Only two slow loads in succession make the pause longer: one alone says that slurmctld was held up. A look
    that fails, or finds no change, loads nothing.
    """

    def __init__(self) -> None:
        self._last = 0.0

    def pause(self, took: float, interval: float, loaded: bool) -> float:
        """Seconds from the end of a look until the next one. took: seconds of the look."""
        if not loaded:
            return interval if took > interval else interval - took
        usual, self._last = min(took, self._last), took
        return max(interval - took, min(_TIMES * usual, LONGEST))
