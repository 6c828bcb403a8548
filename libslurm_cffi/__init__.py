"""The installed libslurm: `lib` has its functions and constants, `ffi` its types; loaded at their first use.

Slurm's plugins (auth_munge.so and others) take their symbols from the process, so libslurm is loaded for all
to see; without RTLD_GLOBAL the first RPC ends with "undefined symbol: slurm_conf".
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ffi", "lib"]


def __getattr__(name: str) -> "Any":
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    flags = sys.getdlopenflags()
    sys.setdlopenflags(0x102)  # RTLD_NOW | RTLD_GLOBAL; os.RTLD_* would be an import
    try:
        from . import _libslurm
    finally:
        sys.setdlopenflags(flags)
    globals().update(ffi=_libslurm.ffi, lib=_libslurm.lib)
    return globals()[name]
