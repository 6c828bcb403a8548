"""Programs that watch a list, and the records that their events make."""

import contextlib
import json
import subprocess
import threading

from .serving import until

JOBS = "/restd/latest/jobs?watch=1&interval=0.2&fields=job_id,job_state,name"


class Watch:
    """curl, or another program that writes a line for each event. events: those that came so far."""

    def __init__(self, command, **options):
        self.events = []
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **{"stdin": subprocess.DEVNULL, **options},
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with contextlib.suppress(json.JSONDecodeError):  # of a line that was cut off
                self.events.append(json.loads(line))

    @property
    def names(self):
        return [event["event"] for event in self.events]

    @property
    def ids(self):
        return [event["id"] for event in self.events if "id" in event]

    @property
    def records(self):
        """What a client has after these events: key → record."""
        found = {}
        for event in list(self.events):
            if event["event"] in ("added", "changed"):
                assert (event["key"] in found) == (event["event"] == "changed"), self.events
                found[event["key"]] = event["record"]
            elif event["event"] == "removed":
                del found[event["key"]]
            elif event["event"] == "reset":
                found = {}
        return found

    def wait(self, name, count=1):
        """Until so many events of a name have come; the last of them."""
        until(lambda: self.names.count(name) >= count, f"event {name}: {self.events}")
        return next(event for event in reversed(self.events) if event["event"] == name)

    def ended(self):
        """Until the stream has ended; the program's exit status."""
        status = self.process.wait(60)
        self._reader.join(60)
        return status

    def end(self):
        self.process.kill()
        self.ended()
        self.process.stdout.close()


@contextlib.contextmanager
def watching(port, token, target=JOBS, *options):
    """curl that watches while the block lasts."""
    url = f"http://127.0.0.1:{port}{target}"
    watch = Watch(["curl", "--silent", "--no-buffer", "-H", f"X-SLURM-USER-TOKEN: {token}", *options, url])
    try:
        yield watch
    finally:
        watch.end()
