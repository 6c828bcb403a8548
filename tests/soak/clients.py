"""Many clients at once, each of which knows what its answers must be; run as the user of the cluster.

Reads a plan (JSON) on standard input, prints "<requests so far>" now and then and at last a JSON line: how
many requests, what was wrong, and when slurmctld was said to be away.
"""

import http.client
import json
import socket
import sys
import threading
import time

VERSION = "v0.0.35"
KINDS = ("job", "ping", "job", "diag", "job", "ping", "jobs")
AWAY = (502, 503, 504)
#: Longer than a slurmctld that is away can delay an answer.
PATIENCE = 90


class Connection(http.client.HTTPConnection):
    def __init__(self, where):
        super().__init__("localhost", timeout=PATIENCE)
        self._where = where

    def connect(self):
        path = isinstance(self._where, str)
        self.sock = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self._where if path else ("127.0.0.1", self._where))


class Client(threading.Thread):
    """where, headers: how it comes in; uid, job, name: what is its own; keep: the connection."""

    def __init__(self, counter, where, headers, uid, job, name, keep):
        super().__init__()
        self.counter = counter
        self.connection = Connection(where)
        self.headers = headers if keep else {**headers, "Connection": "close"}
        self.own = {"user_id": uid, "job_id": job, "name": name}
        self.wrong = []
        self.away = []

    def run(self):
        while (turn := self.counter.next()) is not None and len(self.wrong) < 5:
            kind = KINDS[turn % len(KINDS)]
            began = time.monotonic()
            try:
                status, document = self.ask(kind)
            except Exception as error:
                self.connection.close()
                self.wrong.append(f"{kind}: {type(error).__name__}: {error}")
                continue
            down = status == 200 and kind == "ping" and document["ping"]["ping"] == "DOWN"
            if status in AWAY or down:
                self.away.append((began, time.monotonic(), kind, status))
            elif fault := self.fault(kind, status, document):
                self.wrong.append(f"{kind} of {self.own}: {fault}")
        self.connection.close()

    def ask(self, kind):
        what = f"job/{self.own['job_id']}" if kind == "job" else kind
        self.connection.request("GET", f"/slurm/{VERSION}/{what}", headers=self.headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def fault(self, kind, status, document):
        """What is wrong with an answer; None if it is this client's, and to this request."""
        if status != 200:
            return f"status {status}: {document}"
        if kind == "job":
            found = {key: document.get(key) for key in self.own}
            return None if found == self.own else f"another's job: {found}"
        if kind == "jobs":  # slurmctld shows a user nobody else's (PrivateData)
            users = {record["user_id"] for record in document}
            mine = any(self.own.items() <= record.items() for record in document)
            return None if mine and users == {self.own["user_id"]} else f"the jobs of {users}"
        expected = "ping" if kind == "ping" else "statistics"
        return None if expected in document else f"another answer: {list(document)[:5]}"


class Counter:
    """Deals out so many turns."""

    def __init__(self, turns):
        self.lock = threading.Lock()
        self.dealt = 0
        self.turns = turns

    def next(self):
        with self.lock:
            if self.dealt == self.turns:
                return None
            self.dealt += 1
            return self.dealt


def main():
    plan = json.loads(sys.stdin.readline())
    counter = Counter(plan["requests"])
    clients = [Client(counter, **client) for client in plan["clients"]]
    for client in clients:
        client.start()
    while any(client.is_alive() for client in clients):
        time.sleep(0.2)
        print(counter.dealt, flush=True)
    result = {
        "requests": counter.dealt,
        "wrong": [fault for client in clients for fault in client.wrong],
        "away": [entry for client in clients for entry in client.away],
    }
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
