"""settings: the command line and the environment; __main__: what they make the program do."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet import installed
from restd_inet.option_values import METHODS, Usage
from restd_inet.options import COMMANDS, OPTIONS, usage
from restd_inet.settings import Settings, read

BY_FLAG = [
    (["-a", "local"], "auth", ("local",)),
    (["--auth", "rest_auth/local"], "auth", ("local",)),
    (["-a", "list"], "auth", ("list",)),
    (["-s", "slurmctld,v0.0.38"], "plugins", "slurmctld,v0.0.38"),
    (["-d", "v0.0.44+fast"], "parsers", "v0.0.44+fast"),
    (["--generate-openapi-spec"], "generate_openapi_spec", True),
    (["--check"], "check", True),
    (["-f", "/x"], "conf", "/x"),
    (["--conf=/x"], "conf", "/x"),
    (["--environment-file", "-/nonexistent"], "environment_file", ("-/nonexistent",)),
    (["--json", "Pretty"], "json", "pretty"),
    (["--json=compact"], "json", "compact"),
    (["--json=compact,Pretty,no_tag"], "json", "pretty"),
    (["--json=no_tag"], "json", "auto"),
    (["--yaml", "compact"], "yaml", "compact"),
    (["--yaml", "compact,Pretty,NO_TAG,complex"], "yaml", "pretty,no_tag"),
    (
        ["--response-status-codes", "200,Not Found,DEFAULT"],
        "response_status_codes",
        ("200", "404", "default"),
    ),
    (["--fail"], "fail", True),
    (["--max-header", "8K"], "max_header", 8192),
    (["--max-target", "100"], "max_target", 100),
    (["--max-body", "1g"], "max_body", 1 << 30),
    (["--max-depth", "3"], "max_depth", 3),
    (["--max-items", "2M"], "max_items", 2 << 20),
    (["--max-yaml", "2M"], "max_yaml", 2 << 20),
    (["--max-yaml-items", "3"], "max_yaml_items", 3),
    (["--max-chunks", "7"], "max_chunks", 7),
    (["--max-digits", "9"], "max_number_digits", 9),
    (["--max-requests", "1"], "max_requests", 1),
    (["--idle-timeout", "0.5"], "idle_timeout", 0.5),
    (["--request-timeout", "1e3"], "request_timeout", 1000.0),
    (["--min-rate", "2K"], "min_rate", 2048),
    (["--slurm-timeout", "7"], "slurm_timeout", 7.0),
    (["-a", "local,jwt"], "auth", ("local", "jwt")),
    (["--max-connections", "9"], "max_connections", 9),
    (["--max-per-source", "2"], "max_per_source", 2),
    (["--watch-interval", "0.5"], "watch_interval", 0.5),
    (["--max-wait", "60"], "max_wait", 60.0),
    (["--max-watchers", "500"], "max_watchers", 500),
    (["--max-watchers-per-source", "3"], "max_watchers_per_source", 3),
    (
        ["--trusted-proxy", "10.0.0.1", "--trusted-proxy=fd00::/8,unix"],
        "trusted_proxy",
        (ip_network("10.0.0.1"), ip_network("fd00::/8"), "unix"),
    ),
    (["--metrics"], "metrics", True),
    (["--metrics-from", "10.0.0.0/8"], "metrics_from", (ip_network("10.0.0.0/8"),)),
    (["--spare-processes", "0"], "spare_processes", 0),
    (["--connections-per-process", "9"], "connections_per_process", 9),
    (["--auth-penalty", "ALL"], "auth_penalty", "all"),
    (["--accept-rate", "2K"], "accept_rate", 2048),
    (["--shutdown-timeout", "3"], "shutdown_timeout", 3.0),
    (["--idle-exit", "3"], "idle_exit", 3.0),
    (["--allow-root-peer"], "allow_root_peer", True),
    (["--socket-mode", "0660"], "socket_mode", 0o660),
    (["--socket-owner", "fred:staff"], "socket_owner", "fred:staff"),
    (["--state-directory", "/srv/state"], "state_directory", "/srv/state"),
    (["--tls-cert", "/c.pem"], "tls_cert", "/c.pem"),
    (["--tls-key=/k.pem"], "tls_key", "/k.pem"),
    (["--privileged"], "privileged", True),
    (["-u", "fred"], "user", "fred"),
    (["--group=staff"], "group", "staff"),
    (["--security", "disable_user_check"], "security", "disable_user_check"),
    (["--autocomplete", "-"], "autocomplete", "-"),
    (["-t", "20"], "threads", 20),
    (["--stderr-level", "debug2"], "stderr_level", 3),
    (["--syslog-level=3"], "syslog_level", 0),
    (["-v"], "verbose", 1),
    (["-vvv"], "verbose", 3),
    (["--verbose", "-v"], "verbose", 2),
    (["-q"], "quiet", True),
    (["--log-format", "JSON"], "log_format", "json"),
    (["--quiet"], "quiet", True),
    (["-h"], "help", True),
    (["--help"], "help", True),
    (["-V"], "version", True),
    (["--version"], "version", True),
]
BY_ENVIRONMENT = [
    ("SLURMRESTD_AUTH_TYPES", "rest_auth/local", "auth", ("local",)),
    ("SLURMRESTD_OPENAPI_PLUGINS", "slurmctld", "plugins", "slurmctld"),
    ("SLURMRESTD_DATA_PARSER_PLUGINS", "latest", "parsers", "latest"),
    ("SLURM_CONF", "/etc/x", "conf", "/etc/x"),
    ("SLURMRESTD_JSON", "pretty", "json", "pretty"),
    ("SLURM_JSON", "pretty", "json", "pretty"),
    ("SLURMRESTD_YAML", "no_tag", "yaml", "no_tag"),
    ("SLURM_YAML", "compact", "yaml", "compact"),
    ("SLURMRESTD_MAX_CONNECTIONS", "7", "max_connections", 7),
    ("SLURMRESTD_RESPONSE_STATUS_CODES", "200,", "response_status_codes", ("200",)),
    ("SLURMRESTD_SECURITY", "disable_user_check", "security", "disable_user_check"),
    ("SLURMRESTD_SECURITY", "Disable_Unshare_SYSV,", "security", "disable_unshare_sysv"),
    ("SLURMRESTD_SECURITY", "become_user", "privileged", True),
    ("SLURMRESTD_LISTEN", ":6820, unix:/x,", "addresses", [":6820", "unix:/x"]),
    ("SLURMRESTD_DEBUG", "info", "verbose", 0),
    ("SLURMRESTD_DEBUG", "debug", "verbose", 2),
    ("SLURMRESTD_DEBUG", "DEBUG5", "verbose", 6),
    ("SLURMRESTD_DEBUG", "5", "verbose", 2),
    ("SLURMRESTD_DEBUG", "99", "verbose", 6),
    ("SLURMRESTD_DEBUG", "quiet", "verbose", -1),
    ("SLURM_DEBUG", "debug", "verbose", 2),
    ("SLURMRESTD_DEBUG_STDERR", "error", "stderr_level", -1),
    ("SLURMRESTD_DEBUG_SYSLOG", "9", "syslog_level", 6),
    ("SLURMRESTD_DEBUG", "error", "verbose", -1),
]


@pytest.mark.parametrize(("arguments", "attribute", "value"), BY_FLAG)
def test_an_option_by_flag(arguments: list[str], attribute: str, value: Any) -> None:
    found = getattr(read(arguments, {}), attribute)
    assert found == value
    assert type(found) is type(value)


def test_every_flag_is_tested() -> None:
    tested = {attribute for _, attribute, _ in BY_FLAG}
    assert tested == {option.attribute for option in OPTIONS}


@pytest.mark.parametrize(("name", "text", "attribute", "value"), BY_ENVIRONMENT)
def test_an_option_by_environment(name: str, text: str, attribute: str, value: Any) -> None:
    assert getattr(read([], {name: text}), attribute) == value


def test_every_variable_is_tested() -> None:
    variables = {name for option in OPTIONS for name in option.env}
    assert {name for name, *_ in BY_ENVIRONMENT} == {*variables, "SLURMRESTD_LISTEN"}


@pytest.mark.parametrize("name", [name for option in OPTIONS if option.blank for name in option.env])
def test_an_empty_variable_says_nothing(name: str) -> None:
    assert vars(read([], {name: ""})) == vars(Settings())


def test_an_empty_variable_of_slurmrestd_s_goes_over_slurm_s() -> None:
    assert read([], {"SLURMRESTD_JSON": "", "SLURM_JSON": "pretty"}).json == "auto"
    assert read([], {"SLURMRESTD_JSON": "compact", "SLURM_JSON": "pretty"}).json == "compact"


@pytest.mark.parametrize(
    "name",
    [
        "SLURMRESTD_AUTH_TYPES",
        "SLURMRESTD_DEBUG",
        "SLURM_DEBUG",
        "SLURMRESTD_DEBUG_STDERR",
        "SLURMRESTD_MAX_CONNECTIONS",
    ],
)
def test_an_empty_variable_that_slurmrestd_refuses_is_refused(name: str) -> None:
    with pytest.raises(Usage, match=name):
        read([], {name: ""})


def test_a_variable_that_the_command_line_replaces_may_be_wrong() -> None:
    assert read(["-a", "jwt"], {"SLURMRESTD_AUTH_TYPES": "foo"}).auth == ("jwt",)


def test_the_command_line_goes_over_the_environment_over_the_defaults() -> None:
    environment = {"SLURMRESTD_JSON": "pretty", "SLURM_CONF": "/env"}
    assert read([], {}).json == "auto"
    assert read([], environment).json == "pretty"
    assert read(["--json", "compact"], environment).json == "compact"
    assert read(["--json", "compact"], environment).conf == "/env"


def test_slurm_conf_goes_over_the_defaults_only() -> None:
    text = "CONMGR_MAX_CONNECTIONS=9,conmgr_read_timeout=5,conmgr_use_poll"
    settings = read([], {})
    assert settings.read_parameters(text) == []
    assert (settings.max_connections, settings.idle_timeout) == (9, 5.0)
    for chosen in (read(["--max-connections", "7"], {}), read([], {"SLURMRESTD_MAX_CONNECTIONS": "7"})):
        chosen.read_parameters(text)
        assert (chosen.max_connections, chosen.idle_timeout) == (7, 5.0)


def test_a_wrong_parameter_of_slurm_conf_is_named_and_ignored() -> None:
    settings = read([], {})
    wrong = settings.read_parameters("conmgr_max_connections=0")
    assert [text.partition(": expected")[0] for text in wrong] == [
        "SlurmrestdParameters: conmgr_max_connections"
    ]
    assert settings.max_connections == 124


def test_more_v_are_more_than_the_environment_s() -> None:
    assert read(["-v"], {"SLURMRESTD_DEBUG": "verbose"}).verbose == 2


def test_the_level_of_a_target_goes_over_that_of_all() -> None:
    environment = {"SLURMRESTD_DEBUG": "debug5", "SLURMRESTD_DEBUG_STDERR": "verbose"}
    settings = read(["-v"], environment)
    assert (settings.stderr_level, settings.verbose) == (1, 1)
    assert read(["--syslog-level", "info"], environment).verbose == 0


def test_the_last_of_a_repeated_option_holds() -> None:
    assert read(["--json", "compact", "--json", "pretty"], {}).json == "pretty"


def test_addresses_may_stand_anywhere() -> None:
    found = read([":6820", "-v", "unix:/x", "--", "-v"], {})
    assert found.addresses == [":6820", "unix:/x", "-v"]
    assert found.verbose == 1


def test_a_long_option_may_be_cut_short() -> None:
    assert read(["--max-b", "1K"], {}).max_body == 1024


REFUSED = [
    (["--nothing"], {}, "--nothing"),
    (["-x"], {}, "-x"),
    (["--json"], {}, "--json"),
    (["--fail=yes"], {}, "--fail"),
    (["--json", "yes"], {}, '--json: expected compact, pretty or auto; found "yes"'),
    ([], {"SLURMRESTD_JSON": "yes"}, 'SLURMRESTD_JSON: expected compact, pretty or auto; found "yes"'),
    ([], {"SLURMRESTD_DEBUG": "loud"}, "SLURMRESTD_DEBUG: expected 0 to 9 or one of quiet, "),
    ([], {"SLURMRESTD_DEBUG": "-1"}, "SLURMRESTD_DEBUG: "),
    (["-a", "kerberos"], {}, '-a: unknown authentication method "kerberos"; "-a list" prints them'),
    (["-a", ""], {}, "unknown authentication method"),
    (["-a", ","], {}, "unknown authentication method"),
    (["-a", "local,x"], {}, 'unknown authentication method "local,x"'),
    ([], {"SLURMRESTD_AUTH_TYPES": "x"}, 'SLURMRESTD_AUTH_TYPES: unknown authentication method "x"'),
    (["-a", "jwt,foo"], {}, '-a: unknown authentication method "jwt,foo"'),
    (["--security", "unknown"], {}, "--security: expected become_user, disable_user_check, "),
    ([], {"SLURMRESTD_SECURITY": "disable_user_check,x"}, "SLURMRESTD_SECURITY: expected become_user, "),
]
REFUSED += [
    (
        ["--max-body", text],
        {},
        f'--max-body: expected a whole number above 0, such as 64 or 8K; found "{text}"',
    )
    for text in ("0", "-1", "", "K", "1.5", "8KB", "٣", "x", "9" * 5000)
]
REFUSED += [
    (
        ["--idle-timeout", text],
        {},
        f'--idle-timeout: expected a number of seconds above 0, at most 1000000; found "{text}"',
    )
    for text in ("0", "-1", "", "x", "nan", "inf", "1000001")
]
REFUSED += [
    (["--socket-mode", text], {}, f'--socket-mode: expected an octal mode, such as 0660; found "{text}"')
    for text in ("", "0o660", "888", "01000", "-1", "٣")
]


@pytest.mark.parametrize(("arguments", "environment", "message"), REFUSED)
def test_a_wrong_value_is_reported(arguments: list[str], environment: dict[str, str], message: str) -> None:
    with pytest.raises(Usage) as caught:
        read(arguments, environment)
    assert message in str(caught.value)


@given(
    st.lists(
        st.text(max_size=6) | st.sampled_from(["-a", "-v", "--json", "--max-body", "9" * 5000]), max_size=4
    )
)
def test_any_command_line_is_read_or_refused(arguments: list[str]) -> None:
    with suppress(Usage):
        read(arguments, {})


@given(
    st.sampled_from([name for option in OPTIONS for name in option.env]),
    st.text(max_size=6) | st.sampled_from(["9" * 5000, "²"]),
)
def test_any_environment_is_read_or_refused(name: str, text: str) -> None:
    with suppress(Usage):
        read([], {name: text})


def test_help_names_every_flag_variable_and_default() -> None:
    text = usage()
    for option in OPTIONS:
        assert all(flag in text for flag in option.flags)
        assert all(name in text for name in option.env)
        assert option.help in text
    assert "(default 60)" in text
    assert all(len(line) <= 132 for line in text.splitlines())


def test_help_has_a_line_for_every_sub_command() -> None:
    heads = re.findall(r"^(?:Usage:|      ) restd-inet (\S+)", usage(), re.MULTILINE)
    assert {name for head in heads for name in head.split("|")} >= COMMANDS.keys()


def test_defaults_are_those_of_the_table() -> None:
    settings = Settings()
    assert {option.attribute: getattr(settings, option.attribute) for option in OPTIONS} == {
        option.attribute: option.default for option in OPTIONS
    }
    assert set(Settings.__annotations__) == {option.attribute for option in OPTIONS} | {"addresses", "given"}


# The program.


def program(*arguments: str, input: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "restd_inet", *arguments],
        input=input,
        capture_output=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], **environment},
    )


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_is_printed(flag: str) -> None:
    done = program(flag)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, usage(), b"")


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_the_version_is_printed(flag: str) -> None:
    done = program(flag)
    assert (done.returncode, done.stdout.decode()) == (
        0,
        f"restd-inet {installed.version()}\nslurm {installed.release()}\n",
    )


def test_the_methods_are_printed_as_slurmrestd_does() -> None:
    done = program("-a", "list")
    assert done.returncode == 0
    assert done.stderr == b"Possible REST authentication plugins:\n"
    assert done.stdout.decode().splitlines() == [f"rest_auth/{name}" for name in METHODS]


@pytest.mark.parametrize("arguments", [["--nothing"], ["--json", "x"], ["-a", "x"], ["--max-body", "0"]])
def test_a_wrong_command_line_ends_with_2_and_says_what_to_type(arguments: list[str]) -> None:
    done = program(*arguments, input=b"GET /slurm/v1/ping HTTP/1.1\r\n\r\n")
    assert (done.returncode, done.stdout) == (2, b"")
    first, second = done.stderr.decode().splitlines()
    assert first.startswith("restd-inet: ")
    assert second == "Try: restd-inet --help"


def test_a_wrong_variable_ends_with_2() -> None:
    done = program(SLURMRESTD_JSON="x")
    assert done.returncode == 2
    assert b"SLURMRESTD_JSON" in done.stderr


@pytest.mark.parametrize("option", ["-u", "-g"])
def test_a_user_or_group_that_is_not_there_ends_with_2_on_a_pipe_too(option: str) -> None:
    done = program(option, "nobody-here")
    assert done.returncode == 2
    assert b'"nobody-here"' in done.stderr


def test_abort_on_fatal_ends_by_a_signal() -> None:
    assert program("--nothing", ABORT_ON_FATAL="1").returncode == -signal.SIGABRT
    assert program("--help", ABORT_ON_FATAL="1").returncode == 0


def test_an_empty_slurm_conf_is_said_at_once() -> None:
    done = program(input=b"GET /slurm/v0.0.44/ping HTTP/1.1\r\n\r\n", SLURM_CONF="")
    assert done.stdout.startswith(b"HTTP/1.1 503 ")
    assert b"SLURM_CONF is empty" in done.stdout
    listening = program("localhost:0", SLURM_CONF="", SLURMRESTD_SECURITY="disable_user_check")
    assert listening.returncode == 69
    assert b"SLURM_CONF is empty" in listening.stderr


def test_nothing_on_input_is_a_normal_end() -> None:
    done = program()
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
