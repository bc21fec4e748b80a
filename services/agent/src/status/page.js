"use strict";
// Shows status.json, again and again. Values become text, never markup; the page's content policy holds browsers to it.

const PERIOD_MS = 2000;
const PATIENCE_MS = 4000;
const MINUTES = 15;
const ROUTES = ["tfidf", "transformer", "fusion"];
const QUANTILES = ["p50", "p95", "p99"];
// Room for the labels of a chart's axes, in pixels.
const LEFT = 52;
const BOTTOM = 22;
const TOP = 8;

const byId = (id) => document.getElementById(id);
let shown = null;
let heardAt = null;

async function refresh() {
  const status = await ask();
  setTimeout(refresh, PERIOD_MS);
  if (!status) return showSilence();
  shown = status;
  heardAt = new Date();
  show(status);
}

/** What the agent says; null when it says nothing in time. */
async function ask() {
  try {
    const reply = await fetch("status.json", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
}

function show(status) {
  const says = { answering: "Answering", degraded: "Degraded", not_answering: "Not answering" }[status.state];
  tell(status.state, status.lacks.length ? `${says}: ${status.lacks.join("; ")}` : says);
  document.title = `${says} – Switchboard`;
  byId("shown").hidden = false;
  byId("shown").classList.remove("stale");
  showServices(status.services);
  showCanaries(status.canaries);
  showMinute(status);
  showFigures(status.per_minute);
  drawCharts();
  setText(byId("agent"), `Agent ${status.version}, up ${duration(status.uptime_seconds)}, since ${status.started_at}.`);
}

/** The agent itself is silent: what is shown is old. */
function showSilence() {
  const since = heardAt ? `since ${heardAt.toLocaleTimeString("en-GB")}, and what is shown below is from then` : "yet";
  tell("not_answering", `Not answering: no word from the agent ${since}`);
  document.title = "No word – Switchboard";
  byId("shown").classList.add("stale");
}

function tell(state, sentence) {
  byId("state").className = state;
  setText(byId("state"), sentence);
}

/** Changes a text only when it differs: a screen reader reads out every change, and a selection would be lost. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function html(tag, text, className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** A row whose first cell names it. */
function row(cells) {
  const element = document.createElement("tr");
  const first = html("th", cells[0]);
  first.scope = "row";
  element.append(first, ...cells.slice(1).map((cell) => (cell instanceof Node ? cell : html("td", cell))));
  return element;
}

function showServices(services) {
  const rows = services.flatMap((service) => {
    const models = service.models.length ? service.models : [{ name: "none", heldout: {} }];
    return models.map((model) => row([service.family, stateOf(service), versionOf(model)]));
  });
  if (rows.map((row) => row.textContent).join() === [...byId("services").rows].map((row) => row.textContent).join()) return;
  byId("services").replaceChildren(...rows);
}

/** Champion and challenger side by side. */
function showCanaries(canaries) {
  byId("canaries-shown").hidden = !canaries.length;
  byId("canaries").replaceChildren(...canaries.map((canary) => row([
    `${canary.task} ${canary.family}`,
    stateOfCanary(canary),
    sideOf(canary.challenger),
    sideOf(canary.champion),
    canary.agreement ? share(canary.agreement) : "–",
  ])));
}

function stateOfCanary({ state, because, mode, share, stopped_at: stoppedAt }) {
  const stopped = stoppedAt ? `stopped at ${stoppedAt}` : state.replace("_", " ");
  const cell = html("td", stopped, { running: "up", no_challenger: "" }[state] ?? "down");
  cell.append(html("small", because ?? (mode === "shadow" ? `shadow of ${share} %` : `answers ${share} %`)));
  return cell;
}

function sideOf({ version, calls, failed, p95_ms: p95 }) {
  const cell = html("td", version === null ? "none" : `v${version}`);
  const time = p95 === null ? "" : `, p95 ${milliseconds(p95)}`;
  cell.append(html("small", `${count(calls)} calls, ${count(failed)} failed${time}`));
  return cell;
}

/** How many of all were the same, in per cent. */
function share({ same, different }) {
  const all = same + different;
  return all ? `${((100 * same) / all).toFixed(1)} % of ${count(all)}` : "–";
}

function stateOf({ up, breaker_open: skipped }) {
  const [state, words] = !up ? ["down", "down"] : skipped ? ["skipped", "being skipped"] : ["up", "up"];
  return html("td", words, state);
}

/** A version, and how it did on rows it was not trained on. */
function versionOf({ name, version, heldout }) {
  const cell = html("td", version === undefined ? name : `${name} v${version}`);
  // A code and its figure stay on one line.
  const languages = Object.entries(heldout).map(([code, { accuracy }]) => `${code}\u00a0${accuracy.toFixed(2)}`);
  if (languages.length) cell.append(html("small", `right on held-out rows: ${languages.join(", ")}`));
  return cell;
}

function showMinute({ last_minute: last, in_flight: inFlight, in_flight_limit: limit }) {
  const routes = ROUTES.map((family) => tile(`by ${family}`, count(routedBy(last, family)), reasons(last.routes[family])));
  const times = QUANTILES.map((q) => tile(q, last.latency_ms ? milliseconds(last.latency_ms[q]) : "–"));
  byId("minute").replaceChildren(
    tile("tickets answered", count(last.tickets)),
    ...routes,
    ...times,
    tile("under way", count(inFlight), `of ${count(limit)}`),
    tile("degraded", count(last.degraded)),
    tile("need review", count(last.needs_review)),
    tile("PII removed", count(last.pii_spans)),
    tile("failed", count(last.failed), "", last.failed ? "alarm" : ""),
    tile("refused", count(last.refused)),
    tile("cancelled", count(last.cancelled)),
  );
}

function tile(name, value, remark = "", className = "") {
  const figure = html("dd", value, className);
  if (remark) figure.append(html("small", remark));
  const element = document.createElement("div");
  element.append(html("dt", name), figure);
  return element;
}

function reasons(counts) {
  const some = Object.entries(counts).filter(([, times]) => times > 0);
  return some.map(([reason, times]) => `${count(times)} ${reason.replace("_", " ")}`).join(", ");
}

function showFigures(minutes) {
  const rows = minutes.map((minute, index) => row([
    ago(minutes.length - 1 - index),
    ...ROUTES.map((family) => count(routedBy(minute, family))),
    count(minute.degraded),
    count(minute.failed),
    ...QUANTILES.map((q) => (minute.latency_ms ? milliseconds(minute.latency_ms[q]) : "–")),
  ]));
  byId("minutes").replaceChildren(...rows.reverse());
}

const routedBy = (counts, family) => Object.values(counts.routes[family]).reduce((sum, times) => sum + times, 0);
const count = (number) => number.toLocaleString("en");
const ago = (minutes) => (minutes === 0 ? "under way" : `${minutes} min ago`);

function milliseconds(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 1 ? 2 : ms < 10 ? 1 : 0)} ms`;
}

function duration(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min` : `${seconds} s`;
}

function drawCharts() {
  if (!shown) return;
  drawRoutes(byId("routes"), shown.per_minute);
  drawLatency(byId("latency"), shown.per_minute);
}

function svg(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/** An emptied chart with its axis of minutes. It is as large as its place, so that its texts stay as large as all others. */
function begin(chart, label) {
  const { width, height } = chart.getBoundingClientRect();
  chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  chart.setAttribute("aria-label", label);
  chart.replaceChildren();
  const step = (width - LEFT) / MINUTES;
  // The middle of the minute that many minutes ago.
  const x = (minutesAgo) => width - step * (minutesAgo + 0.5);
  chart.append(svg("text", { x: width, y: height - 4, "text-anchor": "end" }, "now"));
  for (const minutes of [5, 10]) {
    chart.append(svg("text", { x: x(minutes), y: height - 4, "text-anchor": "middle" }, `−${minutes} min`));
  }
  const bottom = height - BOTTOM;
  const level = (y, text) => chart.append(
    svg("line", { class: "grid", x1: LEFT, x2: width, y1: y, y2: y }),
    svg("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, text),
  );
  return { x, step, bottom, level };
}

function drawRoutes(chart, minutes) {
  const largest = Math.max(...minutes.map((minute) => minute.tickets));
  const { x, step, bottom, level } = begin(chart, `Tickets a minute: now ${minutes.at(-1).tickets}, at most ${largest} in the last ${MINUTES} minutes`);
  const top = roundUp(largest);
  const y = (tickets) => bottom - (tickets / top) * (bottom - TOP);
  for (const tickets of [0, top / 2, top]) level(y(tickets), count(tickets));
  minutes.forEach((minute, index) => {
    let below = 0;
    for (const family of ROUTES) {
      const tickets = routedBy(minute, family);
      if (!tickets) continue;
      const underWay = index === minutes.length - 1 ? " under-way" : "";
      const height = y(below) - y(below + tickets);
      const place = { x: x(minutes.length - 1 - index) - step * 0.4, y: y(below + tickets), width: step * 0.8, height };
      chart.append(svg("rect", { class: `bar ${family}${underWay}`, ...place }));
      below += tickets;
    }
  });
}

/** The next of 2, 4, 6, 10, 20, 40, 60, 100 …: its half is whole as well. */
function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(Math.max(number, 1)));
  return [2, 4, 6, 10].map((times) => times * power).find((round) => round >= number);
}

function drawLatency(chart, minutes) {
  const times = minutes.map((minute) => minute.latency_ms);
  const known = times.filter((time) => time);
  const slowest = Math.max(...known.map((time) => time.p99));
  const { x, bottom, level } = begin(chart, known.length ? `Time a ticket took: p99 at most ${milliseconds(slowest)} in the last ${MINUTES} minutes` : "No tickets were timed");
  if (!known.length) return;
  const lowest = Math.floor(Math.log10(Math.min(...known.map((time) => time.p50))));
  const highest = Math.max(Math.ceil(Math.log10(slowest)), lowest + 1);
  const y = (ms) => bottom - ((Math.log10(ms) - lowest) / (highest - lowest)) * (bottom - TOP);
  for (let power = lowest; power <= highest; power += 1) level(y(10 ** power), power < 3 ? `${10 ** power} ms` : `${10 ** (power - 3)} s`);
  for (const q of QUANTILES) {
    let line = "";
    times.forEach((time, index) => {
      if (!time) return;
      const [px, py] = [x(minutes.length - 1 - index), y(time[q])];
      line += `${times[index - 1] ? "L" : "M"}${px} ${py}`;
      chart.append(svg("circle", { class: `dot ${q}`, cx: px, cy: py, r: 2.5 }));
    });
    chart.append(svg("path", { class: `line ${q}`, d: line }));
  }
}

addEventListener("resize", drawCharts);
refresh();
