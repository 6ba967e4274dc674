// A menu under a button: arrow keys, Enter, Escape; a click elsewhere closes it.

import { make } from "./elements.js";

/** @typedef {{word: string, note?: string, checked?: boolean, several?: boolean, run: () => void} | "line"} Item several: others may be checked too, and the menu stays */

/** Pixels between a button and its menu. */
const MENU_GAP = 4;

/**
 * Opens the menu, or closes it when it is open.
 * @param {HTMLElement} button @param {Item[]} items @param {string} name what a screen reader calls it
 */
export function toggleMenu(button, items, name) {
  const holder = /** @type {HTMLElement} */ (button.parentElement);
  const open = holder.querySelector(":scope > .cvw-menu");
  if (open) return open.dispatchEvent(new Event("cvw-close"));
  const menu = make("div", { class: "cvw-menu", role: "menu", "aria-label": name });
  const entries = [];
  for (const item of items) {
    if (item === "line") menu.append(make("hr", {}));
    else entries.push(menu.appendChild(entry(item, close)));
  }

  const place = () => placeOver(menu, button);

  function close() {
    menu.remove();
    document.removeEventListener("scroll", place, true);
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", away, true);
    if (document.activeElement === document.body || !document.activeElement) button.focus({ preventScroll: true });
  }
  function away(event) {
    if (!holder.contains(event.target)) close();
  }
  menu.addEventListener("cvw-close", close);
  menu.addEventListener("keydown", (event) => {
    const at = entries.indexOf(document.activeElement);
    const there = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (there !== undefined) entries.at(there % entries.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") {
      button.focus({ preventScroll: true });
      close();
    } else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", away, true);
  button.setAttribute("aria-expanded", "true");
  holder.append(menu);
  if (button.closest("table, .cvw-scrolls")) {
    menu.popover = "manual"; // what scrolls would cut it off
    menu.showPopover();
    place();
    document.addEventListener("scroll", place, true);
  }
  entries[0]?.focus();
  return undefined;
}

/** Beneath the button, or above it where there is no room beneath; within the page. @param {HTMLElement} menu @param {HTMLElement} button */
function placeOver(menu, button) {
  const [at, { height, width }] = [button.getBoundingClientRect(), menu.getBoundingClientRect()];
  const below = at.bottom + MENU_GAP;
  menu.style.top = `${below + height > innerHeight ? Math.max(0, at.top - MENU_GAP - height) : below}px`;
  menu.style.left = `${Math.max(0, Math.min(at.left, document.documentElement.clientWidth - width - MENU_GAP))}px`;
}

function entry({ word, note, checked, several, run }, close) {
  const choose = () => {
    if (several) item.setAttribute("aria-checked", String(item.getAttribute("aria-checked") !== "true"));
    else close();
    run();
  };
  const role = checked === undefined ? "menuitem" : several ? "menuitemcheckbox" : "menuitemradio";
  const item = make(
    "button",
    { type: "button", class: "cvw-menu-item", role, tabindex: "-1", "aria-checked": checked === undefined ? null : String(checked), onclick: choose },
    make("bdi", { class: "cvw-menu-word" }, word),
    note ? make("span", { class: "cvw-menu-note" }, note) : null,
  );
  return item;
}

/** A button that opens a menu; `items` are asked for when it opens. @param {any} button @param {() => Item[]} items @param {string} name */
export function withMenu(button, items, name) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => toggleMenu(button, items(), name));
  return make("span", { class: "cvw-menu-holder" }, button);
}
