// What can be done with one label: the menu of its row, and the menu of colors.

import { say } from "./elements.js";
import { colorDot } from "./labelrow.js";
import { toggleMenu } from "./menu.js";

/**
 * Opens the menu of a label, or closes it. What deleting would do stands beside Delete.
 * @param {HTMLElement} button @param {any} row
 * @param {{run: (name: string) => void, fate: () => Promise<string | undefined>}} does run: one of the things that can be done, by its name
 * @param {{toDelete?: boolean}} [options] toDelete: the menu opens at Delete
 */
export function openLabelMenu(button, row, { run, fate }, { toDelete = false } = {}) {
  const item = (word, name, note = "") => ({ word, note, run: () => run(name) });
  toggleMenu(button, [
    item("Rename", "rename", "F2"),
    item("Add a label under it", "add"),
    item("Move under another…", "move"),
    ...(row.depth ? [item("Move to the top", "raise")] : []),
    item("Merge into another…", "merge", "What it holds goes to the other one, and it is gone."),
    "line",
    item("Color…", "color"),
    item("Key…", "key", row.hotkey ? `It is ${row.hotkey} now.` : "A letter or a digit that gives this label."),
    "line",
    item("Delete", "delete", "Counting what is in it…"),
  ], `What can be done with ${row.name}`);
  const entries = [...(button.parentElement?.querySelectorAll(".cvw-menu-item") ?? [])];
  const last = /** @type {HTMLElement | undefined} */ (entries.at(-1));
  if (!last) return; // it was open, and is closed now
  if (toDelete) last.focus();
  fate().then((sentence) => say(/** @type {Element} */ (last.querySelector(".cvw-menu-note")), sentence ?? "Undo brings all back."));
}

/**
 * Opens the menu of colors.
 * @param {HTMLElement} button @param {any} row @param {{name: string, hex: string}[]} colors @param {(color: string | null) => void} choose_
 */
export function openColorMenu(button, row, colors, choose_) {
  const items = colors.map(({ name, hex }) => ({ word: name[0].toUpperCase() + name.slice(1), checked: row.color === hex, run: () => choose_(hex) }));
  toggleMenu(button, [...items, "line", { word: "No color", checked: row.color === null, run: () => choose_(null) }], `Color of ${row.name}`);
  const words = button.parentElement?.querySelectorAll(".cvw-menu-word") ?? [];
  colors.forEach(({ hex }, at) => words[at]?.prepend(colorDot(hex)));
}
