// The foot of the wall: what is shown, whether a decision goes on to the next image, and the size of the pictures.

import { make, say } from "./elements.js";

/** @param {any} model the wall's */
export function makeFoot(model) {
  const set = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const showing = make("span", { class: "cvw-showing", role: "status" });
  const advance = make("button", {
    type: "button",
    class: "cvw-quiet cvw-advance",
    title: "After a decision about one image, go on to the next",
    onclick: () => set("advance", !model.get("advance")),
  }, "Advance");
  const slider = make("input", { type: "range", min: "64", max: "320", step: "8", class: "cvw-slider", "aria-label": "Size of the pictures" });
  slider.addEventListener("input", () => set("tile_size", Number(slider.value)));
  const ends = ["small", "large"].map((size_) => make("span", { class: `cvw-size cvw-size-${size_}`, "aria-hidden": "true" }));
  const element = make("div", { class: "cvw-foot" }, showing, make("span", { class: "cvw-space" }), advance, ends[0], slider, ends[1]);

  /** @param {string} sentence @param {boolean} decides */
  function show(sentence, decides) {
    say(showing, sentence);
    advance.hidden = !decides;
    advance.setAttribute("aria-pressed", String(model.get("advance")));
    slider.value = String(model.get("tile_size"));
  }

  return { element, show };
}
