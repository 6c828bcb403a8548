"""Idempotency-Key: a request that is sent again is not done again; it gets the answer of the first time.

A key has a file in the user's part of the state directory, of lines of JSON: what the request was, which is
on the disk before anything is done, and the answer. A file with the first line alone whose lock is free is
that of a process that ended in between. What became of its request is then found out by the route (`settle`):
a job has the file's tag in it. Only if there is no such job, and enough time has passed for slurmctld to have
seen the request, it is done again. What is `repeatable` is done again at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from math import ceil

from restd_inet import log, slurm, state_directory
from restd_inet.message import Credential, Response
from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.commands import Call, Result, Route
    from restd_inet.message import Request
    from restd_inet.settings import Settings

FIELD = "Idempotency-Key"
REPLAYED = ("Idempotency-Replayed", "true")
#: Characters of a key.
LONGEST = 255
#: Seconds for which a key is known.
KEPT = 24 * 3600
#: Keys of a user in that time, and bytes of an answer.
MOST, LARGEST = 10_000, 16 << 20
#: Seconds between two removals of old keys, and before an empty file is nobody's.
_SWEEP, _EMPTY = 3600, 10
_SWEPT = ".swept"
#: Seconds that a request may take to slurmctld, at least; MessageTimeout may be longer.
_ON_ITS_WAY = 10
#: A string of RFC 8941, section 3.3.3, or the same bare.
_KEY = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"|([!#-+\--~]+)', re.ASCII)

#: Errors by which nothing was sent to slurmctld, or nothing was done by it.
_NOT_DONE = (
    "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR",
    "SLURM_COMMUNICATIONS_CONNECTION_ERROR",
    "ESLURM_DB_CONNECTION",
    "ESLURM_DB_CONNECTION_INVALID",
    "ESLURM_IN_STANDBY_MODE",
    "ESLURM_IN_STANDBY_USE_BACKUP",
)


def key_of(field: str) -> str:
    """The key in a field: a structured field's string, in quotes, or a word. Raises Problem 400."""
    found = _KEY.fullmatch(field.strip(" \t"))
    key = (found[1] or found[2] or "") if found else ""
    if not found or not key:
        text = 'expected one string in quotes, such as "8e03978e-40d5", or one word, of ASCII'
        raise Problem(400, f"{FIELD}: {text}; found {quoted(field)}")
    key = re.sub(r'\\(["\\])', r"\1", key) if found[2] is None else key
    if len(key) > LONGEST:
        raise Problem(400, f"{FIELD}: expected at most {LONGEST} characters; found {len(key)}")
    return key


def digest(request: Request) -> str:
    """What a request asks for: method, path, query and body."""
    found = hashlib.sha256()
    for part in (request.method, *request.path, "?" + request.query):
        data = part.encode("utf-8", "surrogateescape")
        found.update(b"%d:%b" % (len(data), data))
    found.update(request.read() if _has_body(request) else b"")
    return found.hexdigest()


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def once(
    request: Request,
    route: Route,
    settings: Settings,
    perform: Callable[..., Response],
    refuse: Callable[[Problem], Response],
) -> Response:
    """The answer to a request with a key. Raises Problem.

    perform: does the request, with a handler and with a tag. refuse: makes the answer of a Problem.
    """
    key = key_of(request.headers[FIELD.lower()])
    credential = request.credential
    assert credential is not None
    slurm.connect(settings)
    slurm.act_for(credential)
    slurm.confirm()  # stored answers are for verified users
    credential.proven = True
    directory = state_directory.open_user(settings, _user(credential))
    try:
        record = _record(directory, key, digest(request))
        try:
            return _answered(request, record, route, settings, perform, refuse)
        finally:
            record.close()
    finally:
        os.close(directory)


def _record(directory: int, key: str, request: str) -> Record:
    try:
        return Record(directory, key, request)
    except OSError as error:
        state_directory.failed(error)


def _user(credential: Credential) -> str:
    """The name of a user's directory."""
    if credential.uid != Credential.NOT_HERE:
        return str(credential.uid)
    return "name-" + hashlib.sha256(credential.name.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _answered(
    request: Request,
    record: Record,
    route: Route,
    settings: Settings,
    perform: Callable[..., Response],
    refuse: Callable[[Problem], Response],
) -> Response:
    if record.answer is not None:
        request.job_id = record.answer.get("job_id", 0)
        return _replayed(record.answer)
    if record.interrupted and not route.repeatable:
        found = _settled(record, route, settings, perform)
        if found is not None:
            record.store(found, request.job_id)
            found.headers.append(REPLAYED)
            return found
    try:
        response = perform(tag=record.tag, again=record.interrupted)
        response.whole()
    except Problem as problem:
        if problem.status == 501 or _not_done(problem, settings):
            record.forget()
        # 401 here may be an answer that did not come: the token has been verified before.
        if problem.status >= 500 or problem.status == 401:
            raise
        response = refuse(problem)
    record.store(response, request.job_id)
    return response


def _not_done(problem: Problem, settings: Settings) -> bool:
    constant = slurm.connect(settings).constant
    return bool(problem.number) and problem.number in map(constant, _NOT_DONE)


def _settled(
    record: Record, route: Route, settings: Settings, perform: Callable[..., Response]
) -> Response | None:
    """The answer that an earlier process did not give; None if its request must be done again."""
    unknown = (
        "an earlier request with this key was interrupted, and it cannot be found out whether it was done"
    )
    if route.settle is None:
        check = route.check or "what it was to change"
        raise Problem(409, f"{FIELD}: {unknown}; look at {check}, then use another key")
    settle = route.settle

    def handler(call: Call) -> Result:
        found = settle(call)
        if found is None:
            raise _NotFound
        return found

    try:
        return perform(handler=handler, tag=record.tag, again=True)
    except _NotFound:
        pass
    conf = slurm.connect(settings).conf
    if conf.min_job_age and record.since_begun >= conf.min_job_age:
        text = f"{unknown}: slurmctld forgets jobs {conf.min_job_age} s after their end"
        raise Problem(409, f"{FIELD}: {text}; look into accounting, then use another key")
    left = record.wait(max(conf.msg_timeout, _ON_ITS_WAY))
    if left > 0:
        text = "an earlier request with this key was interrupted, and slurmctld may yet receive it; try again"
        raise Problem(409, f"{FIELD}: {text}", headers=[("Retry-After", str(left))])
    return None


class _NotFound(Exception):
    """Nothing of what an earlier request may have made is there."""


def _replayed(answer: dict[str, Any]) -> Response:
    if "body" not in answer:
        text = f"the request was done, but its answer had more than {LARGEST} bytes, and was not stored"
        raise Problem(409, f"{FIELD}: {text}")
    headers = [(name, value) for name, value in answer["headers"]]
    body = answer["body"].encode("utf-8", "surrogateescape")
    response = Response(answer["status"], [*headers, REPLAYED], body, answer.get("reason", ""))
    return response


class Record:
    """The file of a key, under its lock. Raises Problem 409, 422 or 429.

    tag: what a job has in it. answer: what was answered, None if nothing was. interrupted: an earlier process
    has begun with the request. since_begun: seconds.
    """

    def __init__(self, directory: int, key: str, request: str) -> None:
        self._directory = directory
        name = hashlib.sha256(key.encode()).hexdigest()
        self._now = state_directory.now(directory)
        found = state_directory.lock(directory, name)
        assert found is not None
        if isinstance(found, bytes):
            _check(_lines(found), request)
            raise _running()
        self._file = found
        try:
            self._begin(request)
        except BaseException:
            found.close()
            raise

    def _begin(self, request: str) -> None:
        file, age = self._file, self._file.age(self._now)
        content = file.read()
        lines = _lines(content)
        if lines and not content.endswith(b"\n"):
            file.cut(content.rindex(b"\n") + 1)  # a process ended while it wrote
        if lines and age >= KEPT:
            lines = []
        self.answer = next((line for line in lines if "status" in line), None)
        self.interrupted = bool(lines) and self.answer is None
        self._marked = any("interrupted" in line for line in lines)
        if lines:
            _check(lines, request)
            self.tag = lines[0]["tag"]
            self.since_begun = self._now - lines[0]["began"]
            return
        if not content and not file.created and age < _EMPTY:
            raise _running()  # whoever made it has not written yet
        file.cut()
        if file.created:
            try:
                self._make_room()
            except BaseException:
                file.remove()
                raise
        self.tag, self.since_begun = os.urandom(16).hex(), 0.0
        self._write({"request": request, "tag": self.tag, "began": self._now})

    def _make_room(self) -> None:
        """Removes old keys from time to time. Raises Problem 429 if there are too many."""
        count = len(os.listdir(self._directory))
        try:
            swept = os.stat(_SWEPT, dir_fd=self._directory, follow_symlinks=False).st_mtime
        except FileNotFoundError:
            swept = 0.0
        if self._now - swept >= _SWEEP or count > MOST:
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            os.close(os.open(_SWEPT, flags, 0o600, dir_fd=self._directory))
            os.utime(_SWEPT, dir_fd=self._directory, follow_symlinks=False)
            state_directory.sweep(self._directory, KEPT)
            count = len(os.listdir(self._directory))
        if count > MOST:
            text = f"expected at most {MOST} keys of a user within {KEPT // 3600} hours"
            raise Problem(429, f"{FIELD}: {text}", headers=[("Retry-After", str(_SWEEP))])

    def _write(self, line: dict[str, Any]) -> None:
        self._file.append(json.dumps(line, separators=(",", ":")).encode() + b"\n")

    def wait(self, seconds: int) -> int:
        """How long to wait, of so many seconds since it was first seen that a process was interrupted."""
        if not self._marked:
            try:
                self._write({"interrupted": True})
            except OSError as error:
                state_directory.failed(error)
            return seconds
        left = seconds - self._file.age(self._now)
        return min(ceil(left), seconds) if left > 0 else 0

    def store(self, response: Response, job_id: int) -> None:
        """Keeps an answer. If it cannot be, the request counts as interrupted."""
        body = response.whole()
        line: dict[str, Any] = {"status": response.status, "reason": response.reason, "job_id": job_id}
        if len(body) <= LARGEST:
            kept = [field for field in response.headers if field[0].lower() != "retry-after"]
            line |= {"headers": kept, "body": body.decode("utf-8", "surrogateescape")}
        try:
            self._write(line)
        except OSError as error:
            log.write(log.ERROR, f"{FIELD}: an answer cannot be stored: {error.strerror}")

    def forget(self) -> None:
        """Nothing was done: the key is as new. If it cannot be removed, the request counts as interrupted."""
        with suppress(OSError):
            self._file.remove()

    def close(self) -> None:
        self._file.close()


def _lines(content: bytes) -> list[dict[str, Any]]:
    """The lines of a file that are whole."""
    found = []
    for text in content.split(b"\n")[:-1]:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        found.append(line)
    return found if found and "request" in found[0] else []


def _check(lines: list[dict[str, Any]], request: str) -> None:
    if lines and lines[0]["request"] != request:
        text = "this key was used with another method, path, query or body; use another key"
        raise Problem(422, f"{FIELD}: {text}")


def _running() -> Problem:
    text = "a request with this key is being worked on; try again"
    return Problem(409, f"{FIELD}: {text}", headers=[("Retry-After", "1")])
