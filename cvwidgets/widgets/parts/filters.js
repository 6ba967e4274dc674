// The row of filters above the wall: a chip for each condition, a field that adds one, the order, and the filters that were saved.

import { CONDITIONS, changedFilter, choicesOf, withoutKind } from "./asking.js";
import { iconButton } from "./bar.js";
import { DRAWINGS, drawing, make, say } from "./elements.js";
import { withMenu } from "./menu.js";
import { find } from "./typeahead.js";

let askings = 0;

/** Whether two filters ask the same. Pure. @param {Record<string, any>} one @param {Record<string, any>} other */
export function isSameFilter(one, other) {
  const sorted = (filter) => JSON.stringify(Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}

/**
 * Makes the row.
 * @param {any} model of TriagePanel
 * @param {{asked: () => Record<string, any>, open: (filter: Record<string, any>) => Promise<any>, known: () => Promise<any>, save: (name: string) => Promise<any>, forget: (name: string) => Promise<any>}} doors
 */
export function makeFilters(model, { asked, open, known, save, forget }) {
  const chips = make("span", { class: "cvw-chips" });
  const more = make("button", { type: "button", class: "cvw-quiet cvw-add-filter", "aria-haspopup": "listbox", "aria-expanded": "false", onclick: () => ask(more, null) }, "+ Filter");
  const order = make("button", { type: "button", class: "cvw-quiet", title: "In which order" });
  const orderWord = make("span", {});
  order.append(orderWord, drawing(DRAWINGS.down));
  const kept = make("button", { type: "button", class: "cvw-quiet" }, "Saved", drawing(DRAWINGS.down));
  const naming = make("span", { class: "cvw-naming" });
  const element = make("div", { class: "cvw-filters", role: "group", "aria-label": "Filters" },
    chips, make("span", { class: "cvw-menu-holder" }, more), make("span", { class: "cvw-space" }), withMenu(order, orders, "Order"), naming, withMenu(kept, keptItems, "Saved filters"));

  let focused = ""; // the chip that has the focus once the row is drawn again
  let drawn = "";

  function show() {
    say(orderWord, sentenceCase(model.get("_asked").order ?? ""));
    const now = JSON.stringify(model.get("_asked").chips ?? []);
    if (now === drawn) return;
    drawn = now;
    const within = chips.contains(document.activeElement);
    chips.replaceChildren(...(model.get("_asked").chips ?? []).map(chip));
    const wanted = [...chips.children].find((one) => one.dataset.kind === focused);
    if (focused || within) (wanted?.querySelector("button") ?? more).focus({ preventScroll: true });
    focused = "";
  }

  function chip({ kind, words }) {
    const can = CONDITIONS.some((one) => one.kind === kind);
    const word = make("button", { type: "button", class: "cvw-chip-word", title: can ? "Change it (Delete takes it away)" : "Delete takes it away", onclick: () => can && ask(word, kind) }, make("bdi", {}, words));
    const gone = iconButton("close", `Take the filter away: ${words}`, () => remove(kind));
    const holder = make("span", { class: "cvw-chip cvw-menu-holder", "data-kind": kind }, word, gone);
    holder.addEventListener("keydown", (event) => {
      if (!["Backspace", "Delete"].includes(event.key) || event.target.tagName === "INPUT") return;
      event.preventDefault();
      event.stopPropagation();
      remove(kind);
    });
    return holder;
  }

  function remove(kind) {
    const kinds = [...chips.children].map((one) => one.dataset.kind);
    focused = kinds[kinds.indexOf(kind) + 1] ?? kinds[kinds.indexOf(kind) - 1] ?? "none";
    open(withoutKind(asked(), kind));
  }

  /** Opens the field: for a kind of condition, or first for which kind. @param {HTMLElement} button @param {string | null} kind */
  async function ask(button, kind) {
    if (element.querySelector(".cvw-asking")) return;
    button.setAttribute("aria-expanded", "true");
    const answer = await askCondition(button.parentElement, kind, known(), {
      filter: asked(),
      labels: (model.get("_labels") ?? []).map((label) => label.name),
    });
    button.setAttribute("aria-expanded", "false");
    if (!answer) return button.focus({ preventScroll: true });
    focused = answer.kind;
    await open(changedFilter(asked(), answer.change));
    focused = "";
    if (document.activeElement === document.body) more.focus({ preventScroll: true });
    return undefined;
  }

  function orders() {
    const now = asked().sort ?? "added";
    return model.get("_orders").map(([sort, words]) => ({
      word: sentenceCase(words),
      checked: sort === now,
      note: sort === "random" && now === "random" ? "Once more" : "",
      run: () => open(changedFilter(asked(), { sort, seed: sort === "random" ? Math.floor(Math.random() * 1e6) : null })),
    }));
  }

  function keptItems() {
    const saved = model.get("_saved");
    const here = saved.find(({ filter }) => isSameFilter(filter, asked()));
    const items = saved.map(({ name, filter }) => ({ word: name, checked: name === here?.name, run: () => open(filter) }));
    if (model.get("_read_only")) return items.length ? items : [{ word: "Nothing was saved", run: () => undefined }];
    const own = here
      ? { word: `Forget “${here.name}”`, note: "What is shown stays; it can be saved again", run: () => forget(here.name) }
      : { word: "Save this…", note: "Label, state, filters and order, with a name", run: () => name() };
    return [...items, ...(items.length ? ["line"] : []), own];
  }

  /** A field for the name of what is shown. */
  function name() {
    const field = make("input", { type: "text", class: "cvw-field", placeholder: "Name of this filter", "aria-label": "Name of this filter", maxlength: "200", spellcheck: "false", autocomplete: "off" });
    const leaveName = () => {
      const within = naming.contains(document.activeElement); // while it was saved the user may have gone on elsewhere
      field.remove();
      if (within) kept.focus({ preventScroll: true });
    };
    field.addEventListener("keydown", async (event) => {
      event.stopPropagation();
      if (event.key === "Escape") leaveName();
      else if (event.key === "Enter" && field.value.trim()) {
        event.preventDefault();
        if (await save(field.value.trim())) leaveName();
      } else return;
      event.preventDefault();
    });
    naming.replaceChildren(field);
    field.focus();
  }

  return { element, show };
}

/**
 * A field with a list under it: which kind of condition, then its value. Backspace in the empty field goes back to the kinds.
 * @param {HTMLElement} place @param {string | null} first the kind, when it is known @param {Promise<any>} coming what the kernel says there is
 * @param {{filter: Record<string, any>, labels: string[]}} facts
 * @returns {Promise<{kind: string, change: Record<string, any>} | null>} null when it was left
 */
function askCondition(place, first, coming, facts) {
  askings += 1;
  const listId = `cvw-asking-${askings}`;
  const field = make("input", { type: "text", class: "cvw-field", role: "combobox", "aria-expanded": "true", "aria-controls": listId, "aria-autocomplete": "list", maxlength: "200", spellcheck: "false", autocomplete: "off" });
  const list = make("div", { class: "cvw-options", role: "listbox", id: listId });
  const box = make("div", { class: "cvw-asking" }, field, list);
  let kind = first;
  let known = null;
  let isTaken = false; // Enter came before what there is
  let at = 0;
  let options = [];

  return new Promise((resolve) => {
    let ended = false;
    const end = (answer) => {
      if (ended) return;
      ended = true; // taking a focused field away blurs it, which would end this once more
      resolve(answer);
      box.remove();
    };
    const kinds = () => find(CONDITIONS.map(({ word }) => word), field.value, CONDITIONS.length).map((word) => CONDITIONS.find((one) => one.word === word));
    const take = (option) => {
      isTaken = !option && !known;
      if (!option) return;
      if (kind) end({ kind, change: option.change });
      else turn(option.kind);
    };
    const turn = (next) => {
      kind = next;
      field.value = "";
      at = 0;
      const { word, hint } = CONDITIONS.find((one) => one.kind === kind) ?? { word: "Filter by", hint: "" };
      field.placeholder = hint ? `${word}: ${hint}` : word;
      field.setAttribute("aria-label", word);
      list.setAttribute("aria-label", word);
      show();
    };
    const show = () => {
      options = kind ? choicesOf(kind, field.value, { ...facts, known: known ?? {} }) : kinds();
      at = Math.min(at, Math.max(options.length - 1, 0));
      list.replaceChildren(...options.map(row), ...(options.length ? [] : [make("div", { class: "cvw-soft" }, "Nothing like this is here")]));
      list.children[at]?.scrollIntoView?.({ block: "nearest" });
      if (options.length) field.setAttribute("aria-activedescendant", `${listId}-${at}`);
      else field.removeAttribute("aria-activedescendant");
    };
    const row = (option, index) =>
      make("div", { role: "option", id: `${listId}-${index}`, class: "cvw-option", "aria-selected": String(index === at), onpointerdown: (event) => {
        event.preventDefault(); // the field keeps the focus
        take(option);
      } },
      make("span", { class: "cvw-option-mark", "aria-hidden": "true" }, option.chosen ? drawing(DRAWINGS.kept) : null),
      make("bdi", {}, option.word),
      option.chosen ? make("span", { class: "cvw-unseen" }, ", chosen") : null,
      option.note ? make("span", { class: "cvw-soft" }, option.note) : null);
    field.addEventListener("input", () => {
      isTaken = false;
      at = 0;
      show();
    });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const moves = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in moves) {
        at = (at + moves[event.key] + options.length) % Math.max(options.length, 1);
        show();
      } else if (event.key === "Enter") take(options[at]);
      else if (event.key === "Escape") end(null);
      else if (event.key === "Backspace" && !field.value && kind && !first) turn(null);
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", () => end(null));
    place.append(box);
    turn(kind);
    field.focus();
    coming.then((found) => {
      known = found ?? {};
      if (ended) return;
      show();
      if (isTaken) take(options[at]);
    }, () => undefined);
  });
}

function sentenceCase(words) {
  return words && words[0].toUpperCase() + words.slice(1);
}
