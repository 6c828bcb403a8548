"""Where our OpenAPI documents differ from slurmrestd's, each with its reason.

A row: the versions; a pattern for lines of openapi_compare.facts, "+" before what only we say and "-"
before what only slurmrestd says, without the version's prefix of names; why. What these rows do not
explain is a defect, and so is a row that explains nothing any more.
"""

from __future__ import annotations

#: The documents up to v0.0.38 were written by hand, and not by the program that answers.
HAND = range(36, 39)
PLAIN = range(39, 46)
ALL = range(35, 46)

EXPECTED: list[tuple[range, str, str]] = [
    # Everything that we answer is documented.
    (
        range(36, 46),
        r"\+get /slurm/\S+/licenses/?: query update_time.*",
        "slurmrestd takes update_time for licences too",
    ),
    (
        HAND,
        r"\+get /slurm/v0.0.36/(jobs|nodes|partitions|partition/\{partition_name\}): query update_time.*",
        "slurmrestd takes update_time in v0.0.36 too",
    ),
    # Nested names.
    (
        PLAIN,
        r"-[a-z_]+ required \w+/[\w/]+",
        'slurmrestd lists paths ("nodes/count") where names of properties belong',
    ),
    (
        PLAIN,
        r"\+\w+(\.\w+)+ required \w+",
        "the same, in the object that has the property",
    ),
    # Up to v0.0.38.
    (
        HAND,
        r"[+-](get|post|delete) \S+: (200|500|default).*",
        "slurmrestd documents no content, or another, for errors and updates; ours is what is answered",
    ),
    (
        HAND,
        r"[+-](db:)?[a-z_]+[\w. \[\]]* (type|format)=\w+",
        "types were guessed: a number is documented as a text, an integer's width here and there",
    ),
]
