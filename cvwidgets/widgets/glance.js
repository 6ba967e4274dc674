// DataGlance: what the project holds, at a glance: what one should know, labels by state, sizes, formats; each leads to its images.

import { pathAbove } from "./parts/branches.js";
import { follow, openDoor } from "./parts/door.js";
import { make } from "./parts/elements.js";
import { canShowElsewhere, followElsewhere, showElsewhere } from "./parts/elsewhere.js";
import { fileSize, thousands } from "./parts/figures.js";
import { makeProblem, makeRoot } from "./parts/root.js";
import { countsInWords } from "./parts/tree.js";

/** So many labels stand in sight; the rest is folded. */
export const SHOWN = 12;
const STATES = [["kept", "Kept", "kept"], ["new", "New", "new"], ["trashed", "Trash", "in the trash"]];
/** Up to so many columns each say where they begin; of more only those at powers of two. */
const TOLD = 6;
/** Pixels of the highest column. */
const COLUMN_HEIGHT = 96;

/** @typedef {((wanted: Record<string, any>) => void) | null} Show asks for images by a filter; null where nobody would show them */

/** The labels that hold images, the largest first; `alone`: there are sub-labels, whose images it does not count. Pure. @param {any[]} labels */
export function byCount(labels) {
  const above = new Set(labels.map(({ name }) => pathAbove(name)));
  return labels
    .map((label) => ({ ...label, whole: label.new + label.kept + label.trashed, alone: above.has(label.name) }))
    .filter((label) => label.whole)
    .sort((a, b) => b.whole - a.whole);
}

/** The filter of what a bar counts. Pure. @param {{name: string, alone: boolean}} label @param {string} [state] */
export function ofLabel({ name, alone }, state) {
  return { labels: [name], ...(alone && { sub_labels: false }), ...(state && { states: [state] }) };
}

/** The filter of what a column counts. Pure. @param {{low: number, high: number | null}} sizes */
export function ofSizes({ low, high }) {
  return { ...(low && { min_side: low }), ...(high !== null && { max_side: high - 1 }) };
}

/** What a class of sizes is called: the short side in pixels from one edge to the next. Pure. @param {{low: number, high: number | null}} sizes */
export function sizeWord({ low, high }) {
  if (high === null) return `${thousands(low)} pixels or more`;
  return low ? `${thousands(low)} to ${thousands(high - 1)} pixels` : `below ${thousands(high)} pixels`;
}

/** The classes from the first to the last that hold images, with the ticks beneath them. Pure. @param {{low: number, high: number | null, images: number}[]} classes */
export function columnsOf(classes) {
  const held = classes.map(({ images }, at) => (images ? at : -1)).filter((at) => at >= 0);
  const columns = classes.slice(held[0], held[held.length - 1] + 1);
  const isTold = (low) => columns.length <= TOLD || low === 0 || Number.isInteger(Math.log2(low));
  return columns.map((column) => ({ ...column, tick: isTold(column.low) ? thousands(column.low) : "" }));
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-glance", "The data at a glance", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const place = make("div", {});
  root.append(problem.place, place);

  let asked = 0;
  let shown = -1;
  let figures = null;
  let leads = false;
  /** Asks only while someone can see the answer; figures of a million images take a second. */
  async function look() {
    const wanted = model.get("_changes");
    if (wanted === shown || !root.offsetParent) return;
    const turn = (asked += 1);
    shown = wanted;
    const answer = await problem.quietly(() => door.ask("figures"));
    if (!answer || turn !== asked) return;
    figures = answer;
    leads = canShowElsewhere(root, model.get("_folder"));
    redraw();
  }

  /** Draws all anew; what was unfolded, and where the keyboard was, stays. */
  function redraw() {
    const unfolded = place.querySelector("details")?.open ?? false;
    const held = /** @type {HTMLElement} */ (place.contains(document.activeElement) ? document.activeElement : null)?.dataset.wanted;
    draw(place, figures, leads ? (wanted) => showElsewhere(root, "cvw-show", { folder: model.get("_folder"), wanted }) : null, unfolded);
    if (held) [...place.querySelectorAll("button")].find(({ dataset }) => dataset.wanted === held)?.focus({ preventScroll: true });
  }

  const seen = new ResizeObserver(look);
  seen.observe(root);
  signal?.addEventListener("abort", () => seen.disconnect());
  follow(model, ["_changes"], look, signal);
  followElsewhere(() => {
    if (!figures || leads === canShowElsewhere(root, model.get("_folder"))) return;
    leads = !leads;
    redraw();
  }, signal);
}

/** @param {HTMLElement} place @param {any} figures @param {Show} show @param {boolean} unfolded */
function draw(place, figures, show, unfolded) {
  if (!figures.images) return place.replaceChildren();
  place.replaceChildren(
    make("h2", {}, "The data at a glance"),
    make("p", { class: "cvw-soft" }, summary(figures)),
    ...(figures.hints.length ? [make("ul", { class: "cvw-said-of-data" }, ...figures.hints.map(({ sentence, severity }) => make("li", { "data-severity": severity }, sentence)))] : []),
    make("div", { class: "cvw-glance-sides" },
      make("section", {}, make("h3", {}, "Images by label"), legend(show), ...labelBars(byCount(figures.labels), show, unfolded)),
      make("section", {}, make("h3", {}, "Images by short side, in pixels"), sizeColumns(columnsOf(figures.sizes), show), make("p", { class: "cvw-soft" }, figures.extent),
        make("h3", { class: "cvw-next" }, "Formats"), formats(figures.formats, show))),
  );
  return undefined;
}

function summary({ images, kept, trashed, size, ...figures }) {
  const counts = [`${thousands(images)} ${images === 1 ? "image" : "images"}`, `${thousands(kept)} kept`, `${thousands(figures.new)} new`, `${thousands(trashed)} in the trash`];
  return [...counts, fileSize(size)].join(" · ");
}

/**
 * A part of a chart: a button where somebody would show its images, else a drawing with its words.
 * @param {Show} show @param {Record<string, any>} wanted @param {{class: string, of: string, count: string, [name: string]: string}} told @param {...any} children
 */
function part(show, wanted, { of, count, ...attributes }, ...children) {
  if (!show) return make("span", { role: "img", "aria-label": `${of}: ${count}`, title: `${of}: ${count}`, ...attributes }, ...children);
  const words = { "aria-label": `${of}: show ${count}`, title: `${of}: show ${count}`, "data-wanted": JSON.stringify(wanted) };
  return make("button", { type: "button", ...words, ...attributes, onclick: () => show(wanted) }, ...children);
}

const imagesIn = (count) => `${thousands(count)} ${count === 1 ? "image" : "images"}`;

function legend(show) {
  const states = STATES.map(([state, word]) => make("span", { "aria-hidden": "true", "data-state": state }, word));
  return make("p", { class: "cvw-legend" }, ...states, show ? make("span", { class: "cvw-legend-does" }, "A click shows them in Triage.") : null);
}

/** The bars of the largest labels, and the others in a fold, made once it is open. */
function labelBars(labels, show, unfolded) {
  const bars = (some) => make("div", { class: "cvw-bars-of" }, ...some.map((label) => labelBar(label, labels[0].whole, show)));
  const rest = labels.slice(SHOWN);
  if (!rest.length) return [bars(labels)];
  const fold = make("details", { open: unfolded }, make("summary", { class: "cvw-soft" }, `${thousands(rest.length)} more ${rest.length === 1 ? "label" : "labels"}`));
  const fill = () => fold.open && fold.childElementCount === 1 && fold.append(bars(rest));
  fold.addEventListener("toggle", fill);
  fill();
  return [bars(labels.slice(0, SHOWN)), fold];
}

function labelBar(label, most, show) {
  const { name, whole } = label;
  const pieces = STATES.filter(([state]) => label[state]).map(([state, , word]) => {
    const piece = part(show, ofLabel(label, state), { class: "cvw-piece", of: name, count: `${thousands(label[state])} ${word}`, "data-state": state });
    piece.style.flexGrow = String(label[state]);
    return piece;
  });
  const track = make("span", { class: "cvw-shares" }, ...pieces);
  track.style.width = `${(100 * whole) / most}%`;
  const word = show
    ? make("bdi", {}, part(show, ofLabel(label), { class: "cvw-bar-name", of: name, count: `all ${imagesIn(whole)}` }, name))
    : make("bdi", { class: "cvw-bar-name", title: countsInWords({ name, counts: label }) }, name);
  return make("div", { class: "cvw-bar-of" }, word, make("span", { class: "cvw-bar-ground" }, track), make("span", { class: "cvw-bar-figure" }, thousands(whole)));
}

function sizeColumns(columns, show) {
  const most = Math.max(1, ...columns.map(({ images }) => images));
  return make("div", { class: "cvw-columns", role: "group", "aria-label": "Images by short side" }, ...columns.map((column) => {
    const told = { class: "cvw-column", of: sizeWord(column), count: imagesIn(column.images) };
    const bar = make("span", { class: "cvw-column-bar" });
    bar.style.height = `${Math.max(2, (COLUMN_HEIGHT * column.images) / most)}px`;
    const drawn = column.images ? part(show, ofSizes(column), told, make("span", { class: "cvw-column-count", "aria-hidden": "true" }, thousands(column.images)), bar) : make("span", { class: "cvw-column" });
    return make("div", { class: "cvw-column-place" }, drawn, make("span", { class: "cvw-column-edge", "aria-hidden": "true" }, column.tick));
  }));
}

function formats(found, show) {
  return make("p", { class: "cvw-formats" }, ...found.map(([name, count]) => {
    if (!show) return make("span", {}, `${name} ${thousands(count)}`);
    return part(show, { formats: [name] }, { class: "cvw-format", of: name, count: imagesIn(count) }, `${name} ${thousands(count)}`);
  }));
}

export default { render };
