"""Settings: the value of every option, from the command line and the environment.

An option on the command line goes over its variable in the environment, that over slurm.conf, that over the
default.
"""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.option_values import Usage, level, listed
from restd_inet.options import OPTIONS, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from typing import Any

    from restd_inet.options import Option


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
    environment_file: tuple[str, ...]
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
    watch_interval: float
    max_wait: float
    max_watchers: int
    max_watchers_per_source: int
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
    state_directory: str
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


def read(arguments: Sequence[str], environment: MutableMapping[str, str]) -> Settings:
    """Settings from the command line over the environment over the defaults. Raises Usage."""
    settings = Settings()
    given, settings.addresses = split(arguments, OPTIONS)
    if files := [text for option, _, text in given if option.attribute == "environment_file"]:
        more, addresses = lazy.module("restd_inet.environment_file").read(files, environment)
        given += more
        settings.addresses += addresses
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
