// One row of the tree of labels, made once and brought up to date as often as it has to be.

import { ROW } from "./branches.js";
import { DRAWINGS, drawing, make, say } from "./elements.js";
import { thousands } from "./figures.js";
import { countsInWords, drawShares } from "./tree.js";

const SAFE_COLOR = /^#[0-9a-f]{6}$/;

/** A dot in the color of a label; an empty one without a color. @param {string | null} color */
export function colorDot(color) {
  const dot = make("span", { class: "cvw-dot", "aria-hidden": "true" });
  tint(dot, color);
  return dot;
}

function tint(dot, color) {
  dot.style.background = SAFE_COLOR.test(color ?? "") ? /** @type {string} */ (color) : "";
  dot.classList.toggle("cvw-colored", SAFE_COLOR.test(color ?? ""));
}

/** How many a label has in a state, or in all of them. @param {any} counts @param {string | null} state */
export function countIn(counts, state) {
  return state === null ? counts.new + counts.kept + counts.trashed : counts[state];
}

/** What a screen reader says of a row. @param {any} row */
export function rowInWords(row) {
  return countsInWords(row) + (row.hotkey ? `; key ${row.hotkey}` : "");
}

/** @returns {{element: HTMLElement, update: (row: any, facts: {place: number, most: number, state: string | null, chosen: boolean, current: boolean, canMove: boolean}) => void}} */
export function makeLabelRow() {
  const twist = make("span", { class: "cvw-twist", "aria-hidden": "true" });
  const dot = colorDot(null);
  const name = make("bdi", { class: "cvw-row-name" });
  const key = make("kbd", { "aria-hidden": "true" });
  const count = make("span", { class: "cvw-count" });
  let bar = make("span", {});
  const element = make("div", { role: "treeitem", class: "cvw-label" }, twist, dot, name, key, count, bar);
  let drawn = "";

  function update(row, { place, most, state, chosen, current, canMove }) {
    element.style.transform = `translateY(${place * ROW}px)`;
    element.dataset.place = String(place);
    element.tabIndex = current ? 0 : -1;
    element.setAttribute("aria-selected", String(chosen));
    const looks = JSON.stringify([row, most, state, canMove]);
    if (looks === drawn) return;
    drawn = looks;
    if (row.name === null) delete element.dataset.label;
    else element.dataset.label = row.name;
    element.draggable = canMove;
    element.title = rowInWords(row);
    for (const [attribute, value] of Object.entries({
      "aria-label": rowInWords(row), "aria-level": row.depth + 1, "aria-posinset": row.position, "aria-setsize": row.of, "aria-expanded": row.expanded,
    })) {
      if (value === null) element.removeAttribute(attribute);
      else element.setAttribute(attribute, String(value));
    }
    element.style.paddingLeft = `${8 + 16 * row.depth}px`;
    twist.replaceChildren(...(row.expanded === null ? [] : [drawing(DRAWINGS.down)]));
    dot.hidden = row.name === null;
    tint(dot, row.color);
    say(name, row.word);
    say(key, row.hotkey ?? "");
    key.hidden = !row.hotkey;
    say(count, thousands(countIn(row.counts, state)));
    const fresh = drawShares(row.counts, most, state);
    bar.replaceWith(fresh);
    bar = fresh;
  }
  return { element, update };
}
