// The probabilities of one model, or of two side by side: a table with bars, the most probable first; a label is clicked to ask more of it.

import { make } from "./elements.js";
import { percent, signedPoints, thousands } from "./figures.js";

/** So many labels are shown before the rest is folded. */
export const SHOWN = 10;

/**
 * The rows of two answers, those first that either finds most probable; a probability is null where a model does not know the label. Pure.
 * @param {{label: string, probability: number}[]} first @param {{label: string, probability: number}[] | null} second
 */
export function sideBySide(first, second) {
  if (!second) return first.map(({ label, probability }) => ({ label, first: probability, second: null }));
  const others = new Map(second.map(({ label, probability }) => [label, probability]));
  const known = new Set(first.map(({ label }) => label));
  const rows = first.map(({ label, probability }) => ({ label, first: probability, second: others.get(label) ?? null }));
  for (const { label, probability } of second) if (!known.has(label)) rows.push({ label, first: null, second: probability });
  const most = ({ first: a, second: b }) => Math.max(a ?? 0, b ?? 0);
  return rows.sort((a, b) => most(b) - most(a));
}

/** What two models differ in, in a sentence. Pure. @param {any[]} rows of both @param {string} one @param {string} other */
export function differenceWords(rows, one, other) {
  const top = (key) => rows.reduce((best, row) => ((row[key] ?? -1) > (best?.[key] ?? -1) ? row : best), null)?.label;
  const same = top("first") === top("second");
  const shared = rows.filter((row) => row.first !== null && row.second !== null);
  const largest = shared.reduce((best, row) => (!best || Math.abs(row.second - row.first) > Math.abs(best.second - best.first) ? row : best), null);
  const alone = [["second", "first", one], ["first", "second", other]].map(([has, lacks, name]) => {
    const count = rows.filter((row) => row[has] !== null && row[lacks] === null).length;
    return count ? `${name} does not know ${thousands(count)} of the labels` : "";
  });
  const begin = same ? `Both say ${top("first")}` : `${one} says ${top("first")}, ${other} ${top("second")}`;
  const apart = largest && Math.abs(largest.second - largest.first) >= 0.0005 ? `they are furthest apart on ${largest.label}: ${signedPoints(largest.second - largest.first)} points` : "";
  return `${[begin, apart, ...alone].filter(Boolean).join("; ")}.`;
}

/** @param {(label: string) => void} choose */
export function makeChances(choose) {
  const table = make("table", { class: "cvw-chances" });
  const more = make("button", { type: "button", class: "cvw-quiet cvw-more-chances", hidden: true, onclick: all });
  const element = make("div", { class: "cvw-chances-box" }, table, more);
  let rows = [];
  let names = ["", ""];
  let chosen = "";
  let body = make("tbody", {});

  /** @param {any[]} told as `sideBySide` gives them @param {[string, string]} models the second is empty where there is one alone @param {string} label */
  function show(told, models, label) {
    rows = told;
    names = models;
    chosen = label;
    const head = names[1] ? [make("th", { scope: "col" }, "Label"), make("th", { scope: "col" }, names[0]), make("th", { scope: "col" }, names[1]), make("th", { scope: "col" }, "Points")] : [];
    body = make("tbody", {});
    table.replaceChildren(...(head.length ? [make("thead", {}, make("tr", {}, ...head))] : []), body);
    table.setAttribute("aria-label", names[1] ? `Probabilities by ${names.join(" and ")}` : "Probabilities");
    const isFolded = rows.findIndex((row) => row.label === chosen) < SHOWN;
    element.classList.toggle("cvw-all-chances", !isFolded);
    draw(0, isFolded ? SHOWN : rows.length);
  }

  function draw(from, to) {
    body.append(...rows.slice(from, to).map((row, index) => rowOf(row, from + index === 0)));
    const rest = rows.length - body.children.length;
    more.hidden = rest <= 0;
    more.textContent = `Show ${thousands(rest)} more`;
  }
  function all() {
    element.classList.add("cvw-all-chances");
    const from = body.children.length;
    draw(from, rows.length);
    body.children[from]?.querySelector("button")?.focus({ preventScroll: true });
  }
  function rowOf({ label, first, second }, isFirst) {
    const button = make("button", { type: "button", class: "cvw-label-button", title: `${label}: the kept images most like it, and why`, "aria-pressed": String(label === chosen), onclick: () => mark(label) }, make("bdi", {}, label));
    const cells = [make("th", { scope: "row" }, button), chanceCell(first, isFirst, names[0])];
    if (names[1]) cells.push(chanceCell(second, isFirst, names[1]), make("td", { class: "cvw-points" }, first === null || second === null ? "" : signedPoints(second - first)));
    return make("tr", { class: "cvw-chance", "data-label": label }, ...cells);
  }
  /** @param {string} label */
  function mark(label) {
    chosen = label;
    for (const row of body.children) row.querySelector("button").setAttribute("aria-pressed", String(row.dataset.label === label));
    choose(label);
  }
  return { element, show };
}

function chanceCell(probability, isFirst, name) {
  if (probability === null) return make("td", { class: "cvw-unknown" }, `${name} does not know it`);
  const bar = make("span", { class: isFirst ? "cvw-bar-first" : null });
  bar.style.width = `${Math.max(0.5, 100 * probability)}%`;
  return make("td", {}, make("div", { class: "cvw-chance-bar" }, make("div", { class: "cvw-bar-track" }, bar), make("span", { class: "cvw-bar-figure" }, percent(probability))));
}
