// Which rows of the tree of labels stand there: folded branches, what a text finds, and where keys lead. Pure.

import { rows } from "./tree.js";

/** Height of a row in pixels; `.cvw-label` has the same. */
export const ROW = 36;
/** So many rows stand in the page as they are; of more only those near the screen do. */
export const FEW = 200;
const AROUND = 8;

/**
 * @typedef {{id: number, name: string | null, word: string, depth: number, parent: number, below: number, position: number, of: number,
 *   counts: any, color: string | null, hotkey: string | null}} Branch parent: index of the row above it, -1 at a root; below: how many stand right under it
 * @typedef {Branch & {index: number, expanded: boolean | null}} Shown
 */

/** The rows of the tree, each with its place among its brothers. @param {any[]} labels in the order of the tree @returns {Branch[]} */
export function branchesOf(labels) {
  const latest = [];
  const families = new Map();
  const tree = rows(labels).map((row, index) => {
    const parent = row.depth ? latest[row.depth - 1] : -1;
    latest[row.depth] = index;
    const position = (families.get(parent) ?? 0) + 1;
    families.set(parent, position);
    const { id, color = null, hotkey = null } = labels[index];
    return { ...row, id, color, hotkey, parent, position, below: 0, of: 0 };
  });
  return tree.map((row, index) => ({ ...row, below: families.get(index) ?? 0, of: families.get(row.parent) }));
}

/**
 * The rows that stand there: those in no folded branch; with a text those that it finds, and what they are under.
 * A text with a slash is looked for in the whole path, any other in the last name.
 * @param {Branch[]} tree @param {Set<number>} folded ids @param {string} text @returns {Shown[]}
 */
export function openRows(tree, folded, text = "") {
  const wanted = text.trim().normalize("NFC").toLowerCase();
  const stands = wanted ? foundIn(tree, wanted) : tree.map(() => true);
  const under = new Set(tree.filter((row, index) => stands[index]).map(({ parent }) => parent));
  const open = tree.map(() => false);
  const shown = [];
  tree.forEach((row, index) => {
    if (!stands[index] || (row.parent >= 0 && !open[row.parent])) return;
    open[index] = Boolean(wanted) || !folded.has(row.id);
    shown.push({ ...row, index, expanded: under.has(index) ? open[index] : null });
  });
  return shown;
}

function foundIn(tree, wanted) {
  const stands = tree.map(({ name, word }) => (wanted.includes("/") ? name : word).toLowerCase().includes(wanted));
  for (let index = tree.length - 1; index >= 0; index -= 1) if (stands[index] && tree[index].parent >= 0) stands[tree[index].parent] = true;
  return stands;
}

/**
 * Where a key leads in the tree: to the row at a place, or to folding or unfolding one; null when it is no such key.
 * @param {Shown[]} shown @param {number} at @param {string} key @param {number} page rows on a screen
 * @returns {{at: number} | {fold: boolean} | null}
 */
export function stepIn(shown, at, key, page = 10) {
  const end = shown.length - 1;
  const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: end, PageDown: at + page, PageUp: at - page };
  if (key in places) return { at: Math.min(Math.max(places[key], 0), end) };
  const row = shown[at];
  if (key === "ArrowRight" && row.expanded !== null) return row.expanded ? { at: at + 1 } : { fold: false };
  if (key !== "ArrowLeft") return null;
  if (row.expanded) return { fold: true };
  const above = shown.findIndex(({ index }) => index === row.parent);
  return row.parent >= 0 && above >= 0 ? { at: above } : null;
}

/** The places of the rows that have to stand in the page. @param {number} count @param {number} top scrolled by @param {number} height of the screen */
export function rowsOnScreen(count, top, height) {
  if (count <= FEW) return { from: 0, to: count };
  const from = Math.min(Math.max(0, Math.floor(top / ROW) - AROUND), count);
  return { from, to: Math.min(count, Math.ceil((top + height) / ROW) + AROUND) };
}

/** The letter or digit of a key press, whatever the keyboard's layout, or null. @param {{code: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean}} event */
export function letterOf({ code, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  return /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1] ?? null;
}

/** The path of a label under another one, or among the roots. @param {string | null} parent @param {string} word */
export function pathUnder(parent, word) {
  return parent ? `${parent}/${word}` : word;
}

/** The path above a label, or null at a root. @param {string} name */
export function pathAbove(name) {
  return name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : null;
}

/** The labels that another one may move under or merge into: none below it. @param {string[]} names @param {string} name */
export function othersThan(names, name) {
  return names.filter((other) => other !== name && !other.startsWith(`${name}/`) && other !== "Unsorted");
}
