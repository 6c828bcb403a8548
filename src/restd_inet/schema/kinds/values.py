"""What a document's values may be: numbers, texts and names, read with messages of what was expected."""

from __future__ import annotations

from math import isfinite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


# slurm.h: NO_VAL "not set" and INFINITE "no limit", by width.
NO_VAL = {16: 0xFFFE, 32: 0xFFFFFFFE, 64: 0xFFFFFFFFFFFFFFFE}
MEM_PER_CPU = 1 << 63
INFINITE = {16: 0xFFFF, 32: 0xFFFFFFFF, 64: 0xFFFFFFFFFFFFFFFF}

#: How a document writes a number: as up to v0.0.37, which accounting read differently; as up to v0.0.38; from
#: v0.0.39 on a plain one, or one that may be unset.
OLDEST, OLD, PLAIN, STRUCTURE = "oldest", "old", "plain", "structure"
_16, _32, _64 = INFINITE.values()
#: The numbers that slurmrestd takes for "no limit" and "not set", by the width of the member. To it a JSON
#: number beyond 63 bits is the largest of these, which a plain number of 32 bits cannot hold.
NO_LIMIT = {
    (16, OLD): (-1, _16),
    (16, PLAIN): (-1, _16, _32, _64, _64 - 1),
    (16, STRUCTURE): (-1, _16, _32, _32 - 1, _64, _64 - 1),
    (32, OLDEST): (-1, _32),
    (32, OLD): (-1, _32),
    (32, PLAIN): (_32,),
    (32, STRUCTURE): (-1, _32, _32 - 1, _64, _64 - 1),
    (64, STRUCTURE): (-1, _64, _64 - 1),
}
NOT_SET = {
    (16, OLD): (-2, _16 - 1),
    (16, PLAIN): (-2, _16 - 1, _32 - 1),
    (16, STRUCTURE): (-2, _16 - 1),
    (32, OLDEST): (-2, _32 - 1, _64, _64 - 1),
    (32, OLD): (-2, _32 - 1),
    (32, PLAIN): (-1, -2, _32 - 1, _64, _64 - 1),
    (32, STRUCTURE): (-2,),
    (64, STRUCTURE): (-2,),
}


def sentinels(bits: int, style: str, no_val: int, infinite: int) -> dict[int, int]:
    """What a member holds for each number that stands for "no limit" or "not set"."""
    return dict.fromkeys(NO_LIMIT[bits, style], infinite) | dict.fromkeys(NOT_SET[bits, style], no_val)


#: What a property gives that says nothing of its member, as {"set": false} does.
UNSET: Any = type("Unset", (), {"__repr__": lambda self: "UNSET"})()


class Invalid(Exception):
    """A document's value that a kind does not take; the text says what it expected and found."""


class StructList:
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
        return isinstance(other, StructList) and (self.struct, self.items) == (other.struct, other.items)

    __hash__ = None  # type: ignore[assignment]  # as Deferred


class Deferred:
    """A value that only libslurm can work out: slurm.lookups has the function `name` for it.

    path: where the text stands in the document, for the message if libslurm does not take it.
    """

    __slots__ = ("name", "path", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.path: tuple[str | int, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deferred) and (self.name, self.text) == (other.name, other.text)

    __hash__ = None  # type: ignore[assignment]  # equal by value, kept in dicts as a value only


def kind_of(value: object) -> str:
    """The JSON name of a value's type, for messages."""
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list"}
    if value is None:
        return "null"
    return names.get(type(value), "an object")


def integer(
    value: object,
    low: int,
    high: int,
    whole: Callable[[float], int] | None = None,
    sentinels: Mapping[int, int] | None = None,
) -> int:
    """A whole number between low and high; digits in a text are a number too, as slurmrestd has it.

    whole: makes one of a number with a fraction, which is refused without it. sentinels: what numbers out of
    this range, too, stand for.
    """
    if type(value) is str:
        digits = value.strip()
        unsigned = digits[1:] if digits.startswith(("+", "-")) else digits
        if not (unsigned.isdecimal() and unsigned.isascii()):
            raise Invalid(f'expected a whole number, found the text "{clip(value)}"')
        if len(unsigned) > 20:
            raise Invalid(f"{clip(digits)} is out of range: expected {low} to {high}")
        value = int(digits)
    if type(value) is float and (value.is_integer() or (whole and isfinite(value))):
        value = (whole or int)(value)
    if type(value) is not int:
        found = value if type(value) is float else kind_of(value)
        raise Invalid(f"expected a whole number, found {found}")
    if sentinels and value in sentinels:
        return sentinels[value]
    if not low <= value <= high:
        raise Invalid(f"{value} is out of range: expected {low} to {high}")
    return value


def number(
    value: object,
    low: int,
    high: int,
    no_val: int,
    infinite: int,
    sentinels: Mapping[int, int] | None = None,
    whole: Callable[[float], int] = int,
) -> int:
    """A number that may be unset or unlimited, in every form that a version has for it.

    A plain number; {"set", "infinite", "number"}, where a number alone is meant to be set; the texts that
    JSON has no number for. no_val, infinite: what the C member holds then; sentinels: what it holds for
    numbers that stand for them. whole: makes a whole number of one with a fraction that stands alone.
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
        value, whole = given, round
    elif value == float("inf") or (isinstance(value, str) and value.strip().lower() in _UNLIMITED):
        return infinite
    return integer(value, low, high, whole, sentinels)


def spells_number(value: str) -> bool:
    """Whether `number` takes a text: digits, or a word for no limit."""
    word = value.strip().lower()
    return word.lstrip("+-").isdecimal() or word in _UNLIMITED


def seconds(value: object) -> int:
    """Seconds since the epoch, as slurmrestd takes them: any number, rounded to a whole one; -2 for none.

    Raises Invalid; of a text too that is no number, which may be a time in another form.
    """
    if type(value) is str:
        word = value.strip()
        if not word or word.lower() in _UNLIMITED:
            return UNKNOWN_TIME
        if len(word) > 40 or not word.isascii():
            raise Invalid(f'expected {TIMES}; found the text "{clip(value)}"')
        try:
            value = float(word) if set(word) & set(".e") else int(word)
        except ValueError:
            raise Invalid(f'expected {TIMES}; found the text "{clip(word)}"') from None
    if type(value) is float:
        value = round(value) if isfinite(value) else UNKNOWN_TIME
    if isinstance(value, dict):
        return number(value, -_TIME, _TIME, UNKNOWN_TIME, -1, {_64: _TIME, _64 - 1: _TIME})
    if type(value) is not int:
        raise Invalid(f"expected {TIMES}; found {kind_of(value)}")
    return max(-_TIME, min(value, _TIME))


#: What a message about a time that is not taken lists.
TIMES = "a time, such as 2030-01-31T12:00:00, 12:00, tomorrow, now+1hour or seconds since 1970"
#: NO_VAL64 in time_t, which is signed.
UNKNOWN_TIME = -2
_TIME = (1 << 63) - 1
_UNLIMITED = ("infinite", "infinity", "unlimited")


def text(value: object) -> str:
    """A text; a number or a boolean is taken for its word, as slurmrestd does ("array": 5)."""
    if type(value) is bool:
        return "true" if value else "false"
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
