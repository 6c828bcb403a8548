"""What tables of slurmdbd's records ask by name: QOS and TRES, of which records have only numbers.

slurmdbd is asked for all QOS and all TRES once in a request, when the first number comes up.
"""

from __future__ import annotations

from restd_inet.problems import Problem, path_text
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, Deferred, clip
from restd_inet.slurm.lists import items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from restd_inet.slurm.library import Library

    Tres = tuple[str, str, int, int]

#: The count that takes a TRES away; "-1" is a sum to newer releases.
NONE = INFINITE[64]
#: What slurmdbd takes for an empty list, where no list is "no change" (sacctmgr's too).
NO_QOS = "''"


# On the way out.


def structs(slurm: Library, ctype: str) -> Callable[[Any], Iterator[Any]]:
    """The function that gives the items of a list that is a member: structs of this type."""
    pointer = slurm.ffi.typeof(f"{ctype} *")
    return lambda of: items(slurm.ffi.cast, slurm.lib, of, pointer)


def itself(slurm: Library, struct: Any) -> Any:
    return struct


def association_flags(slurm: Library, assoc: Any) -> list[str]:
    """Up to v0.0.38 the default association of a user had a flag."""
    bit = slurm.constant("ASSOC_FLAG_DELETED") or 0
    return ["DELETED"] * bool(assoc.flags & bit) + ["DEFAULT"] * (assoc.is_def == 1)


def wckey_flags(slurm: Library, wckey: Any) -> list[str]:
    """The same of a user's default WCKey."""
    bit = slurm.constant("SLURMDB_WCKEY_FLAG_DELETED") or 0
    return ["DELETED"] * bool(wckey.flags & bit) + ["DEFAULT"] * (wckey.is_def == 1)


def root_association(slurm: Library, cluster: Any) -> Any:
    return cluster.root_assoc or None


def tres_counts(slurm: Library, text: Any) -> Iterator[Tres]:
    """(type, name, id, count) of each TRES of a text such as "1=16,1002=4"."""
    for part in (slurm.text(text) or "").split(","):
        number, _, count = part.partition("=")
        if number.isdecimal():
            yield (*slurm.db.tres.get(int(number), ("", "")), int(number), signed(int(count or 0)))


def qos_name(slurm: Library, number: int) -> str:
    name: str = slurm.db.qos.get(number, "Unknown")
    return name


def texts(slurm: Library, of: Any) -> list[str]:
    """The items of a list of char *."""
    pointers = items(slurm.ffi.cast, slurm.lib, of, slurm.ffi.typeof("char *"))
    return [slurm.text(pointer) or "" for pointer in pointers]


def qos_names(slurm: Library, of: Any) -> list[str]:
    """The names of a list of ids that are texts; relative ones keep their sign."""
    found = []
    for text in texts(slurm, of):
        sign, digits = (text[:1], text[1:]) if text[:1] in ("+", "-") else ("", text)
        if digits.isdecimal():
            found.append(sign + slurm.db.qos.get(int(digits), digits))
    return found


def preempted(slurm: Library, qos: Any) -> list[str]:
    bits, lib = qos.preempt_bitstr, slurm.lib
    if not bits:
        return []
    size = lib.slurm_bit_size(bits)
    names = slurm.db.qos
    return [
        names[number] for number in range(1, size) if lib.slurm_bit_test(bits, number) and number in names
    ]


# On the way in: Deferred values.


def qos_id(slurm: Library, name: Deferred) -> int:
    return _id_of_qos(slurm, name.text, name)


def qos_ids(slurm: Library, names: Deferred) -> list[str]:
    found = [str(_id_of_qos(slurm, name, names)) for name in names.text.split(",") if name]
    return found or [NO_QOS]


def qos_ids_or_numbers(slurm: Library, names: Deferred) -> list[str]:
    """A condition: what is not the name of a QOS may be its id."""
    found = []
    for name in filter(None, names.text.split(",")):
        number = _named_qos(slurm, name)
        if number is None and name.isdecimal() and int(name) < NO_VAL[32]:
            number = int(name)
        if number is None:
            raise _unknown(slurm, "QOS", name, names)
        found.append(str(number))
    return found


def _id_of_qos(slurm: Library, name: str, where: Deferred) -> int:
    number = _named_qos(slurm, name)
    if number is None and name.isdecimal() and int(name) in slurm.db.qos:
        number = int(name)
    if number is None:
        raise _unknown(slurm, "QOS", name, where)
    return number


def _named_qos(slurm: Library, name: str) -> int | None:
    """The id of a QOS by its name, in any case, as slurmdbd compares them."""
    known = slurm.db.qos.items()
    exactly = (number for number, label in known if label == name)
    anyhow = (number for number, label in known if label.lower() == name.lower())
    return next(exactly, None) or next(anyhow, None)


def tres_numbers(slurm: Library, given: Deferred) -> str:
    """ "cpu#=4,gres/gpu#1002=2" with ids alone: "1=4,1002=2"."""
    known = {f"{type_}/{name}" if name else type_: id_ for id_, (type_, name) in slurm.db.tres.items()}
    counts: dict[int, str] = {}
    for part in filter(None, given.text.split(",")):
        label, _, count = part.rpartition("=")
        name, _, number = label.partition("#")
        id_ = known.get(name.lower(), known.get(name)) if name else int(number)
        if id_ is None or id_ not in slurm.db.tres:
            raise _unknown(slurm, "TRES", name or number, given)
        if number and int(number) != id_:
            text = f"{path_text(given.path)}: the TRES {clip(name)} has the id {id_}, not {number}"
            raise _invalid(slurm, "ESLURM_INVALID_TRES", text, given)
        if id_ in counts:
            text = f"{path_text(given.path)}: the TRES {clip(name or number)} is there twice"
            raise _invalid(slurm, "ESLURM_INVALID_TRES", text, given)
        counts[id_] = str(NONE) if count == "-1" else count
    return ",".join(f"{id_}={count}" for id_, count in sorted(counts.items()))


def _unknown(slurm: Library, what: str, name: str, where: Deferred) -> Problem:
    text = f"{path_text(where.path)}: there is no {what} {clip(name)}"
    return _invalid(slurm, "ESLURM_INVALID_QOS" if what == "QOS" else "ESLURM_INVALID_TRES", text, where)


def _invalid(slurm: Library, error: str, text: str, where: Deferred) -> Problem:
    return slurm.refusal(422, error, text, path=where.path or None)


def signed(count: int) -> int:
    """An unsigned number as documents have it: what has the highest bit is negative."""
    return count - (1 << 64) if count >= 1 << 63 else count


def replaced(old: str, new: str) -> str:
    """What makes the TRES `old` into `new`: slurmdbd adds to what is there, and NONE takes away."""
    counts = dict(part.split("=", 1) for part in old.split(",") if "=" in part)
    wanted = dict(part.split("=", 1) for part in new.split(",") if "=" in part)
    return ",".join(f"{id_}={wanted.get(id_, NONE)}" for id_ in sorted({**counts, **wanted}, key=int))
