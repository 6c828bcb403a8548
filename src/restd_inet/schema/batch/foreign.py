"""Directives of PBS and LSF as options of sbatch: what sbatch(1) makes of #PBS and #BSUB lines.

They go over sbatch's own directives. What they say that sbatch has no option for is ignored.
"""

from __future__ import annotations

from restd_inet.problems import quoted
from restd_inet.schema.batch import directives
from restd_inet.schema.batch.directives import bad_line
from restd_inet.schema.batch.getopt import NONE, OPTIONAL, REQUIRED, Options, Row
from restd_inet.schema.batch.options import at_least

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from restd_inet.schema.batch.chosen import Chosen
    from restd_inet.schema.batch.directives import Word

    #: Sets options for an argument in a line.
    Translate = Callable[[Chosen, str, int], None]


def find(script: str, keep_spaces: bool) -> tuple[str, list[Word]]:
    """The first system whose directives the script has, by their magic word, "" for none; and their words."""
    for magic in _OPTIONS:
        words = directives.foreign(script, magic, keep_spaces)
        if words is not None:
            return magic, words
    return "", []


def add(chosen: Chosen, magic: str, words: Sequence[Word]) -> None:
    """Adds the options of a system's directives. Raises Problem 400."""
    if magic == "#BSUB":
        # getopt_long takes it for -c with the argument "wd".
        words = [
            ("-c" if not at % 2 and word == "-cwd" else word, line) for at, (word, line) in enumerate(words)
        ]
    for row, value, line in _OPTIONS[magic].read(words) if magic else ():
        if row.letter in ("d", "w") and magic == "#PBS" and not at_least(chosen.release, "23.02"):
            raise bad_line(line, f'unknown option "-{row.letter}" of {magic}')
        row.parse(chosen, value or "", line)


def _to(name: str) -> Translate:
    return lambda chosen, value, line: chosen.set(name, value, line)


def _switch(name: str) -> Translate:
    return lambda chosen, value, line: chosen.set(name, None, line)


def _ignored(chosen: Chosen, value: str, line: int) -> None:
    pass


# LSF.


def _hosts(chosen: Chosen, value: str, line: int) -> None:
    chosen.set("nodelist", value.replace(" ", ","), line)


def _kilobytes(chosen: Chosen, value: str, line: int) -> None:
    """Memory, in KiB unless it has a unit."""
    chosen.set("mem-per-cpu", value + ("K" if value[-1:].isdecimal() else ""), line)


def _most_tasks(chosen: Chosen, value: str, line: int) -> None:
    """The maximum of min,max."""
    least, comma, most = value.partition(",")
    if comma and not most:
        raise bad_line(line, f"#BSUB -n: expected min,max; found {quoted(value)}")
    chosen.set("ntasks", most or least, line)


# PBS.


def _mail_options(chosen: Chosen, value: str, line: int) -> None:
    letters = {"b": "BEGIN", "e": "END", "a": "FAIL"}
    found = [name for letter, name in letters.items() if letter in value.lower()]
    chosen.set("mail-type", "NONE" if "n" in value.lower() else ",".join(found), line)


def _variables(chosen: Chosen, value: str, line: int) -> None:
    before = chosen.texts.get("export")
    chosen.set("export", f"{before},{value}" if before is not None else value, line)


def _attributes(chosen: Chosen, value: str, line: int) -> None:
    for prefix, name in (("umask=", "umask"), ("depend=", "dependency")):
        if value.lower().startswith(prefix):
            chosen.set(name, value[len(prefix) :], line)
            return


def _size(name: str) -> Translate:
    """Torque's units end with B."""
    return lambda chosen, value, line: chosen.set(name, value[:-1] if value[-1:] in "bB" else value, line)


def _constraint(chosen: Chosen, value: str, line: int) -> None:
    before = chosen.texts.get("constraint")
    chosen.set("constraint", f"{value},{before}" if before else value, line)


def _leading_number(text: str) -> int:
    digits = text[: len(text) - len(text.lstrip("0123456789"))][:9]
    return int(digits or 0)


def _nodes(chosen: Chosen, value: str, line: int) -> None:
    """nodes=number|name[:ppn=n][:gpus=n][+…]"""
    tasks, count, hosts = 0, 0, []
    for part in value.replace("+", ":").split(":"):
        if part.startswith("gpus="):
            chosen.set("gpus-per-node", part.removeprefix("gpus="), line)
        elif part.startswith("ppn="):
            tasks += _leading_number(part.removeprefix("ppn="))
        elif part[:1].isdecimal() and part.isascii():
            count += _leading_number(part)
        elif part[:1].isalpha() and part.isascii():
            hosts.append(part)
    if count:
        chosen.set("nodes", str(count), line)
    if tasks:
        chosen.set("ntasks", str(tasks * (count or 1)), line)
    if hosts:
        chosen.set("nodelist", ",".join(hosts), line)


#: A resource → what ends its value, and what it is; None for what is ignored. Those of PBS Pro's select are
#: looked at together.
_RESOURCES: tuple[tuple[str, str, Translate | None], ...] = (
    ("arch=", ",", None),
    ("cput=", ",", _to("time")),
    ("file=", ",", _size("tmp")),
    ("host=", ",", None),
    ("mem=", ",", _size("mem")),
    ("mpiprocs=", ":", _to("ntasks-per-node")),
    ("naccelerators=", ",", None),
    ("ncpus=", ":", _to("mincpus")),
    ("nice=", ",", _to("nice")),
    ("nodes=", ",", _nodes),
    ("opsys=", ",", None),
    ("other=", ",", None),
    ("pcput=", ",", _to("time")),
    ("pmem=", ",", None),
    ("proc=", ",", _constraint),
    ("pvmem=", ",", None),
    ("select=", ":", _to("nodes")),
    ("software=", ",", None),
    ("vmem=", ",", None),
    ("walltime=", ",", _to("time")),
)
#: Those whose names sbatch takes in any case.
_ANY_CASE = ("mpiprocs=", "naccelerators=", "ncpus=", "select=")


def _resources(chosen: Chosen, value: str, line: int) -> None:
    """-l: resources with their values; what is none is passed over, letter by letter."""
    at, gpus, seen = 0, 0, set()
    while at < len(value):
        if value[at : at + 12].lower() == "accelerator=":
            at += 12
            gpus = max(gpus, int(value[at : at + 4].lower() == "true"))
            continue
        found = next((row for row in _RESOURCES if _begins(value, at, row[0])), None)
        if found is None:
            at += 1
            continue
        name, end, translate = found
        at += len(name)
        stop = value.find(end, at)
        word = value[at : stop if stop >= 0 else len(value)]
        at = stop + 1 if stop >= 0 else len(value)
        seen.add(name)
        if name == "naccelerators=":
            gpus = _leading_number(word)
        elif translate:
            translate(chosen, word, line)
    _share_cpus(chosen, seen, line)
    if gpus:
        before = chosen.texts.get("gres")
        chosen.set("gres", f"{before},gpu:{gpus}" if before else f"gpu:{gpus}", line)


def _begins(value: str, at: int, name: str) -> bool:
    head = value[at : at + len(name)]
    return head == name or (name in _ANY_CASE and head.lower() == name)


def _share_cpus(chosen: Chosen, seen: set[str], line: int) -> None:
    """Of PBS Pro's select: the CPUs of a node are its tasks'."""
    cpus, tasks = chosen.members.get("pn_min_cpus", 0), chosen.members.get("ntasks_per_node", 0)
    if {"select=", "ncpus=", "mpiprocs="} <= seen and cpus > tasks > 0:
        chosen.set("cpus-per-task", str(cpus // tasks), line)


def _rows(*rows: tuple[str, str, str, Any]) -> Options:
    return Options([Row(*row) for row in rows])


_BSUB = _rows(
    ("cwd", "c", REQUIRED, _to("chdir")),
    ("error_file", "e", REQUIRED, _to("error")),
    ("job_name", "J", REQUIRED, _to("job-name")),
    ("hostname", "m", REQUIRED, _hosts),
    ("memory_limit", "M", REQUIRED, _kilobytes),
    ("", "n", REQUIRED, _most_tasks),
    ("output_file", "o", REQUIRED, _to("output")),
    ("queue_name", "q", REQUIRED, _to("partition")),
    ("time", "W", REQUIRED, _to("time")),
    ("exclusive", "x", NONE, _switch("exclusive")),
)
_PBS = _rows(
    ("start_time", "a", REQUIRED, _to("begin")),
    ("account", "A", REQUIRED, _to("account")),
    ("checkpoint", "c", REQUIRED, _ignored),
    ("working_dir", "C", REQUIRED, _ignored),
    ("", "d", REQUIRED, _to("chdir")),
    ("error", "e", REQUIRED, _to("error")),
    ("hold", "h", NONE, _switch("hold")),
    ("interactive", "I", NONE, _ignored),
    ("", "j", REQUIRED, _ignored),
    ("join", "", OPTIONAL, _ignored),
    ("job_array", "J", REQUIRED, _to("array")),
    ("keep", "k", REQUIRED, _ignored),
    ("resource_list", "l", REQUIRED, _resources),
    ("mail_options", "m", REQUIRED, _mail_options),
    ("mail_user_list", "M", REQUIRED, _to("mail-user")),
    ("job_name", "N", REQUIRED, _to("job-name")),
    ("out", "o", REQUIRED, _to("output")),
    ("priority", "p", REQUIRED, _to("nice")),
    ("destination", "q", REQUIRED, _to("partition")),
    ("rerunable", "r", REQUIRED, _ignored),
    ("script_path", "S", REQUIRED, _ignored),
    ("array", "t", REQUIRED, _to("array")),
    ("running_user", "u", REQUIRED, _ignored),
    ("variable_list", "v", REQUIRED, _variables),
    ("all_env", "V", NONE, _ignored),
    ("attributes", "W", REQUIRED, _attributes),
    ("", "w", REQUIRED, _to("chdir")),
    ("no_std", "z", NONE, _ignored),
)
_OPTIONS = {"#BSUB": _BSUB, "#PBS": _PBS}
