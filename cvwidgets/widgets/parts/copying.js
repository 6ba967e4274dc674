// A button that copies a text, and says what came of it.

import { make, say } from "./elements.js";

/** @param {string} text @param {string} what it is called, as in "the command" @param {string} [kind] further classes */
export function makeCopying(text, what, kind = "") {
  const button = make("button", { type: "button", class: `cvw-quiet ${kind}`, "aria-label": `Copy ${what}`, onclick: copy }, "Copy");

  async function copy() {
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    say(button, done ? "Copied" : "Not allowed");
    button.setAttribute("aria-label", done ? `Copied: ${what}` : "The browser does not let it be copied");
  }
  return button;
}
