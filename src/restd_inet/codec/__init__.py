"""Formats of bodies and answers, one a module without an underscore; app/parameters.py has the media types.

_json_lenient  comments and trailing commas in JSON
_json_read     JSON in, fast
_json_scan     JSON in, exact: the place and kind of an error
_place         line, column and path in a document
_stream        text in, UTF-8 out in chunks
_yaml_list     YAML of a long list from its JSON, in C
_yaml_read     YAML in
_yaml_scalar   what a YAML scalar means
_yaml_write    YAML out
csv            CSV out
form           queries and forms
json           JSON
multipart      multipart/form-data in
ndjson         a record a line, as JSON, out
tsv            tab-separated values out
yaml           YAML
"""

from __future__ import annotations

from restd_inet import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Limits:
    """Limits of a document; a subclass, or any object with these attributes, can be used.

    max_depth: containers within containers. max_items: keys and elements in total.
    max_number_digits: characters of one number. max_yaml, max_yaml_items: bytes of a YAML document, and its
    keys and elements: reading YAML takes much longer than reading JSON.
    """

    max_depth: int = 64
    max_items: int = 1_000_000
    max_number_digits: int = 1000
    max_yaml: int = 4 << 20
    max_yaml_items: int = 50_000


LIMITS = Limits()

#: Slurm has nothing wider than int64_t and uint64_t.
SMALLEST_INTEGER = -(2**63)
LARGEST_INTEGER = 2**64 - 1


def get(name: str) -> Any:
    """The module of a format."""
    return lazy.module(f"restd_inet.codec.{name}")
