"""What a document's values may be: numbers, texts and names, read with messages of what was expected."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


# slurm.h: NO_VAL "not set" and INFINITE "no limit", by width.
NO_VAL = {16: 0xFFFE, 32: 0xFFFFFFFE, 64: 0xFFFFFFFFFFFFFFFE}
MEM_PER_CPU = 1 << 63
INFINITE = {16: 0xFFFF, 32: 0xFFFFFFFF, 64: 0xFFFFFFFFFFFFFFFF}


#: What a property gives that says nothing of its member, as {"set": false} does.
UNSET: Any = type("Unset", (), {"__repr__": lambda self: "UNSET"})()


class Invalid(Exception):
    """A document's value that a kind does not take; the text says what it expected and found."""


class Several:
    """Structs of one C type, as a member that is a list or an array of them is to hold them.

    items: what the members of each are to hold. path: where they stand in the document. listed: whether they
    were a list there.
    """

    __slots__ = ("items", "listed", "path", "struct")

    def __init__(
        self,
        struct: str,
        items: list[dict[str, Any]],
        path: tuple[str | int, ...] = (),
        listed: bool = True,
    ) -> None:
        self.path = path
        self.struct = struct
        self.items = items
        self.listed = listed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Several) and (self.struct, self.items) == (other.struct, other.items)

    __hash__ = None  # type: ignore[assignment]  # as Library


class Library:
    """A value that only libslurm can work out: slurm.lookups has the function `name` for it.

    path: where the text stands in the document, for the message if libslurm does not take it.
    """

    __slots__ = ("name", "path", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.path: tuple[str | int, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Library) and (self.name, self.text) == (other.name, other.text)

    __hash__ = None  # type: ignore[assignment]  # equal by value, kept in dicts as a value only


def kind_of(value: object) -> str:
    """The JSON name of a value's type, for messages."""
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list"}
    if value is None:
        return "null"
    return names.get(type(value), "an object")


def integer(value: object, low: int, high: int) -> int:
    """A whole number between low and high; digits in a text are a number too, as slurmrestd has it."""
    if type(value) is str:
        digits = value.strip()
        unsigned = digits[1:] if digits.startswith(("+", "-")) else digits
        if unsigned.isdecimal() and unsigned.isascii() and len(unsigned) <= 20:
            value = int(digits)
        else:
            raise Invalid(f'expected a whole number, found the text "{clip(value)}"')
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int:
        found = value if type(value) is float else kind_of(value)
        raise Invalid(f"expected a whole number, found {found}")
    if not low <= value <= high:
        raise Invalid(f"{value} is out of range: expected {low} to {high}")
    return value


def number(value: object, low: int, high: int, no_val: int, infinite: int) -> int:
    """A number that may be unset or unlimited, in every form that a version has for it.

    A plain number; {"set", "infinite", "number"}, where a number alone is meant to be set; the texts that
    JSON has no number for. no_val, infinite: what the C member holds then.
    """
    if isinstance(value, dict):
        unknown = [name for name in value if name not in ("set", "infinite", "number")]
        if unknown or not value:
            found = f'"{clip(unknown[0])}"' if unknown else "an empty object"
            raise Invalid(f'expected a number, or "set", "infinite" and "number"; found {found}')
        if boolean(value.get("infinite") or False):
            return infinite
        given = value.get("number")
        if not boolean(value.get("set", given is not None)):
            return no_val
        if given is None:
            raise Invalid('"set" is true, but there is no "number"')
        return integer(given, low, high)
    if isinstance(value, float) and value == float("inf"):
        return infinite
    if isinstance(value, str) and value.strip().lower() in _UNLIMITED:
        return infinite
    return integer(value, low, high)


def spells_number(value: str) -> bool:
    """Whether `number` takes a text: digits, or a word for no limit."""
    word = value.strip().lower()
    return word.lstrip("+-").isdecimal() or word in _UNLIMITED


_UNLIMITED = ("infinite", "infinity", "unlimited")


def text(value: object) -> str:
    """A text; a number is taken for its digits, as slurmrestd does ("array": 5)."""
    if type(value) is int or type(value) is float:
        return str(value)
    if type(value) is not str:
        raise Invalid(f"expected a text, found {kind_of(value)}")
    return value


def short(value: object, longest: int = 256) -> str:
    """A text that patterns are tried on: of no more characters than what is meant can have."""
    word = text(value)
    if len(word) > longest:
        raise Invalid(f'expected at most {longest} characters, found {len(word)}: "{clip(word)}"')
    return word


def boolean(value: object) -> bool:
    if type(value) is bool:
        return value
    if value in (0, 1) and type(value) is int:
        return bool(value)
    word = value.lower() if type(value) is str else ""
    if word in ("true", "t", "yes", "y", "on", "1"):
        return True
    if word in ("false", "f", "no", "n", "off", "0"):
        return False
    raise Invalid(f"expected true or false, found {kind_of(value)}")


def choice(value: object, names: Mapping[str, Any]) -> Any:
    """What `names` has for a text, in any case."""
    word = text(value).lower()
    if word not in names:
        raise Invalid(f'expected one of {", ".join(names)}; found "{clip(word)}"')
    return names[word]


def clip(word: str, length: int = 40) -> str:
    """A client's text as it may stand in a message."""
    return word if len(word) <= length else word[:length] + "…"
