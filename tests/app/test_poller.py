"""app.poller: one process asks slurmctld, and those who watch have its images."""

from __future__ import annotations

import itertools
import json
import os
import select
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from fake_slurm import FakeSlurm, lib
from listening import wait

from restd_inet import slurm
from restd_inet.app import poller
from restd_inet.app.poller import Poller
from restd_inet.channel import pair, receive
from restd_inet.message import Credential, Held
from restd_inet.problems import Problem
from restd_inet.serve.poller_door import Door
from restd_inet.serve.service import keep_only
from restd_inet.settings import Settings
from restd_inet.slurm import image_maker
from restd_inet.slurm.shared_images import FAILED, MESSAGE_BYTES, Alone, SharedImages

#: Seconds that nothing here takes.
LONG = 60.0
PLACES = itertools.count(1 << 30, 1 << 24)


class Slurmctld(FakeSlurm):
    """What the poller, another process, asks: its answers and what was asked are in files."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._directory = directory
        self.identity = Identity(directory)  # type: ignore[assignment]
        (directory / "asked").touch()
        self.say(jobs=[[1, "a"]], now=100, private=0, down=False, munge=True)

    def say(self, **answers: Any) -> None:
        file = self._directory / "answers"
        found = json.loads(file.read_text()) if file.exists() else {}
        (self._directory / "new").write_text(json.dumps({**found, **answers}))
        os.rename(self._directory / "new", file)

    @property
    def asked(self) -> list[str]:
        return (self._directory / "asked").read_text().split()

    def message(self, call: str, given: list[Any]) -> Any:
        with (self._directory / "asked").open("a") as file:
            file.write(f"{call}\n")
        said = json.loads((self._directory / "answers").read_text())
        self._jobs = [self.struct("slurm_job_info_t", job_id=id, name=name) for id, name in said["jobs"]]
        self.now = said["now"]
        message = super().message(call, given)
        if call == "slurm_load_ctl_conf":
            message.private_data = said["private"]
        return message

    def failing(self, call: str, given: list[Any]) -> str:
        said = json.loads((self._directory / "answers").read_text())
        self.changed = said["now"]
        self.guard.munge = "" if said["munge"] or self.identity.token else "no socket"
        if self.guard.munge or self.identity.token == "expired":
            return "SLURM_PROTOCOL_AUTHENTICATION_ERROR"
        if said["down"] and call != "slurm_load_ctl_conf":
            return "SLURM_COMMUNICATIONS_CONNECTION_ERROR"
        return ""


class Identity:
    """With which token RPCs are signed; those that were are in a file."""

    token: str | None = None
    is_clients = False

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def own(self) -> None:
        self.token = None

    release = own

    def assume(self, token: str, name: str) -> bool:
        self.token = token
        with (self._directory / "lent").open("a") as file:
            file.write(f"{name}:{token}\n")
        return True


class Served:
    """A worker's part: the door, and whoever comes through it."""

    def __init__(self, directory: Path, slurmctld: Slurmctld) -> None:
        self.slurm = slurmctld
        self._settings = Settings()
        self._settings.max_connections = 20
        slurm.reserve_images()
        self._poll = select.poll()
        self.door = Door(self, False, self._poll)  # type: ignore[arg-type]
        self.door._shared[1] = next(PLACES)  # this process may still have images of earlier tests
        self.pids: list[int] = []

    def poll(self, door: Any, shared: memoryview) -> int:
        return Poller(self._settings, door, shared).run()

    def attend(self) -> None:
        """What the worker does when something happens."""
        if self._poll.poll(0):
            self.door.start(keep_only)
            self.pids.append(self.door._pid)
        pid, status = os.waitpid(-1, os.WNOHANG) if self.door._pid else (0, 0)
        if pid:
            self.door.ended(pid, os.waitstatus_to_exitcode(status))

    def watch(self, interval: float = 0.1, history: bool = False, token: str = "") -> SharedImages:
        who = Credential(1000, 1000, "fred", "jwt", token)
        return SharedImages(self.slurm, self.door.descriptor, "jobs", interval, history, who)

    def lent(self) -> set[str]:
        file = self.slurm._directory / "lent"
        return set(file.read_text().split()) if file.exists() else set()

    def next(self, images: SharedImages) -> Any:
        """The next image, while the worker works."""
        end = monotonic() + LONG
        while monotonic() < end:
            self.attend()
            if image := images.next(monotonic() + 0.05):
                return image
        raise AssertionError("there was no image")

    def end(self) -> None:
        if self.door._pid:
            os.kill(self.door._pid, signal.SIGKILL)
            os.waitpid(self.door._pid, 0)
        Held.door = -1


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    slurmctld = Slurmctld(tmp_path)
    monkeypatch.setattr(slurm, "connect", lambda settings: slurmctld)
    monkeypatch.setattr(poller, "_become_nobody", lambda: None)
    monkeypatch.setattr(poller, "IDLE_SECONDS", 0.3)
    found = Served(tmp_path, slurmctld)
    yield found
    found.end()


def names(image: Any) -> dict[int, str]:
    return {job.job_id: job.name and FakeSlurm.text(SLURM, job.name) for job in image.records}


SLURM = FakeSlurm()


def test_nobody_watches_and_nobody_asks(served: Served) -> None:
    served.attend()
    assert not served.pids and not served.slurm.asked


def test_many_watch_and_slurmctld_is_asked_once(served: Served) -> None:
    watching = [served.watch(interval=LONG) for _ in range(10)]
    images = [served.next(each) for each in watching]
    assert all(names(image) == {1: "a"} for image in images)
    assert served.slurm.asked.count("slurm_load_jobs") == 1
    assert len(served.pids) == 1


def test_each_image_says_what_is_new(served: Served) -> None:
    watching = served.watch()
    first = served.next(watching)
    served.slurm.say(jobs=[[2, "b"], [1, "z"]], now=101)
    second = served.next(watching)
    assert second.follows(first) and second.fresh == [(0, -1), (1, 0)]


def test_an_image_that_says_the_same_is_not_handed_out(served: Served) -> None:
    watching = served.watch()
    served.next(watching)
    asked = len(served.slurm.asked)
    served.slurm.say(now=101)
    wait(lambda: len(served.slurm.asked) > asked + 1, "it is asked again")
    assert watching.next(0.0) is None


def test_who_comes_later_has_what_was_kept(served: Served) -> None:
    watching = served.watch()
    first = served.next(watching)
    for now in (101, 102):
        served.slurm.say(jobs=[[1, f"at {now}"]], now=now)
        last = served.next(watching)
    late = served.watch(history=True)
    newest = served.next(late)
    assert [names(each)[1] for each in late.kept] == ["a", "at 101"]
    assert late.kept[0].serial == first.serial and newest.serial == last.serial


def test_what_is_private_is_not_handed_out(served: Served) -> None:
    served.slurm.say(private=lib.PRIVATE_DATA_JOBS)
    with pytest.raises(Alone):
        served.next(served.watch())
    served.slurm.say(private=lib.PRIVATE_DATA_USERS | lib.PRIVATE_DATA_NODES)
    assert served.next(served.watch())


@pytest.mark.parametrize("changes", [True, False])
def test_what_becomes_private_is_not_handed_out(served: Served, changes: bool) -> None:
    watching = served.watch(interval=LONG if not changes else 0.1)
    served.next(watching)
    served.slurm.say(private=lib.PRIVATE_DATA_JOBS, now=101)
    if changes:
        served.slurm.say(jobs=[[7, "secret"]])
        with pytest.raises(Alone):
            served.next(watching)
    else:
        began = monotonic()
        wait(lambda: monotonic() > began + poller._CONF_SECONDS, "it is asked again")
        with pytest.raises(Alone):
            served.next(served.watch(interval=LONG))


def test_all_are_let_go_at_once(served: Served) -> None:
    """Those too that say something at that moment."""
    watching = [served.watch(interval=LONG) for _ in range(5)]
    for each in watching:
        served.next(each)
    began = monotonic()
    wait(lambda: monotonic() > began + poller._CONF_SECONDS, "it is asked again")
    served.slurm.say(private=lib.PRIVATE_DATA_JOBS, now=101)
    os.kill(served.pids[0], signal.SIGSTOP)
    late = served.watch(interval=LONG)
    for each in (*watching, late):
        assert each.next(0.0) is None
    os.kill(served.pids[0], signal.SIGCONT)
    for each in (*watching, late):
        with pytest.raises(Alone):
            served.next(each)
    assert len(served.pids) == 1


def test_slurmctld_does_not_answer_and_then_it_does(served: Served) -> None:
    watching = served.watch()
    first = served.next(watching)
    served.slurm.say(down=True)
    for _ in range(2):
        with pytest.raises(Problem) as failed:
            served.next(watching)
        assert failed.value.status == 503
    served.slurm.say(down=False)
    after = served.next(watching)
    assert after.epoch > first.epoch and names(after) == {1: "a"}


def test_a_poller_that_is_killed_is_replaced_and_no_change_is_lost(served: Served) -> None:
    watching = served.watch()
    first = served.next(watching)
    os.kill(served.pids[0], signal.SIGKILL)
    served.slurm.say(jobs=[[1, "later"]], now=101)
    after = served.next(watching)
    assert len(served.pids) == 2
    assert names(after) == {1: "later"} and not after.follows(first) and after.serial > first.serial


def test_it_ends_with_those_who_watch(served: Served) -> None:
    watching = served.watch()
    served.next(watching)
    watching._end()

    def ended() -> bool:
        served.attend()
        return not served.door._pid

    wait(ended, "the end of the poller")
    assert served.next(served.watch())
    assert len(served.pids) == 2


def test_a_slow_one_gets_the_newest_alone(served: Served) -> None:
    slow, quick = served.watch(), served.watch()
    served.next(slow)
    served.next(quick)
    for now in (101, 102, 103):
        served.slurm.say(jobs=[[1, f"at {now}"]], now=now)
        served.next(quick)
    assert names(served.next(slow)) == {1: "at 103"} or names(served.next(slow)) == {1: "at 103"}


def test_a_poller_that_cannot_work_leaves_everybody_alone(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(settings: Settings) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(slurm, "connect", broken)
    with pytest.raises(Alone):
        served.next(served.watch())


def test_a_token_is_borrowed_only_where_there_is_no_other_way(served: Served) -> None:
    assert served.next(served.watch(token="good")) and not served.lent()


def test_without_munge_the_poller_asks_by_the_token_of_one_who_watches(served: Served) -> None:
    served.slurm.say(munge=False)
    watching = [served.watch(token=token) for token in ("", "expired", "good", "better")]
    images = []

    def all_have() -> bool:
        served.attend()
        images.extend(image for each in watching if (image := each.next(monotonic() + 0.05)))
        return len(images) >= len(watching)

    wait(all_have, "images")
    assert served.lent() - {"fred:expired"} in ({"fred:good"}, {"fred:better"})
    assert len(served.pids) == 1


def test_a_token_is_forgotten_with_its_connection(served: Served) -> None:
    served.slurm.say(munge=False)
    first = served.watch(token="first")
    served.next(first)
    second = served.watch(token="second")
    served.next(second)
    assert served.lent() == {"fred:first"}
    first._end()
    served.slurm.say(jobs=[[1, "later"]], now=101)
    assert names(served.next(second)) == {1: "later"}
    assert served.lent() == {"fred:first", "fred:second"}


def test_without_munge_and_tokens_everybody_asks_alone(served: Served) -> None:
    served.slurm.say(munge=False)
    with pytest.raises(Alone):
        served.next(served.watch())


@pytest.mark.parametrize("possible", [False, None])
def test_where_a_token_cannot_be_used_everybody_asks_alone(
    served: Served, monkeypatch: pytest.MonkeyPatch, possible: bool | None
) -> None:
    def assume(token: str, name: str) -> bool:
        if possible is None:
            raise Problem(503, "this release cannot change how it signs")
        return possible

    monkeypatch.setattr(served.slurm.identity, "assume", assume)
    served.slurm.say(munge=False)
    with pytest.raises(Alone):
        served.next(served.watch(token="good"))


def test_of_a_list_that_is_too_large_there_is_no_image(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_maker, "MOST_BYTES", 100)
    with pytest.raises(Alone):
        served.next(served.watch())


def test_a_poller_that_hangs_is_replaced(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    served._settings.request_timeout = 0.0
    loaded = served.slurm.jobs

    def hang(since: int) -> Any:
        if not served.pids and since:  # in the first one
            signal.pause()
        return loaded(since)

    monkeypatch.setattr(served.slurm, "jobs", hang)
    watching = served.watch()
    served.next(watching)
    served.slurm.say(jobs=[[1, "later"]], now=101)
    assert names(served.next(watching)) == {1: "later"}
    assert len(served.pids) == 2


def test_a_long_load_is_waited_for_tenfold(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(poller, "monotonic", lambda: clock[0])
    found = poller._List(served.slurm, "jobs", poller.Range(served.slurm, memoryview(bytearray(8)).cast("Q")))
    watcher = poller._Watcher(None, "jobs", 2.0, False)  # type: ignore[arg-type]
    found.watchers.add(watcher)

    def slow(load: Callable[[int], Any], seconds: float) -> Callable[[int], Any]:
        def loading(since: int) -> Any:
            clock[0] += seconds
            return load(since)

        return loading

    load = found._load
    # One slow load alone says that slurmctld was held up.
    for seconds, pause in ((0.1, 2.0), (8.0, 8.9), (0.5, 5.0), (30.0, 34.5), (30.0, 90.0)):
        found._load, began = slow(load, seconds), clock[0]
        found.load()
        assert found.due == pytest.approx(began + pause)
        served.slurm.say(now=int(clock[0]))


def test_a_slurmctld_that_does_not_answer_for_one_list_is_asked_for_none_until_the_interval_is_over(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All who watch hear of it at once: another list would take as long to fail."""
    clock = [1000.0]
    monkeypatch.setattr(poller, "monotonic", lambda: clock[0])
    asks = Poller(served._settings, None, memoryview(bytearray(16)).cast("Q"))  # type: ignore[arg-type]
    asks._library, asks._patience = served.slurm, 60
    channels, asked = {}, []

    def timed_out(what: str) -> Callable[[int], Any]:
        def load(since: int) -> Any:
            asked.append(what)
            clock[0] += 10.0
            raise Problem(504, "slurmctld did not answer")

        return load

    for what in ("jobs", "nodes"):
        channels[what], theirs = pair()
        channels[what].setblocking(False)
        asks._lists[what] = found = poller._List(served.slurm, what, PLACES)  # type: ignore[arg-type]
        found._load = timed_out(what)
        found.watchers.add(poller._Watcher(theirs, what, 2.0, False))
    for first, second in (("jobs", "nodes"), ("nodes", "jobs")):
        asks._look(asks._lists[first])
        for what in (first, second):
            assert asks._lists[what].due == clock[0] + 2.0
        assert next(iter(asks._lists)) == second
    for channel in channels.values():
        assert receive(channel, MESSAGE_BYTES)[0].startswith(FAILED)
    assert asked == ["jobs", "nodes"]
