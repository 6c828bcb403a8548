"""A batch script, and what is given beside it, as the components of a job."""

from __future__ import annotations

from restd_inet.problems import Problem, quoted
from restd_inet.schema.batch import directives, environment, foreign
from restd_inet.schema.batch.chosen import Chosen
from restd_inet.schema.batch.description import Component, Site
from restd_inet.schema.batch.directives import bad_line
from restd_inet.schema.batch.getopt import NONE
from restd_inet.schema.batch.options import at_least
from restd_inet.schema.kinds.values import Deferred, Invalid, boolean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.schema.batch.directives import Word
    from restd_inet.schema.batch.environment import Submitter

    Members = dict[str, Any]
    #: Options beside a script: each name with its argument, None without one.
    Beside = list[tuple[str, str | None]]

#: The words of options that are for the environment.
_FOR_ENVIRONMENT = ("export", "get_user_env", "hint", "propagate", "umask")


class Submission:
    """components: what job_desc_msg_t's members are to hold, each; the script is in the first. test_only:
    sbatch would submit nothing."""

    def __init__(self, components: list[Members], test_only: bool) -> None:
        self.components = components
        self.test_only = test_only


def read(script: str, beside: Beside, argv: list[str], submitter: Submitter, site: Site) -> Submission:
    """What sbatch makes of a script. argv: its file's name and its arguments. Raises Problem 400, 501."""
    directives.check(script)
    keep_spaces = at_least(site.release, "24.05")
    parts = directives.components(script, keep_spaces)
    others: tuple[str, list[Word]] | None = None
    chosen = Chosen(site.release)
    ignore_foreign = _switched_on(chosen, beside, "ignore-pbs")
    found: list[Members] = []
    added: list[dict[str, str]] = []
    for part in parts:
        chosen.next_component()
        chosen.read(part)
        if not (ignore_foreign or "ignore-pbs" in chosen.given):
            others = others or foreign.find(script, keep_spaces)
            foreign.add(chosen, *others)
        _override(chosen, beside)
        options = {name: chosen.members[name] for name in _FOR_ENVIRONMENT if name in chosen.members}
        component = Component(chosen, site, submitter.directory, argv)
        _resolve(component.members, site)
        component.members["environment"] = environment.of(component, options, submitter, site)
        found.append(component.members)
        added.append(component.variables)
    _finish_environments(found, added)
    found[0]["script"] = script
    return Submission(found, bool(chosen.members.get("test_only")))


def _switched_on(chosen: Chosen, beside: Beside, name: str) -> bool:
    return any(chosen.table.exactly(given).name == name and _is_on(given, value) for given, value in beside)


def _is_on(name: str, value: str | None) -> bool:
    try:
        return value is None or value == "" or boolean(value)
    except Invalid:
        raise Problem(
            400, f"{name}: expected true or false, or no value; found {quoted(value or '')}"
        ) from None


def _override(chosen: Chosen, beside: Beside) -> None:
    """Options that are given beside the script go over its directives."""
    for name, value in beside:
        option = chosen.table.exactly(name)
        if option.name == "wrap":
            raise Problem(400, "wrap: a script is there; --wrap is for a command without one")
        if option.argument != NONE:
            if value is None and option.argument == "required":
                raise Problem(400, f"{name}: expected a value, as in {name}=…; found the name alone")
            chosen.add(option, value, 0)
        elif _is_on(name, value):
            chosen.add(option, None, 0)
        else:
            chosen.forget(option.name)


def override(members: Members, job: Members) -> None:
    """A job description goes over what a script says; flags are added."""
    flags = members["bitflags"] | job.get("bitflags", frozenset())
    members.update(job, bitflags=flags)
    counts = ("num_tasks", "cpus_per_task")
    if "min_cpus" not in job and any(name in job for name in counts):
        members["min_cpus"] = members.get("num_tasks", 1) * members.get("cpus_per_task", 1)


def _resolve(members: Members, site: Site) -> None:
    """Lets libslurm read its texts now, so that an error names the line."""
    for member, content in members.items():
        if not isinstance(content, Deferred):
            continue
        flag, line = content.path if len(content.path) == 2 else ("", 0)
        content.path = ()
        try:
            members[member] = site.resolve(content)
        except Problem as problem:
            text = problem.text.removeprefix(": ")
            raise bad_line(int(line), f"{flag}: {text}" if flag else text, problem.status) from None


def _finish_environments(found: list[Members], added: list[dict[str, str]]) -> None:
    """Adds the variables of a component's options; the leader of a heterogeneous job has those of all."""
    for index, (members, variables) in enumerate(zip(found, added, strict=True)):
        # Under their names of before Slurm 20.02, too.
        endings = (f"_HET_GROUP_{index}", f"_PACK_GROUP_{index}") if len(found) > 1 else ("",)
        named = {f"{name}{ending}": value for name, value in variables.items() for ending in endings}
        found[0]["environment"] |= named
        members["environment"] |= named
    for members in found:
        pairs = [f"{name}={value}" for name, value in members["environment"].items()]
        members["environment"], members["env_size"] = pairs, len(pairs)
