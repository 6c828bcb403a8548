"""Completion in real shells, and --autocomplete."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import lacking
import pytest
from terminal import PROGRAM, Terminal, terminal

from restd_inet.cli.completion import SHELLS
from restd_inet.options import COMMANDS, OPTIONS

BIN = str(Path(PROGRAM).parent)
ENVIRONMENT = {"PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "dumb", "HOME": "/dev/null"}


def printed(*arguments: str) -> str:
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def script(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The script of the shell that the test's class is about, in a file of its usual name."""
    shell: str = request.cls.SHELL
    if not shutil.which(shell):
        pytest.skip(lacking.program(shell))
    file = tmp_path / {"zsh": "_restd-inet"}.get(shell, "restd-inet")
    file.write_text(printed("completion", shell))
    return file


class TestBash:
    SHELL = "bash"

    @pytest.fixture
    def shell(self, script: Path) -> Iterator[Terminal]:
        with terminal(["bash", "--norc", "-i"], {**ENVIRONMENT, "PS1": "> "}) as shell:
            shell.type(f"bind 'set bell-style none'; . {script}; echo 'rea''dy'\n")
            shell.until("ready")
            yield shell

    @pytest.mark.parametrize(
        ("typed", "whole"),
        [
            ("restd-inet --max-conn", "restd-inet --max-connections "),
            ("restd-inet -a l", "restd-inet -a local "),
            ("restd-inet --json pr", "restd-inet --json pretty "),
            ("restd-inet --json=pr", "restd-inet --json=pretty "),
            ("restd-inet -d v0.0.45", "restd-inet -d v0.0.45 "),
            ("restd-inet del", "restd-inet delete "),
            ("restd-inet get lic", "restd-inet get licenses "),
            ("restd-inet watch part", "restd-inet watch partitions "),
            ("restd-inet watch jobs --fi", "restd-inet watch jobs --fields "),
            ("restd-inet get /slurmdb/latest/ping", "restd-inet get /slurmdb/latest/ping "),
            ("restd-inet post job/sub", "restd-inet post job/submit "),
            ("restd-inet delete par", "restd-inet delete partition/"),
            ("restd-inet get jobs --head", "restd-inet get jobs --header "),
            ("restd-inet token --user roo", "restd-inet token --user root "),
            ("restd-inet completion z", "restd-inet completion zsh "),
        ],
    )
    def test_a_tab(self, shell: Terminal, typed: str, whole: str) -> None:
        before = len(shell.output)
        shell.type(typed + "\t|")
        shell.until(whole.strip() + (" |" if whole.endswith(" ") else "|"))
        assert typed.split()[-1] in shell.output[before:]

    def test_a_file_after_its_mark(self, shell: Terminal, tmp_path: Path) -> None:
        (tmp_path / "job.json").touch()
        shell.type(f"cd {tmp_path}\nrestd-inet post job/submit -d @jo\t")
        shell.until("job.json ")


class TestZsh:
    SHELL = "zsh"

    @pytest.mark.parametrize(
        ("typed", "whole"),
        [
            ("restd-inet --max-conn", "--max-connections="),
            ("restd-inet -a loc", "-a local"),
            ("restd-inet del", "delete"),
            ("restd-inet get lic", "licenses"),
            ("restd-inet post job/sub", "job/submit"),
            ("restd-inet get jobs --head", "--header="),
        ],
    )
    def test_a_tab(self, script: Path, typed: str, whole: str) -> None:
        with terminal(["zsh", "-f", "-i"], {**ENVIRONMENT, "PS1": "> "}) as shell:
            shell.type(
                f"fpath=({script.parent} $fpath); autoload -U compinit; compinit -u -D; echo rea''dy\n"
            )
            shell.until("ready")
            shell.type(typed + "\t")
            shell.until(whole)


class TestFish:
    SHELL = "fish"

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("restd-inet --max-conn", {"--max-connections"}),
            ("restd-inet -a ", {"local", "jwt"}),
            ("restd-inet del", {"delete"}),
            ("restd-inet get lic", {"licenses"}),
            ("restd-inet post job/", {"job/", "job/submit", "job/allocate"}),
            ("restd-inet get jobs --head", {"--header"}),
            ("restd-inet completion ", {"bash", "zsh", "fish"}),
        ],
    )
    def test_a_tab(self, script: Path, typed: str, found: set[str], tmp_path: Path) -> None:
        command = ["fish", "--no-config", "-c", f"source {script}; complete -C '{typed}'"]
        done = subprocess.run(
            command, capture_output=True, text=True, env={**ENVIRONMENT, "HOME": str(tmp_path)}
        )
        assert done.stderr == ""
        assert {line.partition("\t")[0] for line in done.stdout.splitlines()} == found


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option_and_sub_command_is_in_the_script(shell: str) -> None:
    text = printed("completion", shell)
    for option in OPTIONS:
        for flag in option.flags:
            assert (
                f"-l {flag[2:]}" if shell == "fish" and flag.startswith("--") else flag.lstrip("-")
            ) in text
    for command in COMMANDS:
        assert command in text


class TestAutocomplete:
    """As in slurmrestd since 24.11: flags that contain the text, one a line, then an empty line."""

    def test_long_options_with_a_value_end_with_an_equals_sign(self) -> None:
        assert printed("--autocomplete", "max-con") == "--max-connections=\n\n"
        assert printed("--autocomplete=generate") == "--generate-openapi-spec\n\n"

    def test_one_dash_asks_for_short_options_alone(self) -> None:
        found = printed("--autocomplete", "-").split()
        assert {"-a", "-d", "-f", "-g", "-h", "-s", "-t", "-u", "-v", "-V"} <= set(found)
        assert not [flag for flag in found if flag.startswith("--")]

    def test_two_dashes_ask_for_long_ones_alone(self) -> None:
        found = printed("--autocomplete", "--").split()
        assert "--help" in found
        assert not [flag for flag in found if not flag.startswith("--")]

    def test_nothing_that_fits_is_nothing(self) -> None:
        assert printed("--autocomplete", "nothing-such") == ""
        assert printed("--autocomplete", "") == ""
