// The tree of labels, from slash paths. Pure but for `drawTree`.

import { make } from "./elements.js";
import { thousands } from "./figures.js";

/**
 * The rows of the tree, in the order given: depth, the name's last part, and the counts with those of all sub-labels.
 * @param {{name: string, new: number, kept: number, trashed: number}[]} labels
 */
export function rows(labels) {
  const sums = new Map(labels.map((label) => [label.name, { new: 0, kept: 0, trashed: 0 }]));
  for (const label of labels) {
    const parts = label.name.split("/");
    for (let length = 1; length <= parts.length; length += 1) {
      const sum = sums.get(parts.slice(0, length).join("/"));
      if (sum) for (const state of ["new", "kept", "trashed"]) sum[state] += label[state];
    }
  }
  return labels.map((label) => {
    const parts = label.name.split("/");
    return { name: label.name, depth: parts.length - 1, word: parts[parts.length - 1], counts: sums.get(label.name) };
  });
}

/** The counts of all labels together. @param {{new: number, kept: number, trashed: number}[]} labels */
export function total(labels) {
  const sum = { new: 0, kept: 0, trashed: 0 };
  for (const label of labels) for (const state of ["new", "kept", "trashed"]) sum[state] += label[state];
  return sum;
}

/** How many images the largest label has, the roots of the tree with all that is below them. @param {ReturnType<typeof rows>} tree */
export function largest(tree) {
  return Math.max(0, ...tree.map(({ counts }) => counts.new + counts.kept + counts.trashed));
}

/** The counts of what is shown: one label with its sub-labels, or all. @param {any[]} labels @param {string | null} name */
export function countsOf(labels, name) {
  if (name === null) return total(labels);
  return rows(labels).find((row) => row.name === name)?.counts ?? total([]);
}

/**
 * A bar of a label's three counts, as long as its share of the largest label.
 * @param {{new: number, kept: number, trashed: number}} counts @param {number} most images of the largest label
 * @param {string | null} state which one stands out; null for none
 */
export function drawShares(counts, most, state) {
  const bar = make("span", { class: "cvw-shares", "aria-hidden": "true" });
  bar.style.width = `${Math.min(100, (100 * (counts.new + counts.kept + counts.trashed)) / Math.max(most, 1))}%`;
  for (const part of ["kept", "new", "trashed"]) {
    if (!counts[part]) continue;
    const piece = make("span", { "data-state": part });
    piece.style.flexGrow = String(counts[part]);
    piece.classList.toggle("cvw-other", state !== null && part !== state);
    bar.append(piece);
  }
  return bar;
}

/** The counts of a label in words. @param {{name: string | null, counts: any}} row */
export function countsInWords({ name, counts }) {
  return `${name ?? "All images"}: ${thousands(counts.new)} new, ${thousands(counts.kept)} kept, ${thousands(counts.trashed)} in the trash`;
}
