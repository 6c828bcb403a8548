#!/usr/bin/env python3
"""Keeps a fresh token of SlurmUser in a file, for the authenticator. Runs as SlurmUser.

With --once it makes one and ends, for a timer of systemd or cron.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RETRY_SECONDS = 5


def make(lifespan):
    """A token from slurmctld; "" if there is none, and the reason on stderr."""
    command = ["scontrol", "token", f"lifespan={lifespan}"]
    # A token of an older run, in the environment, would be used instead of munge.
    environment = {name: value for name, value in os.environ.items() if name != "SLURM_JWT"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"renew_token: {error}", file=sys.stderr, flush=True)
        return ""
    name, _, token = done.stdout.strip().partition("=")
    if done.returncode or name != "SLURM_JWT" or not token:
        print(f"renew_token: {done.stderr.strip() or 'scontrol gave no token'}", file=sys.stderr, flush=True)
        return ""
    return token


def store(token, path):
    """Replaces the file at once: nobody reads half a token. Its group may read it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".token-")
    try:
        with open(descriptor, "w") as file:
            file.write(token + "\n")
            os.fchmod(descriptor, 0o640)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--lifespan", type=int, default=1800, help="in seconds (%(default)s)")
    parser.add_argument("--once", action="store_true", help="and no more")
    args = parser.parse_args()
    while True:
        token = make(args.lifespan)
        if token:
            store(token, args.file)
        if args.once:
            return 0 if token else 1
        # Half of its life is left for a slurmctld that is away.
        time.sleep(args.lifespan / 2 if token else RETRY_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
