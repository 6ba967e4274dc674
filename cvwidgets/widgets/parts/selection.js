// Selecting as in a file manager: what a click or a key does to the selection. Pure; the grid shows what comes out.

import { add, all, invert, size, toggle, union } from "./ranges.js";

/**
 * @typedef {object} Selection
 * @property {import("./ranges.js").Range[]} ranges what is selected
 * @property {number} cursor where the keyboard is; -1 before it was anywhere
 * @property {number} anchor where a range with shift begins
 */

/** Nothing selected. @returns {Selection} */
export function nothing() {
  return { ranges: [], cursor: -1, anchor: -1 };
}

/**
 * A click on a tile: alone it selects this one, with ctrl it adds or takes away, with shift it selects from the anchor to here.
 * @param {Selection} selection @param {number} position @param {{ctrl?: boolean, shift?: boolean}} keys @returns {Selection}
 */
export function click(selection, position, { ctrl = false, shift = false }) {
  if (shift) return reach(selection, position, ctrl);
  if (ctrl) return { ranges: toggle(selection.ranges, position), cursor: position, anchor: position };
  return { ranges: [[position, position + 1]], cursor: position, anchor: position };
}

function reach(selection, position, keep) {
  const anchor = selection.anchor < 0 ? position : selection.anchor;
  const from = Math.min(anchor, position);
  const to = Math.max(anchor, position) + 1;
  return { ranges: add(keep ? selection.ranges : [], from, to), cursor: position, anchor };
}

/**
 * Where an arrow, Home, End or a page key leads; null for other keys.
 * @param {string} key @param {number} cursor @param {{columns: number, rows: number, count: number}} wall rows: how many fit on the screen
 */
export function step(key, cursor, { columns, rows, count }) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -columns * rows, PageDown: columns * rows };
  if (!count) return null;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (!(key in steps)) return null;
  if (cursor < 0) return 0;
  const there = cursor + steps[key];
  if (there < 0 || there >= count) return key.startsWith("Page") ? Math.min(Math.max(there, 0), count - 1) : cursor;
  return there;
}

/** The keyboard moves: alone it selects where it comes to, with shift from the anchor, with ctrl it only moves. */
export function move(selection, position, { ctrl = false, shift = false }) {
  if (ctrl && !shift) return { ...selection, cursor: position };
  return click(selection, position, { shift });
}

/** @param {Selection} selection @param {number} count @returns {Selection} */
export function selectAll(selection, count) {
  return { ...selection, ranges: all(count) };
}

/** @param {Selection} selection @returns {Selection} */
export function clear(selection) {
  return { ...selection, ranges: [] };
}

/** @param {Selection} selection @param {number} count @returns {Selection} */
export function inverse(selection, count) {
  return { ...selection, ranges: invert(selection.ranges, count) };
}

/** What is on the screen from the cursor on (all of it without one), or from the cursor to the end of the wall. */
export function selectRest(selection, { from, to, count, whole }) {
  const begin = selection.cursor >= 0 && (whole || (selection.cursor >= from && selection.cursor < to)) ? selection.cursor : from;
  return { ...selection, ranges: add([], begin, whole ? count : to) };
}

/** Whether more than one position went from what was selected: then there must be a way back. @param {Selection} before @param {Selection} after */
export function loses(before, after) {
  return size(union(before.ranges, after.ranges)) - size(after.ranges) > 1;
}
