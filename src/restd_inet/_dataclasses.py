"""Loads dataclasses without inspect, an eighth of a cold start: h11's events are dataclasses.

Imported before h11, for what it does.
"""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _ForDataclasses(type(sys)):  # type: ignore[misc]  # the type of modules
    """What dataclasses takes for inspect, which it wants for the docstring of a class without one."""

    @staticmethod
    def signature(*arguments: object, **options: object) -> str:
        return ""

    @staticmethod
    def get_annotations(cls: type) -> Any:
        """Of the class itself; Python 3.13 asks."""
        return cls.__dict__.get("__annotations__", {})  # noqa: RUF063  # inspect is what is not loaded

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module("inspect"), name)


# h11's events are dataclasses, and to load inspect is an eighth of the whole start.
if "inspect" not in sys.modules:
    sys.modules["inspect"] = _ForDataclasses("inspect")
    import_module("dataclasses")
    del sys.modules["inspect"]
