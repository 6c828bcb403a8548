"""The program: arguments and environment → Settings → a serve mode → the exit status."""

from __future__ import annotations

import os
import sys

from restd_inet import __version__, log, settings
from restd_inet.dispatch import Dispatcher
from restd_inet.serve import inet

USAGE_ERROR = 2


def main() -> int:
    """The exit status: see the man page, restd-inet(8)."""
    try:
        options = settings.read(sys.argv[1:], os.environ)
        return run(options)
    except settings.Usage as error:
        print(f"restd-inet: {error}\nTry: restd-inet --help", file=sys.stderr)
        return USAGE_ERROR


def run(options: settings.Settings) -> int:
    """Does what the options ask for."""
    if options.help:
        sys.stdout.write(settings.usage())
        return 0
    if options.version:
        print(f"restd-inet {__version__}")
        return 0
    if "list" in options.auth:
        sys.stdout.write("".join(f"{name:<8} {text}\n" for name, text in settings.METHODS.items()))
        return 0
    if options.addresses:
        raise settings.Usage(f'"{options.addresses[0]}": this release answers standard input only')
    log.level = log.ERROR if options.quiet else min(log.INFO + options.verbose, log.DEBUG5)
    return inet.serve(options, Dispatcher(options, os.isatty(1)).handle)


if __name__ == "__main__":
    sys.exit(main())
