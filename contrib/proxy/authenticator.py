#!/usr/bin/env python3
"""Says to nginx who a request is: the login page, and the answer to `auth_request`.

nginx asks /check about each request, with its cookie. The answer is 401, or 200 with the two headers
that restd-inet is to get: X-SLURM-USER-NAME, and SlurmUser's token as X-SLURM-USER-TOKEN. So whoever can
connect to this socket can be anybody in Slurm: it is mode 0600, and nginx runs as the same user.

A cookie is sent with whatever asks for it, so a request that changes something must not come from a page of
another site. Browsers say where it comes from: Origin, Sec-Fetch-Site.
"""

import argparse
import base64
import hashlib
import html
import os
import pwd
import re
import shlex
import socket
import socketserver
import stat
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import jwt

ALGORITHM = "HS256"
#: A token made for anything else, with the same key by mistake, is no session.
AUDIENCE = "slurm-proxy"
COOKIE = "slurm-proxy"
#: Browsers send a __Host- cookie only over TLS, and take it only from this very host.
SECURE_COOKIE = "__Host-slurm-proxy"
USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
LARGEST_FORM = 4096
READING = ("GET", "HEAD", "OPTIONS")
#: What changes something though it is asked with GET.
CHANGING = re.compile(r"/[^/]+/[^/]+/(reconfigure|jobs/requeue|job/[^/]+/requeue)")

HELLO = "<p>Hello {user}.</p><p>Using slurm user for authentication proxy.</p>"
STYLE = """
:root { color-scheme: light dark; --page: #f4f6f8; --card: #fff; --line: #dde3e9; --text: #1b2530;
  --soft: #566472; --accent: #1f5f9e; --bad: #a93226; }
@media (prefers-color-scheme: dark) { :root { --page: #11171d; --card: #1a222b; --line: #2c3743;
  --text: #e4eaf0; --soft: #9dabb9; --accent: #7db7ee; --bad: #f0897e; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 12vh 16px 32px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 380px; margin: 0 auto; padding: 20px 24px 24px; background: var(--card);
  border: 1px solid var(--line); border-radius: 10px; }
h1 { margin: 0 0 12px; font-size: 20px; }
p { margin: 0 0 12px; }
label { display: block; margin-bottom: 12px; color: var(--soft); }
input { display: block; width: 100%; padding: 7px 10px; font: inherit; color: var(--text);
  background: var(--card); border: 1px solid var(--soft); border-radius: 6px; }
button { padding: 7px 18px; font: inherit; font-weight: 600; color: var(--card); background: var(--accent);
  border: 1px solid var(--accent); border-radius: 6px; cursor: pointer; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid #b45309; outline-offset: 2px; }
.wrong { color: var(--bad); }
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Slurm: {title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}</main>
</body>
</html>
"""
FORM = """{why}<form method="post" action="/auth/">
<input type="hidden" name="next" value="{next}">
<label>User
<input name="user" autocomplete="username" autocapitalize="none" spellcheck="false" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Log in</button>
</form>
"""
SIGNED_IN = """<p>You are {user}.</p>
<form method="post" action="/auth/logout"><p><a href="{next}">Go on</a></p>
<button>Log out</button></form>
"""
SIGNED_OUT = """<p>You are logged out.</p>
<p><a href="/auth/">Log in again</a></p>
"""
#: The one style of its pages, and forms to this proxy alone.
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{STYLE_HASH}'"
)
#: Where a browser may be led after its login: a path of this proxy. Browsers take "//" and "/\\" for a host.
PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,8000}")
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"


class Refused(Exception):
    """Why a request is nobody's; the text is for the client, and names nothing that is secret.

    place: where a browser wanted to go.
    """

    place = "/"


class Foreign(Exception):
    """A request that does not come, or cannot be seen to come, from a page of this proxy's."""


class Origins:
    """From which site a request comes. own: origins of this proxy's beside the one that a request names."""

    def __init__(self, own=()):
        self.own = own

    def proof(self, environ):
        """True: from a page of this proxy's, False: from another site's; None: no browser says anything."""
        site, origin = environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
        if site in ("cross-site", "same-site") or (origin is not None and not self._is_own(origin, environ)):
            return False
        return True if origin is not None or site == "same-origin" else None

    def check(self, environ):
        """Raises Foreign if another site's page asks."""
        if self.proof(environ) is False:
            raise Foreign("this request comes from a page of another site")

    def check_change(self, environ, method, path):
        """The same of a request to restd-inet, if it changes something; one with GET needs a proof."""
        changing = CHANGING.fullmatch("/" + "/".join(filter(None, path.split("/"))))
        if method not in READING or changing:
            self.check(environ)
        proved = self.proof(environ) or "HTTP_X_REQUESTED_WITH" in environ
        if method in READING and changing and not proved:
            raise Foreign("this changes something: a script has to send X-Requested-With with it")

    def _is_own(self, origin, environ):
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "http")
        host = environ.get("HTTP_X_FORWARDED_HOST") or environ.get("HTTP_HOST", "")
        port = {"http": ":80", "https": ":443"}.get(scheme, "")
        return origin.lower() in (f"{scheme}://{host.lower().removesuffix(port)}", *self.own)


class Demonstration:
    """Whoever says that he is one of the users in a file is believed. For demonstrations only."""

    by_link = True

    def __init__(self, path):
        self.path = path

    def admits(self, user):
        return user in Path(self.path).read_text().split()

    def proves(self, user, password):
        return True


class Checker:
    """A site's own program says whether a password is right: it reads two lines, user and password."""

    by_link = False

    def __init__(self, command):
        self.command = shlex.split(command)

    def admits(self, user):
        return True

    def proves(self, user, password):
        try:
            done = subprocess.run(self.command, input=f"{user}\n{password}\n".encode(), timeout=30)
        except (OSError, subprocess.TimeoutExpired) as error:
            say(f"{self.command[0]}: {error}")
            return False
        return done.returncode == 0


class Sessions:
    """Cookies: a user and a time, signed. seconds: how long one lasts."""

    def __init__(self, key, seconds):
        self.key = key
        self.seconds = seconds

    def open(self, user, secure):
        """The Set-Cookie header for a user who has proved himself."""
        now = int(time.time())
        claims = {"sub": user, "aud": AUDIENCE, "iat": now, "exp": now + self.seconds}
        value = jwt.encode(claims, self.key, algorithm=ALGORITHM)
        return self._header(value, self.seconds, secure)

    def close(self, secure):
        return self._header("", 0, secure)

    def _header(self, value, seconds, secure):
        name = SECURE_COOKIE if secure else COOKIE
        attributes = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")
        return "Set-Cookie", f"{name}={value}; {attributes}"

    def user(self, cookies, secure):
        """Whose session it is. Raises Refused."""
        name = SECURE_COOKIE if secure else COOKIE
        pairs = [part.strip().partition("=") for part in cookies.split(";")]
        values = [value for key, _, value in pairs if key == name]
        if not values:
            raise Refused("not logged in")
        if len(values) > 1:
            raise Refused(f"more than one cookie named {name}")
        try:
            claims = jwt.decode(
                values[0],
                self.key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["sub", "aud", "iat", "exp"]},
            )
        except jwt.ExpiredSignatureError:
            raise Refused("the session has expired") from None
        except jwt.PyJWTError:
            raise Refused("the cookie is not one of this proxy's") from None
        return str(claims["sub"])


class Authenticator:
    """The WSGI application. first_uid: system users, root and SlurmUser among them, are below it."""

    def __init__(self, sessions, source, token_file, first_uid, origins):
        self.sessions = sessions
        self.source = source
        self.token_file = token_file
        self.first_uid = first_uid
        self.origins = origins

    def __call__(self, environ, start_response):
        pages = {
            ("GET", "/check"): self.check,
            ("GET", "/auth/"): self.page,
            ("POST", "/auth/"): self.form,
            ("POST", "/auth/logout"): self.logout,
        }
        secure = environ.get("HTTP_X_FORWARDED_PROTO") == "https"
        browser = "text/html" in environ.get("HTTP_ACCEPT", "")
        page = pages.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if page is None:
            status, headers, body = "404 Not Found", [("Content-Type", TEXT)], "there is /auth/ here\n"
        else:
            try:
                status, headers, body = page(environ, secure)
            except Refused as refused:
                status, headers, body = self.refusal(refused)
                if browser and environ["PATH_INFO"] == "/auth/":
                    why = f'<p class="wrong" role="alert">{html.escape(str(refused))}</p>'
                    headers[1], body = ("Content-Type", HTML), form(refused.place, why)
            except Foreign as foreign:
                headers = [("Content-Type", TEXT), ("X-Auth-Reason", str(foreign))]
                status, body = "403 Forbidden", f"{foreign}\n"
        content = body.encode()
        headers += [("Cache-Control", "no-store"), ("Content-Length", str(len(content)))]
        headers += [("Content-Security-Policy", POLICY), ("Referrer-Policy", "same-origin")]
        start_response(status, headers)
        return [content]

    def refusal(self, refused):
        headers = [
            ("WWW-Authenticate", 'Cookie realm="slurm", form-action="/auth/"'),
            ("Content-Type", TEXT),
            ("X-Auth-Reason", str(refused)),
        ]
        return "401 Unauthorized", headers, f"{refused}\n"

    def check(self, environ, secure):
        """For nginx: who this is, and the token with which to say so. Never one without the other."""
        user = self.sessions.user(environ.get("HTTP_COOKIE", ""), secure)
        path = urllib.parse.unquote(urllib.parse.urlsplit(environ.get("HTTP_X_ORIGINAL_URI", "")).path)
        self.origins.check_change(environ, environ.get("HTTP_X_ORIGINAL_METHOD", "GET"), path)
        if not self.known(user):
            raise Refused("the user of the cookie is unknown")
        token = self.token()
        if not token:
            return "503 Service Unavailable", [("Content-Type", TEXT)], "there is no token of SlurmUser\n"
        return "200 OK", [("X-SLURM-USER-NAME", user), ("X-SLURM-USER-TOKEN", token)], ""

    def page(self, environ, secure):
        """The form; with ?user=, a demonstration's login. What follows ?next= is where to go on."""
        query = environ.get("QUERY_STRING", "")
        values = urllib.parse.parse_qs(query)
        if self.source.by_link and "user" in values and not query.startswith("next="):
            self.origins.check(environ)
            return self.login(values["user"][-1], "", secure)
        place = local(query.removeprefix("next=")) if query.startswith("next=") else "/"
        try:
            user = self.sessions.user(environ.get("HTTP_COOKIE", ""), secure)
        except Refused:
            return "200 OK", [("Content-Type", HTML)], form(place)
        body = SIGNED_IN.format(user=html.escape(user), next=html.escape(place))
        return "200 OK", [("Content-Type", HTML)], made("Logged in", body)

    def form(self, environ, secure):
        self.origins.check(environ)
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit() and int(length) <= LARGEST_FORM):
            raise Refused("the form is too large")
        body = environ["wsgi.input"].read(int(length)).decode("utf-8", "replace")
        values = urllib.parse.parse_qs(body, keep_blank_values=True)
        place = values.get("next", [""])[-1]
        user, password = values.get("user", [""])[-1], values.get("password", [""])[-1]
        place = local(place) if place else ""
        try:
            return self.login(user, password, secure, place)
        except Refused as refused:
            refused.place = place or "/"
            raise

    def login(self, user, password, secure, place=""):
        """place: where a browser goes on."""
        # A line break would give the site's program another user than the one who is looked up here.
        good = self.known(user) and not set(password) & set("\r\n\0") and self.source.proves(user, password)
        say(f"login of {user!a}: {'yes' if good else 'no'}")
        if not good:
            raise Refused("wrong user or password")
        cookie = self.sessions.open(user, secure)
        if place:
            return "303 See Other", [("Location", place), cookie], ""
        return "200 OK", [("Content-Type", HTML), cookie], HELLO.format(user=html.escape(user))

    def logout(self, environ, secure):
        self.origins.check(environ)
        body = made("Goodbye", SIGNED_OUT)
        return "200 OK", [("Content-Type", HTML), self.sessions.close(secure)], body

    def known(self, user):
        """May the proxy speak for this user? Looked up each time: a user who has left has no session."""
        if not USER.fullmatch(user):
            return False
        try:
            uid = pwd.getpwnam(user).pw_uid
        except KeyError:
            return False
        return uid >= self.first_uid and uid != 0 and self.source.admits(user)

    def token(self):
        """SlurmUser's token; "" if there is none, or none that is still good. It is renewed in its file."""
        try:
            text = Path(self.token_file).read_text().strip()
            expires = jwt.decode(text, options={"verify_signature": False}).get("exp", 0)
        except (OSError, ValueError, jwt.PyJWTError) as error:
            say(f"{self.token_file}: {error}")
            return ""
        if expires <= time.time():
            say(f"{self.token_file}: the token has expired")
            return ""
        return text


def local(place):
    """The path if it is one of this proxy's, else "/"."""
    return place if PATH.fullmatch(place) and not place.startswith("/auth/") else "/"


def form(place, why=""):
    return made("Log in", FORM.format(next=html.escape(place), why=why))


def made(title, body):
    return PAGE.format(title=title, style=STYLE, body=body)


class Handler(WSGIRequestHandler):
    """The peer of a Unix socket has no address, and nginx keeps the access log."""

    timeout = 30

    def address_string(self):
        return "nginx"

    def log_message(self, format, *args):
        pass

    def get_environ(self):
        self.client_address = ("", 0)
        return super().get_environ()


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """A WSGI server on a Unix socket that only its own user can connect to."""

    address_family = socket.AF_UNIX
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self):
        Path(self.server_address).unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            socketserver.TCPServer.server_bind(self)
        finally:
            os.umask(before)
        self.server_name, self.server_port = "localhost", 0
        self.setup_environ()


def say(text):
    print(f"authenticator: {text}", file=sys.stderr, flush=True)


def read_key(path):
    """The key that signs cookies, which nobody else may read."""
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        key = file.read()
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO) or status.st_uid not in (0, os.geteuid()):
        sys.exit(f"authenticator: {path} must be its user's alone (chmod 0600)")
    if len(key) < 32:
        sys.exit(f"authenticator: {path} is too short: expected at least 32 random bytes")
    return key


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--socket", required=True, help="where nginx asks")
    parser.add_argument("--key", required=True, help="file with the key that signs cookies, mode 0600")
    parser.add_argument("--token", required=True, help="file with SlurmUser's token; see renew_token.py")
    parser.add_argument("--lifespan", type=int, default=3600, help="of a session, in seconds (%(default)s)")
    parser.add_argument(
        "--first-uid", type=int, default=1000, help="users below cannot log in; nor can root (%(default)s)"
    )
    parser.add_argument(
        "--origin", action="append", default=[], help="of this proxy, if a TLS of another's is before it"
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checker", help="program that reads user and password, a line each")
    source.add_argument(
        "--demonstration", metavar="FILE", help="let the users in this file in WITHOUT ANY PASSWORD"
    )
    return parser.parse_args()


def main():
    args = parse_args()
    source = Checker(args.checker) if args.checker else Demonstration(args.demonstration)
    sessions = Sessions(read_key(args.key), args.lifespan)
    origins = Origins([origin.lower() for origin in args.origin])
    with Server(args.socket, Handler) as server:
        server.set_app(Authenticator(sessions, source, args.token, args.first_uid, origins))
        if args.demonstration:
            say(f"DEMONSTRATION: the users in {args.demonstration} need no password")
        server.serve_forever()


if __name__ == "__main__":
    main()
