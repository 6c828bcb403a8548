"""The options of sbatch: what each row of the table says of a job."""

from __future__ import annotations

from typing import Any

import pytest
from batch_reading import job, read
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.problems import Problem
from restd_inet.schema.batch.options import OPTIONS
from restd_inet.schema.kinds.values import INFINITE, MEM_PER_CPU, NO_VAL

#: Option → argument (None: without one), and what members hold then; a text: what is wrong.
CASES: dict[str, tuple[str | None, dict[str, Any] | str]] = {
    "account": ("bio", {"account": "bio"}),
    "acctg-freq": ("task=30,energy=60", {"acctg_freq": "task=30,energy=60"}),
    "array": ("1-3", {"array_inx": "1-3"}),
    "autocomplete": ("x", "sbatch submits no job with it"),
    "batch": ("fast", {"batch_features": "fast"}),
    "bb": ("x", {"burst_buffer": "x"}),
    "bbf": ("file", "is not read here"),
    "begin": ("tomorrow", {"begin_time": "parse_time(tomorrow)"}),
    "chdir": ("/tmp", {"work_dir": "/tmp"}),
    "cluster-constraint": ("a", {"cluster_features": "a"}),
    "clusters": ("one", {"clusters": "one"}),
    "cluster": ("one", {"clusters": "one"}),
    "comment": ("words", {"comment": "words"}),
    "consolidate-segments": (None, {"bitflags": frozenset({"CONSOLIDATE_SEGMENTS"})}),
    "constraint": ("a&b", {"features": "a&b"}),
    "container": ("/oci", {"container": "/oci"}),
    "container-id": ("box", {"container_id": "box"}),
    "container-type": ("kata", {"runtime": "kata"}),
    "context": ("x", {"req_context": "x"}),
    "contiguous": (None, {"contiguous": 1}),
    "core-spec": ("2", {"core_spec": 2}),
    "cores-per-socket": ("2", {"cores_per_socket": 2}),
    "cpu-freq": (
        "high",
        {"cpu_freq_max": frozenset({"CPU_FREQ_HIGH"}), "cpu_freq_gov": frozenset({"CPU_FREQ_USERSPACE"})},
    ),
    "cpus-per-gpu": ("2", {"cpus_per_tres": "tres(gpu:2)"}),
    "cpus-per-task": ("2", {"cpus_per_task": 2, "min_cpus": 2, "pn_min_cpus": 2}),
    "deadline": ("12:00", {"deadline": "parse_time(12:00)"}),
    "delay-boot": ("5", {"delay_boot": "time_seconds(5)"}),
    "dependency": ("afterok:1", {"dependency": "afterok:1"}),
    "distribution": ("cyclic", {"task_dist": frozenset({"SLURM_DIST_CYCLIC"})}),
    "error": ("e", {"std_err": "/home/fred/e"}),
    "exclude": ("n1", {"exc_nodes": "n1"}),
    "exclusive": ("user", {"shared": frozenset({"JOB_SHARED_USER"})}),
    "export": ("NONE", {}),
    "export-file": ("file", "is not read here"),
    "external": (None, "has no script"),
    "extra": ("x", {"extra": "x"}),
    "extra-node-info": ("2:*:1", {"sockets_per_node": 2, "threads_per_core": 1, "num_tasks": 2}),
    "get-user-env": (None, {}),
    "gid": ("100", {"group_id": 100}),
    "gpu-bind": ("closest", {"tres_bind": "tres_bind(gpu:closest)"}),
    "gpu-freq": ("low", {"tres_freq": "gpu:low"}),
    "gpus": ("a:1,b:2", {"tres_per_job": "tres(gpu:a:1,gpu:b:2)"}),
    "gpus-per-node": ("2", {"tres_per_node": "tres(gpu:2)"}),
    "gpus-per-socket": ("2", {"tres_per_socket": "tres(gpu:2)"}),
    "gpus-per-task": ("2", {"tres_per_task": "tres_text(gres/gpu=2)"}),
    "gres": ("gpu:1,gres:shard:2", {"tres_per_node": "tres(gpu:1,shard:2)"}),
    "gres-flags": ("disable-binding", {"bitflags": frozenset({"GRES_DISABLE_BIND"})}),
    "help": (None, {"bitflags": frozenset()}),
    "hint": ("memory_bound", {"cores_per_socket": 1, "threads_per_core": 1}),
    "hold": (None, {"priority": 0}),
    "ignore-pbs": (None, {}),
    "input": ("i", {"std_in": "/home/fred/i"}),
    "job-name": ("j", {"name": "j"}),
    "kill-on-invalid-dep": ("no", {"bitflags": frozenset({"NO_KILL_INV_DEP"})}),
    "licenses": ("a:1", {"licenses": "a:1"}),
    "mail-type": ("end,sometimes", {"mail_type": frozenset({"MAIL_JOB_END"})}),
    "mail-user": ("fred", {"mail_user": "fred"}),
    "mcs-label": ("x", {"mcs_label": "x"}),
    "mem": ("1G", {"pn_min_memory": 1024}),
    "mem-bind": (
        "map_mem:0,1",
        {"mem_bind": "0,1", "mem_bind_type": frozenset({"MEM_BIND_MAP"})},
    ),
    "mem-per-cpu": ("2K", {"pn_min_memory": MEM_PER_CPU | 1}),
    "mem-per-gpu": ("10", {"mem_per_tres": "tres(gpu:10)"}),
    "mem-update": ("20@10", {"mem_update_margin": 20, "mem_update_delay": 10}),
    "mincpus": ("3", {"pn_min_cpus": 3}),
    "network": ("ib", {"network": "ib"}),
    "nice": (None, {"nice": (1 << 31) + 100}),
    "no-kill": (None, {"kill_on_node_fail": 0}),
    "no-requeue": (None, {"requeue": 0}),
    "nodefile": ("file", "is not read here"),
    "nodelist": ("n[2-3],n1", {"req_nodes": "n1,n2,n3", "min_nodes": 3}),
    "nodes": ("2-4", {"min_nodes": 2, "max_nodes": 4}),
    "ntasks": ("3", {"num_tasks": 3, "min_cpus": 3, "bitflags": frozenset({"JOB_NTASKS_SET"})}),
    "ntasks-per-core": ("1", {"ntasks_per_core": 1}),
    "ntasks-per-gpu": ("2", {"ntasks_per_tres": 2}),
    "ntasks-per-node": ("2", {"ntasks_per_node": 2, "min_cpus": 2}),
    "ntasks-per-socket": ("2", {"ntasks_per_socket": 2}),
    "ntasks-per-tres": ("2", {"ntasks_per_tres": 2}),
    "oom-kill-step": ("0", {"oom_kill_step": 0}),
    "open-mode": ("trunc", {"open_mode": frozenset({"OPEN_MODE_TRUNCATE"})}),
    "output": ("none", {"std_out": "/dev/null"}),
    "overcommit": (None, {"overcommit": 1, "min_cpus": 1}),
    "oversubscribe": (None, {"shared": frozenset({"JOB_SHARED_OK"})}),
    "parsable": (None, {}),
    "partition": ("long", {"partition": "long"}),
    "power": ("level", {"power_flags": frozenset({"SLURM_POWER_FLAGS_LEVEL"})}),
    "prefer": ("fast", {"prefer": "fast"}),
    "priority": ("TOP", {"priority": NO_VAL[32] - 1}),
    "profile": ("task", {"profile": frozenset({"ACCT_GATHER_PROFILE_TASK"})}),
    "propagate": (None, {}),
    "qos": ("high", {"qos": "high"}),
    "quiet": (None, {}),
    "reboot": (None, {"reboot": 1}),
    "requeue": ("expedite", {"requeue": 1, "bitflags": frozenset({"EXPEDITED_REQUEUE"})}),
    "reservation": ("r", {"reservation": "r"}),
    "resources": ("r:1", {"licenses": "r:1"}),
    "resv-ports": ("3", {"resv_port_cnt": 3}),
    "runtime": ("kata", {"runtime": "kata"}),
    "segment": ("2", {"segment_size": 2}),
    "signal": (
        "B:USR1@30",
        {"warn_signal": 10, "warn_time": 30, "warn_flags": frozenset({"KILL_JOB_BATCH"})},
    ),
    "sockets-per-node": ("2", {"sockets_per_node": 2}),
    "spread-job": (None, {"bitflags": frozenset({"SPREAD_JOB"})}),
    "spread-segments": (None, {"bitflags": frozenset({"SPREAD_SEGMENTS"})}),
    "stepmgr": (None, {"bitflags": frozenset({"STEPMGR_ENABLED"})}),
    "switches": ("1@5", {"req_switch": 1, "wait4switch": "time_seconds(5)"}),
    "test-only": (None, {}),
    "thread-spec": ("2", {"core_spec": 0x8002}),
    "threads-per-core": ("2", {"threads_per_core": 2}),
    "time": ("0", {"time_limit": INFINITE[32]}),
    "time-min": ("1-0", {"time_min": "time_minutes(1-0)"}),
    "tmp": ("1G", {"pn_min_tmp_disk": 1024}),
    "tres-bind": ("gres/gpu:closest", {"tres_bind": "gres/gpu:closest"}),
    "tres-per-task": ("cpu=2", {"cpus_per_task": 2, "tres_per_task": "tres_text(cpu=2)"}),
    "uid": ("1000", {"user_id": 1000}),
    "usage": (None, {}),
    "use-min-nodes": (None, {"bitflags": frozenset({"USE_MIN_NODES"})}),
    "verbose": (None, {}),
    "version": (None, {}),
    "wait": (None, {}),
    "wait-all-nodes": ("1", {"wait_all_nodes": 1}),
    "wckey": ("w", {"wckey": "w"}),
    "wrap": ("x", {}),
}  # fmt: skip
RELEASES = {"power": "22.05", "runtime": "26.11"}


def test_every_option_has_a_case() -> None:
    assert {option.name for option in OPTIONS} == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_an_option_says_what_sbatch_takes_it_for(name: str) -> None:
    value, expected = CASES[name]
    lines = f"#SBATCH --{name}" + (f"={value}" if value is not None else "")
    release = RELEASES.get(name, "26.05")
    if isinstance(expected, str):
        with pytest.raises(Problem, match=expected) as caught:
            job(lines, release=release)
        assert (caught.value.status, caught.value.text[:8]) == (400, "line 2: ")
        return
    found = job(lines, release=release)
    assert expected == {member: found.get(member) for member in expected}


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.letter], ids=lambda o: o.name)
def test_a_letter_stands_for_its_option(option: Any) -> None:
    value, expected = CASES[option.name]
    release = RELEASES.get(option.name, "26.05")
    if isinstance(expected, str):
        return
    argument = value if value is not None and option.argument != "none" else ""
    by_name = job(f"#SBATCH --{option.name}" + (f"={value}" if value is not None else ""), release=release)
    by_letter = job(f"#SBATCH -{option.letter}{argument}", release=release)
    assert {**by_name, "script": ""} == {**by_letter, "script": ""}


@pytest.mark.parametrize(
    ("lines", "release", "text"),
    [
        (
            "#SBATCH --tres-bind=x",
            "22.05",
            "Slurm 22.05 has no --tres-bind; Slurm 23.11 or a newer one has it",
        ),
        ("#SBATCH -J a\n#SBATCH --power=level", "24.11", "Slurm 24.11 has no --power any more"),
    ],
)
def test_what_a_release_does_not_have_is_501(lines: str, release: str, text: str) -> None:
    with pytest.raises(Problem) as caught:
        job(lines, release=release)
    assert caught.value.status == 501
    assert caught.value.text == f"line {lines.count('#') + 1}: {text}"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("#SBATCH --tsk=1", 'line 2: unknown option "--tsk"'),
        ("#SBATCH --partitoin=x", 'line 2: unknown option "--partitoin"; did you mean "--partition"?'),
        ("\n#SBATCH --n=1", "line 3: --n is ambiguous: --network, --nice, --no-kill, --no-requeue, "),
        ("#SBATCH -n0", "line 2: --ntasks: 0 is out of range: expected 1 to 2147483646"),
        ("#SBATCH -n", "line 2: -n: expected an argument"),
        ("#SBATCH --hold=1", 'line 2: --hold has no argument; found "1"'),
        ("#SBATCH --mem=1\n#SBATCH --mem-per-cpu=1", "line 3: --mem and --mem-per-cpu exclude each other"),
        ("#SBATCH -S1 --thread-spec=1", "line 2: --core-spec and --thread-spec exclude each other"),
        ("#SBATCH -s --exclusive", "line 2: --exclusive and --oversubscribe exclude each other"),
        ("#SBATCH -c1 --cpus-per-gpu=1", "line 2: --cpus-per-task and --cpus-per-gpu exclude each other"),
        ("#SBATCH --ntasks-per-gpu=1 --gpus-per-task=1", "line 2: --ntasks-per-gpu and --gpus-per-task"),
        ("#SBATCH --gres=gpu:1 --gpus-per-node=1", "line 2: --gpus-per-node and --gres=gpu exclude"),
        ("#SBATCH -w ./file", "line 2: --nodelist: expected names of nodes; files are not read here"),
        ("#SBATCH -m arbitrary", "line 2: --distribution=arbitrary: expected --nodelist, too"),
        ("#SBATCH -m plane=4 -N2", "line 2: too few tasks for a plane distribution over so many nodes"),
        ("#SBATCH --cpu-freq=low-high", "line 2: --cpu-freq: expected a governor after the range"),
        ("#SBATCH --tres-per-task=mem=1", "line 2: --tres-per-task: mem cannot be asked for by task"),
        ("#SBATCH --tres-per-task=cpu=1 -c1", "line 2: --cpus-per-task and cpu of --tres-per-task"),
        ("#SBATCH --threads-per-core=1 --ntasks-per-core=2", "line 2: --ntasks-per-core (2) must not be"),
        ("#SBATCH --hint=x", "line 2: --hint: expected one of compute_bound, memory_bound, "),
        ("#SBATCH --gres-flags=disable-binding,enforce-binding", "line 2: --gres-flags: "),
        ("#SBATCH --signal=B", "line 2: --signal: expected "),
        ("#SBATCH --gres=help", "line 2: --gres: expected generic resources"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(lines: str, text: str) -> None:
    with pytest.raises(Problem) as caught:
        job(lines)
    assert caught.value.status == 400
    assert caught.value.text.startswith(text)


def test_nothing_is_a_job_of_one_task() -> None:
    found = job("")
    environment = found.pop("environment")
    assert found == {
        "name": "sbatch", "work_dir": "/home/fred", "std_in": "/dev/null", "min_cpus": 1, "contiguous": 0,
        "bitflags": frozenset(), "task_dist": frozenset({"SLURM_DIST_UNKNOWN"}), "mail_type": frozenset(),
        "kill_on_node_fail": NO_VAL[16], "segment_size": 0, "oom_kill_step": NO_VAL[16],
        "env_size": len(environment), "script": "#!/bin/sh\n\n",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "members"),
    [
        ("-N2", {"min_cpus": 2}),
        ("-N2 --ntasks-per-node=3", {"min_cpus": 6, "num_tasks": None}),
        ("-n5 --ntasks-per-node=2", {"min_nodes": 3, "min_cpus": 5}),
        ("-N4 -n2", {"min_nodes": 2, "max_nodes": 2}),
        ("-N1-4 -n2", {"min_nodes": 1, "max_nodes": 2}),
        ("-N2-", {"min_nodes": 2, "max_nodes": None}),
        ("-N-3", {"min_nodes": 1, "max_nodes": 3}),
        ("-w n1,n2 -N1", {"min_nodes": 1}),
        ("-w n1,n1 -m arbitrary", {"num_tasks": 2, "min_nodes": 1, "req_nodes": "n1,n1"}),
        ("-O -N3", {"min_cpus": 3}),
        ("--gpus-per-node=1 --gres=shard:2", {"tres_per_node": "tres(gpu:1,shard:2)"}),
        ("-c2 --gpus-per-task=a:1", {"tres_per_task": "tres_text(cpu=2,gres/gpu:a=1)"}),
        ("--gpus-per-task=2", {"tres_bind": "tres_bind(gres/gpu:per_task:2)"}),
        ("-L a --resources=b", {"licenses": "a,b"}),
        ("--hold --priority=5", {"priority": 0}),
        ("--priority=0", {"priority": None}),
    ],
)
def test_numbers_that_no_option_names_follow_from_others(lines: str, members: dict[str, Any]) -> None:
    found = job(f"#SBATCH {lines}")
    assert members == {member: found.get(member) for member in members}


@pytest.mark.parametrize(
    ("lines", "members"),
    [
        ("-N2 --ntasks-per-node=3", {"num_tasks": 6}),
        ("-w n1,n2,n3 -N1-3", {"min_nodes": 3}),
        ("-w n1,n2,n3 -n2", {"min_nodes": 2, "req_nodes": "n1,n2"}),
        ("--gpus-per-task=1", {"tres_per_task": "tres(gpu:1)", "tres_bind": None}),
        ("--mail-type=END --mail-type=FAIL", {"mail_type": frozenset({"MAIL_JOB_END", "MAIL_JOB_FAIL"})}),
        ("--cpu-freq=high", {"cpu_freq_gov": None}),
        ("-n5 --ntasks-per-node=2", {"min_nodes": None}),
        ("--mem=1", {"segment_size": None}),
    ],
)
def test_slurm_22_05_had_rules_of_its_own(lines: str, members: dict[str, Any]) -> None:
    found = job(f"#SBATCH {lines}", release="22.05")
    assert members == {member: found.get(member) for member in members}


ARGUMENTS = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="0123456789:-,=@*+kKmMgGbB./²٣ ", max_size=12),
    st.sampled_from(
        ["gpu", "gres/gpu:a=1", "cpu=2", "plane=1", "1-2", "map_mem:0", "low-high", "all", "none", "-1"]
    ),
)
GIVEN = st.lists(
    st.tuples(st.sampled_from([option.name for option in OPTIONS]), st.none() | ARGUMENTS),
    min_size=1,
    max_size=4,
)


@given(GIVEN, st.sampled_from(["22.05", "23.11", "24.11", "26.05", "26.11"]))
def test_any_options_make_a_job_or_are_wrong(options: list[tuple[str, str | None]], release: str) -> None:
    beside = [name if value is None else f"{name}={value}" for name, value in options]
    try:
        (found,) = read("#!/bin/sh\n", *beside, release=release).components
    except Problem as problem:
        assert problem.status in (400, 422, 501)
    else:
        assert all(" " not in member for member in found)
        assert found["env_size"] == len(found["environment"])


PBS = st.text(alphabet="abcdefghilmnoprstuvwxNJWq -=:+,0123456789gpusnodeselcth", max_size=60)


@given(st.sampled_from(["#PBS -l nodes=", "#PBS -l select=", "#PBS ", "#BSUB ", "#PBS -l "]), PBS)
def test_any_foreign_directive_makes_a_job_or_is_wrong(head: str, line: str) -> None:
    try:
        (found,) = read(f"#!/bin/sh\n{head}{line}\n").components
    except Problem as problem:
        assert problem.status in (400, 422, 501)
    else:
        assert found["script"]
