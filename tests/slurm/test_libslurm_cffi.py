"""The bindings say what the installed Slurm says: its types, its numbers, its functions."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import lacking
import pytest
from places import CHECKOUT

from libslurm_cffi import ffi, lib
from restd_inet import installed
from restd_inet.problems import Problem
from restd_inet.slurm.capabilities import FEATURES, SINCE, Capabilities

PACKAGE = CHECKOUT / "libslurm_cffi"

# What the record tables, the submissions and the updates are made of, with a member each that they need.
STRUCTS = {
    "acct_gather_energy_t": "ave_watts",
    "job_array_resp_msg_t": "error_code",
    "job_desc_msg_t": "min_nodes",
    "job_info_msg_t": "record_count",
    "job_info_t": "job_id",
    "job_step_info_t": "start_time",
    "license_info_msg_t": "last_update",
    "node_info_msg_t": "node_array",
    "node_info_t": "real_memory",
    "partition_info_msg_t": "partition_array",
    "partition_info_t": "max_time",
    "priority_factors_object_t": "partition",
    "reserve_info_msg_t": "reservation_array",
    "reserve_info_t": "start_time",
    "resv_desc_msg_t": "end_time",
    "slurm_conf_t": "cluster_name",
    "slurm_job_info_t": "job_resrcs",
    "slurm_license_info_t": "available",
    "slurm_step_id_t": "step_het_comp",
    "stats_info_response_msg_t": "req_time",
    "submit_response_msg_t": "error_code",
    "update_node_msg_t": "node_state",
    "compat_job_resources_t": "ncpus",
    "compat_node_alloc_t": "memory",
    "slurmdb_account_rec_t": "organization",
    "slurmdb_assoc_rec_t": "partition",
    "slurmdb_cluster_rec_t": "control_host",
    "slurmdb_job_cond_t": "usage_start",
    "slurmdb_job_rec_t": "jobid",
    "slurmdb_qos_rec_t": "max_wall_pj",
    "slurmdb_step_rec_t": "stepname",
    "slurmdb_tres_rec_t": "alloc_secs",
    "slurmdb_user_rec_t": "admin_level",
    "slurmdb_wckey_rec_t": "cluster",
}


def python(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


def compiled_answers(tools, directory: Path, expressions: list[str], *flags: str) -> list[int]:
    """What the C compiler says that the expressions are worth, with Slurm's headers."""
    source = directory / "answers.c"
    prints = "".join(f'printf("%lld\\n", (long long)({expression}));' for expression in expressions)
    headers = '#include <stddef.h>\n#include <stdio.h>\n#include "compat.h"\n#include "image.h"\n'
    source.write_text(f"{headers}int main(void) {{ {prints} return 0; }}\n")
    made = tools.run(*flags, "-o", str(directory / "answers"), str(source))
    assert made.returncode == 0, made.stderr
    return [int(line) for line in subprocess.check_output([directory / "answers"], text=True).split()]


class TestUnknownRelease:
    """Structs that are declared by hand are not read on a release with which they have not been compared."""

    SOURCE = """
    #include <slurm/slurm.h>
    #undef SLURM_VERSION_NUMBER
    #define SLURM_VERSION_NUMBER SLURM_VERSION_NUM({release})
    #include "compat.h"
    #if HAS_KNOWN_LAYOUTS
    known
    #endif
    #if HAS_RESOURCE_LAYOUT || HAS_JOB_RESOURCES || HAS_SLURMDBD_PROTOCOL
    used
    #endif
    """

    @pytest.mark.parametrize(
        ("release", "known"),
        [("22, 5, 0", True), ("26, 11, 0", True), ("27, 5, 0", False)],
    )
    def test_nothing_of_them_is_bound(self, tools, tmp_path, release, known):
        source = tmp_path / "release.c"
        source.write_text(self.SOURCE.format(release=release))
        done = tools.run("-DEXPORTED_slurm_get_resource_layout=1", "-E", str(source))
        lines = {line.strip() for line in done.stdout.splitlines()}
        assert ("known" in lines, "used" in lines) == (known, known)
        assert ("slurm_associations_get_shares" in done.stdout) is known

    def test_the_call_is_501_with_the_reason(self):
        class Newer:
            HAS_KNOWN_LAYOUTS = 0

        problem = Capabilities(ffi, Newer()).lacking("slurm_associations_get_shares")
        assert problem.status == 501
        assert "does not know that release yet" in problem.text


class TestCapabilities:
    """What this release has, and what is said of what it lacks."""

    HAS = Capabilities(ffi, lib)

    @pytest.mark.parametrize(
        "name",
        ["slurm_load_jobs", "JOB_RUNNING", "job_desc_msg_t", "job_desc_msg_t.comment", "known layouts"],
    )
    def test_a_name_may_be_a_function_a_constant_a_struct_or_a_member(self, name):
        assert self.HAS.has(name)
        self.HAS.check(name)

    @pytest.mark.parametrize(
        "name", ["slurm_load_nothing", "JOB_NOWHERE", "job_nothing_t", "job_desc_msg_t.nothing"]
    )
    def test_what_the_release_lacks_is_501(self, name):
        assert not self.HAS.has(name)
        with pytest.raises(Problem) as caught:
            self.HAS.check(name)
        assert caught.value.status == 501
        assert caught.value.text == f"Slurm {installed.release()} has no {name.rpartition('.')[2]}"

    @pytest.mark.parametrize("name", sorted(SINCE))
    def test_it_lacks_just_what_came_later(self, name):
        """And the message names both releases."""
        here, since = (
            [int(part) for part in text.split(".")[:2]] for text in (installed.release(), SINCE[name])
        )
        assert self.HAS.has(name) is (here >= since)
        assert (
            f"has no {name.rpartition('.')[2]}; Slurm {SINCE[name]} or a newer one"
            in self.HAS.lacking(name).text
        )

    @pytest.mark.parametrize("name", sorted(FEATURES))
    def test_a_feature_is_a_constant_of_ours(self, name):
        assert self.HAS.has(name) is bool(getattr(lib, FEATURES[name]))


class TestTypes:
    def test_sizes_and_offsets_are_the_compiler_s(self, tools, tmp_path):
        expressions = [f"sizeof({name})" for name in STRUCTS]
        expressions += [f"offsetof({name}, {member})" for name, member in STRUCTS.items()]
        ours = [ffi.sizeof(name) for name in STRUCTS]
        ours += [ffi.offsetof(name, member) for name, member in STRUCTS.items()]
        assert compiled_answers(tools, tmp_path, expressions) == ours

    def test_every_struct_of_the_headers_is_reachable(self):
        """cffi compares layouts lazily, at the first use: make it use them all."""
        typedefs, structs, _unions = ffi.list_types()
        complete = 0
        for name in [*typedefs, *(f"struct {name}" for name in structs)]:
            kind = ffi.typeof(name)
            try:
                size = ffi.sizeof(kind)
            except ffi.error:
                continue  # opaque in the headers, a function, or void
            if kind.kind == "struct":
                complete += 1
                assert all(field.offset <= size for _member, field in kind.fields)
        assert complete > 150


class TestConstants:
    def test_unset_and_infinite_have_the_width_of_their_member(self):
        assert lib.NO_VAL == 0xFFFFFFFE
        assert lib.INFINITE == 0xFFFFFFFF
        assert lib.NO_VAL16 == 0xFFFE
        assert lib.INFINITE16 == 0xFFFF
        assert lib.NO_VAL64 == 0xFFFFFFFFFFFFFFFE
        assert lib.INFINITE64 == 0xFFFFFFFFFFFFFFFF
        assert lib.MEM_PER_CPU == 1 << 63

    def test_every_macro_is_worth_what_the_compiler_says(self, build, tools, tmp_path):
        exported = build.exported_symbols(tools.library)
        macros = build.export_macros(exported)
        text = build.declarations(tools, exported, macros)
        names = re.findall(r"^#define (\w+) \.\.\.$", text, re.MULTILINE)
        assert len(names) > 400
        # printf shows the upper half of the unsigned as negative: compare the 64 bits.
        answers = compiled_answers(tools, tmp_path, names, *(f"-D{name}={value}" for name, value in macros))
        assert [answer % (1 << 64) for answer in answers] == [
            getattr(lib, name) % (1 << 64) for name in names
        ]

    @pytest.mark.parametrize(
        "name",
        [
            "ACCT_GATHER_PROFILE_NONE",
            "ESLURM_INVALID_JOB_ID",
            "JOB_COMPLETE",
            "JOB_STATE_FLAGS",
            "KILL_INV_DEP",
            "KILL_JOB_BATCH",
            "MAIL_JOB_END",
            "NICE_OFFSET",
            "NODE_STATE_DRAIN",
            "NODE_STATE_IDLE",
            "PART_FLAG_DEFAULT",
            "PREEMPT_MODE_REQUEUE",
            "PRIVATE_DATA_JOBS",
            "RESERVE_FLAG_MAINT",
            "SHOW_ALL",
            "SHOW_DETAIL",
            "SLURMDB_ADMIN_NONE",
            "SLURM_DIST_CYCLIC",
            "SLURM_ERROR",
            "SLURM_VERSION_NUMBER",
            "WAIT_RESOURCES",
        ],
    )
    def test_there_is_one_of_each_kind(self, name):
        assert isinstance(getattr(lib, name), int)


class TestFunctions:
    def test_declared_and_exported_is_bound(self, build, tools):
        exported = build.exported_symbols(tools.library)
        header = (
            Path(tools.include_dirs[0] if tools.include_dirs else "/usr/include") / "slurm/slurm.h"
        ).read_text()
        declared = set(re.findall(r"^extern .*?\b(slurm_\w+)\s*\(", header, re.MULTILINE))
        assert len(declared) > 150
        for name in declared:
            assert hasattr(lib, name) == (name in exported), name

    def test_declared_but_not_exported_is_left_out(self, build):
        kept = {"slurm_ping": True, "slurm_burst_buffer_state_string": False, "compat_arm_exit": True}
        for name, bound in kept.items():
            assert build.is_bound(f"extern char *{name}(uint16_t state);", {"slurm_ping"}) is bound
        assert build.is_bound("typedef struct { int a; } a_t;", set())
        assert build.is_bound("struct a { int (*call)(void); };", set())

    def test_what_slurm_declares_in_its_source_only_is_bound_too(self):
        assert ffi.string(lib.slurm_job_state_string(lib.JOB_RUNNING)) == b"RUNNING"
        assert ffi.string(lib.compat_job_reason_string(lib.WAIT_RESOURCES)) == b"Resources"
        assert lib.slurm_time_str2mins(b"1-00:30:00") == 24 * 60 + 30

    def test_memory_of_libslurm_goes_back_to_libslurm(self):
        held = ffi.new("void *[1]", [lib.slurm_xstrdup(b"text")])
        assert ffi.string(ffi.cast("char *", held[0])) == b"text"
        lib.slurm_xfree(held)
        assert held[0] == ffi.NULL


class TestCompat:
    def test_job_ids_have_one_place_on_every_release(self):
        description = ffi.new("job_desc_msg_t *")
        lib.slurm_init_job_desc_msg(description)
        lib.compat_set_job_id(description, 42)
        members = dict(ffi.typeof("job_desc_msg_t").fields)
        assert (description if "job_id" in members else description.step_id).job_id == 42

    def test_msg_timeout_is_libslurm_s(self):
        before = lib.compat_get_msg_timeout()
        lib.compat_set_msg_timeout(3)
        assert lib.compat_get_msg_timeout() == 3
        lib.compat_set_msg_timeout(before)

    def test_job_resources_of_nothing_are_refused(self):
        assert lib.compat_job_resources(ffi.NULL, ffi.new("compat_job_resources_t *")) == -1
        assert lib.compat_job_resources_node(ffi.NULL, 0, ffi.new("compat_node_alloc_t *")) == -1
        assert lib.compat_job_resources_cores(ffi.NULL, 0, ffi.new("uint8_t[1]"), 1) == -1

    def test_a_missing_rpc_is_not_supported(self):
        if lib.HAS_SLURMDB_PING:
            pytest.skip(lacking.slurm("libslurm has the call here", "22.05"))
        assert lib.compat_slurmdb_ping(b"localhost") == -1
        assert ffi.errno == lib.ESLURM_NOT_SUPPORTED


HANDLER = """
import os, sys
from libslurm_cffi import ffi, lib
@ffi.def_extern()
def compat_on_exit():
    os.write(1, b"last words")
    os._exit(7)
lib.compat_arm_exit()
"""


class TestLastWords:
    def test_fatal_calls_python_while_armed(self, tmp_path):
        conf = tmp_path / "slurm.conf"
        conf.write_text("SlurmctldHost=localhost\n")  # no ClusterName: fatal()
        ended = python(f'{HANDLER}lib.slurm_init(b"{conf}"); print("alive")')
        assert (ended.returncode, ended.stdout) == (7, "last words")

    def test_disarmed_it_ends_as_slurm_wants(self, tmp_path):
        conf = tmp_path / "slurm.conf"
        conf.write_text("SlurmctldHost=localhost\n")
        ended = python(f'{HANDLER}lib.compat_disarm_exit(); lib.slurm_init(b"{conf}")')
        assert (ended.returncode, ended.stdout) == (1, "")

    def test_python_s_own_end_stays_silent(self):
        ended = python(f"{HANDLER}sys.exit(3)")
        assert (ended.returncode, ended.stdout, ended.stderr) == (3, "", "")


class TestImport:
    def test_it_imports_nothing_but_the_backend(self):
        script = (
            "import sys; before = set(sys.modules); from libslurm_cffi import lib;"
            "print(*set(sys.modules) - before)"
        )
        loaded = set(python(script).stdout.split())
        own = {name for name in loaded if name.partition(".")[0] == "libslurm_cffi"}
        assert loaded - own == {"_cffi_backend"}

    def test_libslurm_is_visible_to_its_plugins_and_the_flags_are_restored(self):
        script = (
            "import ctypes, sys; flags = sys.getdlopenflags(); from libslurm_cffi import lib;"
            "assert sys.getdlopenflags() == flags; ctypes.c_char.in_dll(ctypes.CDLL(None), 'slurm_conf')"
        )
        assert python(script).returncode == 0

    def test_the_release_is_known_without_it(self):
        script = "import sys; from libslurm_cffi._release import RELEASE; print(RELEASE, *sys.modules)"
        release, *loaded = python(script).stdout.split()
        number = int.from_bytes(bytes(map(int, release.split("."))), "big")
        assert number == lib.SLURM_VERSION_NUMBER
        assert "libslurm_cffi._libslurm" not in loaded


class TestHostNames:
    @pytest.mark.parametrize(
        ("hosts", "names"),
        [
            ("host[1-3,07],other", ["host1", "host2", "host3", "host07", "other"]),
            ("a", ["a"]),
            ("", []),
        ],
    )
    def test_a_list_is_spelt_out(self, hosts, names):
        size = lib.compat_host_names(hosts.encode(), ffi.NULL, 0)
        room = ffi.new("char[]", size)
        assert lib.compat_host_names(hosts.encode(), room, size) == size
        assert ffi.buffer(room)[:].split(b"\0")[:-1] == [name.encode() for name in names]

    def test_names_that_find_no_room_are_left_out_whole(self):
        room = ffi.new("char[]", 12)
        assert lib.compat_host_names(b"host[1-3]", room, len(room)) == 18
        assert ffi.buffer(room)[:] == b"host1\0host2\0"


class TestBuildRefusals:
    """A build that cannot be says what to install, in its last lines, without a traceback."""

    def refusal(self, **environment: str) -> str:
        ended = subprocess.run(
            [sys.executable, PACKAGE / "build.py"],
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
        )
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        return ended.stderr

    def test_no_headers(self):
        # A compiler with an option not to look where the distribution has put them.
        text = self.refusal(CC="cc -nostdinc")
        assert "<slurm/slurm.h> is missing" in text
        assert "apt install libslurm-dev" in text
        assert "dnf install slurm-devel" in text
        assert "SLURM_PREFIX" in text

    def test_no_compiler(self):
        text = self.refusal(CC="no-such-compiler")
        assert "no C compiler (no-such-compiler)" in text
        assert "apt install gcc" in text

    def test_no_library(self, tmp_path):
        assert "(libslurm.so) is missing" in self.refusal(SLURM_LIB_DIR=str(tmp_path))

    def test_slurm_elsewhere(self, build, tmp_path, monkeypatch):
        monkeypatch.delenv("SLURM_INCLUDE_DIR", raising=False)
        monkeypatch.delenv("SLURM_LIB_DIR", raising=False)
        monkeypatch.setenv("SLURM_PREFIX", str(tmp_path))
        (tmp_path / "lib64").mkdir()
        (tmp_path / "lib64" / "libslurm.so").touch()
        assert build.slurm_directories() == ([f"{tmp_path}/include"], [f"{tmp_path}/lib64"])
