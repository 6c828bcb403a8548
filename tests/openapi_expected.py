"""Where our OpenAPI documents differ from slurmrestd's, each with its reason.

A row: the versions; a pattern for lines of openapi_compare.facts, "+" before what only we say and "-"
before what only slurmrestd says, without the version's prefix of names ("db:" for that of accounting up
to v0.0.38); why. What these rows do not explain is a defect, and so is a row that explains nothing any more.
The reason is what our documents say or do; docs/migration.md is generated from them (`make docs`).
"""

from __future__ import annotations

from api_versions import NEWEST

Row = tuple[range, str, str]

#: The documents up to v0.0.38 were written by hand, and not by the program that answers.
HAND = range(35, 39)
FIRST = range(35, 36)
MADE = range(39, NEWEST + 1)
ALL = range(35, NEWEST + 1)

ANSWERS: list[Row] = [
    (
        range(36, 37),
        r"-\w+ \S+: (\w+ [\w /]+ )?deprecated",
        "slurmrestd 22.05 marks its oldest version as deprecated; here it is not",
    ),
    (
        range(42, 43),
        r"-\w+ \S+: (\w+ [\w /]+ )?deprecated",
        "slurmrestd 26.05 marks its oldest version as deprecated; here it is not",
    ),
    (
        range(42, 45),
        r"\+job_submit_req\.script deprecated|-update_node_msg\.reason_uid deprecated"
        r"|-stats_msg\.parts_packed deprecated",
        "some properties are deprecated as in the documents of the releases that introduced these versions",
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
        "the same: required properties are listed in the object that has them",
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
        "the task and the node of a step's largest and smallest usage are documented, as they are answered",
    ),
    (
        range(40, 42),
        r"[+-].*schedule_cycle_sum format=\w+",
        "schedule_cycle_sum is a 64-bit counter; slurmrestd documents it as such from 25.05 on",
    ),
]

OPERATIONS: list[Row] = [
    (
        range(41, 42),
        r"-\w+ \S+: (200|default|body) application/yaml.*",
        "a document that slurmrestd serves has YAML too; generators want one type, as the one it generates",
    ),
    (
        ALL,
        r"\+\w+ \S+: (304|400|401|403|404|409|413|415|422|501|503|504)( .*)?",
        "the errors that an operation can answer are documented, each with its meaning",
    ),
]

PARAMETERS: list[Row] = [
    (
        range(35, 40),
        r"\+get /slurm/\S+: query update_time( .*)?",
        "update_time is documented for the first versions too, which take it wherever later ones do",
    ),
    (
        MADE,
        r"\+get /slurmdb/\S+/jobs/: query"
        r" (cpus_m\w+|nodes_m\w+|timelimit_m\w+|format|run_away_jobs|submit_time|job_altered)( .*)?",
        "conditions of /slurmdb/ jobs that every version takes and only some document",
    ),
    (
        MADE,
        r"-\w+ /slurmdb/\S+/(associations?|qos)/: query format( .*)?"
        r"|-post /slurmdb/\S+/(qos|users_association)/: query .*",
        "parameters that slurmrestd documents and does not read are left out",
    ),
]

UP_TO_V38: list[Row] = [
    (
        HAND,
        r"[+-]\w+ \S+: (200|500|default).*",
        "contents of errors and changes are those of the answers; slurmrestd documents none, or others",
    ),
    (
        HAND,
        r"[+-](db:)?\w+[^ ]*( \w+)* (type|format|pattern|minItems|maxItems)=.*",
        "types are those of the answers; slurmrestd documents some numbers as texts, some widths wrongly",
    ),
    (
        HAND,
        r"[+-]\w+ \S+: (query|path) \w+ (style|explode|type|format)=\w+",
        "the same for parameters",
    ),
    (
        HAND,
        r"\+(db:)?\w+\.[^:]*",
        "properties that slurmrestd answers and does not document are documented",
    ),
    (
        HAND,
        r"[+-]get /slurmdb/\S+: query (\w+)",
        "parameters that slurmrestd takes and does not document are documented, groups among them",
    ),
    (
        HAND,
        r"-delete /slurmdb/\S+/association: query (account|user) required",
        "DELETE association: account or user is enough; slurmrestd documents both as required",
    ),
    (
        HAND,
        r"\+post /slurmdb/v0\.0\.3[67]/\w+(: .*)?|\+db:set_config",
        "bodies are documented, those of v0.0.36 and v0.0.37 among them",
    ),
    (
        HAND,
        r"[+-]db:\w+\.meta -> (db:)?meta",
        "meta of /slurmdb/ and of /slurm/ is one schema",
    ),
    (
        HAND,
        r"-db:(account_response|config_response|response_\w+|errors)[^ ]*( -> db:error| -> meta)?"
        r"|-errors(\[\] -> error)?",
        "answers to changes and errors consist of meta and errors, without a schema of their own for each",
    ),
    (
        HAND,
        r"-diag\.statistics\.bf_last_depth(_try)?|-partition\.min_nodes_per_job"
        r"|-db:association\.(usage\.\w+|QOS)|-db:accounting\.\w+( -> .*)?"
        r"|-db:user\.associations\.root( -> .*)?|-db:job_step\.tres\.\w+\.\w+ -> .*"
        r"|[+-]db:\w+\.(qos|QOS)(\[\])?( -> .*)?"
        r"|-db:(diag|cluster_info)\.[\w\[\].]+|-db:((config|tres)_info\.tres|wckey\.accounting)",
        "properties that slurmrestd documents and never answers are left out",
    ),
    (
        HAND,
        r"[+-](db:)?\w+\.[\w.\[\]]+ -> (db:)?\w+",
        "a schema stands under its name in one document and in place in the other",
    ),
    (
        HAND,
        r"-(job_resources\.allocated_nodes\[\] -> node_allocation|node_allocation.*)",
        "up to v0.0.37 the hosts of a job are an object with numbers as keys",
    ),
    (
        HAND,
        r"-job_properties required environment|-job_submission required script|\+db:\w+ required \w+",
        "an update needs no environment; properties that are required are listed as such",
    ),
    # v0.0.35's document has no names of operations.
    (FIRST, r"\+\w+ \S+: (id|tag) \w+", "operations have operationIds and tags, which generators need"),
    (
        FIRST,
        r"[+-]job_properties\.(exclusive|nodes) oneOf.*",
        "exclusive and nodes of a job description are documented as in the next versions",
    ),
    (FIRST, r"[+-]signal.*|-delete \S+: query signal.*", "signal is documented as in the next versions"),
    (
        FIRST,
        r"[+-](job_submission.*|post \S+/job/submit: body .*)",
        "the script of a submission is documented",
    ),
    (FIRST, r"\+post \S+/ping/", "POST of ping is documented, which the first release's documentation uses"),
]

EXPECTED = ANSWERS + OPERATIONS + PARAMETERS + UP_TO_V38

# v0.0.39 against the document of Slurm 24.05, which is half made by the program and half written by hand:
# tests/openapi/test_v0_0_39.py. A pattern for lines, "+" before what only we say and "-" before what only
# slurmrestd says; why.

_META = "parts of meta that are answered are documented"
_ANSWERED = "properties that are answered and that slurmrestd does not document are documented"
_TRES = "the list of TRES has the name that is answered, TRES; slurmrestd documents it as tres"
_TAKEN = "parameters that are taken as in later versions are documented"
_BOTH = "GET jobs of /slurmdb/ has groups, which is read; slurmrestd documents group. Both are accepted"

#: Of types, required properties and words, as facts() of that test gives them.
V39_FACTS = {
    r"[+-].*\.(error_number|version\.m\w+|job_id) type=.*": "widths of numbers are those of the answers",
    r"\+.*\.meta\.(client|plugin\.data_parser).*": _META,
    r"-.*\.warnings\[\]\.warning.*": "the number of a warning, which is never answered, is not documented",
    r"\+.* required \w+": "what an answer always has is required",
    r"-.* required environment": "a job that is changed needs no environment",
    r"[+-].*\.power_flags\[\] type=.*": "the items of power_flags have a type",
    r"\+.*\.power_flags\[\] enum EQUAL_POWER": "EQUAL_POWER, gone in Slurm 24.05, is among the power_flags",
    r"\+.*\.(removed_accounts|deleted_clusters|removed_users|removed_qos|deleted_wckeys).*": _ANSWERED,
    r"[+-]get /slurmdb/(config|tres).*\.(TRES|tres)(\[\].*)? type=.*": _TRES,
    r"[+-]post /slurmdb/(config|tres) body\.(TRES|tres)(\[\])*(\.\w+)? type=.*": _TRES,
    r"-.*\.(TRES|tres)(\[\])+ required type": _TRES,
    r"[+-].*\.rollups\[\]\.(last\w*|last run) type=.*|-.*\.rollups\[\]\.type enum \w+": (
        "rollups have last_run and last_cycle and any type, as they are answered"
    ),
    r"[+-]get /slurmdb/diag type=.*|[+-]post /slurm/job/submit body type=.*": (
        "the answer of diag of /slurmdb/ and the body of job/submit are objects"
    ),
    r"\+get /slurmdb/wckeys?(/\{\})?\.warnings.*": _ANSWERED,
    r"\+.*exit_code\.status enum \w+": "the words of an exit code's status are listed",
    r"\+.*\.tres\.\w+\.(max|min)\[\]\.(node|task) type=.*": _ANSWERED,
    r"\+post /slurm/job/(submit\.result|\{\}\.(job_id|job_submit_user_msg|step_id|results)).*": _ANSWERED,
    r"\+post /slurmdb/\w+ body\.(meta|errors|warnings).*": "what was read may be posted as it is",
}
#: Of names of components.
V39_NAMES = {
    r"-status": "the component status has the version in its name, as all others",
    r"\+(db)?v0\.0\.39_status": "the component status has the version in its name, as all others",
    r"\+v0\.0\.39_job_submit_response_msg": "the result of a submission is answered, and has a component",
    r"-v0\.0\.39_(\w+_ptr|job_assoc_id|job_desc_msg_\w+|mem_per_\w+|step_nodes|tres_str)": (
        "a component has one name; slurmrestd has a second one of some, of which no generator makes a model"
    ),
    r"-v0\.0\.39_job_exclusive": "the words of exclusive stand in place, as those of all other lists",
}
#: Of parameters.
V39_PARAMETERS = {
    r"-get /slurmdb/jobs group": _BOTH,
    r"\+get /slurmdb/jobs groups": _BOTH,
    r"\+(get|delete) /slurm/\S+ (flags|update_time)": _TAKEN,
    r"\+\w+ /slurmdb/\S+ (with|without|only|usage|scheduled|show|disable|timelimit)_\w+": _TAKEN,
    r"\+\w+ /slurmdb/(associations?|clusters?/\{\}|clusters|qos|users|accounts|wckeys) \w+": _TAKEN,
    r"\+get /slurmdb/jobs (scheduler_unset|job_\w+|run_away_jobs|whole_hetjob|reservation_id)": _TAKEN,
}
