// The recipe as JSON: as it is typed, to be copied; and another one, to be taken.

import { makeCopying } from "./copying.js";
import { make, say } from "./elements.js";

const UNREADABLE_FORM = "A field holds no value that can be read; correct it, and the recipe stands here.";

/** A recipe as one reads it; empty where a field holds no value. Pure. @param {any} recipe */
export function recipeText(recipe) {
  return recipe ? JSON.stringify(recipe, null, 2) : "";
}

/** @param {(text: string) => Promise<{recipe: any}>} read raises an error with a sentence @param {(recipe: any) => void} take */
export function makeAsJson(read, take) {
  const shown = make("pre", { class: "cvw-log", tabindex: "0", role: "group", "aria-label": "The recipe as JSON" });
  const copying = make("span", {});
  const paste = make("textarea", { rows: "4", "aria-label": "A recipe as JSON, to be taken", placeholder: '{"epochs": 12, "augmentation": "light"}', spellcheck: "false", oninput: clear });
  const wrong = make("div", { class: "cvw-problem", role: "alert", hidden: true }, make("span", {}));
  const done = make("span", { class: "cvw-about", role: "status" });
  const button = make("button", { type: "button", class: "cvw-button", onclick: takeIt }, "Take it");
  const element = make("details", { class: "cvw-json", ontoggle: () => renew() }, make("summary", {}, "As JSON"),
    make("div", { class: "cvw-line-up" }, make("span", { class: "cvw-about" }, "This recipe, for a file or another project."), make("span", { class: "cvw-space" }), copying), shown,
    make("p", { class: "cvw-about" }, "Paste another one to take it whole; fields left out are as in Standard."), paste, make("div", { class: "cvw-line-up" }, button, done), wrong);
  let now = null;

  function clear() {
    wrong.hidden = true;
    say(done, "");
  }

  async function takeIt() {
    clear();
    if (!paste.value.trim()) return paste.focus();
    try {
      const { recipe } = await read(paste.value);
      paste.value = "";
      take(recipe);
      say(done, "It stands in the form.");
    } catch (error) {
      say(wrong.firstElementChild, error.message);
      wrong.hidden = false;
    }
    return undefined;
  }

  /** Writes the recipe where it is to be seen; one that is the same stays, with what is selected of it. */
  function renew() {
    const text = recipeText(now);
    if (!element.open || shown.textContent === (text || UNREADABLE_FORM)) return;
    shown.textContent = text || UNREADABLE_FORM;
    copying.replaceChildren(text ? makeCopying(text, "the recipe") : "");
  }

  /** @param {any} recipe as it is typed; null while a field holds no value */
  function show(recipe) {
    now = recipe;
    renew();
  }
  return { element, show };
}
