"""Where our OpenAPI documents differ from slurmrestd's, each with its reason.

A row: the versions; a pattern for lines of openapi_compare.facts, "+" before what only we say and "-"
before what only slurmrestd says, without the version's prefix of names ("db:" for that of accounting up
to v0.0.38); why. What these rows do not explain is a defect, and so is a row that explains nothing any more.
"""

from __future__ import annotations

Row = tuple[range, str, str]

#: The documents up to v0.0.38 were written by hand, and not by the program that answers.
HAND = range(35, 39)
FIRST = range(35, 36)
MADE = range(39, 46)
ALL = range(35, 46)

ANSWERS: list[Row] = [
    (
        range(36, 37),
        r"-\w+ \S+: (\w+ [\w /]+ )?deprecated",
        "22.05 calls the oldest version that it has deprecated as a whole; here it stays",
    ),
    (
        range(42, 43),
        r"-\w+ \S+: (\w+ [\w /]+ )?deprecated",
        "26.05 calls the oldest version that it has deprecated as a whole; here it stays",
    ),
    (
        range(42, 45),
        r"\+job_submit_req\.script deprecated|-update_node_msg\.reason_uid deprecated"
        r"|-stats_msg\.parts_packed deprecated",
        "as in the documents of the releases that began these versions",
    ),
    (
        MADE,
        r"-.* required \w+/[\w/]+",
        'slurmrestd lists paths ("nodes/count") where names of properties belong',
    ),
    (
        MADE,
        r"\+.*\.[\w.]+ required (count|list|select_type|whole|allocation|used|allocated)"
        r"|\+.*\.(error|federation|daily|hourly|monthly|duration) required \w+",
        "the same, in the object that has the property",
    ),
    (
        MADE,
        r"[+-](.*\.)?(rollup_stats|rollups)\[\]\.(last run|last_run|last_cycle).*"
        r"|-(.*\.)?(rollup_stats|rollups)\[\]\.type enum \w+",
        'v0.0.40 writes last_run and last_cycle, and documents "last run"; it has more than three types',
    ),
    (
        MADE,
        r"[+-](.*\.)?(step_tres_(req|usage)_(max|min)|tres\.(consumed|requested)\.(max|min))\[\].*",
        "of the most and the least that a task used, the task and the node are answered and not documented",
    ),
    (
        range(40, 42),
        r"[+-].*schedule_cycle_sum format=\w+",
        "a counter of 64 bits, which slurmrestd documents as such from 25.05 on",
    ),
]

OPERATIONS: list[Row] = [
    (
        range(41, 42),
        r"-\w+ \S+: (200|default|body) application/yaml.*",
        "a document that slurmrestd serves has YAML too; generators want one type, as the one it generates",
    ),
    (FIRST, r"\+\w+ \S+: 403.*", "what is answered to a client that is not authenticated"),
    (range(36, 46), r"\+\w+ \S+: 401.*", "what is answered to a client that is not authenticated"),
]

PARAMETERS: list[Row] = [
    (
        range(35, 40),
        r"\+get /slurm/\S+: query update_time( .*)?",
        "the first versions take update_time wherever later ones document it",
    ),
    (
        MADE,
        r"\+get /slurmdb/\S+/jobs/: query"
        r" (cpus_m\w+|nodes_m\w+|timelimit_m\w+|format|run_away_jobs|submit_time|job_altered)( .*)?",
        "conditions that every version has and only some document",
    ),
    (
        MADE,
        r"-\w+ /slurmdb/\S+/(associations?|qos)/: query format( .*)?"
        r"|-post /slurmdb/\S+/(qos|users_association)/: query .*",
        "slurmrestd reads nothing of these",
    ),
]

UP_TO_V38: list[Row] = [
    (
        HAND,
        r"[+-]\w+ \S+: (200|500|default).*",
        "slurmrestd documents no content, or another, for errors and changes; ours is what is answered",
    ),
    (
        HAND,
        r"[+-](db:)?\w+[^ ]*( \w+)* (type|format|pattern|minItems|maxItems)=.*",
        "types were guessed: a number is documented as a text, an integer's width here and there",
    ),
    (
        HAND,
        r"[+-]\w+ \S+: (query|path) \w+ (style|explode|type|format)=\w+",
        "the same of parameters",
    ),
    (
        HAND,
        r"\+(db:)?\w+\.[^:]*",
        "properties that are answered and were forgotten; a test on a cluster holds answers to be equal",
    ),
    (
        HAND,
        r"[+-]get /slurmdb/\S+: query (\w+)",
        "parameters that are taken and were forgotten; groups is called group in the document alone",
    ),
    (
        HAND,
        r"-delete /slurmdb/\S+/association: query (account|user) required",
        "one of the two is enough",
    ),
    (
        HAND,
        r"\+post /slurmdb/v0\.0\.3[67]/\w+(: .*)?|\+db:set_config",
        "bodies were forgotten; QOS are posted in these versions too",
    ),
    (
        HAND,
        r"[+-]db:\w+\.meta -> (db:)?meta",
        "the documents of accounting took the other's table of the same content",
    ),
    (
        HAND,
        r"-db:(account_response|config_response|response_\w+|errors)[^ ]*( -> db:error| -> meta)?"
        r"|-errors(\[\] -> error)?",
        "changes and errors are answered with meta and errors, and need no name for each",
    ),
    (
        HAND,
        r"-diag\.statistics\.bf_last_depth(_try)?|-partition\.min_nodes_per_job"
        r"|-db:association\.(usage\.\w+|QOS)|-db:accounting\.\w+( -> .*)?"
        r"|-db:user\.associations\.root( -> .*)?|-db:job_step\.tres\.\w+\.\w+ -> .*"
        r"|[+-]db:\w+\.(qos|QOS)(\[\])?( -> .*)?"
        r"|-db:(diag|cluster_info)\.[\w\[\].]+|-db:((config|tres)_info\.tres|wckey\.accounting)",
        "documented, and not what is answered",
    ),
    (
        HAND,
        r"[+-](db:)?\w+\.[\w.\[\]]+ -> (db:)?\w+",
        "a table by its name in one document and in place in the other",
    ),
    (
        HAND,
        r"-(job_resources\.allocated_nodes\[\] -> node_allocation|node_allocation.*)",
        "up to v0.0.37 hosts are an object by their number",
    ),
    (
        HAND,
        r"-job_properties required environment|-job_submission required script|\+db:\w+ required \w+",
        "an update has no environment; an answer says what is missing",
    ),
    # v0.0.35's document has no names of operations.
    (FIRST, r"\+\w+ \S+: (id|tag) \w+", "without names clients cannot be made"),
    (FIRST, r"[+-]job_properties\.(exclusive|nodes) oneOf.*", "as the next versions put it"),
    (FIRST, r"[+-]signal.*|-delete \S+: query signal.*", "as the next versions put it, by name"),
    (FIRST, r"[+-](job_submission.*|post \S+/job/submit: body .*)", "the script was forgotten"),
    (FIRST, r"\+post \S+/ping/", "the first release's documentation typed a POST"),
]

EXPECTED = ANSWERS + OPERATIONS + PARAMETERS + UP_TO_V38
