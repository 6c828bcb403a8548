"""Asks restd-inet and the real slurmrestd the same, on one cluster at one moment; compares answers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from typing import Any

import lacking
import pytest
from cluster.cluster import SYSTEM_PATH

Body = dict[str, Any]
#: Status (0: none) and body (None: none).
Answer = tuple[int, "Body | None"]
Answers = dict[str, Answer]
#: The versions that the slurmrestd of a release has.
Served = dict[tuple[int, ...], list[int]]
AT_ONCE = 16


def release() -> tuple[int, ...]:
    """The release of the slurmrestd that is installed, (22, 5); () without one."""
    found = shutil.which("slurmrestd", path=SYSTEM_PATH)
    said = subprocess.run([found, "-V"], capture_output=True, text=True).stdout if found else ""
    number = re.search(r"(\d+)\.(\d+)", said)
    return tuple(map(int, number.groups())) if number else ()


#: Of releases that are in a Debian suite: a chroot of them can be had everywhere.
IN_DEBIAN = ("22.05", "24.11", "26.05")


def here(served: Served, since: int = 0) -> list[Any]:
    """Parameters of a test: the versions of the slurmrestd here, from one on; without any it is skipped."""
    found: list[Any] = [version for version in served.get(release(), ()) if version >= since]
    return found or [pytest.param(since, marks=missing(served, since), id="none")]


def missing(served: Served, since: int = 0) -> pytest.MarkDecorator:
    """The test is skipped, with what would run it."""
    releases = [written(numbers) for numbers, versions in served.items() if max(versions) >= since]
    having = [name for name in releases if name in IN_DEBIAN]
    which = f" that has v0.0.{since} or later" if since else ""
    why = f"no slurmrestd of Slurm {' or '.join(releases)}{which} is here"
    return pytest.mark.skip(lacking.slurm(why, having[-1]))


def written(release: tuple[int, ...]) -> str:
    """As its name is: 22.05."""
    return "{}.{:02}".format(*release)


def request(method: str, target: str, body: Any = None) -> str:
    content = "" if body is None else json.dumps(body)
    fields = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return f"{method} {target} HTTP/1.1\r\n{fields}\r\n{content}"


def answers(output: bytes) -> Iterator[Answer]:
    """Statuses and bodies, one after the other; what is not JSON is a body of None."""
    while output.startswith(b"HTTP/"):
        head, _, output = output.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        size = int(length[1]) if length else 0
        is_json = re.search(rb"(?i)content-type: *application/json", head)
        if len(output) < size:  # it was stopped, or stopped itself
            return
        yield int(head.split()[1]), json.loads(output[:size]) if size and is_json else None
        output = output[size:]


def ours(cluster: Any, *requests: str, user: str | None = None) -> list[Answer]:
    command = f"cat | restd-inet -q --max-requests {len(requests) + 1}"
    done = cluster.shell(command, input="".join(requests), user=user)
    found = list(answers(done.stdout))
    assert len(found) == len(requests), done.stderr.decode()
    return found


def theirs(cluster: Any, *requests: str, user: str | None = None) -> list[Answer]:
    """slurmrestd's. It may not outlive an error: what is left then is asked of another one.

    One that ends without a word, or hangs, may do so over a later request: one after the other is asked then,
    until it is found.
    """
    found: list[Answer] = []
    size = len(requests)
    while len(found) < len(requests):
        left = requests[len(found) :][:size]
        done = cluster.shell("cat | timeout 10 slurmrestd", input="".join(left), user=user)
        got = list(answers(done.stdout))
        broken = next((index for index, (status, _) in enumerate(got) if status not in (200, 304)), None)
        # After most errors it writes a second answer.
        found += got if broken is None else got[: broken + 1]
        if not got and len(left) == 1:
            found.append((0, None))
            size = len(requests)
        elif not got:
            size = 1
    return found


def at_one_moment(
    cluster: Any,
    targets: Iterable[str],
    moving: re.Pattern[str],
    user: str | None = None,
    growing: re.Pattern[str] = re.compile("(?!)"),
) -> tuple[Answers, Answers]:
    """Both words on each of these, ours the same before and after theirs.

    moving: the paths in a body of what moves with each question, whoever asks. growing: those of numbers
    that may grow meanwhile; theirs must lie between our two then, and counts as our later one.
    """
    we: Answers = {}
    they: Answers = {}
    left, again = list(targets), list[str]()
    size = AT_ONCE
    deadline = time.monotonic() + 180
    restless: dict[str, Any] = {}  # and what moved last
    while left or again:
        if not left:
            # Fewer at once: the shorter the moment, the less happens in it.
            left, again, size = again, [], max(1, size // 4)
        assert time.monotonic() < deadline, f"these do not come to rest: {restless}"
        some, left = left[:size], left[size:]
        requests = [request("GET", target) for target in some]
        before = ours(cluster, *requests, user=user)
        found = theirs(cluster, *requests, user=user)
        after = ours(cluster, *requests, user=user)
        for target, first, other, last in zip(some, before, found, after, strict=True):
            other = other[0], grown(first[1], other[1], last[1], growing)
            first = first[0], grown(first[1], first[1], last[1], growing)
            moved = next(differences(first[1], last[1], moving), None)
            if first[0] != last[0]:
                moved = "status", first[0], last[0]
            if moved:
                restless[target] = moved
                again.append(target)
            else:
                restless.pop(target, None)
                we[target], they[target] = last, other
    return we, they


def grown(first: Any, value: Any, last: Any, growing: re.Pattern[str], path: str = "") -> Any:
    """A body with the last number wherever one grew from the first to the last and its own is in between."""
    if isinstance(first, dict) and isinstance(value, dict) and isinstance(last, dict):
        return {
            key: grown(first.get(key), inner, last.get(key), growing, f"{path}.{key}" if path else key)
            for key, inner in value.items()
        }
    if isinstance(first, list) and isinstance(value, list) and isinstance(last, list):
        if len(first) == len(value) == len(last):
            several = zip(first, value, last, strict=True)
            return [grown(*three, growing, f"{path}[]") for three in several]
    elif growing.fullmatch(path) and all(isinstance(number, int) for number in (first, value, last)):
        return last if first <= value <= last else value
    return value


def differences(
    one: Any, other: Any, moving: re.Pattern[str], path: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """Where two bodies differ, and how; what moves is compared by its type alone."""
    if moving.fullmatch(path):
        if type(one) is not type(other):
            yield path, one, other
    elif isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            below = f"{path}.{key}" if path else key
            yield from differences(one.get(key, ...), other.get(key, ...), moving, below)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for left, right in zip(one, other, strict=True):
            yield from differences(left, right, moving, f"{path}[]")
    elif type(one) is not type(other) or one != other:
        yield path, one, other
