"""Lists of libslurm's, which someone else owns."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def items(cast: Callable[[Any, Any], Any], lib: Any, of: Any, ctype: Any) -> Iterator[Any]:
    """The items of a list of libslurm's that someone else owns; none of NULL. ctype: what they are."""
    if not of:
        return
    iterator = lib.slurm_list_iterator_create(of)
    try:
        while item := lib.slurm_list_next(iterator):
            yield cast(ctype, item)
    finally:
        lib.slurm_list_iterator_destroy(iterator)
