"""SHOW_* of slurm.h: what a reading is to show, as the parameter `flags` from v0.0.39 on says it."""

from restd_inet.schema.kinds.strings import Flags

SHOW = Flags(
    ("SHOW_ALL", "ALL"),
    ("SHOW_DETAIL", "DETAIL"),
    ("SHOW_MIXED", "MIXED"),
    ("SHOW_LOCAL", "LOCAL"),
    ("SHOW_SIBLING", "SIBLING"),
    ("SHOW_FEDERATION", "FEDERATION"),
    ("SHOW_FUTURE", "FUTURE"),
)
