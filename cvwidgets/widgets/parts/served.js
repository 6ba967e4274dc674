// What was asked lately: the last requests, how sure the answers were over time, and which labels were given beside those of training.

import { make, say, shape } from "./elements.js";
import { ago, duration, percent, thousands } from "./figures.js";

const TIMELINE = { height: 120, left: 44, right: 12, top: 8, bottom: 20 };
/** So many labels are shown before the rest is folded. */
const LABELS_SHOWN = 12;

/** How much is logged, in a sentence. Pure. @param {any} served @param {boolean} logs whether a server logs now */
export function loggedWords({ requests = 0, pictures = 0, lost = 0, today = 0 }, logs) {
  if (!requests) return logs ? "Nothing was asked yet. What is answered appears here." : "Nothing is logged. Start the server with “Log what is answered” among its choices to see here what it is asked.";
  const kept = `${thousands(requests)} ${requests === 1 ? "request" : "requests"} in 30 days, ${thousands(today)} today`;
  const gone = lost ? ` ${thousands(lost)} more were not logged: too many at once, or no room.` : "";
  return `${kept}; ${pictures ? `${thousands(pictures)} ${pictures === 1 ? "picture" : "pictures"}` : "no pictures"} logged.${gone}`;
}

/** When an hour or day began, as one says it. Pure. @param {string} begin @param {string} by */
export function momentWords(begin, by) {
  return by === "day" ? begin.slice(0, 10) : `${begin.slice(5, 10)} ${new Date(begin).toTimeString().slice(0, 5)}`;
}

/** @param {any} door @param {AbortSignal} signal */
export function makeServed(door, signal) {
  const words = make("p", { class: "cvw-soft", role: "status" });
  const last = makeLast(door, signal);
  const line = makeTimeline(signal);
  const shares = make("div", { class: "cvw-label-shares cvw-bar-rows" });
  const sides = make("div", { class: "cvw-served-sides" },
    make("div", {}, make("h3", {}, "The last requests"), last.element),
    make("div", { class: "cvw-served-figures" }, line.element, make("h3", {}, "Labels that were given"), make("p", { class: "cvw-soft" }, "Bar: of what was served. Line: of the training set."), shares));
  const element = make("section", { class: "cvw-served-asked", "aria-label": "Asked lately" }, make("h2", {}, "Asked lately"), words, sides);

  function show(served, logs) {
    say(words, loggedWords(served, logs));
    sides.hidden = !served.requests;
    if (!served.requests) return;
    last.show(served.latest);
    line.show(served.moments, served.by);
    const rows = served.shares.map(shareRow);
    const rest = rows.slice(LABELS_SHOWN);
    shares.replaceChildren(...rows.slice(0, LABELS_SHOWN), ...(rest.length ? [make("details", {}, make("summary", { class: "cvw-soft" }, `${rest.length} more`), make("div", { class: "cvw-bar-rows" }, ...rest))] : []));
  }
  return { element, show };
}

function shareRow({ label, requests, served, interval, trained }) {
  const bar = make("span", { class: "cvw-share-served" });
  bar.style.width = `${100 * served}%`;
  const mark = make("i", { hidden: trained === null });
  mark.style.left = `${100 * (trained ?? 0)}%`;
  const known = trained === null ? "" : `, ${percent(trained)} in training`;
  const title = `${label}: ${thousands(requests)} requests, ${percent(served)} (95% interval ${percent(interval[0])} to ${percent(interval[1])})${known}`;
  return make("div", { class: "cvw-bar-row", title }, make("bdi", { class: "cvw-bar-name" }, label), make("div", { class: "cvw-bar-track" }, bar, mark), make("span", { class: "cvw-bar-figure" }, percent(served)));
}

/** The last requests as a table; a small picture of those that are logged with theirs comes when it is asked for, once. */
function makeLast(door, signal) {
  const body = make("tbody", {});
  const head = make("tr", {}, ...["", "Label", "", "When", "Took", "Model"].map((word) => make("th", { scope: "col" }, word)));
  const element = make("div", { class: "cvw-last-asked" }, make("table", {}, make("thead", {}, head), body));
  /** @type {Map<string, string>} addresses of small pictures by their SHA-256; empty where there is none */
  const known = new Map();
  let rows = [];
  signal?.addEventListener("abort", () => [...known.values()].forEach((url) => url && URL.revokeObjectURL(url)));

  async function fetchPictures(shas) {
    for (const sha of shas) known.set(sha, "");
    const { buffers } = await door.ask("pictures", { shas }).catch(() => ({ buffers: [] }));
    shas.forEach((sha, at) => buffers[at]?.byteLength && known.set(sha, URL.createObjectURL(new Blob([buffers[at]], { type: "image/jpeg" }))));
    draw();
  }

  function draw() {
    body.replaceChildren(...rows.map((one) => {
      const url = known.get(one.sha256);
      const picture = url ? make("img", { src: url, alt: "" }) : make("span", { class: "cvw-no-small" });
      const bar = make("span", {});
      bar.style.width = `${100 * one.probability}%`;
      return make("tr", {}, make("td", {}, picture), make("th", { scope: "row" }, make("bdi", {}, one.label)),
        make("td", {}, make("div", { class: "cvw-bar-track" }, bar), percent(one.probability)), make("td", { title: new Date(one.when).toLocaleString() }, ago(one.when)),
        make("td", {}, one.seconds < 1 ? `${Math.max(1, Math.round(1000 * one.seconds))} ms` : duration(one.seconds)), make("td", {}, String(one.model)));
    }));
  }

  function show(latest) {
    rows = latest;
    draw();
    const wanted = [...new Set(latest.map((one) => one.sha256).filter((sha) => sha && !known.has(sha)))];
    if (wanted.length) fetchPictures(wanted);
  }
  return { element, show };
}

/** How sure the answers were: the middle answer as a line, a tenth of them below the band. */
function makeTimeline(signal) {
  const { height } = TIMELINE;
  const picture = shape("svg", { role: "img", class: "cvw-curve", height });
  const caption = make("h3", {}, "How sure the answers were");
  const note = make("p", { class: "cvw-soft" });
  const element = make("figure", { class: "cvw-figure cvw-timeline" }, make("figcaption", {}, caption), picture, note);
  let drawNow = () => {};
  const wide = new ResizeObserver(() => drawNow());
  wide.observe(element);
  signal?.addEventListener("abort", () => wide.disconnect());

  function show(moments, by) {
    const last = moments[moments.length - 1];
    const unsure = `${percent(last.unsure)} of ${thousands(last.requests)} below 60%`;
    say(note, `Line: the middle answer of each ${by}. Band: a tenth is below. Last ${by}: ${percent(last.median)}, ${unsure}.`);
    picture.setAttribute("aria-label", note.textContent);
    drawNow = () => {
      const width = element.clientWidth;
      if (!width) return;
      picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
      picture.replaceChildren(...drawTimeline(moments, by, width));
    };
    drawNow();
  }
  return { element, show };
}

/** Where moments stand: by their time, and by a share from 0 to 1. Pure. @param {any[]} moments @param {number} width */
export function timePlaces(moments, width) {
  const times = moments.map((one) => Date.parse(one.begin));
  const [first, span] = [times[0], times[times.length - 1] - times[0]];
  const wide = width - TIMELINE.left - TIMELINE.right;
  return { x: times.map((time) => Math.round(10 * (TIMELINE.left + (span ? (time - first) / span : 0.5) * wide)) / 10), y: (share) => Math.round(10 * (TIMELINE.top + (1 - share) * (TIMELINE.height - TIMELINE.top - TIMELINE.bottom))) / 10 };
}

function drawTimeline(moments, by, width) {
  const { x, y } = timePlaces(moments, width);
  const line = (share) => moments.map((one, at) => `${x[at]},${y(one[share])}`);
  const write = (left, top, anchor, words) => shape("text", { x: left, y: top, class: "cvw-mark", "text-anchor": anchor }, words);
  const axes = [0, 0.5, 1].flatMap((share) => [shape("line", { x1: TIMELINE.left, x2: width - TIMELINE.right, y1: y(share), y2: y(share), class: "cvw-axis" }), write(TIMELINE.left - 6, y(share) + 4, "end", `${100 * share}%`)]);
  const band = shape("polygon", { points: [...line("median"), ...line("low").reverse()].join(" "), class: "cvw-time-band" });
  const dots = moments.map((one, at) => shape("circle", { cx: x[at], cy: y(one.median), r: moments.length > 24 ? 1.5 : 3, class: "cvw-dot" }));
  const ends = moments.length > 1 ? [[0, "start"], [moments.length - 1, "end"]] : [[0, "middle"]];
  const days = ends.map(([at, anchor]) => write(x[at], TIMELINE.height - 4, anchor, momentWords(moments[at].begin, by)));
  return [...axes, band, shape("polyline", { points: line("median").join(" "), class: "cvw-line" }), ...dots, ...days];
}
