"""The environment of a job: what --export lets through of the submitter's, and what sbatch adds to that.

The submitter's environment is what the request brings; without one it is HOME, USER and PATH. Nothing of the
server's own is in it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.schema.batch.description import Component, Site

PATH = "/usr/local/bin:/usr/bin:/bin"
#: A mask that the submitter does not tell.
UMASK = 0o022
#: Variables that are never passed on.
_SECRET = ("SLURM_JWT",)
#: What goes with any --export: Slurm's own variables, and those of SPANK options.
_ALWAYS = ("SLURM", "_SLURM_SPANK_OPTION_")
_LAUNCHERS = ("OMPI_MCA_plm_slurm_args", "PRTE_MCA_plm_slurm_args")
_HYDRA = {
    "HYDRA_BOOTSTRAP": "HYDRA_LAUNCHER_EXTRA_ARGS",
    "I_MPI_HYDRA_BOOTSTRAP": "I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS",
}
_LIMIT = "SLURM_RLIMIT_"
_PROFILES = ("Energy", "Lustre", "Network", "Task")
#: As Slurm writes them, but for their first letters.
_GOVERNORS = {
    "Ondemand": "OnDemand",
    "Powersave": "PowerSave",
    "Schedutil": "SchedUtil",
    "Userspace": "UserSpace",
}


class Submitter:
    """Who submits. directory: the current one. host: its name. environment: None for none that is told."""

    def __init__(
        self, user: str, home: str, directory: str, host: str, environment: dict[str, str] | None = None
    ) -> None:
        if environment is None:
            environment = {"HOME": home, "USER": user, "PATH": PATH}
            environment = {name: value for name, value in environment.items() if value}
        self.environment = {name: value for name, value in environment.items() if name not in _SECRET}
        self.directory = directory or home
        self.host = host


def of(component: Component, options: dict[str, object], submitter: Submitter, site: Site) -> dict[str, str]:
    """A component's environment. options: its words that job_desc_msg_t has no member for."""
    own = dict(submitter.environment)
    own.setdefault("SLURM_UMASK", _octal(options.get("umask", UMASK)))
    own |= {"SLURM_PRIO_PROCESS": own.get("SLURM_PRIO_PROCESS", "0")}
    own |= {"SLURM_SUBMIT_DIR": submitter.directory, "SLURM_SUBMIT_HOST": submitter.host}
    own |= _told(component, options, site)
    if "propagate" in options:
        own |= _propagated(own, str(options["propagate"]))
    export = options.get("export")
    if export is not None and str(export).upper() != "ALL":
        own.setdefault("SLURM_EXPORT_ENV", str(export))
    found, login = _exported(own, None if export is None else str(export))
    if login or options.get("get_user_env"):
        found["SLURM_GET_USER_ENV"] = "1"
    if site.since("23.11"):
        _launch_by_slurm(found)
    return found


def _octal(mask: object) -> str:
    return f"0{mask:03o}" if isinstance(mask, int) else str(mask)


def _told(component: Component, options: dict[str, object], site: Site) -> dict[str, str]:
    """What sbatch sets before --export chooses."""
    found = {}
    members = component.members
    for name, member in (("SLURM_JOB_DEPENDENCY", "dependency"), ("SLURM_CONTAINER", "container")):
        if members.get(member):
            found[name] = str(members[member])
    if options.get("hint"):
        found["SLURM_HINT"] = str(options["hint"])
    if not site.since("24.11"):
        found["SLURM_JOB_NAME"] = str(members["name"])
        if "acctg_freq" in members:
            found["SLURM_ACCTG_FREQ"] = str(members["acctg_freq"])
        if "open_mode" in members:
            found["SLURM_OPEN_MODE"] = "a" if "OPEN_MODE_APPEND" in members["open_mode"] else "t"
        if profile := members.get("profile"):
            found["SLURM_PROFILE"] = _profile(profile)
        if frequency := _frequency(members):
            found["SLURM_CPU_FREQ_REQ"] = frequency
    if "SLURM_DIST_ARBITRARY" in members["task_dist"]:
        found["SLURM_ARBITRARY_NODELIST"] = str(members["req_nodes"])
    return found


def _profile(profile: object) -> str:
    if not isinstance(profile, frozenset):  # all
        return ",".join(_PROFILES)
    return ",".join(name for name in ("None", *_PROFILES) if f"ACCT_GATHER_PROFILE_{name.upper()}" in profile)


def _frequency(members: dict[str, Any]) -> str:
    """What --cpu-freq said, as srun takes it."""
    low, high, governor = (_spelled(members.get(f"cpu_freq_{name}")) for name in ("min", "max", "gov"))
    return (f"{low}-" if low else "") + high + (":" if high and governor else "") + governor


def _spelled(content: object) -> str:
    if not isinstance(content, frozenset):
        return "" if content is None else str(content)
    (name,) = content
    word = str(name).removeprefix("CPU_FREQ_").capitalize()
    return _GOVERNORS.get(word, word)


def _propagated(own: dict[str, str], names: str) -> dict[str, str]:
    """The limits that --propagate names, marked as wished, if the submitter's environment has them."""
    wanted = {name.strip().upper().removeprefix("RLIMIT_") for name in names.split(",")}
    if "NONE" in wanted:
        return {}
    return {
        name: f"U{value.lstrip('U')}"
        for name, value in own.items()
        if name.startswith(_LIMIT) and ("ALL" in wanted or name.removeprefix(_LIMIT) in wanted)
    }


def _exported(own: dict[str, str], export: str | None) -> tuple[dict[str, str], bool]:
    """What --export lets through, and whether the rest is to be that of a login."""
    word = (export or "ALL").upper()
    if word == "ALL":
        return dict(own), False
    kept = {name: value for name, value in own.items() if name.startswith(_ALWAYS)}
    if word in ("NONE", "NIL"):
        return kept, word == "NONE"
    found: dict[str, str] = {}
    for part in tokens(export or ""):
        name, equals, value = part.partition("=")
        if part.upper() == "ALL":
            found |= own
        elif equals:
            found[name] = value
        elif name in own:
            found[name] = own[name]
    return found | kept, True


def tokens(export: str) -> list[str]:
    """The parts of --export: commas in quotes are of a value; quotes around a whole part go away."""
    found, start, quotes = [], 0, {"'": False, '"': False}
    for at, char in enumerate(f"{export},"):
        if char in quotes:
            quotes[char] = not quotes[char]
        elif at == len(export) or (char == "," and not any(quotes.values())):
            part = export[start:at]
            if len(part) > 1 and part[0] in quotes and part[-1] == part[0]:
                part = part[1:-1]
            found.append(part)
            start = at + 1
    return [part for part in found if part]


def _launch_by_slurm(found: dict[str, str]) -> None:
    """mpirun starts its daemons by srun, which has to know (from Slurm 23.11 on)."""
    for name in _LAUNCHERS:
        found[name] = f"{found[name]} --external-launcher" if found.get(name) else "--external-launcher"
    for name, arguments in _HYDRA.items():
        if found.get(name, "slurm") == "slurm":
            found.setdefault(name, "slurm")
            before = found.get(arguments)
            found[arguments] = f"{before} --external-launcher" if before else "--external-launcher"
