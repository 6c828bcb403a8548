"""Where an answer below /slurmdb/ differs from slurmrestd's on purpose, and why: a path, or a status.

A reason that explains nothing on a release that it names fails the test. docs/migration.md is generated from
these rows (`make docs`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

OLD, FIRST, MIDDLE, NEW, NEXT = (22, 5), (24, 5), (24, 11), (26, 5), (26, 11)
ALL = (OLD, FIRST, MIDDLE, NEW, NEXT)
LATER = (FIRST, MIDDLE, NEW, NEXT)
MIDDLES, NEWER = (FIRST, MIDDLE), (MIDDLE, NEW, NEXT)


class Body(NamedTuple):
    """A path in the bodies of targets below the version, both regular expressions; slurm: on which releases.
    A job of the past is called by its name there (see cluster.past).

    why: what slurmrestd does, as a predicate. empty: only where ours is. chance: it differs only as chance
    has it. shown: the target in words.
    """

    path: str
    target: str
    why: str
    slurm: tuple[tuple[int, int], ...] = ALL
    empty: bool = False
    chance: bool = False
    shown: str = ""


class Status(NamedTuple):
    """Targets, and the statuses that ours and slurmrestd's have there; 0: it ends without an answer.

    shown: the target in words.
    """

    target: str
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    why: str
    slurm: tuple[tuple[int, int], ...] = ALL
    shown: str = ""


class Change(NamedTuple):
    """A record posted below the version, and both statuses. Its name is filled in: a new one."""

    target: str
    record: dict[str, object]
    ours: int
    theirs: tuple[int, ...]
    why: str
    slurm: tuple[tuple[int, int], ...] = ALL
    shown: str = ""


LOST = "passes names to slurmdbd, which expects numbers, or loses them"
UNHEEDED = "ignores this condition"
JOBS, JOB = r"jobs\?.*", r"jobs?[/?].*"
BODIES = [
    Body(
        r"meta\.slurm\.release",
        ".*",
        "adds the suffix of a release candidate, which Slurm's headers omit",
        (NEXT,),
        chance=True,
        shown="every path",
    ),
    Body(
        r"errors\[\]\.(errno|error_code)",
        ".*",
        "writes the name of its operation where the error number belongs",
        (OLD,),
        shown="every `/slurmdb/` path",
    ),
    # Associations.
    Body(
        r"associations\[\]\.is_default",
        ".*",
        "writes true for accounts, where it is not set: slurmdbd reads only 1 as true",
        MIDDLES,
        shown="every path with associations",
    ),
    # Jobs.
    Body(
        r"jobs\[\]\.(steps\[\]\.)?exit_code\.(return_code|status)",
        JOB,
        "treats every exit as success, up to v0.0.39",
        (OLD, FIRST),
        shown="`jobs`, `job/{job_id}`",
    ),
    Body(
        r"jobs\[\]\.required\.memory",
        JOB,
        "takes the flag MEM_PER_CPU for a part of the number",
        (FIRST,),
        shown="`jobs`, `job/{job_id}`",
    ),
    Body(
        r"jobs\[\]\.std(out|err)_expanded",
        JOB,
        "expands %A of an array's task to the task's own job id",
        (FIRST,),
        shown="`jobs`, `job/{job_id}`",
    ),
    Body(
        r"jobs\[\]\.time\.start",
        JOB,
        "writes the eligible time (defect)",
        (OLD,),
        shown="`jobs`, `job/{job_id}`",
    ),
    Body(
        r"jobs\[\]\.association\..*",
        JOB,
        "writes another cluster's association of the same id, or none",
        (OLD, NEW, NEXT),
        shown="`jobs`, `job/{job_id}`",
    ),
    Body(
        r"jobs\[\]\.steps\[\]\.statistics\.CPU\.actual_frequency",
        JOB,
        "reads the bits of a double as an integer",
        chance=True,
        shown="`jobs`, `job/{job_id}`",
    ),
    Body(
        r"jobs",
        r"job/het",
        "omits the components of a het job if the query names no cluster",
        (OLD,),
        shown="`job/{job_id}`",
    ),
    Body(
        r"jobs|errors|warnings",
        JOBS + r"=(%2C)?",
        "takes an empty condition for a value, and finds nothing",
        (OLD, FIRST),
        shown="`jobs` with an empty condition",
    ),
    Body(
        r"jobs|warnings",
        JOBS + r"&(users|groups)=",
        "takes an empty condition for a value, and finds nothing",
        NEWER,
        shown="`jobs?users=`, `jobs?groups=`",
    ),
    Body(
        r"jobs|errors|warnings",
        JOBS + r"&(qos|state)=.+",
        LOST,
        (OLD, FIRST),
        shown="`jobs?qos=…`, `jobs?state=…`",
    ),
    Body(r"jobs|warnings", JOBS + r"&qos=.+", LOST, (NEXT,), shown="`jobs?qos=…`"),
    Body(r"jobs|errors|warnings", JOBS + r"&reason=.+", LOST, shown="`jobs?reason=…`"),
    Body(
        r"jobs|errors",
        JOBS + r"&node=.+",
        "ignores nodes if the query names no cluster",
        (OLD,),
        shown="`jobs?node=…`",
    ),
    Body(
        r"jobs\[\]\.(derived_exit_code|steps\[\]\.exit_code)\.signal\.name",
        JOB,
        "writes the number of a signal where its name belongs",
        (NEXT,),
        shown="`jobs`, `job/{job_id}`",
    ),
    # Accounts, users and what they may.
    Body(
        r"QOS|qos|errors",
        r"qos/FULL",
        "distinguishes upper and lower case; sacctmgr and slurmdbd do not",
        (OLD, FIRST),
        shown="`qos/{qos}`",
    ),
    Body(
        r"associations|warnings",
        r"associations\?(account|cluster)=%2C",
        "takes an empty list for a value, and finds nothing",
        (FIRST,),
        shown="`associations?account=,`",
    ),
    Body(
        r"qos|warnings",
        r"qos\?.*(description|preempt_mode|name|id|with_deleted|deleted%20QOS)=.+",
        UNHEEDED,
        LATER,
        shown="`qos?description=…` and its other conditions",
    ),
    Body(
        r"associations|warnings",
        r"associations\?(default_)?qos=.+",
        LOST,
        LATER,
        shown="`associations?qos=…`, `associations?default_qos=…`",
    ),
    Body(
        r"associations\[\]\.qos\[\]",
        r"config",
        "writes the QOS that are added to the list as if they were the list",
        (NEXT,),
        shown="`config`",
    ),
    Body(
        r"associations(\[\]\..*)?|warnings",
        r"associations\?.*(Include|Exclude|Filter)%20.*",
        UNHEEDED,
        (NEXT,),
        shown="`associations?Include usage=…` and its other switches",
    ),
    Body(
        r"associations\[\]\.id",
        r"(config|associations?)(\?.*)?",
        "writes 0",
        LATER,
        shown="`associations`, `association`, `config`",
    ),
    Body(
        r"associations\[\]\.qos",
        r"config|associations\?.*raw.*",
        "omits the QOS that are added to the list",
        (FIRST, MIDDLE, NEW),
        shown="`associations`, `config`",
    ),
    Body(
        r"associations(\[\]\..*)?",
        r"associations?\?(account=chemistry&)?user=(&cluster=scaleout)?",
        "lists all associations; 22.05 lists those of accounts",
        LATER,
        shown="`associations?user=`",
    ),
    Body(
        r"accounts|warnings",
        r"accounts\?description=.*",
        "takes a single description, though its document says a list",
        LATER,
        shown="`accounts?description=…`",
    ),
    Body(
        r"wckeys|warnings",
        r"wckey/\d",
        "does not find a WCKey by its id, though its document says so",
        LATER,
        shown="`wckey/{id}`",
    ),
    Body(
        r"\w+",
        r"\w+\?.*cluster=SCALEOUT",
        "finds nothing: names of clusters are in lower case",
        LATER,
        shown="`?cluster=` in upper case",
    ),
    # Clusters and what runs on them.
    Body(r"clusters|warnings", r"cluster/other\?.*", UNHEEDED, LATER, shown="`cluster/{cluster_name}`"),
    Body(
        r"instances",
        r"instances?(\?.*)?",
        "omits the list if it is empty",
        LATER,
        empty=True,
        shown="`instances`, `instance`",
    ),
]
STATUSES = [
    Status(
        r".*=",
        (400,),
        (200, 500),
        "an empty value is no time, number or keyword",
        LATER,
        shown="a parameter with an empty value",
    ),
    Status(
        r"associations\?(account|cluster)=(%2C)?",
        (200,),
        (500,),
        "an empty list is no condition",
        (OLD,),
        shown="`associations?account=`, `associations?cluster=`",
    ),
    Status(r".*=maybe", (400,), (0, 200, 500), "not a boolean", shown="a boolean that is something else"),
    Status(r".*%27.*", (400,), (200, 404, 500), "a name cannot contain a quote", shown="a quote in a name"),
    Status(
        r".*/.*%2C.*",
        (400,),
        (200, 400, 404, 422, 500),
        "a path names one thing; a list is not allowed",
        shown="a list in a path",
    ),
    Status(
        r".*=(-1|many|1%20or%201%3D1|4294967295|nonsense|host%5B)",
        (400, 422),
        (0, 200, 422, 500),
        "not a number, time or host list",
        shown="a number, time or host list that is none",
    ),
    Status(
        r".*=(HOPE|HAPPY|BIG|NO|king|1|FRONT_END|nothing)",
        (400, 501),
        (200, 422, 500),
        "not one of the allowed keywords",
        shown="an unknown keyword",
    ),
    Status(
        r"cluster/other\?flags=DELETED",
        (501,),
        (200,),
        "this release of Slurm does not have it",
        (MIDDLE,),
        shown="`cluster/{cluster_name}?flags=DELETED`",
    ),
    Status(
        r"association(\?.*)?", (422,), (400, 500), "more than one association matches", shown="`association`"
    ),
    Status(r"job/.*", (400,), (422, 500), "not a job id", LATER, shown="`job/{job_id}`"),
    Status(
        r"job/1\.batch",
        (200,),
        (404,),
        "a step belongs to its job, which is answered",
        (OLD,),
        shown="`job/1.batch`",
    ),
    Status(
        r"(association|associations|user|cluster|wckey|account)[/?].*",
        (404,),
        (400, 500),
        "nothing matches",
        (OLD,),
        shown="`association`, `user/…`, `cluster/…`, `wckey/…`, `account/…`",
    ),
    Status(
        r"wckey/\d",
        (200,),
        (500,),
        "a WCKey is found by its id too, as in later releases",
        (OLD,),
        shown="`wckey/{id}`",
    ),
    Status(
        JOBS + r"&group=.*",
        (200, 422),
        (422, 500),
        "the parameter is documented as group and read as groups; both are accepted",
        (OLD, FIRST),
        shown="`jobs?group=…`",
    ),
    Status(
        r"job/(0|-1|4294967295)",
        (400,),
        (0, 200),
        "not a job id",
        (FIRST,),
        shown="`job/0`, `job/4294967295`",
    ),
    Status(
        JOBS + r"&users=nobodyatall",
        (422,),
        (500,),
        "the user does not exist",
        (FIRST,),
        shown="`jobs?users=…`",
    ),
    Status(JOBS + r"&state=.*", (200,), (422, 500), LOST, LATER, shown="`jobs?state=…`"),
    Status(JOBS + r"&qos=.*", (200, 422), (200, 500), LOST, shown="`jobs?qos=…`"),
    Status(
        r"associations\?(default_)?qos=nobody",
        (422,),
        (200,),
        LOST,
        LATER,
        shown="`associations?qos=…` with an unknown QOS",
    ),
    Status(
        JOBS + r"&(users|groups|step)=.*",
        (200, 422),
        (0, 422),
        "slurmrestd reads a single value, or none",
        LATER,
        shown="`jobs?users=…`, `jobs?groups=…`, `jobs?step=…`",
    ),
    Status(
        r"associations\?Exclude%20parent%20id/name=.*",
        (200,),
        (400, 500),
        "slurmrestd takes the slash in the name for a path's",
        NEWER,
        shown="`associations?Exclude parent id/name=…`",
    ),
    Status(
        r".*(usage|time)_(start|end)=(-?\d.*)?",
        (200,),
        (0, 500),
        "slurmrestd refuses a number for a time",
        MIDDLES,
        shown="`?usage_start=…`, `?start_time=…` and their kin, a number",
    ),
    Status(
        r"wckeys\?(usage_start|only_defaults)=.*",
        (200,),
        (0,),
        "slurmrestd ends without an answer",
        MIDDLES,
        shown="`wckeys?usage_start=…`, `wckeys?only_defaults=…`",
    ),
]
CHANGES = [
    Change(
        "qos",
        {"name": "", "limits": {"max": {"tres": {"total": [{"type": "nosuch", "count": 5}]}}}},
        422,
        (200,),
        "there is no such TRES; slurmrestd drops the limit without an error",
        LATER,
        shown="`POST qos` with a TRES type that does not exist",
    ),
]
#: Warnings of slurmrestd's that are not given: a query has texts alone, so that one is no number is no news.
UNSAID = re.compile(r"Expected OpenAPI type=.*|Ignoring unknown field \"update_time\" of type .*", re.DOTALL)
#: A job that runs ends now, where what is asked for ends later.
GROWING = re.compile(r"jobs\[\]\.time\.end")
#: What differs from one question to the next, also of one program.
MOVING = re.compile(
    r"pings\[\]\.latency|meta\.client\.\w+|jobs\[\]\.(steps\[\]\.)?time\.(elapsed|planned(\.number)?)"
)
