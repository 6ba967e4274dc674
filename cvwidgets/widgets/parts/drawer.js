// A drawer at the right side of the workbench: one at a time, closed by Escape or its button, which gives the focus back.

import { iconButton } from "./bar.js";
import { make, say } from "./elements.js";

/** @param {(open: string) => void} changed told which drawer is open now, "" for none */
export function makeDrawer(changed) {
  const title = make("h2", {});
  const content = make("div", { class: "cvw-drawer-content" });
  const element = make("aside", { class: "cvw-drawer", hidden: true, tabindex: "-1" },
    make("div", { class: "cvw-drawer-head" }, title, make("span", { class: "cvw-space" }), iconButton("close", "Close", () => close())), content);
  let before = null;
  let name = "";

  /** @param {string} which @param {string} word its title @param {Node} inside @param {boolean} [byHand] only then it takes the focus */
  function open(which, word, inside, byHand = true) {
    if (name === which) return close();
    if (!name) before = document.activeElement;
    name = which;
    say(title, word);
    element.setAttribute("aria-label", word);
    content.replaceChildren(inside);
    element.hidden = false;
    if (byHand) element.focus({ preventScroll: true });
    changed(name);
    return undefined;
  }

  function close() {
    if (!name) return;
    name = "";
    element.hidden = true;
    before?.focus?.({ preventScroll: true });
    changed(name);
  }

  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  return { element, open, close, which: () => name };
}
