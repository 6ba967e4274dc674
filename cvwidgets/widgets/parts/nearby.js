// Images beside another, in pictures with their labels; and which labels an image may have, as bars.

import { make } from "./elements.js";
import { percent } from "./figures.js";

/** Pictures with their labels under them, as the kernel sends them. @param {(index: number) => void} [visit] goes to one that has a `position` @param {(one: any) => string} [caption] */
export function makeFigures(visit, caption = ({ label }) => label || "New") {
  const element = make("div", { class: "cvw-figures-row" });
  let urls = [];

  function forget() {
    for (const url of urls) URL.revokeObjectURL(url);
    urls = [];
  }

  /** @param {{name: string, label: string, distance?: number, position?: number}[]} near @param {ArrayBuffer[]} buffers a JPEG of each @param {string} [marked] a label that stands out */
  function show(near, buffers, marked = "") {
    forget();
    urls = buffers.map((bytes) => URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
    element.replaceChildren(...near.map((one, index) => {
      const image = make("img", { src: urls[index], alt: one.name });
      return make("figure", { title: nearbyWords(one), class: marked && one.label === marked ? "cvw-agrees" : null },
        visit && one.position >= 0 ? make("button", { type: "button", "aria-label": `Go to ${nearbyWords(one)}`, onclick: () => visit(one.position) }, image) : image,
        make("figcaption", {}, make("bdi", {}, caption(one))));
    }));
  }

  return { element, show, forget };
}

/** An image beside another, in words. Pure. @param {{name: string, label: string, distance?: number}} one */
export function nearbyWords({ name, label, distance }) {
  return [name, label, distance === undefined ? "" : `distance ${distance.toFixed(3)}`].filter(Boolean).join(" · ");
}

/** A label with its probability as a bar. @param {{label: string, probability: number}} said @param {boolean} first */
export function barRow({ label, probability }, first) {
  const bar = make("span", { class: first ? "cvw-bar-first" : null });
  bar.style.width = `${Math.max(0.5, 100 * probability)}%`;
  return make("div", { class: "cvw-bar-row" }, make("bdi", { class: "cvw-bar-name", title: label }, label), make("div", { class: "cvw-bar-track" }, bar), make("span", { class: "cvw-bar-figure" }, percent(probability)));
}
