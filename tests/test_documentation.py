"""What the documents say of the program is so."""

import ast
import re
from functools import cache

import pytest
from api_versions import NEWEST
from places import CHECKOUT
from write_docs import MARKED, NEWEST_NAMED, SLURMRESTD_NAMED, TABLES, documents, pages, written

from restd_inet.metrics import METRICS
from restd_inet.options import OPTIONS
from restd_inet.schema.versions import NAMES
from restd_inet.serve.access_log import FIELDS

MAN_PAGE = (CHECKOUT / "contrib/man/restd-inet.8").read_text().replace("\\-", "-")
WORDS = re.compile(r"[^\W_]+|…")


def test_the_man_page_has_every_option():
    missing = [flag for option in OPTIONS for flag in option.flags if not re.search(rf"{flag}\b", MAN_PAGE)]

    assert missing == []


def test_the_man_page_has_every_environment_variable():
    assert [name for option in OPTIONS for name in option.env if name not in MAN_PAGE] == []


def test_links_in_the_documents_lead_somewhere():
    for document in (*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_document_is_linked_from_the_readme():
    readme = (CHECKOUT / "README.md").read_text()

    assert [
        file.name for file in (CHECKOUT / "docs").glob("*.md") if f"(docs/{file.name})" not in readme
    ] == []


@pytest.mark.parametrize("document", pages(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_what_is_made_in_the_documents_is_current(document):
    text = document.read_text()

    assert text == written(text), f"{document.name}: run `make docs`"


def test_every_table_that_can_be_made_stands_in_a_document():
    made = [mark[2] for document in documents() for mark in MARKED.finditer(document.read_text())]

    assert sorted(made) == sorted(TABLES)


def test_a_new_version_is_named_by_the_documents():
    """By those that name the newest one; migration.md alone says between which versions something is so."""
    text = MARKED.sub("", "".join(page.read_text() for page in pages() if page.name != "migration.md"))
    by_hand = SLURMRESTD_NAMED.sub("", NEWEST_NAMED.sub("", text))

    assert text.count(NAMES[NEWEST]) > 10
    assert re.findall(rf"(?<!\nwith )\b{NAMES[NEWEST]}\b", by_hand) == []


def test_the_security_model_names_tests_that_exist():
    """By the name of their file: where it lies does not matter."""
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", (CHECKOUT / "docs/security.md").read_text())
    files = [(file.name, file.read_text()) for file in (CHECKOUT / "tests").rglob("test_*.py")]

    assert len(named) > 30
    for file, test in named:
        assert any(name == file and f"def {test}(" in text for name, text in files), f"{file}::{test}"


def test_contributing_names_files_that_exist():
    roots = CHECKOUT, CHECKOUT / "src/restd_inet", CHECKOUT / "src/restd_inet/schema/kinds"
    named = re.findall(r"`((?:[\w-]+/)*[\w.-]+(?:\.\w+|/))`", (CHECKOUT / "CONTRIBUTING.md").read_text())

    assert len(named) > 30
    for name in named:
        module = re.sub(r"\.[A-Z]+$", ".py", name)  # options.OPTIONS
        assert any((root / module).exists() for root in roots), name


@cache
def _texts() -> list[str]:
    """Every text in the source, its words alone; "…" stands for what a format fills in."""
    found = []
    for file in (CHECKOUT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
                found.append(_words(" ".join(map(str, parts))))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
                found.append(_words(re.sub(r"\{\w+\}", "…", text)))
    return found


def _words(text: str) -> str:
    return " ".join(WORDS.findall(text))


def _is_said(text: str) -> bool:
    """Whether one text of the source has what stands between the "…"."""
    pieces = [_words(piece) for piece in text.split("…")]
    return any(all(piece in said for piece in pieces) for said in _texts())


def test_troubleshooting_quotes_texts_that_the_program_has():
    quoted = re.findall(r"^\*\*`(.+?)`\*\*", (CHECKOUT / "docs/troubleshooting.md").read_text(), re.MULTILINE)

    assert len(quoted) > 40
    assert [text for text in quoted if not _is_said(text)] == []


def test_the_page_on_observing_names_every_metric_and_every_field_of_the_log():
    page = (CHECKOUT / "docs/observing.md").read_text()
    assert [metric.name for metric in METRICS if f"`{metric.name}" not in page] == []
    assert [field.name for field in FIELDS if f"`{field.name}`" not in page] == []
