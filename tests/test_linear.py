"""What a client sends costs time in proportion to its length, and no more: growth is compared, not seconds.

Each measurement is a process of its own with a limit of CPU time, so that what never ends fails its test.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from time import process_time
from types import SimpleNamespace

import batch_reading
import pytest

from restd_inet.app.idempotency import key_of
from restd_inet.codec import form, json, multipart, yaml
from restd_inet.commands.restd._filters import globs
from restd_inet.http import coding, negotiate, ranges
from restd_inet.http.wire import Limits, Wire
from restd_inet.message import Peer, Response
from restd_inet.problems import Problem
from restd_inet.schema.kinds import sbatch
from restd_inet.schema.kinds.job_desc import JobIds
from restd_inet.schema.kinds.lists import Words
from restd_inet.schema.kinds.values import Invalid
from restd_inet.serve import forwarded

HERE = Path(__file__).parent
SIZES = (12_500, 100_000)
#: Growth of the text is 8; of what is quadratic 64.
MOST = 24.0
#: Seconds; what takes less says nothing.
NOISE = 0.002
CPU_SECONDS = 60


def test_no_pattern_of_the_package_takes_longer_than_in_proportion_to_its_text() -> None:
    done = subprocess.run(
        [sys.executable, HERE / "patterns.py"], capture_output=True, text=True, cwd=HERE.parent, check=False
    )
    lines = done.stdout.splitlines()
    assert lines and lines[-1] == "done", f"never ended: {lines[-1:]} {done.stderr}"
    assert [line for line in lines if line.startswith("GROWS")] == []
    assert int(lines[0].split()[0]) > 50


POST = b"POST /slurm/v0.0.44/job/submit HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: h\r\n"


def served(data: bytes) -> None:
    """A request and its body, as far as it can be parsed, with limits that do not interfere."""
    wire = Wire(Limits(header_bytes=1 << 20, target_bytes=1 << 20))
    try:
        for start in range(0, len(data), 65536):
            wire.receive(data[start : start + 65536])
            request = wire.request(bytes)
        if request is not None:
            while wire.body():
                pass
    except Problem:
        pass


def bytewise(data: bytes) -> None:
    """The same, as a client that sends one byte after the other."""
    wire = Wire(Limits(header_bytes=1 << 20, target_bytes=1 << 20))
    request = None
    with suppress(Problem):
        for at in range(len(data)):
            wire.receive(data[at : at + 1])
            request = request or wire.request(bytes)


def named(pattern: str) -> None:
    """The filter of a list, asked about a record."""
    asked = SimpleNamespace(slurm=SimpleNamespace(text=str))
    globs("name")(asked, (pattern,))(SimpleNamespace(name="a" * 200))  # type: ignore[arg-type]


def words(text: str) -> None:
    with suppress(Invalid):
        Words().parse(text)


def refused(parse: Callable[[str], object], text: str) -> None:
    with pytest.raises(Invalid):
        parse(text)


def memory(text: str) -> None:
    with pytest.raises(Invalid):
        sbatch.memory_per_node(text)


#: What is repeated, and who reads it: n is the length.
CASES: dict[str, Callable[[int], object]] = {
    "quotes of a chunk extension": lambda n: served(POST + b'1;a="' + b'";a="' * (n // 500) + b"!\r\n"),
    "blanks of a chunk extension": lambda n: served(POST + b"1" + b" " * n + b"!\r\n"),
    "blanks in a trailer": lambda n: served(POST + b"0\r\nX:" + b" " * n + b"\0\r\n\r\n"),
    "blanks before a control character": lambda n: served(GET + b"X:" + b" " * n + b"\0\r\n\r\n"),
    "blanks after a name": lambda n: served(GET + b"a" + b" " * n + b"\0\r\n\r\n"),
    "blanks within a value": lambda n: served(GET + b"a: b" + b" " * n + b"c\r\n\r\n"),
    "fields": lambda n: served(GET + b"a:\r\n" * (n // 4) + b"\r\n"),
    "bytes of a field behind a long target": lambda n: bytewise(
        b"GET /" + b"a" * (n // 2) + b" HTTP/1.1\r\nHost: h\r\nX: " + b"b" * (n // 2)
    ),
    "bytes of a target": lambda n: bytewise(b"GET /" + b"a" * n),
    "bytes of a chunked body": lambda n: bytewise(POST + b"1\r\na\r\n" * (n // 6)),
    "brackets of a name's pattern": lambda n: named("[" * n),
    "stars of a name's pattern": lambda n: named("*a" * (n // 2)),
    "a range of a name's pattern": lambda n: named("[" + "z-a-" * (n // 4) + "]"),
    "commas in brackets": lambda n: words("[" + "," * n),
    "brackets of words": lambda n: words("[],]" * (n // 4)),
    "addresses of a proxy": lambda n: forwarded.client(
        Peer("inet", "127.0.0.1:1"),
        {"x-forwarded-for": "127.0.0.1," * (n // 10)},
        [ip_network("127.0.0.0/8")],
    ),
    "quotes of a key": lambda n: key('"' + '\\"' * (n // 2)),
    "tags": lambda n: ranges.unchanged({"if-none-match": '"a' * (n // 2)}, '"b"'),
    "escapes of a form": lambda n: form.decode("a=" + "%41" * (n // 3)),
    "parameters of a form": lambda n: form.decode("&".join(f"{i:x}" for i in range(n // 8))),
    "codings of Accept-Encoding": lambda n: coding.apply("x," * (n // 2), Response(200, [], b"")),
    "blank lines": lambda n: served(b"\r\n" * (n // 2) + GET + b"\r\n"),
    "segments of a path": lambda n: served(b"GET " + b"/a" * (n // 2) + b" HTTP/1.1\r\nHost: h\r\n\r\n"),
    "escapes of a path": lambda n: served(b"GET /" + b"%61" * (n // 3) + b" HTTP/1.1\r\nHost: h\r\n\r\n"),
    "quoted parameters of Accept": lambda n: negotiate.accept('a/b;x="' + "y" * n + '"', ["a/b"]),
    "commas of Accept": lambda n: negotiate.accept("," * n, ["a/b"]),
    "escapes of Content-Type": lambda n: negotiate.content_type('a/b;x="' + "\\" * n + '"'),
    "a number of MiB": lambda n: memory("5" + " " * n + "x"),
    "commas of job ids": lambda n: refused(JobIds(ranges=True).parse, "[" + "," * n),
    "blanks of JSON": lambda n: decoded(json, b" " * n + b"x"),
    "escapes of JSON": lambda n: decoded(json, b'["' + b"\\n" * (n // 2) + b"\0"),
    "elements of JSON before a fault": lambda n: decoded(json, b"[" + b"0," * (n // 2) + b"x]"),
    "keys of JSON before a fault": lambda n: decoded(
        json, b"{" + b"".join(b'"%d":0,' % i for i in range(n // 8)) + b"x}"
    ),
    "blanks of YAML": lambda n: decoded(yaml, b"a: " + b" " * n + b"\0"),
    "lines of YAML": lambda n: decoded(yaml, b"a: b\n" + b"  c\n" * (n // 4) + b"\0"),
    "words of YAML": lambda n: decoded(yaml, b"a: " + b"b " * (n // 2) + b": c: d"),
    "elements of YAML": lambda n: decoded(yaml, b"[" + b"0," * (n // 16) + b"}"),
    "a text of YAML that is written": lambda n: b"".join(yaml.encode({"a": " ".join(("a", " " * n, "#"))})),
    "words of a directive": lambda n: script("#SBATCH --comment=" + "a\\" * (n // 2)),
    "quotes of a directive": lambda n: script("#SBATCH " + "-J''" * (n // 4)),
    "letters of a directive": lambda n: script("#SBATCH -" + "H" * n),
    "comments of a script": lambda n: script("#\n" * (n // 2)),
    "blank lines of a script": lambda n: script("\n" * n),
    "components and comments of a script": lambda n: script("#SBATCH hetjob\n" * 50 + "#\n" * (n // 2)),
    "resources of PBS": lambda n: script("#PBS -l " + "me" * (n // 2)),
    "variables of --export": lambda n: script("#SBATCH --export=" + "'," * (n // 2)),
    "parts of a multipart body": lambda n: parts(b"--b\r\n" + b"\r\n--" * (n // 4)),
    "fields of a part": lambda n: parts(b"--b\r\n" + b"a:\r\n" * (n // 4) + b"\r\n\r\n--b--"),
    "an infinite number": lambda n: decoded(json, b"[" + b"9" * n + b"]"),
}


def key(field: str) -> None:
    with suppress(Problem):
        key_of(field)


def script(lines: str) -> None:
    with suppress(Problem):
        batch_reading.read(f"#!/bin/sh\n{lines}\n")


def parts(body: bytes) -> None:
    with suppress(Problem):
        multipart.decode(body, "b")


def decoded(codec: object, body: bytes) -> None:
    with suppress(Problem):
        codec.decode(body)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", CASES)
def test_a_text_eight_times_as_long_takes_about_eight_times_as_long(name: str) -> None:
    for _ in range(2):  # another program may disturb a measurement
        spent = dict(measured(CASES[name]))
        if spent[SIZES[1]] / max(spent[SIZES[0]], NOISE) < MOST:
            return
    pytest.fail(f"{spent[SIZES[0]]:.4f} s of CPU, then {spent[SIZES[1]]:.4f} s")


def measured(case: Callable[[int], object]) -> Iterator[tuple[int, float]]:
    """The CPU time at each size, the least of three, in a process that may use no more than CPU_SECONDS."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        for size in SIZES:
            os.write(writer, b"%f\n" % min(_once(case, size) for _ in range(3)))
        os._exit(0)
    os.close(writer)
    with open(reader, encoding="ascii") as pipe:
        found = [float(line) for line in pipe]
    _, status = os.waitpid(pid, 0)
    assert status == 0, f"it took more than {CPU_SECONDS} s of CPU time"
    return zip(SIZES, found, strict=True)


def _once(case: Callable[[int], object], size: int) -> float:
    begin = process_time()
    case(size)
    return process_time() - begin
