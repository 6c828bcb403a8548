#!/usr/bin/env python3
"""Makes the directory of a proxy: nginx.conf, the key that signs cookies, a certificate.

What is there already stays, but for nginx.conf. ADDRESS options may be given again.
Then, as the proxy's user:

  authenticator.py --socket DIR/authenticator --key DIR/session.key --token TOKEN-FILE ...
  nginx -p DIR -c DIR/nginx.conf -e stderr

--tokens makes a proxy that has TLS alone: users keep their tokens, and there is no authenticator.
--check says of a directory that was made whether all parts are there and work, and what to do.
"""

import argparse
import os
import pwd
import re
import secrets
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEMPLATES = {"login": HERE / "nginx.conf", "tokens": HERE / "tls.conf"}


def main():
    args = parse_args()
    directory = args.dir.absolute()
    if re.search(r"[^\w./+-]", str(directory)):
        sys.exit(f"configure: {directory} has a character that nginx.conf could not hold")
    if args.check:
        import check

        sys.exit(check.main(directory, args.token))
    if directory.exists() and directory.stat().st_uid != os.geteuid():
        sys.exit(f"configure: {directory} is another user's: be that user, or name another")
    for name in ("", "logs", "temp"):
        (directory / name).mkdir(mode=0o700, exist_ok=True)
    if not args.tokens:
        write_once(directory / "session.key", secrets.token_bytes(64))
    certificate, key = args.certificate or self_signed(directory, args.name)
    fill_in(
        TEMPLATES["tokens" if args.tokens else "login"],
        directory / "nginx.conf",
        dir=directory,
        certificate=certificate,
        certificate_key=key,
        keepalive=args.keepalive,
        upstreams="\n        ".join(f"server {address};" for address in args.upstream),
        listens="\n        ".join(
            [f"listen {address};" for address in args.listen]
            + [f"listen {address} ssl;" for address in args.listen_tls]
        ),
    )
    if args.user:
        give(directory, pwd.getpwnam(args.user))


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dir", type=Path)
    many = {"action": "append", "default": [], "metavar": "ADDRESS"}
    parser.add_argument("--upstream", **many, help="restd-inet: [::1]:6820, unix:/path")
    parser.add_argument("--listen", **many, help="of nginx: 127.0.0.1:8080, [::1]:8080")
    parser.add_argument("--listen-tls", **many, help="the same, with TLS")
    parser.add_argument("--certificate", nargs=2, metavar=("CERTIFICATE", "KEY"), help="else self-signed")
    parser.add_argument("--name", default="localhost", help="in the self-signed one (%(default)s)")
    parser.add_argument("--keepalive", type=int, default=16, help="idle connections to keep (%(default)s)")
    parser.add_argument("--user", help="to whom the directory is given, if root makes it")
    parser.add_argument("--tokens", action="store_true", help="TLS alone: users keep their tokens")
    parser.add_argument("--check", action="store_true", help="check what was made, as the proxy's user")
    parser.add_argument("--token", type=Path, help="with --check: the file that renew_token.py keeps")
    args = parser.parse_args()
    if args.check:
        return args
    if not args.upstream:
        parser.error("name restd-inet's address with --upstream")
    if args.tokens and args.listen:
        parser.error("--tokens is for TLS: take --listen-tls")
    if not args.listen and not args.listen_tls:
        parser.error("name an address with --listen or --listen-tls")
    return args


def write_once(path, content):
    """A secret; an older one stays, or every session would end."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with open(descriptor, "wb") as file:
        file.write(content)


def self_signed(directory, name):
    """A certificate for this name, its key beside it."""
    certificate, key = directory / "certificate.pem", directory / "certificate.key"
    if not certificate.exists():
        write_once(key, b"")
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        command += ["-nodes", "-days", "365", "-subj", f"/CN={name}"]
        command += ["-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1,IP:::1"]
        command += ["-keyout", str(key), "-out", str(certificate)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"configure: openssl: {done.stderr.strip()}")
    return certificate, key


def fill_in(template, path, **values):
    text = template.read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    path.write_text(text)


def give(directory, entry):
    # The directory itself comes last: whose it is can put links in the place of what is in it.
    for path in [*sorted(directory.rglob("*"), reverse=True), directory]:
        os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


if __name__ == "__main__":
    main()
