"""What tables of slurmdbd's records ask by name: QOS and TRES, of which records have only numbers.

slurmdbd is asked for all QOS and all TRES once in a request, when the first number comes up.
"""

from __future__ import annotations

from restd_inet.problems import Problem, path_text
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, Deferred, clip
from restd_inet.slurm.lists import items
from restd_inet.slurm.lookups.deferred import Lookups

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


class Numbers:
    """The QOS and TRES of one connection to slurmdbd, by number and by name."""

    def __init__(self, slurm: Library, database: Any) -> None:
        self.database = database
        self._slurm = slurm
        self._qos: dict[int, str] | None = None
        self._tres: dict[int, tuple[str, str]] | None = None

    @property
    def qos(self) -> dict[int, str]:
        if self._qos is None:
            found = self.database.get("slurmdb_qos_get", deleted(self._slurm, "slurmdb_qos_cond_t"))
            self._qos = {qos.id: self._slurm.text(qos.name) or str(qos.id) for qos in found}
        return self._qos

    @property
    def tres(self) -> dict[int, tuple[str, str]]:
        if self._tres is None:
            found = self.database.get("slurmdb_tres_get", {"with_deleted": 1, "count": NO_VAL[32]})
            text = self._slurm.text
            self._tres = {tres.id: (text(tres.type) or "", text(tres.name) or "") for tres in found}
        return self._tres

    def forget_qos(self) -> None:
        """After one was added: the next to ask is told of it."""
        self._qos = None


def deleted(slurm: Library, struct: str) -> dict[str, Any]:
    """A condition that finds what was deleted too."""
    return conditions(slurm, struct, {"with_deleted": 1})


#: Struct → member of older releases → the bit of `flags` that says it in newer ones, and of which release.
FLAGS = {
    "slurmdb_account_cond_t": {
        "with_assocs": "SLURMDB_ACCT_FLAG_WASSOC",
        "with_coords": "SLURMDB_ACCT_FLAG_WCOORD",
        "with_deleted": "SLURMDB_ACCT_FLAG_DELETED",
        "users_are_coords": "SLURMDB_ACCT_FLAG_USER_COORD",
        "no_users_are_coords": "SLURMDB_ACCT_FLAG_USER_COORD_NO",
    },
    "slurmdb_assoc_cond_t": {
        "only_defs": "ASSOC_COND_FLAG_ONLY_DEFS",
        "with_deleted": "ASSOC_COND_FLAG_WITH_DELETED",
        "with_raw_qos": "ASSOC_COND_FLAG_RAW_QOS",
        "with_sub_accts": "ASSOC_COND_FLAG_SUB_ACCTS",
        "with_usage": "ASSOC_COND_FLAG_WITH_USAGE",
        "without_parent_info": "ASSOC_COND_FLAG_WOPI",
        "without_parent_limits": "ASSOC_COND_FLAG_WOPL",
    },
    "slurmdb_qos_cond_t": {"with_deleted": "QOS_COND_FLAG_WITH_DELETED"},
}


def conditions(slurm: Library, struct: str, members: dict[str, Any]) -> dict[str, Any]:
    """A condition as the installed release has it: what is a member in one is a bit of `flags` in another.

    Raises Problem 501 for what this release can say in neither way.
    """
    known, bits = slurm.members(struct), FLAGS.get(struct, {})
    filled: dict[str, Any] = {}
    flags = 0
    for member, value in members.items():
        if member in known or member not in bits:
            filled[member] = value
        elif value:
            bit = slurm.constant(bits[member])
            if bit is None:
                raise Problem(501, f"this release of Slurm cannot say {member}")
            flags |= bit
    return {**filled, "flags": flags} if flags else filled


class Accounting(Lookups):
    """Those that ask slurmdbd."""

    def __init__(self, slurm: Library) -> None:
        super().__init__(slurm)
        self._asked: Numbers | None = None

    @property
    def numbers(self) -> Numbers:
        """Those of this request's connection."""
        database = self._slurm.db
        if self._asked is None or self._asked.database is not database:
            self._asked = Numbers(self._slurm, database)
        return self._asked

    def tres_names(self, nothing: None) -> list[tuple[str, str]]:
        """The type and the name of every TRES."""
        return list(self.numbers.tres.values())

    def forget_qos(self, nothing: None) -> None:
        """After one was added: the next that asks is told of it."""
        self.numbers.forget_qos()

    # On the way out.

    def structs(self, ctype: str) -> Callable[[Any], Iterator[Any]]:
        """The function that gives the items of a list that is a member: structs of this type."""
        slurm = self._slurm
        pointer = slurm.ffi.typeof(f"{ctype} *")
        return lambda of: items(slurm.ffi.cast, slurm.lib, of, pointer)

    def itself(self, struct: Any) -> Any:
        return struct

    def association_flags(self, assoc: Any) -> list[str]:
        """Up to v0.0.38 the default association of a user had a flag."""
        bit = self._slurm.constant("ASSOC_FLAG_DELETED") or 0
        return ["DELETED"] * bool(assoc.flags & bit) + ["DEFAULT"] * (assoc.is_def == 1)

    def wckey_flags(self, wckey: Any) -> list[str]:
        """The same of a user's default WCKey."""
        bit = self._slurm.constant("SLURMDB_WCKEY_FLAG_DELETED") or 0
        return ["DELETED"] * bool(wckey.flags & bit) + ["DEFAULT"] * (wckey.is_def == 1)

    def root_association(self, cluster: Any) -> Any:
        return cluster.root_assoc or None

    def tres_counts(self, text: Any) -> Iterator[Tres]:
        """(type, name, id, count) of each TRES of a text such as "1=16,1002=4"."""
        for part in (self._slurm.text(text) or "").split(","):
            number, _, count = part.partition("=")
            if number.isdecimal():
                yield (*self.numbers.tres.get(int(number), ("", "")), int(number), signed(int(count or 0)))

    def qos_name(self, number: int) -> str:
        return self.numbers.qos.get(number, "Unknown")

    def texts(self, of: Any) -> list[str]:
        """The items of a list of char *."""
        slurm = self._slurm
        pointers = items(slurm.ffi.cast, slurm.lib, of, slurm.ffi.typeof("char *"))
        return [slurm.text(pointer) or "" for pointer in pointers]

    def qos_names(self, of: Any) -> list[str]:
        """The names of a list of ids that are texts; relative ones keep their sign."""
        found = []
        for text in self.texts(of):
            sign, digits = (text[:1], text[1:]) if text[:1] in ("+", "-") else ("", text)
            if digits.isdecimal():
                found.append(sign + self.numbers.qos.get(int(digits), digits))
        return found

    def preempted(self, qos: Any) -> list[str]:
        bits, lib = qos.preempt_bitstr, self._slurm.lib
        if not bits:
            return []
        size = lib.slurm_bit_size(bits)
        names = self.numbers.qos
        return [
            names[number] for number in range(1, size) if lib.slurm_bit_test(bits, number) and number in names
        ]

    # On the way in: Deferred values.

    def qos_id(self, name: Deferred) -> int:
        return self._id_of_qos(name.text, name)

    def qos_ids(self, names: Deferred) -> list[str]:
        found = [str(self._id_of_qos(name, names)) for name in names.text.split(",") if name]
        return found or [NO_QOS]

    def qos_ids_or_numbers(self, names: Deferred) -> list[str]:
        """A condition: what is not the name of a QOS may be its id."""
        found = []
        for name in filter(None, names.text.split(",")):
            number = self._named_qos(name)
            if number is None and name.isdecimal() and int(name) < NO_VAL[32]:
                number = int(name)
            if number is None:
                raise self._unknown("QOS", name, names)
            found.append(str(number))
        return found

    def _id_of_qos(self, name: str, where: Deferred) -> int:
        number = self._named_qos(name)
        if number is None and name.isdecimal() and int(name) in self.numbers.qos:
            number = int(name)
        if number is None:
            raise self._unknown("QOS", name, where)
        return number

    def _named_qos(self, name: str) -> int | None:
        """The id of a QOS by its name, in any case, as slurmdbd compares them."""
        known = self.numbers.qos.items()
        exactly = (number for number, label in known if label == name)
        anyhow = (number for number, label in known if label.lower() == name.lower())
        return next(exactly, None) or next(anyhow, None)

    def tres_numbers(self, given: Deferred) -> str:
        """ "cpu#=4,gres/gpu#1002=2" with ids alone: "1=4,1002=2"."""
        known = {
            f"{type_}/{name}" if name else type_: id_ for id_, (type_, name) in self.numbers.tres.items()
        }
        counts: dict[int, str] = {}
        for part in filter(None, given.text.split(",")):
            label, _, count = part.rpartition("=")
            name, _, number = label.partition("#")
            id_ = known.get(name.lower(), known.get(name)) if name else int(number)
            if id_ is None or id_ not in self.numbers.tres:
                raise self._unknown("TRES", name or number, given)
            if number and int(number) != id_:
                text = f"{path_text(given.path)}: the TRES {clip(name)} has the id {id_}, not {number}"
                raise self._invalid("ESLURM_INVALID_TRES", text, given)
            if id_ in counts:
                text = f"{path_text(given.path)}: the TRES {clip(name or number)} is there twice"
                raise self._invalid("ESLURM_INVALID_TRES", text, given)
            counts[id_] = str(NONE) if count == "-1" else count
        return ",".join(f"{id_}={count}" for id_, count in sorted(counts.items()))

    def _unknown(self, what: str, name: str, where: Deferred) -> Problem:
        text = f"{path_text(where.path)}: there is no {what} {clip(name)}"
        return self._invalid("ESLURM_INVALID_QOS" if what == "QOS" else "ESLURM_INVALID_TRES", text, where)

    def _invalid(self, error: str, text: str, where: Deferred) -> Problem:
        slurm = self._slurm
        number = slurm.constant(error) or 0
        reason = (slurm.text(slurm.lib.slurm_strerror(number)) or "") if number else ""
        return Problem(422, text, number=number, reason=reason, path=where.path or None)


def signed(count: int) -> int:
    """An unsigned number as documents have it: what has the highest bit is negative."""
    return count - (1 << 64) if count >= 1 << 63 else count


def replaced(old: str, new: str) -> str:
    """What makes the TRES `old` into `new`: slurmdbd adds to what is there, and NONE takes away."""
    counts = dict(part.split("=", 1) for part in old.split(",") if "=" in part)
    wanted = dict(part.split("=", 1) for part in new.split(",") if "=" in part)
    return ",".join(f"{id_}={wanted.get(id_, NONE)}" for id_ in sorted({**counts, **wanted}, key=int))
