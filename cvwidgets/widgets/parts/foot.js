// The foot of the wall: what is shown, what stands on the pictures, whether a decision goes on to the next image, and the pictures' size.

import { choicesOnTiles, chosenWith } from "./captions.js";
import { make, say } from "./elements.js";
import { withMenu } from "./menu.js";

/** @param {any} model the wall's @param {() => any[]} factsShown what is known of the images on the screen */
export function makeFoot(model, factsShown) {
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
  const show_ = make("button", { type: "button", class: "cvw-quiet cvw-show", title: "What stands on the pictures" }, "Show");
  const onTiles = withMenu(show_, () => {
    const offered = choices();
    const toggle = (name) => set("on_tiles", chosenWith(model.get("on_tiles"), name, offered.map((one) => one.name)));
    return offered.map(({ name, word }) => ({ word, checked: model.get("on_tiles").includes(name), several: true, run: () => toggle(name) }));
  }, "Show on the pictures");
  const slider = make("input", { type: "range", min: "64", max: "320", step: "8", class: "cvw-slider", "aria-label": "Size of the pictures" });
  slider.addEventListener("input", () => set("tile_size", Number(slider.value)));
  const ends = ["small", "large"].map((size_) => make("span", { class: `cvw-size cvw-size-${size_}`, "aria-hidden": "true" }));
  const element = make("div", { class: "cvw-foot" }, showing, make("span", { class: "cvw-space" }), onTiles, advance, ends[0], slider, ends[1]);

  function choices() {
    return choicesOnTiles(factsShown(), (model.get("_wall").values ?? []).map(({ name }) => name));
  }

  /** Offers what there is to show, which is known once something of the images is. */
  function offer() {
    onTiles.hidden = !choices().length;
  }

  /** @param {string} sentence @param {boolean} decides */
  function show(sentence, decides) {
    say(showing, sentence);
    showing.title = sentence;
    advance.hidden = !decides;
    advance.setAttribute("aria-pressed", String(model.get("advance")));
    slider.value = String(model.get("tile_size"));
    offer();
  }

  return { element, show, offer };
}
