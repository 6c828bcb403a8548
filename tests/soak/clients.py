"""Many clients at once, each of which knows what its answers must be; run as the user of the cluster.

Reads a plan (JSON) on standard input, prints "<requests so far>" now and then and at last a JSON line: how
many requests, what was wrong, and what only a fault excuses: when, of which request, and what came instead.
"""

import http.client
import json
import socket
import sys
import threading
import time

VERSION = "v0.0.35"
PAST = "v0.0.45"
AWAY = (502, 503, 504)
#: What comes of a connection that ends too early.
CLOSED = (ConnectionError, http.client.HTTPException)
#: Longer than a fault can delay an answer.
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
    """where, headers: how it comes in; uid, job, name: what is its own; keep: the connection.

    kinds: what it asks for, in turn; sees_all: others' jobs too.
    """

    def __init__(self, counter, where, headers, uid, job, name, keep, kinds, sees_all):
        super().__init__()
        self.counter = counter
        self.connection = Connection(where)
        self.headers = headers if keep else {**headers, "Connection": "close"}
        self.own = {"user_id": uid, "job_id": job, "name": name}
        self.kinds = kinds
        self.sees_all = sees_all
        self.wrong = []
        self.odd = []

    def run(self):
        while (turn := self.counter.next()) is not None and len(self.wrong) < 5:
            kind = self.kinds[turn % len(self.kinds)]
            began = time.monotonic()
            try:
                status, document = self.ask(kind)
            except CLOSED:
                self.connection.close()
                self.odd.append((began, time.monotonic(), kind, "closed"))
                continue
            except Exception as error:
                self.connection.close()
                self.wrong.append(f"{kind}: {type(error).__name__}: {error}")
                continue
            if status == 200 and kind == "ping" and document["ping"]["ping"] == "DOWN":
                status = "down"
            if status in (*AWAY, "down"):
                self.odd.append((began, time.monotonic(), kind, status))
            elif fault := self.fault(kind, status, document):
                self.wrong.append(f"{kind} of {self.own}: {fault}")
        self.connection.close()

    def ask(self, kind):
        job = f"job/{self.own['job_id']}"
        what = job if kind == "job" else kind
        path = f"/slurmdb/{PAST}/{job}" if kind == "past" else f"/slurm/{VERSION}/{what}"
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        plain = (answer.getheader("Content-Type") or "").startswith("text/plain")
        return answer.status, text.decode() if plain else json.loads(text)

    def fault(self, kind, status, document):
        """What is wrong with an answer; None if it is this client's, and to this request."""
        if status != 200:
            return f"status {status}: {document}"
        if kind == "past":
            (found,) = document["jobs"]
            mine = found["name"] == self.own["name"] and found["job_id"] == self.own["job_id"]
            return None if mine else f"another's past: {found['name']}"
        if kind == "job":
            found = {key: document.get(key) for key in self.own}
            return None if found == self.own else f"another's job: {found}"
        if kind == "jobs":  # slurmctld shows a user nobody else's (PrivateData)
            users = {record["user_id"] for record in document}
            mine = any(self.own.items() <= record.items() for record in document)
            alone = self.sees_all or users == {self.own["user_id"]}
            return None if mine and alone else f"the jobs of {users}"
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
        "odd": [entry for client in clients for entry in client.odd],
    }
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
