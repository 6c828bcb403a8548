"""Every regular expression of the package, and how its time grows with texts made to cost it the most.

Run as a program, it measures them all and prints those whose time grows faster than the text. A pattern
that never ends is the last one printed when the limit of CPU time ends the process.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import pkgutil
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any, NamedTuple, TypeGuard

FUNCTIONS = ("fullmatch", "match", "search", "findall", "finditer", "sub", "subn", "split")
REAL = (*FUNCTIONS, "compile")
#: Calls that make patterns of their own.
UNSEEN = ("fnmatch.fnmatch", "fnmatch.fnmatchcase", "fnmatch.filter", "re.template")
#: Modules that run when they are imported.
PROGRAMS = ("__main__", ".start.script")
#: Hostile patterns of the shell's, which a client may send.
_GLOBS = (
    "*a" * 200 + "*b",
    "*[ab]?" * 100 + "x",
    "[" * 1000,
    "*" * 1000 + "b",
    "[!a-z]*" * 100 + "x",
    "[]" * 300,
)
#: Where a pattern is a variable: the module, the variable, and the expression that gives its values.
VARIABLES = {
    ("restd_inet.commands.restd._filters", "words"): f"[translated(word) for word in {_GLOBS!r}]",
    ("restd_inet.http.head", "pattern"): "[pattern for pattern, _ in (*_LINE_FAULTS, *_FIELD_FAULTS)]",
    ("restd_inet.slurm.jwt_refusal", "claim"): r"""[rb'"exp"\s*:\s*(\d{1,12})\b']""",
    ("restd_inet.codec._yaml_scalar", "true"): "[]",  # compiled when the module is loaded: see _compiled
    ("restd_inet.codec._yaml_scalar", "integer"): "[]",
    ("restd_inet.codec._yaml_scalar", "real"): "[]",
}
#: Another program that reads what clients send.
AUTHENTICATOR = Path(__file__).parents[1] / "contrib" / "proxy" / "authenticator.py"
SIZES = (1_000, 4_000, 16_000, 64_000, 100_000)
#: Seconds below which a measurement says nothing.
NOISE = 0.004
CPU_SECONDS = 150


class Use(NamedTuple):
    """A pattern, how it is used, and where."""

    pattern: str | bytes
    flags: int
    function: str
    where: str


def uses() -> set[Use]:
    """Every pattern of the package with every function that it is used with."""
    found: set[Use] = set()
    compiled: list[tuple[str | bytes, int, str]] = []
    real = re.compile

    def recording(pattern: Any, flags: Any = 0) -> Any:
        frame = sys._getframe(1)
        if frame.f_globals.get("__name__", "").startswith("restd_inet"):
            compiled.append((pattern, int(flags), f"{frame.f_globals['__name__']}:{frame.f_lineno}"))
        return real(pattern, flags)

    re.compile = recording  # type: ignore[assignment]
    import restd_inet

    names = [module.name for module in pkgutil.walk_packages(restd_inet.__path__, "restd_inet.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith(PROGRAMS)]
    re.compile = real
    for module in modules:
        file = module.__file__ or ""
        if file.endswith(".py"):
            found.update(_calls(module, ast.parse(Path(file).read_text())))
    found.update(_calls(imported(AUTHENTICATOR), ast.parse(AUTHENTICATOR.read_text())))
    # What is compiled of variables, and used under another name.
    known = {use.pattern for use in found}
    found.update(
        Use(pattern, flags, "fullmatch", at) for pattern, flags, at in compiled if pattern not in known
    )
    return found


def imported(file: Path) -> Any:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _calls(module: Any, tree: ast.Module) -> Iterator[Use]:
    """The calls of re in a module, and of the patterns that it has compiled."""
    local = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _compiles(node.value)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id not in vars(module)
    }
    used: set[str] = set()
    for node in ast.walk(tree):
        hidden = isinstance(node, ast.ImportFrom) and node.module == "re" and node.names[0].name in REAL
        if hidden or (isinstance(node, ast.Attribute) and ast.unparse(node) in UNSEEN):
            raise SystemExit(f"{module.__name__}:{node.lineno}: it uses a pattern that is not measured here")
        if not isinstance(node, ast.Attribute) or node.attr not in FUNCTIONS:
            continue
        owner = node.value
        place = f"{module.__name__}:{node.lineno}"
        if isinstance(owner, ast.Name) and owner.id == "re":
            call = next(n for n in ast.walk(tree) if isinstance(n, ast.Call) and n.func is node)
            flags = next((_value(module, a) for a in _flags(call, node.attr)), 0)
            for pattern in _patterns(module, call.args[0]):
                yield Use(pattern, int(flags), node.attr, place)
        elif isinstance(owner, ast.Name) and owner.id in local:
            used.add(owner.id)
            for pattern in _patterns(module, local[owner.id].args[0]):
                yield Use(pattern, _compile_flags(module, local[owner.id]), node.attr, place)
        elif _compiles(owner):
            for pattern in _patterns(module, owner.args[0]):
                yield Use(pattern, _compile_flags(module, owner), node.attr, place)
        elif isinstance(owner, ast.Name) and isinstance(vars(module).get(owner.id), re.Pattern):
            pattern = vars(module)[owner.id]
            yield Use(pattern.pattern, pattern.flags, node.attr, place)
    if unused := local.keys() - used:
        raise SystemExit(f"{module.__name__}: how is this pattern used? {unused}")


def _compile_flags(module: Any, call: ast.Call) -> int:
    return int(next((_value(module, argument) for argument in call.args[1:2]), 0))


def _compiles(node: ast.expr) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"


def _flags(call: ast.Call, function: str) -> list[ast.expr]:
    position = {"sub": 4, "subn": 4, "split": 3}.get(function, 2)
    named = [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    return [*call.args[position : position + 1], *named]


def _patterns(module: Any, expression: ast.expr) -> list[str | bytes]:
    names = [node.id for node in ast.walk(expression) if isinstance(node, ast.Name)]
    for name in names:
        if (module.__name__, name) in VARIABLES:
            return list(eval(VARIABLES[module.__name__, name], vars(module)))
    try:
        return [_value(module, expression)]
    except NameError as error:
        where = f"{module.__name__}:{expression.lineno}"
        raise SystemExit(f"{where}: give the values of this pattern in VARIABLES ({error})") from None


def _value(module: Any, expression: ast.expr) -> Any:
    return eval(compile(ast.Expression(expression), module.__name__, "eval"), vars(module))


# What a pattern matches.

_CLASSES = {
    op.CATEGORY_DIGIT: "07", op.CATEGORY_SPACE: " \t\n", op.CATEGORY_WORD: "a0_",
    op.CATEGORY_NOT_DIGIT: "a ", op.CATEGORY_NOT_SPACE: "a0,:", op.CATEGORY_NOT_WORD: " ,",
}  # fmt: skip
_ESCAPES = {op.CATEGORY_DIGIT: r"\d", op.CATEGORY_SPACE: r"\s", op.CATEGORY_WORD: r"\w"}
#: Characters that are tried where a class takes them: those that patterns put between things.
_TRIED = " \t\r\n\"\\',;:=.-_/[]%01aeEfx~!\x80\xff"


def _class(items: list[Any]) -> str:
    """Some characters of a class."""
    negated = items and items[0][0] is op.NEGATE
    rest = items[1:] if negated else items
    text = "[" + ("^" if negated else "")
    own = ""
    for kind, value in rest:
        if kind is op.LITERAL:
            own += chr(value)
            text += re.escape(chr(value))
        elif kind is op.RANGE:
            own += chr(value[0]) + chr(value[1])
            text += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        else:
            own += _CLASSES[value]
            text += _ESCAPES[value]
    matches = re.compile(text + "]").match
    return "".join(c for c in dict.fromkeys(_TRIED + ("" if negated else own)) if matches(c)) or "a"


#: Of categories, as a set of characters has them.
_ESCAPES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_NOT_WORD: r"\W",
}


def _samples(node: Any, most: int = 24) -> list[str]:
    """Texts that a part of a pattern matches, optional parts left out and put in."""
    texts = [""]
    for kind, value in node:
        texts = [start + end for start in texts for end in _choices(kind, value)][:most]
    return texts


def _choices(kind: Any, value: Any) -> list[str]:
    if kind is op.LITERAL:
        return [chr(value)]
    if kind is op.NOT_LITERAL:
        return ["a" if value != ord("a") else "b"]
    if kind is op.ANY:
        return ["a", " "]
    if kind is op.IN:
        return list(_class(value))
    if kind is op.BRANCH:
        return [text for branch in value[1] for text in _samples(branch, 4)]
    if kind is op.SUBPATTERN:
        return _samples(value[3])
    if kind is op.ATOMIC_GROUP:
        return _samples(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, most, inside = value
        some = [text * max(least, 1) for text in _samples(inside, 6)] if most else []
        return some if least else ["", *some]
    return [""]  # where it looks but takes nothing


def pumps(node: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """For each repetition: a text that leads to it, and one to repeat."""
    for kind, value in node:
        inner = {op.SUBPATTERN: lambda v: [v[3]], op.BRANCH: lambda v: v[1], op.ATOMIC_GROUP: lambda v: [v],
                 op.ASSERT: lambda v: [v[1]], op.ASSERT_NOT: lambda v: [v[1]]}  # fmt: skip
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            if value[1] > 100:
                some = [text for text in _samples(value[2], 40) if text]
                yield from ((before, text) for text in some)
                yield from (("", before + text) for text in some[:4] if before)  # where it is searched for
            yield from pumps(value[2], before)
        elif kind in inner:
            for part in inner[kind](value):
                yield from pumps(part, before)
        longest = [text for text in _choices(kind, value) if text]
        before += longest[0] if longest else ""


def texts(use: Use) -> list[tuple[str, str, str]]:
    """What leads, what is repeated, what ends it so that nothing matches."""
    tree = parser.parse(use.pattern if isinstance(use.pattern, str) else use.pattern.decode("latin-1"))
    pairs = dict.fromkeys([*pumps(tree), *(("", c) for c in ' a0,"=')])
    return [(start, pump, end) for start, pump in pairs for end in ("\x00", "!", "x")]


def growth(use: Use, start: str, pump: str, end: str) -> float:
    """How many times longer it takes than a text four times as short; 0 if it takes no time to speak of."""
    pattern = re.compile(use.pattern, use.flags)
    function = getattr(pattern, use.function)
    before, worst = 0.0, 0.0
    for size in SIZES:
        text: Any = start + pump * (size // len(pump)) + end
        if isinstance(use.pattern, bytes):
            text = text.encode("latin-1")
        arguments = ("", text) if use.function in ("sub", "subn") else (text,)
        spent = _time(function, arguments)
        if spent >= NOISE and before <= 0.2:  # another program may have disturbed it
            spent = min(spent, _time(function, arguments))
        if spent < NOISE:
            before = spent
            continue
        ratio = spent / max(before, NOISE / 4)
        if before >= NOISE / 4 and ratio > 9:
            worst = max(worst, ratio)
        if spent > 1:
            return max(worst, ratio)
        before = spent
    return worst


def _time(function: Any, arguments: tuple[Any, ...]) -> float:
    begin = process_time()
    found = function(*arguments)
    if hasattr(found, "__next__"):
        for _ in found:
            pass
    return process_time() - begin


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    chosen = uses()
    print(f"{len({use.pattern for use in chosen})} patterns", flush=True)
    for use in sorted(chosen, key=lambda use: use.where):
        print(f"at {use.where}: {use.function} {use.pattern!r}", flush=True)
        for start, pump, end in texts(use):
            # Twice: another program may have disturbed the first measurement.
            found = growth(use, start, pump, end) and growth(use, start, pump, end)
            if found:
                print(
                    f"GROWS {use.where} {use.function} {found:.0f}: {start!r} {pump!r}*n {end!r}", flush=True
                )
                break
    print("done", flush=True)


if __name__ == "__main__":
    main()
