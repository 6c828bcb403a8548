"""Which lines of a script are directives, and what sbatch makes of their words, of PBS's and of LSF's."""

from __future__ import annotations

from typing import Any

import pytest
from batch_reading import job, read, variables
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.problems import Problem
from restd_inet.schema.batch.directives import components, words
from restd_inet.schema.batch.environment import tokens


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("", "the script is empty"),
        (" \n\t", "the script is empty"),
        ("hostname\n", 'line 1: expected #! and the path of an interpreter'),
        ("\n#!/bin/sh\n", "line 1: expected #!"),
        ("#!/bin/sh\necho\0\n", "line 2: a script cannot have NUL characters"),
        ("#!/bin/sh\necho\r\n", "line 2: the line ends with CR LF"),
    ],
)  # fmt: skip
def test_what_is_no_script_is_400(script: str, text: str) -> None:
    with pytest.raises(Problem) as caught:
        read(script)
    assert caught.value.status == 400
    assert caught.value.text.startswith(text)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (" -n2\t--time=1 ", ["-n2", "--time=1"]),
        ("'a b' \"c d\"e", ["a b", "c de"]),
        (r"a\"b \#c \\d", ['a"b', "#c", "\\d"]),
        ("a#b c", ["a"]),
        ("# a", []),
        ("a # b", ["a"]),
        ("\"a'b\" 'c\"d'", ["a'b", 'c"d']),
        (r'"a\"b"', ['a"b']),
        ("a '' b", ["a"]),
        ("a hetjob b", ["a"]),
        ("a hetjobs b", ["a", "hetjobs", "b"]),
        ("a\\", ["a"]),
        ("a:b", ["a:b"]),
        ("ä\udcff", ["ä\udcff"]),
    ],
)
def test_words_are_those_of_sbatch(line: str, found: list[str]) -> None:
    assert list(words(line, 1, keep_spaces=True)) == found


def test_an_escaped_space_is_part_of_a_word_from_24_05_on() -> None:
    assert list(words(r"a\ b", 1, keep_spaces=True)) == ["a b"]
    assert list(words(r"a\ b", 1, keep_spaces=False)) == ["a", "b"]


@given(st.text(alphabet="ab \t'\"\\#:-=\v\f\r\udcffé", max_size=40), st.booleans())
def test_any_line_has_words_or_is_wrong(line: str, keep_spaces: bool) -> None:
    try:
        found = list(words(line, 7, keep_spaces))
    except Problem as problem:
        assert problem.status == 400
        assert problem.text.startswith("line 7: ")
    else:
        assert all(found)
        assert sum(map(len, found)) <= len(line)


@given(st.text(max_size=200).map("#!/bin/sh\n#SBATCH {}".format))
def test_any_script_is_a_job_or_is_wrong(script: str) -> None:
    try:
        found = read(script).components
    except Problem as problem:
        assert problem.status in (400, 501)
    else:
        assert found[0]["script"] == script
        assert found[0]["environment"]


def test_directives_end_at_the_first_command() -> None:
    text = "#!/bin/sh\n\n# x\n#SBATCH a\n #SBATCH b\n#SLURM c\n\t\necho\n#SBATCH d\n"
    assert components(text, True) == [[("a", 4), ("c", 6)]]


def test_components_begin_with_hetjob() -> None:
    text = "#!/bin/sh\n#SBATCH a\n#SBATCH hetjob b\n#SBATCH c\n#SBATCH\tPackJob\n"
    assert components(text, True) == [[("a", 2)], [("c", 4)], []]


def test_a_component_keeps_what_sbatch_does_not_reset() -> None:
    text = "#!/bin/sh\n#SBATCH -t5 -n4 -p long -J a\n#SBATCH hetjob\n#SBATCH -n1\n"
    first, second = read(text).components
    assert [each["num_tasks"] for each in (first, second)] == [4, 1]
    assert [each["time_limit"] for each in (first, second)] == [5, 5]
    assert [each.get("partition") for each in (first, second)] == ["long", None]
    assert second["name"] == "a"
    assert "script" not in second
    assert {"SLURM_NTASKS_HET_GROUP_0=4", "SLURM_NTASKS_HET_GROUP_1=1"} <= {*first["environment"]}


@pytest.mark.parametrize(
    ("line", "most"), [("#SBATCH -H", 10_000), ("#PBS -h", 10_000), ("#SBATCH hetjob", 127)]
)
def test_directives_have_limits(line: str, most: int) -> None:
    with pytest.raises(Problem, match=f"line {most + 2}: expected at most "):
        read("#!/bin/sh\n" + f"{line}\n" * (most + 1))


@pytest.mark.parametrize(
    ("lines", "members"),
    [
        ("#PBS -N a -A b -e e -o o -q long -h", {"name": "a", "account": "b", "priority": 0}),
        ("#PBS -a 12:00 -J 1-2 -p 5", {"begin_time": "parse_time(12:00)", "array_inx": "1-2"}),
        ("#PBS -l walltime=1:00:00,mem=2gb", {"time_limit": "time_minutes(1:00:00)", "pn_min_memory": 2048}),
        ("#PBS -l nodes=2:ppn=4+1:ppn=1", {"min_nodes": 3, "num_tasks": 15}),
        ("#PBS -l nodes=n1+n2:gpus=2", {"req_nodes": "n1,n2", "tres_per_node": "tres(gpu:2)"}),
        ("#PBS -l select=2:ncpus=8:mpiprocs=4", {"min_nodes": 2, "pn_min_cpus": 8, "cpus_per_task": 2}),
        ("#PBS -l naccelerators=3 -l proc=a,proc=b", {"tres_per_node": "tres(gpu:3)", "features": "b,a"}),
        ("#PBS -l pmem=1gb,host=x,vmem=1,arch=y,nice=7", {"nice": (1 << 31) + 7, "pn_min_memory": None}),
        ("#PBS -m ab", {"mail_type": frozenset({"MAIL_JOB_BEGIN", "MAIL_JOB_FAIL"})}),
        ("#PBS -m n", {"mail_type": frozenset()}),
        ("#PBS -W depend=afterok:1 -W x=y -z -V -I -j oe -k n -r y -S /bin/sh -u x -c n -C /x -M f",
         {"dependency": "afterok:1", "mail_user": "f", "work_dir": "/home/fred"}),
        ("#PBS -d /tmp", {"work_dir": "/tmp"}),
        ("#BSUB -J a -q long -e e -o o -W 5 -cwd /tmp", {"name": "a", "time_limit": 5, "work_dir": "/tmp"}),
        ("#BSUB -n 2,4 -M 2048 -m 'n1 n2' -x", {"num_tasks": 4, "req_nodes": "n1,n2"}),
        ("#BSUB -M 1GB", {"pn_min_memory": (1 << 63) | 1024}),
        ("#PBS -N a\n#BSUB -J b", {"name": "b"}),
        ("#SBATCH -J a\necho\n#PBS -N b", {"name": "b"}),
        ("#SBATCH --ignore-pbs\n#PBS -N b", {"name": "sbatch"}),
        ("#SBATCH --ignore-pbs\n#PBS -N it's", {"name": "sbatch"}),
        ("x\n" * 101 + "#PBS -N b", {"name": "sbatch"}),
    ],
)  # fmt: skip
def test_directives_of_pbs_and_lsf_are_read_as_sbatch_reads_them(lines: str, members: dict[str, Any]) -> None:
    found = job(lines)
    assert members == {member: found.get(member) for member in members}


@pytest.mark.parametrize(
    ("lines", "release", "text"),
    [
        ("#PBS -Y", "26.05", 'line 2: unknown option "-Y"'),
        ("#PBS -d /tmp", "22.05", 'line 2: unknown option "-d" of #PBS'),
        ("#PBS name", "26.05", "line 2: expected an option, such as --time=10; found"),
        ("#PBS -m x", "26.05", "line 2: --mail-type: expected one of"),
        ("#PBS -W umask=999", "26.05", "line 2: --umask: expected a file mode creation mask"),
        ("#BSUB -n 1,", "26.05", "line 2: #BSUB -n: expected min,max"),
        ("#BSUB -R x", "26.05", 'line 2: unknown option "-R"'),
    ],
)
def test_what_is_wrong_there_is_said_too(lines: str, release: str, text: str) -> None:
    with pytest.raises(Problem) as caught:
        job(lines, release=release)
    assert caught.value.text.startswith(text)


# What is given beside a script.


def test_options_beside_a_script_go_over_it() -> None:
    found = job("#SBATCH -J a -n2 --hold\n#PBS -N b", "job-name=c", "hold=no", "requeue", "time=7")
    assert (found["name"], found["num_tasks"], found["requeue"], found["time_limit"]) == ("c", 2, 1, 7)
    assert "priority" not in found


def test_options_beside_a_script_go_over_each_component() -> None:
    text = "#!/bin/sh\n#SBATCH -p a\n#SBATCH hetjob\n#SBATCH -n2\n"
    assert [each["partition"] for each in read(text, "partition=b").components] == ["b", "b"]


@pytest.mark.parametrize(
    ("beside", "text"),
    [
        ("tim=1", 'unknown option "--tim"; did you mean "--time"?'),
        ("time", "time: expected a value, as in time=…; found the name alone"),
        ("hold=maybe", 'hold: expected true or false, or no value; found "maybe"'),
        ("time=x y", None),
        ("wrap=hostname", "wrap: a script is there"),
        ("ntasks=0", "--ntasks: 0 is out of range"),
    ],
)
def test_what_is_wrong_beside_a_script_has_no_line(beside: str, text: str | None) -> None:
    if text is None:
        assert job("", beside)["time_limit"] == "time_minutes(x y)"
        return
    with pytest.raises(Problem) as caught:
        job("", beside)
    assert caught.value.text.startswith(text)


def test_only_a_test_is_told() -> None:
    assert read("#!/bin/sh\n#SBATCH --test-only\n").test_only
    assert read("#!/bin/sh\n", "test-only").test_only
    assert not read("#!/bin/sh\n#SBATCH --test-only\n", "test-only=0").test_only


def test_a_file_name_is_the_name_of_the_job() -> None:
    found = job("", argv=["/home/fred/job.sh", "a"])
    assert (found["name"], found["argv"], found["argc"]) == ("job.sh", ["/home/fred/job.sh", "a"], 2)
    assert job("#SBATCH -J b", argv=["job.sh"])["name"] == "b"


def test_files_are_in_the_directory_of_the_job() -> None:
    found = job("#SBATCH -D sub -o o -e /e", directory="/srv")
    assert [found[name] for name in ("work_dir", "std_out", "std_err")] == ["/srv/sub", "/srv/sub/o", "/e"]


# The environment.

OWN = {"A": "1", "B": "2", "SLURM_X": "3", "SLURM_JWT": "secret", "SLURM_RLIMIT_CORE": "0"}


@pytest.mark.parametrize(
    ("export", "names", "login"),
    [
        ("", "A B SLURM_X", False),
        ("ALL", "A B SLURM_X", False),
        ("NONE", "SLURM_X", True),
        ("NIL", "SLURM_X", False),
        ("A", "A SLURM_X", True),
        ("A,C=5", "A C SLURM_X", True),
        ("ALL,C=5", "A B C SLURM_X", True),
        ("NOTHING", "SLURM_X", True),
    ],
)
def test_export_chooses_variables(export: str, names: str, login: bool) -> None:
    found = variables(f"#SBATCH --export={export}" if export else "", environment=OWN)
    assert {"A", "B", "C", "SLURM_X"} & found.keys() == {*names.split()}
    assert ("SLURM_GET_USER_ENV" in found) == login
    assert "SLURM_JWT" not in found
    assert ("SLURM_EXPORT_ENV" in found) == (export not in ("", "ALL"))


def test_nothing_of_the_servers_is_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBATCH_PARTITION", "secret")
    monkeypatch.setenv("SLURM_HINT", "secret")
    found = variables("")
    assert "secret" not in str(found)
    assert found["HOME"] == "/home/fred"
    assert found["USER"] == "fred"
    assert found["PATH"] == "/usr/local/bin:/usr/bin:/bin"
    assert found["SLURM_SUBMIT_DIR"] == "/home/fred"
    assert found["SLURM_UMASK"] == "0022"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("-n2 -c3", {"SLURM_NTASKS": "2", "SLURM_NPROCS": "2", "SLURM_CPUS_PER_TASK": "3"}),
        ("-m plane=2 -n4", {"SLURM_DISTRIBUTION": "plane", "SLURM_DIST_PLANESIZE": "2"}),
        ("--gpus=2 --mem-per-gpu=1G", {"SLURM_GPUS": "2", "SLURM_MEM_PER_GPU": "1024"}),
        ("--gpus-per-task=1", {"SLURM_TRES_PER_TASK": "gres/gpu=1"}),
        ("--hint=nomultithread", {"SLURM_HINT": "nomultithread"}),
        ("--mem-bind=local,v", {"SLURM_MEM_BIND": "verbose,local", "SLURM_MEM_BIND_VERBOSE": "verbose"}),
        ("--dependency=afterok:1", {"SLURM_JOB_DEPENDENCY": "afterok:1"}),
        ("-w n2,n1,n1 -m arbitrary", {"SLURM_ARBITRARY_NODELIST": "n2,n1,n1"}),
        ("--propagate=core", {"SLURM_RLIMIT_CORE": "U0"}),
        ("--propagate", {"SLURM_RLIMIT_CORE": "U0"}),
        ("--propagate=NONE", {"SLURM_RLIMIT_CORE": "0"}),
        ("--threads-per-core=1", {"SLURM_THREADS_PER_CORE": "1"}),
        ("-n1", {"OMPI_MCA_plm_slurm_args": "--external-launcher", "HYDRA_BOOTSTRAP": "slurm"}),
    ],
)
def test_options_are_told_in_the_environment(lines: str, expected: dict[str, str]) -> None:
    found = variables(f"#SBATCH {lines}", environment=OWN)
    assert expected == {name: found.get(name) for name in expected}


@pytest.mark.parametrize(
    ("lines", "name", "value"),
    [
        ("--cpu-freq=low-high:ondemand", "SLURM_CPU_FREQ_REQ", "Low-High:OnDemand"),
        ("--cpu-freq=performance", "SLURM_CPU_FREQ_REQ", "Performance"),
        ("--profile=all", "SLURM_PROFILE", "Energy,Lustre,Network,Task"),
        ("--profile=none", "SLURM_PROFILE", "None"),
        ("--open-mode=append", "SLURM_OPEN_MODE", "a"),
        ("--acctg-freq=30", "SLURM_ACCTG_FREQ", "30"),
        ("-J name", "SLURM_JOB_NAME", "name"),
    ],
)
def test_more_was_told_before_24_11(lines: str, name: str, value: str) -> None:
    assert variables(f"#SBATCH {lines}", release="22.05")[name] == value
    assert name not in variables(f"#SBATCH {lines}", release="24.11")


def test_a_mask_of_pbs_is_told() -> None:
    assert variables("#PBS -W umask=027")["SLURM_UMASK"] == "0027"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("A,B=1", ["A", "B=1"]),
        ("A='x,y',B", ["A='x,y'", "B"]),
        ("'A=x,y',B", ["A=x,y", "B"]),
        ('A="x,y', ['A="x,y']),
        (",,A", ["A"]),
    ],
)
def test_commas_in_quotes_are_of_a_value(text: str, parts: list[str]) -> None:
    assert tokens(text) == parts
