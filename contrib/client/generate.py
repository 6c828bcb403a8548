"""Writes _types.py, _operations.py and _async_operations.py from the OpenAPI documents of a checkout, and
_sync.py from _async.py.

    python contrib/client/generate.py

Names, parameters and documentation of the client are those of the documents of the newest API version:
nothing of them is kept by hand. `make specs` runs this, and a test compares.
"""

from __future__ import annotations

import json
import keyword
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SPECS = HERE.parents[1] / "specs"
PACKAGE = HERE / "restd_inet_client"
#: What is written first into each file.
MADE = '"""{} Made by contrib/client/generate.py; do not edit."""\n\n'
#: A type of JSON Schema → that of Python.
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
#: A media type → what a method returns.
RAW = "bytes"
WIDTH = 108
#: What _async.py has → what stands for it in _sync.py.
SYNCHRONOUS = {
    r'^"""The client for asyncio\.': '"""The client without asyncio.',
    r'""".+asyncio\.(?=""")': r"\g<0> Made by contrib/client/generate.py from _async.py; do not edit.",
    r"one event loop\.": "one thread at a time.",
    r"await asyncio\.to_thread\((.+)\)": r"\1()",
    r"\basyncio\.sleep\b": "time.sleep",
    r"\bimport asyncio\b": "import time",
    r"\basync (def|for) ": r"\1 ",
    r"\bawait ": "",
    r"for (\w+) in (.+):\n +yield \1\n": r"yield from \2\n",
    r"_async_operations": "_operations",
    r"\bAsync(?=[A-Z])": "",
    r"\b(__)?a(?=(close|read|iter_\w+|enter__|exit__)\()": r"\1",
}


def newest() -> str:
    """The newest API version that has a document."""
    names = [path.stem for path in SPECS.glob("v0.*.json")]
    return max(names, key=lambda name: [int(part) for part in name.removeprefix("v").split(".")])


def documents(version: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Paths and schemas of one version, /restd/'s first."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for name in ("restd", version):
        document = json.loads((SPECS / f"{name}.json").read_text())
        paths |= {path: found for path, found in document["paths"].items() if f"/{version}/" in path}
        schemas |= document["components"]["schemas"]
    return paths, {name: found for name, found in schemas.items() if name.startswith(f"{version}_")}


class Types:
    """TypedDicts of the schemas that operations use."""

    def __init__(self, version: str, schemas: dict[str, Any]) -> None:
        self._prefix = f"{version}_"
        self._schemas = schemas
        self._made: dict[str, str] = {}
        self._names: set[str] = set()

    def text(self) -> str:
        classes = "\n\n".join(self._made.values())
        names = "Any, TypedDict" if re.search(r"(: |\[)Any\b", classes) else "TypedDict"
        return (
            MADE.format("The documents' schemas as types.")
            + f"from __future__ import annotations\n\nfrom typing import {names}\n\n\n"
            + classes
            + "\n"
        )

    def of(self, schema: dict[str, Any], place: str) -> str:
        """The type of a schema; place: what a class made for it is called after."""
        found = self._of(schema, place)
        return f"{found} | None" if schema.get("nullable") else found

    def _of(self, schema: dict[str, Any], place: str) -> str:
        if "$ref" in schema:
            return self._component(schema["$ref"].rpartition("/")[2])
        if "allOf" in schema:
            return self.of(schema["allOf"][0], place)
        for several in ("anyOf", "oneOf"):
            if several in schema:
                found = [self.of(each, f"{place}_{number}") for number, each in enumerate(schema[several])]
                return " | ".join(dict.fromkeys(found))
        kind = schema.get("type")
        if kind == "array":
            return f"list[{self.of(schema.get('items', {}), place)}]"
        if kind == "object" and schema.get("properties"):
            return self._class(place, schema)
        if kind == "object":
            more = schema.get("additionalProperties")
            return f"dict[str, {self.of(more, place) if isinstance(more, dict) else 'Any'}]"
        return PLAIN.get(str(kind), "Any")

    def _component(self, name: str) -> str:
        schema = self._schemas[name]
        place = name.removeprefix(self._prefix)
        if schema.get("type") == "object" and schema.get("properties"):
            return self._class(place, schema)
        return self.of(schema, place)

    def _class(self, place: str, schema: dict[str, Any]) -> str:
        name = "".join(part[:1].upper() + part[1:] for part in re.split(r"\W|_", place) if part)
        if name in self._names:
            return name
        self._names.add(name)
        fields = {key: self.of(each, f"{place}_{key}") for key, each in schema["properties"].items()}
        docs = {key: each.get("description", "") for key, each in schema["properties"].items()}
        plain = all(key.isidentifier() and not keyword.iskeyword(key) for key in fields)
        if plain:
            lines = [f"class {name}(TypedDict, total=False):"]
            for key, kind in fields.items():
                lines += [f"    {key}: {kind}", *([_docstring(docs[key], 4)] if docs[key] else [])]
        else:
            items = ", ".join(f"{key!r}: {kind!r}" for key, kind in fields.items())
            lines = [f"{name} = TypedDict({name!r}, {{{items}}}, total=False)"]
        self._made[name] = "\n".join(lines) + "\n"
        return name


def _docstring(text: str, indent: int) -> str:
    quoted = text.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')
    pad = " " * indent
    filled = textwrap.fill(f'"""{quoted}', WIDTH, initial_indent=pad, subsequent_indent=pad)
    return f'{filled}"""' if len(filled.rpartition("\n")[2]) + 3 <= WIDTH else f'{filled}\n{pad}"""'


class Operation:
    """A method of the client."""

    def __init__(self, path: str, method: str, found: dict[str, Any], types: Types, version: str) -> None:
        family, rest = path.strip("/").split(f"/{version}", 1)
        self.path = path
        self.method = method.upper()
        self.summary = found.get("summary", "")
        self.description = found.get("description", "")
        words = [word for word in re.split(r"\W", rest) if word and f"{{{word}}}" not in rest]
        if family == "restd":
            words = re.findall(r"\w+", re.sub(r"{\w+}", "", rest))
        prefix = [] if family == "restd" else [family]
        self.name = "_".join([*prefix, *([method] if method != "get" else []), *words])
        parameters = found.get("parameters", [])
        self.places = [each for each in parameters if each["in"] == "path"]
        self.query = [each for each in parameters if each["in"] == "query"]
        self.keyed = any(each["name"] == "Idempotency-Key" for each in parameters)
        body = found.get("requestBody", {}).get("content", {}).get("application/json")
        self.body = types.of(body["schema"], f"{self.name}_req") if body else ""
        answers = found["responses"]
        answer = (answers.get("200") or answers.get("default") or {}).get("content", {})
        document = answer.get("application/json")
        self.answer = types.of(document["schema"], f"{self.name}_resp") if document else RAW

    def text(self, asynchronous: bool) -> str:
        """The method, as Python."""
        given = [f"{_name(each)}: str | int" for each in self.places]
        if self.body:
            given.append(f"body: {_prefixed(self.body)} | Mapping[str, Any]")
        keywords = [f"{_name(each)}: Value = None" for each in self.query]
        if self.keyed:
            keywords.append("idempotency_key: str | None = None")
        lines = [
            f"    {'async ' * asynchronous}def {self.name}(",
            "        self,",
            *(f"        {each}," for each in given),
            *(["        *,"] if keywords else []),
            *(f"        {each}," for each in keywords),
            f"    ) -> {_prefixed(self.answer)}:",
            *self._documentation(),
            f"        answer: {_prefixed(self.answer)} = {'await ' * asynchronous}self.call(",
            f'            "{self.method}",',
            f"            {self._path()},",
        ]
        if self.query:
            items = ", ".join(f'"{each["name"]}": {_name(each)}' for each in self.query)
            lines.append(f"            {{{items}}},")
        if self.body:
            lines.append("            body=body,")
        if self.keyed:
            lines.append("            idempotency_key=idempotency_key or new_key(),")
        if self.answer == RAW:
            lines.append("            raw=True,")
        return "\n".join([*lines, "        )", "        return answer"]) + "\n"

    def _path(self) -> str:
        path = self.path
        for each in self.places:
            path = path.replace(f"{{{each['name']}}}", f"{{quote({_name(each)})}}")
        return f'f"{path}"' if self.places else f'"{path}"'

    def _documentation(self) -> list[str]:
        told = [f"{self.method} {self.path}: {self.summary}".rstrip(": ") + ".", self.description]
        text = "\n\n".join(filter(None, told))
        names = [f"{_name(each)}: {each.get('description', '')}" for each in (*self.places, *self.query)]
        paragraphs = [text, *names]
        filled = [
            textwrap.fill(
                paragraph, WIDTH - 8, initial_indent=" " * 8, subsequent_indent=" " * (12 if number else 8)
            )
            for number, paragraph in enumerate(part for whole in paragraphs for part in whole.split("\n\n"))
        ]
        quoted = "\n".join(filled).replace("\\", "\\\\").replace('"""', "'''").strip()
        return [f'        """{quoted}', '        """']


def _name(parameter: dict[str, Any]) -> str:
    name = re.sub(r"\W", "_", str(parameter["name"]))
    return f"{name}_" if keyword.iskeyword(name) else name


def _prefixed(kind: str) -> str:
    """A type of _types, as the modules of operations name it."""
    return re.sub(
        r"\b([A-Z]\w+)", lambda found: found[1] if found[1] == "Any" else f"_types.{found[1]}", kind
    )


def operations(found: list[Operation], version: str, asynchronous: bool) -> str:
    call = f"{'async ' * asynchronous}def call("
    return (
        MADE.format("A method for each operation of the documents.")
        + textwrap.dedent(f'''\
        from __future__ import annotations

        from collections.abc import Mapping
        from typing import Any, Protocol

        from restd_inet_client import _types
        from restd_inet_client._shared import Value, new_key, quote

        VERSION = "{version}"


        class {"Async" * asynchronous}Operations(Protocol):
            """The operations of API version {version}: those of /restd/ by their names alone."""

            {call}
                self,
                method: str,
                path: str,
                query: Mapping[str, Value] | None = None,
                *,
                body: Mapping[str, Any] | None = None,
                idempotency_key: str | None = None,
                raw: bool = False,
            ) -> Any:
                """Sends a request; its document, or with raw its bytes."""

        ''')
        + "\n".join(each.text(asynchronous) for each in found)
    )


def written() -> dict[Path, str]:
    """The text of each file."""
    version = newest()
    paths, schemas = documents(version)
    types = Types(version, schemas)
    found = [
        Operation(path, method, operation, types, version)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "delete")
    ]
    names = [each.name for each in found]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    files = {
        PACKAGE / "_types.py": types.text(),
        PACKAGE / "_operations.py": operations(found, version, False),
        PACKAGE / "_async_operations.py": operations(found, version, True),
        PACKAGE / "_sync.py": synchronous((PACKAGE / "_async.py").read_text()),
    }
    return {path: formatted(path, text) for path, text in files.items()}


def synchronous(text: str) -> str:
    """The client without asyncio: the same as that for asyncio, without await."""
    for pattern, replacement in SYNCHRONOUS.items():
        text = re.sub(pattern, replacement, text)
    return text


def formatted(path: Path, text: str) -> str:
    """As ruff writes it."""
    for command in (["check", "--quiet", "--select", "I", "--fix"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"]
        text = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True, cwd=HERE).stdout
    return text


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text)
        print(f"wrote {path.name}, {text.count(chr(10))} lines")
