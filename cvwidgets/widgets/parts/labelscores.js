// The labels of a run's images, each with its figures: folded, sorted by any column; a row opens what is wrong of it.

import { make, say } from "./elements.js";
import { percent, thousands } from "./figures.js";
import { sortHeads } from "./sorting.js";

/** So many labels have a row; sorted otherwise they are others. */
const LABELS_DRAWN = 300;

/** The columns; those that are `judged` say little of a label with few images. */
const LABEL_COLUMNS = [
  { name: "Label", by: (row) => row.label },
  { name: "Precision", about: "Of the images that are called by the label, the share that is of it", judged: true, by: (row) => row.precision },
  { name: "Recall", about: "Of the images of the label, the share that is called by it", judged: true, by: (row) => row.recall },
  { name: "F1", about: "Precision and recall in one figure, which is low where one of them is", judged: true, by: (row) => row.f1 },
  { name: "Images", about: "How many images are of the label (support)", falling: true, by: (row) => row.images },
  { name: "Wrong", about: "How many of them are taken for another label; choose a row to see them", falling: true, by: (row) => row.wrong },
];
const WEAKEST = 3;

/** A label's figures by their names. Pure. @param {[string, number, number, number, number]} figures */
export function labelRow([label, precision, recall, f1, images]) {
  return { label, precision, recall, f1, images, wrong: Math.round(images * (1 - recall)) };
}

/** The labels in the order of a column; by how well they are told those that are too small to judge come last. Pure. @param {any[]} rows @param {number} column @param {boolean} down @param {number} few */
export function sortLabels(rows, column, down, few) {
  const { by, judged } = LABEL_COLUMNS[column];
  const late = (row) => Number(Boolean(judged) && row.images < few);
  const order = (a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0) * (down ? -1 : 1);
  return [...rows].sort((a, b) => late(a) - late(b) || order(a, b));
}

/** The figures of all labels together, in a line. Pure. @param {any} test @param {any[]} rows */
export function labelsWords(test, rows) {
  const few = rows.filter((row) => row.images < test.few).length;
  return [
    `macro F1 ${percent(test.macro_f1)}`,
    Number.isFinite(test.top3) ? `top-3 ${percent(test.top3)}` : "",
    few ? `${thousands(few)} ${few === 1 ? "label" : "labels"} too small to judge` : "",
  ].filter(Boolean).join(" · ");
}

/** What these figures mean, in sentences. Pure. @param {any} test */
export function labelsMeaning(test) {
  const top3 = Number.isFinite(test.top3) ? " Top-3: the right label is among the three most probable." : "";
  return `Macro F1 is the mean of F1 over the labels that have images, each counting the same.${top3} Of fewer than ${test.few} images a share may well be off by 30 points.`;
}

/**
 * @param {(label: string) => void} choose
 * @param {(open: boolean) => void} folded told when it is opened or closed
 */
export function makeLabelScores(choose, folded) {
  const words = make("span", { class: "cvw-soft" });
  const meaning = make("p", { class: "cvw-soft" });
  const table = make("table", { class: "cvw-label-scores" });
  const more = make("p", { class: "cvw-soft", hidden: true });
  const box = make("div", { class: "cvw-table", role: "region", "aria-label": "Figures of each label", tabindex: "0" }, table);
  const element = make("details", { class: "cvw-judging", hidden: true, ontoggle: () => {
    folded(element.open);
    draw();
  } }, make("summary", {}, make("strong", {}, "Each label"), " ", words), meaning, box, more);
  let [column, down] = [WEAKEST, false];
  let last = { rows: /** @type {any[]} */ ([]), few: 0, shown: "" };
  let drawn = "";

  /** @param {any} test the figures of all @param {any[]} labels those of each @param {string} shown the key of what is on the wall */
  function show(test, labels, shown) {
    element.hidden = !labels.length;
    last = { rows: labels.map(labelRow), few: test.few, shown };
    say(words, labels.length ? labelsWords(test, last.rows) : "");
    say(meaning, labels.length ? labelsMeaning(test) : "");
    draw();
  }

  /** What is folded is not drawn. */
  function draw() {
    const facts = JSON.stringify([last, column, down]);
    if (!element.open || facts === drawn) return;
    drawn = facts;
    const focused = table.contains(document.activeElement) ? /** @type {any} */ (document.activeElement).dataset.label : undefined;
    const head = [...table.querySelectorAll(".cvw-sort")].indexOf(/** @type {any} */ (document.activeElement));
    const rows = sortLabels(last.rows, column, down, last.few);
    table.replaceChildren(make("thead", {}, make("tr", {}, ...sortHeads(LABEL_COLUMNS, column, down, sort))), make("tbody", {}, ...rows.slice(0, LABELS_DRAWN).map(lineOf)));
    more.hidden = rows.length <= LABELS_DRAWN;
    say(more, `and ${thousands(rows.length - LABELS_DRAWN)} more labels; sort by another column to see others first`);
    if (head >= 0) /** @type {any} */ (table.querySelectorAll(".cvw-sort")[head]).focus();
    if (focused !== undefined) [...table.querySelectorAll("button[data-label]")].find((one) => one.dataset.label === focused)?.focus();
  }

  function sort(at) {
    [column, down] = [at, at === column ? !down : Boolean(LABEL_COLUMNS[at].falling)];
    draw();
    table.querySelectorAll(".cvw-sort")[at].focus();
  }

  function lineOf(row) {
    const isFew = row.images < last.few;
    const isShown = last.shown === JSON.stringify([row.label]);
    const name = make("bdi", { title: row.label }, row.label);
    const open = row.wrong > 0;
    const title = open ? `Shows the ${thousands(row.wrong)} of ${row.label} taken for another label` : null;
    const bar = make("span", { style: `width: ${(100 * row.f1).toFixed(1)}%` });
    const share = (value) => (row.images || value ? percent(value) : "–"); // without images there is nothing that could be right
    return make("tr", { class: [isFew && "cvw-few", open && "cvw-opens", isShown && "cvw-best-row"].filter(Boolean).join(" ") || null, title, onclick: open ? () => choose(row.label) : null },
      make("th", { scope: "row" }, open ? make("button", { type: "button", class: "cvw-quiet", "data-label": row.label, "aria-pressed": String(isShown) }, name) : name,
        isFew ? make("small", {}, "too few to judge") : null),
      make("td", {}, share(row.precision)), make("td", {}, share(row.recall)),
      make("td", {}, make("span", { class: "cvw-share" }, make("span", { class: "cvw-track", "aria-hidden": "true" }, bar), share(row.f1))),
      make("td", {}, thousands(row.images)), make("td", {}, thousands(row.wrong)));
  }
  return { element, show };
}
