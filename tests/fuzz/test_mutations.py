"""Invariant: whatever bytes come, each request gets at most one answer, each answer is well formed, and
the connection ends; nothing but Problem is ever raised.

Requests of wire_cases are mutated, with fixed seeds and with seeds that are new in every run; `make test` has
ten times more of both than `pytest`. A failure names the seed and prints the input; FUZZ_SEEDS="12 34" runs
those seeds instead of new ones.
"""

from __future__ import annotations

import os
import random
from itertools import pairwise

import h11
import pytest
from hypothesis import settings
from wire_cases import ACCEPTED, REFUSED, TRUNCATED, echo, talk, undated

from restd_inet.message import Request, Response

MANY = settings.default.max_examples >= 100
#: Each fixed seed makes one input.
FIXED = range(10_000 if MANY else 1_000)
#: Seeds that are new in every run, and how many inputs each makes; so many of those are sent bytewise too.
NEW, INPUTS, BYTEWISE = 100 if MANY else 10, 200, 10
# Mostly right requests: behind a wrong one nothing is looked at.
SEEDS = [case.request for case in (*ACCEPTED * 10, *REFUSED, *TRUNCATED) if len(case.request) < 2000]
TOKENS = [
    b"\r\n", b"\n", b"\r", b" ", b"\t", b"\0", b":", b"%", b"/", b"?", b";", b"0", b"-", b",", b"\xff",
    b"HTTP/1.0", b"HTTP/1.1", b"GET ", b"HEAD ", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Connection: close\r\n", b"Expect: 100-continue\r\n", b"Host: h\r\n", b"ffffffff", b"0\r\n\r\n",
]  # fmt: skip


def mutated(random: random.Random) -> bytes:
    data = bytearray(b"".join(random.choices(SEEDS, k=random.randint(1, 5))))
    for _ in range(random.randint(0, 3)):
        at, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
        end = min(end, at + random.randint(0, 8))
        change = random.randrange(5)
        if change == 0:
            data[at:end] = random.choice(TOKENS)
        elif change == 1:
            data[at:at] = random.choice(TOKENS)
        elif change == 2:
            del data[at:end]
        elif change == 3:
            data[at:at] = data[at:end]
        elif at < len(data):
            data[at] ^= 1 << random.randrange(8)
    return bytes(data)


def pieces_of(data: bytes, random: random.Random) -> list[bytes]:
    cuts = sorted({0, len(data), *(random.randrange(len(data) + 1) for _ in range(random.randint(0, 5)))})
    return [data[start:end] for start, end in pairwise(cuts)]


def read_answers(output: bytes, methods: list[str], open_ended: bool) -> list[int]:
    """The statuses of the final answers, as h11's client reads them; fails if it cannot."""
    statuses: list[int] = []
    rest = output
    while rest:
        client = h11.Connection(h11.CLIENT)
        method = methods[len(statuses)] if len(statuses) < len(methods) else "GET"
        client.send(h11.Request(method=method, target="/", headers=[("Host", "h")]))
        client.send(h11.EndOfMessage())
        client.receive_data(rest)
        if open_ended:
            client.receive_data(b"")
        while not isinstance(event := client.next_event(), h11.EndOfMessage):
            assert event not in (h11.NEED_DATA, h11.PAUSED), "an answer is not complete"
            if isinstance(event, h11.Response):
                statuses.append(event.status_code)
        rest = client.trailing_data[0]
    return statuses


def check(data: bytes, pieces: list[bytes], strict: bool) -> bytes:
    """Sends the pieces; fails if the answers break a rule. What was answered."""
    seen: list[Request] = []

    def handle(request: Request) -> Response:
        seen.append(request)
        return echo(request)

    output, wire = talk(pieces, strict, chunked=strict, handle=handle)
    statuses = read_answers(output, [request.method for request in seen], open_ended=strict)
    # One answer for each request, and one more at most: the refusal that ends the connection.
    assert len(seen) <= len(statuses) <= len(seen) + 1
    refused = statuses[-1:] >= [400] and not wire.keep_alive
    assert len(statuses) == len(seen) or refused
    assert wire.ended or not wire.keep_alive
    # Whether 100 Continue is sent depends on the cut.
    return undated(output).replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")


modes = pytest.mark.parametrize("strict", [True, False], ids=["strict", "lenient"])


@modes
def test_mutated_requests_get_well_formed_answers(strict: bool) -> None:
    for seed in FIXED:
        rng = random.Random(seed)
        data = mutated(rng)
        try:
            check(data, pieces_of(data, rng), strict)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {data!r}: {error!r}") from error


@modes
def test_new_seeds_and_the_answers_do_not_depend_on_the_cut(strict: bool) -> None:
    new = [random.SystemRandom().getrandbits(48) for _ in range(NEW)]
    for seed in map(int, os.environ.get("FUZZ_SEEDS", "").split() or new):
        rng = random.Random(seed)
        for number in range(INPUTS):
            data = mutated(rng)
            cuts = [pieces_of(data, rng)]
            if number < BYTEWISE:
                cuts.append([data[at : at + 1] for at in range(len(data))])
            try:
                whole = check(data, [data], strict)
                for pieces in cuts:
                    assert check(data, pieces, strict) == whole, f"cut as {pieces!r}"
            except Exception as error:
                where = f"input {number} of FUZZ_SEEDS={seed}"
                raise AssertionError(f"{where}: {data!r}: {error!r}") from error
