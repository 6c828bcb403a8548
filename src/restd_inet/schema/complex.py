"""The flag +complex of -d: values as Slurm's own commands have them, each of its own type.

A number that can be unset is null, "Infinity" or itself, instead of {"set", "infinite", "number"}; a text
that is not there is null, instead of "".
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_NUMBER = {"set", "infinite", "number"}
#: Texts that are made, not copied: "" is a text there.
_MADE = frozenset(
    {
        "constraints", "kill_request_user", "label", "owner", "reason_set_by_user", "script",
        "standard_error", "stderr", "stderr_expanded",
    }
)  # fmt: skip


def plain(value: Any, name: str = "") -> Any:
    """A document or a part of it; name: its key. Iterators stay iterators."""
    if isinstance(value, dict):
        if value.keys() == _NUMBER:
            return "Infinity" if value["infinite"] else value["number"] if value["set"] else None
        return {key: plain(part, key) for key, part in value.items()}
    if isinstance(value, str):
        return value if value or name in _MADE else None
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return _each(value) if hasattr(value, "__iter__") else value


def _each(parts: Any) -> Iterator[Any]:
    for part in parts:
        yield plain(part)
