// The page of a job or a node.

import { bar, duration, fill, find, keyed, make, memory, moment, percent, plain, ratio, text } from "./dom.js";
import { badge } from "./glance.js";
import { elapsed, number } from "./records.js";

export function showJob(job, past) {
  text(find("detail-title"), `Job ${job.id}${job.name ? ` · ${job.name}` : ""}`);
  const { record } = job;
  const now = Date.now() / 1000;
  const run = elapsed(job, now);
  const limit = job.limit === null ? null : job.limit * 60;
  const code = record.exit_code && typeof record.exit_code === "object" ? exitText(record.exit_code) : record.exit_code;
  const over = job.kind !== "running" && job.kind !== "pending";
  sections([
    ["State", [
      ["State", badge(job.kind, job.state.toLowerCase().replaceAll("_", " "))],
      ["Reason", job.kind === "pending" || over ? [job.reason, record.state_description].filter(Boolean).join(": ") : ""],
      ["Exit code", over ? code : ""],
      ["Known from", past ? "accounting: slurmctld has forgotten it" : ""],
    ]],
    ["Times", [
      ["Submitted", moment(job.submitted)],
      ["Eligible", moment(job.eligible)],
      [job.kind === "pending" ? "Expected start" : "Started", moment(job.started)],
      [over ? "Ended" : "Ends at the latest", moment(job.ended)],
      ["Waited", job.started && job.submitted && job.kind !== "pending" ? duration(job.started - job.submitted) : ""],
      ["Run time", run === null ? "" : used(run, limit)],
      ["Time limit", limit === null ? "" : duration(limit)],
    ]],
    ["Output", [
      ["Standard output", path(record.stdout_expanded || record.standard_output)],
      ["Standard error", path(record.stderr_expanded || record.standard_error || record.stdout_expanded || record.standard_output)],
      ["Standard input", path(record.stdin_expanded || record.standard_input)],
      ["Directory", path(record.current_working_directory)],
    ]],
    ["Resources", [
      ["Nodes", job.nodes],
      ["Number of nodes", plain(number(record.node_count))],
      ["CPUs", plain(job.cpus)],
      ["Tasks", plain(number(record.tasks))],
      ["Requested", listed(record.tres_req_str)],
      ["Allocated", listed(record.tres_alloc_str)],
    ]],
    ["Who and where", [
      ["User", job.user],
      ["Account", job.account],
      ["Partition", job.partition],
      ["QOS", record.qos],
      ["Priority", plain(number(record.priority))],
      ["Reservation", record.resv_name],
      ["Depends on", record.dependency],
      ["Comment", typeof record.comment === "string" ? record.comment : ""],
      ["Command", record.command || record.submit_line],
    ]],
  ]);
}

export function showNode(node, jobs) {
  text(find("detail-title"), `Node ${node.name}`);
  const { record } = node;
  const here = jobs.filter((each) => each.kind === "running" && hosts(each).includes(node.name));
  sections([
    ["State", [
      ["State", badge(node.kind, node.label)],
      ["In Slurm’s words", node.states.join(" ").toLowerCase()],
      ["Reason", record.reason],
      ["Set by", record.reason ? record.reason_set_by_user : ""],
      ["Since", record.reason ? moment(number(record.reason_changed_at)) : ""],
    ]],
    ["Use", [
      ["CPUs", usedOf(node.cpus, plain)],
      ["Memory", usedOf(node.memory, memory)],
      ["GPUs", node.gpus.all ? usedOf(node.gpus, plain) : ""],
      ["Load", record.cpu_load === undefined || number(record.cpu_load) === null ? "" : (number(record.cpu_load) / 100).toFixed(2)],
      ["Free memory", number(record.free_mem) === null ? "" : memory(number(record.free_mem))],
    ]],
    ["Node", [
      ["Partitions", node.partitions.join(", ")],
      ["Features", Array.isArray(record.features) ? record.features.join(", ") : record.features],
      ["GRES", record.gres],
      ["Address", record.address],
      ["System", record.operating_system],
      ["Slurm", record.version],
      ["Booted", moment(number(record.boot_time))],
      ["slurmd started", moment(number(record.slurmd_start_time))],
    ]],
    ["Jobs", here.map((each) => [each.id, make("a", { href: `#/job/${each.key}` }, `${each.name} (${each.user})`)])],
  ]);
}

// The hosts of a job: where the answer lists them, those; else the names in the list, expanded.
function hosts(job) {
  const layout = job.record.job_resources && job.record.job_resources.nodes;
  const allocation = layout && (layout.allocation || layout.allocated_nodes);
  if (Array.isArray(allocation)) return allocation.map((each) => each.name || each.nodename);
  return expand(job.nodes);
}

// "a[1-3,7],b" has five hosts; widths are kept: "n[08-10]".
export function expand(list) {
  const found = [];
  for (const [, before, ranges, after, alone] of list.matchAll(/([^,[\]]*)\[([^\]]*)\]([^,[\]]*)|([^,[\]]+)/g)) {
    if (alone !== undefined) found.push(alone);
    else for (const range of ranges.split(",")) {
      const [first, last = first] = range.split("-");
      for (let at = +first; at <= +last && found.length < 65536; at++) found.push(before + String(at).padStart(first.length, "0") + after);
    }
  }
  return found;
}

// With blanks, so that it can be broken into lines.
const listed = (tres) => String(tres || "").split(",").join(", ");

function exitText(code) {
  const [status, signal] = [number(code.return_code), code.signal];
  const id = signal ? number(signal.id ?? signal.signal_id) : null;
  return id ? `${status ?? 0}, signal ${id}${signal.name ? ` (${signal.name})` : ""}` : status === null ? "" : String(status);
}

function used(run, limit) {
  const line = bar("alloc");
  if (!limit || limit === Infinity) return duration(run);
  fill(line, run / limit);
  return make("span", { className: "used" }, `${duration(run)} of ${duration(limit)}`, line);
}

function usedOf(value, form) {
  const line = bar("alloc");
  fill(line, ratio(value));
  return make("span", { className: "used" }, `${form(value.used)} of ${form(value.all)} (${percent(value)})`, line);
}

function path(name) {
  if (!name) return "";
  const code = make("code", {}, name);
  const copy = make("button", { type: "button", className: "copy", onclick: () => copied(copy, name) }, "Copy");
  copy.setAttribute("aria-label", `Copy ${name}`);
  return navigator.clipboard ? make("span", { className: "path" }, code, copy) : code;
}

async function copied(button, name) {
  await navigator.clipboard.writeText(name).catch(() => {});
  text(find("announce"), "Copied");
  text(button, "Copied");
  setTimeout(() => text(button, "Copy"), 2000);
}

const seen = (value) => (value instanceof Element ? value.outerHTML : String(value));

// Cards of names and values; a value that has not changed stays the element that it is.
function sections(list) {
  const some = list
    .map(([title, rows]) => [title, rows.filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== "–")])
    .filter(([, rows]) => rows.length);
  const card = ([title]) => make("section", { className: "card" }, make("h3", {}, title), make("dl", { className: "facts" }));
  keyed(find("detail-body"), some, ([title]) => title, card, (element, [, rows]) =>
    keyed(element.lastChild, rows, ([name]) => name, ([name]) => make("div", {}, make("dt", {}, name), make("dd")), (row, [, value]) => {
      const place = row.lastChild;
      if (place.shown === seen(value)) return;
      place.shown = seen(value);
      place.replaceChildren(value);
    }));
}
