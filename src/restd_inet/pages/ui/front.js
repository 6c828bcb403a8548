// The front page: asks for a token, then shows the cluster and keeps it fresh.

import * as api from "./api.js";
import { showJob, showNode } from "./detail.js";
import { find, show, text } from "./dom.js";
import { glance, moveBetweenNodes, showJobs, showMore } from "./glance.js";
import { job, node, pastJob } from "./records.js";

// The next refresh comes after this, and not before ten times as long as the last one took.
const PAUSE = 5000;
const TIMES = 10;
const LONGEST = 60000;

const home = { title: document.title };
const lists = () => ({ nodes: new api.List("nodes"), jobs: new api.List("jobs"), partitions: new api.List("partitions") });
let known = lists();
let seen = { nodes: [], jobs: [], partitions: [] };
let timer = 0;
let round = 0;
let failures = 0;

// Which view: the fragment of the address names a job or a node.
function place() {
  const [, kind, name] = /^#\/(job|node)\/(.+)$/.exec(location.hash) || [];
  try {
    return { kind, name: name && decodeURIComponent(name) };
  } catch {
    return {};
  }
}

function view(name) {
  for (const each of ["welcome", "glance", "detail"]) show(find(each), each === name);
}

function alert(message) {
  text(find("alert"), message);
  show(find("alert"), !!message);
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++round;
  const begin = performance.now();
  try {
    const { kind, name } = place();
    if (kind === "job") await refreshJob(name, mine);
    else await refreshAll(name, mine);
    if (mine !== round) return;
    if (failures) text(find("announce"), "The server answers again.");
    failures = 0;
    alert("");
    signedIn();
    text(find("updated"), `Updated ${new Date().toLocaleTimeString(undefined, { hourCycle: "h23" })}`);
  } catch (error) {
    if (mine !== round) return;
    if (!failed(error)) return;
  }
  const pause = Math.min(Math.max(PAUSE, TIMES * (performance.now() - begin)) * 2 ** Math.min(failures, 4), LONGEST);
  timer = setTimeout(refresh, pause);
}

async function refreshAll(name, mine) {
  const changed = {};
  for (const list of Object.values(known)) {
    changed[list.name] = await list.refresh();
    if (mine !== round) return;
  }
  const shapes = { nodes: node, jobs: job, partitions: (each) => each };
  for (const [each, shape] of Object.entries(shapes)) if (changed[each]) seen[each] = known[each].records.map(shape);
  if (!name) {
    view("glance");
    glance(seen);
    document.title = home.title;
    return;
  }
  const found = seen.nodes.find((each) => each.name === name);
  if (!found) throw new api.Failure(404, `There is no node ${name}.`);
  showNode(found, seen.jobs);
  detail(`Node ${name}`);
}

async function refreshJob(name, mine) {
  const id = encodeURIComponent(name);
  let found, past = false;
  try {
    const document = await api.get(`slurm/latest/job/${id}`);
    known.jobs.meta = document.meta;
    found = (document.jobs || []).map(job);
  } catch (error) {
    if (error.status !== 404) throw error;
    const document = await api.get(`slurmdb/latest/job/${id}`).catch(() => ({}));
    found = (document.jobs || []).map(pastJob);
    past = true;
  }
  if (mine !== round) return;
  const one = found.find((each) => each.key === name) || found[0];
  if (!one) throw new api.Failure(404, `There is no job ${name}.`);
  showJob(one, past);
  detail(`Job ${name}`);
}

function detail(title) {
  const entering = find("detail").hidden;
  view("detail");
  document.title = `${title} · ${home.title}`;
  if (!entering) return;
  find("detail-title").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function empty() {
  find("detail-body").replaceChildren();
  find("detail-body").elements = undefined;
}

// Whether to go on asking.
function failed(error) {
  const status = error instanceof api.Failure ? error.status : -1;
  if (status === 401 || status === 403) {
    signedOut(api.token() ? `The token was refused: ${error.message}` : "");
    return false;
  }
  if (status === -1) console.error(error);
  if (status === 404 && place().name) {
    text(find("detail-title"), error.message);
    empty();
    detail("Not found");
    return false;
  }
  failures += 1;
  alert(status === -1 ? `This page has a defect: ${error.message}` : error.message);
  return true;
}

function signedIn() {
  const client = (known.jobs.meta || known.nodes.meta || {}).client || {};
  const until = api.token() ? api.expiry(api.token()) : null;
  const time = until && new Date(until).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  text(find("who"), [client.user, time && `token valid until ${time}`].filter(Boolean).join(" · "));
  show(find("session"), true);
  show(find("forget"), !!api.token());
  show(find("logout"), !!api.logout);
  if (api.logout) find("logout").action = api.logout;
}

// The form again, and nothing of what was seen before.
function signedOut(why) {
  clearTimeout(timer);
  round += 1;
  failures = 0;
  api.keep("");
  known = lists();
  seen = { nodes: [], jobs: [], partitions: [] };
  glance(seen);
  empty();
  alert("");
  show(find("session"), false);
  text(find("updated"), "");
  view("welcome");
  document.title = home.title;
  text(find("token-error"), why);
  show(find("token-error"), !!why);
  if (why) find("token").focus();
  showHealth();
}

async function showHealth() {
  const answer = await fetch("readyz", { cache: "no-store" }).catch(() => null);
  if (answer) text(find("ready"), answer.ok ? ": slurmctld answers" : `: ${(await answer.text()).split("\n")[0]}`);
}

find("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = api.pasted(find("token").value);
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(given)) {
    text(find("token-error"), "This is no token: expected three parts with dots between them, as scontrol token prints.");
    show(find("token-error"), true);
    return;
  }
  find("token").value = "";
  show(find("token-error"), false);
  api.keep(given);
  refresh().then(() => {
    if (!find("welcome").hidden) return;
    find("main").focus({ preventScroll: true });
    scrollTo(0, 0);
  });
});

find("forget").addEventListener("click", () => {
  signedOut("");
  find("token").focus();
});
find("logout").addEventListener("submit", () => api.keep(""));
find("filter").addEventListener("input", () => glance(seen));
find("search").addEventListener("submit", (event) => event.preventDefault());
find("more").addEventListener("click", () => {
  showMore();
  showJobs(seen.jobs);
});
find("nodes").addEventListener("keydown", moveBetweenNodes);
addEventListener("hashchange", () => {
  alert("");
  if (place().name) empty();
  refresh();
});
// Nobody looks: nothing is asked.
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden && find("welcome").hidden) refresh();
});

find("sign-in").querySelector("button").disabled = false;
text(find("origin"), new URL(".", location.href).href);
if (api.token()) view("");
// Without a token too: a proxy in front may know who this is.
refresh();
