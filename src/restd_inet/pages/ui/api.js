// Requests to the API, one after the other: a connection, which may be a process, is enough for all of them.

const KEY = "slurm-token";
const SECONDS = 30;

// sessionStorage is this tab's alone, and ends with it. A browser may forbid it: then a reload forgets the token.
let memory = "";

export function token() {
  try {
    return sessionStorage.getItem(KEY) || memory;
  } catch {
    return memory;
  }
}

export function keep(text) {
  memory = text;
  try {
    if (text) sessionStorage.setItem(KEY, text);
    else sessionStorage.removeItem(KEY);
  } catch {
    // see above
  }
}

// What `scontrol token` prints, and what people copy with it.
export function pasted(text) {
  return text.trim().replace(/^export\s+/, "").replace(/^SLURM_JWT=/, "").replace(/^["']|["']$/g, "").trim();
}

// When a token expires, in ms; null where it does not say so. The server alone judges it.
export function expiry(text) {
  try {
    const part = text.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(part)).exp * 1000 || null;
  } catch {
    return null;
  }
}

export class Failure extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

// Where a login of a proxy in front is ended; "" without one.
export let logout = "";

// The document at a path; null if the server says that nothing has changed. about: with what it was answered.
export async function get(path, known = "", about = {}) {
  const headers = { Accept: "application/json" };
  if (known) headers["If-None-Match"] = known;
  if (token()) headers["X-SLURM-USER-TOKEN"] = token();
  let answer, text;
  try {
    const signal = AbortSignal.timeout ? AbortSignal.timeout(SECONDS * 1000) : undefined;
    answer = await fetch(path, { headers, signal, cache: "no-store", credentials: "same-origin" });
    text = answer.status === 304 ? "" : await answer.text();
  } catch {
    throw new Failure(0, "The server does not answer.");
  }
  logout = answer.headers.get("X-Logout") || "";
  about.tag = answer.headers.get("ETag") || "";
  if (answer.status === 304) return null;
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Failure(answer.status, text.trim().slice(0, 300) || `HTTP status ${answer.status}`);
  }
  if (!answer.ok) throw new Failure(answer.status, reason(document) || `HTTP status ${answer.status}`);
  return document;
}

function reason(document) {
  const errors = Array.isArray(document.errors) ? document.errors : [];
  return errors.map((each) => each.description || each.error || "").filter(Boolean).join("; ");
}

// Of a job only what the view shows: a hundredth of what there is to say of 20,000 jobs.
const FIELDS = {
  jobs: "job_id,name,user_name,user_id,account,partition,job_state,state_reason,cpus,nodes,submit_time,eligible_time,"
    + "start_time,end_time,time_limit,array_job_id,array_task_id,array_task_string,het_job_id,het_job_offset",
};

// A list that is sent again only where it has changed since: /restd/, which has tags and fields, or /slurm/ where
// that is not served.
export class List {
  constructor(name) {
    this.name = name;
    this.records = [];
    this.small = true;
    this.since = 0;
    this.tag = "";
  }

  // Whether there is something new.
  async refresh() {
    const about = {};
    const document = this.small ? await this.askSmall(about) : await this.askAll();
    if (document === null) return false;
    const records = document[this.name] || [];
    this.meta = document.meta || {};
    // An answer about jobs that says "nothing has changed" is an empty list with a warning.
    if (this.since && !records.length && (document.warnings || []).length) return false;
    const last = document.last_update;
    if (!this.small) this.since = (last && typeof last === "object" ? last.number : last) || 0;
    this.tag = about.tag || "";
    this.records = records;
    return true;
  }

  async askSmall(about) {
    const fields = FIELDS[this.name] ? `?fields=${FIELDS[this.name]}` : "";
    try {
      return await get(`restd/latest/${this.name}${fields}`, this.tag, about);
    } catch (error) {
      if (error.status !== 404 && error.status !== 400) throw error;
      this.small = false;
      return this.askAll();
    }
  }

  askAll() {
    return get(`slurm/latest/${this.name}${this.since ? `?update_time=${this.since}` : ""}`);
  }
}
