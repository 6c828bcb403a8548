"""Reads YAML event by event: positions are known, limits hold while reading, and only plain data is made.

Without a directive a document is YAML 1.2; after `%YAML 1.1`, as in slurmrestd's own output, 1.1. Keys are
texts, as in JSON. Refused: aliases (by which small bodies grow without bound), merge keys, tags other than
the standard ones, a second document.
"""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from restd_inet.codec._place import key_twice, line_column, misplaced
from restd_inet.codec._yaml_scalar import STANDARD, YAML_11, YAML_12, Refused, shown
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from restd_inet.codec import Limits
    from restd_inet.codec._yaml_scalar import Scalar
    from restd_inet.problems import Path


def text_of(body: bytes) -> str:
    """The body as text; Problem 400 when it is not UTF-8."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        place = line_column(before, len(before))
        raise misplaced(*place, (), f"the byte 0x{body[error.start]:02X} is not UTF-8") from None


class Reader:
    """Reads one body once, for its document or for the place of a value."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.rules = YAML_12
        self.root: list[Any] = []
        # The containers that are open, and for each mapping the key that waits for its value.
        self.stack: list[Any] = [self.root]
        self.keys: list[str | None] = [None]
        self.items = 0
        self.documents = 0
        self.read_to = 1, 1
        self.target: Path | None = None
        self.place: tuple[int, int] | None = None

    def document(self) -> Any:
        self.run()
        # A document of comments alone is null to YAML; to a client it is a body that was forgotten.
        if not self.root or (self.root == [None] and not self.text.strip("-. \r\n\t")):
            raise Problem(400, "the body is empty; expected a YAML document")
        return self.root[0]

    def locate(self, path: Path) -> tuple[int, int] | None:
        self.target = path
        self.run()
        return self.place

    def run(self) -> None:
        try:
            self.read()
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            said = ", ".join(filter(None, (error.context, error.problem)))
            raise misplaced(mark.line + 1, mark.column + 1, self.path(), " ".join(said.split())) from None
        except ReaderError as error:
            place = line_column(self.text, error.position)
            code = ord(self.text[error.position])
            raise misplaced(*place, self.path(), f"YAML does not allow the character U+{code:04X}") from None
        except Problem:
            raise
        except Exception:  # Whatever else the parser trips over is in the body.
            line, column = self.read_to
            raise Problem(400, f"line {line}, column {column} or after: not YAML that can be read") from None

    def read(self) -> None:
        handlers = {
            "DocumentStartEvent": self.on_document,
            "ScalarEvent": self.on_scalar,
            "MappingStartEvent": self.on_mapping,
            "SequenceStartEvent": self.on_sequence,
            "MappingEndEvent": self.on_end,
            "SequenceEndEvent": self.on_end,
            "AliasEvent": self.on_alias,
        }
        for event in YAML(typ="safe", pure=True).parse(self.text):
            self.read_to = event.end_mark.line + 1, event.end_mark.column + 1
            handler = handlers.get(type(event).__name__)
            if handler:
                handler(event)
                if self.place:
                    return

    def path(self) -> Path:
        """Where the next value goes."""
        steps: list[str | int] = []
        for container, key in zip(self.stack[1:], self.keys[1:], strict=True):
            if isinstance(container, list):
                steps.append(len(container))
            elif key is not None:
                steps.append(key)
        return tuple(steps)

    def fail(self, event: Any, text: str) -> NoReturn:
        mark = event.start_mark
        raise misplaced(mark.line + 1, mark.column + 1, self.path(), text)

    def on_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.fail(event, "a second document; expected one")
        if event.version is not None and tuple(event.version) == (1, 1):
            self.rules = YAML_11

    def on_alias(self, event: Any) -> None:
        self.fail(event, f"the alias *{event.anchor} is not accepted; write the value itself")

    def on_mapping(self, event: Any) -> None:
        self.open(event, {}, "map")

    def on_sequence(self, event: Any) -> None:
        self.open(event, [], "seq")

    def on_end(self, _event: Any) -> None:
        self.keys.pop()
        self.attach(self.stack.pop())

    def on_scalar(self, event: Any) -> None:
        if self.expects_key():
            self.on_key(event)
            return
        self.begin(event)
        self.attach(self.scalar(event))

    def on_key(self, event: Any) -> None:
        self.count(event)
        key = self.scalar(event)
        if not isinstance(key, str):
            what = f"the key {event.value}" if event.value else "an empty key"
            self.fail(event, f'{what} is not a text; quote it: "{event.value}"')
        if key == "<<" and event.implicit[0]:
            self.fail(event, "the merge key << is not accepted; write the keys themselves")
        if key in self.stack[-1]:
            mark = event.start_mark
            raise key_twice(mark.line + 1, mark.column + 1, self.path(), key)
        self.keys[-1] = key

    def expects_key(self) -> bool:
        return isinstance(self.stack[-1], dict) and self.keys[-1] is None

    def open(self, event: Any, container: Any, kind: str) -> None:
        if event.tag not in (None, "!", STANDARD + kind):
            self.fail(event, f"the tag {shown(event.tag)} is not accepted here; expected !!{kind} or none")
        if self.expects_key():
            self.fail(event, "a key must be a text, not a mapping or a sequence")
        self.begin(event)
        if len(self.stack) > self.limits.max_depth:
            self.fail(event, f"nested more than {self.limits.max_depth} levels deep")
        self.stack.append(container)
        self.keys.append(None)

    def begin(self, event: Any) -> None:
        """Whether the value that starts here is the one that is looked for."""
        if isinstance(self.stack[-1], list) and len(self.stack) > 1:
            self.count(event)
        if self.target is not None and len(self.target) == len(self.stack) - 1 and self.path() == self.target:
            self.place = event.start_mark.line + 1, event.start_mark.column + 1

    def attach(self, value: Any) -> None:
        """Puts a complete value under the current key, or after the last element."""
        container, key = self.stack[-1], self.keys[-1]
        if isinstance(container, list):
            container.append(value)
        else:
            container[key] = value
            self.keys[-1] = None

    def count(self, event: Any) -> None:
        self.items += 1
        if self.items > self.limits.max_items:
            self.fail(event, f"more than {self.limits.max_items} keys and elements")
        if self.items > self.limits.max_yaml_items:
            most = f"{self.limits.max_yaml_items} keys and elements of YAML (--max-yaml-items)"
            self.fail(event, f"more than {most}; JSON may have more")

    def scalar(self, event: Any) -> Scalar:
        try:
            return self.rules.value(event.value, event.tag, event.implicit[0], self.limits)
        except Refused as refused:
            self.fail(event, str(refused))
