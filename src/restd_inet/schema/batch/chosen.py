"""The options that a component of a job has: those of its directives, and what is given beside the script.

A later one replaces an earlier one. The next component keeps those that sbatch(1) does not reset for each.
"""

from __future__ import annotations

from restd_inet.schema.batch.options import UMASK, Option, at_least, parse, table
from restd_inet.schema.kinds.values import Deferred

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from restd_inet.schema.batch.directives import Word


class Chosen:
    """members: what they say, by member. given: name of an option → its line, 0 for one beside the script.
    texts: name of an option → its argument."""

    def __init__(self, release: str) -> None:
        self.release = release
        self.table = table(release)
        self.members: dict[str, Any] = {}
        self.given: dict[str, int] = {}
        self.texts: dict[str, str | None] = {}
        self._filled: dict[str, tuple[Option, set[str]]] = {}

    def read(self, words: Sequence[Word]) -> None:
        """Options of directives. Raises Problem 400."""
        for option, value, line in self.table.read(words):
            self.add(option, value, line)

    def add(self, option: Option, value: str | None, line: int) -> None:
        found = parse(option, value, line)
        _, filled = self._filled.setdefault(option.name, (option, set()))
        for member, content in found.items():
            if isinstance(content, Deferred):
                content.path = (f"--{option.name}", line)
            if member == "mail_type" and not at_least(self.release, "25.05"):
                content |= self.members.get(member, frozenset())
            self.members[member] = content
            filled.add(member)
        self.given[option.name] = line
        self.texts[option.name] = value

    def set(self, name: str, value: str | None, line: int) -> None:
        """An option by its name."""
        self.add(UMASK if name == UMASK.name else self.table.named(name, line), value, line)

    def forget(self, *names: str) -> None:
        """As if these options had not been given."""
        for name in names:
            _, filled = self._filled.pop(name, (None, ()))
            for member in filled:
                self.members.pop(member, None)
            self.given.pop(name, None)
            self.texts.pop(name, None)

    def next_component(self) -> None:
        self.forget(*[name for name, (option, _) in self._filled.items() if option.each])
