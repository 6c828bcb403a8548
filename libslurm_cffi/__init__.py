"""The installed libslurm: `lib` has its functions and constants, `ffi` its types.

Slurm's plugins (auth_munge.so and others) take their symbols from the process, so libslurm is loaded for all
to see; without RTLD_GLOBAL the first RPC ends with "undefined symbol: slurm_conf".
"""

import sys

_flags = sys.getdlopenflags()
sys.setdlopenflags(0x102)  # RTLD_NOW | RTLD_GLOBAL; os.RTLD_* would be an import
try:
    from ._libslurm import ffi, lib
finally:
    sys.setdlopenflags(_flags)

__all__ = ["ffi", "lib"]
