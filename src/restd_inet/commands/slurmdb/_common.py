"""What the commands on accounts, users, associations and QOS share: conditions, answers, writing."""

from __future__ import annotations

from contextlib import contextmanager

from restd_inet.commands import Call, Result
from restd_inet.problems import Path, Problem, path_text
from restd_inet.schema.answers import Answer, flat_v39, list_v39, meta_flat, meta_list
from restd_inet.schema.kinds.base import ANY, Formula, ListOf
from restd_inet.schema.kinds.composite import Ignored
from restd_inet.schema.kinds.numbers import Moment
from restd_inet.schema.kinds.slurmdb import DbText, ReadOnly, name
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.kinds.values import Invalid, StructList
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.answered import IGNORED
from restd_inet.schema.versions import V1, V36, V39, V40, V44
from restd_inet.slurm.slurmdbd.conditions import conditions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from restd_inet.schema.kinds.base import Names

#: A parameter that slurmrestd takes and does nothing with.
FORMAT = Field(None, Ignored("", TEXT), "format", since=V39, until=V44, doc="Ignored.")
#: The period of `with_usage`.
USAGE_PERIOD = tuple(
    Field(
        f"usage_{which}",
        Moment(0),
        since=V39,
        doc=f"{which.capitalize()} of the period of usage (Unix time, or a time as sacct(1) takes it).",
    )
    for which in ("end", "start")
)
#: What is answered to a change.
CHANGED = Answer(None, "", {V36: meta_flat, V39: flat_v39}, component={V39: "status", V40: "openapi_resp"})


class Texts(Record):
    """A list of texts, as what was removed is answered."""

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}

    def list_schema(self, version: int, component: Names = "") -> dict[str, Any]:
        return ListOf(TEXT, {V40: "string_list"}).schema(version)


def removed(keys: str | Mapping[int, str], component: Names, schema_of: Answer | None = None) -> Answer:
    """The answer to a removal: the names of what was removed. schema_of: see Answer."""
    return Answer(
        Texts("text", ""),
        keys,
        {V36: meta_list, V39: list_v39},
        plain=True,
        component=component,
        schema_of=schema_of,
    )


def added(key: str, component: str) -> Answer:
    """The answer to an addition by a condition: slurmdbd's own account of it."""
    record = Record(
        key,
        "",
        Field(
            "text",
            Formula({V1: "x"}, schema_of=DbText()),
            key,
            doc="What was added, as sacctmgr(1) prints it.",
        ),
    )
    return Answer(record, "", {V39: flat_v39}, component={V39: component}, required=(key,))


class Text:
    """A text of slurmdbd's."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def path_name(call: Call, parameter: str, check: Callable[[object], str] = name) -> str:
    """A name of the path. Raises Problem 400 for what cannot be one."""
    try:
        return check(call.parameters[parameter])
    except Invalid as error:
        raise Problem(400, f"{parameter}: {error}") from None


def condition(call: Call, struct: str, **members: Any) -> dict[str, Any]:
    """A condition of this release of Slurm."""
    return conditions(call.slurm, struct, members)


def or_not_modified(names: list[str]) -> Result:
    """What a removal gave; nothing is no change, as slurmdbd has it."""
    if not names:
        raise Problem(304, "there was nothing to remove")
    return Result(names)


def entries(body: Mapping[str, Any], member: str) -> Iterator[tuple[dict[str, Any], Path]]:
    """The records of a list in a body, each with its place. Raises Problem 400 if there is no list."""
    several = body.get(member)
    if not isinstance(several, StructList):
        raise Problem(400, f'expected an object with "{member}", a list', path=())
    for index, members in enumerate(several.items):
        yield dict(members), (*several.path, index)


def required(members: Mapping[str, Any], member: str, called: str, path: Path, empty: bool = False) -> Any:
    """What a record in a body has to say. Raises Problem 400."""
    if member not in members or not (members[member] or empty):
        raise Problem(400, f"{path_text(path)}: {called} is missing", path=path)
    return members[member]


@contextmanager
def at_place(path: Path) -> Iterator[None]:
    """What slurmdbd refuses is told with the record in the body that it is about."""
    try:
        yield
    except Problem as problem:
        if problem.status < 500 and problem.path is None:
            problem.text = f"{path_text(path)}: {problem.text}"
            problem.path = path
        raise


def change(call: Call, function: str, where: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """Changes what there is to what is said; that it is so already is no failure. What slurmdbd says."""
    if said:
        try:
            return call.slurm.db.modify(function, where, said)
        except Problem as problem:
            if problem.status != 304:
                raise
    return []


def list_body(field: Field, component: Names) -> Record:
    """A body with a list of records: an answer to GET may be posted as it is."""
    rest = [Field(None, ReadOnly(ANY), name, doc=IGNORED) for name in ("meta", "errors", "warnings")]
    return Record(f"posted {field.name_at(V39)}", "", field, *rest, component=component)


def present(call: Call, struct: str, members: dict[str, Any]) -> dict[str, Any]:
    """Members without the empty texts: those that say nothing, and may be of a newer release's structs."""
    known = call.slurm.capabilities.members(struct)
    return {member: value for member, value in members.items() if value != "" or member in known}
