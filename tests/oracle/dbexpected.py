"""Where an answer below /slurmdb/ differs from slurmrestd's on purpose, and why: a path, or a status.

A reason that explains nothing on a release that it names fails the test.
"""

from __future__ import annotations

import re
from typing import NamedTuple

OLD, FIRST, MIDDLE, NEW = (22, 5), (24, 5), (24, 11), (26, 5)
ALL = (OLD, FIRST, MIDDLE, NEW)
LATER = (FIRST, MIDDLE, NEW)
MIDDLES, NEWER = (FIRST, MIDDLE), (MIDDLE, NEW)


class Body(NamedTuple):
    """A path in the bodies of targets below the version, both regular expressions; slurm: on which releases.
    A job of the past is called by its name there (see cluster.past).

    empty: only where ours is. chance: it differs only as chance has it.
    """

    path: str
    target: str
    why: str
    slurm: tuple[tuple[int, int], ...] = ALL
    empty: bool = False
    chance: bool = False


class Status(NamedTuple):
    """Targets, and the statuses that ours and slurmrestd's have there; 0: it ends without an answer."""

    target: str
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    why: str
    slurm: tuple[tuple[int, int], ...] = ALL


LOST = "slurmrestd gives names on where slurmdbd wants numbers, or loses them"
UNHEEDED = "slurmrestd heeds no condition there"
JOBS, JOB = r"jobs\?.*", r"jobs?[/?].*"
BODIES = [
    Body(r"errors\[\]\.(errno|error_code)", ".*", "its operation's name as the number of an error", (OLD,)),
    # Associations.
    Body(
        r"associations\[\]\.is_default",
        ".*",
        "true of an account, of which sacctmgr leaves it unset: slurmdbd takes only 1 for true",
        MIDDLES,
    ),
    # Jobs.
    Body(
        r"jobs\[\]\.(steps\[\]\.)?exit_code\.(return_code|status)",
        JOB,
        "up to v0.0.39 it takes every exit for success",
        (OLD, FIRST),
    ),
    Body(
        r"jobs\[\]\.required\.memory",
        JOB,
        "the bit MEM_PER_CPU is taken for the number's",
        (FIRST,),
    ),
    Body(
        r"jobs\[\]\.std(out|err)_expanded",
        JOB,
        "%A of an array's task is its own number there",
        (FIRST,),
    ),
    Body(r"jobs\[\]\.time\.start", JOB, "the time when it could have run, by mistake", (OLD,)),
    Body(
        r"jobs\[\]\.association\..*",
        JOB,
        "another cluster's association of the same id, or none",
        (OLD, NEW),
    ),
    Body(
        r"jobs\[\]\.steps\[\]\.statistics\.CPU\.actual_frequency",
        JOB,
        "the bits of a double",
        chance=True,
    ),
    Body(r"jobs", r"job/het", "components of a het job are missing without the cluster's name", (OLD,)),
    Body(r"jobs|errors|warnings", JOBS + r"=(%2C)?", "nothing: an empty condition is none", (OLD, FIRST)),
    Body(r"jobs|warnings", JOBS + r"&(users|groups)=", "nothing: an empty condition is none", NEWER),
    Body(r"jobs|errors|warnings", JOBS + r"&(qos|state)=.+", LOST, (OLD, FIRST)),
    Body(r"jobs|errors|warnings", JOBS + r"&reason=.+", LOST),
    Body(r"jobs|errors", JOBS + r"&node=.+", "nodes are lost without the cluster's name", (OLD,)),
    # Accounts, users and what they may.
    Body(r"QOS|qos|errors", r"qos/FULL", "sacctmgr and slurmdbd do not tell cases apart", (OLD, FIRST)),
    Body(r"associations|warnings", r"associations\?(account|cluster)=%2C", "an empty list is none", (FIRST,)),
    Body(
        r"qos|warnings",
        r"qos\?.*(description|preempt_mode|name|id|with_deleted|deleted%20QOS)=.+",
        UNHEEDED,
        LATER,
    ),
    Body(r"associations|warnings", r"associations\?(default_)?qos=.+", LOST, LATER),
    Body(r"associations\[\]\.id", r"(config|associations?)(\?.*)?", "0, its own number is lost", LATER),
    Body(
        r"associations\[\]\.qos",
        r"config|associations\?.*raw.*",
        "what is added to the list is lost",
        LATER,
    ),
    Body(
        r"associations(\[\]\..*)?",
        r"associations?\?(account=chemistry&)?user=(&cluster=scaleout)?",
        "no condition, where 22.05 gives the accounts' own",
        LATER,
    ),
    Body(
        r"accounts|warnings",
        r"accounts\?description=.*",
        "one description, though a list is documented",
        LATER,
    ),
    Body(r"wckeys|warnings", r"wckey/\d", "a WCKey is not found by its id, as is documented", LATER),
    Body(r"\w+", r"\w+\?.*cluster=SCALEOUT", "names of clusters are in small letters", LATER),
    # Clusters and what runs on them.
    Body(r"clusters|warnings", r"cluster/other\?.*", UNHEEDED, LATER),
    Body(r"instances", r"instances?(\?.*)?", "left out where there is none", LATER, empty=True),
]  # fmt: skip
STATUSES = [
    Status(r".*=", (400,), (200, 500), "no time, number or word", LATER),
    Status(r"associations\?(account|cluster)=(%2C)?", (200,), (500,), "an empty list is none", (OLD,)),
    Status(r".*=maybe", (400,), (0, 200, 500), "no truth value"),
    Status(r".*%27.*", (400,), (200, 404, 500), "a quote cannot be in a name"),
    Status(r".*/.*%2C.*", (400,), (200, 400, 404, 422, 500), "a list is no name"),
    Status(
        r".*=(-1|many|1%20or%201%3D1|4294967295|nonsense|host%5B)",
        (400, 422),
        (0, 200, 422, 500),
        "no number, time or host list",
    ),
    Status(r".*=(HOPE|HAPPY|BIG|NO|king|1|FRONT_END|nothing)", (400, 501), (200, 422, 500), "no such word"),
    Status(r"cluster/other\?flags=DELETED", (501,), (200,), "not in this release of Slurm", (MIDDLE,)),
    Status(r"association(\?.*)?", (422,), (400, 500), "more than one is ambiguous"),
    Status(r"job/.*", (400,), (422, 500), "no job's number", LATER),
    Status(r"job/1\.batch", (200,), (404,), "a step is a part of its job", (OLD,)),
    Status(
        r"(association|associations|user|cluster|wckey|account)[/?].*",
        (404,),
        (400, 500),
        "nothing found",
        (OLD,),
    ),
    Status(r"wckey/\d", (200,), (500,), "a WCKey is found by its id too, as later", (OLD,)),
    Status(JOBS + r"&group=.*", (200, 422), (422, 500), "documented as group, read as groups", (OLD, FIRST)),
    Status(r"job/(0|-1|4294967295)", (400,), (0, 200), "no job's number", (FIRST,)),
    Status(JOBS + r"&users=nobodyatall", (422,), (500,), "no such user", (FIRST,)),
    Status(JOBS + r"&state=.*", (200,), (422, 500), LOST, LATER),
    Status(JOBS + r"&qos=.*", (200, 422), (200, 500), LOST),
    Status(r"associations\?(default_)?qos=nobody", (422,), (200,), LOST, LATER),
    Status(JOBS + r"&(users|groups|step)=.*", (200, 422), (0, 422), "it reads one alone, or none", LATER),
    Status(r"associations\?Exclude%20parent%20id/name=.*", (200,), (400, 500), "a slash is a path's", NEWER),
    Status(r".*(usage|time)_(start|end)=(\d.*)?", (200,), (0, 500), "no number is a time there", MIDDLES),
    Status(r"wckeys\?(usage_start|only_defaults)=.*", (200,), (0,), "slurmrestd ends over it", MIDDLES),
]  # fmt: skip
#: Warnings of slurmrestd's that are not given: a query has texts alone, so that one is no number is no news.
UNSAID = re.compile(r"Expected OpenAPI type=.*|Ignoring unknown field \"update_time\" of type .*", re.DOTALL)
#: What moves with each question, whoever asks.
MOVING = re.compile(
    r"pings\[\]\.latency|meta\.client\.\w+|jobs\[\]\.(steps\[\]\.)?time\.(elapsed|planned(\.number)?)"
)
