from collections.abc import Callable

def rows(
    json: bytes,
    sequence: int,
    width: int,
    empty_is_null: bool,
    label: Callable[[str, int], str],
    text: Callable[[str, int, int], str],
    /,
) -> bytes: ...
