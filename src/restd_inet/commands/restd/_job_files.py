"""job/{job_id}/stdout, /stderr and /script: what a job has written, and its batch script.

A path comes from the job's record alone, never from the request. A file is opened with the rights of the
job's user by a process that is that user's: the requester is that user, and nobody else, root neither, gets
it. slurmctld and slurmdbd decide who gets a script.
"""

from __future__ import annotations

import hashlib
import os
from errno import EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENXIO, EPERM, ESTALE

from restd_inet import lazy
from restd_inet.commands import Call, Content, Result, Route
from restd_inet.commands.restd import _job_records
from restd_inet.commands.restd._job_records import Named, Output
from restd_inet.commands.restd._wait import longest
from restd_inet.files import InMemory, NotRegular, RegularFile
from restd_inet.message import Credential
from restd_inet.problems import Problem, quoted
from restd_inet.schema.answers import DONE, Answer
from restd_inet.schema.kinds.lists import Seconds
from restd_inet.schema.kinds.numbers import BOOL, Int
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ABSENT = (ENOENT, ENOTDIR, ENAMETOOLONG, ESTALE)
_REFUSED = (EACCES, EPERM, ELOOP)
#: Characters of a path that a message shows.
_SHOWN = 400
#: Seconds after which a file that is not there yet may be.
RETRY = ("Retry-After", "2")


class Written(Content):
    """A file that a job writes, or has written."""

    def __init__(self, call: Call, named: Named, member: str) -> None:
        self._call = call
        self._named = named
        self._member = member
        self._output = output_of(call, named, member)
        check_user(call, self._output)
        self.tail = call.query.get("tail")
        self.wait = longest(call)
        self.follow = call.query.get("follow", False)

    def open(self) -> RegularFile:
        output, failed = self._output, None
        for path in output.paths:
            try:
                return RegularFile(path)
            except NotRegular as error:
                text = f"{quoted(path, _SHOWN)} is {error}: what was written to it cannot be read again"
                raise Problem(409, text) from None
            except OSError as error:
                failed = failed or self._failed(path, error)
                if error.errno not in _ABSENT:
                    break
        text = f"{output.job} has not begun: where it writes is not known yet"
        raise failed or Problem(404, text, headers=[RETRY])

    def _failed(self, path: str, error: OSError) -> Problem:
        output, shown = self._output, quoted(path, _SHOWN)
        if error.errno in _ABSENT:
            return self._absent(path, shown)
        if error.errno in _REFUSED:
            reason = error.strerror
            if error.errno == ELOOP:
                reason = "a link of /proc, or too many symbolic links, are on the way"
            return Problem(403, f"{output.owner} may not read {shown}: {reason}")
        if error.errno == ENXIO:
            return Problem(409, f"{shown} is no regular file")
        return Problem(500, f"{shown} cannot be opened: {error.strerror}")

    def _absent(self, path: str, shown: str) -> Problem:
        output, host = self._output, os.uname().nodename
        directory = os.path.dirname(path)
        if not os.path.isdir(directory):
            if not os.path.isdir(output.directory):
                text = (
                    f"the working directory of {output.job}, {quoted(output.directory, _SHOWN)}, is not on "
                    f"{host}: this host does not see the job's file system, or the directory was removed"
                )
                return Problem(501, text)
            text = (
                f"there is no directory {quoted(directory, _SHOWN)} on {host}; {output.job} is {output.state}"
            )
            return Problem(404, text, headers=[] if output.ended else [RETRY])
        if not output.ended:
            return Problem(
                404, f"there is no {shown} on {host} yet; {output.job} is {output.state}", headers=[RETRY]
            )
        why = "it wrote nothing, or the file was removed, or lies on another host"
        return Problem(404, f"there is no {shown} on {host}: {output.job} is {output.state}; {why}")

    def ask(self) -> str:
        """Whether the job has ended, its state, and its paths, with NUL between them."""
        output, ended = self._output, True
        if not output.ended:
            try:
                output = output_of(self._call, self._named, self._member)
                ended = output.ended
            except Problem as problem:
                if problem.status not in (404, 410):  # else it has been there
                    raise
            check_user(self._call, output)
        return "\0".join(("ended" if ended else "", output.state, *output.paths))

    def learn(self, said: str) -> bool:
        output = self._output
        ended, output.state, *output.paths = said.split("\0")
        output.ended = bool(ended)
        return output.ended


def output_of(call: Call, named: Named, member: str) -> Output:
    """Where the job or step writes: by slurmctld's record, else by accounting's. Raises Problem."""
    if named.step:
        runs = _job_records.output_of_step(call, named, member)
        of_step: Output = runs or _past().output_of_step(call, named, member)
        return of_step
    try:
        return _job_records.output(call, named, member)
    except Problem as problem:
        if problem.status != 404 or not problem.number:
            raise
        of_past: Output = _past().output(call, named, member, problem)
        return of_past


def _script_of(call: Call) -> bytes:
    named = Named(call)
    try:
        return _job_records.script(call, named.job)
    except Problem as problem:
        if problem.status != 404:
            raise
        stored: bytes = _past().script(call, named, problem)
        return stored


def _past() -> Any:
    return lazy.module("restd_inet.commands.restd._past_jobs")


def check_user(call: Call, output: Output) -> None:
    """Raises Problem unless the request, and this process, are the job's user's."""
    mine, own = call.credential.uid, os.geteuid()
    if mine == output.uid == own:
        return
    label = call.slurm.function("user_label")
    if mine == Credential.NOT_HERE:
        raise Problem(501, "this host does not know the user of the token, and opens no file for that user")
    if mine != output.uid:
        owner, who = output.owner, label(mine)
        raise Problem(
            403, f"{output.job} is {owner}'s: its files are opened for {owner} alone; you are {who}"
        )
    raise Problem(
        501,
        f"this process runs as {label(own)}, without the rights of {output.owner}, whose files they are; ask "
        f"a restd-inet that root runs with --privileged, or one that {output.owner} runs (`restd-inet get`)",
    )


def stdout(call: Call) -> Result:
    return Result(content=Written(call, Named(call), "std_out"))


def stderr(call: Call) -> Result:
    return Result(content=Written(call, Named(call), "std_err"))


class _Script(Content):
    def __init__(self, script: bytes) -> None:
        self._script = script

    def open(self) -> InMemory:
        return InMemory(self._script, hashlib.blake2b(self._script, digest_size=16).hexdigest())


def script(call: Call) -> Result:
    return Result(content=_Script(_script_of(call)))


_ANSWER = Answer(None, "", DONE.layouts, component=DONE.component, media="text/plain")
_QUERY = Record(
    "query of a job's output",
    "",
    Field("follow", BOOL, doc="Go on with what is written, until the job has ended."),
    Field("tail", Int(31), doc="Number of lines: only so many of the last ones."),
    Field(
        "wait",
        Seconds(0.0),
        doc="Seconds: an answer that would be 404 (not there yet), 304 or 416 (nothing behind the range yet) "
        "waits for so long until there is something new, or the job has ended.",
    ),
)
_OUTPUT = (
    "The file as it is, one range of it (Range), or its last lines. The path is that of the job's record. "
    "The file is opened with the rights of the job's user, and for that user alone: by a process of that "
    "user's, or with --privileged. A step (123.0) has a file if srun has given it one (Slurm 26.05); "
    "123.batch is the job itself."
)
ROUTES = (
    Route(
        "GET",
        "job/{job_id}/stdout",
        stdout,
        _ANSWER,
        query=_QUERY,
        since=V40,
        summary="Read the standard output of a batch job",
        description=_OUTPUT,
        exact=True,
    ),
    Route(
        "GET",
        "job/{job_id}/stderr",
        stderr,
        _ANSWER,
        query=_QUERY,
        since=V40,
        summary="Read the standard error of a batch job",
        description=f"{_OUTPUT} A job that has no file for it writes it to that of its standard output.",
        exact=True,
    ),
    Route(
        "GET",
        "job/{job_id}/script",
        script,
        _ANSWER,
        query=Record("query of a job's script", ""),
        since=V40,
        summary="Read the batch script of a job",
        description=(
            "Like scontrol write batch_script. For a job that slurmctld has forgotten the script comes from "
            "accounting, if scripts are stored there (AccountingStoreFlags=job_script)."
        ),
        exact=True,
    ),
)
