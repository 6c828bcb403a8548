"""Bodies with a list of things that are made or changed one after the other, each with a name."""

from __future__ import annotations

from restd_inet.problems import Problem, Problems, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Made = TypeVar("Made")


def named(key: str) -> Callable[[dict[str, Any], int], list[dict[str, Any]]]:
    """The finish of a body (commands.Body): the list under `key`, if each of it has a name."""

    def finish(members: dict[str, Any], version: int) -> list[dict[str, Any]]:
        if key not in members:
            raise Problem(400, f'{key}: expected a list, such as [{{"name": "…"}}]', path=())
        items: list[dict[str, Any]] = members[key].items
        problems = Problems()
        for index, item in enumerate(items):
            if not item.get("name"):
                problems.add(Problem(400, f"{key}[{index}].name: expected a name", path=(key, index)))
        problems.check()
        return items

    return finish


def each(items: list[dict[str, Any]], key: str, put: Callable[[dict[str, Any]], Made]) -> list[Made]:
    """Does it for each, up to the first that is refused; gives what each gave.

    slurmctld has no way to do all of them or none. Raises that one's Problem, with its place in the body
    and the names of those that are done.
    """
    made = []
    for index, item in enumerate(items):
        try:
            made.append(put(item))
        except Problem as problem:
            if problem.path is None:
                problem.path = (key, index)
            done = ", ".join(quoted(str(other["name"])) for other in items[:index])
            after = f"; done before it: {done}" if done else ""
            problem.text = f"{key}[{index}], {quoted(str(item['name']))}: {problem.text}{after}"
            raise
    return made
