"""README's example, pasted as it stands by an ordinary user."""

import json
import re

from places import CHECKOUT

from .typed import answers, no_jobs_left

__all__ = ["no_jobs_left"]

README = CHECKOUT / "README.md"


def test_the_example_can_be_pasted_as_it_stands(cluster):
    (example,) = re.findall(r"^```sh\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)

    done = cluster.shell(example)

    assert done.returncode == 0, done.stderr
    submitted, listed = done.stdout.rsplit(b'{"jobs"', 1) if b'{"jobs"' in done.stdout else (done.stdout, b"")
    (answer,) = answers(submitted)
    assert answer.status == 200, answer.body
    job_id = answer.json["job_id"]
    jobs = json.loads(b'{"jobs"' + listed)["jobs"]
    assert "hello" in [job["name"] for job in jobs if job["job_id"] == job_id]
