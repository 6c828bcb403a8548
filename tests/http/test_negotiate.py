"""http.negotiate: RFC 9110's examples, and what clients of slurmrestd send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.http.negotiate import accept, content_type

JSON, YAML, TEXT = "application/json", "application/x-yaml", "text/plain"


@pytest.mark.parametrize(
    "header, chosen",
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("*", JSON),
        ("text/html, *; q=.2, */*; q=.2", JSON),
        ("application/x-yaml", YAML),
        ("APPLICATION/X-YAML", YAML),
        ("application/x-yaml, application/json", JSON),
        ("application/json;q=0.5, application/x-yaml", YAML),
        ("application/json;q=0.5, application/x-yaml;q=0.4", JSON),
        ("application/json ; Q=0.1 , text/*", TEXT),
        ("application/*;q=0.2, application/x-yaml", YAML),
        ("application/*, application/json;q=0.1", YAML),
        ("*/*, application/json;q=0", YAML),
        ("*/*;q=0", None),
        ("application/json;q=0", None),
        ("text/html", None),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("application/json; charset=utf-8; q=0.3, text/plain;q=0.2", JSON),
        ('text/plain; a="x, application/json"', TEXT),
        ('text/plain; a="\\", application/json"', TEXT),
        ("application/json;q=0.1, application/json;q=0.9, text/plain;q=0.5", JSON),
        ("application/json;q=nan, text/plain", TEXT),
        ("application/json;q=1e3, text/plain", TEXT),
        ("application/json;q=-1, text/plain", TEXT),
        ("*/json, text/plain", TEXT),
        (",, ,text/plain,", TEXT),
        ("nonsense", JSON),
        ("x/application/json, text/plain", TEXT),
        ("application/json;q=0.5.0, text/plain;q=0.1", TEXT),
        ("text/plain;q=1.5, application/json", JSON),  # no weight is above 1
        ('application/json;q=0.5, text/plain;q="0.6"', TEXT),
        ("*;q=0.1, text/*;q=0", JSON),
        ("text/html, *;q=0.1", JSON),
        ("text/*;q=0.5, *;q=0.1", TEXT),
        (r'text/plain; a="\\", application/json;q=0.5', TEXT),
        (r'text/html; a="\"", application/json', JSON),
    ],
)
def test_the_best_offer_is_chosen(header: str | None, chosen: str | None) -> None:
    assert accept(header, (JSON, YAML, TEXT)) == chosen


def test_the_most_specific_range_decides_as_in_rfc_9110() -> None:
    header = "text/*;q=0.3, text/plain;q=0.7, text/html;q=0.4, */*;q=0.5"
    assert accept(header, ("text/html", "image/jpeg")) == "image/jpeg"
    assert accept(header, ("text/other", "text/html", "text/plain")) == "text/plain"


def test_parameters_of_an_offer_do_not_matter() -> None:
    assert accept("text/plain", ("text/plain; charset=utf-8",)) == "text/plain; charset=utf-8"


def test_nothing_on_offer_is_nothing() -> None:
    assert accept("*/*", ()) is None
    assert accept(None, ()) is None


@pytest.mark.parametrize(
    "header, media_type, parameters",
    [
        (None, "", {}),
        ("", "", {}),
        ("application/json", JSON, {}),
        ("Application/JSON; Charset=UTF-8", JSON, {"charset": "UTF-8"}),
        ('application/json;charset="utf-8" ; a="b;\\"c\\\\"', JSON, {"charset": "utf-8", "a": 'b;"c\\'}),
        ("application/json;", JSON, {}),
        ("application/json; ; =", JSON, {"": ""}),
        ("application/json; a=b=c", JSON, {"a": "b=c"}),
        ('application/json; a="; b=c', JSON, {"a": '"; b=c'}),
        ('application/json; a="', JSON, {"a": '"'}),
        ('application/json; a=""', JSON, {"a": ""}),
        (r'application/json; a="x\\y\z"', JSON, {"a": r"x\yz"}),
        (r'application/json; a="\"x"', JSON, {"a": '"x'}),
        (r'application/json; a="b\";c"; d=e', JSON, {"a": 'b";c', "d": "e"}),
        (r'application/json; a=\"; b="c;d"', JSON, {"a": r'\"; b="c', 'd"': ""}),
    ],
)
def test_a_content_type_is_taken_apart(
    header: str | None, media_type: str, parameters: dict[str, str]
) -> None:
    assert content_type(header) == (media_type, parameters)


@given(st.text(alphabet='ajson/*;q=.0129", \\', max_size=40))
def test_any_header_gives_an_offer_or_none(header: str) -> None:
    assert accept(header, (JSON, YAML)) in (JSON, YAML, None)
    assert content_type(header)[0] == content_type(header)[0].lower()
