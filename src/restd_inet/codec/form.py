"""Queries and forms: name=value pairs joined with "&" or ";", percent-encoded UTF-8, "+" for a space."""

from __future__ import annotations

from restd_inet.problems import Problem, quoted

#: As many as a request target of 64 KiB can have.
MAX_PARAMETERS = 32768


def decode(query: str) -> dict[str, list[str | None]]:
    """The values of each name, in order; the value of a name without "=" is None."""
    result: dict[str, list[str | None]] = {}
    query = query.replace(";", "&")
    count = query.count("&") + 1
    if count > MAX_PARAMETERS:
        raise Problem(400, f"the query has {count} parameters; expected at most {MAX_PARAMETERS}")
    for pair in filter(None, query.split("&")):
        raw_name, equals, raw_value = pair.partition("=")
        name = _plain(raw_name, f"the query parameter name {quoted(raw_name)}")
        value = _plain(raw_value, f"the query parameter {quoted(name)}")
        result.setdefault(name, []).append(value if equals else None)
    return result


def _plain(text: str, what: str) -> str:
    text = text.replace("+", " ")
    if "%" not in text and text.isascii():
        return _holdable(text, what)
    first, *escaped = text.split("%")
    data = [first.encode("utf-8", "surrogatepass")]
    for piece in escaped:
        try:
            # fromhex skips spaces: a "+" that was no digit must not count as one.
            data.append(bytes.fromhex(piece[:2].replace(" ", "?").ljust(2, "?")))
        except ValueError:
            raise Problem(400, f'{what}: expected two hexadecimal digits after "%"') from None
        data.append(piece[2:].encode("utf-8", "surrogatepass"))
    try:
        return _holdable(b"".join(data).decode(), what)
    except UnicodeError:
        raise Problem(400, f"{what} is not percent-encoded UTF-8") from None


def _holdable(text: str, what: str) -> str:
    if "\0" in text:
        raise Problem(400, f"{what} has NUL (%00): a C string cannot hold NUL")
    return text
