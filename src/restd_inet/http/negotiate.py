"""Accept and Content-Type (RFC 9110 sections 12.5.1 and 8.3), without the email package."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def accept(header: str | None, offers: Sequence[str]) -> str | None:
    """The best of the offered media types, None if the client accepts none of them.

    The most specific range that matches an offer gives its weight; among equal weights the first offer wins.
    Parameters other than q and malformed ranges are ignored. Without a valid range everything is accepted.
    """
    ranges = [r for r in map(_media_range, _outside_quotes(header or "", ",")) if r is not None]
    if not ranges:
        return offers[0] if offers else None
    best, best_weight = None, 0.0
    for offer in offers:
        weight = _weight(offer, ranges)
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


def content_type(header: str | None) -> tuple[str, dict[str, str]]:
    """The media type in lower case, "" without one, and its parameters (names in lower case)."""
    media_type, *parameters = _outside_quotes(header or "", ";")
    return media_type.strip().lower(), dict(map(_parameter, filter(str.strip, parameters)))


def _media_range(text: str) -> tuple[str, float] | None:
    """One element of an Accept field: the range and its weight; None if it is malformed."""
    media_range, *parameters = _outside_quotes(text, ";")
    media_range = media_range.strip().lower()
    if media_range == "*":  # java.net.HttpURLConnection has sent this for decades
        media_range = "*/*"
    kind, _, subtype = media_range.partition("/")
    if not kind or not subtype or (kind == "*" and subtype != "*"):
        return None
    weight = dict(map(_parameter, parameters)).get("q", "1")
    # qvalue: 0 to 1 with up to three decimals; float() alone would accept "nan" and "1e3".
    if not weight.replace(".", "", 1).isdecimal():
        return None
    return media_range, min(float(weight), 1.0)


def _weight(offer: str, ranges: list[tuple[str, float]]) -> float:
    offer = content_type(offer)[0]
    for candidate in (offer, offer.partition("/")[0] + "/*", "*/*"):
        weights = [weight for media_range, weight in ranges if media_range == candidate]
        if weights:
            return max(weights)
    return 0.0


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = _unescaped(value[1:-1])
    return name.strip().lower(), value


def _unescaped(text: str) -> str:
    """The text of a quoted-string (RFC 9110 section 5.6.4)."""
    out = ""
    escaped = False
    for c in text:
        escaped = c == "\\" and not escaped
        out += "" if escaped else c
    return out


def _outside_quotes(text: str, separator: str) -> list[str]:
    """`text` split at the separators that are not within a quoted string."""
    if '"' not in text:
        return text.split(separator)
    pieces = []
    begin = 0
    quoted = escaped = False
    for at, c in enumerate(text):
        if c == separator and not quoted:
            pieces.append(text[begin:at])
            begin = at + 1
            continue
        if c == '"' and not escaped:
            quoted = not quoted
        escaped = quoted and c == "\\" and not escaped
    return [*pieces, text[begin:]]
