// From the playground into the project: to New, or kept under a label; said, with its way back.

import { make, say } from "./elements.js";
import { choose } from "./typeahead.js";

/** @param {{ask: Function}} door @param {any} problem @param {() => string[]} labels names of the project's labels */
export function makeAdopting(door, problem, labels) {
  const toNew = make("button", { type: "button", class: "cvw-button", onclick: () => adopt(null) }, "Add to New");
  const asTop = make("button", { type: "button", class: "cvw-button", onclick: () => adopt(label) });
  const other = make("button", { type: "button", class: "cvw-button", onclick: another }, "Keep as …");
  const words = make("p", { class: "cvw-soft", role: "status" });
  const undo = make("button", { type: "button", class: "cvw-button", hidden: true, onclick: takeOut }, "Undo");
  const buttons = make("div", { class: "cvw-line-up" }, toNew, asTop, other);
  const element = make("section", { class: "cvw-adopting", "aria-label": "Add to the project" }, make("h3", {}, "Add it to the project"), buttons, make("div", { class: "cvw-line-up" }, words, undo));
  let word = "";
  let label = "";
  let image = 0;

  /** @param {{word: string, label: string, ours: boolean, closed: string}} now ours: it is an image of the project already */
  function show(now) {
    if (now.word !== word) {
      undo.hidden = true;
      say(words, "");
    }
    word = now.word;
    label = now.label;
    element.hidden = now.ours;
    asTop.replaceChildren(make("span", {}, "Keep as ", make("bdi", {}, label)));
    for (const one of [toNew, asTop, other]) {
      one.disabled = Boolean(now.closed);
      one.title = now.closed;
    }
  }

  async function adopt(under) {
    const mine = word;
    const told = await problem.guard(() => door.ask("adopt", { word: mine, label: under }));
    if (!told || mine !== word) return;
    image = told.image;
    say(words, told.sentence);
    undo.hidden = !told.added;
  }
  async function another() {
    const choice = await choose(buttons, Promise.resolve(labels()), "Label for this image");
    other.focus({ preventScroll: true });
    if (choice) adopt(choice.name);
  }
  async function takeOut() {
    const told = await problem.guard(() => door.ask("take_out", { image }));
    if (!told) return;
    say(words, told.sentence);
    undo.hidden = true;
  }
  return { element, show };
}
