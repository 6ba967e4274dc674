// Some of the user's own images as training would see them, drawn anew as the recipe is changed.

import { DRAWINGS, drawing, make, say } from "./elements.js";

/** Milliseconds without a change after which the pictures are drawn. */
const CALM = 250;

/** Pixels of it that are to be seen. */
const IN_SIGHT = 240;

/** Images and pictures of each that there is room for before the first answer. */
const ROOM = [4, 7];

/** What a picture shows, for those who do not see it. Pure. @param {number} image @param {number} picture */
export function pictureWords(image, picture) {
  return picture ? `Image ${image + 1}, variation ${picture}` : `Image ${image + 1}, as it is judged`;
}

/**
 * @param {(asked: {recipe: any, draw: number, others: number}) => Promise<{images: any[], buffers: DataView[]}>} ask
 * @param {() => any} recipe what decides the pictures, as it is typed
 * @param {AbortSignal} signal
 */
export function makeVariations(ask, recipe, signal) {
  const button = (word, act) => make("button", { type: "button", class: "cvw-button", onclick: act }, word);
  const close = make("button", { type: "button", class: "cvw-quiet", "aria-label": "Close the preview", onclick: hide }, drawing(DRAWINGS.close));
  const grid = make("div", { class: "cvw-variations-grid" });
  const trouble = make("div", { class: "cvw-problem", role: "alert", hidden: true }, make("span", {}));
  const state = make("span", { class: "cvw-about", role: "status" });
  const element = make("section", { class: "cvw-variations", "aria-label": "Preview of augmentations", hidden: true },
    make("div", { class: "cvw-line-up" }, make("h2", {}, "As training sees them"), state, make("span", { class: "cvw-space" }),
      make("div", { class: "cvw-variations-acts" },
        button("Another draw", () => turn({ draw: asked.draw + 1 })), button("Other images", () => turn({ others: asked.others + 1 })), close)),
    trouble, grid);
  let asked = { draw: 0, others: 0 };
  let drawn = "";
  let busy = false;
  let timer;
  let addresses = [];
  let opener = null;

  function open() {
    opener = document.activeElement;
    if (!trouble.hidden) drawn = ""; // once more
    element.hidden = false;
    if (!grid.childElementCount) grid.replaceChildren(...Array.from({ length: ROOM[0] * ROOM[1] }, () => make("span", { class: "cvw-variation" })));
    renew(0);
    if (getComputedStyle(element).position === "static") element.scrollIntoView({ block: "nearest" });
  }

  /** In a notebook's cell it does not follow by itself: when it is out of sight it comes beside what is changed. */
  function come() {
    if (getComputedStyle(element).position !== "absolute") return;
    const { top, bottom, height } = element.getBoundingClientRect();
    const room = element.parentElement.getBoundingClientRect();
    if (element.style.top && bottom > IN_SIGHT && top < innerHeight - IN_SIGHT) return;
    const beside = document.activeElement.getBoundingClientRect().top - height / 2;
    element.style.top = `${Math.max(0, Math.min(beside, room.bottom - height) - room.top)}px`;
  }

  function hide() {
    element.hidden = true;
    opener?.focus();
  }

  function turn(change) {
    asked = { ...asked, ...change };
    renew(0);
  }

  /** The recipe may have changed. */
  function renew(calm = CALM) {
    clearTimeout(timer);
    if (element.hidden) return;
    come();
    timer = setTimeout(go, calm);
  }

  async function go() {
    const question = { recipe: recipe(), ...asked };
    const key = JSON.stringify(question);
    if (busy || key === drawn) return;
    busy = true;
    element.setAttribute("aria-busy", "true");
    say(state, addresses.length ? "Drawing …" : "Drawing; the first time takes some seconds …");
    try {
      const answer = await ask(question);
      if (signal?.aborted) return;
      show(answer);
      trouble.hidden = true;
    } catch (error) {
      say(trouble.firstChild, error.message);
      trouble.hidden = false;
    }
    drawn = key;
    busy = false;
    element.removeAttribute("aria-busy");
    say(state, trouble.hidden ? "The first of each row is the image as it is judged." : "");
    renew(0); // what changed meanwhile
  }

  function show({ images, buffers }) {
    forget();
    let at = 0;
    grid.replaceChildren(...images.flatMap(({ pictures, problem }, image) => {
      if (problem) return [make("p", { class: "cvw-about cvw-variation-problem" }, problem)];
      return Array.from({ length: pictures }, (_, picture) => tile(buffers[at++], pictureWords(image, picture)));
    }));
  }

  function tile(bytes, words) {
    const address = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    addresses.push(address);
    return make("img", { class: "cvw-variation", src: address, alt: words, title: words });
  }

  function forget() {
    for (const address of addresses) URL.revokeObjectURL(address);
    addresses = [];
  }

  signal?.addEventListener("abort", () => {
    clearTimeout(timer);
    forget();
  });
  return { element, open, renew };
}
