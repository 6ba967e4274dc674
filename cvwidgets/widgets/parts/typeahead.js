// Choosing a label by typing: a field with a list above it; the text that finds nothing may become a new label, where there may be one.

import { make } from "./elements.js";

let lists = 0;

/**
 * The names that a text finds: those that begin with it first, then those with a part that begins with it, then the rest that hold it.
 * @param {string[]} names @param {string} text @param {number} [most]
 */
export function find(names, text, most = 8) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return names.slice(0, most);
  const rank = (name) => {
    const low = name.toLowerCase();
    if (low.startsWith(wanted)) return 0;
    if (low.split(/[/\s_-]/).some((part) => part.startsWith(wanted))) return 1;
    return low.includes(wanted) ? 2 : 3;
  };
  return names
    .map((name, index) => ({ name, index, rank: rank(name) }))
    .filter((found) => found.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, most)
    .map((found) => found.name);
}

/**
 * Opens the field, at once, so that what is typed lands in it; resolves to {name, isNew}, or null when it was left.
 * @param {HTMLElement} place @param {Promise<string[]>} coming the names; Enter waits for them @param {string} question
 * @param {{mayAdd?: boolean}} [options] mayAdd: whether a text that is no label's name may become a new label
 * @returns {Promise<{name: string, isNew: boolean} | null>}
 */
export function choose(place, coming, question, { mayAdd = true } = {}) {
  lists += 1;
  const listId = `cvw-list-${lists}`;
  const field = make("input", {
    type: "text",
    class: "cvw-field",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": listId,
    "aria-label": question,
    "aria-autocomplete": "list",
    placeholder: question,
    maxlength: "200",
    spellcheck: "false",
    autocomplete: "off",
  });
  const list = make("div", { class: "cvw-options", role: "listbox", id: listId, "aria-label": "Labels" });
  const box = make("div", { class: "cvw-typeahead" }, list, field);
  let names = [];
  let known = false;
  let entered = false;
  let options = [];
  let at = 0;

  return new Promise((resolve) => {
    let ended = false;
    const end = (choice) => {
      if (ended) return;
      ended = true; // taking a focused field away blurs it, which would end this once more
      resolve(choice);
      box.remove();
    };
    const show = () => {
      const text = field.value.trim();
      options = find(names, text).map((name) => ({ name, isNew: false }));
      const isThere = names.some((name) => name.toLowerCase() === text.toLowerCase());
      if (mayAdd && text && known && !isThere) options.push({ name: text, isNew: true });
      at = Math.min(at, Math.max(options.length - 1, 0));
      list.replaceChildren(...options.map((option, index) => row(option, index)));
      if (known && !mayAdd && !options.length) list.append(nothing(text));
      if (options.length) field.setAttribute("aria-activedescendant", `${listId}-${at}`);
      else field.removeAttribute("aria-activedescendant");
    };
    const row = (option, index) =>
      make(
        "div",
        { role: "option", id: `${listId}-${index}`, class: "cvw-option", "aria-selected": String(index === at), onpointerdown: () => end(option) },
        option.isNew ? make("span", { class: "cvw-soft" }, "New label ") : null,
        make("bdi", {}, option.name),
      );
    const nothing = (text) =>
      make("div", { role: "option", class: "cvw-option cvw-soft", "aria-disabled": "true", "aria-selected": "false" }, text ? `No label has “${text}” in its name.` : "There is no other label.");
    field.addEventListener("input", () => {
      at = 0;
      show();
    });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const moves = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in moves) {
        at = (at + moves[event.key] + options.length) % Math.max(options.length, 1);
        show();
      } else if (event.key === "Enter" && known) {
        if (options.length || !field.value.trim()) end(options[at] ?? null);
      } else if (event.key === "Enter") entered = true;
      else if (event.key === "Escape") end(null);
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", () => end(null));
    place.append(box);
    show();
    field.focus();
    coming.then((found) => {
      names = found;
      known = true;
      show();
      if (entered) end(options[at] ?? null);
    }, () => end(null));
  });
}
