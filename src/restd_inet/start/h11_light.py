"""Loads h11 without typing, dataclasses and what these load: a fifth of a cold start.

Of typing h11 needs nothing but names that annotations can be written with. Of dataclasses it needs the
comparison, the text and the immutability of its events, for which dataclasses would compile some thirty
functions.
Imported before h11, for what it does.
"""

from __future__ import annotations

import _collections_abc
import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_Module: Any = type(sys)


class _Name:
    """A name of typing: it can be called, subscripted and combined, and stays what it is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        """Of a class that has it as its base: typing.Sequence is the Sequence of collections.abc."""
        return (getattr(_collections_abc, self._name),)

    def __call__(self, *arguments: object, **options: object) -> _Name:
        return self

    def __getitem__(self, item: object) -> _Name:
        return self

    def __or__(self, other: object) -> _Name:
        return self

    __ror__ = __or__


class _Typing(_Module):  # type: ignore[misc]
    TYPE_CHECKING = False

    @staticmethod
    def cast(type: object, value: Any) -> Any:
        return value

    @staticmethod
    def overload(function: Any) -> Any:
        return function

    def __getattr__(self, name: str) -> _Name:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(name)


def _members(event: object) -> list[tuple[str, Any]]:
    slots = [name for cls in type(event).__mro__ for name in cls.__dict__.get("__slots__", ())]
    return [(name, getattr(event, name)) for name in slots]


class _FrozenInstanceError(AttributeError):
    pass


def _dataclass(**options: bool) -> Callable[[type], type]:
    """The decorator, for classes whose fields are their slots, or that have none."""

    def compare(self: object, other: object) -> bool:
        return _members(self) == _members(other) if type(self) is type(other) else NotImplemented

    def text(self: object) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in _members(self))})"

    def code(self: object) -> int:
        return hash(tuple(_members(self)))

    def refuse(self: object, name: str, value: object = None) -> None:
        raise _FrozenInstanceError(f"cannot assign to field {name!r}")

    functions: dict[str, Any] = {
        "__eq__": compare,
        "__repr__": text,
        "__setattr__": refuse,
        "__delattr__": refuse,
    }

    def decorate(cls: type) -> type:
        for name, function in functions.items():
            if name not in cls.__dict__:
                setattr(cls, name, function)
        if "__hash__" not in cls.__dict__:
            cls.__hash__ = code  # type: ignore[method-assign, assignment]
        return cls

    return decorate


def _load() -> None:
    typing, dataclasses = _Typing("typing"), _Module("dataclasses")
    dataclasses.dataclass = _dataclass
    stand_ins = {"typing": typing, "dataclasses": dataclasses}
    used = {name: module for name, module in stand_ins.items() if name not in sys.modules}
    if "h11" in sys.modules:
        return
    sys.modules.update(used)
    try:
        import_module("h11")
    finally:
        for name in used:
            del sys.modules[name]


_load()
