"""What commands of other packages are made of, beside the classes of restd_inet.commands.

`from restd_inet.commands import Field` finds it here: a plugin imports from restd_inet.commands alone, and
docs/plugins.md describes the names. They stay, whatever moves behind them. Only plugins load this module.
"""

# ruff: noqa: F401, F403  # what is imported here is what is exported
# mypy: implicit-reexport

from restd_inet.message import Credential
from restd_inet.problems import ApiWarning, Path, Problem, Problems, path_text, quoted
from restd_inet.schema.answers import (
    DONE,
    Answer,
    bare,
    bare_list,
    by_host,
    by_name,
    dated_jobs,
    dated_list,
    flat,
    flat_v39,
    flat_warned,
    list_v39,
    meta_flat,
    meta_list,
    meta_named,
    named,
    named_v39,
)
from restd_inet.schema.kinds.base import (
    ABSENT,
    ANY,
    Changed,
    FixedSchema,
    Formula,
    Kind,
    ListOf,
    at,
    object_of,
)
from restd_inet.schema.kinds.composite import (
    Computed,
    Constant,
    Converter,
    Ignored,
    Inner,
    Items,
    Mean,
    Nested,
    Nth,
    Object,
    StructKind,
    SubRecord,
)
from restd_inet.schema.kinds.numbers import (
    BOOL,
    BOOL16,
    DOUBLE,
    EXIT_CODE,
    INT16,
    INT32,
    INT64,
    STAMP,
    TIME,
    U16,
    U32,
    U64,
    Bool,
    Double,
    Int,
    Mebibytes,
    Moment,
    Number,
    Optional,
    Time,
)
from restd_inet.schema.kinds.strings import TEXT, WORDS, Enum, Flags, Indexes, Label, Name, Text, Words
from restd_inet.schema.kinds.values import (
    INFINITE,
    MEM_PER_CPU,
    NO_VAL,
    Deferred,
    Invalid,
    StructList,
    boolean,
    choice,
    clip,
    integer,
    kind_of,
    seconds,
    short,
    text,
)
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import *
from restd_inet.slurm.errors import SlurmError

# Not part of it: which release of Slurm has which version.
del NUMBERS, RELEASES, USUAL  # noqa: F821
