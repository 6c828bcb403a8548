"""Options: each is a row, from which the command line, the environment, --help and Settings are made.

The command line extends slurmrestd's. An option on the command line goes over its variable in the
environment, that over slurm.conf, that over the default. getopt, not argparse, which takes a cold process
longer to import.
"""

from __future__ import annotations

import getopt

from restd_inet import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any


class Usage(Exception):
    """An error in the command line; the text says what is wrong and what is expected."""


def count(text: str) -> int:
    """A whole number above 0; K, M and G are binary multiples."""
    units = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    unit = units.get(text[-1:].upper(), 1)
    digits = text if unit == 1 else text[:-1]
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 16 and int(digits) > 0):
        raise Usage(f'expected a whole number above 0, such as 64 or 8K; found "{text}"')
    return int(digits) * unit


def number(text: str) -> int:
    """A whole number."""
    return 0 if text == "0" else count(text)


def seconds(text: str) -> float:
    """A time in seconds above 0, with an optional fraction. poll(2) cannot wait longer than 24 days."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= 1e6:
        raise Usage(f'expected a number of seconds above 0, at most 1000000; found "{text}"')
    return value


def methods(text: str) -> tuple[str, ...]:
    """Names of METHODS, comma-separated; slurmrestd's prefix "rest_auth/" is optional."""
    names = tuple(name.strip().removeprefix("rest_auth/") for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in (*METHODS, "list")]
    if unknown or not names:
        raise Usage(f'unknown authentication method "{text}"; "-a list" prints them')
    return names


def security(text: str) -> str:
    """Words of SECURITY, comma-separated, in any case."""
    words = [word.lower() for word in listed(text)]
    unknown = [word for word in words if word not in SECURITY]
    if unknown:
        raise Usage(f'expected {", ".join(SECURITY)}; found "{unknown[0]}"')
    return ",".join(words)


def layout(text: str) -> str:
    """compact, pretty or auto; the last one counts. Flags of slurmrestd's that are not about layout are
    accepted: "no_tag" is about YAML, and "complex" about numbers that JSON does not have."""
    words = [word.lower() for word in listed(text)]
    chosen = [word for word in words if word in ("compact", "pretty", "auto")]
    if not words or not {*words} <= {*chosen, *_OTHER_FLAGS}:
        raise Usage(f'expected compact, pretty or auto; found "{text}"')
    return chosen[-1] if chosen else "auto"


def yaml_style(text: str) -> str:
    """compact or pretty, the last one; and no_tag."""
    words = [word.lower() for word in listed(text)]
    chosen = [word for word in words if word in ("compact", "pretty")]
    if not words or not {*words} <= {*chosen, *_OTHER_FLAGS}:
        raise Usage(f'expected compact, pretty or no_tag; found "{text}"')
    return ",".join([*chosen[-1:], *(["no_tag"] if "no_tag" in words else [])])


_OTHER_FLAGS = ("no_tag", "complex")


def log_format(text: str) -> str:
    if text.lower() not in ("text", "json"):
        raise Usage(f'expected text or json; found "{text}"')
    return text.lower()


def level(text: str) -> int:
    """A number, or a name of slurmd's levels, as how many -v it stands for."""
    names = ("quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4", "debug5")
    if text.isascii() and text.isdecimal() and len(text) < 16:
        number = int(text)
    elif text.lower() in names:
        number = names.index(text.lower())
    else:
        raise Usage(f'expected 0 to 9 or one of {", ".join(names)}; found "{text}"')
    return max(-1, min(number, 9) - names.index("info"))


def statuses(text: str) -> tuple[str, ...]:
    """HTTP statuses by number or by the reason phrase of RFC 9110, and "default"."""
    found = []
    for word in listed(text):
        if word.lower() == "default" or (word.isascii() and word.isdecimal() and 100 <= int(word[:4]) <= 599):
            found.append(word.lower())
            continue
        phrases = lazy.module("http").HTTPStatus
        number = next((status.value for status in phrases if status.phrase.lower() == word.lower()), 0)
        if not number:
            raise Usage(f'expected statuses of HTTP, such as 200, "Not Found" or default; found "{word}"')
        found.append(str(number))
    return tuple(found)


def penalty(text: str) -> str:
    if text.lower() not in ("remote", "all", "none"):
        raise Usage(f'expected remote, all or none; found "{text}"')
    return text.lower()


def permissions(text: str) -> int:
    """A file mode, octal as for chmod(1)."""
    if not (1 <= len(text) <= 4 and all(digit in "01234567" for digit in text)) or int(text, 8) > 0o777:
        raise Usage(f'expected an octal mode, such as 0660; found "{text}"')
    return int(text, 8)


def networks(text: str) -> tuple[Any, ...]:
    """Addresses and networks, comma-separated; UNIX for Unix sockets; ANY for all."""
    module = lazy.module("ipaddress")  # 5 ms, which nobody pays who has no such option
    found: list[Any] = []
    for word in listed(text):
        try:
            if word in (UNIX, ANY):
                found += [UNIX] if word == UNIX else [UNIX, *map(module.ip_network, ("0.0.0.0/0", "::/0"))]
            else:
                found.append(module.ip_network(word, strict=False))
        except ValueError:
            expected = f"expected an address, a network such as 10.0.0.0/8, {UNIX} or {ANY}"
            raise Usage(f'{expected}; found "{word}"') from None
    return tuple(found)


def listed(text: str) -> tuple[str, ...]:
    """The items of a comma-separated list."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


#: Words that stand for addresses.
UNIX, ANY = "unix", "any"

#: Authentication methods, modules of auth/ → the fields of a request that may hold a credential for them. A
#: module is loaded only if such a field is there, or if no method before it applies.
METHODS: dict[str, tuple[str, ...]] = {
    "local": (),
    "jwt": ("authorization", "x-slurm-user-token"),
}

#: The words of --security. The processes of restd-inet share neither descriptors nor semaphores with others,
#: so the words that let slurmrestd do so change nothing.
SECURITY = ("become_user", "disable_user_check", "disable_unshare_files", "disable_unshare_sysv")

#: A sub-command → its module in cli/, whose `main` takes the arguments, the command's own name first.
COMMANDS = {
    "get": "request",
    "post": "request",
    "delete": "request",
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


class Settings:
    """The value of every option, as attributes; see OPTIONS for names, units and defaults.

    given: the attributes that the command line or the environment has set.
    """

    auth: tuple[str, ...]
    plugins: str | None
    parsers: str | None
    generate_openapi_spec: bool
    response_status_codes: tuple[str, ...]
    check: bool
    conf: str
    json: str
    yaml: str
    fail: bool
    max_header: int
    max_target: int
    max_body: int
    max_depth: int
    max_items: int
    max_number_digits: int
    max_yaml: int
    max_yaml_items: int
    max_chunks: int
    max_requests: int
    idle_timeout: float
    request_timeout: float
    min_rate: int
    slurm_timeout: float
    max_connections: int
    max_per_source: int
    trusted_proxy: tuple[Any, ...]
    metrics: bool
    metrics_from: tuple[Any, ...]
    spare_processes: int
    connections_per_process: int
    auth_penalty: str
    accept_rate: int
    shutdown_timeout: float
    idle_exit: float
    allow_root_peer: bool
    socket_mode: int | None
    socket_owner: str
    tls_cert: str
    tls_key: str
    privileged: bool
    user: str
    group: str
    security: str
    autocomplete: str | None
    threads: int
    stderr_level: int | None
    syslog_level: int | None
    verbose: int
    quiet: bool
    log_format: str
    help: bool
    version: bool
    addresses: list[str]
    given: set[str]

    def __init__(self, **values: Any) -> None:
        self.addresses = []
        self.given = set()
        for option in OPTIONS:
            setattr(self, option.attribute, option.default)
        for name, value in values.items():
            setattr(self, name, value)
            self.given.add(name)

    def read_parameters(self, text: str) -> list[str]:
        """Sets what SlurmrestdParameters of slurm.conf has for options that were not given; what is wrong in
        it, which slurmrestd ignores too."""
        wrong = []
        by_parameter = {option.parameter: option for option in OPTIONS if option.parameter}
        for item in listed(text):
            name, _, value = item.partition("=")
            option = by_parameter.get(name.lower())
            if option is None or option.read is None or option.attribute in self.given:
                continue
            try:
                setattr(self, option.attribute, option.read(value))
            except Usage as error:
                wrong.append(f"SlurmrestdParameters: {name}: {error}")
        return wrong


def read(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Settings from the command line over the environment over the defaults. Raises Usage."""
    settings = Settings()
    given, settings.addresses = split(arguments, OPTIONS)
    settings.addresses[:0] = listed(environment.get("SLURMRESTD_LISTEN", ""))
    typed = {option.attribute for option, _, _ in given}
    settings.given |= typed
    for option in OPTIONS:
        name = next((name for name in option.env if name in environment), "")
        text = environment.get(name)
        needed = option.attribute not in typed or option.attribute == "verbose"  # -v adds to the variable
        if text is not None and (text or not option.blank) and needed:
            _set(settings, option, text, name)
    for option, flag, text in given:
        _set(settings, option, text, flag)
    if "become_user" in settings.security.split(","):
        settings.privileged = True
    return settings


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


def _set(settings: Settings, option: Option, text: str, origin: str) -> None:
    settings.given.add(option.attribute)
    if option.attribute == "verbose":
        if origin in option.flags:
            settings.verbose += 1
        else:
            _set_level(settings, text, origin)
    elif option.read is None:
        setattr(settings, option.attribute, True)
    else:
        try:
            value = option.read(text)
            before = getattr(settings, option.attribute) if option.several else ()
            setattr(settings, option.attribute, (*before, *value) if option.several else value)
        except Usage as error:
            raise Usage(f"{origin}: {error}") from None


def _set_level(settings: Settings, text: str, origin: str) -> None:
    """The level of all targets, unless one has a level of its own."""
    try:
        found = level(text)
    except Usage as error:
        raise Usage(f"{origin}: {error}") from None
    if not settings.given & {"stderr_level", "syslog_level"}:
        settings.verbose = found


def usage() -> str:
    """The text of --help."""
    lines = [
        "Usage: restd-inet [OPTIONS] [ADDRESS]...",
        "       restd-inet get|post|delete PATH [OPTIONS]",
        "       restd-inet token [--user USER] [--lifespan SECONDS]",
        "       restd-inet setup systemd|xinetd|inetd [--write]",
        "       restd-inet completion bash|zsh|fish",
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
