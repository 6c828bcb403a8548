"""job_desc_msg_t in memory: filled from what a document said, and all that it points to."""

from __future__ import annotations

from restd_inet.problems import Problem
from restd_inet.schema.values import Library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from restd_inet.slurm import Slurm


class JobDesc:
    """members: what schema.convert.parse gave; any other member is what slurmctld takes for unset.

    Raises Problem 400 for a text that libslurm does not take, 501 for a constant that this release
    of Slurm does not have.
    """

    def __init__(self, slurm: Slurm, members: Mapping[str, Any]) -> None:
        self._slurm = slurm
        self._kept: list[Any] = []
        self.struct = slurm.ffi.new("job_desc_msg_t *")
        slurm.lib.slurm_init_job_desc_msg(self.struct)
        for member, value in members.items():
            setattr(self.struct, member, self._content(value))

    def chars(self, text: str) -> Any:
        """A char pointer that lives as long as this."""
        self._kept.append(self._slurm.ffi.new("char[]", text.encode("utf-8", "surrogateescape")))
        return self._kept[-1]

    def _content(self, value: Any) -> Any:
        if isinstance(value, Library):
            return self._content(self._slurm.function(value.name)(value))
        if isinstance(value, str):
            return self.chars(value)
        if isinstance(value, list):
            pointers = [self.chars(text) for text in value]
            self._kept.append(self._slurm.ffi.new("char *[]", [*pointers, self._slurm.ffi.NULL]))
            return self._kept[-1]
        if isinstance(value, frozenset):
            return self._bits(value)
        return value

    def _bits(self, names: frozenset[str]) -> int:
        bits = 0
        for name in names:
            number = self._slurm.constant(name)
            if number is None:
                raise Problem(501, f"this release of Slurm has no {name}")
            bits |= number
        return bits
