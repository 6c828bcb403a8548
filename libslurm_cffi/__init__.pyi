from typing import Any

# Built from whichever Slurm is installed: no static type can name their members.
ffi: Any
lib: Any
