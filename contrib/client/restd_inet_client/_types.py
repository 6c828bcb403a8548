"""The documents' schemas as types. Made by contrib/client/generate.py; do not edit."""

from __future__ import annotations

from typing import TypedDict


class JobComment(TypedDict, total=False):
    administrator: str
    """Comment of an administrator."""
    job: str
    """Comment of the user."""
    system: str
    """Comment of slurmctld."""


class JobArrayLimitsMaxRunning(TypedDict, total=False):
    tasks: int
    """Tasks of the array that could run at once."""


class JobArrayLimitsMax(TypedDict, total=False):
    running: JobArrayLimitsMaxRunning
    """Limits of running tasks."""


class JobArrayLimits(TypedDict, total=False):
    max: JobArrayLimitsMax
    """Upper limits."""


class Uint32NoValStruct(TypedDict, total=False):
    set: bool
    """Whether the number is set."""
    infinite: bool
    """Whether there is no limit; overrides the number."""
    number: int
    """The number, if set is true and infinite is not."""


class JobArray(TypedDict, total=False):
    job_id: int
    """Job id of its array, 0 for none."""
    limits: JobArrayLimits
    """Limits."""
    task_id: Uint32NoValStruct
    """Task id in the array."""
    task: str
    """Tasks that had not started."""


class AssocShort(TypedDict, total=False):
    account: str
    """Name of the account."""
    cluster: str
    """Name of the cluster."""
    partition: str
    """Name of the partition, if the association is limited to one."""
    user: str
    """Name of the user; empty for the association of the account itself."""
    id: int
    """Id in the database."""


class Uint16NoValStruct(TypedDict, total=False):
    set: bool
    """Whether the number is set."""
    infinite: bool
    """Whether there is no limit; overrides the number."""
    number: int
    """The number, if set is true and infinite is not."""


class ProcessExitCodeVerboseSignal(TypedDict, total=False):
    id: Uint16NoValStruct
    """Number of the signal."""
    name: str
    """Name of the signal, without SIG."""


class ProcessExitCodeVerbose(TypedDict, total=False):
    status: list[str]
    """How the process ended."""
    return_code: Uint32NoValStruct
    """Exit code, if it was not ended by a signal."""
    signal: ProcessExitCodeVerboseSignal
    """The signal that ended it."""


class Uint64NoValStruct(TypedDict, total=False):
    set: bool
    """Whether the number is set."""
    infinite: bool
    """Whether there is no limit; overrides the number."""
    number: int
    """The number, if set is true and infinite is not."""


class JobTimeSystem(TypedDict, total=False):
    seconds: int
    """System CPU time: seconds."""
    microseconds: int
    """System CPU time: microseconds in addition to the seconds."""


class JobTimeTotal(TypedDict, total=False):
    seconds: int
    """User and system CPU time: seconds."""
    microseconds: int
    """User and system CPU time: microseconds in addition to the seconds."""


class JobTimeUser(TypedDict, total=False):
    seconds: int
    """User CPU time: seconds."""
    microseconds: int
    """User CPU time: microseconds in addition to the seconds."""


class JobTime(TypedDict, total=False):
    elapsed: int
    """Run time, in seconds."""
    eligible: int
    """When it became eligible (Unix time)."""
    end: int
    """When it ended (Unix time)."""
    planned: Uint64NoValStruct
    """Time between eligibility and start, in seconds."""
    start: int
    """When it began (Unix time)."""
    submission: int
    """When it was submitted (Unix time)."""
    suspended: int
    """Seconds that it was suspended."""
    system: JobTimeSystem
    """System CPU time."""
    limit: Uint32NoValStruct
    """Time limit, in minutes."""
    total: JobTimeTotal
    """User and system CPU time."""
    user: JobTimeUser
    """User CPU time."""


class JobHet(TypedDict, total=False):
    job_id: int
    """Id of its heterogeneous job, 0 for none."""
    job_offset: Uint32NoValStruct
    """Offset in the heterogeneous job."""


class JobMcs(TypedDict, total=False):
    label: str
    """Label of multi-category security."""


class JobRequired(TypedDict, total=False):
    CPUs: int
    """Requested CPUs."""
    memory_per_cpu: Uint64NoValStruct
    """Requested memory per CPU, in MiB."""
    memory_per_node: Uint64NoValStruct
    """Requested memory per node, in MiB."""


class JobReservation(TypedDict, total=False):
    id: int
    """Id of its reservation."""
    name: str
    """Name of its reservation."""
    requested: str
    """Requested reservations."""


class JobState(TypedDict, total=False):
    current: list[str]
    """State."""
    reason: str
    """Reason of the state."""


class StepTimeSystem(TypedDict, total=False):
    seconds: int
    """System CPU time: seconds."""
    microseconds: int
    """System CPU time: microseconds in addition to the seconds."""


class StepTimeTotal(TypedDict, total=False):
    seconds: int
    """User and system CPU time: seconds."""
    microseconds: int
    """User and system CPU time: microseconds in addition to the seconds."""


class StepTimeUser(TypedDict, total=False):
    seconds: int
    """User CPU time: seconds."""
    microseconds: int
    """User CPU time: microseconds in addition to the seconds."""


class StepTime(TypedDict, total=False):
    elapsed: int
    """Run time, in seconds."""
    end: Uint64NoValStruct
    """When it ended (Unix time)."""
    start: Uint64NoValStruct
    """When it began (Unix time)."""
    suspended: int
    """Seconds that it was suspended."""
    system: StepTimeSystem
    """System CPU time."""
    limit: Uint32NoValStruct
    """Time limit, in minutes."""
    total: StepTimeTotal
    """User and system CPU time."""
    user: StepTimeUser
    """User CPU time."""


class StepNodes(TypedDict, total=False):
    count: int
    """Number of nodes."""
    range: str
    """Nodes, as a host list."""
    list: list[str]
    """Nodes, one by one."""


class StepTasks(TypedDict, total=False):
    count: int
    """Number of tasks."""


class StepCPURequestedFrequency(TypedDict, total=False):
    min: Uint32NoValStruct
    """Requested minimum frequency, in kHz."""
    max: Uint32NoValStruct
    """Requested maximum frequency, in kHz."""


class StepCPU(TypedDict, total=False):
    requested_frequency: StepCPURequestedFrequency
    """Requested CPU frequency."""
    governor: str
    """Requested CPU frequency governor."""


class StepStatisticsCPU(TypedDict, total=False):
    actual_frequency: int
    """Mean frequency, in kHz."""


class StepStatisticsEnergy(TypedDict, total=False):
    consumed: Uint64NoValStruct
    """Energy used, in joules."""


class StepStatistics(TypedDict, total=False):
    CPU: StepStatisticsCPU
    """CPUs."""
    energy: StepStatisticsEnergy
    """Energy."""


class StepStep(TypedDict, total=False):
    id: str
    """Step id."""
    name: str
    """Name."""
    stderr: str
    """File of its standard error."""
    stdin: str
    """File of its standard input."""
    stdout: str
    """File of its standard output."""
    stderr_expanded: str
    """Path with %j and other patterns replaced."""
    stdin_expanded: str
    """Path with %j and other patterns replaced."""
    stdout_expanded: str
    """Path with %j and other patterns replaced."""


class StepTask(TypedDict, total=False):
    distribution: str
    """How tasks were spread over nodes."""


class StepTresReqMax(TypedDict, total=False):
    type: str
    """Type: cpu, mem, gres."""
    name: str
    """Name, for types that have several, such as gres."""
    id: int
    """Id in the database."""
    count: int
    """Amount; MiB for memory."""
    task: int
    """Task with this value."""
    node: str
    """Node of that task."""


class StepTresReqMin(TypedDict, total=False):
    type: str
    """Type: cpu, mem, gres."""
    name: str
    """Name, for types that have several, such as gres."""
    id: int
    """Id in the database."""
    count: int
    """Amount; MiB for memory."""
    task: int
    """Task with this value."""
    node: str
    """Node of that task."""


class Tres(TypedDict, total=False):
    type: str
    """Type: cpu, mem, gres."""
    name: str
    """Name, for types that have several, such as gres."""
    id: int
    """Id in the database."""
    count: int
    """Amount; MiB for memory."""


class StepTresRequested(TypedDict, total=False):
    max: list[StepTresReqMax]
    """Largest usage of a task."""
    min: list[StepTresReqMin]
    """Smallest usage of a task."""
    average: list[Tres]
    """Mean usage of a task."""
    total: list[Tres]
    """Total usage of all tasks."""


class StepTresUsageMax(TypedDict, total=False):
    type: str
    """Type: cpu, mem, gres."""
    name: str
    """Name, for types that have several, such as gres."""
    id: int
    """Id in the database."""
    count: int
    """Amount; MiB for memory."""
    task: int
    """Task with this value."""
    node: str
    """Node of that task."""


class StepTresUsageMin(TypedDict, total=False):
    type: str
    """Type: cpu, mem, gres."""
    name: str
    """Name, for types that have several, such as gres."""
    id: int
    """Id in the database."""
    count: int
    """Amount; MiB for memory."""
    task: int
    """Task with this value."""
    node: str
    """Node of that task."""


class StepTresConsumed(TypedDict, total=False):
    max: list[StepTresUsageMax]
    """Largest usage, or output, of a task."""
    min: list[StepTresUsageMin]
    """Smallest usage, or output, of a task."""
    average: list[Tres]
    """Mean usage, or output, of a task."""
    total: list[Tres]
    """Total usage, or output, of all tasks."""


class StepTres(TypedDict, total=False):
    requested: StepTresRequested
    """Usage by tasks."""
    consumed: StepTresConsumed
    """Usage and output by tasks."""
    allocated: list[Tres]
    """Allocated amount of each trackable resource."""


class Step(TypedDict, total=False):
    time: StepTime
    """Times and durations."""
    exit_code: ProcessExitCodeVerbose
    """Exit code."""
    nodes: StepNodes
    """Nodes."""
    tasks: StepTasks
    """Tasks."""
    CPU: StepCPU
    """CPUs."""
    kill_request_user: str
    """User who cancelled the job."""
    state: list[str]
    """State."""
    statistics: StepStatistics
    """Measured values."""
    step: StepStep
    """The step."""
    submit_line: str
    """Command line of its submission."""
    task: StepTask
    """Tasks."""
    tres: StepTres
    """Trackable resources."""


class JobTres(TypedDict, total=False):
    allocated: list[Tres]
    """Allocated amount of each trackable resource."""
    requested: list[Tres]
    """Requested amount of each trackable resource."""


class WckeyTagStruct(TypedDict, total=False):
    wckey: str
    """The key."""
    flags: list[str]
    """Whether it was assigned by default."""


class Job(TypedDict, total=False):
    account: str
    """Account that was charged."""
    comment: JobComment
    """Comments."""
    allocation_nodes: int
    """Number of nodes."""
    array: JobArray
    """The job as a part of an array."""
    association: AssocShort
    """Association."""
    block: str
    """Block."""
    cluster: str
    """Cluster."""
    constraints: str
    """Requested features."""
    container: str
    """Path of its OCI bundle."""
    sluid: str
    """Sluid: id of the job that is unique over clusters."""
    derived_exit_code: ProcessExitCodeVerbose
    """The highest exit code of its steps."""
    time: JobTime
    """Times and durations."""
    exclusive: str
    """The resources that the job used exclusively."""
    exit_code: ProcessExitCodeVerbose
    """Exit code."""
    extra: str
    """Arbitrary text."""
    failed_node: str
    """The node whose failure ended it."""
    flags: list[str]
    """Flags."""
    group: str
    """Name of the group."""
    het: JobHet
    """The job as a component of a heterogeneous job."""
    job_id: int
    """Job id."""
    name: str
    """Name."""
    licenses: str
    """Licenses."""
    mcs: JobMcs
    """Multi-category security."""
    nodes: str
    """Nodes, as a host list."""
    oversubscribe: str
    """How the job shared resources."""
    partition: str
    """Partition."""
    hold: bool
    """Whether the job was held."""
    priority: Uint32NoValStruct
    """Priority."""
    qos: str
    """QOS."""
    qosreq: str
    """Requested QOS."""
    required: JobRequired
    """Requested resources."""
    kill_request_user: str
    """User who cancelled the job."""
    restart_cnt: int
    """How often the job was requeued."""
    reservation: JobReservation
    """Reservation."""
    script: str
    """Batch script, if it is stored and requested."""
    segment_size: int
    """Size of a segment: nodes that had to be in one block."""
    original_sluid: str
    """Sluid before the job was requeued."""
    stdin_expanded: str
    """Path with %j and other patterns replaced."""
    stdout_expanded: str
    """Path with %j and other patterns replaced."""
    stderr_expanded: str
    """Path with %j and other patterns replaced."""
    stdout: str
    """File of its standard output."""
    stderr: str
    """File of its standard error."""
    stdin: str
    """File of its standard input."""
    state: JobState
    """State."""
    steps: list[Step]
    """Steps."""
    submit_line: str
    """Command line of its submission."""
    tres: JobTres
    """Trackable resources."""
    used_gres: str
    """Generic resources."""
    user: str
    """Name of the user."""
    wckey: WckeyTagStruct
    """Workload characterization key."""
    working_directory: str
    """Working directory."""


class RestdAccountingJobsRespGroups(TypedDict, total=False):
    name: str
    """Name of the group."""
    count: int
    """Number of records."""


class OpenapiMetaPlugin(TypedDict, total=False):
    type: str
    """Type and name of the plugin."""
    name: str
    """Name."""
    data_parser: str
    """The version of the API."""
    accounting_storage: str
    """AccountingStorageType of slurm.conf."""


class OpenapiMetaClient(TypedDict, total=False):
    source: str
    """Address of the client."""
    user: str
    """User of the request."""
    group: str
    """Group of the request."""


class OpenapiMetaSlurmVersion(TypedDict, total=False):
    major: str
    """Major version, such as 24."""
    micro: str
    """Micro version, such as 5."""
    minor: str
    """Minor version, such as 11."""


class OpenapiMetaSlurm(TypedDict, total=False):
    version: OpenapiMetaSlurmVersion
    """Release as numbers."""
    release: str
    """The release of Slurm."""
    cluster: str
    """ClusterName of slurm.conf."""


class OpenapiMeta(TypedDict, total=False):
    plugin: OpenapiMetaPlugin
    """Plugin of slurmrestd that serves this path."""
    client: OpenapiMetaClient
    """The client."""
    command: list[str]
    """Always empty."""
    slurm: OpenapiMetaSlurm
    """Slurm of this host."""


class OpenapiError(TypedDict, total=False):
    description: str
    """What is wrong, where, and what is expected."""
    error_number: int
    """Slurm's error number, 0 if the error is not Slurm's."""
    error: str
    """Slurm's text for that number."""
    source: str
    """Function that found the error, usually a call of libslurm."""


class OpenapiWarning(TypedDict, total=False):
    description: str
    """What was ignored, and why."""
    source: str
    """Place in the request, or the function that warns."""


class RestdAccountingJobsResp(TypedDict, total=False):
    jobs: list[Job]
    """Jobs."""
    next: str | None
    """The last of these records, for `after`, where `limit` leaves out more; null at the end."""
    count: int
    """Number of records, if `count` or `group` asks for it."""
    groups: list[RestdAccountingJobsRespGroups]
    """The same of each group, for `group`."""
    last_event_id: str
    """Where to go on, as `since`; with `wait` or `since` alone."""
    reached: bool
    """For `until`: whether the job was in one of the states; false if it ended in others."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdAssocMgrUserDefault(TypedDict, total=False):
    account: str
    """Default account."""
    wckey: str
    """Default WCKey."""


class RestdAssocMgrUser(TypedDict, total=False):
    name: str
    """Name."""
    uid: int
    """Number of the user."""
    default: RestdAssocMgrUserDefault
    """Defaults of jobs."""
    administrator_level: list[str]
    """Rights in accounting."""


class RestdAssocMgrAssocDefault(TypedDict, total=False):
    qos: str
    """QOS of jobs that name none."""


class Float64NoValStruct(TypedDict, total=False):
    set: bool
    """Whether the number is set."""
    infinite: bool
    """Whether there is no limit; overrides the number."""
    number: float
    """The number, if set is true and infinite is not."""


class RestdAssocMgrAssocFairshare(TypedDict, total=False):
    shares: Uint32NoValStruct
    """Raw shares."""
    shares_normalized: Float64NoValStruct
    """Normalized shares."""
    factor: Float64NoValStruct
    """Fair-share factor."""


class RestdAssocMgrAssocUsage(TypedDict, total=False):
    raw: Float64NoValStruct
    """Decayed usage, in billing TRES-seconds."""
    normalized: Float64NoValStruct
    """Normalized usage."""
    effective: Float64NoValStruct
    """Effective usage."""


class RestdAssocMgrAssocGrpJobs(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrAssocGrpJobsAccrue(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrAssocGrpSubmitJobs(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrAssocGrpWall(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: float
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrAssocGrpTres(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrAssocGrpTresMins(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrAssocGrpTresRunMins(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrAssocMaxJobs(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrAssocMaxJobsAccrue(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrAssocMaxSubmitJobs(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrAssocMaxTresPj(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""


class RestdAssocMgrAssocMaxTresPn(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""


class RestdAssocMgrAssocMaxTresMinsPj(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""


class RestdAssocMgrAssoc(TypedDict, total=False):
    id: int
    """Id in the database."""
    cluster: str
    """Name of the cluster."""
    account: str
    """Name of the account."""
    user: str
    """Name of the user; empty for the association of the account itself."""
    partition: str
    """Name of the partition, if the association is limited to one."""
    parent_account: str
    """Parent account."""
    lineage: str
    """Path of the association: all accounts above it."""
    is_default: bool
    """Whether it is the user's default."""
    priority: Uint32NoValStruct
    """Priority that is added to its jobs."""
    qos: list[str]
    """Allowed QOS."""
    default: RestdAssocMgrAssocDefault
    """Defaults of jobs."""
    fairshare: RestdAssocMgrAssocFairshare
    """Fair share."""
    usage: RestdAssocMgrAssocUsage
    """Usage."""
    grp_jobs: RestdAssocMgrAssocGrpJobs
    """Running jobs."""
    grp_jobs_accrue: RestdAssocMgrAssocGrpJobsAccrue
    """Pending jobs that accrue age priority."""
    grp_submit_jobs: RestdAssocMgrAssocGrpSubmitJobs
    """Pending and running jobs."""
    grp_wall: RestdAssocMgrAssocGrpWall
    """Wall clock minutes."""
    grp_tres: list[RestdAssocMgrAssocGrpTres]
    """Resources of running jobs."""
    grp_tres_mins: list[RestdAssocMgrAssocGrpTresMins]
    """Resource-minutes of past and present jobs, decayed."""
    grp_tres_run_mins: list[RestdAssocMgrAssocGrpTresRunMins]
    """Resource-minutes that running jobs have left."""
    max_jobs: RestdAssocMgrAssocMaxJobs
    """Running jobs of a user."""
    max_jobs_accrue: RestdAssocMgrAssocMaxJobsAccrue
    """Pending jobs of a user that accrue age priority."""
    max_submit_jobs: RestdAssocMgrAssocMaxSubmitJobs
    """Pending and running jobs of a user."""
    max_tres_pj: list[RestdAssocMgrAssocMaxTresPj]
    """Resources of a job."""
    max_tres_pn: list[RestdAssocMgrAssocMaxTresPn]
    """Resources of a job on a node."""
    max_tres_mins_pj: list[RestdAssocMgrAssocMaxTresMinsPj]
    """Resource-minutes of a job."""
    max_wall_pj: Uint32NoValStruct
    """Longest time limit of a job, in minutes."""
    min_prio_thresh: Uint32NoValStruct
    """Lowest priority of jobs for which resources are reserved."""


class RestdAssocMgrQosUsage(TypedDict, total=False):
    raw: Float64NoValStruct
    """Decayed usage, in billing TRES-seconds."""


class RestdAssocMgrQosGrpJobs(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosGrpJobsAccrue(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosGrpSubmitJobs(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosGrpWall(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: float
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosGrpTres(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrQosGrpTresMins(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrQosGrpTresRunMins(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrQosMaxTresPj(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""


class RestdAssocMgrQosMaxTresPn(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""


class RestdAssocMgrQosMaxTresMinsPj(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""


class RestdAssocMgrQosMinTresPj(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""


class RestdAssocMgrQosAccountMaxJobsPa(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosAccountMaxJobsAccruePa(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosAccountMaxSubmitJobsPa(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosAccountMaxTresPa(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrQosAccountMaxTresRunMinsPa(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrQosAccount(TypedDict, total=False):
    account: str
    """The account."""
    max_jobs_pa: RestdAssocMgrQosAccountMaxJobsPa
    """Running jobs."""
    max_jobs_accrue_pa: RestdAssocMgrQosAccountMaxJobsAccruePa
    """Pending jobs that accrue age priority."""
    max_submit_jobs_pa: RestdAssocMgrQosAccountMaxSubmitJobsPa
    """Pending and running jobs."""
    max_tres_pa: list[RestdAssocMgrQosAccountMaxTresPa]
    """Resources of running jobs."""
    max_tres_run_mins_pa: list[RestdAssocMgrQosAccountMaxTresRunMinsPa]
    """Resource-minutes that running jobs have left."""


class RestdAssocMgrQosUserMaxJobsPu(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosUserMaxJobsAccruePu(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosUserMaxSubmitJobsPu(TypedDict, total=False):
    limit: Uint32NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint32NoValStruct
    """The amount left."""


class RestdAssocMgrQosUserMaxTresPu(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrQosUserMaxTresRunMinsPu(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    limit: Uint64NoValStruct
    """The limit."""
    used: int
    """The usage."""
    left: Uint64NoValStruct
    """The amount left."""


class RestdAssocMgrQosUser(TypedDict, total=False):
    user: str
    """The user."""
    max_jobs_pu: RestdAssocMgrQosUserMaxJobsPu
    """Running jobs."""
    max_jobs_accrue_pu: RestdAssocMgrQosUserMaxJobsAccruePu
    """Pending jobs that accrue age priority."""
    max_submit_jobs_pu: RestdAssocMgrQosUserMaxSubmitJobsPu
    """Pending and running jobs."""
    max_tres_pu: list[RestdAssocMgrQosUserMaxTresPu]
    """Resources of running jobs."""
    max_tres_run_mins_pu: list[RestdAssocMgrQosUserMaxTresRunMinsPu]
    """Resource-minutes that running jobs have left."""


class RestdAssocMgrQos(TypedDict, total=False):
    id: int
    """Id in the database."""
    name: str
    """Name."""
    priority: Uint32NoValStruct
    """Priority that is added to its jobs."""
    usage: RestdAssocMgrQosUsage
    """Usage."""
    grp_jobs: RestdAssocMgrQosGrpJobs
    """Running jobs."""
    grp_jobs_accrue: RestdAssocMgrQosGrpJobsAccrue
    """Pending jobs that accrue age priority."""
    grp_submit_jobs: RestdAssocMgrQosGrpSubmitJobs
    """Pending and running jobs."""
    grp_wall: RestdAssocMgrQosGrpWall
    """Wall clock minutes."""
    grp_tres: list[RestdAssocMgrQosGrpTres]
    """Resources of running jobs."""
    grp_tres_mins: list[RestdAssocMgrQosGrpTresMins]
    """Resource-minutes of past and present jobs, decayed."""
    grp_tres_run_mins: list[RestdAssocMgrQosGrpTresRunMins]
    """Resource-minutes that running jobs have left."""
    max_tres_pj: list[RestdAssocMgrQosMaxTresPj]
    """Resources of a job."""
    max_tres_pn: list[RestdAssocMgrQosMaxTresPn]
    """Resources of a job on a node."""
    max_tres_mins_pj: list[RestdAssocMgrQosMaxTresMinsPj]
    """Resource-minutes of a job."""
    min_tres_pj: list[RestdAssocMgrQosMinTresPj]
    """Least resources of a job."""
    max_wall_pj: Uint32NoValStruct
    """Longest time limit of a job, in minutes."""
    min_prio_thresh: Uint32NoValStruct
    """Lowest priority of jobs for which resources are reserved."""
    accounts: list[RestdAssocMgrQosAccount]
    """Accounts that have used it."""
    users: list[RestdAssocMgrQosUser]
    """Users who have used it."""


class RestdAssocMgrResp(TypedDict, total=False):
    tres: list[str]
    """Names of trackable resources."""
    users: list[RestdAssocMgrUser]
    """Users."""
    associations: list[RestdAssocMgrAssoc]
    """Associations."""
    qos: list[RestdAssocMgrQos]
    """QOS."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdCrontabRespCrontab(TypedDict, total=False):
    text: str
    """The whole crontab."""
    disabled_lines: list[int]
    """Numbers of lines that slurmctld has disabled because their job was cancelled; the first is 1."""


class RestdCrontabResp(TypedDict, total=False):
    crontab: RestdCrontabRespCrontab
    """The crontab."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiResp(TypedDict, total=False):
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdDebugReq(TypedDict, total=False):
    level: str
    """Log level of slurmctld."""
    flags: list[str]
    """Subsystems that are to log more, such as "Backfill"; with "-" before it, no more."""


class RestdDebugRespDebug(TypedDict, total=False):
    level: str
    """Log level of slurmctld."""
    flags: list[str]
    """Subsystems that log more."""


class RestdDebugResp(TypedDict, total=False):
    debug: RestdDebugRespDebug
    """The log level and the debug flags of slurmctld."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdSlurmdbEventTime(TypedDict, total=False):
    start: int
    """When it began (Unix time)."""
    end: int
    """When it ended (Unix time); 0: it has not."""
    duration: int
    """How long it lasted, or has lasted, in seconds."""


class RestdSlurmdbEvent(TypedDict, total=False):
    cluster: str
    """Name of the cluster."""
    event_type: list[str]
    """NODE: a node could not be used; CLUSTER: what the cluster had."""
    node_name: str
    """Name of the node."""
    cluster_nodes: str
    """Nodes of the cluster, as a host list."""
    time: RestdSlurmdbEventTime
    """Times."""
    state: list[str]
    """State of the node."""
    reason: str
    """Reason of the state."""
    user: str
    """Who gave the reason."""
    tres: list[Tres]
    """Trackable resources."""


class RestdEventsResp(TypedDict, total=False):
    events: list[RestdSlurmdbEvent]
    """Events."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdFederatedClusterController(TypedDict, total=False):
    host: str
    """Host of slurmctld."""
    port: int
    """Port of slurmctld."""


class RestdFederatedClusterFed(TypedDict, total=False):
    id: int
    """Id of the cluster in the federation."""
    state: list[str]
    """State in the federation."""
    features: list[str]
    """Features of the cluster."""
    send: bool
    """Whether slurmctld sends to it."""
    recv: bool
    """Whether slurmctld receives from it."""
    synced: bool
    """Whether its jobs are known."""


class RestdFederatedCluster(TypedDict, total=False):
    name: str
    """Name of the cluster."""
    controller: RestdFederatedClusterController
    """slurmctld of the cluster."""
    fed: RestdFederatedClusterFed
    """The cluster in the federation."""


class RestdFederation(TypedDict, total=False):
    name: str
    """Name; empty if the cluster is in no federation."""
    clusters: list[RestdFederatedCluster]
    """The clusters, this one included."""


class RestdFederationResp(TypedDict, total=False):
    federation: RestdFederation
    """The federation of the cluster."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class CronEntryLine(TypedDict, total=False):
    start: int
    """First line of the entry."""
    end: int
    """Last line of the entry."""


class CronEntry(TypedDict, total=False):
    flags: list[str]
    """Flags of the entry."""
    minute: str
    """Minutes."""
    hour: str
    """Hours."""
    day_of_month: str
    """Days of the month."""
    month: str
    """Months."""
    day_of_week: str
    """Days of the week."""
    specification: str
    """Times in the form of crontab(5)."""
    command: str
    """The command."""
    line: CronEntryLine
    """Lines of the crontab."""


JobDescMsgRlimits = TypedDict(
    "JobDescMsgRlimits",
    {
        "cpu": "Uint64NoValStruct",
        "fsize": "Uint64NoValStruct",
        "data": "Uint64NoValStruct",
        "stack": "Uint64NoValStruct",
        "core": "Uint64NoValStruct",
        "rss": "Uint64NoValStruct",
        "nproc": "Uint64NoValStruct",
        "nofile": "Uint64NoValStruct",
        "memlock": "Uint64NoValStruct",
        "as": "Uint64NoValStruct",
    },
    total=False,
)


class SlurmStepId(TypedDict, total=False):
    sluid: str
    """Sluid of the job."""
    job_id: Uint32NoValStruct
    """Job id."""
    step_het_component: Uint32NoValStruct
    """Component of the heterogeneous step."""
    step_id: str
    """Number of the step, or batch, extern, interactive; "TBD" for the whole job."""


class JobDescMsg(TypedDict, total=False):
    account: str
    """Account to charge."""
    account_gather_frequency: str
    """Sampling intervals, in seconds, such as task=30."""
    admin_comment: str
    """Comment of an administrator."""
    allocation_node_list: str
    """Host that the job is submitted from."""
    allocation_node_port: int
    """Port on that host that is notified of the allocation."""
    argv: list[str]
    """Arguments of the batch script."""
    array: str
    """Tasks of an array: "1-1000%50"."""
    batch_features: str
    """Features that the host of the script must have."""
    begin_time: Uint64NoValStruct
    """When it may begin: a Unix time, or a time as sbatch(1) takes it."""
    flags: list[str]
    """Flags of the job."""
    burst_buffer: str
    """Burst buffer specification."""
    clusters: str
    """Clusters on which it may run."""
    cluster_constraint: str
    """Features that its cluster must have."""
    comment: str
    """Comment of the user."""
    contiguous: bool
    """Whether its nodes must be contiguous."""
    container: str
    """Path of an OCI bundle."""
    container_id: str
    """Container id."""
    runtime: str
    """Runtime plugin of its container."""
    core_specification: int
    """Cores of each node to keep for the system."""
    thread_specification: int
    """Threads of each node to keep for the system."""
    cores_per_socket: int
    """Cores per socket."""
    cpu_binding: str
    """How tasks are bound to processors: a map or mask."""
    cpu_binding_flags: list[str]
    """How tasks are bound to processors."""
    cpu_frequency: str
    """Frequency of processors, as srun(1) takes it."""
    cpus_per_tres: str
    """CPUs per trackable resource."""
    crontab: CronEntry
    """Entry of scrontab(1); ignored."""
    deadline: int
    """When it must have ended: a Unix time, or a time as sbatch(1) takes it."""
    delay_boot: int
    """Seconds to wait for nodes that need no reboot; minutes up to v0.0.38."""
    dependency: str
    """Jobs to wait for: "afterok:123"."""
    end_time: int
    """When it is expected to end (Unix time)."""
    environment: list[str]
    """Its environment: ["NAME=value"], or {"NAME": "value"}."""
    rlimits: JobDescMsgRlimits
    """Resource limits of setrlimit(2)."""
    excluded_nodes: list[str]
    """Nodes not to use."""
    extra: str
    """Any text, for scheduling by it."""
    constraints: str
    """Features that its nodes must have."""
    group_id: str
    """Group, by id or name; by default your own."""
    hetjob_group: int
    """Offset in a heterogeneous job."""
    immediate: bool
    """Whether the job fails if it cannot start at once."""
    job_id: int
    """Job id."""
    kill_on_node_fail: bool
    """Whether the job ends when a node fails."""
    licenses: str
    """Licenses, such as "matlab:2"."""
    mail_type: list[str]
    """Events on which mail is sent."""
    mail_user: str
    """Recipient of mail."""
    mcs_label: str
    """Label of multi-category security."""
    memory_binding: str
    """How tasks are bound to memory: a map or mask."""
    memory_binding_type: list[str]
    """How tasks are bound to memory."""
    memory_per_tres: str
    """Memory per trackable resource."""
    memory_update_margin: int
    """Percentage above its use to keep when its memory is reduced."""
    memory_update_delay: int
    """Seconds until its memory is reduced to its use."""
    name: str
    """Name."""
    network: str
    """Network options."""
    nice: int
    """Nice value: reduces the priority."""
    tasks: int
    """Number of tasks."""
    oom_kill_step: int
    """Whether a step ends when one of its tasks runs out of memory."""
    open_mode: list[str]
    """Whether output files are truncated or appended to."""
    reserve_ports: int
    """Ports to reserve on its nodes."""
    overcommit: bool
    """Whether several tasks may share a CPU."""
    partition: str
    """Partition, or several, comma-separated."""
    distribution_plane_size: Uint16NoValStruct
    """Plane size of the distribution."""
    prefer: str
    """Preferred features of nodes."""
    hold: bool
    """Whether the job is held."""
    priority: Uint32NoValStruct
    """Priority; 0 holds the job."""
    profile: list[str]
    """The data that is profiled (acct_gather_profile)."""
    qos: str
    """QOS."""
    reboot: bool
    """Whether its nodes are rebooted before it starts."""
    required_nodes: list[str]
    """Required nodes."""
    requeue: bool
    """Whether the job may be requeued."""
    reservation: str
    """Reservation to use."""
    script: str
    """The batch script."""
    shared: list[str]
    """Whether the job shares its nodes with others."""
    site_factor: int
    """Site factor of the priority, for administrators."""
    spank_environment: list[str]
    """Environment of SPANK plugins."""
    step_id: SlurmStepId
    """Job id to use, for administrators."""
    distribution: str
    """How tasks are spread over nodes: "block:cyclic"."""
    time_limit: Uint32NoValStruct
    """Time limit, in minutes."""
    time_minimum: Uint32NoValStruct
    """Minimum time limit, in minutes."""
    tres_bind: str
    """How tasks are bound to trackable resources."""
    tres_freq: str
    """Frequency of trackable resources."""
    tres_per_job: str
    """Trackable resources per job."""
    tres_per_node: str
    """Trackable resources per node."""
    tres_per_socket: str
    """Trackable resources per socket."""
    tres_per_task: str
    """Trackable resources per task."""
    user_id: str
    """User, by id or name; by default you."""
    wait_all_nodes: bool
    """Whether its script waits until all its nodes are ready."""
    kill_warning_flags: list[str]
    """Flags of the warning signal."""
    kill_warning_signal: str
    """Warning signal before the end of the job, by name or number."""
    kill_warning_delay: Uint16NoValStruct
    """Seconds before the end of the job at which the warning signal is sent."""
    current_working_directory: str
    """Working directory."""
    cpus_per_task: int
    """CPUs per task."""
    minimum_cpus: int
    """Minimum number of CPUs."""
    maximum_cpus: int
    """Maximum number of CPUs."""
    nodes: str
    """Number of nodes: "4", "2-4"; a list of two numbers up to v0.0.38."""
    minimum_nodes: int
    """Minimum number of nodes."""
    maximum_nodes: int
    """Maximum number of nodes."""
    minimum_boards_per_node: int
    """Minimum number of boards per node."""
    minimum_sockets_per_board: int
    """Minimum number of sockets per board."""
    sockets_per_node: int
    """Sockets per node."""
    threads_per_core: int
    """Threads per core."""
    tasks_per_node: int
    """Maximum number of tasks per node."""
    tasks_per_socket: int
    """Maximum number of tasks per socket."""
    tasks_per_core: int
    """Maximum number of tasks per core."""
    tasks_per_board: int
    """Maximum number of tasks per board."""
    ntasks_per_tres: int
    """Tasks per trackable resource."""
    minimum_cpus_per_node: int
    """Minimum number of CPUs per node."""
    memory_per_cpu: Uint64NoValStruct
    """Memory per CPU, in MiB."""
    memory_per_node: Uint64NoValStruct
    """Memory per node, in MiB."""
    temporary_disk_per_node: int
    """Minimum disk space of TmpFS per node, in MiB."""
    selinux_context: str
    """SELinux context."""
    required_switches: Uint32NoValStruct
    """Maximum number of switches."""
    segment_size: Uint16NoValStruct
    """Size of a segment: nodes that must be in one block."""
    standard_error: str
    """File of its standard error; %j and other patterns are replaced, see sbatch(1)."""
    standard_input: str
    """File of its standard input; %j and other patterns are replaced, see sbatch(1)."""
    standard_output: str
    """File of its standard output; %j and other patterns are replaced, see sbatch(1)."""
    wait_for_switch: int
    """Maximum time to wait for that number of switches, in seconds."""
    wckey: str
    """Workload characterization key."""
    x11: list[str]
    """Which hosts forward X11."""
    x11_magic_cookie: str
    """Magic cookie for X11 forwarding."""
    x11_target_host: str
    """Host of the display, or the name of its socket."""
    x11_target_port: int
    """Port of the display."""


class JobSubmitReq(TypedDict, total=False):
    script: str
    """The batch script, from its #! line on."""
    jobs: list[JobDescMsg]
    """Descriptions of the components of a heterogeneous job."""
    job: JobDescMsg
    """Job description."""


class RestdJobSubmitRespDryRun(TypedDict, total=False):
    start_time: Uint64NoValStruct
    """When the job would start (Unix time)."""
    nodes: str
    """Nodes that it would get, as a host list."""
    partition: str
    """Partition that it would run in."""
    cpus: int
    """CPUs that it would get."""
    preempted_jobs: list[int]
    """Ids of the jobs that it would preempt."""
    job_submit_user_msg: str
    """Message of a job submit plugin."""


class RestdJobSubmitResp(TypedDict, total=False):
    job_id: int
    """Id of the new job."""
    step_id: str
    """Step id; for a batch job that of the batch step."""
    job_submit_user_msg: str
    """Message of a job submit plugin."""
    dry_run: RestdJobSubmitRespDryRun
    """With `dry_run=1`, and instead of a job: what would become of it."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class JobResNodeCpus(TypedDict, total=False):
    count: int
    """Allocated CPUs."""
    used: int
    """CPUs used by steps."""


class JobResNodeMemory(TypedDict, total=False):
    used: int
    """Memory used by steps, in MiB."""
    allocated: int
    """Allocated memory, in MiB."""


class JobResCore(TypedDict, total=False):
    index: int
    """Number of the core in its socket."""
    status: list[str]
    """Whether the core is allocated, and in use by a step."""


class JobResSocket(TypedDict, total=False):
    index: int
    """Number of the socket in its node."""
    cores: list[JobResCore]
    """Allocated cores."""


class JobResNode(TypedDict, total=False):
    index: int
    """Number of the node in the allocation."""
    name: str
    """Name of the node."""
    cpus: JobResNodeCpus
    """CPUs of the node."""
    memory: JobResNodeMemory
    """Memory of the node."""
    sockets: list[JobResSocket]
    """Allocated sockets."""


class JobResNodes(TypedDict, total=False):
    count: int
    """Number of hosts."""
    select_type: list[str]
    """How the hosts may be shared."""
    list: str
    """The hosts, as a host list."""
    whole: bool
    """Whether whole hosts are allocated."""
    allocation: list[JobResNode]
    """Allocation on each host."""


class JobRes(TypedDict, total=False):
    select_type: list[str]
    """Unit of allocation: CPUs, cores, sockets, memory."""
    nodes: JobResNodes
    """Allocated hosts."""
    cpus: int
    """Total number of CPUs."""
    threads_per_core: Uint16NoValStruct
    """Threads of a core that the job uses."""


class PartPrio(TypedDict, total=False):
    partition: str
    """Name of the partition."""
    priority: int
    """Priority of the job in it."""


class JobInfo(TypedDict, total=False):
    account: str
    """Account that is charged."""
    accrue_time: Uint64NoValStruct
    """When its age priority began to grow (Unix time)."""
    admin_comment: str
    """Comment of an administrator."""
    allocating_node: str
    """Host that the job was submitted from."""
    array_job_id: Uint32NoValStruct
    """Job id of its array, 0 for none."""
    array_task_id: Uint32NoValStruct
    """Task id in the array."""
    array_max_tasks: Uint32NoValStruct
    """Tasks of the array that may run at once, 0 for all."""
    array_task_string: str
    """Tasks of the array that this record stands for because they have not started."""
    association_id: int
    """Id of its association in accounting."""
    batch_features: str
    """Features that the host of its script must have."""
    batch_flag: bool
    """Whether it has a script."""
    batch_host: str
    """Host that its script runs on."""
    flags: list[str]
    """Flags."""
    burst_buffer: str
    """Requested burst buffers."""
    burst_buffer_state: str
    """State of the burst buffers."""
    cluster: str
    """Cluster."""
    cluster_features: str
    """Features that its cluster must have."""
    command: str
    """Path of its script."""
    comment: str
    """Comment of the user."""
    contiguous: bool
    """Whether its nodes must be contiguous."""
    core_spec: int
    """Cores kept for the system on its nodes."""
    thread_spec: int
    """Threads kept for the system on its nodes."""
    cores_per_socket: Uint16NoValStruct
    """Cores per socket."""
    billable_tres: Float64NoValStruct
    """Billing value of its resources."""
    cpus_per_task: Uint16NoValStruct
    """CPUs per task."""
    cpu_frequency_minimum: Uint32NoValStruct
    """Minimum CPU frequency, in kHz or as numbered in slurm.h."""
    cpu_frequency_maximum: Uint32NoValStruct
    """Maximum CPU frequency, in kHz or as numbered in slurm.h."""
    cpu_frequency_governor: Uint32NoValStruct
    """CPU frequency governor, as numbered in slurm.h."""
    cpus_per_tres: str
    """CPUs per trackable resource."""
    deadline: Uint64NoValStruct
    """When it must have ended (Unix time)."""
    delay_boot: Uint32NoValStruct
    """Seconds to wait for nodes that need no reboot."""
    dependency: str
    """Dependencies that are not fulfilled."""
    derived_exit_code: ProcessExitCodeVerbose
    """The highest exit code of its steps."""
    eligible_time: Uint64NoValStruct
    """When it became eligible to run (Unix time)."""
    end_time: Uint64NoValStruct
    """When it ended or is expected to end (Unix time)."""
    excluded_nodes: str
    """Nodes not to use."""
    exit_code: ProcessExitCodeVerbose
    """Exit code of the batch script."""
    features: str
    """Features that its nodes must have."""
    federation_origin: str
    """Cluster of its submission."""
    federation_siblings_active: str
    """Sibling clusters that have it."""
    federation_siblings_viable: str
    """Sibling clusters that may run it."""
    gres_detail: list[str]
    """Allocated generic resources, by host."""
    group_id: int
    """Number of its group."""
    group_name: str
    """Name of the group."""
    job_id: int
    """Job id."""
    job_resources: JobRes | str | None
    """Allocated resources of each host."""
    job_state: list[str]
    """State; from v0.0.39 on with all flags of the state."""
    last_sched_evaluation: Uint64NoValStruct
    """When a scheduler last looked at it (Unix time)."""
    licenses: str
    """Requested licenses."""
    mail_type: list[str]
    """Events on which mail is sent."""
    mail_user: str
    """Recipient of mail."""
    max_cpus: Uint32NoValStruct
    """Maximum number of CPUs."""
    max_nodes: Uint32NoValStruct
    """Maximum number of nodes."""
    mcs_label: str
    """Label of multi-category security."""
    memory_per_tres: str
    """Memory per trackable resource."""
    name: str
    """Name."""
    network: str
    """Network options."""
    nodes: str
    """Allocated nodes, as a host list."""
    nice: int
    """Nice value: reduces the priority."""
    tasks_per_core: Uint16NoValStruct
    """Maximum number of tasks per core."""
    tasks_per_tres: Uint16NoValStruct
    """Tasks per trackable resource."""
    tasks_per_node: Uint16NoValStruct
    """Maximum number of tasks per node."""
    tasks_per_socket: Uint16NoValStruct
    """Maximum number of tasks per socket."""
    tasks_per_board: Uint16NoValStruct
    """Maximum number of tasks per board."""
    cpus: Uint32NoValStruct
    """Number of CPUs, allocated or requested."""
    node_count: Uint32NoValStruct
    """Number of nodes, allocated or requested."""
    tasks: Uint32NoValStruct
    """Number of tasks."""
    het_job_id: Uint32NoValStruct
    """Id of its heterogeneous job, 0 for none."""
    het_job_id_set: str
    """Job ids of all components."""
    het_job_offset: Uint32NoValStruct
    """Offset in the heterogeneous job."""
    partition: str
    """Partition, or all partitions in which it may run."""
    prefer: str
    """Preferred features of nodes."""
    memory_per_node: Uint64NoValStruct
    """Memory per node, in MiB."""
    memory_per_cpu: Uint64NoValStruct
    """Memory per CPU, in MiB."""
    minimum_cpus_per_node: Uint16NoValStruct
    """Minimum number of CPUs per node."""
    minimum_tmp_disk_per_node: Uint32NoValStruct
    """Minimum disk space of TmpFS per node, in MiB."""
    preempt_time: Uint64NoValStruct
    """When it was preempted (Unix time)."""
    preemptable_time: Uint64NoValStruct
    """From when on it may be preempted (Unix time)."""
    pre_sus_time: Uint64NoValStruct
    """Run time before it was last suspended, in seconds."""
    priority: Uint32NoValStruct
    """Priority; 0 holds the job."""
    profile: list[str]
    """The data that is profiled (acct_gather_profile)."""
    qos: str
    """QOS."""
    reboot: bool
    """Whether its nodes are rebooted before it starts."""
    required_nodes: str
    """Required nodes."""
    required_switches: int
    """Maximum number of switches."""
    requeue: bool
    """Whether the job may be requeued."""
    resize_time: Uint64NoValStruct
    """When it last changed its size (Unix time)."""
    restart_cnt: int
    """How often the job was requeued."""
    resv_name: str
    """Reservation."""
    scheduled_nodes: str
    """Nodes planned for it."""
    selinux_context: str
    """SELinux context."""
    shared: list[str]
    """Whether the job shares its nodes with others."""
    sockets_per_board: int
    """Minimum number of sockets per board."""
    sockets_per_node: Uint16NoValStruct
    """Sockets per node."""
    start_time: Uint64NoValStruct
    """When it started or is expected to start (Unix time)."""
    state_description: str
    """Details of the reason."""
    state_reason: str
    """Reason why it is pending or failed."""
    standard_error: str
    """File of its standard error."""
    standard_input: str
    """File of its standard input."""
    standard_output: str
    """File of its standard output."""
    stdin_expanded: str
    """Path with %j and other patterns replaced."""
    stdout_expanded: str
    """Path with %j and other patterns replaced."""
    stderr_expanded: str
    """Path with %j and other patterns replaced."""
    submit_line: str
    """Command line of its submission."""
    submit_time: Uint64NoValStruct
    """When it was submitted (Unix time)."""
    suspend_time: Uint64NoValStruct
    """When it was last suspended or resumed (Unix time)."""
    system_comment: str
    """Comment of slurmctld."""
    time_limit: Uint32NoValStruct
    """Time limit, in minutes."""
    time_minimum: Uint32NoValStruct
    """Minimum time limit, in minutes."""
    threads_per_core: Uint16NoValStruct
    """Threads per core."""
    tres_bind: str
    """How tasks are bound to trackable resources."""
    tres_freq: str
    """Frequency of trackable resources."""
    tres_per_job: str
    """Requested trackable resources."""
    tres_per_node: str
    """Trackable resources per node."""
    tres_per_socket: str
    """Trackable resources per socket."""
    tres_per_task: str
    """Trackable resources per task."""
    tres_req_str: str
    """Requested trackable resources, all of them."""
    tres_alloc_str: str
    """Allocated trackable resources, all of them."""
    user_id: int
    """Number of its user."""
    user_name: str
    """Name of the user."""
    maximum_switch_wait_time: int
    """Maximum time to wait for the number of switches, in seconds."""
    wckey: str
    """Workload characterization key."""
    current_working_directory: str
    """Working directory."""
    container: str
    """Path of its OCI bundle."""
    container_id: str
    """Container id."""
    runtime: str
    """Runtime plugin of its container."""
    extra: str
    """Any text, for scheduling by it."""
    failed_node: str
    """The node whose failure ended it."""
    job_size_str: list[str]
    """Possible sizes."""
    licenses_allocated: str
    """Allocated licenses."""
    memory_update_delay: int
    """Seconds until its memory is reduced to its use."""
    memory_update_margin: int
    """Percentage above its use that is kept when its memory is reduced."""
    hold: bool
    """Whether it is held."""
    priority_by_partition: list[PartPrio]
    """Priority in each of its partitions."""
    segment_size: int
    """Size of a segment: nodes that must be in one block."""
    step_id: SlurmStepId
    """The job in the form of a step id."""
    cron: str
    """Line in scrontab."""


class RestdJobRespGroups(TypedDict, total=False):
    name: str
    """Name of the group."""
    count: int
    """Number of records."""


class RestdJobResp(TypedDict, total=False):
    jobs: list[JobInfo]
    """Jobs."""
    last_backfill: Uint64NoValStruct
    """When the backfill scheduler last ran (Unix time)."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    next: int | None
    """The last of these records, for `after`, where `limit` leaves out more; null at the end."""
    count: int
    """Number of records, if `count` or `group` asks for it."""
    groups: list[RestdJobRespGroups]
    """The same of each group, for `group`."""
    last_event_id: str
    """Where to go on, as `since`; with `wait` or `since` alone."""
    reached: bool
    """For `until`: whether the job was in one of the states; false if it ended in others."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdJobHoldReq(TypedDict, total=False):
    uhold: bool
    """Hold as the user of the job does, so that the user may release it, whoever asks."""


class JobArrayResponseMsgEntry(TypedDict, total=False):
    job_id: int
    """Number of the job."""
    step_id: str
    """The job or tasks of an array."""
    error: str
    """Slurm's text of the error."""
    error_code: int
    """Slurm's number of the error, 0 for none."""
    why: str
    """Message of a plugin."""


class RestdJobVerbResp(TypedDict, total=False):
    results: list[JobArrayResponseMsgEntry]
    """Result of each job, or of each task of an array."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdJobNotifyReq(TypedDict, total=False):
    message: str
    """Text for standard error of the script, or for salloc or srun."""


class RestdPriorityTres(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    value: float
    """Amount."""


class RestdPriorityFactors(TypedDict, total=False):
    age: float
    """How long it has waited, since it could have started."""
    association: float
    """The part from its association."""
    fair_share: float
    """How much less than their share its user and account have used."""
    job_size: float
    """The part from its size."""
    partition: float
    """The part from its partition (PriorityJobFactor)."""
    qos: float
    """The part from its QOS."""
    site: float
    """Set by a plugin of the site, or by scontrol update job SiteFactor=."""
    nice: float
    """The nice value, subtracted from the priority, as sbatch --nice."""
    tres: list[RestdPriorityTres]
    """The part from its trackable resources."""


class RestdPriority(TypedDict, total=False):
    job_id: int
    """Job id; of waiting tasks of an array that of the array."""
    user_id: int
    """Uid of the user."""
    user_name: str
    """The user."""
    account: str
    """Account; "" before Slurm 23.02."""
    qos: str
    """QOS; "" before Slurm 23.02."""
    partition: str
    """Partition: a job that asks for several has a priority in each."""
    priority: int
    """Priority: the sum of the factors, less `nice`."""
    direct: int
    """A priority that was set by hand; 0 for none."""
    factors: RestdPriorityFactors
    """The components of the priority."""


class RestdJobPriorityResp(TypedDict, total=False):
    priorities: list[RestdPriority]
    """Priority factors of each job."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdJobRequeueReq(TypedDict, total=False):
    flags: list[str]
    """Hold: as requeuehold; SpecialExit: and mark it; Incomplete: running jobs alone."""


class RestdJobSignalReq(TypedDict, total=False):
    signal: str
    """Signal by name or number, such as USR1 or 10."""
    flags: list[str]
    """To whom: without BATCH_JOB or FULL_JOB to the steps, not to the batch script."""


class RestdStepStep(TypedDict, total=False):
    job_id: int
    """Number of the job."""
    id: str
    """The step as sacct names it: 123.0, 123_4.batch, 123.extern."""
    name: str
    """Name."""


class RestdStepNodes(TypedDict, total=False):
    range: str
    """Nodes, as a host list."""


class RestdStepCPU(TypedDict, total=False):
    count: int
    """CPUs that it has been given."""


class RestdStepTasks(TypedDict, total=False):
    count: int
    """Number of tasks."""


class RestdStepTime(TypedDict, total=False):
    start: int
    """When it began (Unix time)."""
    elapsed: int
    """Run time, in seconds, without suspension."""
    limit: int
    """Time limit, in minutes; -1 for none of its own."""


class RestdStepTres(TypedDict, total=False):
    allocated: str
    """Trackable resources that it has been given."""


class RestdStepUsage(TypedDict, total=False):
    tasks: int | None
    """Tasks that run."""
    cpu_time: float | None
    """CPU time of all tasks so far, in seconds."""
    cpu_time_average: float | None
    """CPU time of a task on the average, in seconds (AveCPU of sstat)."""
    memory: int | None
    """Memory of all tasks, in bytes: the sum of the most that each has used."""
    memory_max: int | None
    """The most that a task has used, in bytes (MaxRSS)."""
    virtual_memory_max: int | None
    """Virtual memory: the most of a task, in bytes (MaxVMSize)."""
    pages_max: int | None
    """Page faults: the most of a task (MaxPages)."""
    disk_read: int | None
    """Bytes that all tasks have read."""
    disk_read_max: int | None
    """The most that a task has read, in bytes (MaxDiskRead)."""
    disk_written: int | None
    """Bytes that all tasks have written."""
    disk_written_max: int | None
    """The most that a task has written, in bytes (MaxDiskWrite)."""
    error: str
    """Why usage is missing, also of a node; "" if it is not."""


class RestdStep(TypedDict, total=False):
    step: RestdStepStep
    """The step."""
    state: str
    """State."""
    user: str
    """User."""
    partition: str
    """Partition."""
    nodes: RestdStepNodes
    """Nodes."""
    CPU: RestdStepCPU
    """CPUs."""
    tasks: RestdStepTasks
    """Tasks."""
    time: RestdStepTime
    """Times."""
    tres: RestdStepTres
    """Trackable resources."""
    submit_line: str
    """Command line of its submission."""
    container: str
    """OCI container bundle."""
    usage: RestdStepUsage
    """What it uses now, as its slurmds say; null if no slurmd was asked or answered."""


class RestdJobStepResp(TypedDict, total=False):
    steps: list[RestdStep]
    """Steps."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdJobStepsResp(TypedDict, total=False):
    steps: list[RestdStep]
    """Steps."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdJobUsageTime(TypedDict, total=False):
    elapsed: int
    """Run time, in seconds."""


class RestdJobUsageCpu(TypedDict, total=False):
    allocated: int | None
    """CPUs that it has been given."""
    time: float | None
    """CPU time of all steps, in seconds."""
    efficiency: float | None
    """CPU time in percent of what its CPUs could do."""


class RestdJobUsageMemory(TypedDict, total=False):
    allocated: int | None
    """Memory that it has been given, in bytes."""
    used: int | None
    """Memory of the step with most, in bytes: the sum of the most that each task has used."""
    task_max: int | None
    """The most that a task has used, in bytes (MaxRSS)."""
    efficiency: float | None
    """`used` in percent of `allocated`."""


class RestdJobUsageDisk(TypedDict, total=False):
    read: int | None
    """Bytes that all tasks have read."""
    written: int | None
    """Bytes that all tasks have written."""


class RestdJobUsage(TypedDict, total=False):
    job_id: int
    """Number of the job; of an array's task its own."""
    id: str
    """The job as Slurm names it: 123, 123_4, 123+1."""
    state: str
    """State."""
    source: str
    """"slurmd" while it runs, "slurmdbd" at the end, "slurmctld" before it starts."""
    time: RestdJobUsageTime
    """Times."""
    cpu: RestdJobUsageCpu
    """CPUs; null for what is not known."""
    memory: RestdJobUsageMemory
    """Memory; null for what is not known."""
    disk: RestdJobUsageDisk
    """Input and output; null for what is not known."""
    error: str
    """Why the usage is not known, or not of all steps; "" if it is."""


class RestdJobUsageResp(TypedDict, total=False):
    usage: list[RestdJobUsage]
    """The usage of each job."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdJobsRespGroups(TypedDict, total=False):
    name: str
    """Name of the group."""
    count: int
    """Number of records."""


class RestdJobsResp(TypedDict, total=False):
    jobs: list[JobInfo]
    """Jobs."""
    last_backfill: Uint64NoValStruct
    """When the backfill scheduler last ran (Unix time)."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    next: int | None
    """The last of these records, for `after`, where `limit` leaves out more; null at the end."""
    count: int
    """Number of records, if `count` or `group` asks for it."""
    groups: list[RestdJobsRespGroups]
    """The same of each group, for `group`."""
    last_event_id: str
    """Where to go on, as `since`; with `wait` or `since` alone."""
    reached: bool
    """For `until`: whether the job was in one of the states; false if it ended in others."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdJobsSubmitReq(TypedDict, total=False):
    jobs: list[JobSubmitReq]
    """The jobs, each as the body of job/submit."""


class RestdSubmittedJob(TypedDict, total=False):
    index: int
    """Place of the job in the request, from 0."""
    job_id: int
    """Id of the new job, 0 if there is none."""
    status: int
    """200, or the HTTP status that the job alone would have been answered with."""
    error_code: int
    """Slurm's number of the error or of why the job is held, 0 for none."""
    error: str
    """What went wrong; empty after success."""
    job_submit_user_msg: str
    """Message of a job submit plugin."""


class RestdJobsSubmitResp(TypedDict, total=False):
    results: list[RestdSubmittedJob]
    """Result of each job, or of each task of an array."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdLimitsDefault(TypedDict, total=False):
    qos: str
    """QOS of jobs that name none."""


class RestdLimit(TypedDict, total=False):
    source: str
    """Who sets it: the association, an account above, a QOS, that of a partition, or a partition."""
    name: str
    """Name of the account, the QOS or the partition; of the user for an association."""
    limit: str
    """Name of the limit, as scontrol show assoc_mgr has it: GrpTRES, MaxJobsPU, MaxTime."""
    tres: str
    """Name of the trackable resource that is limited; empty for numbers of jobs and times."""
    max: Uint64NoValStruct
    """The limit; times are in minutes, memory in MiB."""
    used: float
    """The usage that counts against the limit; 0 for limits of each job."""
    left: Uint64NoValStruct
    """The amount left; not set for a minimum."""


class RestdLimits(TypedDict, total=False):
    user: str
    """Name of the user."""
    account: str
    """Name of the account."""
    cluster: str
    """Name of the cluster."""
    partition: str
    """Name of the partition, if the association is limited to one."""
    is_default: bool
    """Whether it is the default."""
    qos: list[str]
    """Allowed QOS."""
    default: RestdLimitsDefault
    """Defaults of jobs."""
    partitions: list[str]
    """Partitions that take jobs of this user and account."""
    limits: list[RestdLimit]
    """Limits, and what is used without one."""


class RestdLimitsResp(TypedDict, total=False):
    limits: list[RestdLimits]
    """Limits of each association."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class AcctGatherEnergy(TypedDict, total=False):
    average_watts: int
    """Mean power, in watts."""
    base_consumed_energy: int
    """Energy used when the node was started, in joules."""
    consumed_energy: int
    """Energy used since then, in joules."""
    current_watts: Uint32NoValStruct
    """Power at the last sample, in watts."""
    previous_consumed_energy: int
    """Energy used before the last reset, in joules."""
    last_collected: int
    """The last sample (Unix time)."""


class Node(TypedDict, total=False):
    architecture: str
    """Processor architecture."""
    burstbuffer_network_address: str
    """Address for burst buffers."""
    boards: int
    """Boards of the node."""
    boot_time: Uint64NoValStruct
    """When it was booted (Unix time)."""
    tls_cert_last_renewal: Uint64NoValStruct
    """When its TLS certificate was last renewed (Unix time)."""
    cert_flags: list[str]
    """State of its certificate."""
    cluster_name: str
    """Cluster of the node, in a federation."""
    comment: str
    """Comment of an administrator."""
    cores: int
    """Cores of a socket."""
    specialized_cores: int
    """Cores kept for the system."""
    cpu_binding: int
    """Default binding of tasks to CPUs, as numbered in slurm.h."""
    cpu_load: int
    """Load of the last five minutes, times 100."""
    extra: str
    """Any text, for scheduling by it."""
    free_mem: Uint64NoValStruct
    """Memory that the operating system has free, in MiB."""
    cpus: int
    """Processors of the node."""
    effective_cpus: int
    """CPUs that jobs may use."""
    specialized_cpus: str
    """Processors kept for the system."""
    energy: AcctGatherEnergy
    """Energy use."""
    last_busy: Uint64NoValStruct
    """When it last ran a job (Unix time)."""
    features: list[str]
    """Features that it can have."""
    active_features: list[str]
    """Features that it has now."""
    gpu_spec: str
    """Cores kept for jobs that use a GPU."""
    gres: str
    """Generic resources that it has."""
    gres_drained: str
    """Generic resources that are drained."""
    gres_used: str
    """Generic resources in use."""
    instance_id: str
    """Id of the cloud's instance."""
    instance_type: str
    """Type of the cloud's instance."""
    mcs_label: str
    """Label of multi-category security."""
    specialized_memory: int
    """Memory kept for the system, in MiB."""
    name: str
    """NodeName of slurm.conf."""
    next_state_after_reboot: list[str]
    """State that it will have after its reboot."""
    address: str
    """NodeAddr of slurm.conf."""
    hostname: str
    """NodeHostname of slurm.conf."""
    state: list[str]
    """State; from v0.0.39 on with all flags of the state."""
    operating_system: str
    """Name and version of the operating system."""
    owner: str
    """User who has exclusive use of the node."""
    partitions: list[str]
    """Partitions that it is in."""
    port: int
    """TCP port of its slurmd."""
    real_memory: int
    """Memory of the node, in MiB."""
    res_cores_per_gpu: int
    """Cores kept for each GPU."""
    reason: str
    """Why it is in its state."""
    reason_changed_at: Uint64NoValStruct
    """When the reason was set (Unix time)."""
    reason_set_by_user: str
    """User who set the reason."""
    resume_after: Uint64NoValStruct
    """When it is resumed (Unix time)."""
    reservation: str
    """A reservation that it is in."""
    suspend_time: Uint32NoValStruct
    """Seconds without a job after which it is powered down."""
    slurmd_start_time: Uint64NoValStruct
    """When slurmd was started (Unix time)."""
    sockets: int
    """Sockets of the node."""
    threads: int
    """Threads of a core."""
    temporary_disk: int
    """Disk space of TmpFS, in MiB."""
    weight: int
    """Nodes with less weight are allocated first."""
    tres: str
    """Trackable resources that it has."""
    topology: str
    """Place in the topology."""
    version: str
    """Version of its slurmd."""
    alloc_memory: int
    """Allocated memory, in MiB."""
    alloc_cpus: int
    """Allocated CPUs."""
    alloc_idle_cpus: int
    """Idle CPUs."""
    tres_used: str
    """Trackable resources in use."""


class RestdNodesRespGroups(TypedDict, total=False):
    name: str
    """Name of the group."""
    count: int
    """Number of records."""


class RestdNodesResp(TypedDict, total=False):
    nodes: list[Node]
    """Nodes."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    next: str | None
    """The last of these records, for `after`, where `limit` leaves out more; null at the end."""
    count: int
    """Number of records, if `count` or `group` asks for it."""
    groups: list[RestdNodesRespGroups]
    """The same of each group, for `group`."""
    last_event_id: str
    """Where to go on, as `since`; with `wait` or `since` alone."""
    reached: bool
    """For `until`: whether the job was in one of the states; false if it ended in others."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class PartitionInfoNodes(TypedDict, total=False):
    allowed_allocation: str
    """Nodes that jobs may be submitted from."""
    configured: str
    """Nodes, as a host list."""
    total: int
    """Total number."""


class PartitionInfoAccounts(TypedDict, total=False):
    allowed: str
    """Allowed accounts."""
    deny: str
    """Denied accounts."""


class PartitionInfoGroups(TypedDict, total=False):
    allowed: str
    """Allowed groups."""


class PartitionInfoQos(TypedDict, total=False):
    allowed: str
    """QOS that may use it."""
    deny: str
    """Denied QOS."""
    assigned: str
    """QOS whose limits apply to the partition."""


class PartitionInfoTres(TypedDict, total=False):
    billing_weights: str
    """Billing weights of trackable resources."""
    configured: str
    """Trackable resources that it has."""


class PartitionInfoCpus(TypedDict, total=False):
    task_binding: list[str]
    """Default binding of tasks to CPUs."""
    total: int
    """Total number of CPUs."""


class PartitionInfoDefaults(TypedDict, total=False):
    partition_memory_per_cpu: Uint64NoValStruct
    """Default memory per CPU, in MiB."""
    partition_memory_per_node: Uint64NoValStruct
    """Default memory per node, in MiB."""
    time: Uint32NoValStruct
    """Default time limit, in minutes."""
    job: str
    """Other defaults of jobs."""


class PartitionInfoPartition(TypedDict, total=False):
    exclusive: str
    """The resources that a job uses exclusively."""
    oversubscribe: str
    """How jobs share resources."""
    state: list[str]
    """State: whether jobs can be submitted and started."""


class PartitionInfoMaximums(TypedDict, total=False):
    cpus_per_node: Uint32NoValStruct
    """Maximum number of CPUs per node."""
    cpus_per_socket: Uint32NoValStruct
    """Maximum number of CPUs per socket."""
    partition_memory_per_cpu: Uint64NoValStruct
    """Maximum memory per CPU, in MiB."""
    partition_memory_per_node: Uint64NoValStruct
    """Maximum memory per node, in MiB."""
    nodes: Uint32NoValStruct
    """Maximum number of nodes."""
    time: Uint32NoValStruct
    """Longest time limit, in minutes."""
    over_time_limit: Uint16NoValStruct
    """Minutes that a job may run over its time limit."""


class PartitionInfoMinimums(TypedDict, total=False):
    nodes: int
    """Minimum number of nodes."""


class PartitionInfoPriority(TypedDict, total=False):
    job_factor: int
    """Priority factor of its jobs."""
    tier: int
    """Priority tier; higher tiers are scheduled first."""


class PartitionInfoTimeouts(TypedDict, total=False):
    resume: Uint16NoValStruct
    """Seconds that a node may take to resume."""
    suspend: Uint16NoValStruct
    """Seconds that a node may take to suspend."""


class PartitionInfo(TypedDict, total=False):
    flags: list[str]
    """Flags."""
    preempt_mode: list[str]
    """How its jobs are preempted."""
    nodes: PartitionInfoNodes
    """Nodes of the partition."""
    accounts: PartitionInfoAccounts
    """Accounts that may use it or not."""
    groups: PartitionInfoGroups
    """Groups that may use it."""
    qos: PartitionInfoQos
    """QOS that may use it or not, and its own."""
    alternate: str
    """Partition to use if this one is not up."""
    tres: PartitionInfoTres
    """Trackable resources of the partition."""
    cluster: str
    """Cluster, in a federation."""
    select_type: list[str]
    """Allocation unit, if it differs from the cluster's."""
    cpus: PartitionInfoCpus
    """CPUs of the partition."""
    defaults: PartitionInfoDefaults
    """Defaults of jobs."""
    partition: PartitionInfoPartition
    """State and sharing."""
    grace_time: int
    """Grace time of preempted jobs, in seconds."""
    maximums: PartitionInfoMaximums
    """Upper limits of jobs."""
    minimums: PartitionInfoMinimums
    """Lower limits of jobs."""
    name: str
    """PartitionName of slurm.conf."""
    node_sets: str
    """Node sets."""
    priority: PartitionInfoPriority
    """Priority of its jobs."""
    timeouts: PartitionInfoTimeouts
    """Times that a node may take."""
    suspend_time: Uint32NoValStruct
    """Seconds without a job after which a node is powered down."""
    topology: str
    """Topology."""


class RestdPartitionsRespGroups(TypedDict, total=False):
    name: str
    """Name of the group."""
    count: int
    """Number of records."""


class RestdPartitionsResp(TypedDict, total=False):
    partitions: list[PartitionInfo]
    """Partitions."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    next: str | None
    """The last of these records, for `after`, where `limit` leaves out more; null at the end."""
    count: int
    """Number of records, if `count` or `group` asks for it."""
    groups: list[RestdPartitionsRespGroups]
    """The same of each group, for `group`."""
    last_event_id: str
    """Where to go on, as `since`; with `wait` or `since` alone."""
    reached: bool
    """For `until`: whether the job was in one of the states; false if it ended in others."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdPrioritiesResp(TypedDict, total=False):
    priorities: list[RestdPriority]
    """Priority factors of each job."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdReportUsageTime(TypedDict, total=False):
    start: int
    """Start of the period (Unix time)."""
    end: int
    """End of the period (Unix time)."""


class RestdReportUsage(TypedDict, total=False):
    cluster: str
    """Name of the cluster."""
    account: str
    """Name of the account; of several, comma-separated."""
    user: str
    """Name of the user; empty for all of the account."""
    proper_name: str
    """The user's name in the system's list of users."""
    tres: str
    """Trackable resource, such as cpu or gres/gpu."""
    used: float
    """Usage, in the units of the report; percent: of the cluster's."""
    time: RestdReportUsageTime
    """The period, in whole hours."""


class RestdAccountUtilizationResp(TypedDict, total=False):
    report: list[RestdReportUsage]
    """Lines of the report."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdReportUtilizationTime(TypedDict, total=False):
    start: int
    """Start of the period (Unix time)."""
    end: int
    """End of the period (Unix time)."""


class RestdReportUtilization(TypedDict, total=False):
    cluster: str
    """Name of the cluster."""
    tres: str
    """Trackable resource, such as cpu or gres/gpu."""
    count: int
    """How many the cluster had."""
    allocated: float
    """Allocated time."""
    down: float
    """Down time."""
    planned_down: float
    """Planned down time."""
    idle: float
    """Idle time."""
    planned: float
    """Planned, or reserved, time."""
    overcommitted: float
    """Overcommitted time."""
    reported: float
    """All reported time."""
    time: RestdReportUtilizationTime
    """The period, in whole hours."""


class RestdClusterUtilizationResp(TypedDict, total=False):
    report: list[RestdReportUtilization]
    """Lines of the report."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdReportSizeTime(TypedDict, total=False):
    start: int
    """Start of the period (Unix time)."""
    end: int
    """End of the period (Unix time)."""


class RestdReportSize(TypedDict, total=False):
    cluster: str
    """Name of the cluster."""
    account: str
    """Name of the account, the WCKey, or account:WCKey."""
    min_size: int
    """Least CPUs of jobs in this group."""
    max_size: Uint32NoValStruct
    """Most CPUs of jobs in this group."""
    jobs: int
    """Number of jobs."""
    tres: str
    """Trackable resource, such as cpu or gres/gpu."""
    used: float
    """Usage, in the units of the report; percent: of the account's."""
    time: RestdReportSizeTime
    """The period, in whole hours."""


class RestdJobSizesResp(TypedDict, total=False):
    report: list[RestdReportSize]
    """Lines of the report."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdUserTopResp(TypedDict, total=False):
    report: list[RestdReportUsage]
    """Lines of the report."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdUserUtilizationResp(TypedDict, total=False):
    report: list[RestdReportUsage]
    """Lines of the report."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdReportWckeyUsageTime(TypedDict, total=False):
    start: int
    """Start of the period (Unix time)."""
    end: int
    """End of the period (Unix time)."""


class RestdReportWckeyUsage(TypedDict, total=False):
    cluster: str
    """Name of the cluster."""
    wckey: str
    """Workload characterization key; * for jobs that named none."""
    user: str
    """Name of the user; empty for all of the account."""
    proper_name: str
    """The user's name in the system's list of users."""
    tres: str
    """Trackable resource, such as cpu or gres/gpu."""
    used: float
    """Usage, in the units of the report; percent: of the cluster's."""
    time: RestdReportWckeyUsageTime
    """The period, in whole hours."""


class RestdUserWckeyUtilizationResp(TypedDict, total=False):
    report: list[RestdReportWckeyUsage]
    """Lines of the report."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdWckeyUtilizationResp(TypedDict, total=False):
    report: list[RestdReportWckeyUsage]
    """Lines of the report."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class ReservationCoreSpec(TypedDict, total=False):
    node: str
    """Name of the node."""
    core: str
    """Ids of the cores, such as 0-3."""


class ReservationInfoPurgeCompleted(TypedDict, total=False):
    time: Uint32NoValStruct
    """Time without jobs after which it ends, in seconds."""


class ReservationInfo(TypedDict, total=False):
    flags: list[str]
    """Flags."""
    accounts: str
    """Allowed accounts."""
    burst_buffer: str
    """Burst buffers that it has."""
    core_count: int
    """Number of cores."""
    core_specializations: list[ReservationCoreSpec]
    """Cores of each node."""
    end_time: Uint64NoValStruct
    """When it ends (Unix time)."""
    features: str
    """Features that its nodes have."""
    groups: str
    """Allowed groups."""
    licenses: str
    """Allocated licenses."""
    max_start_delay: int
    """Maximum delay of its start by running jobs, in seconds."""
    name: str
    """Name."""
    node_count: int
    """Number of nodes."""
    node_list: str
    """Nodes, as a host list."""
    partition: str
    """Partition."""
    purge_completed: ReservationInfoPurgeCompleted
    """When the reservation ends for lack of jobs."""
    start_time: Uint64NoValStruct
    """When it starts (Unix time)."""
    tres: str
    """Trackable resources that it has."""
    users: str
    """Users who may use it."""


class RestdReservationsRespGroups(TypedDict, total=False):
    name: str
    """Name of the group."""
    count: int
    """Number of records."""


class RestdReservationsResp(TypedDict, total=False):
    reservations: list[ReservationInfo]
    """Reservations."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    next: str | None
    """The last of these records, for `after`, where `limit` leaves out more; null at the end."""
    count: int
    """Number of records, if `count` or `group` asks for it."""
    groups: list[RestdReservationsRespGroups]
    """The same of each group, for `group`."""
    last_event_id: str
    """Where to go on, as `since`; with `wait` or `since` alone."""
    reached: bool
    """For `until`: whether the job was in one of the states; false if it ended in others."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdRunawayResp(TypedDict, total=False):
    jobs: list[Job]
    """Jobs."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdRunawayFixedResp(TypedDict, total=False):
    jobs: list[Job]
    """Jobs."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdStepsResp(TypedDict, total=False):
    steps: list[RestdStep]
    """Steps."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdTopologyUnit(TypedDict, total=False):
    type: str
    """The type of the unit."""
    name: str
    """Name."""
    level: int
    """Level of a switch; 0: it has nodes."""
    link_speed: int
    """Speed of a switch, in arbitrary units."""
    nodes: str
    """Nodes, as a host list."""
    switches: str
    """Switches below this one, as a host list."""
    block_index: int
    """Index of a block."""
    size: int
    """Nodes of a block or a ring."""
    dims: str
    """Dimensions of a torus or a placement."""
    anchors: int
    """Where a placement may begin."""


class RestdTopologyResp(TypedDict, total=False):
    topology: list[RestdTopologyUnit]
    """Units of the topology."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdTransaction(TypedDict, total=False):
    id: int
    """Id in the database."""
    time: int
    """When it was made (Unix time)."""
    action: str
    """Name of the remote procedure call, such as DBD_ADD_USERS."""
    actor: str
    """Who made it."""
    where: str
    """What was changed, as a condition of SQL, or a name."""
    info: str
    """What was set, as slurmdbd writes it down."""
    users: str
    """Users of the associations, if with_assoc_info asks for them."""
    accounts: str
    """Accounts of the associations, likewise."""
    clusters: str
    """Clusters of the associations, likewise."""


class RestdTransactionsResp(TypedDict, total=False):
    transactions: list[RestdTransaction]
    """Changes of accounting."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RestdTrigger(TypedDict, total=False):
    trig_id: int
    """Id."""
    res_type: list[str]
    """Type of what is watched."""
    res_id: str
    """Job id, nodes, or "*" for all of the type."""
    trig_type: list[str]
    """Events."""
    offset: int
    """Seconds from the event until the program runs; less than 0: before it."""
    user: str
    """User as whom the program runs."""
    flags: list[str]
    """PERM: it stays after the event."""
    program: str
    """Path of the program, and its arguments."""


class RestdTriggersResp(TypedDict, total=False):
    triggers: list[RestdTrigger]
    """Triggers."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class Controller(TypedDict, total=False):
    address: str
    """Address."""
    machine: str
    """Host name."""


class JobDefaults(TypedDict, total=False):
    type: list[str]
    """The parameter that the default sets."""
    value: int
    """The default; MiB for memory."""


class PortRange(TypedDict, total=False):
    minimum: int
    """First port."""
    maximum: int
    """Last port."""
    set: bool
    """Whether there is a range."""


class SlurmConf(TypedDict, total=False):
    AccountingStorageTRES: list[str]
    """AccountingStorageTRES of slurm.conf(5)."""
    AccountingStorageBackupHost: str
    """AccountingStorageBackupHost of slurm.conf(5)."""
    AccountingStorageEnforce: list[str]
    """AccountingStorageEnforce of slurm.conf(5)."""
    AccountingStorageExternalHost: str
    """AccountingStorageExternalHost of slurm.conf(5)."""
    AccountingStorageHost: str
    """AccountingStorageHost of slurm.conf(5)."""
    AccountingStorageParameters: list[str]
    """AccountingStorageParameters of slurm.conf(5)."""
    AccountingStoragePort: int
    """AccountingStoragePort of slurm.conf(5)."""
    AccountingStorageType: str
    """AccountingStorageType of slurm.conf(5)."""
    AcctGatherEnergyType: list[str]
    """AcctGatherEnergyType of slurm.conf(5)."""
    AcctGatherProfileType: str
    """AcctGatherProfileType of slurm.conf(5)."""
    AcctGatherInterconnectType: str
    """AcctGatherInterconnectType of slurm.conf(5)."""
    AcctGatherFilesystemType: str
    """AcctGatherFilesystemType of slurm.conf(5)."""
    AcctGatherNodeFreq: int
    """Seconds; see slurm.conf(5)."""
    ConfFlags: list[str]
    """ConfFlags of slurm.conf(5)."""
    AuthAltTypes: list[str]
    """AuthAltTypes of slurm.conf(5)."""
    AuthInfo: str
    """AuthInfo of slurm.conf(5)."""
    AuthAltParameters: str
    """AuthAltParameters of slurm.conf(5)."""
    AuthType: str
    """AuthType of slurm.conf(5)."""
    BatchStartTimeout: int
    """Seconds; see slurm.conf(5)."""
    BurstBufferType: str
    """BurstBufferType of slurm.conf(5)."""
    BcastExclude: list[str]
    """BcastExclude of slurm.conf(5)."""
    BcastParameters: list[str]
    """BcastParameters of slurm.conf(5)."""
    CertgenParameters: list[str]
    """CertgenParameters of slurm.conf(5)."""
    CertgenType: str
    """CertgenType of slurm.conf(5)."""
    CertmgrParameters: str
    """CertmgrParameters of slurm.conf(5)."""
    CertmgrType: str
    """CertmgrType of slurm.conf(5)."""
    CliFilterParameters: list[str]
    """CliFilterParameters of slurm.conf(5)."""
    CliFilterPlugins: list[str]
    """CliFilterPlugins of slurm.conf(5)."""
    ClusterName: str
    """ClusterName of slurm.conf(5)."""
    CommunicationParameters: list[str]
    """CommunicationParameters of slurm.conf(5)."""
    CompleteWait: int
    """Seconds; see slurm.conf(5)."""
    CommunicationParametersFlags: list[str]
    """CommunicationParametersFlags of slurm.conf(5)."""
    AccountingStoreFlags: list[str]
    """AccountingStoreFlags of slurm.conf(5)."""
    SlurmdParametersFlags: list[str]
    """SlurmdParametersFlags of slurm.conf(5)."""
    controllers: list[Controller]
    """controllers of slurm.conf(5)."""
    CpuFreqDef: str
    """CpuFreqDef of slurm.conf(5)."""
    CpuFreqGovernors: list[str]
    """CpuFreqGovernors of slurm.conf(5)."""
    CredType: str
    """CredType of slurm.conf(5)."""
    DataParserParameters: str
    """DataParserParameters of slurm.conf(5)."""
    DebugFlags: list[str]
    """DebugFlags of slurm.conf(5)."""
    DefMemPerCPU: Uint64NoValStruct
    """MiB; see slurm.conf(5)."""
    DefRuntimePlugin: str
    """DefRuntimePlugin of slurm.conf(5)."""
    DependencyParameters: list[str]
    """DependencyParameters of slurm.conf(5)."""
    EioTimeout: int
    """Seconds; see slurm.conf(5)."""
    EnforcePartLimits: list[str]
    """EnforcePartLimits of slurm.conf(5)."""
    Epilog: list[str]
    """Epilog of slurm.conf(5)."""
    EpilogMsgTime: int
    """Microseconds; see slurm.conf(5)."""
    EpilogSlurmctld: list[str]
    """EpilogSlurmctld of slurm.conf(5)."""
    EpilogTimeout: Uint16NoValStruct
    """Seconds; see slurm.conf(5)."""
    FederationParameters: list[str]
    """FederationParameters of slurm.conf(5)."""
    FirstJobId: int
    """FirstJobId of slurm.conf(5)."""
    FairShareDampeningFactor: int
    """FairShareDampeningFactor of slurm.conf(5)."""
    GetNameInfoCacheTimeout: int
    """Seconds; see slurm.conf(5)."""
    GresTypes: list[str]
    """GresTypes of slurm.conf(5)."""
    GroupUpdateTime: int
    """Seconds; see slurm.conf(5)."""
    GroupUpdateForce: bool
    """GroupUpdateForce of slurm.conf(5)."""
    GpuFreqDef: str
    """GpuFreqDef of slurm.conf(5)."""
    HashPlugin: str
    """HashPlugin of slurm.conf(5)."""
    HealthCheckInterval: int
    """Seconds; see slurm.conf(5)."""
    HealthCheckNodeState: list[str]
    """HealthCheckNodeState of slurm.conf(5)."""
    HealthCheckProgram: str
    """HealthCheckProgram of slurm.conf(5)."""
    HealthCheckTimeout: int
    """Seconds; see slurm.conf(5)."""
    HttpParserType: str
    """HttpParserType of slurm.conf(5)."""
    HostUnreachRetryCount: int
    """HostUnreachRetryCount of slurm.conf(5)."""
    InactiveLimit: int
    """Seconds; see slurm.conf(5)."""
    InteractiveStepOptions: str
    """InteractiveStepOptions of slurm.conf(5)."""
    JobAcctGatherFrequency: list[str]
    """JobAcctGatherFrequency of slurm.conf(5)."""
    JobAcctGatherType: str
    """JobAcctGatherType of slurm.conf(5)."""
    JobAcctGatherParams: list[str]
    """JobAcctGatherParams of slurm.conf(5)."""
    JobAcctOomKill: bool
    """JobAcctOomKill of slurm.conf(5)."""
    JobCompHost: str
    """JobCompHost of slurm.conf(5)."""
    JobCompLoc: str
    """JobCompLoc of slurm.conf(5)."""
    JobCompParams: str
    """JobCompParams of slurm.conf(5)."""
    JobCompPort: int
    """JobCompPort of slurm.conf(5)."""
    JobCompType: str
    """JobCompType of slurm.conf(5)."""
    JobCompUser: str
    """JobCompUser of slurm.conf(5)."""
    JobDefaults: list[JobDefaults]
    """JobDefaults of slurm.conf(5)."""
    JobFileAppend: bool
    """JobFileAppend of slurm.conf(5)."""
    JobRequeue: bool
    """JobRequeue of slurm.conf(5)."""
    JobSubmitPlugins: list[str]
    """JobSubmitPlugins of slurm.conf(5)."""
    KeepaliveInterval: int
    """Seconds; see slurm.conf(5)."""
    KeepaliveProbes: int
    """KeepaliveProbes of slurm.conf(5)."""
    KeepaliveTime: int
    """Seconds; see slurm.conf(5)."""
    KillOnBadExit: bool
    """KillOnBadExit of slurm.conf(5)."""
    KillWait: int
    """Seconds; see slurm.conf(5)."""
    LaunchParameters: list[str]
    """LaunchParameters of slurm.conf(5)."""
    Licenses: list[str]
    """Licenses of slurm.conf(5)."""
    LicenseParameters: list[str]
    """LicenseParameters of slurm.conf(5)."""
    LogTimeFormat: str
    """LogTimeFormat of slurm.conf(5)."""
    MailDomain: str
    """MailDomain of slurm.conf(5)."""
    MailProg: str
    """MailProg of slurm.conf(5)."""
    MaxArraySize: int
    """MaxArraySize of slurm.conf(5)."""
    MaxBatchRequeue: int
    """MaxBatchRequeue of slurm.conf(5)."""
    MaxDBDMsgs: int
    """MaxDBDMsgs of slurm.conf(5)."""
    MaxJobCount: int
    """MaxJobCount of slurm.conf(5)."""
    MaxJobId: int
    """MaxJobId of slurm.conf(5)."""
    MaxMemPerCPU: Uint64NoValStruct
    """MiB; see slurm.conf(5)."""
    MaxNodeCount: int
    """MaxNodeCount of slurm.conf(5)."""
    MaxStepCount: int
    """MaxStepCount of slurm.conf(5)."""
    MaxTasksPerNode: int
    """MaxTasksPerNode of slurm.conf(5)."""
    MCSPlugin: str
    """MCSPlugin of slurm.conf(5)."""
    MCSParameters: list[str]
    """MCSParameters of slurm.conf(5)."""
    MetricsAuthUsers: list[str]
    """MetricsAuthUsers of slurm.conf(5)."""
    MetricsParameters: list[str]
    """MetricsParameters of slurm.conf(5)."""
    MetricsType: str
    """MetricsType of slurm.conf(5)."""
    MinJobAge: int
    """Seconds; see slurm.conf(5)."""
    MpiDefault: str
    """MpiDefault of slurm.conf(5)."""
    MpiParams: list[str]
    """MpiParams of slurm.conf(5)."""
    MessageTimeout: int
    """Seconds; see slurm.conf(5)."""
    NamespaceType: str
    """NamespaceType of slurm.conf(5)."""
    NodeFeaturesPlugins: list[str]
    """NodeFeaturesPlugins of slurm.conf(5)."""
    OverTimeLimit: int
    """Minutes; see slurm.conf(5)."""
    PluginDir: str
    """PluginDir of slurm.conf(5)."""
    PlugStackConfig: str
    """PlugStackConfig of slurm.conf(5)."""
    PreemptExemptTime: Uint32NoValStruct
    """Seconds; see slurm.conf(5)."""
    PreemptMode: list[str]
    """PreemptMode of slurm.conf(5)."""
    PreemptParameters: list[str]
    """PreemptParameters of slurm.conf(5)."""
    PreemptType: str
    """PreemptType of slurm.conf(5)."""
    PrEpParameters: str
    """PrEpParameters of slurm.conf(5)."""
    PrEpPlugins: list[str]
    """PrEpPlugins of slurm.conf(5)."""
    PriorityDecayHalfLife: str
    """PriorityDecayHalfLife of slurm.conf(5)."""
    PriorityCalcPeriod: str
    """PriorityCalcPeriod of slurm.conf(5)."""
    PriorityFavorSmall: bool
    """PriorityFavorSmall of slurm.conf(5)."""
    PriorityFlags: list[str]
    """PriorityFlags of slurm.conf(5)."""
    PriorityMaxAge: str
    """PriorityMaxAge of slurm.conf(5)."""
    PriorityParameters: str
    """PriorityParameters of slurm.conf(5)."""
    PriorityUsageResetPeriod: str
    """PriorityUsageResetPeriod of slurm.conf(5)."""
    PriorityType: str
    """PriorityType of slurm.conf(5)."""
    PriorityWeightAge: int
    """PriorityWeightAge of slurm.conf(5)."""
    PriorityWeightAssoc: int
    """PriorityWeightAssoc of slurm.conf(5)."""
    PriorityWeightFairshare: int
    """PriorityWeightFairshare of slurm.conf(5)."""
    PriorityWeightJobSize: int
    """PriorityWeightJobSize of slurm.conf(5)."""
    PriorityWeightPartition: int
    """PriorityWeightPartition of slurm.conf(5)."""
    PriorityWeightQOS: int
    """PriorityWeightQOS of slurm.conf(5)."""
    PriorityWeightTRES: str
    """PriorityWeightTRES of slurm.conf(5)."""
    PrivateData: list[str]
    """PrivateData of slurm.conf(5)."""
    ProctrackType: str
    """ProctrackType of slurm.conf(5)."""
    Prolog: list[str]
    """Prolog of slurm.conf(5)."""
    PrologSlurmctld: list[str]
    """PrologSlurmctld of slurm.conf(5)."""
    PrologTimeout: Uint16NoValStruct
    """Seconds; see slurm.conf(5)."""
    PropagatePrioProcess: str
    """PropagatePrioProcess of slurm.conf(5)."""
    PrologFlags: list[str]
    """PrologFlags of slurm.conf(5)."""
    PropagateResourceLimits: list[str]
    """PropagateResourceLimits of slurm.conf(5)."""
    PropagateResourceLimitsExcept: list[str]
    """PropagateResourceLimitsExcept of slurm.conf(5)."""
    RebootProgram: str
    """RebootProgram of slurm.conf(5)."""
    ReconfigFlags: list[str]
    """ReconfigFlags of slurm.conf(5)."""
    RequeueExit: list[str]
    """RequeueExit of slurm.conf(5)."""
    RequeueExitHold: list[str]
    """RequeueExitHold of slurm.conf(5)."""
    ResumeFailProgram: str
    """ResumeFailProgram of slurm.conf(5)."""
    ResumeProgram: str
    """ResumeProgram of slurm.conf(5)."""
    ResumeRate: int
    """Nodes per minute; see slurm.conf(5)."""
    ResumeTimeout: int
    """Seconds; see slurm.conf(5)."""
    ResvEpilog: str
    """ResvEpilog of slurm.conf(5)."""
    ResvOverRun: int
    """ResvOverRun of slurm.conf(5)."""
    ResvProlog: str
    """ResvProlog of slurm.conf(5)."""
    ReturnToService: str
    """ReturnToService of slurm.conf(5)."""
    SlurmSchedLogFile: str
    """SlurmSchedLogFile of slurm.conf(5)."""
    SlurmSchedLogLevel: int
    """SlurmSchedLogLevel of slurm.conf(5)."""
    SchedulerParameters: list[str]
    """SchedulerParameters of slurm.conf(5)."""
    SchedulerTimeSlice: int
    """Seconds; see slurm.conf(5)."""
    SchedulerType: str
    """SchedulerType of slurm.conf(5)."""
    ScronParameters: list[str]
    """ScronParameters of slurm.conf(5)."""
    SelectType: str
    """SelectType of slurm.conf(5)."""
    SelectTypeParameters: list[str]
    """SelectTypeParameters of slurm.conf(5)."""
    PrioritySiteFactorPlugin: str
    """PrioritySiteFactorPlugin of slurm.conf(5)."""
    PrioritySiteFactorParameters: str
    """PrioritySiteFactorParameters of slurm.conf(5)."""
    SlurmUserId: int
    """SlurmUserId of slurm.conf(5)."""
    SlurmUser: str
    """SlurmUser of slurm.conf(5)."""
    SlurmdUserId: int
    """SlurmdUserId of slurm.conf(5)."""
    SlurmdUser: str
    """SlurmdUser of slurm.conf(5)."""
    SlurmctldAddr: str
    """SlurmctldAddr of slurm.conf(5)."""
    SerializerParameters: list[str]
    """SerializerParameters of slurm.conf(5)."""
    SerializerPlugins: list[str]
    """SerializerPlugins of slurm.conf(5)."""
    SlurmctldDebug: str
    """SlurmctldDebug of slurm.conf(5)."""
    SlurmctldHttpAuthParams: list[str]
    """SlurmctldHttpAuthParams of slurm.conf(5)."""
    SlurmctldLogFile: str
    """SlurmctldLogFile of slurm.conf(5)."""
    SlurmctldPidFile: str
    """SlurmctldPidFile of slurm.conf(5)."""
    SlurmctldPort: int
    """SlurmctldPort of slurm.conf(5)."""
    SlurmctldPortCount: int
    """SlurmctldPortCount of slurm.conf(5)."""
    SlurmctldPrimaryOffProg: str
    """SlurmctldPrimaryOffProg of slurm.conf(5)."""
    SlurmctldPrimaryOnProg: str
    """SlurmctldPrimaryOnProg of slurm.conf(5)."""
    SlurmctldSyslogDebug: str
    """SlurmctldSyslogDebug of slurm.conf(5)."""
    SlurmctldTimeout: int
    """Seconds; see slurm.conf(5)."""
    SlurmctldParameters: list[str]
    """SlurmctldParameters of slurm.conf(5)."""
    SlurmdDebug: str
    """SlurmdDebug of slurm.conf(5)."""
    SlurmdHttpAuthParams: list[str]
    """SlurmdHttpAuthParams of slurm.conf(5)."""
    SlurmdLogFile: str
    """SlurmdLogFile of slurm.conf(5)."""
    SlurmdParameters: list[str]
    """SlurmdParameters of slurm.conf(5)."""
    SlurmdPidFile: str
    """SlurmdPidFile of slurm.conf(5)."""
    SlurmdPort: int
    """SlurmdPort of slurm.conf(5)."""
    SlurmdSpoolDir: str
    """SlurmdSpoolDir of slurm.conf(5)."""
    SlurmdSyslogDebug: str
    """SlurmdSyslogDebug of slurm.conf(5)."""
    SlurmdTimeout: int
    """Seconds; see slurm.conf(5)."""
    SlurmrestdHttpAuthParameters: list[str]
    """SlurmrestdHttpAuthParameters of slurm.conf(5)."""
    SlurmrestdParameters: list[str]
    """SlurmrestdParameters of slurm.conf(5)."""
    SlurmstepdParameters: list[str]
    """SlurmstepdParameters of slurm.conf(5)."""
    SrunEpilog: str
    """SrunEpilog of slurm.conf(5)."""
    SrunPortRange: PortRange
    """SrunPortRange of slurm.conf(5)."""
    SrunProlog: str
    """SrunProlog of slurm.conf(5)."""
    StateSaveLocation: str
    """StateSaveLocation of slurm.conf(5)."""
    SuspendExcNodes: list[str]
    """SuspendExcNodes of slurm.conf(5)."""
    SuspendExcParts: list[str]
    """SuspendExcParts of slurm.conf(5)."""
    SuspendExcStates: list[str]
    """SuspendExcStates of slurm.conf(5)."""
    SuspendProgram: str
    """SuspendProgram of slurm.conf(5)."""
    SuspendRate: int
    """Nodes per minute; see slurm.conf(5)."""
    SuspendTime: Uint32NoValStruct
    """Seconds; see slurm.conf(5)."""
    SuspendTimeout: int
    """Seconds; see slurm.conf(5)."""
    SwitchType: str
    """SwitchType of slurm.conf(5)."""
    SwitchParameters: list[str]
    """SwitchParameters of slurm.conf(5)."""
    TaskEpilog: str
    """TaskEpilog of slurm.conf(5)."""
    TaskPlugin: list[str]
    """TaskPlugin of slurm.conf(5)."""
    TaskPluginParam: list[str]
    """TaskPluginParam of slurm.conf(5)."""
    TaskProlog: str
    """TaskProlog of slurm.conf(5)."""
    TLSParameters: list[str]
    """TLSParameters of slurm.conf(5)."""
    TLSType: str
    """TLSType of slurm.conf(5)."""
    TCPTimeout: int
    """Seconds; see slurm.conf(5)."""
    TmpFS: str
    """TmpFS of slurm.conf(5)."""
    TopologyParam: list[str]
    """TopologyParam of slurm.conf(5)."""
    TopologyPlugin: str
    """TopologyPlugin of slurm.conf(5)."""
    TreeWidth: int
    """TreeWidth of slurm.conf(5)."""
    UnkillableStepProgram: str
    """UnkillableStepProgram of slurm.conf(5)."""
    UnkillableStepTimeout: int
    """Seconds; see slurm.conf(5)."""
    UrlParserType: str
    """UrlParserType of slurm.conf(5)."""
    VSizeFactor: int
    """Percent; see slurm.conf(5)."""
    WaitTime: int
    """Seconds; see slurm.conf(5)."""
    X11Parameters: list[str]
    """X11Parameters of slurm.conf(5)."""


class SlurmConfMeta(TypedDict, total=False):
    LastUpdate: int
    """When the configuration was last changed."""
    BOOT_TIME: int
    """When slurmctld started (Unix time)."""
    ClusterId: Uint16NoValStruct
    """Number of the cluster."""
    HashValue: int
    """Hash of slurm.conf."""
    NEXT_JOB_ID: Uint32NoValStruct
    """The next job id."""
    SLURM_CONF: str
    """Path of slurm.conf."""
    SLURM_VERSION: str
    """Release of slurmctld."""


class OpenapiConfResp(TypedDict, total=False):
    slurm_conf: SlurmConf
    """Parameters of slurm.conf(5)."""
    slurm_conf_meta: SlurmConfMeta
    """Properties of the configuration as a whole."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class StatsMsgRpcType(TypedDict, total=False):
    message_type: str
    """Name of the type of the remote procedure call."""
    type_id: int
    """Number of the type."""
    count: int
    """Number since the counters were reset."""
    queued: int
    """Number that is queued."""
    dropped: int
    """Number refused because the queue was full."""
    cycle_last: int
    """Number processed in the last cycle of the queue."""
    cycle_max: int
    """Largest number processed in a cycle of the queue."""
    average_time: Uint64NoValStruct
    """Mean time of a call, in microseconds."""
    total_time: int
    """Total time of all calls, in microseconds."""


class StatsMsgRpcUser(TypedDict, total=False):
    user: str
    """Name of the calling user."""
    user_id: int
    """Uid of the calling user."""
    count: int
    """Number since the counters were reset."""
    average_time: Uint64NoValStruct
    """Mean time of a call, in microseconds."""
    total_time: int
    """Total time of all calls, in microseconds."""


class ScheduleExitFields(TypedDict, total=False):
    end_job_queue: int
    """Cycles that reached the end of the queue."""
    default_queue_depth: int
    """Cycles that ended at default_queue_depth."""
    max_job_start: int
    """Cycles that ended at sched_max_job_start."""
    licenses: int
    """Cycles that ended for lack of licenses."""
    max_rpc_cnt: int
    """Cycles that ended at max_rpc_cnt."""
    max_sched_time: int
    """Cycles that ended at max_sched_time."""


class BfExitFields(TypedDict, total=False):
    end_job_queue: int
    """Cycles that reached the end of the queue."""
    bf_max_job_start: int
    """Cycles that ended at bf_max_job_start."""
    bf_max_job_test: int
    """Cycles that ended at bf_max_job_test."""
    state_changed: int
    """Cycles that ended because the cluster had changed."""
    bf_node_space_size: int
    """Cycles that ended at bf_node_space_size."""
    bf_max_time: int
    """Cycles that ended at bf_max_time."""


class StatsMsgRpcQueue(TypedDict, total=False):
    message_type: str
    """Name of the type of the remote procedure call."""
    type_id: int
    """Number of the type."""
    count: int
    """Number that is queued."""


class StatsMsgRpcDump(TypedDict, total=False):
    message_type: str
    """Name of the type of the remote procedure call."""
    type_id: int
    """Number of the type."""
    count: list[str]
    """Hosts of the queued calls."""


class StatsMsg(TypedDict, total=False):
    rpcs_by_message_type: list[StatsMsgRpcType]
    """Remote procedure calls by their type."""
    rpcs_by_user: list[StatsMsgRpcUser]
    """Remote procedure calls by user."""
    req_time: Uint64NoValStruct
    """Time of this answer (Unix time)."""
    req_time_start: Uint64NoValStruct
    """When the counters were reset (Unix time)."""
    server_thread_count: int
    """Threads of slurmctld that serve remote procedure calls."""
    agent_queue_size: int
    """Messages to slurmd that are queued."""
    agent_count: int
    """Agents: each sends one message to many nodes."""
    agent_thread_count: int
    """Threads of all agents."""
    dbd_agent_queue_size: int
    """Messages to slurmdbd that are queued."""
    gettimeofday_latency: int
    """Time for 1000 calls of gettimeofday(2), in microseconds."""
    schedule_cycle_max: int
    """The longest cycle of the main scheduler, in microseconds."""
    schedule_cycle_last: int
    """Last cycle of the main scheduler, in microseconds."""
    schedule_cycle_sum: int
    """Sum of all cycles of the main scheduler, in microseconds."""
    schedule_cycle_total: int
    """Number of cycles of the main scheduler."""
    schedule_cycle_mean: int
    """Mean cycle of the main scheduler, in microseconds."""
    schedule_cycle_mean_depth: int
    """Mean number of jobs examined in a cycle."""
    schedule_cycle_per_minute: int
    """Cycles of the main scheduler per minute."""
    schedule_cycle_depth: int
    """Jobs examined in all cycles."""
    schedule_exit: ScheduleExitFields
    """Why cycles of the main scheduler ended."""
    schedule_queue_length: int
    """Pending jobs in the queue."""
    jobs_submitted: int
    """Jobs submitted since the counters were reset."""
    jobs_started: int
    """Jobs started since then."""
    jobs_completed: int
    """Jobs completed since then."""
    jobs_canceled: int
    """Jobs cancelled since then."""
    jobs_failed: int
    """Jobs failed since then."""
    jobs_pending: int
    """Pending jobs at job_states_ts."""
    jobs_running: int
    """Running jobs at job_states_ts."""
    job_states_ts: Uint64NoValStruct
    """When jobs_pending and jobs_running were counted (Unix time)."""
    bf_backfilled_jobs: int
    """Jobs started by the backfill scheduler since slurmctld started."""
    bf_last_backfilled_jobs: int
    """Jobs started by the backfill scheduler since the counters were reset."""
    bf_backfilled_het_jobs: int
    """Components of heterogeneous jobs started by the backfill scheduler."""
    bf_cycle_counter: int
    """Cycles of the backfill scheduler."""
    bf_cycle_sum: int
    """Sum of all backfill cycles, in microseconds."""
    bf_cycle_mean: int
    """Mean backfill cycle, in microseconds."""
    bf_depth_mean: int
    """Mean number of jobs examined in a backfill cycle."""
    bf_depth_mean_try: int
    """Jobs among them that the backfill scheduler tried to start."""
    bf_cycle_last: int
    """Last backfill cycle, in microseconds."""
    bf_cycle_max: int
    """Longest backfill cycle, in microseconds."""
    bf_exit: BfExitFields
    """Why cycles of the backfill scheduler ended."""
    bf_last_depth: int
    """Jobs examined in the last backfill cycle."""
    bf_last_depth_try: int
    """Jobs among them that the backfill scheduler tried to start."""
    bf_depth_sum: int
    """Jobs examined in all backfill cycles."""
    bf_depth_try_sum: int
    """Jobs among them that the backfill scheduler tried to start."""
    bf_queue_len: int
    """Pending jobs in the backfill queue."""
    bf_queue_len_sum: int
    """Sum over all backfill cycles."""
    bf_queue_len_mean: int
    """Mean over all backfill cycles."""
    bf_table_size: int
    """Size of the backfill table in the last cycle."""
    bf_table_size_sum: int
    """Sum over all backfill cycles."""
    bf_table_size_mean: int
    """Mean over all backfill cycles."""
    bf_when_last_cycle: Uint64NoValStruct
    """Time of the last backfill cycle (Unix time)."""
    bf_active: bool
    """Whether a backfill cycle is running."""
    pending_rpcs: list[StatsMsgRpcQueue]
    """Remote procedure calls that are queued."""
    pending_rpcs_by_hostlist: list[StatsMsgRpcDump]
    """Queued remote procedure calls by host list."""


class OpenapiDiagResp(TypedDict, total=False):
    statistics: StatsMsg
    """Statistics."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class JobAllocReq(TypedDict, total=False):
    hetjob: list[JobDescMsg]
    """Descriptions of the components of a heterogeneous job."""
    job: JobDescMsg
    """Description of the allocation."""


class OpenapiJobAllocResp(TypedDict, total=False):
    job_id: int
    """Id of the new job."""
    job_submit_user_msg: str
    """Message of a job submit plugin."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiJobSubmitResponse(TypedDict, total=False):
    job_id: int
    """Id of the new job."""
    step_id: str
    """Step id; for a batch job that of the batch step."""
    job_submit_user_msg: str
    """Message of a job submit plugin."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiJobInfoResp(TypedDict, total=False):
    jobs: list[JobInfo]
    """Jobs."""
    last_backfill: Uint64NoValStruct
    """When the backfill scheduler last ran (Unix time)."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiJobPostResponse(TypedDict, total=False):
    results: list[JobArrayResponseMsgEntry]
    """Result of each job, or of each task of an array."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class KillJobsRespJobError(TypedDict, total=False):
    string: str
    """Slurm's text of the error."""
    code: int
    """Slurm's number of the error, 0 for none."""
    message: str
    """Details of the error."""


class KillJobsRespJobFederation(TypedDict, total=False):
    sibling: str
    """Sibling cluster of the job."""


class KillJobsRespJob(TypedDict, total=False):
    error: KillJobsRespJobError
    """The error of this job."""
    step_id: str
    """The job id of the request."""
    job_id: Uint32NoValStruct
    """Number."""
    federation: KillJobsRespJobFederation
    """Federation of the job."""


class OpenapiKillJobResp(TypedDict, total=False):
    status: list[KillJobsRespJob]
    """Result of each job, or of each task of an array."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiJobRequeueResp(TypedDict, total=False):
    status: list[JobArrayResponseMsgEntry]
    """Result of each job, or of each task of an array."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class KillJobsMsg(TypedDict, total=False):
    account: str
    """Jobs of this account."""
    flags: list[str]
    """How the signal is sent."""
    job_name: str
    """Jobs of this name."""
    jobs: list[str]
    """Jobs with these ids."""
    partition: str
    """Jobs in this partition."""
    qos: str
    """Jobs with this QOS."""
    reservation: str
    """Jobs in this reservation."""
    signal: str
    """Signal by name or number; without it the jobs are cancelled."""
    job_state: list[str]
    """Jobs in these states."""
    user_id: str
    """Jobs of this user, by uid."""
    user_name: str
    """Jobs of this user, by name."""
    wckey: str
    """Jobs with this workload characterization key."""
    nodes: list[str]
    """Jobs on these nodes."""


class OpenapiKillJobsResp(TypedDict, total=False):
    status: list[KillJobsRespJob]
    """Result of each job, or of each task of an array."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiJobsRequeueQuery(TypedDict, total=False):
    flags: list[str]
    """How the jobs are requeued."""
    jobs: list[str]
    """Job ids."""


class OpenapiJobsRequeueResp(TypedDict, total=False):
    status: list[list[JobArrayResponseMsgEntry]]
    """Result of each job, or of each task of an array."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class License(TypedDict, total=False):
    LicenseName: str
    """Name of the license."""
    Total: int
    """Total number."""
    Used: int
    """Number used by jobs."""
    Free: int
    """Number that is free."""
    Reserved: int
    """Number that is reserved."""
    Remote: bool
    """Whether the license is remote: served by a license server."""
    LastConsumed: int
    """Number used according to the last report of the license server."""
    LastDeficit: int
    """Number used beyond what the cluster may use."""
    LastUpdate: int
    """When the license server last reported (Unix time)."""
    Nodes: str
    """Nodes that may use it."""


class OpenapiLicensesResp(TypedDict, total=False):
    licenses: list[License]
    """Licenses."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiCreateNodeReq(TypedDict, total=False):
    node_conf: str
    """Line of slurm.conf(5), such as "NodeName=n1 CPUs=4 State=CLOUD"."""
    meta: OpenapiMeta
    """Ignored: an answer may be sent back as a body."""
    errors: list[OpenapiError]
    """Ignored: an answer may be sent back as a body."""
    warnings: list[OpenapiWarning]
    """Ignored: an answer may be sent back as a body."""


class OpenapiNodesResp(TypedDict, total=False):
    nodes: list[Node]
    """Nodes."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class UpdateNodeMsg(TypedDict, total=False):
    comment: str
    """Arbitrary text."""
    cpu_bind: int
    """Default binding of tasks to CPUs."""
    extra: str
    """Arbitrary text by which jobs can select nodes."""
    features: list[str]
    """Available features."""
    features_act: list[str]
    """Active features."""
    gres: str
    """The generic resources."""
    address: list[str]
    """Addresses of the nodes (NodeAddr)."""
    hostname: list[str]
    """Host names of the nodes (NodeHostname)."""
    name: list[str]
    """The nodes to change."""
    state: list[str]
    """New state of the nodes."""
    reason: str
    """Reason why the nodes are down or drained."""
    resume_after: Uint32NoValStruct
    """Seconds after which a node that is down or drained is resumed."""
    topology_str: str
    """Place of the nodes in the topology."""
    weight: Uint32NoValStruct
    """Scheduling weight; nodes with less weight are allocated first."""


class OpenapiPartitionResp(TypedDict, total=False):
    partitions: list[PartitionInfo]
    """Partitions."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiPartitionsModReq(TypedDict, total=False):
    partitions: list[PartitionInfo]
    """Partitions to create or change."""
    meta: OpenapiMeta
    """Ignored: an answer may be sent back as a body."""
    errors: list[OpenapiError]
    """Ignored: an answer may be sent back as a body."""
    warnings: list[OpenapiWarning]
    """Ignored: an answer may be sent back as a body."""


class ControllerPing(TypedDict, total=False):
    hostname: str
    """SlurmctldHost of slurm.conf."""
    responding: bool
    """Whether it answers."""
    latency: int
    """Microseconds until the answer."""
    primary: bool
    """Whether it is the primary: the first SlurmctldHost of slurm.conf."""
    status: str
    """Result."""


class OpenapiPingArrayResp(TypedDict, total=False):
    pings: list[ControllerPing]
    """Result of each controller or daemon."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class ReservationDescMsgPurgeCompleted(TypedDict, total=False):
    time: Uint32NoValStruct
    """Time without jobs after which it ends, in seconds."""


class ReservationDescMsg(TypedDict, total=False):
    accounts: list[str]
    """Names that may use it; "-name" denies one."""
    burst_buffer: str
    """Burst buffers to reserve."""
    comment: str
    """Arbitrary text."""
    core_count: Uint32NoValStruct
    """Number of cores to reserve."""
    duration: Uint32NoValStruct
    """Duration, in minutes."""
    end_time: Uint64NoValStruct
    """Unix time, or a time as scontrol(1) takes it."""
    features: str
    """Required features of nodes."""
    flags: list[str]
    """Flags to set; most flags that begin with "NO_" clear one."""
    groups: list[str]
    """Allowed groups, if no users are named."""
    licenses: list[str]
    """Licenses to reserve."""
    max_start_delay: Uint32NoValStruct
    """Maximum delay of its start, in seconds."""
    name: str
    """Name. Without it a new reservation is created with a generated name."""
    node_count: Uint32NoValStruct
    """Number of nodes to reserve."""
    node_list: list[str]
    """Nodes to reserve."""
    partition: str
    """Partition of the nodes."""
    purge_completed: ReservationDescMsgPurgeCompleted
    """When the reservation ends for lack of jobs."""
    start_time: Uint64NoValStruct
    """Unix time, or a time as scontrol(1) takes it."""
    tres: list[Tres]
    """Other trackable resources to reserve."""
    users: list[str]
    """Names that may use it; "-name" denies one."""


class OpenapiReservationModResp(TypedDict, total=False):
    reservations: list[ReservationDescMsg]
    """Reservations."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiReservationResp(TypedDict, total=False):
    reservations: list[ReservationInfo]
    """Reservations."""
    last_update: Uint64NoValStruct
    """When the records last changed (Unix time); see `update_time`."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class ReservationModReq(TypedDict, total=False):
    reservations: list[ReservationDescMsg]
    """Reservations to create or change."""


class NodeGresLayout(TypedDict, total=False):
    name: str
    """Name of the resource, such as gpu."""
    type: str
    """Type of the resource."""
    count: int
    """Allocated number."""
    index: str
    """Indices, such as 0-1."""


class NodeResourceLayout(TypedDict, total=False):
    node: str
    """Name of the node."""
    sockets_per_node: int
    """Sockets of the node."""
    cores_per_socket: int
    """Cores per socket."""
    mem_alloc: int
    """Allocated memory, in MiB."""
    core_bitmap: str
    """A bit for each core, socket by socket, in hexadecimal."""
    channel: Uint32NoValStruct
    """The IMEX channel."""
    gres: list[NodeGresLayout]
    """Allocated generic resources."""


class OpenapiResourceLayoutResp(TypedDict, total=False):
    nodes: list[NodeResourceLayout]
    """Nodes."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class SharesUint64Tres(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    value: Uint64NoValStruct
    """Amount."""


class SharesFloat128Tres(TypedDict, total=False):
    name: str
    """Name of the trackable resource."""
    value: float
    """Amount."""


class AssocSharesObjWrapTres(TypedDict, total=False):
    run_seconds: list[SharesUint64Tres]
    """Resource-seconds that running jobs have left."""
    group_minutes: list[SharesUint64Tres]
    """Maximum resource-minutes of past and present jobs."""
    usage: list[SharesFloat128Tres]
    """Used resource-seconds."""


class AssocSharesObjWrapFairshare(TypedDict, total=False):
    factor: Float64NoValStruct
    """Fair-share factor, 0 to 1."""
    level: Float64NoValStruct
    """Fair share within the account: shares divided by usage."""


class AssocSharesObjWrap(TypedDict, total=False):
    id: int
    """The association's number in accounting."""
    cluster: str
    """Cluster."""
    name: str
    """The user, or the account."""
    parent: str
    """Parent account."""
    partition: str
    """Partition of the association, if it is limited to one."""
    shares_normalized: Float64NoValStruct
    """Normalized shares: its part of all shares."""
    shares: Uint32NoValStruct
    """Raw shares."""
    tres: AssocSharesObjWrapTres
    """Trackable resources."""
    effective_usage: Float64NoValStruct
    """Effective usage, as fair share counts it."""
    usage_normalized: Float64NoValStruct
    """Normalized usage: its part of all usage."""
    usage: int
    """Decayed usage, in billing TRES-seconds."""
    fairshare: AssocSharesObjWrapFairshare
    """Fair share."""
    type: list[str]
    """Whether the association is a user's or an account's."""


class SharesRespMsg(TypedDict, total=False):
    shares: list[AssocSharesObjWrap]
    """Shares of associations."""
    total_shares: int
    """Always 0 since Slurm 23.11."""


class OpenapiSharesResp(TypedDict, total=False):
    shares: SharesRespMsg
    """Shares of associations."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class Coord(TypedDict, total=False):
    name: str
    """Name of the user or account."""
    direct: bool
    """Whether the user is a coordinator of this account itself."""


class Account(TypedDict, total=False):
    associations: list[AssocShort]
    """Associations, if requested."""
    coordinators: list[Coord]
    """Coordinators, if requested."""
    description: str
    """Description."""
    name: str
    """Name."""
    organization: str
    """Organization."""
    flags: list[str]
    """Flags."""


class OpenapiAccountsResp(TypedDict, total=False):
    accounts: list[Account]
    """Accounts."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiAccountsRemovedResp(TypedDict, total=False):
    removed_accounts: list[str]
    """Names of the removed accounts."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class AssocRecSet(TypedDict, total=False):
    comment: str
    """Arbitrary text."""
    defaultqos: str
    """Default QOS."""
    grpjobs: Uint32NoValStruct
    """Maximum number of running jobs, child associations included."""
    grpjobsaccrue: Uint32NoValStruct
    """Maximum number of pending jobs that accrue age priority, child associations included."""
    grpsubmitjobs: Uint32NoValStruct
    """Maximum number of pending and running jobs, child associations included."""
    grptres: list[Tres]
    """Maximum resources of running jobs, child associations included."""
    grptresmins: list[Tres]
    """Maximum resource-minutes of all jobs, past and present, child associations included."""
    grptresrunmins: list[Tres]
    """Maximum resource-minutes of running jobs, child associations included."""
    grpwall: Uint32NoValStruct
    """Maximum wall clock minutes of all jobs, child associations included."""
    maxjobs: Uint32NoValStruct
    """Maximum number of running jobs of a user."""
    maxjobsaccrue: Uint32NoValStruct
    """Maximum number of pending jobs of a user that accrue age priority."""
    maxsubmitjobs: Uint32NoValStruct
    """Maximum number of pending and running jobs of a user."""
    maxtresminsperjob: list[Tres]
    """Maximum resource-minutes of a job."""
    maxtresrunmins: list[Tres]
    """Maximum resource-minutes of running jobs."""
    maxtresperjob: list[Tres]
    """Maximum resources of a job."""
    maxtrespernode: list[Tres]
    """Maximum resources of a job on each node."""
    maxwalldurationperjob: Uint32NoValStruct
    """Maximum wall clock minutes of a job."""
    minpriothresh: Uint32NoValStruct
    """Lowest priority of jobs for which resources are reserved."""
    parent: str
    """Name of the parent account."""
    priority: Uint32NoValStruct
    """Priority of its jobs."""
    qoslevel: list[str]
    """Allowed QOS."""
    fairshare: int
    """Shares."""


class AccountsAddCond(TypedDict, total=False):
    accounts: list[str]
    """Accounts: a list, or comma-separated."""
    association: AssocRecSet
    """Limits of the associations."""
    clusters: list[str]
    """Clusters: a list, or comma-separated."""


class AccountShort(TypedDict, total=False):
    description: str
    """Description of new accounts."""
    organization: str
    """Organization of new accounts."""


class OpenapiAccountsAddCondResp(TypedDict, total=False):
    association_condition: AccountsAddCond
    """The association to add."""
    account: AccountShort
    """Properties of the accounts."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiAccountsAddCondRespStr(TypedDict, total=False):
    added_accounts: str
    """What was added, as sacctmgr(1) prints it."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class AccountingAllocated(TypedDict, total=False):
    seconds: int
    """Resource-seconds."""


class Accounting(TypedDict, total=False):
    allocated: AccountingAllocated
    """Allocated resources."""
    id: int
    """Id of the record that the usage belongs to."""
    id_alt: int
    """Alternate id."""
    start: int
    """Begin of the period (Unix time)."""
    TRES: Tres
    """The trackable resource that was used."""


class AssocDefault(TypedDict, total=False):
    qos: str
    """QOS of jobs that name none."""


class AssocMaxJobsPer(TypedDict, total=False):
    count: Uint32NoValStruct
    """Maximum number of running jobs, child associations included."""
    accruing: Uint32NoValStruct
    """Maximum pending jobs that accrue age priority, children included."""
    submitted: Uint32NoValStruct
    """Maximum number of pending and running jobs, child associations included."""
    wall_clock: Uint32NoValStruct
    """Longest time limit of a job, in minutes."""


class AssocMaxJobs(TypedDict, total=False):
    per: AssocMaxJobsPer
    """Limits of jobs, by kind."""
    active: Uint32NoValStruct
    """Maximum number of running jobs of a user."""
    accruing: Uint32NoValStruct
    """Maximum number of pending jobs of a user that accrue age priority."""
    total: Uint32NoValStruct
    """Maximum number of pending and running jobs of a user."""


class AssocMaxTresGroup(TypedDict, total=False):
    minutes: list[Tres]
    """Maximum resource-minutes of past and present jobs, children included."""
    active: list[Tres]
    """Maximum resource-minutes of running jobs, child associations included."""


class AssocMaxTresMinutesPer(TypedDict, total=False):
    job: list[Tres]
    """Maximum resource-minutes of a job."""


class AssocMaxTresMinutes(TypedDict, total=False):
    total: list[Tres]
    """Maximum resource-minutes that running jobs of a user request."""
    per: AssocMaxTresMinutesPer
    """Limits of resource-minutes, by kind."""


class AssocMaxTresPer(TypedDict, total=False):
    job: list[Tres]
    """Maximum resources of a job."""
    node: list[Tres]
    """Maximum resources of a job on a node."""


class AssocMaxTres(TypedDict, total=False):
    total: list[Tres]
    """Maximum resources of running jobs, child associations included."""
    group: AssocMaxTresGroup
    """Limits of the association and its children together."""
    minutes: AssocMaxTresMinutes
    """Limits of resource-minutes."""
    per: AssocMaxTresPer
    """Limits of trackable resources, by kind."""


class AssocMaxPerAccount(TypedDict, total=False):
    wall_clock: Uint32NoValStruct
    """Maximum wall clock minutes of all jobs, past ones included."""


class AssocMaxPer(TypedDict, total=False):
    account: AssocMaxPerAccount
    """Limits of the account."""


class AssocMax(TypedDict, total=False):
    jobs: AssocMaxJobs
    """Limits of jobs."""
    tres: AssocMaxTres
    """Limits of trackable resources."""
    per: AssocMaxPer
    """Limits by kind."""


class AssocMin(TypedDict, total=False):
    priority_threshold: Uint32NoValStruct
    """Lowest priority of jobs for which resources are reserved."""


class Assoc(TypedDict, total=False):
    accounting: list[Accounting]
    """Usage, if requested."""
    account: str
    """Name of the account."""
    cluster: str
    """Name of the cluster."""
    comment: str
    """Comment."""
    default: AssocDefault
    """Defaults of jobs."""
    flags: list[str]
    """Flags."""
    max: AssocMax
    """Upper limits."""
    id: int
    """Id in the database."""
    is_default: bool
    """Whether its account is the user's default."""
    lineage: str
    """Path of the association: all accounts above it."""
    min: AssocMin
    """Lower limits."""
    parent_account: str
    """Parent account."""
    partition: str
    """Name of the partition, if the association is limited to one."""
    priority: Uint32NoValStruct
    """Priority that is added to its jobs."""
    qos: list[str]
    """Allowed QOS."""
    shares_raw: int
    """Shares relative to its siblings."""
    user: str
    """Name of the user; empty for the association of the account itself."""


class OpenapiAssocsResp(TypedDict, total=False):
    associations: list[Assoc]
    """Associations."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiAssocsRemovedResp(TypedDict, total=False):
    removed_associations: list[str]
    """The removed associations."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class ClusterRecController(TypedDict, total=False):
    host: str
    """Host of slurmctld."""
    port: int
    """Port of slurmctld."""


class ClusterRecAssociations(TypedDict, total=False):
    root: AssocShort | str | None
    """Root association."""


class ClusterRec(TypedDict, total=False):
    controller: ClusterRecController
    """slurmctld of the cluster."""
    flags: list[str]
    """Flags."""
    name: str
    """Name of the cluster."""
    nodes: str
    """Nodes, as a host list."""
    associations: ClusterRecAssociations
    """Associations."""
    rpc_version: int
    """Protocol version."""
    tres: list[Tres]
    """Amount of each trackable resource."""


class OpenapiClustersResp(TypedDict, total=False):
    clusters: list[ClusterRec]
    """Clusters."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiClustersRemovedResp(TypedDict, total=False):
    deleted_clusters: list[str]
    """Names of the removed clusters."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class SlurmdbPurgeUnits(TypedDict, total=False):
    set: bool
    """Whether records are purged."""
    hours: int
    """Hours after which they are."""
    days: int
    """Days after which they are."""
    months: int
    """Months after which they are."""
    archive: bool
    """Whether purged records are archived."""


class SlurmdbdConf(TypedDict, total=False):
    ArchiveDir: str
    """ArchiveDir of slurmdbd.conf(5)."""
    ArchiveScript: str
    """ArchiveScript of slurmdbd.conf(5)."""
    CommitDelay: int
    """Seconds; see slurmdbd.conf(5)."""
    DbdAddr: str
    """DbdAddr of slurmdbd.conf(5)."""
    DbdBackupHost: str
    """DbdBackupHost of slurmdbd.conf(5)."""
    DbdHost: str
    """DbdHost of slurmdbd.conf(5)."""
    DbdPort: int
    """DbdPort of slurmdbd.conf(5)."""
    DebugLevel: str
    """DebugLevel of slurmdbd.conf(5)."""
    DebugFlags: list[str]
    """DebugFlags of slurmdbd.conf(5)."""
    DefaultQOS: str
    """DefaultQOS of slurmdbd.conf(5)."""
    Flags: list[str]
    """Flags of slurmdbd.conf(5)."""
    LogFile: str
    """LogFile of slurmdbd.conf(5)."""
    MaxPurgeLimit: int
    """MaxPurgeLimit of slurmdbd.conf(5)."""
    MaxQueryTimeRange: str
    """MaxQueryTimeRange of slurmdbd.conf(5)."""
    Parameters: list[str]
    """Parameters of slurmdbd.conf(5)."""
    PersistConnFlags: list[str]
    """PersistConnFlags of slurmdbd.conf(5)."""
    PidFile: str
    """PidFile of slurmdbd.conf(5)."""
    PurgeEventAfter: SlurmdbPurgeUnits
    """PurgeEventAfter of slurmdbd.conf(5)."""
    PurgeJobAfter: SlurmdbPurgeUnits
    """PurgeJobAfter of slurmdbd.conf(5)."""
    PurgeResvAfter: SlurmdbPurgeUnits
    """PurgeResvAfter of slurmdbd.conf(5)."""
    PurgeStepAfter: SlurmdbPurgeUnits
    """PurgeStepAfter of slurmdbd.conf(5)."""
    PurgeSuspendAfter: SlurmdbPurgeUnits
    """PurgeSuspendAfter of slurmdbd.conf(5)."""
    PurgeTXNAfter: SlurmdbPurgeUnits
    """PurgeTXNAfter of slurmdbd.conf(5)."""
    PurgeUsageAfter: SlurmdbPurgeUnits
    """PurgeUsageAfter of slurmdbd.conf(5)."""
    PurgeJobScriptAfter: SlurmdbPurgeUnits
    """PurgeJobScriptAfter of slurmdbd.conf(5)."""
    PurgeJobEnvAfter: SlurmdbPurgeUnits
    """PurgeJobEnvAfter of slurmdbd.conf(5)."""
    SerializerParameters: list[str]
    """SerializerParameters of slurmdbd.conf(5)."""
    SerializerPlugins: list[str]
    """SerializerPlugins of slurmdbd.conf(5)."""
    StorageLoc: str
    """StorageLoc of slurmdbd.conf(5)."""
    StoragePassScript: str
    """StoragePassScript of slurmdbd.conf(5)."""
    StorageUser: str
    """StorageUser of slurmdbd.conf(5)."""
    DebugLevelSyslog: str
    """DebugLevelSyslog of slurmdbd.conf(5)."""
    TrackWCKey: bool
    """TrackWCKey of slurmdbd.conf(5)."""
    TrackSlurmctldDown: bool
    """TrackSlurmctldDown of slurmdbd.conf(5)."""


class OpenapiSlurmdbdConfResp(TypedDict, total=False):
    slurmdbd_conf: SlurmdbdConf
    """Parameters of slurmdbd.conf(5)."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class UserDefault(TypedDict, total=False):
    qos: int
    """Number of the default QOS."""
    account: str
    """Default account."""
    wckey: str
    """Default workload characterization key."""


class Wckey(TypedDict, total=False):
    accounting: list[Accounting]
    """Usage, if requested."""
    cluster: str
    """Name of the cluster."""
    id: int
    """Number of the WCKey of this user on this cluster."""
    name: str
    """Name of the WCKey."""
    user: str
    """Name of the user."""
    flags: list[str]
    """Flags."""


class User(TypedDict, total=False):
    administrator_level: list[str]
    """Administrator level in the accounting database."""
    associations: list[AssocShort]
    """Associations of the user, if requested."""
    coordinators: list[Coord]
    """Accounts that the user coordinates, if requested."""
    default: UserDefault
    """Defaults of jobs."""
    flags: list[str]
    """Flags of the user."""
    name: str
    """Name of the user."""
    old_name: str
    """The name to change."""
    wckeys: list[Wckey]
    """Workload characterization keys of the user, if requested."""


class QosLimitsMaxActiveJobs(TypedDict, total=False):
    accruing: Uint32NoValStruct
    """Maximum number of pending jobs that accrue age priority."""
    count: Uint32NoValStruct
    """Maximum number of running jobs."""


class QosLimitsMaxJobsActiveJobsPer(TypedDict, total=False):
    account: Uint32NoValStruct
    """Maximum number of running jobs of an account."""
    user: Uint32NoValStruct
    """Maximum number of running jobs of a user."""


class QosLimitsMaxJobsActiveJobs(TypedDict, total=False):
    per: QosLimitsMaxJobsActiveJobsPer
    """Limits of running jobs, by kind."""


class QosLimitsMaxJobsPer(TypedDict, total=False):
    account: Uint32NoValStruct
    """Maximum number of pending and running jobs of an account."""
    user: Uint32NoValStruct
    """Maximum number of pending and running jobs of a user."""


class QosLimitsMaxJobs(TypedDict, total=False):
    count: Uint32NoValStruct
    """Maximum number of pending and running jobs."""
    active_jobs: QosLimitsMaxJobsActiveJobs
    """Limits of running jobs."""
    per: QosLimitsMaxJobsPer
    """Limits of pending and running jobs, by kind."""


class QosLimitsMaxTresMinutesPer(TypedDict, total=False):
    qos: list[Tres]
    """Maximum resource-minutes that running jobs request."""
    job: list[Tres]
    """Maximum resource-minutes of a job."""
    account: list[Tres]
    """Maximum resource-minutes of running jobs of an account."""
    user: list[Tres]
    """Maximum resource-minutes that running jobs of a user request."""


class QosLimitsMaxTresMinutes(TypedDict, total=False):
    total: list[Tres]
    """Maximum resource-minutes of all jobs, past ones included."""
    per: QosLimitsMaxTresMinutesPer
    """Limits of resource-minutes, by kind."""


class QosLimitsMaxTresPer(TypedDict, total=False):
    account: list[Tres]
    """Maximum resources of an account."""
    job: list[Tres]
    """Maximum resources of a job."""
    node: list[Tres]
    """Maximum resources of a job on a node."""
    user: list[Tres]
    """Maximum resources of a user."""


class QosLimitsMaxTres(TypedDict, total=False):
    total: list[Tres]
    """Maximum resources of running jobs."""
    minutes: QosLimitsMaxTresMinutes
    """Limits of resource-minutes."""
    per: QosLimitsMaxTresPer
    """Limits of trackable resources, by kind."""


class QosLimitsMaxWallClockPer(TypedDict, total=False):
    qos: Uint32NoValStruct
    """Maximum wall clock minutes of all jobs, past ones included."""
    job: Uint32NoValStruct
    """Longest time limit of a job, in minutes."""


class QosLimitsMaxWallClock(TypedDict, total=False):
    per: QosLimitsMaxWallClockPer
    """Limits of wall clock time, by kind."""


class QosLimitsMaxAccruingPer(TypedDict, total=False):
    account: Uint32NoValStruct
    """Maximum pending jobs of an account that accrue age priority."""
    user: Uint32NoValStruct
    """Maximum number of pending jobs of a user that accrue age priority."""


class QosLimitsMaxAccruing(TypedDict, total=False):
    per: QosLimitsMaxAccruingPer
    """The same, by kind."""


class QosLimitsMax(TypedDict, total=False):
    active_jobs: QosLimitsMaxActiveJobs
    """Limits of jobs of all users together."""
    jobs: QosLimitsMaxJobs
    """Limits of jobs."""
    tres: QosLimitsMaxTres
    """Limits of trackable resources."""
    wall_clock: QosLimitsMaxWallClock
    """Limits of wall clock time."""
    accruing: QosLimitsMaxAccruing
    """Limits of jobs that accrue age priority."""


class QosLimitsMinTresPer(TypedDict, total=False):
    job: list[Tres]
    """Minimum resources of a job."""


class QosLimitsMinTres(TypedDict, total=False):
    per: QosLimitsMinTresPer
    """Lower limits of trackable resources, by kind."""


class QosLimitsMin(TypedDict, total=False):
    priority_threshold: Uint32NoValStruct
    """Lowest priority of jobs for which resources are reserved."""
    tres: QosLimitsMinTres
    """Lower limits of trackable resources."""


class QosLimits(TypedDict, total=False):
    grace_time: int
    """Grace time of preempted jobs, in seconds."""
    max: QosLimitsMax
    """Upper limits."""
    factor: Float64NoValStruct
    """Factor for the limits of associations."""
    min: QosLimitsMin
    """Lower limits."""


class QosPreempt(TypedDict, total=False):
    list: list[str]
    """QOS that it may preempt."""
    mode: list[str]
    """How its jobs are preempted."""
    exempt_time: Uint32NoValStruct
    """Time a job runs before it can be preempted, in seconds."""


class Qos(TypedDict, total=False):
    description: str
    """Description."""
    flags: list[str]
    """Flags."""
    id: int
    """Id in the database."""
    limits: QosLimits
    """Limits of jobs with this QOS."""
    name: str
    """Name."""
    preempt: QosPreempt
    """Preemption."""
    priority: Uint32NoValStruct
    """Priority that is added to its jobs."""
    usage_factor: Float64NoValStruct
    """Factor for usage."""
    usage_threshold: Float64NoValStruct
    """Fair share below which jobs are not started."""


class OpenapiSlurmdbdConfigResp(TypedDict, total=False):
    clusters: list[ClusterRec]
    """Clusters."""
    tres: list[Tres]
    """Trackable resources."""
    accounts: list[Account]
    """Accounts."""
    users: list[User]
    """Users."""
    qos: list[Qos]
    """QOS."""
    wckeys: list[Wckey]
    """Workload characterization keys."""
    associations: list[Assoc]
    """Associations."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class RollupStatsHourlyDuration(TypedDict, total=False):
    last: int
    """Duration of the last run, in microseconds."""
    max: int
    """Longest duration, in microseconds."""
    time: int
    """Total duration, in microseconds."""


class RollupStatsHourly(TypedDict, total=False):
    count: int
    """Number of runs."""
    last_run: int
    """When it last ran (Unix time)."""
    duration: RollupStatsHourlyDuration
    """Durations."""


class RollupStatsDailyDuration(TypedDict, total=False):
    last: int
    """Duration of the last run, in microseconds."""
    max: int
    """Longest duration, in microseconds."""
    time: int
    """Total duration, in microseconds."""


class RollupStatsDaily(TypedDict, total=False):
    count: int
    """Number of runs."""
    last_run: int
    """When it last ran (Unix time)."""
    duration: RollupStatsDailyDuration
    """Durations."""


class RollupStatsMonthlyDuration(TypedDict, total=False):
    last: int
    """Duration of the last run, in microseconds."""
    max: int
    """Longest duration, in microseconds."""
    time: int
    """Total duration, in microseconds."""


class RollupStatsMonthly(TypedDict, total=False):
    count: int
    """Number of runs."""
    last_run: int
    """When it last ran (Unix time)."""
    duration: RollupStatsMonthlyDuration
    """Durations."""


class RollupStats(TypedDict, total=False):
    hourly: RollupStatsHourly
    """The hourly rollup."""
    daily: RollupStatsDaily
    """The daily rollup."""
    monthly: RollupStatsMonthly
    """The monthly rollup."""


class StatsRpcTime(TypedDict, total=False):
    average: int
    """Mean time of a call, in microseconds."""
    total: int
    """Total time of all calls, in microseconds."""


class StatsRpc(TypedDict, total=False):
    rpc: str
    """Name of the remote procedure call."""
    count: int
    """Number of calls."""
    time: StatsRpcTime
    """Times of calls."""


class StatsUserTime(TypedDict, total=False):
    average: int
    """Mean time of a call, in microseconds."""
    total: int
    """Total time of all calls, in microseconds."""


class StatsUser(TypedDict, total=False):
    user: str
    """Name of the user."""
    count: int
    """Number of calls."""
    time: StatsUserTime
    """Times of calls."""


class StatsRec(TypedDict, total=False):
    time_start: int
    """When the counters were reset (Unix time)."""
    rollups: RollupStats
    """Rollups of usage."""
    RPCs: list[StatsRpc]
    """Remote procedure calls by type."""
    users: list[StatsUser]
    """Remote procedure calls by user."""


class OpenapiSlurmdbdStatsResp(TypedDict, total=False):
    statistics: StatsRec
    """Statistics."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class InstanceTime(TypedDict, total=False):
    time_end: int
    """When it ended (Unix time)."""
    time_start: int
    """When it began (Unix time)."""


class Instance(TypedDict, total=False):
    cluster: str
    """Name of the cluster."""
    extra: str
    """Extra text of the node."""
    instance_id: str
    """Id of the cloud instance."""
    instance_type: str
    """Type of the cloud instance."""
    node_name: str
    """Name of the node."""
    time: InstanceTime
    """Times."""


class OpenapiInstancesResp(TypedDict, total=False):
    instances: list[Instance]
    """Instances."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiSlurmdbdJobsResp(TypedDict, total=False):
    jobs: list[Job]
    """Jobs."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class JobModifyComment(TypedDict, total=False):
    administrator: str
    """Comment of an administrator."""
    job: str
    """Comment of the user."""
    system: str
    """Comment of slurmctld."""


class JobModifyTres(TypedDict, total=False):
    allocated: list[Tres]
    """Allocated resources."""


class JobModify(TypedDict, total=False):
    comment: JobModifyComment
    """Comments."""
    derived_exit_code: ProcessExitCodeVerbose
    """Highest exit code of its steps, or the value set instead."""
    extra: str
    """Arbitrary text."""
    tres: JobModifyTres
    """Trackable resources."""
    wckey: str
    """WCKey."""


class OpenapiJobModifyResp(TypedDict, total=False):
    results: list[str]
    """Result of each job, or of each task of an array."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiJobModifyReq(TypedDict, total=False):
    job_id_list: list[str]
    """The jobs."""
    job_rec: JobModify
    """What to change."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class SlurmdbdPing(TypedDict, total=False):
    hostname: str
    """Host of slurmdbd."""
    responding: bool
    """Whether it answers."""
    latency: int
    """Microseconds until the answer."""
    primary: bool
    """Whether it is the primary."""
    status: str
    """Result."""


class OpenapiSlurmdbdPingResp(TypedDict, total=False):
    pings: list[SlurmdbdPing]
    """Result of each controller or daemon."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiSlurmdbdQosResp(TypedDict, total=False):
    qos: list[Qos]
    """QOS."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiSlurmdbdQosRemovedResp(TypedDict, total=False):
    removed_qos: list[str]
    """Names of the removed QOS."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiTresResp(TypedDict, total=False):
    TRES: list[Tres]
    """Trackable resources."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiUsersResp(TypedDict, total=False):
    users: list[User]
    """Users."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class UsersAddCond(TypedDict, total=False):
    accounts: list[str]
    """Accounts: a list, or comma-separated."""
    association: AssocRecSet
    """Limits of the associations."""
    clusters: list[str]
    """Clusters: a list, or comma-separated."""
    partitions: list[str]
    """Partitions: a list, or comma-separated."""
    users: list[str]
    """Users: a list, or comma-separated."""
    wckeys: list[str]
    """WCKeys: a list, or comma-separated."""


class UserShort(TypedDict, total=False):
    adminlevel: list[str]
    """Administrator level."""
    defaultqos: int
    """Number of the default QOS."""
    defaultaccount: str
    """Default account."""
    defaultwckey: str
    """Default WCKey."""


class OpenapiUsersAddCondResp(TypedDict, total=False):
    association_condition: UsersAddCond
    """The association to add."""
    user: UserShort
    """Properties of the users."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiUsersAddCondRespStr(TypedDict, total=False):
    added_users: str
    """What was added, as sacctmgr(1) prints it."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiWckeyResp(TypedDict, total=False):
    wckeys: list[Wckey]
    """Workload characterization keys."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiWckeyRemovedResp(TypedDict, total=False):
    deleted_wckeys: list[str]
    """Removed workload characterization keys."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiHostnamesReqResp(TypedDict, total=False):
    hostnames: list[str]
    """Host names, one by one."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""


class OpenapiHostlistReqResp(TypedDict, total=False):
    hostlist: str
    """Host list, such as "host[1-3,7]"."""
    meta: OpenapiMeta
    """Metadata: plugin, client and release of Slurm."""
    errors: list[OpenapiError]
    """Errors; empty after success."""
    warnings: list[OpenapiWarning]
    """Warnings, such as ignored parts of the request."""
