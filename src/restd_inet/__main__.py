"""The program: arguments and environment → Settings → a serve mode → the exit status."""

from __future__ import annotations

# ruff: noqa: E402 - the collector is off while modules load: they make no garbage, and a search for it takes
# 2 ms in a cold process.
import gc

gc.disable()

import os
import sys

from restd_inet import uncaught

sys.excepthook = uncaught.report

from restd_inet import lazy, log, process, settings
from restd_inet.option_values import METHODS, Usage
from restd_inet.options import COMMANDS, usage
from restd_inet.start import h11_light  # noqa: F401  # before h11

# isort: split
from restd_inet.app.api import EVERYTHING, Served, with_statuses
from restd_inet.app.dispatch import Dispatcher
from restd_inet.problems import Problem
from restd_inet.serve import inet, systemd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from restd_inet.serve.service import Service

#: In the environment of a listening process that an older supervisor has started (serve.successor).
_SUCCESSOR = "RESTD_INET_SUCCESSOR"
_ON_A_TERMINAL = (
    "type a request and end it with an empty line; or see restd-inet --help, or type restd-inet get PATH"
)


def main() -> NoReturn:
    """Ends with the exit status that the man page, restd-inet(8), describes."""
    # Modules live as long as the process, and requests make hardly any cycles: a collection every 700 new
    # objects, the default, would search the rows of a long answer in vain. Cycles live long, so an object
    # that owns memory in C must not be in one.
    gc.freeze()
    gc.set_threshold(100_000)
    gc.enable()
    process.start()
    command = next((word for word in sys.argv[1:2] if word in COMMANDS), "")
    try:
        if command:
            log.stamped = False
            status = lazy.module(f"restd_inet.cli.{COMMANDS[command]}").main(sys.argv[1:])
        elif "--check" in sys.argv[1:]:
            status = lazy.module("restd_inet.cli.check").main(sys.argv[1:])
        else:
            status = run(settings.read(sys.argv[1:], os.environ))
    except Usage as error:
        uncaught.fail(f"{error}\nTry: {' '.join(filter(None, ('restd-inet', command)))} --help")
        status = process.USAGE
    except Problem as problem:  # what is installed lacks something
        uncaught.fail(problem.text)
        status = process.UNAVAILABLE
    except Exception as error:
        uncaught.report(type(error), error, error.__traceback__)
        status = process.INTERNAL
    if sys.stdout:  # it may have been closed before the start
        sys.stdout.flush()
    log.tell_lost()
    if status not in (process.ANSWERED, process.BROKEN, process.FAILED) and "ABORT_ON_FATAL" in os.environ:
        os.abort()
    # Finalizing the interpreter would take a tenth of the time of a short process, for nothing.
    os._exit(status)


def run(options: settings.Settings) -> int:
    """Runs with these options; the exit status."""
    if options.help:
        sys.stdout.write(usage())
        return 0
    if options.version:
        installed = lazy.module("restd_inet.installed")
        print(f"restd-inet {installed.version()}\nslurm {installed.release()}")
        return 0
    if options.autocomplete is not None:
        sys.stdout.write(lazy.module("restd_inet.cli.completion").suggestions(options.autocomplete))
        return 0
    if _lists(options):
        return 0
    _check_privileges(options)
    _set_log_levels(options)
    if options.log_format == "json":
        log.use_json()
    chosen = _served(options)
    for note in chosen.notes:
        log.write(log.INFO, note)
    if options.generate_openapi_spec:
        sys.stdout.write(lazy.module("restd_inet.pages.openapi").text(chosen))
        return 0
    if _SUCCESSOR in os.environ:
        successor = lazy.module("restd_inet.serve.successor")
        renewed: int = successor.serve(options, _warm(options, chosen), os.environ)
        return renewed
    sockets = systemd.listeners(os.environ)
    if options.addresses or sockets:
        status: int = lazy.module("restd_inet.serve.listen").serve(options, _warm(options, chosen), sockets)
        return status
    if options.user or options.group:
        lazy.module("restd_inet.serve.run_as").become(options)
    if os.isatty(0) and os.isatty(2):
        log.write(log.INFO, _ON_A_TERMINAL)
    network = inet.from_network()
    if network and (refusal := lazy.module("restd_inet.rights").by_super_server(options)):
        return inet.refuse(options, refusal)
    return inet.serve(options, Dispatcher(options, os.isatty(1), chosen, network).handle)


def _warm(options: settings.Settings, chosen: Served) -> Service:
    """What answers in listen mode."""
    service: Service = lazy.module("restd_inet.app.warm").WarmDispatcher(options, chosen)
    return service


def _set_log_levels(options: settings.Settings) -> None:
    """-v adds to the level of each target."""
    here, syslog = options.stderr_level or 0, options.syslog_level
    most = log.ERROR if options.quiet else log.DEBUG5
    log.set_levels(
        min(log.INFO + here + options.verbose, most),
        None if syslog is None else min(log.INFO + syslog + options.verbose, most),
    )


def _served(options: settings.Settings) -> Served:
    """What -s and -d choose."""
    if options.plugins is None and options.parsers is None:
        codes = options.response_status_codes
        return with_statuses(codes) if codes else EVERYTHING
    chosen: Served = lazy.module("restd_inet.app.plugins").of(options)
    return chosen


def _lists(options: settings.Settings) -> bool:
    """Prints the names for "list" on standard output, with a heading on standard error, like slurmrestd:
    programs that choose a version parse it."""
    if "list" in options.auth:
        heading, names = "REST authentication", [f"rest_auth/{name}" for name in METHODS]
    elif (options.parsers or "").lower() == "list":
        heading, names = "data_parser", lazy.module("restd_inet.app.plugins").parser_names()
    elif (options.plugins or "").lower() == "list":
        heading, names = "OpenAPI", lazy.module("restd_inet.app.plugins").plugin_names()
    else:
        return False
    print(f"Possible {heading} plugins:", file=sys.stderr, flush=True)
    print("\n".join(names))
    return True


def _check_privileges(options: settings.Settings) -> None:
    if options.user or options.group:
        lazy.module("restd_inet.serve.run_as").check(options)
    if options.privileged and os.geteuid():
        raise Usage("--privileged (become_user): only root can become the user of a request")
    if options.privileged and options.user:
        raise Usage("--privileged and --user exclude each other: one needs root, one gives it up")


if __name__ == "__main__":
    main()
