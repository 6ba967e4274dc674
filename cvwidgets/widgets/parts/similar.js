// The kept images of a label that are most like the picture, with their distances; how many is asked.

import { make, say } from "./elements.js";
import { makeFigures } from "./nearby.js";
import { goTo, inWorkbench } from "./slot.js";

/** @param {{ask: Function}} door @param {any} problem @param {(kept: {count: number}) => void} keep */
export function makeSimilar(door, problem, keep) {
  const title = make("h3", {});
  const count = make("input", { type: "number", min: "1", max: "100", value: "8", class: "cvw-count-field", "aria-label": "How many images", onchange: changed });
  const explore = make("button", { type: "button", class: "cvw-button", hidden: true, onclick: () => goTo(element, "explore") }, "Explore the images");
  const words = make("p", { class: "cvw-soft", role: "status" });
  const figures = makeFigures(undefined, ({ distance }) => distance.toFixed(3));
  figures.element.classList.add("cvw-many");
  const element = make("section", { class: "cvw-similar", "aria-label": "Most similar images" },
    make("div", { class: "cvw-line-up" }, title, make("span", { class: "cvw-space" }), make("label", { class: "cvw-how-many" }, make("span", { class: "cvw-soft" }, "How many"), count)), figures.element, words, explore);
  /** @type {{word: string, label: string, model: number} | null} */
  let asked = null;
  let shown = "";
  let turn = 0;

  /** @param {{word: string, label: string, model: number} | null} what */
  async function about(what) {
    asked = what;
    const wanted = JSON.stringify([what, count.value]);
    if (!what || wanted === shown) return;
    shown = wanted;
    const mine = (turn += 1);
    title.replaceChildren("Most similar in ", make("bdi", {}, what.label));
    element.setAttribute("aria-busy", "true");
    const told = await problem.quietly(() => door.ask("similar", { ...what, count: Number(count.value) }));
    if (mine !== turn) return;
    element.removeAttribute("aria-busy");
    figures.show(told?.near ?? [], told?.buffers ?? []);
    explore.hidden = !told?.why || !inWorkbench(element) || !told.why.includes("Explore");
    say(words, told ? told.why ?? `Cosine distance, 0 is the same; as seen by ${told.by}.` : "");
  }

  function changed() {
    count.value = String(Math.min(100, Math.max(1, Math.round(Number(count.value)) || 8)));
    keep({ count: Number(count.value) });
    about(asked);
  }
  function fill(left) {
    if (Number.isInteger(left.count) && left.count >= 1 && left.count <= 100) count.value = String(left.count);
  }
  return { element, about, fill, forget: figures.forget };
}
