"""The only caller of import_module: a process per connection imports only what its request needs.

It knows no module's name: each package has a function for what it imports late.
"""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any


def module(name: str) -> Any:
    """The module of that name."""
    return sys.modules.get(name) or import_module(name)


def optional(name: str) -> ModuleType | None:
    """The module; None only if that very module does not exist: a broken one is an error, not unknown."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            return None
        raise
