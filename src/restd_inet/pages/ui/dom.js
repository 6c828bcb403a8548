// Elements: made with textContent alone, never of HTML; what has not changed is not touched, so nothing flickers
// and a focus stays where it is.

export const find = (id) => document.getElementById(id);

// An element with properties; children are elements or texts.
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function text(element, value) {
  const shown = String(value);
  if (element.textContent !== shown) element.textContent = shown;
}

export function attribute(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

export function show(element, visible) {
  if (element.hidden === visible) element.hidden = !visible;
}

// The children of a container: one for each item, in their order; `create` makes one, `update` fills it.
export function keyed(container, items, key, create, update) {
  const wanted = new Map();
  for (const item of items) if (!wanted.has(key(item))) wanted.set(key(item), item);
  const elements = (container.elements ??= new Map());
  for (const [name, element] of elements) {
    if (wanted.has(name)) continue;
    element.remove();
    elements.delete(name);
  }
  let place = container.firstElementChild;
  for (const [name, item] of wanted) {
    const element = elements.get(name) || create(item);
    elements.set(name, element);
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
  }
}

// A bar: parts of a whole, each with a class. The numbers are written beside it, so it is hidden from readers.
export function bar(...kinds) {
  return make("span", { className: "bar", "aria-hidden": "true" }, ...kinds.map((kind) => make("i", { className: kind })));
}

export function fill(element, ...parts) {
  [...element.children].forEach((part, at) => {
    const width = `${Math.min(Math.max(parts[at] || 0, 0), 1) * 100}%`;
    if (part.style.width !== width) part.style.width = width;
  });
}

export const ratio = ({ used, all }) => (all ? used / all : 0);
export const percent = (value) => `${Math.round(ratio(value) * 100)} %`;

export function memory(mebibytes) {
  for (const [unit, size] of [["TiB", 1 << 20], ["GiB", 1 << 10]]) {
    if (mebibytes >= size) return `${(mebibytes / size).toFixed(mebibytes >= 10 * size ? 0 : 1)} ${unit}`;
  }
  return `${mebibytes} MiB`;
}

// Slurm's form: 2-03:04:05.
export function duration(seconds) {
  if (seconds === null || Number.isNaN(seconds)) return "–";
  if (seconds === Infinity) return "no limit";
  const whole = Math.max(Math.round(seconds), 0);
  const two = (value) => String(value).padStart(2, "0");
  const days = Math.floor(whole / 86400);
  const [hours, minutes] = [Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  return `${days ? `${days}-` : ""}${days || hours ? `${days ? two(hours) : hours}:` : ""}${two(minutes)}:${two(whole % 60)}`;
}

const TODAY = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const DAY = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

// A moment in the reader's time zone; the date as well if it is not today.
export function moment(seconds) {
  if (!seconds || seconds === Infinity) return "–";
  const date = new Date(seconds * 1000);
  const options = date.toDateString() === new Date().toDateString() ? TODAY : DAY;
  return date.toLocaleString(undefined, options);
}

export const plain = (count) => (count === null || count === undefined ? "–" : count.toLocaleString("en").replaceAll(",", "\u202f"));
