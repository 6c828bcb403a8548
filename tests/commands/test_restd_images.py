"""Images of a list, as a process loads them for itself: when slurmctld is asked, and what is given."""

from __future__ import annotations

from typing import Any

import pytest

from restd_inet.commands.restd import _images
from restd_inet.commands.restd._images import Polled
from restd_inet.problems import Problem
from restd_inet.slurm.results import Records


class Message:
    def __init__(self, last_update: int, last_backfill: int = 0) -> None:
        self.last_update = last_update
        self.last_backfill = last_backfill


class Clock:
    """Time that passes only while somebody waits or slurmctld answers; slurmctld's answers in their order."""

    def __init__(self, *answers: Any, takes: float = 0.0) -> None:
        self.now = 1000.0
        self.answers = list(answers)
        self.takes = takes
        self.asked: list[tuple[float, int]] = []

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def load(self, since: int) -> Records:
        self.asked.append((self.now - 1000, since))
        self.now += self.takes
        answer = self.answers.pop(0) if self.answers else Problem(304, "nothing has changed")
        if isinstance(answer, Exception):
            raise answer
        return Records(answer, [], range(0))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    def make(*answers: Any, takes: float = 0.0) -> Clock:
        made = Clock(*answers, takes=takes)
        monkeypatch.setattr(_images, "monotonic", lambda: made.now)
        return made

    return make


def test_the_first_image_comes_at_once_and_the_next_when_something_has_changed(clock: Any) -> None:
    time = clock(Message(70), Problem(304, ""), Message(75))
    source = Polled(time.load, 2.0, pause=time.pause)
    first, second = source.next(1000), source.next(1060)
    assert (first.serial, first.at, first.reset) == (1, 70, "")
    assert (second.serial, second.at, second.reset) == (2, 75, "")
    assert time.asked == [(0, 0), (2, 70), (4, 70)]


def test_there_is_none_when_the_time_is_over(clock: Any) -> None:
    time = clock(Message(70))
    source = Polled(time.load, 2.0, pause=time.pause)
    source.next(1000)
    assert source.next(1001) is None
    assert (time.now, len(time.asked)) == (1001, 1)
    assert source.next(1005) is None
    assert (time.now, [at for at, _ in time.asked]) == (1005, [0, 2, 4])


def test_who_has_an_image_gets_the_next_one(clock: Any) -> None:
    time = clock(Problem(304, ""), Message(80))
    assert Polled(time.load, 2.0, since=70, pause=time.pause).next(1030).at == 80
    assert time.asked == [(0, 70), (2, 70)]


def test_slurmctld_is_asked_less_often_if_loading_takes_more_than_a_tenth_of_the_time(clock: Any) -> None:
    time = clock(*map(Message, range(1, 5)), takes=1.0)
    source = Polled(time.load, 2.0, pause=time.pause)
    for _ in range(4):
        source.next(1100)
    assert [at for at, _ in time.asked] == [0, 2, 12, 22]


def test_a_load_makes_the_pause_a_minute_at_most(clock: Any) -> None:
    time = clock(*map(Message, range(1, 5)), takes=20.0)
    source = Polled(time.load, 2.0, pause=time.pause)
    for _ in range(4):
        source.next(1300)
    assert [at for at, _ in time.asked] == [0, 20, 100, 180]


def test_a_look_that_fails_or_finds_nothing_is_no_slow_load(clock: Any) -> None:
    silence = [Problem(504, "no answer"), Problem(504, "no answer")]
    time = clock(Message(70), *silence, Problem(304, ""), Message(71))
    source = Polled(time.load, 2.0, pause=time.pause)
    source.next(1000)
    time.takes = 10.0
    for _ in range(2):
        with pytest.raises(Problem, match="no answer"):
            source.next(1100)
    assert source.next(1100).reset == _images.AFTER_OUTAGE
    assert [at for at, _ in time.asked] == [0, 2, 14, 26, 38]


def test_after_an_outage_all_is_loaded_and_nothing_is_compared(clock: Any) -> None:
    time = clock(Message(70), Problem(503, "it is down"), Message(71), Message(72))
    source = Polled(time.load, 2.0, pause=time.pause)
    source.next(1000)
    with pytest.raises(Problem, match="it is down"):
        source.next(1010)
    assert source.next(1010).reset == _images.AFTER_OUTAGE
    assert source.next(1010).reset == ""
    assert time.asked == [(0, 0), (2, 70), (4, 0), (6, 71)]


@pytest.mark.parametrize("second", [Message(60, 50), Message(75, 0)])
def test_a_slurmctld_whose_times_are_earlier_was_restarted(clock: Any, second: Message) -> None:
    time = clock(Message(70, 50), second, Message(80, 60))
    source = Polled(time.load, 2.0, pause=time.pause)
    assert [source.next(1060).reset for _ in range(3)] == ["", _images.RESTARTED, ""]
