// A list of rows of which one is chosen, each with how many images stand behind it.

import { make } from "./elements.js";
import { thousands } from "./figures.js";

/** @param {string} name of the list, for who hears it @param {(key: string) => void} choose */
export function makeRowList(name, choose) {
  const element = make("div", { class: "cvw-findings", role: "listbox", "aria-label": name, tabindex: "-1" });
  let drawn = "";

  /** @param {{key: string, word: string, note: string, count: number}[]} rows @param {string} chosen the key of a row */
  function show(rows, chosen) {
    const facts = JSON.stringify([rows, chosen]);
    if (facts === drawn) return;
    drawn = facts;
    const focused = element.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.key : null;
    element.replaceChildren(...rows.map((row) => make("button", {
      type: "button", role: "option", class: "cvw-finding", "data-key": row.key, "aria-selected": String(row.key === chosen), tabindex: row.key === chosen ? "0" : "-1",
      title: [row.word, row.note].filter(Boolean).join(": "), onclick: () => choose(row.key),
    }, make("bdi", { class: "cvw-row-name" }, row.word), make("span", { class: "cvw-count" }, thousands(row.count)), row.note && make("small", {}, row.note))));
    if (!element.querySelector('[tabindex="0"]')) element.firstElementChild?.setAttribute("tabindex", "0");
    if (focused !== null) [...element.children].find((one) => one.dataset.key === focused)?.focus();
  }

  element.addEventListener("keydown", (event) => {
    const all = [...element.children];
    const at = all.indexOf(document.activeElement);
    const there = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (there === undefined || !all[there]) return;
    event.preventDefault();
    event.stopPropagation();
    all[there].focus();
  });
  return { element, show };
}
