"""Lists of what one wants: filters, fields, order, pages and counts, the same for every collection.

Filters and sorting are done on the structs of slurmctld's answer, before anything of them is written.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from itertools import islice

from restd_inet import lazy
from restd_inet.commands import Call, Result, Route
from restd_inet.problems import Problem
from restd_inet.schema.answers import Answer
from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.lists import Filter as FilterKind
from restd_inet.schema.kinds.lists import OneOf, Seconds, Words
from restd_inet.schema.kinds.numbers import BOOL, Int
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.select import at_path, selected
from restd_inet.schema.versions import V1, V40
from restd_inet.slurm.results import Counts, Page, Records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, Protocol

    from restd_inet.commands.restd._filters import Filter, Test
    from restd_inet.schema.kinds.base import Kind

    #: What a struct is ordered by, or counted under: made for a request.
    Of = Callable[[Call], Callable[[Any], Any]]
    #: Leaves of indexes those whose records fit.
    Fitting = Callable[[Iterable[int]], Iterator[int]]

    class Answered(Protocol):
        """What answers a list: a Listing, or _tables.Table."""

        query: Record
        answer: Answer

        def resolve(self, query: dict[str, Any], version: int) -> dict[str, Any]: ...

        def get(self, call: Call) -> Result: ...


_FILTER = FilterKind()
#: What all filters have in common, as their descriptions have it.
_EXCLUDED = 'comma-separated or repeated: any of them; with "!" before it: none of them.'


_RUNS = re.compile(r"(\d+)|\D+")


def natural(name: str) -> tuple[Any, ...]:
    """Names in the order of the numbers in them: n2 is before n10."""
    runs = [_number(run[1]) if run[1] else (1, 0, run[0]) for run in _RUNS.finditer(name)]
    return (*runs, (2, 0, name))


def _number(digits: str) -> tuple[int, int, str]:
    """Of any length: the longer number is the larger."""
    digits = digits.lstrip("0")
    return 0, len(digits), digits


def name_of(call: Call) -> Callable[[Any], str]:
    """The id of what is known by its name."""
    text = call.slurm.text
    return lambda struct: text(struct.name) or ""


class Limit(Int):
    """A number of records, from 1 on."""

    def __init__(self) -> None:
        super().__init__(31)
        self.low = 1


#: A parameter of every list, as all of the next two functions are.
FIELDS = Field("fields", Words(), doc="Paths of fields, comma-separated: only these are answered.")


def filter_fields(filters: Mapping[str, str]) -> Iterator[Field]:
    """Parameters by name and what they are about."""
    return (Field(name, _FILTER, doc=f"{doc}; {_EXCLUDED}") for name, doc in filters.items())


def page_fields(after: Kind, groups: Iterable[str]) -> tuple[Field, ...]:
    """How much is answered. after: the kind of a place in the list. groups: what can be counted by."""
    return (
        Field("limit", Limit(), doc="Most records; `next` of the answer is where to go on."),
        Field("after", after, doc="Only records after this one; `next` of an answer."),
        Field("count", BOOL, doc="Answer the number of records, and no records."),
        Field("group", OneOf(*groups), doc="Answer the numbers of records in each group."),
    )


#: What cannot be watched: a part of a list, or numbers.
_UNWATCHED = ("sort", "limit", "after", "count", "group")
#: What is about the records, and means nothing for numbers of them.
_UNCOUNTED = ("sort", "limit", "after", "fields")
#: To be told of changes instead of asking again and again.
WATCHING = (
    Field(
        "watch",
        BOOL,
        doc="Answer events as they happen: first the records as they are, then what changes of them.",
    ),
    Field("interval", Seconds(0.0), doc="Seconds between two looks at slurmctld; 2 by default."),
    Field(
        "since",
        TEXT,
        doc="The id of an event, or `last_event_id` of an answer: go on from there, or wait for a change.",
    ),
    Field("wait", Seconds(0.0), doc="Seconds to wait for a change after `since`; then the answer is 304."),
)


def check_counting(query: Mapping[str, Any]) -> None:
    """Raises Problem 400 if numbers are asked for, and something about records."""
    counting = "group" if "group" in query else "count" if query.get("count") else ""
    for name in _UNCOUNTED:
        if counting and name in query:
            text = f"{name}: cannot be given together with {counting}, which answers no records"
            raise Problem(400, text)


def counted(call: Call, structs: Iterable[Any], groups: Mapping[str, Of]) -> Counts:
    """How many there are, and how many in each group if `group` is asked for; each struct is read once."""
    names_of = groups[call.query["group"]](call) if "group" in call.query else None
    total, numbers = 0, Counter[str]()
    for struct in structs:
        total += 1
        if names_of:
            numbers.update(names_of(struct))
    return Counts(total, dict(sorted(numbers.items())) if names_of else None)


def list_route(of: Answered, path: str, summary: str, description: str) -> Route:
    """The operation of a list."""
    return Route(
        "GET",
        path,
        of.get,
        of.answer,
        query=of.query,
        since=V40,
        summary=summary,
        description=description,
        exact=True,
        resolve=of.resolve,
    )


class Listing:
    """A collection under /restd/.

    record, key: as Answer has them. after: the kind of a record's id. id: that of a struct. order: what makes
    ids comparable. load: the records that a call may be about. filters: name → the test that its words are,
    and its description. groups: name → the names that a struct is counted under. one: it is about one thing,
    and no collection.
    """

    def __init__(
        self,
        record: Record,
        key: str,
        layout: Callable[[Any], Any],
        *,
        load: Callable[[Call], Records],
        id: Of = name_of,
        filters: Mapping[str, tuple[Filter, str]],
        groups: Mapping[str, Of],
        after: Kind = TEXT,
        order: Callable[[Any], Any] = natural,
        one: bool = False,
    ) -> None:
        self.one = one
        self.record = record
        self.key = key
        self.layout = layout
        self.load = load
        self.id = id
        self.order = order
        self.filters = filters
        self.groups = groups
        name = key.removesuffix("s") if one else key
        self.answer = self._answered(record, f"restd_{name}_resp")
        self.filter_fields = tuple(filter_fields({name: doc for name, (_, doc) in filters.items()}))
        fields = [*self.filter_fields, FIELDS]
        if not one:
            sort = Field("sort", Words(), doc="Paths of fields to sort by; with - before it, descending.")
            fields += [sort, *page_fields(after, groups)]
        self.query = Record(f"query of {name}", "", *fields, *WATCHING)

    def _answered(self, record: Record, component: str = "") -> Answer:
        return Answer(record, self.key, {V1: self.layout}, many=True, component=component, lines=True)

    def route(self, summary: str, description: str) -> Route:
        """The operation of the collection."""
        return list_route(self, self.key, summary, description)

    def resolve(self, query: dict[str, Any], version: int) -> dict[str, Any]:
        """A query with the record of its fields, and with its order."""
        if "sort" in query and "after" in query:
            raise Problem(400, "after: cannot be given together with sort: it follows the order of the ids")
        if query.get("watch"):
            for name in (*_UNWATCHED, "wait"):
                if name in query:
                    raise Problem(400, f"{name}: cannot be given together with watch")
        check_counting(query)
        found = {**query, "version": version}
        if "fields" in query:
            found["fields"] = selected(self.record, version, query["fields"])
        found["sort"] = [_Key(self.record, version, path) for path in query.get("sort", ())]
        return found

    def get(self, call: Call) -> Result:
        if not call.query.keys().isdisjoint(("watch", "wait", "since")):
            result: Result = lazy.module("restd_inet.commands.restd._watch").get(self, call)
            return result
        return self.result(call)

    def result(
        self, call: Call, records: Records | None = None, id: str | None = None, reached: bool | None = None
    ) -> Result:
        """What is answered of the records, which are loaded if they have not been. id, reached: see Page."""
        tests = list(self.tests(call))  # what is wrong with them is found before slurmctld is asked
        records = self.load(call) if records is None else records
        fitting = _fitting(records, tests)
        counting = call.query.get("count") or "group" in call.query
        if counting:
            page = Page(records, (), counts=self._counts(call, records, fitting))
        else:
            page = self._page(call, records, fitting)
        page.id, page.reached = id, reached
        return Result(page, answer=self.answered(None if counting else call.query.get("fields")))

    def answered(self, chosen: Record | None) -> Answer:
        """How records are answered. chosen: of their fields; None: all."""
        return self.answer if chosen is None else self._answered(chosen)

    def chooser(self, call: Call) -> Callable[[Records], dict[Any, int]]:
        """Chooses the records that match every filter: id → index, in the order of the ids."""
        tests, id_of, order = list(self.tests(call)), self.id(call), self.order

        def choose(records: Records) -> dict[Any, int]:
            array = records.array
            found = {id_of(array[index]): index for index in _fitting(records, tests)(records.indexes)}
            return {id: found[id] for id in sorted(found, key=order)}

        return choose

    def tests(self, call: Call, without: str = "") -> Iterator[Test]:
        """What the filters of a query ask about each struct. without: a filter that is left out."""
        for name, (test, _) in self.filters.items():
            words = call.query.get(name)
            if words is None or name == without:
                continue
            if words.wanted:
                yield test(call, words.wanted)
            if words.unwanted:
                yield partial(negated, test(call, words.unwanted))

    def _counts(self, call: Call, records: Records, fitting: Fitting) -> Counts:
        array = records.array
        return counted(call, (array[index] for index in fitting(records.indexes)), self.groups)

    def _page(self, call: Call, records: Records, fitting: Fitting) -> Page:
        array, query = records.array, call.query
        limit, order = query.get("limit"), self.order
        if query["sort"]:
            indexes = list(fitting(records.indexes))
            for key in reversed(query["sort"]):
                indexes = key.sorted(call, array, indexes)
            return Page(records, indexes[:limit])
        id_of = self.id(call)
        ids = {index: id_of(array[index]) for index in records.indexes}
        places = {index: order(id) for index, id in ids.items()}
        ordered = sorted(places, key=places.__getitem__)
        if "after" in query:
            after = order(query["after"])
            ordered = [index for index in ordered if places[index] > after]
        indexes = list(islice(fitting(ordered), None if limit is None else limit + 1))
        if limit is None or len(indexes) <= limit:
            return Page(records, indexes)
        return Page(records, indexes[:limit], ids[indexes[limit - 1]])


class _Key:
    """A field to sort by."""

    def __init__(self, record: Record, version: int, path: str) -> None:
        self._descending = path.startswith("-")
        path = path.removeprefix("-")
        self._record = selected(record, version, [path], "sort")
        self._version = version
        found = self._record.columns(version)
        if len(found) > 1:
            raise Problem(400, f"sort: {path} is an object; expected one of its fields, such as {found[0]}")
        self._path = path.split(".")

    def sorted(self, call: Call, array: Any, indexes: list[int]) -> list[int]:
        """The indexes in the order of the field; those that are equal stay as they are."""
        dump = dumper(self._record, self._version, call.slurm)

        def key(index: int) -> Any:
            return _comparable(at_path(dump(array[index]), self._path))

        return sorted(indexes, key=key, reverse=self._descending)


def _comparable(value: Any) -> tuple[Any, ...]:
    """A value of a document so that any two can be compared: unset, numbers, texts, lists."""
    if isinstance(value, dict) and {"set", "infinite", "number"} == value.keys():
        value = float("inf") if value["infinite"] else value["number"] if value["set"] else None
    if value is None:
        return (0,)
    if isinstance(value, (int, float)):
        return (1, value)
    if isinstance(value, str):
        return (2, value)
    if isinstance(value, list):
        return (3, [_comparable(item) for item in value])
    return (4, str(value))


def _fitting(records: Records, tests: list[Test]) -> Fitting:
    array = records.array

    def fitting(indexes: Iterable[int]) -> Iterator[int]:
        if not tests:
            return iter(indexes)
        if len(tests) == 1:
            (test,) = tests
            return (index for index in indexes if test(array[index]))
        return (
            index for index in indexes if all(test(struct) for struct in [array[index]] for test in tests)
        )

    return fitting


def negated(test: Test, struct: Any) -> bool:
    return not test(struct)
