// What records of the API mean, whichever version is the latest: values alone, nothing of the page.

// A number, null if it is not set; up to v0.0.38 they are plain, later {set, infinite, number}.
export function number(value) {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return Number(value);
  return value.infinite ? Infinity : value.set ? value.number : null;
}

const words = (value) => (Array.isArray(value) ? value : value ? String(value).split(/[+|,]/) : []);
const upper = (value) => words(value).map((each) => String(each).toUpperCase());

// The states of nodes, the first that fits: what a node's states must have, its class, its name, sinfo's name.
const BUSY = /^(ALLOCATED|MIXED|COMPLETING)$/;
const NODE_STATES = [
  [(s) => s.some((each) => /^(DOWN|ERROR|FAIL|UNKNOWN|NOT_RESPONDING)$/.test(each)), "down", "down", "down"],
  [(s) => s.includes("DRAIN") && s.some((each) => BUSY.test(each)), "drain", "draining", "drng"],
  [(s) => s.includes("DRAIN"), "drain", "drained", "drain"],
  [(s) => s.some((each) => /^(POWER|REBOOT)/.test(each)), "off", "powered down or starting", "power"],
  [(s) => s.includes("MAINTENANCE"), "maint", "in maintenance", "maint"],
  [(s) => s.includes("ALLOCATED"), "alloc", "allocated", "alloc"],
  [(s) => s.includes("MIXED"), "mix", "mixed", "mix"],
  [(s) => s.includes("RESERVED"), "maint", "reserved", "resv"],
  [(s) => s.includes("IDLE"), "idle", "idle", "idle"],
  [() => true, "off", "other", "other"],
];
export const NODE_ORDER = [...new Set(NODE_STATES.map((row) => row[2]))];

export function node(record) {
  const states = [...upper(record.state), ...upper(record.state_flags)];
  const [, kind, label, short] = NODE_STATES.find((row) => row[0](states));
  return {
    name: record.name,
    states,
    kind,
    label,
    short,
    cpus: share(record.alloc_cpus, record.effective_cpus || record.cpus),
    memory: share(record.alloc_memory, record.real_memory),
    gpus: share(gpus(record.gres_used), gpus(record.gres)),
    partitions: words(record.partitions),
    record,
  };
}

function share(used, all) {
  return { used: number(used) || 0, all: number(all) || 0 };
}

// "gpu:tesla:2(S:0-1),gpu:4" has six.
export function gpus(text) {
  return [...String(text || "").matchAll(/\bgpu(?::[^:,()]+)?:(\d+)/g)].reduce((sum, each) => sum + +each[1], 0);
}

// The states of jobs: their class, and squeue's short name.
const JOB_STATES = {
  RUNNING: ["running", "R"],
  COMPLETING: ["running", "CG"],
  CONFIGURING: ["running", "CF"],
  PENDING: ["pending", "PD"],
  SUSPENDED: ["pending", "S"],
  COMPLETED: ["done", "CD"],
  CANCELLED: ["cancelled", "CA"],
  FAILED: ["failed", "F"],
  TIMEOUT: ["failed", "TO"],
  NODE_FAIL: ["failed", "NF"],
  PREEMPTED: ["cancelled", "PR"],
  BOOT_FAIL: ["failed", "BF"],
  DEADLINE: ["failed", "DL"],
  OUT_OF_MEMORY: ["failed", "OOM"],
};
export const JOB_ORDER = Object.keys(JOB_STATES);

export function job(record) {
  const states = upper(record.job_state);
  const state = states.includes("COMPLETING") ? "COMPLETING" : states.find((each) => JOB_STATES[each]) || states[0] || "?";
  const [kind, short] = JOB_STATES[state] || ["pending", state.slice(0, 2)];
  return {
    key: `${record.job_id}`,
    id: shownId(record),
    order: number(record.submit_time) || 0,
    state,
    kind,
    short,
    tasks: tasks(record.array_task_string),
    name: record.name || "",
    user: record.user_name || String(record.user_id ?? ""),
    account: record.account || "",
    partition: record.partition || "",
    cpus: number(record.cpus),
    nodes: record.nodes || "",
    reason: record.state_reason && record.state_reason !== "None" ? record.state_reason : "",
    submitted: number(record.submit_time),
    eligible: number(record.eligible_time),
    started: number(record.start_time),
    ended: number(record.end_time),
    suspended: number(record.pre_sus_time) || 0,
    limit: number(record.time_limit),
    record,
  };
}

function shownId(record) {
  const array = number(record.array_job_id);
  const het = number(record.het_job_id);
  if (array && record.array_task_string) return `${array}_[${record.array_task_string}]`;
  if (array && number(record.array_task_id) !== null) return `${array}_${number(record.array_task_id)}`;
  if (het) return `${het}+${number(record.het_job_offset) || 0}`;
  return String(record.job_id);
}

// How many tasks of an array wait in one record: "3,7-40:2%6".
export function tasks(text) {
  const parts = String(text || "").replace(/%\d+$/, "").split(",").filter(Boolean);
  const count = (part) => {
    const [, first, last, step] = /^(\d+)(?:-(\d+))?(?::(\d+))?$/.exec(part) || [];
    return first === undefined || last === undefined ? 1 : Math.floor((last - first) / (step || 1)) + 1;
  };
  return parts.reduce((sum, part) => sum + count(part), 0) || 1;
}

// A job's seconds so far, null before it starts.
export function elapsed(job, now) {
  if (job.elapsed !== undefined) return job.elapsed;
  if (!job.started || job.started > now || job.kind === "pending") return null;
  const end = job.kind === "running" ? now : Math.min(job.ended || now, now);
  return Math.max(end - job.started, 0);
}

// A job of slurmdbd, for what slurmctld has forgotten.
export function pastJob(record) {
  const { time = {}, state = {} } = record;
  const past = job({
    ...record,
    job_state: state.current,
    user_name: record.user,
    submit_time: time.submission,
    eligible_time: time.eligible,
    start_time: time.start,
    end_time: time.end,
    time_limit: time.limit,
    state_reason: state.reason,
    array_job_id: record.array && record.array.job_id,
    array_task_id: record.array && record.array.task_id,
    array_task_string: record.array && record.array.task,
    het_job_id: record.het && record.het.job_id,
    het_job_offset: record.het && record.het.job_offset,
    standard_output: record.stdout,
    standard_error: record.stderr,
    current_working_directory: record.working_directory,
    tres_req_str: triples(record.tres && record.tres.requested),
    tres_alloc_str: triples(record.tres && record.tres.allocated),
    node_count: record.allocation_nodes,
    cpus: record.required && record.required.CPUs,
  });
  past.elapsed = number(time.elapsed) || 0;
  return past;
}

function triples(list) {
  const text = (each) => `${each.type}${each.name ? `/${each.name}` : ""}=${each.count}`;
  return Array.isArray(list) ? list.map(text).join(",") : "";
}

export function partition(record, nodes, jobs) {
  const inside = nodes.filter((each) => each.partitions.includes(record.name));
  const here = jobs.filter((each) => each.partition.split(",").includes(record.name));
  const sum = (kind) => here.filter((each) => each.kind === kind).reduce((all, each) => all + each.tasks, 0);
  const state = record.partition ? record.partition.state : record.state;
  return {
    name: record.name,
    usual: upper(record.flags).includes("DEFAULT"),
    state: upper(state).join(" ") || "?",
    nodes: inside.length,
    cpus: {
      used: inside.reduce((all, each) => all + each.cpus.used, 0),
      all: inside.reduce((all, each) => all + each.cpus.all, 0),
    },
    running: sum("running"),
    waiting: sum("pending"),
    longest: number(record.maximums ? record.maximums.time : record.max_time_limit),
  };
}

// Whether a job fits all words of a filter; user:fred and state:RUNNING ask for one property.
export function fits(job, filter) {
  const properties = { user: job.user, state: job.state, partition: job.partition, account: job.account, name: job.name };
  const all = [job.id, job.key, ...Object.values(properties), job.nodes, job.reason].join("\n").toLowerCase();
  return filter.toLowerCase().split(/\s+/).filter(Boolean).every((word) => {
    const [, name, value] = /^(user|state|partition|account|name):(.+)$/.exec(word) || [];
    return name ? String(properties[name]).toLowerCase() === value : all.includes(word);
  });
}
