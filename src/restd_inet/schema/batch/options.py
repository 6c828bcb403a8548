"""The options of sbatch(1), a row each: what may stand in a script, and as a parameter beside one.

A release has the rows between `since` and `until`. Sources: sbatch(1), and common_options of Slurm.
"""

from __future__ import annotations

from restd_inet.problems import Problem
from restd_inet.schema.batch import arguments
from restd_inet.schema.batch.arguments import (
    by,
    deferred,
    file_name,
    fixed,
    flag,
    ignored,
    number,
    refused,
    text,
)
from restd_inet.schema.batch.directives import bad_line
from restd_inet.schema.batch.getopt import NONE, OPTIONAL, REQUIRED, Options, Row
from restd_inet.schema.kinds import sbatch
from restd_inet.schema.kinds.job_desc import GROUP, USER, distribution
from restd_inet.schema.kinds.values import Invalid
from restd_inet.schema.versions import NUMBERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Every release that is served.
FIRST, LAST = "22.05", "99.99"
_A_FILE = "names a file of the host where sbatch runs, which is not read here"
_NOT_HERE = "sbatch submits no job with it"
_MEM_BIND = sbatch.binding("MEM_BIND", sbatch.MEM_BIND, "mem_bind", "mem_bind_type")


class Option(Row):
    """each: whether each component of a heterogeneous job begins without it, as without a directive."""

    __slots__ = ("each", "since", "until")

    def __init__(
        self,
        names: str,
        argument: str,
        parse: arguments.Parse,
        letter: str = "",
        *,
        each: bool = False,
        since: str = FIRST,
        until: str = LAST,
    ) -> None:
        super().__init__(names, letter, argument, parse)
        self.each = each
        self.since = since
        self.until = until

    @property
    def name(self) -> str:
        return self.names[0]

    def in_release(self, release: str) -> bool:
        return _number(self.since) <= _number(release) <= _number(self.until)


def _number(release: str) -> int:
    """A release's place among all; one that is not known is the newest."""
    return NUMBERS.get(release, 1 << 16) if release != LAST else 1 << 20


def at_least(release: str, since: str) -> bool:
    """Whether a release is that one or a newer one."""
    return _number(release) >= _number(since)


OPTIONS = (
    Option("account", REQUIRED, text("account"), "A"),
    Option("acctg-freq", REQUIRED, arguments.acctg_freq),
    Option("array", REQUIRED, text("array_inx"), "a"),
    Option("autocomplete", REQUIRED, refused(_NOT_HERE), since="23.02"),
    Option("batch", REQUIRED, text("batch_features")),
    Option("bb", REQUIRED, text("burst_buffer"), each=True),
    Option("bbf", REQUIRED, refused(_A_FILE + "; --bb takes a text")),
    Option("begin", REQUIRED, deferred("begin_time", "parse_time"), "b"),
    Option("chdir", REQUIRED, text("work_dir"), "D"),
    Option("cluster-constraint", REQUIRED, text("cluster_features")),
    Option("clusters", REQUIRED, text("clusters"), "M"),
    Option("cluster", REQUIRED, text("clusters")),
    Option("comment", REQUIRED, text("comment")),
    Option("consolidate-segments", NONE, flag("CONSOLIDATE_SEGMENTS"), each=True, since="25.11"),
    Option("constraint", REQUIRED, text("features"), "C", each=True),
    Option("container", REQUIRED, text("container")),
    Option("container-id", REQUIRED, text("container_id"), since="23.02"),
    Option("container-type", REQUIRED, text("runtime"), since="26.05", until="26.05"),
    Option("runtime", REQUIRED, text("runtime"), since="26.11"),
    Option("context", REQUIRED, text("req_context")),
    Option("contiguous", NONE, fixed(contiguous=1), each=True),
    Option("core-spec", REQUIRED, arguments.core_spec, "S", each=True),
    Option("cores-per-socket", REQUIRED, number("cores_per_socket"), each=True),
    Option("cpu-freq", REQUIRED, by(sbatch.cpu_frequency), each=True),
    Option("cpus-per-gpu", REQUIRED, arguments.cpus_per_gpu, each=True),
    Option("cpus-per-task", REQUIRED, number("cpus_per_task"), "c", each=True),
    Option("deadline", REQUIRED, deferred("deadline", "parse_time")),
    Option("delay-boot", REQUIRED, deferred("delay_boot", "time_seconds")),
    Option("dependency", REQUIRED, text("dependency"), "d"),
    Option("distribution", REQUIRED, by(distribution), "m", each=True),
    Option("error", REQUIRED, file_name("std_err"), "e"),
    Option("exclude", REQUIRED, text("exc_nodes"), "x"),
    Option("exclusive", OPTIONAL, arguments.exclusive, each=True),
    Option("export", REQUIRED, text("export")),
    Option("export-file", REQUIRED, refused(_A_FILE + "; send its variables as the part environment")),
    Option("external", NONE, refused("an external job has no script"), since="25.05"),
    Option("extra", REQUIRED, text("extra"), since="23.02"),
    Option("extra-node-info", REQUIRED, arguments.extra_node_info, "B", each=True),
    Option("get-user-env", OPTIONAL, fixed(get_user_env=True)),
    Option("gid", REQUIRED, arguments.owner("group_id", GROUP)),
    Option("gpu-bind", REQUIRED, arguments.gpu_bind, each=True),
    Option("gpu-freq", REQUIRED, arguments.gpu_freq, each=True),
    Option("gpus", REQUIRED, arguments.gpus("tres_per_job", "SLURM_GPUS"), "G", each=True),
    Option("gpus-per-node", REQUIRED, arguments.gpus("tres_per_node", "SLURM_GPUS_PER_NODE"), each=True),
    Option(
        "gpus-per-socket", REQUIRED, arguments.gpus("tres_per_socket", "SLURM_GPUS_PER_SOCKET"), each=True
    ),
    Option("gpus-per-task", REQUIRED, text("gpus_per_task"), each=True),
    Option("gres", REQUIRED, arguments.gres, each=True),
    Option("gres-flags", REQUIRED, arguments.gres_flags, each=True),
    Option("help", NONE, ignored, "h"),
    Option("hint", REQUIRED, text("hint"), each=True),
    Option("hold", NONE, fixed(hold=True), "H"),
    Option("ignore-pbs", NONE, ignored),
    Option("input", REQUIRED, file_name("std_in"), "i"),
    Option("job-name", REQUIRED, text("name"), "J"),
    Option("kill-on-invalid-dep", REQUIRED, arguments.kill_on_invalid_dep),
    Option("licenses", REQUIRED, text("licenses"), "L", each=True),
    Option("mail-type", REQUIRED, arguments.mail_type, each=True),
    Option("mail-user", REQUIRED, text("mail_user"), each=True),
    Option("mcs-label", REQUIRED, text("mcs_label")),
    Option("mem", REQUIRED, by(sbatch.memory_per_node)),
    Option("mem-bind", REQUIRED, by(_MEM_BIND), each=True),
    Option("mem-per-cpu", REQUIRED, by(sbatch.memory_per_cpu), each=True),
    Option("mem-per-gpu", REQUIRED, arguments.mem_per_gpu, each=True),
    Option("mem-update", REQUIRED, arguments.mem_update, since="26.05"),
    Option("mincpus", REQUIRED, number("pn_min_cpus"), each=True),
    Option("network", REQUIRED, text("network"), each=True),
    Option("nice", OPTIONAL, arguments.nice),
    Option("no-kill", OPTIONAL, arguments.no_kill, "k"),
    Option("no-requeue", NONE, fixed(requeue=0)),
    Option("nodefile", REQUIRED, refused(_A_FILE + "; --nodelist takes the names"), "F", each=True),
    Option("nodelist", REQUIRED, text("req_nodes"), "w", each=True),
    Option("nodes", REQUIRED, arguments.nodes, "N", each=True),
    Option("ntasks", REQUIRED, number("num_tasks"), "n", each=True),
    Option("ntasks-per-core", REQUIRED, number("ntasks_per_core"), each=True),
    Option("ntasks-per-gpu", REQUIRED, number("ntasks_per_gpu"), each=True),
    Option("ntasks-per-node tasks-per-node", REQUIRED, number("ntasks_per_node"), each=True),
    Option("ntasks-per-socket", REQUIRED, number("ntasks_per_socket"), each=True),
    Option("ntasks-per-tres", REQUIRED, number("ntasks_per_tres"), each=True),
    Option("oom-kill-step", OPTIONAL, arguments.oom_kill_step, since="24.11"),
    Option("open-mode", REQUIRED, arguments.open_mode),
    Option("output", REQUIRED, file_name("std_out"), "o"),
    Option("overcommit", NONE, fixed(overcommit=1), "O", each=True),
    Option("oversubscribe", NONE, by(lambda _: {"shared": sbatch.SHARED["oversubscribe"]}), "s", each=True),
    Option("parsable", NONE, ignored),
    Option("partition", REQUIRED, text("partition"), "p", each=True),
    Option("power", REQUIRED, arguments.power, each=True, until="23.11"),
    Option("prefer", REQUIRED, text("prefer")),
    Option("priority", REQUIRED, arguments.priority),
    Option("profile", REQUIRED, arguments.profile),
    Option("propagate", OPTIONAL, lambda value: {"propagate": value or "ALL"}),
    Option("qos", REQUIRED, text("qos"), "q"),
    Option("quiet", NONE, ignored, "Q"),
    Option("reboot", NONE, fixed(reboot=1)),
    Option("requeue", OPTIONAL, arguments.requeue),
    Option("reservation", REQUIRED, text("reservation")),
    Option("resources", REQUIRED, text("resources"), each=True, since="26.05"),
    Option("resv-ports", OPTIONAL, arguments.resv_ports, each=True, since="24.05"),
    Option("segment", REQUIRED, number("segment_size", 0, 0xFFFD), each=True, since="24.05"),
    Option("signal", REQUIRED, arguments.signal),
    Option("sockets-per-node", REQUIRED, number("sockets_per_node"), each=True),
    Option("spread-job", NONE, flag("SPREAD_JOB"), each=True),
    Option("spread-segments", NONE, flag("SPREAD_SEGMENTS"), each=True, since="25.11"),
    Option("stepmgr", NONE, flag("STEPMGR_ENABLED"), since="24.05"),
    Option("switches", REQUIRED, arguments.switches, each=True),
    Option("test-only", NONE, fixed(test_only=True)),
    Option("thread-spec", REQUIRED, arguments.thread_spec, each=True),
    Option("threads-per-core", REQUIRED, number("threads_per_core"), each=True),
    Option("time", REQUIRED, arguments.time("time_limit"), "t"),
    Option("time-min", REQUIRED, arguments.time("time_min")),
    Option("tmp", REQUIRED, arguments.tmp, each=True),
    Option("tres-bind", REQUIRED, arguments.tres_bind, each=True, since="23.11"),
    Option("tres-per-task", REQUIRED, text("tres_per_task"), each=True, since="23.02"),
    Option("uid", REQUIRED, arguments.owner("user_id", USER)),
    Option("usage", NONE, ignored),
    Option("use-min-nodes", NONE, flag("USE_MIN_NODES"), each=True),
    Option("verbose", NONE, ignored, "v"),
    Option("version", NONE, ignored, "V"),
    Option("wait", NONE, ignored, "W"),
    Option("wait-all-nodes", REQUIRED, arguments.wait_all_nodes),
    Option("wckey", REQUIRED, text("wckey")),
    Option("wrap", REQUIRED, ignored),
)
#: What a directive of another system can say, and sbatch's own cannot.
UMASK = Option("umask", REQUIRED, arguments.umask, each=True)


class Table(Options):
    """The options of a release."""

    def __init__(self, release: str) -> None:
        super().__init__([option for option in OPTIONS if option.in_release(release)])
        self.release = release
        self._others = {name: option for option in OPTIONS for name in option.names}

    def unknown(self, flag: str, line: int) -> Problem:
        other = self._others.get(flag.lstrip("-"))
        if other is None:
            return super().unknown(flag, line)
        if at_least(self.release, other.since):
            return bad_line(line, f"Slurm {self.release} has no {flag} any more", 501)
        return bad_line(
            line, f"Slurm {self.release} has no {flag}; Slurm {other.since} or a newer one has it", 501
        )


_TABLES: dict[str, Table] = {}


def table(release: str) -> Table:
    if release not in _TABLES:
        _TABLES[release] = Table(release)
    return _TABLES[release]


def parse(option: Option, value: str | None, line: int) -> dict[str, Any]:
    """What an option says. Raises Problem 400."""
    try:
        found: dict[str, Any] = option.parse(value or None if option.argument == OPTIONAL else value)
    except Invalid as error:
        raise bad_line(line, f"--{option.name}: {error}") from None
    return found
