"""Options: each is a row, from which the command line, the environment, --help and Settings are made.

The command line extends slurmrestd's. It is read by getopt, not argparse, which takes a cold process longer
to import.
"""

from __future__ import annotations

import getopt

from restd_inet import lazy
from restd_inet.option_values import (
    METHODS,
    Usage,
    count,
    layout,
    level,
    log_format,
    methods,
    networks,
    number,
    penalty,
    permissions,
    seconds,
    security,
    statuses,
    yaml_style,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

#: A sub-command → its module in cli/, whose `main` takes the arguments, the command's own name first.
COMMANDS = {
    "get": "request",
    "post": "request",
    "delete": "request",
    "submit": "submit",
    "watch": "watch",
    "token": "token",
    "setup": "setup",
    "completion": "completion",
    "prepare": "prepare",
}


class Option:
    """A row: an option's flags, its attribute, its help and its variables in the environment, of which the
    first that is set counts.

    blank: the variable may be empty, and says nothing then; otherwise slurmrestd refuses that. parameter:
    of SlurmrestdParameters in slurm.conf.
    several: given again, it adds to its value.
    """

    def __init__(
        self,
        flags: str,
        attribute: str,
        default: Any,
        help: str,
        read: Callable[[str], Any] | None = None,
        metavar: str = "",
        env: str = "",
        blank: bool = True,
        parameter: str = "",
        several: bool = False,
    ) -> None:
        self.several = several
        self.flags = flags.split()
        self.attribute = attribute
        self.default = default
        self.help = help
        self.read = read
        self.metavar = metavar
        self.env = env.split()
        self.blank = blank
        self.parameter = parameter


OPTIONS = (
    Option(
        "-a --auth",
        "auth",
        tuple(METHODS),
        'accepted authentication methods; see "-a list"',
        methods,
        "METHODS",
        "SLURMRESTD_AUTH_TYPES",
        blank=False,
    ),
    Option(
        "-s",
        "plugins",
        None,
        'which families of paths to serve; see "-s list"',
        str,
        "PLUGINS",
        "SLURMRESTD_OPENAPI_PLUGINS",
        blank=False,
    ),
    Option(
        "-d",
        "parsers",
        None,
        'which versions of the API to serve, from v0.0.39 on; see "-d list"',
        str,
        "PARSERS",
        "SLURMRESTD_DATA_PARSER_PLUGINS",
    ),
    Option(
        "--generate-openapi-spec",
        "generate_openapi_spec",
        False,
        "print the OpenAPI document of what is served, and exit",
    ),
    Option(
        "--response-status-codes",
        "response_status_codes",
        (),
        "statuses in the OpenAPI documents",
        statuses,
        "CODES",
        "SLURMRESTD_RESPONSE_STATUS_CODES",
    ),
    Option(
        "--check",
        "check",
        False,
        "say whether all that serving needs is there, and what to do; with --json as JSON",
    ),
    Option("-f --conf", "conf", "", "the slurm.conf to use", str, "FILE", "SLURM_CONF"),
    Option(
        "--environment-file",
        "environment_file",
        (),
        "read variables and SLURMRESTD_OPTIONS there; -FILE: if it exists; repeatable",
        lambda text: (text,),
        "FILE",
        several=True,
    ),
    Option(
        "--json",
        "json",
        "auto",
        "compact, pretty, or auto: pretty on a terminal",
        layout,
        "LAYOUT",
        "SLURMRESTD_JSON SLURM_JSON",
    ),
    Option(
        "--yaml",
        "yaml",
        "pretty",
        "compact: do not fold texts; no_tag: without tags",
        yaml_style,
        "STYLE",
        "SLURMRESTD_YAML SLURM_YAML",
    ),
    Option("--fail", "fail", False, "exit 22 if an answer has a status of 400 or above, as curl does"),
    Option("--max-header", "max_header", 128 << 10, "largest header block, bytes (431)", count, "BYTES"),
    Option("--max-target", "max_target", 64 << 10, "longest request target, bytes (414)", count, "BYTES"),
    Option("--max-body", "max_body", 50 << 20, "largest body, bytes (413)", count, "BYTES"),
    Option("--max-depth", "max_depth", 64, "deepest nesting of a body (400)", count, "LEVELS"),
    Option("--max-items", "max_items", 1_000_000, "most values in a body (400)", count, "COUNT"),
    Option("--max-yaml", "max_yaml", 4 << 20, "largest YAML document, bytes (413)", count, "BYTES"),
    Option(
        "--max-yaml-items", "max_yaml_items", 50_000, "most values in a YAML document (400)", count, "COUNT"
    ),
    Option("--max-chunks", "max_chunks", 100_000, "most chunks of a body (413)", count, "COUNT"),
    Option(
        "--max-digits", "max_number_digits", 1000, "longest number in a body, digits (400)", count, "COUNT"
    ),
    Option("--max-requests", "max_requests", 1000, "most requests on a connection", count, "COUNT"),
    Option(
        "--idle-timeout",
        "idle_timeout",
        60.0,
        "longest wait for a next request",
        seconds,
        "SECONDS",
        parameter="conmgr_read_timeout",
    ),
    Option(
        "--request-timeout",
        "request_timeout",
        60.0,
        "longest time for a request to arrive (408), for its work (504), for each write",
        seconds,
        "SECONDS",
    ),
    Option(
        "--min-rate",
        "min_rate",
        1024,
        "slowest reading of an answer by a network client, bytes a second on average",
        count,
        "BYTES",
    ),
    Option(
        "--slurm-timeout",
        "slurm_timeout",
        0.0,
        "longest silence of slurmctld or slurmdbd (504); default: MessageTimeout of slurm.conf",
        seconds,
        "SECONDS",
    ),
    Option(
        "--max-connections",
        "max_connections",
        124,
        "most connections at once",
        count,
        "COUNT",
        "SLURMRESTD_MAX_CONNECTIONS",
        blank=False,
        parameter="conmgr_max_connections",
    ),
    Option(
        "--max-per-source",
        "max_per_source",
        0,
        "most connections of one host or user (503); default for a host: half of --max-connections",
        count,
        "COUNT",
    ),
    Option(
        "--trusted-proxy",
        "trusted_proxy",
        (),
        "believe X-Forwarded-For and Forwarded of this address, network or unix; repeatable",
        networks,
        "ADDR",
        several=True,
    ),
    Option(
        "--watch-interval",
        "watch_interval",
        1.0,
        "least time between two looks at what a request watches",
        seconds,
        "SECONDS",
    ),
    Option("--max-wait", "max_wait", 3600.0, "longest wait= of a request (400)", seconds, "SECONDS"),
    Option(
        "--max-watchers",
        "max_watchers",
        0,
        "most requests that watch or wait (503); default: half of --max-connections",
        count,
        "COUNT",
    ),
    Option(
        "--max-watchers-per-source",
        "max_watchers_per_source",
        0,
        "most of them of one host or user (503); default for a host: half of --max-watchers",
        count,
        "COUNT",
    ),
    Option("--metrics", "metrics", False, "in listen mode: count, and show it at /metrics (OpenMetrics)"),
    Option(
        "--metrics-from",
        "metrics_from",
        (),
        "who may read /metrics: addresses, networks, unix, any; default: this host; repeatable",
        networks,
        "ADDR",
        several=True,
    ),
    Option(
        "--spare-processes",
        "spare_processes",
        -1,
        "processes that wait for connections; default: as processors, 2 to 4; 0: none",
        number,
        "COUNT",
    ),
    Option(
        "--connections-per-process",
        "connections_per_process",
        1,
        "connections that a process serves, one after the other",
        count,
        "COUNT",
    ),
    Option(
        "--auth-penalty",
        "auth_penalty",
        "remote",
        "whose bad tokens are answered late: remote (other hosts), all or none",
        penalty,
        "WHOSE",
    ),
    Option("--accept-rate", "accept_rate", 0, "most new connections in a second", count, "COUNT"),
    Option(
        "--shutdown-timeout",
        "shutdown_timeout",
        0.0,
        "longest wait for requests to end at SIGTERM; default: that of --request-timeout",
        seconds,
        "SECONDS",
    ),
    Option(
        "--idle-exit",
        "idle_exit",
        0.0,
        "with inherited sockets: exit after this time without a connection; 60 under inetd",
        seconds,
        "SECONDS",
    ),
    Option(
        "--allow-root-peer",
        "allow_root_peer",
        False,
        "serve root on a Unix socket as the user of this process, as slurmrestd does",
    ),
    Option(
        "--state-directory",
        "state_directory",
        "",
        "where Idempotency-Keys are kept; default: /var/lib/restd-inet or one in the user's home",
        str,
        "DIR",
    ),
    Option("--socket-mode", "socket_mode", None, "mode of Unix sockets, such as 0660", permissions, "MODE"),
    Option("--socket-owner", "socket_owner", "", "owner of Unix sockets", str, "USER[:GROUP]"),
    Option(
        "--tls-cert", "tls_cert", "", "of https:// addresses: certificate and its chain, PEM", str, "FILE"
    ),
    Option("--tls-key", "tls_key", "", "of https:// addresses: key of the certificate, PEM", str, "FILE"),
    Option("--privileged", "privileged", False, "as root: run each request as its user"),
    Option("-u --user", "user", "", "listen as this user", str, "USER"),
    Option("-g --group", "group", "", "listen as this group", str, "GROUP"),
    Option(
        "--security",
        "security",
        "",
        "disable_user_check: root and SlurmUser may serve; become_user: --privileged",
        security,
        "WORDS",
        "SLURMRESTD_SECURITY",
    ),
    Option(
        "--autocomplete", "autocomplete", None, "print the options that contain a text, and exit", str, "TEXT"
    ),
    Option("-t --threads", "threads", 0, "accepted for compatibility and ignored", number, "COUNT"),
    Option(
        "--stderr-level",
        "stderr_level",
        None,
        "level of the log on stderr, such as debug2",
        level,
        "LEVEL",
        "SLURMRESTD_DEBUG_STDERR",
        blank=False,
    ),
    Option(
        "--syslog-level",
        "syslog_level",
        None,
        "level of the log in syslog, beside stderr",
        level,
        "LEVEL",
        "SLURMRESTD_DEBUG_SYSLOG",
        blank=False,
    ),
    Option(
        "-v --verbose",
        "verbose",
        0,
        "log more on stderr; up to six times",
        env="SLURMRESTD_DEBUG SLURM_DEBUG",
        blank=False,
    ),
    Option("-q --quiet", "quiet", False, "log only errors on stderr"),
    Option("--log-format", "log_format", "text", "lines of the log: text or json", log_format, "FORMAT"),
    Option("-h --help", "help", False, "print this and exit"),
    Option("-V --version", "version", False, "print the version and exit"),
)


def split(
    arguments: Sequence[str], options: Sequence[Option]
) -> tuple[list[tuple[Option, str, str]], list[str]]:
    """The options of a command line, each with its flag and its value as they were typed, and what is no
    option. Raises Usage."""
    by_flag = {flag: option for option in options for flag in option.flags}
    short = "".join(flag[1] + ":" * bool(by_flag[flag].read) for flag in by_flag if flag[1] != "-")
    long = [flag[2:] + "=" * bool(by_flag[flag].read) for flag in by_flag if flag[1] == "-"]
    try:
        found, rest = getopt.gnu_getopt(list(arguments), short, long)
    except getopt.GetoptError as error:
        known = [name.rstrip("=") for name in long]
        unknown = len(error.opt) > 1 and error.opt not in known
        hint = lazy.module("restd_inet.nearest").hint(error.opt, known, "--") if unknown else ""
        raise Usage(f"{error}{hint}") from None
    return [(by_flag[flag], flag, text) for flag, text in found], rest


def usage() -> str:
    """The text of --help."""
    lines = [
        "Usage: restd-inet [OPTIONS] [ADDRESS]...",
        "       restd-inet get|post|delete PATH [OPTIONS]",
        "       restd-inet submit [OPTIONS] [SCRIPT [ARGUMENT ...]]",
        "       restd-inet watch jobs|nodes|partitions|reservations|job/ID [OPTIONS]",
        "       restd-inet token [--user USER] [--lifespan SECONDS]",
        "       restd-inet setup systemd|xinetd|inetd [--write]",
        "       restd-inet completion bash|zsh|fish",
        "       restd-inet prepare",
        "",
        "Answers HTTP requests on standard input with Slurm's REST API, on standard output, or",
        "listens on addresses: [https://]host:port, [::1]:port, :port, unix:/path [SLURMRESTD_LISTEN].",
        "",
        "  restd-inet get jobs",
        '  echo -e "GET /slurm/v0.0.35/ping HTTP/1.1\\r\\n" | restd-inet',
        "  restd-inet < request.http | sed '1,/^\\r*$/d' | jq .",
        "  restd-inet -vv localhost:6820 '[::1]:6820' unix:/run/user/1000/restd.sock",
        "",
        "Options:",
    ]
    lines += described(OPTIONS)
    lines += [
        "",
        "Exit status: 0 all answered; 1 the connection broke; 2 usage; 22 with --fail; 69 libslurm cannot",
        "work; 70 internal error; 71 system error; 77 not allowed as this user. See restd-inet(8).",
    ]
    return "\n".join(lines) + "\n"


def described(options: Sequence[Option]) -> list[str]:
    """The lines of --help about options."""
    lines = []
    for option in options:
        flags = ", ".join(option.flags) + (f" {option.metavar}" if option.metavar else "")
        note = f" [{', '.join(option.env)}]" if option.env else ""
        # A switch, and what is empty, need no word.
        default = f" (default {option.default})" if option.read and option.default else ""
        if option.default and isinstance(option.default, tuple):
            default = f" (default {','.join(option.default)})"
        elif isinstance(option.default, float) and option.default:
            default = f" (default {option.default:g})"
        lines.append(f"  {flags:<28} {option.help}{default}{note}")
    return lines
