// The head of a table that is sorted by any of its columns.

import { make } from "./elements.js";

/**
 * @param {{name: string, about?: string}[]} columns about: what the figure means @param {number} column by which it is sorted
 * @param {boolean} down the largest first @param {(at: number) => void} sort
 */
export function sortHeads(columns, column, down, sort) {
  return columns.map(({ name, about }, at) => make("th", { scope: "col", title: about, "aria-sort": at === column ? (down ? "descending" : "ascending") : null },
    make("button", { type: "button", class: "cvw-sort", onclick: () => sort(at) }, name, at === column ? make("span", { "aria-hidden": "true" }, down ? " ↓" : " ↑") : null)));
}
