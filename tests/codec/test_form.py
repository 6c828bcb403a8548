from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.codec import form
from restd_inet.problems import Problem


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", {}),
        ("a=1", {"a": ["1"]}),
        ("a=1&b=2&a=3", {"a": ["1", "3"], "b": ["2"]}),
        ("a", {"a": [None]}),
        ("a=", {"a": [""]}),
        ("a=b=c", {"a": ["b=c"]}),
        ("&a=1&&b=2&", {"a": ["1"], "b": ["2"]}),
        ("a=1;b=2;", {"a": ["1"], "b": ["2"]}),
        ("a+b=c+d", {"a b": ["c d"]}),
        ("a%3Db=c%26d%2be", {"a=b": ["c&d+e"]}),
        ("a=%C3%A9%F0%9F%98%80x", {"a": ["é😀x"]}),
        ("a=%2541", {"a": ["%41"]}),
        ("node=host%5B1-3%5D,b", {"node": ["host[1-3],b"]}),
    ],
)
def test_a_query_is_read_as_names_with_values(query: str, parameters: dict[str, list[str | None]]) -> None:
    assert parameters == form.decode(query)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("a=%", 'the query parameter "a": expected two hexadecimal digits after "%"'),
        ("a=%4", 'the query parameter "a": expected two hexadecimal digits after "%"'),
        ("a=%zz", 'the query parameter "a": expected two hexadecimal digits after "%"'),
        ("a=%+1", 'the query parameter "a": expected two hexadecimal digits after "%"'),
        ("a=%-1", 'the query parameter "a": expected two hexadecimal digits after "%"'),
        ("ok=1&b=%ff", 'the query parameter "b" is not percent-encoded UTF-8'),
        ("a=%ED%A0%80", 'the query parameter "a" is not percent-encoded UTF-8'),
        ("a=\udcff", 'the query parameter "a" is not percent-encoded UTF-8'),
        ("%ff=1", 'the query parameter name "%ff" is not percent-encoded UTF-8'),
        ("a=%00", 'the query parameter "a" has NUL (%00): a C string cannot hold NUL'),
    ],
)
def test_a_fault_is_named_with_its_parameter(query: str, text: str) -> None:
    with pytest.raises(Problem) as caught:
        form.decode(query)
    assert (400, text) == (caught.value.status, caught.value.text)


def test_the_number_of_parameters_is_limited() -> None:
    assert form.decode("&".join(["a=1"] * form.MAX_PARAMETERS)) == {"a": ["1"] * form.MAX_PARAMETERS}
    with pytest.raises(Problem, match="32769 parameters; expected at most 32768"):
        form.decode("&".join(["a=1"] * (form.MAX_PARAMETERS + 1)))


def escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.dictionaries(TEXTS.filter(bool), st.lists(TEXTS, min_size=1)))
def test_what_is_escaped_reads_back_as_it_was(parameters: dict[str, list[str]]) -> None:
    pairs = [f"{escaped(name)}={escaped(value)}" for name, values in parameters.items() for value in values]
    assert parameters == form.decode("&".join(pairs))


@given(st.text(max_size=40))
def test_no_query_gives_anything_but_parameters_or_a_problem(query: str) -> None:
    try:
        form.decode(query)
    except Problem as problem:
        assert problem.status == 400
