"""slurmdb_job_cond_t (slurmdb.h): which jobs of the accounting database are asked for.

slurmdbd puts most of these texts into an SQL statement as they come, so each has a check of what it may be.
"""

from __future__ import annotations

import re

from restd_inet.schema.kinds.base import ANY, Changed, Kind, ListOf
from restd_inet.schema.kinds.composite import Ignored
from restd_inet.schema.kinds.numbers import Bool, Int, Moment, Number
from restd_inet.schema.kinds.slurmdb import HostList, NameList, QosIds, cluster, identifier, name, phrase
from restd_inet.schema.kinds.strings import TEXT, sluid_number
from restd_inet.schema.kinds.values import (
    NO_VAL,
    UNKNOWN_TIME,
    UNSET,
    Deferred,
    Invalid,
    boolean,
    clip,
    short,
    text,
)
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V36, V39, V40, V44

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: A job or a part of it, as sacct -j takes it: 123, 123_4 of an array, 123+1 of a het job; of each a step.
STEP = re.compile(r"(\d{1,10})(_\d{1,10}|\+\d{1,4})?(?:\.(batch|extern|interactive|\d{1,10}(?:\+\d{1,4})?))?")
_PATTERN = re.compile(r"[%_]")


def step(value: object) -> str:
    """The id of a job or a step. Raises Invalid."""
    word = short(value).strip()
    if sluid_number(word):
        return word
    found = STEP.fullmatch(word) if word.isascii() else None
    if not found or not 0 < int(found[1]) < NO_VAL[32]:
        raise Invalid(
            f'"{clip(ascii(word)[1:-1])}" is not a job id: expected a number (123), an array\'s task '
            "(123_4), a het job's component (123+1), a SLUID, or a step of these (123.0, 123.batch)"
        )
    return word


def feature(value: object) -> str:
    """A part of a constraint: it is looked for with LIKE, so that % and _ would stand for anything."""
    word = phrase(value)
    if _PATTERN.search(word):
        raise Invalid(f'"{clip(word)}" cannot be a feature')
    return word


class Steps(Kind):
    "Jobs and steps, comma-separated."

    several = ",".join

    def parse(self, value: Any) -> Deferred:
        words = text(value).split(",") if not isinstance(value, list) else value
        return Deferred("selected_steps", ",".join(step(word) for word in words if word != ""))

    def schema(self, version: int) -> dict[str, Any]:
        return ListOf(TEXT, {V44: "selected_step_list"}).schema(version)


class Looked(Kind):
    """Comma-separated names, each of them a number in the database. lookup: gives the numbers."""

    several = ",".join

    def __init__(self, lookup: str) -> None:
        self.lookup = lookup

    def parse(self, value: Any) -> Deferred:
        return Deferred(self.lookup, ",".join(map(text, value)) if isinstance(value, list) else text(value))


class When(Moment):
    """A time in any form of sacct's -S, or seconds since 1970; one that is not set says nothing."""

    lookup = "slurmdb_time"

    def parse(self, value: Any) -> Any:
        return UNSET if (given := super().parse(value)) == UNKNOWN_TIME else given

    def schema(self, version: int) -> dict[str, Any]:
        return {}


class Date(When):
    """The same up to v0.0.38: up to eight digits are a date or a time of day where they can be one."""

    def parse(self, value: Any) -> Any:
        date = isinstance(value, str) and value.isdecimal() and 2 < len(value) <= 8
        return Deferred("slurmdb_date", value) if date else super().parse(value)


WHEN = Changed({V36: Date(), V39: When()})


class Bit(Bool):
    """A bit of a number, said by a parameter of its own. always: what else is in the number then."""

    def __init__(self, constant: str, always: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.constant = constant
        self.always = always

    def parse(self, value: Any) -> frozenset[str]:  # type: ignore[override]  # bits, not the number
        return frozenset(self.always) | frozenset([self.constant] if boolean(value) else [])


#: What is asked for where nothing else is said: all runs of a requeued job, times as they are.
USUAL = frozenset({"JOBCOND_FLAG_DUP", "JOBCOND_FLAG_NO_TRUNC"})
_COUNT = Number(32)


def _flag(constant: str, parameter: str, doc: str) -> Field:
    return Field("flags", Bit(constant), parameter, since=V39, doc=doc)


def _origin(constant: str, parameter: str, doc: str) -> Field:
    return Field("db_flags", Bit(constant), parameter, since=V39, doc=doc)


SLURMDB_JOB_QUERY = Record(
    "past query",
    "slurmdb_job_cond_t",
    Field("acct_list", NameList(name), "account", doc="Accounts, comma-separated."),
    Field("associd_list", NameList(identifier), "association", doc="Ids of associations, comma-separated."),
    Field("cluster_list", NameList(cluster), "cluster", doc="Clusters, comma-separated."),
    Field("constraint_list", NameList(feature), "constraints", doc="Features, comma-separated."),
    Field("cpus_max", _COUNT, doc="Largest number of CPUs."),
    Field("cpus_min", _COUNT, doc="Smallest number of CPUs."),
    _origin("SLURMDB_JOB_FLAG_NOTSET", "scheduler_unset", doc="Jobs whose scheduler is unknown."),
    _origin("SLURMDB_JOB_FLAG_SUBMIT", "scheduled_on_submit", doc="Jobs started at submission."),
    _origin("SLURMDB_JOB_FLAG_SCHED", "scheduled_by_main", doc="Jobs started by the main scheduler."),
    _origin(
        "SLURMDB_JOB_FLAG_BACKFILL", "scheduled_by_backfill", doc="Jobs started by the backfill scheduler."
    ),
    _origin("SLURMDB_JOB_FLAG_START_R", "job_started", doc="Jobs that have started."),
    _origin("SLURMDB_JOB_FLAG_ALTERED", "job_altered", doc="Jobs changed in the database after they ended."),
    Field("exitcode", Int(32, signed=True), "exit_code", doc="Jobs with this exit code."),
    _flag("JOBCOND_FLAG_DUP", "show_duplicates", doc="All jobs that share one id, requeued ones included."),
    Field("flags", Bit("JOBCOND_FLAG_NO_STEP", tuple(USUAL)), "skip_steps", until=V39, doc="Omit steps."),
    Field("flags", Bit("JOBCOND_FLAG_NO_STEP"), "skip_steps", since=V40, doc="Omit steps."),
    _flag(
        "JOBCOND_FLAG_NO_TRUNC",
        "disable_truncate_usage_time",
        doc="Write the whole times of jobs, not only those within the period.",
    ),
    _flag(
        "JOBCOND_FLAG_RUNAWAY",
        "run_away_jobs",
        doc="Runaway jobs: unfinished in the database, unknown to slurmctld.",
    ),
    _flag("JOBCOND_FLAG_WHOLE_HETJOB", "whole_hetjob", doc="Include all components of heterogeneous jobs."),
    _flag(
        "JOBCOND_FLAG_NO_WHOLE_HETJOB",
        "disable_whole_hetjob",
        doc="Omit the other components of heterogeneous jobs.",
    ),
    Field(
        "flags",
        Bit("JOBCOND_FLAG_NO_WAIT", tuple(USUAL)),
        "disable_wait_for_result",
        until=V39,
        doc="Ignored.",
    ),
    Field("flags", Bit("JOBCOND_FLAG_NO_WAIT"), "disable_wait_for_result", since=V40, doc="Ignored."),
    _flag(
        "JOBCOND_FLAG_NO_DEFAULT_USAGE",
        "usage_time_as_submit_time",
        doc="Apply the period to the time of submission.",
    ),
    _flag("JOBCOND_FLAG_SCRIPT", "show_batch_script", doc="Include batch scripts."),
    _flag("JOBCOND_FLAG_ENV", "show_job_environment", doc="Include environments."),
    Field(None, Ignored("", ANY), "format", doc="Ignored."),
    Field(
        "groupid_list",
        Looked(lookup="group_ids"),
        "groups",
        aliases=("group",),
        doc="Groups, comma-separated.",
    ),
    Field("jobname_list", NameList(phrase), "job_name", doc="Names, comma-separated."),
    Field("nodes_max", _COUNT, doc="Largest number of nodes."),
    Field("nodes_min", _COUNT, doc="Smallest number of nodes."),
    Field("partition_list", NameList(name), "partition", doc="Partitions, comma-separated."),
    Field("qos_list", QosIds(), "qos", doc="QOS, comma-separated."),
    Field("reason_list", Looked(lookup="reason_ids"), "reason", doc="Reasons, comma-separated."),
    Field("resv_list", NameList(name), "reservation", doc="Names of reservations, comma-separated."),
    Field(
        "resvid_list",
        NameList(identifier),
        "reservation_id",
        since=V39,
        doc="Ids of reservations, comma-separated.",
    ),
    Field("state_list", Looked(lookup="state_ids"), "state", doc="States, comma-separated."),
    Field("step_list", Steps(), "step", doc="Jobs and steps, comma-separated: 123, 123_4, 123.batch."),
    Field("timelimit_max", _COUNT, since=V39, doc="Largest time limit, in minutes."),
    Field("timelimit_min", _COUNT, since=V39, doc="Smallest time limit, in minutes."),
    Field(
        "usage_end",
        WHEN,
        "end_time",
        doc="End of the period: a Unix time, or a time as sacct(1) takes it.",
    ),
    Field(
        "usage_start",
        WHEN,
        "start_time",
        doc="Start of the period: a Unix time, or a time as sacct(1) takes it.",
    ),
    # Not a member: see commands.slurmdb.jobs.
    Field(
        "submit_time",
        WHEN,
        doc="Time of submission: a Unix time, or a time as sacct(1) takes it.",
    ),
    Field("used_nodes", HostList(), "node", doc="Nodes, as a host list."),
    Field("userid_list", Looked(lookup="user_ids"), "users", since=V39, doc="Users, comma-separated."),
    Field("wckey_list", NameList(phrase), "wckey", doc="Workload characterization keys, comma-separated."),
)
