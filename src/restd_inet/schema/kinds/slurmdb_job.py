"""Kinds that records of jobs in the accounting database have, beside those of schema.accounting.

Up to v0.0.38 slurmrestd wrote every number of them as one of 32 bits, null where that is NO_VAL or INFINITE.
"""

from __future__ import annotations

from restd_inet.schema.kinds.base import Changed, Component, Kind, Memo, at, called, nullable, object_of
from restd_inet.schema.kinds.composite import Items, StructKind
from restd_inet.schema.kinds.numbers import (
    EXIT_DOCS,
    EXIT_WORDS,
    Int,
    exit_code,
    exit_schema,
    number_schema,
)
from restd_inet.schema.kinds.slurmdb import Tres
from restd_inet.schema.kinds.strings import Flags, Name, sluid
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, Invalid, kind_of, number
from restd_inet.schema.versions import V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.kinds.base import Binding, Names
    from restd_inet.schema.record import Record


#: NO_VAL64 as a number that may be below zero.
UNKNOWN = -2


class Wide(Int):
    """A number of 64 bits, or a time; null up to v0.0.38 if its lower half says that it is not set."""

    def __init__(self) -> None:
        super().__init__(64)

    def dump(self, version: int, binding: Binding) -> str:
        return "x" if version >= V39 else f"None if x & 0xFFFFFFFF >= {NO_VAL[32]} else x"

    def schema(self, version: int) -> dict[str, Any]:
        return nullable(number_schema(64, version), version)


class Inner(Kind):
    """A member of a struct that is itself a member."""

    def __init__(self, member: str, kind: Kind) -> None:
        self.member = member
        self.kind = kind

    def schema(self, version: int) -> dict[str, Any]:
        return self.kind.schema(version)

    def empty_at(self, version: int) -> Any:
        return self.kind.empty_at(version)

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        kind: Kind = at(self.kind.kinds, version) if isinstance(self.kind, Changed) else self.kind
        member, code = self.member, kind.dump(version, binding)
        if isinstance(code, str):
            code = eval(f"lambda x: {code}", {"string": getattr(binding, "string", None)})
        written: Callable[[Any], Any] = code
        return lambda x: written(getattr(x, member))


class Status(Kind):
    """The status of a process (wait(2)), told apart in every version.

    slurmrestd 22.05 took any exit for success.
    """

    def empty_at(self, version: int) -> Any:
        return exit_code(0) if version >= V40 else {"status": "SUCCESS", "return_code": 0}

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        if version >= V40:
            # A C int in steps.
            return Memo(lambda x: exit_code(x & 0xFFFFFFFF)).__getitem__
        signal_text = binding.function("signal_text")
        # v0.0.39 has a number for what has none, too.
        pending, signalled = (0, -127) if version >= V39 else (None, None)

        def old(x: int) -> dict[str, Any]:
            found = exit_code(x & 0xFFFFFFFF)
            code, signal = found["return_code"], found["signal"]["id"]
            number = code["number"] if code["set"] else signalled if signal["set"] else pending
            status = {"status": found["status"][0], "return_code": number}
            if signal["set"]:
                id = signal["number"]
                status["signal"] = {"signal_id": id, "name": signal_text(id)}
            return status

        return Memo(old).__getitem__

    def parse(self, value: Any) -> int:
        """The status: a number as it is, the parts as wait(2) puts them together."""
        if not isinstance(value, dict) or "number" in value:
            return number(value, 0, NO_VAL[32] - 1, NO_VAL[32], INFINITE[32])
        signal = value.get("signal") or {}
        if not isinstance(signal, dict):
            raise Invalid(f"expected a signal with an id, found {kind_of(signal)}")
        code = number(value.get("return_code") or 0, 0, NO_VAL[32] - 1, 0, 0)
        if code > 255:  # no exit status of a process: it is the whole of it, as slurmrestd has it
            return code
        return code << 8 | number(signal.get("id") or 0, 0, 64, 0, 0)

    def schema(self, version: int) -> dict[str, Any]:
        if version >= V40:
            return exit_schema(version)
        signal = object_of(
            signal_id=(number_schema(32, version), EXIT_DOCS["id"]),
            name=({"type": "string"}, EXIT_DOCS["name"]),
        )
        parts = object_of(
            status=({"type": "string", "enum": list(EXIT_WORDS)}, EXIT_DOCS["status"]),
            return_code=(nullable(number_schema(32, version), version), EXIT_DOCS["return_code"]),
            signal=(signal, EXIT_DOCS["signal"]),
        )
        return Component("job_exit_code", parts)


class AnyBit(Flags):
    """Flags of which a number has those that it shares a bit with, as slurmrestd 22.05 had it."""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        bits = [(binding.constant(row[0]) or 0, str(row[1])) for row in self.rows if isinstance(row[0], str)]
        return Memo(lambda x: [name for bit, name in bits if x & bit]).__getitem__


class Word(Name):
    """A number as the word that libslurm has for it."""

    def empty_at(self, version: int) -> Any:
        return ""

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


class WckeyTag(Kind):
    """A wckey; a "*" before it says that it was assigned by default."""

    def empty_at(self, version: int) -> Any:
        return {"wckey": "", "flags": []} if version >= V39 else None

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        text = binding.text

        def dump(x: Any) -> Any:
            key = text(x)
            if key is None:
                return self.empty_at(version)
            if key.startswith("*"):
                return {"wckey": key[1:], "flags": ["ASSIGNED_DEFAULT"]}
            return {"wckey": key, "flags": []}

        return dump

    def schema(self, version: int) -> dict[str, Any]:
        flags = {"type": "array", "items": {"type": "string", "enum": ["ASSIGNED_DEFAULT"]}}
        schema = object_of(
            wckey=({"type": "string"}, "The key."),
            flags=(called({V40: "wckey_tag_flags"}, version, flags), "Whether it was assigned by default."),
        )
        if version >= V40:
            schema["required"] = ["wckey", "flags"]
        return called({V39: "wckey_tag", V40: "wckey_tag_struct"}, version, nullable(schema, version))


class StepName(Kind):
    """A slurm_step_id_t: "12.batch"; up to v0.0.38 the step alone, a word or a number."""

    def empty_at(self, version: int) -> Any:
        return ""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function("step_name" if version >= V40 else "step_number")

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


class Sluid(Kind):
    """A Slurm lexicographically sortable id, 64 bits, in Crockford's base 32; "" for none."""

    empty = ""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return sluid

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


#: slurm.h: CPU_FREQ_*, of which those that are no number of kHz have the highest bit.
NO_FREQUENCY = 0x80000000
FREQUENCIES = {
    0x80000001: "Low",
    0x80000002: "Medium",
    0x80000003: "High",
    0x80000004: "Highm1",
    0x88000000: "Conservative",
    0x84000000: "OnDemand",
    0x82000000: "Performance",
    0x81000000: "PowerSave",
    0x80800000: "UserSpace",
    0x80400000: "SchedUtil",
}


class Governor(Kind):
    """The CPU frequency that was asked for, as sacct(1) shows it: a name, or a number with its unit."""

    def empty_at(self, version: int) -> Any:
        return ""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return Memo(self.word).__getitem__

    def word(self, x: int) -> str:
        if x in FREQUENCIES:
            return FREQUENCIES[x]
        if x & NO_FREQUENCY:
            return "Unknown"
        amount, units = float(x), "KMGTP"
        while amount >= 1000 and len(units) > 1:
            amount, units = amount / 1000, units[1:]
        if not x:
            return "0"
        return f"{amount:.0f}{units[0]}" if amount == int(amount) else f"{amount:.2f}{units[0]}"

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


class Usage(Tres):
    """TRES of a job. Thousands of jobs have the same; up to v0.0.38 a count that is not known is null."""

    #: Different texts that are remembered.
    MOST = 10000

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        dump_tres, text = super().dump(version, binding), binding.text
        known: dict[str, list[dict[str, Any]]] = {}

        def dump(x: Any) -> list[dict[str, Any]]:
            key = text(x) or ""
            found = known.get(key)
            if found is None:
                if len(known) > self.MOST:
                    known.clear()
                found = known[key] = dump_tres(x)
                for tres in found if version < V39 else ():
                    tres["count"] = None if tres["count"] == UNKNOWN else tres["count"]
            return found

        return dump


class Extremes(StructKind):
    """The largest or smallest usage of TRES among a step's tasks, and where that was.

    of: the name of the members of slurmdb_stats_t without their endings ("tres_usage_in_max"). record:
    for the OpenAPI document.
    """

    def __init__(self, of: str, record: Record, component: Names = "") -> None:
        self.of = of
        self.record = record
        self.component = component

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        extremes: Callable[[Any, str], Any] = binding.function("tres_extremes")  # type: ignore[assignment]
        of = self.of
        nameless = "" if version >= V39 else None

        def dump(step: Any) -> list[dict[str, Any]]:
            return [
                {"type": kind, "name": name or nameless, "id": id, "count": count, "task": task,
                 "node": node if node is not None else nameless}
                for kind, name, id, count, task, node in extremes(step, of)
            ]  # fmt: skip

        return dump

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.list_schema(version, self.component)


class Steps(Items):
    """The steps of a job: a list of slurmdb_step_rec_t."""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function("job_steps")


WIDE = Wide()
