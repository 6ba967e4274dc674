// In the lens: which labels an image probably has, and the images most like it, where somebody looked through the project.

import { make, say } from "./elements.js";
import { barRow, makeFigures } from "./nearby.js";
import { inWorkbench } from "./slot.js";

/** Milliseconds that an image stays in the lens before it is asked what is like it. */
const STAYS = 250;

/** By whose eyes, in words. Pure. @param {string[]} models */
export function byWords(models) {
  const named = models.map((name) => (name === "starter" ? "the starter" : name));
  return named.length ? `As seen by ${named.join(" and ")}` : "";
}

/**
 * @param {(version: number, position: number) => {id: string, answer: Promise<any>}} begin @param {(ids: string[]) => void} cancel
 * @param {(position: number) => void} visit
 */
export function makeOpinions(begin, cancel, visit) {
  const bars = make("div", { class: "cvw-bar-rows" });
  const by = make("p", { class: "cvw-soft" });
  const figures = makeFigures(visit);
  const predicted = make("section", { hidden: true, "aria-label": "Predictions" }, make("h3", {}, "Predictions"), bars, by);
  const alike = make("section", { hidden: true, "aria-label": "Most like it" }, make("h3", {}, "Most like it"), figures.element);
  const inspect = make("button", { type: "button", class: "cvw-button cvw-lens-inspect", hidden: true, onclick: ask }, "Inspect");
  const element = make("div", { class: "cvw-lens-opinions" }, predicted, inspect, alike);
  /** @type {{image: number, name: string} | null} */
  let its = null;
  let shown = "";
  let asked = "";
  let timer = 0;

  /** Asks once the image stays; the answer for one that was left is dropped. @param {number} version @param {number} position @param {number} revision of what is known of it */
  function show(version, position, revision) {
    const wanted = `${version}/${position}/${revision}`;
    if (wanted === shown) return;
    if (!shown.startsWith(`${version}/${position}/`)) tell({});
    drop();
    shown = wanted;
    timer = setTimeout(async () => {
      const { id, answer } = begin(version, position);
      asked = id;
      const told = await answer.catch(() => ({}));
      if (wanted !== shown) return;
      asked = "";
      tell(told);
    }, STAYS);
  }

  /** @param {any} told of the kernel; empty where nothing is known */
  function tell({ predictions = [], models = [], near = [], buffers = [], image = null, name = "" }) {
    its = image === null ? null : { image, name };
    inspect.hidden = !its || !inWorkbench(element);
    predicted.hidden = !predictions.length;
    alike.hidden = !near.length;
    bars.replaceChildren(...predictions.map((one, index) => barRow(one, index === 0)));
    say(by, byWords(models));
    figures.show(near, buffers);
  }

  /** The playground asks the model about it: what it says, and why. */
  function ask() {
    element.dispatchEvent(new CustomEvent("cvw-inspect", { bubbles: true, detail: its }));
  }

  function drop() {
    clearTimeout(timer);
    cancel(asked ? [asked] : []);
    asked = shown = "";
  }

  function forget() {
    drop();
    tell({});
  }

  return { element, show, forget };
}
