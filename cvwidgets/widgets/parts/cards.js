// The recipes to begin with, as cards: the three that come along, and those that were saved.

import { make, say } from "./elements.js";
import { roughly } from "./figures.js";
import { chosenOf, isWhole } from "./recipe.js";

/**
 * @param {(recipe: any, whole: boolean) => void} take hears which one was chosen: a saved one is taken whole, one that comes along leaves base, split, seeds and machine
 * @param {{save: (name: string) => Promise<unknown>, remove: (name: string) => Promise<any>, restore: (name: string, recipe: any) => Promise<unknown>}} acts
 */
export function makeCards(take, acts) {
  const cards = make("div", { class: "cvw-presets", role: "radiogroup", "aria-label": "Recipe to begin with" });
  const own = make("p", { class: "cvw-about", hidden: true }, "Changed: a recipe of your own.");
  const name = make("input", { type: "text", class: "cvw-recipe-name", placeholder: "its name", "aria-label": "Name to save the recipe under", maxlength: "60" });
  const save = make("button", { type: "button", class: "cvw-button", onclick: keep }, "Save as a recipe");
  const saving = make("form", { class: "cvw-line-up", onsubmit: (event) => (event.preventDefault(), keep()) }, name, save);
  const gone = make("p", { class: "cvw-about", role: "status" });
  const element = make("div", { class: "cvw-recipes" }, cards, own, gone);
  const times = new Map();
  let offered = [];

  async function keep() {
    if (!name.value.trim()) return name.focus();
    if ((await acts.save(name.value)) !== undefined) name.value = "";
    return undefined;
  }

  async function remove(one) {
    const answer = await acts.remove(one.name);
    if (!answer) return;
    const undo = () => acts.restore(one.name, answer.recipe).then((done) => done !== undefined && gone.replaceChildren());
    gone.replaceChildren(`'${one.name}' was deleted. `, make("button", { type: "button", class: "cvw-quiet", onclick: undo }, "Undo"));
  }

  /** @param {any[]} recipes those there are @param {any} now the recipe as it is typed */
  function show(recipes, now) {
    const facts = JSON.stringify(recipes);
    if (cards.dataset.facts !== facts) {
      cards.dataset.facts = facts;
      cards.replaceChildren(...recipes.map(card));
      offered = recipes;
    }
    const chosen = now ? chosenOf(offered, now) : -1;
    [...cards.querySelectorAll("input")].forEach((input, at) => (input.checked = at === chosen));
    own.hidden = chosen >= 0;
    saving.hidden = Boolean(now) && offered.some((one) => isWhole(now, one.recipe));
  }

  function card(one) {
    const input = make("input", { type: "radio", name: "cvw-recipe", onchange: () => take(one.recipe, one.saved), "aria-label": one.word, "aria-description": one.sentence });
    const sentence = make("span", { class: "cvw-about" }, one.sentence);
    const time = make("span", { class: "cvw-soft" });
    times.set(one.name, time);
    const chosen = make("label", { class: "cvw-preset" }, input, make("span", { class: "cvw-preset-words" }, make("span", {}, make("strong", {}, one.word), time), sentence));
    if (!one.saved) return chosen;
    return make("div", { class: "cvw-saved-preset" }, chosen, make("button", { type: "button", class: "cvw-quiet", "aria-label": `Delete the recipe ${one.word}`, onclick: () => remove(one) }, "Delete"));
  }

  /** @param {Record<string, number | null>} seconds by recipe, null where it is not known yet */
  function time(seconds) {
    for (const [recipe, place] of times) say(place, Number.isFinite(seconds[recipe]) ? `about ${roughly(seconds[recipe])}` : "");
  }
  return { element, saving, show, time };
}
