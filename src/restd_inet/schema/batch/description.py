"""From the options of a component to the members of its job description, as sbatch(1) fills job_desc_msg_t.

sbatch works out numbers that options do not name: nodes of a node list, tasks of nodes, CPUs of tasks. Where
its releases differ, the first one of a rule stands with it.
"""

from __future__ import annotations

import re

from restd_inet.problems import Problem
from restd_inet.schema.batch.directives import bad_line
from restd_inet.schema.batch.options import at_least
from restd_inet.schema.batch.variables import variables
from restd_inet.schema.kinds.sbatch import GOVERNORS
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, Deferred

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.batch.chosen import Chosen

    Members = dict[str, Any]

_PER_GPU = ("ntasks-per-gpu", "ntasks-per-tres")
#: Options that exclude each other → the first release in which sbatch refuses them together.
EXCLUSIVE = (
    (("mem", "mem-per-cpu", "mem-per-gpu"), "22.05"),
    (("core-spec", "thread-spec"), "22.05"),
    *(((one, other), "22.05") for one in _PER_GPU for other in ("gpus-per-task", "gpus-per-socket")),
    *(((one, "ntasks-per-node"), "22.05") for one in _PER_GPU),
    *(((one, "tres-per-task"), "23.11") for one in _PER_GPU),
    (("exclusive", "oversubscribe"), "23.02"),
    (("cpus-per-task", "cpus-per-gpu"), "23.11"),
)
#: What rules out --hint: it is ignored beside them.
_LAYOUT = ("ntasks-per-core", "cores-per-socket", "sockets-per-node", "threads-per-core", "extra-node-info")
HINTS: dict[str, Members] = {
    "compute_bound": {"threads_per_core": 1},
    "memory_bound": {"cores_per_socket": 1, "threads_per_core": 1},
    "multithread": {"ntasks_per_core": INFINITE[16]},
    "nomultithread": {"threads_per_core": 1},
}
#: TRES that no task can ask for.
_NO_TASK_TRES = ("mem", "energy", "node", "billing", "fs", "vmem", "pages", "bb")
_FILES = {"std_err": "", "std_in": "/dev/null", "std_out": ""}
#: What is for this module and others alone: C has no such member.
_WORDS = {
    *("gres", "gpus_per_task", "export", "hint", "hold", "get_user_env", "umask", "propagate", "resources"),
    *("ntasks_per_gpu", "extra set", "test_only", "mem_per_node", "env"),
}


class Site:
    """What is to be asked of the cluster. release: of Slurm. hosts: the names in a host list. host_list: the
    host list of names. resolve: what libslurm makes of a Deferred."""

    def __init__(
        self,
        release: str,
        hosts: Callable[[str], list[str]],
        host_list: Callable[[str], str],
        resolve: Callable[[Any], Any],
    ) -> None:
        self.release = release
        self.hosts = hosts
        self.host_list = host_list
        self.resolve = resolve

    def since(self, release: str) -> bool:
        return at_least(self.release, release)


class Component:
    """One component. members: of its job description; variables: those of the job's environment that say what
    its options say."""

    def __init__(self, chosen: Chosen, site: Site, directory: str, argv: list[str]) -> None:
        self._chosen = chosen
        self._site = site
        self.given = chosen.given
        self.members: Members = dict(chosen.members)
        self._check_exclusive()
        self._take_hint()
        self._place(directory)
        self._name(argv)
        self._count_nodes()
        if site.since("23.11"):
            self._frequency()
            self._tres_per_task()
        self._count_tasks()
        self._check_counts()
        self.variables = variables(self.members, site.since, site.resolve)
        self._finish()

    def line(self, *names: str) -> int:
        """The line of the first of these options that is given; 0 if none is in the script."""
        return next((self.given[name] for name in names if self.given.get(name)), 0)

    def bad(self, text: str, *names: str) -> Problem:
        return bad_line(self.line(*names), text)

    def _check_exclusive(self) -> None:
        for names, since in EXCLUSIVE:
            found = [name for name in names if name in self.given]
            if len(found) > 1 and self._site.since(since):
                raise self.bad(f"--{' and --'.join(found)} exclude each other", *found[::-1])
        gres = self.members.get("gres")
        if isinstance(gres, Deferred) and "gpus-per-node" in self.given and self._site.since("26.05"):
            self._check_gpus(gres.text)

    def _check_gpus(self, gres: str) -> None:
        if any(part.startswith("gpu") for part in gres.split(",")):
            raise self.bad("--gpus-per-node and --gres=gpu exclude each other", "gres")

    def _take_hint(self) -> None:
        hint = self.members.get("hint")
        if hint is None:
            return
        if any(name in self.given for name in _LAYOUT):
            del self.members["hint"]
            return
        for word in hint.split(","):
            if word.lower() not in HINTS:
                raise self.bad(f'--hint: expected one of {", ".join(HINTS)}; found "{word[:40]}"', "hint")
            self.members.update(HINTS[word.lower()])

    def _place(self, directory: str) -> None:
        """The working directory, and files in it."""
        given = self.members.get("work_dir", "")
        place = given if given.startswith("/") or not (given and directory) else f"{directory}/{given}"
        place = place or directory
        if not place.startswith("/"):
            text = "--chdir: expected the directory to run the job in, as a path from / on"
            raise self.bad(text, "chdir")
        self.members["work_dir"] = place
        for member, default in _FILES.items():
            name = self.members.get(member, default or None)
            if name is not None:
                self.members[member] = name if name.startswith("/") else f"{place}/{name}"

    def _name(self, argv: list[str]) -> None:
        if argv:
            self.members["argv"], self.members["argc"] = argv, len(argv)
            self.members.setdefault("name", argv[0].rpartition("/")[2])
        self.members.setdefault("name", "sbatch")

    def _count_nodes(self) -> None:
        m, names = self.members, self.members.get("req_nodes")
        for member, option in (("req_nodes", "nodelist"), ("exc_nodes", "exclude")):
            if "/" in m.get(member, ""):
                raise self.bad(f"--{option}: expected names of nodes; files are not read here", option)
        if names is None or "{" in names:
            return
        listed = self._site.hosts(names)
        unique = sorted(dict.fromkeys(listed), key=_by_number)
        count, old = len(unique), not self._site.since("23.02")
        if "min_nodes" not in m:
            m["min_nodes"] = count
        elif old:
            m["min_nodes"] = max(count, m["min_nodes"])
        kept = listed if self._arbitrary and self._site.since("23.11") else unique
        m["req_nodes"] = self._site.host_list(",".join(kept))
        if self._arbitrary:
            m.setdefault("num_tasks", len(listed) if self._site.since("23.11") else count)

    @property
    def _arbitrary(self) -> bool:
        return "SLURM_DIST_ARBITRARY" in self.members.get("task_dist", ())

    def _frequency(self) -> None:
        """From 23.11 on one frequency is for the governor UserSpace, and a range needs a governor."""
        m = self.members
        if "cpu_freq_max" in m and "cpu_freq_gov" not in m:
            if "cpu_freq_min" in m:
                text = "--cpu-freq: expected a governor after the range, such as low-high:performance"
                raise self.bad(text, "cpu-freq")
            m["cpu_freq_gov"] = GOVERNORS["userspace"]

    def _tres_per_task(self) -> None:
        """--gpus-per-task and --cpus-per-task are TRES of a task too, and GRES are bound to it."""
        m = self.members
        text = m.get("tres_per_task") or ""
        for name in _NO_TASK_TRES:
            if any(part.lower().startswith(name) for part in text.split(",")):
                raise self.bad(f"--tres-per-task: {name} cannot be asked for by task", "tres-per-task")
        parts = [re.sub(r"^(gres|license):", r"\1/", part) for part in text.split(",") if part]
        for part in (m.get("gpus_per_task") or "").split(","):
            kind, _, count = part.replace("=", ":").rpartition(":")
            if count:
                self._add_part(parts, f"gres/gpu:{kind}" if kind else "gres/gpu", count, "gpus-per-task")
        if "cpus_per_task" in m:
            self._add_part(parts, "cpu", str(m["cpus_per_task"]), "cpus-per-task")
        for part in parts:
            if re.fullmatch(r"cpu[=:]\d{1,9}", part, re.ASCII):
                m["cpus_per_task"] = int(part[4:])
        if parts:
            m["tres_per_task"] = ",".join(parts)
            self._bind_gres(parts)

    def _add_part(self, parts: list[str], name: str, count: str, option: str) -> None:
        if any(part.startswith(name) for part in parts):
            text = f"--{option} and {name} of --tres-per-task exclude each other"
            raise self.bad(text, option, "tres-per-task")
        parts.insert(0, f"{name}={count}")

    def _bind_gres(self, parts: list[str]) -> None:
        """As many of them as a task has."""
        bound = self.members.get("tres_bind", "")
        text = bound.text if isinstance(bound, Deferred) else bound
        sums: dict[str, int] = {}
        for part in parts:
            found = re.fullmatch(r"gres/([^:=]+)(?:[:=]([^:=]+))?(?:[:=](\d{1,9}))?", part, re.ASCII)
            if found:
                last = found[3] or found[2] or "1"
                sums[found[1]] = sums.get(found[1], 0) + _count(last)
        added = [f"gres/{name}:per_task:{count}" for name, count in sums.items() if name not in text]
        if added:
            self.members["tres_bind"] = Deferred("tres_bind", "+".join(filter(None, (text, *added))))

    def _count_tasks(self) -> None:
        m = self.members
        least, most = m.get("min_nodes", 1), m.get("max_nodes", 0)
        exact = least == most or most == 0
        per_node = "ntasks_per_node" in m
        if per_node and "num_tasks" not in m and exact and not self._site.since("23.02"):
            m["num_tasks"] = least * m["ntasks_per_node"]
        self._tasks = m.get("num_tasks", 1)
        implied = not (per_node and self._site.since("23.02"))
        if ("min_nodes" in m or "extra set" in m) and exact and implied and "num_tasks" not in m:
            self._tasks = max(least, 1)
            layout = [
                m[name] for name in ("sockets_per_node", "cores_per_socket", "threads_per_core") if name in m
            ]
            for count in layout:
                self._tasks *= count
            if layout:
                m["num_tasks"] = self._tasks
        elif "min_nodes" in m and "num_tasks" in m:
            if m["num_tasks"] < most:
                m["max_nodes"] = m["num_tasks"]
            if m["num_tasks"] < least:
                m["min_nodes"] = m["max_nodes"] = m["num_tasks"]
                self._cut_node_list(m["num_tasks"])

    def _cut_node_list(self, count: int) -> None:
        """Up to 22.05 nodes beyond the tasks are taken off its end."""
        if "req_nodes" in self.members and not self._site.since("23.02"):
            names = self._site.hosts(self.members["req_nodes"])
            self.members["req_nodes"] = self._site.host_list(",".join(names[:count]))

    def _check_counts(self) -> None:
        m = self.members
        per_core, threads = m.get("ntasks_per_core"), m.get("threads_per_core")
        if per_core and threads and threads < per_core and "hint" not in m and self._site.since("23.02"):
            text = f"--ntasks-per-core ({per_core}) must not be above --threads-per-core ({threads})"
            raise self.bad(text, "ntasks-per-core", "threads-per-core")
        plane, least = m.get("plane_size", 0), m.get("min_nodes", 1)
        if plane and (least <= 0 or self._tasks // plane < least) and (least - 1) * plane >= self._tasks:
            raise self.bad("too few tasks for a plane distribution over so many nodes", "distribution")
        if self._arbitrary:
            if "req_nodes" not in m:
                raise self.bad("--distribution=arbitrary: expected --nodelist, too", "distribution")
            if "nodes" in self.given and self._site.since("23.11"):
                raise self.bad("--distribution=arbitrary and --nodes exclude each other", "nodes")
        if {"gpus_per_task"} <= m.keys() and not m["gpus_per_task"]:
            raise self.bad("--gpus-per-task: expected a number of GPUs", "gpus-per-task")

    def _finish(self) -> None:
        """The members of C alone."""
        m = self.members
        flags = {name.removeprefix("flag ") for name, on in m.items() if name.startswith("flag ") and on}
        flags |= {flag for member, flag in _SET_FLAGS.items() if member in m}
        m["min_cpus"] = self._min_cpus()
        if m.get("pn_min_cpus", -1) < m.get("cpus_per_task", -1):
            m["pn_min_cpus"] = m["cpus_per_task"]
        if "min_nodes" not in m and "num_tasks" in m and "ntasks_per_node" in m and self._site.since("23.11"):
            m["min_nodes"] = -(-m["num_tasks"] // m["ntasks_per_node"])
        if not m.get("max_nodes", 1):
            del m["max_nodes"]
            m.pop("job_size_str", None)
        if "hold" in m:
            m["priority"] = 0
        if "mem_per_node" in m:
            m["pn_min_memory"] = m["mem_per_node"]
        if "ntasks_per_gpu" in m:
            m.setdefault("ntasks_per_tres", m["ntasks_per_gpu"])
        if m.get("gpus_per_task") and not self._site.since("23.11"):
            parts = [f"gpu:{part}" for part in m["gpus_per_task"].split(",")]
            m["tres_per_task"] = Deferred("tres", ",".join(parts))
        if isinstance(m.get("tres_per_task"), str):
            m["tres_per_task"] = Deferred("tres_text", m["tres_per_task"])
        self._imply_tasks()
        gres = m.get("gres")
        if isinstance(gres, Deferred):
            before = m.get("tres_per_node")
            m["tres_per_node"] = Deferred("tres", f"{before.text},{gres.text}" if before else gres.text)
            m["tres_per_node"].path = gres.path
        if m.get("resources"):
            m["licenses"] = ",".join(filter(None, (m.get("licenses"), m["resources"])))
        for name in [name for name in m if name in _WORDS or name.startswith(("env ", "flag "))]:
            del m[name]
        m["bitflags"] = frozenset(flags)
        self._fill()

    def _fill(self) -> None:
        """What sbatch always fills."""
        m = self.members
        m.setdefault("task_dist", frozenset({"SLURM_DIST_UNKNOWN"}))
        m.setdefault("contiguous", 0)
        m.setdefault("mail_type", frozenset())
        m.setdefault("kill_on_node_fail", NO_VAL[16])
        if self._site.since("24.05"):
            m.setdefault("segment_size", 0)
        if self._site.since("24.11"):
            m.setdefault("oom_kill_step", NO_VAL[16])

    def _imply_tasks(self) -> None:
        """Of TRES by task on a number of nodes (gres_job_state_validate)."""
        m = self.members
        nodes, by_tres, by_node = m.get("min_nodes"), m.get("ntasks_per_tres"), m.get("ntasks_per_node")
        if by_tres and (gpus := self._gpus(nodes or 1)):
            m["num_tasks"] = gpus * by_tres
        if not (m.get("tres_per_task") or by_tres) or "num_tasks" in m or nodes != m.get("max_nodes"):
            return
        if nodes and (by_tres or by_node or "cpus_per_task" not in m):
            m["num_tasks"] = nodes * (by_tres or by_node or 1)

    def _gpus(self, nodes: int) -> int:
        """How many GPUs the whole job asks for; 0 if that is not said."""
        for member, times in (("tres_per_job", 1), ("tres_per_node", nodes), ("gres", nodes)):
            asked = self.members.get(member)
            parts = asked.text.split(",") if isinstance(asked, Deferred) else []
            counts = [part.rpartition(":")[2] for part in parts if part.startswith("gpu")]
            if counts:
                return times * sum(map(_count, counts))
        return 0

    def _min_cpus(self) -> int:
        m = self.members
        least: int = m.get("min_nodes", 1)
        most: int = m.get("max_nodes", 0)
        tasks: int = self._tasks
        if "ntasks_per_node" in m and "num_tasks" not in m and (least == most or most == 0):
            tasks = least * m["ntasks_per_node"]
        if m.get("overcommit"):
            return max(least, 1)
        if "cpus_per_task" in m:
            return tasks * int(m["cpus_per_task"])
        return 0 if m.get("min_nodes") == 0 else tasks


#: A member → the flag that it was given.
_SET_FLAGS = {"num_tasks": "JOB_NTASKS_SET", "cpus_per_task": "JOB_CPUS_SET"}


def _count(text: str) -> int:
    """What is asked for of a resource; 1 if it is no number."""
    return int(text) if text.isdecimal() and len(text) < 20 else 1


def _by_number(name: str) -> list[Any]:
    """n2 before n10."""
    parts = [(part, part.lstrip("0")) for part in re.split(r"(\d+)", name)]
    return [(0, len(number), number) if part.isdecimal() else (1, 0, part) for part, number in parts]
