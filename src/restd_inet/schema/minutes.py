"""What is said of a text where minutes are expected; loaded for that alone."""

from __future__ import annotations

import re

from restd_inet.schema.kinds.values import clip

#: As sbatch(1) reads a time: [days-]hours:minutes:seconds, days-hours, minutes:seconds.
_TIME = re.compile(r"(?:(\d{1,6})-)?(\d{1,9})(?::(\d{1,9}))?(?::(\d{1,9}))?", re.ASCII)


def expected(value: str, unlimited: bool) -> str:
    """The message. unlimited: whether the field can be without a limit."""
    limit = ', or "infinite" for no limit' if unlimited else ""
    found = _minutes(value.strip())
    meant = "" if found is None else f", which is {found}"
    return f'expected minutes{limit}; found the text "{clip(value)}"{meant}'


def _minutes(text: str) -> int | None:
    """How many minutes a time of sbatch's is, rounded up; None for any other text."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    days, first, second, third = (None if part is None else int(part) for part in match.groups())
    if days is not None or third is not None:
        hours, minutes, seconds = first, second, third
    else:
        hours, minutes, seconds = 0, first, second
    total = (((days or 0) * 24 + (hours or 0)) * 60 + (minutes or 0)) * 60 + (seconds or 0)
    return -(-total // 60)
