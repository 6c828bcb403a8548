"""libslurm, and nothing else of the project touches it: load, check, own, free.

Every call is listed in CALLS with its source. What a call gives is owned by a handle that frees it
with the matching function; a failed call is a SlurmError. Strings are UTF-8 with surrogateescape.

libslurm prints to descriptor 2 and, when something is fatal to it (no slurm.conf, a plugin that does
not load), calls exit(). So while it is loaded descriptor 2 is a file of ours whose lines go to the
log, and whoever serves a request sets `last_words`, which is called before the process ends that way.
"""

from __future__ import annotations

import os
import pwd
from _thread import allocate_lock, start_new_thread

from restd_inet import load, log
from restd_inet.problems import STATUS_OF_ERROR, Problem, path_text
from restd_inet.schema.fields import INFINITE, NO_VAL, Library, clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from restd_inet.settings import Settings

#: What is called, and where it is described.
CALLS = {
    "slurm_get_statistics": "slurm.h: diagnostics, as sdiag(1)",
    "slurm_ping": "slurm.h: 0 if the slurmctld of that index answers",
    "slurm_load_jobs": "slurm_load_jobs(3)",
    "slurm_load_job": "slurm_load_job(3)",
    "slurm_load_node": "slurm_load_node(3)",
    "slurm_load_node_single": "slurm.h: one node by name",
    "slurm_load_partitions": "slurm_load_partitions(3)",
    "slurm_load_ctl_conf": "slurm_load_ctl_conf(3)",
    "slurm_submit_batch_job": "slurm_submit_batch_job(3)",
    "slurm_submit_batch_het_job": "slurm.h: a heterogeneous job, as sbatch(1) submits it",
    "slurm_update_job2": "slurm_update_job(3); slurm.h for the answer of each array task",
    "slurm_kill_job2": "slurm_kill_job(3); slurm.h for ids such as 123_4 and 123+1",
}


class SlurmError(Problem):
    """A call that failed. number: Slurm's or the system's errno; text: Slurm's own; source: the call."""


class Ping:
    """How one slurmctld answered. status: 0, or the error number of slurm_ping."""

    __slots__ = ("hostname", "mode", "ping", "status")

    def __init__(self, hostname: str, index: int, controllers: int, status: int) -> None:
        self.hostname = hostname
        self.status = status
        self.ping = "DOWN" if status else "UP"
        self.mode = "primary" if index == 0 else "backup" if controllers == 2 else f"backup{index}"


class Records:
    """Structs of one message, which lives as long as this does."""

    __slots__ = ("_array", "_indexes", "_message")

    def __init__(self, message: Any, array: Any, indexes: Sequence[int] | None = None) -> None:
        self._message = message
        self._array = array
        self._indexes = range(message.record_count) if indexes is None else indexes

    def __len__(self) -> int:
        return len(self._indexes)

    def __iter__(self) -> Iterator[Any]:
        return map(self._array.__getitem__, self._indexes)

    def select(self, wanted: Callable[[Any], bool]) -> Records:
        """Those of them that are wanted."""
        array = self._array
        return Records(self._message, array, [index for index in self._indexes if wanted(array[index])])


class Slurm:
    """The loaded library. There is one in a process: see `connect`."""

    def __init__(self, settings: Settings) -> None:
        bound = load.bindings()
        self.ffi, self.lib = bound.ffi, bound.lib
        self.string = self.ffi.string
        self.last_words: Callable[[int, str], None] | None = None
        self._timeout = settings.request_timeout
        self._printed = _capture_stderr()
        self.ffi.def_extern("compat_on_exit")(self._exiting)
        if settings.conf:
            os.environ["SLURM_CONF"] = settings.conf
        self._guarded(self.lib.slurm_init, self.ffi.NULL)
        if settings.slurm_timeout:
            self.lib.compat_set_msg_timeout(min(max(round(settings.slurm_timeout), 1), 0xFFFF))

    # What record tables ask (schema.fields.Binding).

    def constant(self, name: str) -> int | None:
        value: int | None = getattr(self.lib, name, None)
        return value

    def members(self, struct: str) -> frozenset[str]:
        return frozenset(name for name, _ in self.ffi.typeof(struct).fields)

    def text(self, pointer: Any) -> str | None:
        return self.string(pointer).decode("utf-8", "surrogateescape") if pointer else None

    def function(self, name: str) -> Callable[[Any], Any]:
        found: Callable[[Any], Any] = getattr(self, "_" + name)
        return found

    # Calls.

    def statistics(self) -> Any:
        """stats_info_response_msg_t."""
        request = self.ffi.new("stats_info_request_msg_t *", {"command_id": self.lib.STAT_COMMAND_GET})
        return self._load("slurm_get_statistics", "stats_info_response_msg_t", "slurm_free_stats_response_msg", (), request)

    def ping(self) -> list[Ping]:
        """Every slurmctld of slurm.conf, in its order."""
        conf = self.lib.compat_conf()
        names = [self.text(conf.control_machine[i]) or "" for i in range(conf.control_cnt)]
        return [
            Ping(name, index, len(names), self._guarded(self.lib.slurm_ping, index) and self.ffi.errno)
            for index, name in enumerate(names)
        ]

    def jobs(self, update_time: int) -> Records:
        """slurm_job_info_t of every job that the user may see; SlurmError 304 if none changed."""
        flags = self.lib.SHOW_ALL | self.lib.SHOW_DETAIL
        message = self._load("slurm_load_jobs", "job_info_msg_t", "slurm_free_job_info_msg", (update_time,), flags)
        return Records(message, message.job_array)

    def job(self, job_id: int) -> Records:
        """slurm_job_info_t of a job; of each task or component, for an array or a het job."""
        flags = self.lib.SHOW_ALL | self.lib.SHOW_DETAIL
        message = self._load("slurm_load_job", "job_info_msg_t", "slurm_free_job_info_msg", (), job_id, flags)
        return Records(message, message.job_array)

    def nodes(self, update_time: int) -> Records:
        """node_info_t of every node."""
        message = self._load("slurm_load_node", "node_info_msg_t", "slurm_free_node_info_msg", (update_time,), self._node_flags())
        return Records(message, message.node_array).select(lambda node: bool(node.name))

    def node(self, name: str) -> Records:
        """node_info_t of one node."""
        encoded = self.ffi.new("char[]", name.encode())
        message = self._load("slurm_load_node_single", "node_info_msg_t", "slurm_free_node_info_msg", (), encoded, self._node_flags())
        return Records(message, message.node_array).select(lambda node: bool(node.name))

    def _node_flags(self) -> int:
        flags: int = self.lib.SHOW_ALL | self.lib.SHOW_DETAIL | self.lib.SHOW_MIXED
        return flags

    def partitions(self, update_time: int) -> Records:
        """partition_info_t of every partition."""
        message = self._load("slurm_load_partitions", "partition_info_msg_t", "slurm_free_partition_info_msg", (update_time,), self.lib.SHOW_ALL)
        return Records(message, message.partition_array)

    def slurm_user_id(self) -> int:
        """The uid of SlurmUser, as slurmctld runs."""
        conf = self._load("slurm_load_ctl_conf", "slurm_conf_t", "slurm_free_ctl_conf", (0,))
        uid: int = conf.slurm_user_id
        return uid

    def submit(self, components: list[dict[str, Any]]) -> Any:
        """submit_response_msg_t of a new batch job; several components make a heterogeneous job.

        components: what job_desc_msg_t's members are to hold, each (schema.convert.parse).
        """
        filled = [self._job_desc(members) for members in components]
        if len(filled) == 1:
            name, jobs = "slurm_submit_batch_job", filled[0].struct
        else:
            name = "slurm_submit_batch_het_job"
            jobs = self.ffi.gc(self.lib.slurm_list_create(self.ffi.NULL), self.lib.slurm_list_destroy)
            for desc in filled:
                self.lib.slurm_list_append(jobs, desc.struct)
        out = self.ffi.new("submit_response_msg_t **")
        self._check(name, self._guarded(getattr(self.lib, name), jobs, out))
        return self.ffi.gc(out[0], self.lib.slurm_free_submit_response_response_msg)

    def update(self, job_id: str, members: dict[str, Any]) -> None:
        """Changes a job, or an array's tasks; what `members` does not name stays as it is."""
        desc = self._job_desc(members)
        desc.struct.job_id_str = desc.chars(job_id)
        out = self.ffi.new("job_array_resp_msg_t **")
        self._check("slurm_update_job2", self._guarded(self.lib.slurm_update_job2, desc.struct, out))
        answers = self.ffi.gc(out[0], self.lib.slurm_free_job_array_resp) if out[0] else None
        for index in range(answers.job_array_count if answers else 0):
            if answers.error_code[index]:
                tasks = self.text(answers.job_array_id[index]) or job_id
                error = self.error("slurm_update_job2", answers.error_code[index])
                error.text = f"{tasks}: {error.text}"
                raise error

    def kill(self, job_id: str, signal: int) -> None:
        """Sends a signal to all of a job; SIGKILL cancels it. job_id: also 123_4, 123_[1-3], 123+1."""
        encoded = self.ffi.new("char[]", job_id.encode())
        rc = self._guarded(self.lib.slurm_kill_job2, encoded, signal, self.lib.KILL_FULL_JOB, self.ffi.NULL)
        self._check("slurm_kill_job2", rc)

    def error(self, call: str, number: int) -> SlurmError:
        """The SlurmError of an error number."""
        text = self.text(self.lib.slurm_strerror(number)) or f"error {number}"
        names = {self.constant(name): status for name, status in STATUS_OF_ERROR.items()}
        status = names.get(number) or (503 if number in _NO_CONNECTION else 504 if number == 110 else 422)
        return SlurmError(status, text, number=number, source=call)

    # How calls are made.

    def _load(self, call: str, struct: str, free: str, before: tuple[Any, ...], *after: Any) -> Any:
        """Calls a function that fills a pointer; `before` and `after` are its arguments beside that one."""
        out = self.ffi.new(f"{struct} **")
        # The pointer comes first, but for those that take update_time before it.
        arguments = (*before, out, *after) if before or call == "slurm_get_statistics" else (out, *after)
        self._check(call, self._guarded(getattr(self.lib, call), *arguments))
        if not out[0]:
            raise SlurmError(502, f"{call} gave no answer", source=call)
        return self.ffi.gc(out[0], getattr(self.lib, free))

    def _check(self, call: str, rc: int) -> None:
        if rc:
            raise self.error(call, rc if rc > 0 else self.ffi.errno)

    def _guarded(self, function: Callable[..., int], *arguments: Any) -> int:
        """Calls libslurm so that neither its exit() nor a wait without end leaves a request unanswered."""
        returned = allocate_lock()
        returned.acquire()
        start_new_thread(self._watch, (returned,))
        self.lib.compat_arm_exit()
        try:
            return function(*arguments)
        finally:
            # errno of the call is kept by cffi: these calls do not change it.
            self.lib.compat_disarm_exit()
            returned.release()
            self._log_printed()

    def _watch(self, returned: Any) -> None:
        if not returned.acquire(timeout=self._timeout):
            text = f"slurmctld did not answer within {self._timeout:g} s (--request-timeout)"
            self._end(504, text)

    def _exiting(self) -> None:
        """exit() was called within libslurm: what it printed last says why."""
        said = self._log_printed()
        reason = said[-1].partition("fatal: ")[2] or said[-1] if said else "no reason given"
        self._end(503, f"libslurm cannot work: {reason}")

    def _end(self, status: int, text: str) -> None:
        if self.last_words:
            self.last_words(status, text)
        os._exit(1)

    def _log_printed(self) -> list[str]:
        """Logs what libslurm printed since the last time."""
        size = os.lseek(self._printed, 0, os.SEEK_CUR)
        if not size:
            return []
        lines = os.pread(self._printed, size, 0).decode("utf-8", "replace").splitlines()
        os.ftruncate(self._printed, 0)
        os.lseek(self._printed, 0, os.SEEK_SET)
        for line in lines:
            log.write(log.INFO, line)
        return lines

    def _job_desc(self, members: Mapping[str, Any]) -> JobDesc:
        return JobDesc(self, members)

    # LOOKUPS: what the tables' Name and Computed kinds ask for.

    def _user_name(self, uid: int) -> str | None:
        try:
            return pwd.getpwuid(uid).pw_name
        except (KeyError, OverflowError):
            return None

    def _job_state(self, state: int) -> str | None:
        return self.text(self.lib.slurm_job_state_string(state))

    def _job_reason(self, reason: int) -> str | None:
        return self.text(self.lib.slurm_job_reason_string(reason))

    def _indexes(self, pointer: Any) -> list[int] | None:
        """A list of node indexes that ends in -1."""
        if not pointer:
            return None
        numbers = []
        while (number := pointer[len(numbers)]) != -1:
            numbers.append(number)
        return numbers

    def _parse_time(self, value: Library) -> int:
        """A time in any form of sbatch's --begin, as seconds since the epoch."""
        seconds: int = self.lib.slurm_parse_time(self.ffi.new("char[]", value.text.encode()), 0)
        if not seconds:
            raise _not_taken(value, "a time, such as 2030-01-31T12:00:00, now+1hour or seconds since 1970")
        return seconds

    def _time_minutes(self, value: Library) -> int:
        """Minutes of a text such as 90 or 1-12:30:00."""
        minutes: int = self.lib.slurm_time_str2mins(value.text.encode())
        if not 0 <= minutes < NO_VAL[32]:
            raise _not_taken(value, "minutes, or [days-]hours:minutes:seconds")
        return minutes or INFINITE[32]

    def _time_seconds(self, value: Library) -> int:
        """Seconds of a text of minutes, as above."""
        seconds: int = self.lib.slurm_time_str2secs(value.text.encode())
        if not 0 <= seconds < NO_VAL[32]:
            raise _not_taken(value, "minutes, or [days-]hours:minutes:seconds")
        return seconds

    def _tres(self, value: Library) -> str:
        """A list of GRES, as this release writes them in TRES members."""
        return ",".join(f"gres:{part}" for part in value.text.split(","))

    def _gres_detail(self, job: Any) -> list[str]:
        return [self.text(job.gres_detail_str[i]) or "" for i in range(job.gres_detail_cnt)]

    def _job_resources(self, pointer: Any) -> dict[str, Any]:
        """The allocation as up to v0.0.37: hosts by index, their sockets and cores as maps."""
        if not pointer:
            return {}
        lib, hosts = self.lib, self.lib.compat_job_resources_count(pointer)
        nodes: dict[str, Any] = {}
        record = {
            "nodes": self.text(lib.compat_job_resources_nodes(pointer)) or "",
            "allocated_cpus": lib.compat_job_resources_ncpus(pointer),
            "allocated_hosts": hosts,
            "allocated_nodes": nodes,
        }
        node = self.ffi.new("compat_node_alloc_t *")
        for index in range(hosts):
            if lib.compat_job_resources_node(pointer, index, node):
                continue
            sockets: dict[str, str] = {}
            cores: dict[str, str] = {}
            for socket in range(node.sockets):
                for core in range(node.cores_per_socket):
                    use = lib.compat_job_resources_core(pointer, index, socket, core)
                    if use:
                        sockets[str(socket)] = cores[str(core)] = "assigned" if use == 2 else "unassigned"
            nodes[str(index)] = {"sockets": sockets, "cores": cores, "memory": node.memory, "cpus": node.cpus}
        return record


class JobDesc:
    """A job_desc_msg_t and all that it points to. What is not filled is what slurmctld takes for unset."""

    def __init__(self, slurm: Slurm, members: Mapping[str, Any]) -> None:
        self._slurm = slurm
        self._kept: list[Any] = []
        self.struct = slurm.ffi.new("job_desc_msg_t *")
        slurm.lib.slurm_init_job_desc_msg(self.struct)
        for member, value in members.items():
            setattr(self.struct, member, self._content(value))

    def chars(self, text: str) -> Any:
        """A char pointer that lives as long as this."""
        self._kept.append(self._slurm.ffi.new("char[]", text.encode("utf-8", "surrogateescape")))
        return self._kept[-1]

    def _content(self, value: Any) -> Any:
        if isinstance(value, Library):
            return self._content(self._slurm.function(value.name)(value))
        if isinstance(value, str):
            return self.chars(value)
        if isinstance(value, list):
            pointers = [self.chars(text) for text in value]
            self._kept.append(self._slurm.ffi.new("char *[]", [*pointers, self._slurm.ffi.NULL]))
            return self._kept[-1]
        if isinstance(value, frozenset):
            return self._bits(value)
        return value

    def _bits(self, names: frozenset[str]) -> int:
        bits = 0
        for name in names:
            number = self._slurm.constant(name)
            if number is None:
                raise Problem(501, f"this release of Slurm has no {name}")
            bits |= number
        return bits


#: ECONNREFUSED, ENOENT (of a munge socket), EHOSTUNREACH, ENETUNREACH.
_NO_CONNECTION = (111, 2, 113, 101)



def _not_taken(value: Library, expected: str) -> Problem:
    text = f'{path_text(value.path)}: expected {expected}; found "{clip(value.text)}"'
    return Problem(400, text, path=value.path)


_slurm: Slurm | None = None


def connect(settings: Settings) -> Slurm:
    """The library, loaded and initialised once in a process."""
    global _slurm
    if _slurm is None:
        _slurm = Slurm(settings)
    return _slurm


def _capture_stderr() -> int:
    """Points descriptor 2, on which libslurm prints, at a file in memory; the log keeps the old one."""
    if log.descriptor == 2:
        log.descriptor = os.dup(2)
    file = os.memfd_create("libslurm")
    os.dup2(file, 2, inheritable=False)
    return file


