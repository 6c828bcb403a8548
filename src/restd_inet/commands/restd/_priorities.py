"""Why jobs that wait have their priority: factors of priority/multifactor, as `sprio --long` shows them."""

from __future__ import annotations

from functools import partial

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import filter_fields, negated
from restd_inet.commands.restd._tables import Table
from restd_inet.commands.slurm._job import find, job_of
from restd_inet.problems import ApiWarning, Problem
from restd_inet.schema.records.priority import PRIORITY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from restd_inet.slurm.client import Slurm

#: slurm.h: what a nice value of 0 is in a struct.
_NICE_OFFSET = 0x80000000


class Priority:
    """The factors of a job in a partition. tres, values: names and factors of TRES, of those that count."""

    __slots__ = (
        "account", "age", "association", "direct", "fair_share", "job_id", "job_size", "nice", "partition",
        "partition_name", "priority", "qos", "qos_name", "site", "tres", "user_id", "user_name", "values",
    )  # fmt: skip

    def __init__(self, slurm: Slurm, found: Any) -> None:
        # A struct of its own from 23.02 on, and none for a priority that was set by hand.
        factors = found if hasattr(found, "priority_age") else found.prio_factors
        self.job_id = found.step_id.job_id if hasattr(found, "step_id") else found.job_id
        self.user_id = found.user_id
        self.user_name = slurm.function("user_name")(found.user_id) or str(found.user_id)
        self.account = slurm.text(getattr(found, "account", None)) or ""
        self.qos_name = slurm.text(getattr(found, "qos", None)) or ""
        self.partition_name = slurm.text(found.partition) or ""
        self.direct = int(found.direct_prio)
        self.tres: list[str] = []
        self.values: list[float] = []
        self.site = self.nice = self.age = self.association = self.fair_share = 0.0
        self.job_size = self.partition = self.qos = 0.0
        if factors:
            self._add(slurm, factors)
        total = self.age + self.association + self.fair_share + self.job_size + self.partition + self.qos
        total += self.site + sum(self.values) - self.nice
        self.priority = self.direct or max(int(total), 1)  # 0 stands for a job that is held

    def _add(self, slurm: Slurm, factors: Any) -> None:
        self.age, self.association = factors.priority_age, factors.priority_assoc
        self.fair_share, self.job_size = factors.priority_fs, factors.priority_js
        self.partition, self.qos = factors.priority_part, factors.priority_qos
        self.site = float(factors.priority_site - _NICE_OFFSET)
        self.nice = float(factors.nice - _NICE_OFFSET)
        for index in range(factors.tres_cnt if factors.priority_tres else 0):
            if factors.priority_tres[index]:
                self.tres.append(slurm.text(factors.tres_names[index]) or "")
                self.values.append(factors.priority_tres[index])


def _loaded(call: Call) -> Iterator[Priority]:
    plugin = call.slurm.text(call.slurm.conf.priority_type) or ""
    if plugin.endswith("basic"):
        text = f"PriorityType of slurm.conf is {plugin}; only priority/multifactor has factors"
        raise Problem(501, text, source="slurm_load_job_prio")
    message = call.slurm.job_priorities()
    if message.priority_factors_list:
        for found in call.slurm.items(message.priority_factors_list, "priority_factors_object_t *"):
            yield Priority(call.slurm, found)


def _users(call: Call, words: tuple[str, ...]) -> Callable[[Priority], bool]:
    uids = _filters.uids(call, words)
    return lambda found: found.user_id in uids


def _partitions(call: Call, words: tuple[str, ...]) -> Callable[[Priority], bool]:
    _filters.partition_names("name")(call, words)  # which refuses those that are not there
    return lambda found: found.partition_name in words


def _numbers(call: Call, words: tuple[str, ...]) -> Callable[[Priority], bool]:
    wanted: set[int] = set()
    for each in _filters.known_ids(call, words):
        plain = not (each.tasks or each.sluid) and each.component is None
        wanted.update([each.number] if plain else _records(call, each))
    return lambda found: found.job_id in wanted


def _records(call: Call, job: Any) -> Iterator[int]:
    return (record.job_id for record in find(call, job))


FILTERS: dict[str, tuple[_filters.Filter, str]] = {
    "user": (_users, 'Users by name or uid, "me" for your own jobs'),
    "partition": (_partitions, "Partitions"),
    "job_id": (_numbers, "Job ids: 123, 123_4, 123+1, a SLUID"),
}


def _ordered(found: list[Priority]) -> list[Priority]:
    return sorted(found, key=lambda each: (each.job_id, each.partition_name))


def many(call: Call) -> list[Priority]:
    tests: list[Callable[[Any], bool]] = []
    for name, (test, _) in FILTERS.items():
        words = call.query.get(name)
        if words and words.wanted:
            tests.append(test(call, words.wanted))
        if words and words.unwanted:
            tests.append(partial(negated, test(call, words.unwanted)))
    return _ordered([found for found in _loaded(call) if all(test(found) for test in tests)])


def of_one(call: Call) -> list[Priority]:
    """Those of the job of the path: of each partition, of each component of a het job."""
    job = job_of(call, ranges=True)
    numbers = set(_records(call, job))
    found = _ordered([each for each in _loaded(call) if each.job_id in numbers])
    if not found:
        text = f"job {job.text} has no factors: it is held, may not start yet, or does not wait"
        call.warnings.append(ApiWarning(text, "slurm_load_job_prio()"))
    return found


MANY = Table(
    PRIORITY,
    "priorities",
    many,
    *filter_fields({name: doc for name, (_, doc) in FILTERS.items()}),
)
ONE = Table(PRIORITY, "priorities", of_one, component="restd_job_priority_resp")
_LIKE = "Like sprio --long: what the priority of a waiting job is made of, each factor with its weight."
ROUTES = (MANY.route("priorities", "List the factors of priorities", _LIKE),)
ROUTES_OF_ONE = (ONE.route("job/{job_id}/priority", "Show the factors of a job's priority", _LIKE),)
