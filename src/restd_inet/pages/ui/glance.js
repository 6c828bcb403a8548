// The cluster at a glance: totals, nodes, partitions, the queue, the newest jobs.

import { attribute, bar, duration, fill, find, keyed, make, memory, moment, percent, plain, ratio, show, text } from "./dom.js";
import { JOB_ORDER, NODE_ORDER, elapsed, fits, partition } from "./records.js";

const ROWS = 100;
const USERS = 8;
// More nodes than this are small squares.
const LARGE = 160;
const sum = (items, value) => items.reduce((all, each) => all + value(each), 0);
const total = (nodes, name) => ({ used: sum(nodes, (each) => each[name].used), all: sum(nodes, (each) => each[name].all) });
let rows = ROWS;

export function glance({ nodes, jobs, partitions }) {
  const active = jobs.filter((each) => each.kind === "running" || each.kind === "pending");
  showTotals(nodes, jobs);
  showNodes(nodes);
  showStates(jobs);
  showUsers(active);
  keyed(find("partitions"), partitions.map((each) => partition(each, nodes, active)), (each) => each.name, partitionRow, fillPartition);
  showJobs(jobs);
}

// Totals.

function showTotals(nodes, jobs) {
  const up = nodes.filter((each) => !["down", "off", "drain"].includes(each.kind)).length;
  const [cpus, ram, gpus] = ["cpus", "memory", "gpus"].map((name) => total(nodes, name));
  const count = (kind) => sum(jobs.filter((each) => each.kind === kind), (each) => each.tasks);
  const items = [
    { name: "Nodes available", value: plain(up), of: ` of ${plain(nodes.length)}`, share: { used: up, all: nodes.length } },
    { name: "CPUs in use", value: plain(cpus.used), of: ` of ${plain(cpus.all)}`, share: cpus },
    { name: "Memory in use", value: memory(ram.used), of: ` of ${memory(ram.all)}`, share: ram },
    ...(gpus.all ? [{ name: "GPUs in use", value: plain(gpus.used), of: ` of ${plain(gpus.all)}`, share: gpus }] : []),
    { name: "Jobs running", value: plain(count("running")), of: "" },
    { name: "Jobs waiting", value: plain(count("pending")), of: "" },
  ];
  const create = (item) => make("li", {}, make("span", { className: "name" }), make("strong"), make("span", { className: "of" }),
    ...(item.share ? [bar("alloc")] : []));
  keyed(find("totals"), items, (item) => item.name, create, (element, item) => {
    const [name, value, of, line] = element.children;
    text(name, item.name);
    text(value, item.value);
    text(of, item.of);
    if (line) fill(line, ratio(item.share));
  });
}

// Nodes.

function showNodes(nodes) {
  const grid = find("nodes");
  const sorted = [...nodes].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  grid.classList.toggle("small", nodes.length > LARGE);
  keyed(grid, sorted, (each) => each.name, nodeCell, fillNode);
  if (!grid.querySelector("a[tabindex='0']")) grid.querySelector("a")?.setAttribute("tabindex", "0");
  const kinds = NODE_ORDER.map((label) => nodes.filter((each) => each.label === label)).filter((each) => each.length);
  keyed(find("legend"), kinds, ([first]) => first.label, () => make("li", {}, make("i"), make("span")), (element, found) => {
    attribute(element.firstChild, "class", `swatch ${found[0].kind}`);
    text(element.lastChild, `${found.length} ${found[0].label}`);
  });
}

function nodeCell() {
  const label = make("span", { className: "head", "aria-hidden": "true" }, make("b"), make("span", { className: "short" }));
  const uses = make("span", { className: "uses", "aria-hidden": "true" });
  return make("li", {}, make("a", { tabIndex: -1 }, label, uses, make("span", { className: "unseen" })));
}

function fillNode(element, node) {
  const link = element.firstChild;
  const [head, uses, spoken] = link.children;
  attribute(link, "href", `#/node/${encodeURIComponent(node.name)}`);
  attribute(link, "class", node.kind);
  text(head.firstChild, node.name);
  text(head.lastChild, node.short);
  const lines = [["CPU", node.cpus, "cpu"], ["Mem", node.memory, "mem"], ["GPU", node.gpus, "gpu"]].filter(([, value]) => value.all);
  keyed(uses, lines, ([name]) => name, ([name, , kind]) => make("span", {}, make("small", {}, name), bar(kind)), (each, [, value]) =>
    fill(each.lastChild, ratio(value)));
  const about = [`${node.name}: ${node.label}`, `CPUs ${node.cpus.used} of ${node.cpus.all}`,
    `memory ${memory(node.memory.used)} of ${memory(node.memory.all)}`,
    ...(node.gpus.all ? [`GPUs ${node.gpus.used} of ${node.gpus.all}`] : []), ...(node.record.reason ? [node.record.reason] : [])].join(", ");
  text(spoken, about);
  attribute(link, "title", about);
}

// One of the nodes can be reached with the tab key, the others from there with arrow keys.
export function moveBetweenNodes(event) {
  const links = [...find("nodes").querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  if (at < 0) return;
  const top = links[at].getBoundingClientRect().top;
  const columns = Math.max(links.filter((each) => each.getBoundingClientRect().top === top).length, 1);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -at, End: links.length - 1 - at };
  const next = links[at + steps[event.key]];
  if (!next) return;
  event.preventDefault();
  links[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

// The queue.

const filterOf = (word) => () => {
  const field = find("filter");
  field.value = field.value.trim() === word ? "" : word;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

function barRow(word, ...kinds) {
  const button = make("button", { type: "button", onclick: filterOf(word) }, make("span", { className: "name" }), bar(...kinds),
    make("span", { className: "count" }));
  return make("li", {}, button);
}

function fillBar(element, word, name, count, label, ...parts) {
  const button = element.firstChild;
  text(button.children[0], name);
  fill(button.children[1], ...parts);
  text(button.children[2], count);
  attribute(button, "aria-label", label);
  attribute(button, "aria-pressed", find("filter").value.trim().toLowerCase() === word.toLowerCase());
}

function showStates(jobs) {
  const counted = new Map();
  for (const each of jobs) {
    const found = counted.get(each.state) || { state: each.state, kind: each.kind, count: 0 };
    counted.set(each.state, { ...found, count: found.count + each.tasks });
  }
  const place = (each) => (JOB_ORDER.indexOf(each.state) + JOB_ORDER.length + 1) % (JOB_ORDER.length + 1);
  const sorted = [...counted.values()].sort((a, b) => place(a) - place(b));
  const most = Math.max(1, ...sorted.map((each) => each.count));
  const word = (each) => `state:${each.state}`;
  keyed(find("states"), sorted, (each) => each.state, (each) => barRow(word(each), each.kind), (element, each) =>
    fillBar(element, word(each), each.state.toLowerCase().replaceAll("_", " "), plain(each.count),
      `${each.state.toLowerCase()}: ${each.count} jobs; show only these`, each.count / most));
}

function showUsers(active) {
  const counted = new Map();
  for (const each of active) {
    const found = counted.get(each.user) || { user: each.user, running: 0, pending: 0 };
    counted.set(each.user, { ...found, [each.kind]: found[each.kind] + each.tasks });
  }
  const all = (each) => each.running + each.pending;
  const sorted = [...counted.values()].sort((a, b) => all(b) - all(a) || a.user.localeCompare(b.user));
  const most = Math.max(1, ...sorted.map(all));
  const word = (each) => `user:${each.user}`;
  keyed(find("users"), sorted.slice(0, USERS), (each) => each.user, (each) => barRow(word(each), "running", "pending"), (element, each) =>
    fillBar(element, word(each), each.user, `${plain(each.running)} + ${plain(each.pending)}`,
      `${each.user}: ${each.running} running, ${each.pending} waiting; show only these`, each.running / most, each.pending / most));
}

// Partitions.

function partitionRow() {
  const cells = ["name", "state", "number", "use", "number", "number", "number less"].map((className) => make("td", { className }));
  cells[0] = make("th", { scope: "row", className: "name" });
  cells[3].append(make("span", { className: "in-use" }, bar("alloc"), make("span", {}, make("span"), make("span", { className: "less" }))));
  return make("tr", {}, ...cells);
}

function fillPartition(element, each) {
  const [name, state, nodes, use, running, waiting, longest] = element.children;
  text(name, each.usual ? `${each.name} (default)` : each.name);
  attribute(state, "class", `state ${each.state === "UP" ? "up" : "closed"}`);
  text(state, each.state.toLowerCase());
  text(nodes, plain(each.nodes));
  const [line, numbers] = use.firstChild.children;
  fill(line, ratio(each.cpus));
  text(numbers.firstChild, `${plain(each.cpus.used)} of ${plain(each.cpus.all)}`);
  text(numbers.lastChild, ` · ${percent(each.cpus)}`);
  text(running, plain(each.running));
  text(waiting, plain(each.waiting));
  text(longest, each.longest === null ? "–" : duration(each.longest * 60));
}

// Jobs.

export function showJobs(jobs) {
  const filter = find("filter").value;
  const found = jobs.filter((each) => fits(each, filter)).sort((a, b) => b.order - a.order || b.key - a.key);
  keyed(find("jobs"), found.slice(0, rows), (each) => each.key, jobRow, fillJob);
  show(find("none"), !found.length);
  show(find("more"), found.length > rows);
  text(find("found"), filter.trim() ? `${plain(found.length)} of ${plain(jobs.length)}` : `${plain(jobs.length)} jobs`);
}

export function showMore() {
  rows += ROWS;
}

export function badge(kind, state) {
  return make("span", { className: `badge ${kind}` }, make("i", { "aria-hidden": "true" }), make("span", {}, state));
}

function jobRow() {
  const cells = ["", "name", "who", "less", "", "less number", "less place", "number", "less number"].map((className) => make("td", { className }));
  cells[0] = make("th", { scope: "row" }, make("a"));
  cells[4].append(badge("", ""));
  return make("tr", {}, ...cells);
}

function fillJob(element, each) {
  const [id, name, user, part, state, cpus, place, time, submitted] = element.children;
  attribute(id.firstChild, "href", `#/job/${each.key}`);
  text(id.firstChild, each.id);
  text(name, each.name);
  text(user, each.user);
  text(part, each.partition);
  attribute(state.firstChild, "class", `badge ${each.kind}`);
  text(state.firstChild.lastChild, each.state.toLowerCase().replaceAll("_", " "));
  text(cpus, plain(each.cpus));
  text(place, each.nodes || (each.kind === "pending" ? each.reason : ""));
  text(time, duration(elapsed(each, Date.now() / 1000)));
  text(submitted, moment(each.submitted));
}
