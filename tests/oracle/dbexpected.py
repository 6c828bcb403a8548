"""Where an answer below /slurmdb/ differs from slurmrestd's on purpose, and why: a path, or a status.

A reason that explains nothing on the releases that it names fails the test.
"""

from __future__ import annotations

import re
from typing import NamedTuple

OLD, MIDDLE, NEW = (22, 5), (24, 11), (26, 5)
ALL = (OLD, MIDDLE, NEW)


class Body(NamedTuple):
    """A path in the bodies of targets below the version, both regular expressions; slurm: on which releases."""

    path: str
    target: str
    why: str
    slurm: tuple[tuple[int, int], ...] = ALL


class Status(NamedTuple):
    """Targets, and the statuses that ours and slurmrestd's have there."""

    target: str
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    why: str
    slurm: tuple[tuple[int, int], ...] = ALL


STATUS = "slurmrestd took every exit for success"
BODIES = (
    Body(r"jobs\[\]\.(steps\[\]\.)?exit_code\.(return_code|status)", r"jobs?[/?].*", STATUS, (OLD,)),
    Body(
        r"errors\[\]\.(errno|error_code)",
        ".*",
        "an error has every operation's name for its number",
        (OLD,),
    ),
    Body(r"jobs\[\]\.time\.start", r"jobs?[/?].*", "the time when it could have run, by mistake", (OLD,)),
    Body(
        r"jobs\[\]\.association\..*",
        r"jobs?[/?].*",
        "another cluster's of the same id, or left empty",
        (OLD, NEW),
    ),
    Body(r"QOS|errors", r"qos/FULL", "the database does not tell cases apart, as sacctmgr", (OLD,)),
    Body(r"jobs|errors", r"jobs\?.*=(%2C)?", "an empty condition is none"),
    Body(r"jobs|errors", r"jobs\?.*&(qos|cluster)=.*", "names are lost", (OLD,)),
    Body(r"jobs|errors", r"jobs\?.*&reason=.*", "names are lost", (NEW,)),
    Body(r"instances", r"instances?(\?.*)?", "an empty list, where slurmrestd leaves it out", (MIDDLE, NEW)),
    Body(r"clusters", r"cluster/other\?.*", "only usage is heeded there", (MIDDLE, NEW)),
    Body(r"qos|warnings", r"qos\?(description|preempt_mode)=.*", "it is not heeded", (NEW,)),
    Body(
        r"associations|errors|warnings",
        r"associations?\?(default_)?qos=.*",
        "names are taken for ids",
        (NEW,),
    ),
    Body(
        r"associations\[\]\.qos", r"config|associations.*raw.*", "what is added to the list is lost", (NEW,)
    ),
    Body(
        r"jobs\[\]\.steps\[\]\.statistics\.CPU\.actual_frequency",
        r"jobs?[/?].*",
        "the bits of a double",
        (NEW,),
    ),
    Body(r"accounts", r"accounts\?description=.*", "one description, though a list is documented", (NEW,)),
    Body(r"jobs|errors.*", r"jobs\?.*&(groups|users)=no.*", "other words", (NEW,)),
)
STATUSES = (
    Status(r".*=(%2C)?", (400,), (200, 404, 422, 500), "an empty list names nothing"),
    Status(r".*=maybe", (400,), (200, 500), "no truth value"),
    Status(r".*%27.*", (400,), (200, 404, 500), "a quote cannot be in a name"),
    Status(r".*/.*%2C.*", (400,), (200, 400, 404, 422, 500), "a list is no name"),
    Status(
        r".*=(-1|many|1%20or%201%3D1|4294967295|nonsense)", (400, 422), (200, 422, 500), "no number or time"
    ),
    Status(r".*=(HOPE|HAPPY|BIG|NO|king|1|FRONT_END)", (400, 422, 501), (200, 500), "not one of the words"),
    Status(r"association(\?.*)?", (422,), (400, 500), "more than one is ambiguous"),
    Status(r"job/.*", (400,), (422, 500), "no job's number", (MIDDLE, NEW)),
    Status(
        r"(association|associations|user|cluster|wckey|account)[/?].*",
        (404,),
        (400, 500),
        "nothing found",
        (OLD,),
    ),
)
#: What moves with each question, whoever asks.
MOVING = re.compile(
    r"pings\[\]\.latency|meta\.client\.\w+|jobs\[\]\.(steps\[\]\.)?time\.(elapsed|planned(\.number)?)"
)
