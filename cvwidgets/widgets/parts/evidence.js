// The strip over the wall of Explore: why an image is suspected, and the pair of images that sits at the threshold; in pictures.

import { make, say } from "./elements.js";
import { percent } from "./figures.js";
import { makeFigures } from "./nearby.js";

/** Milliseconds without a movement after which what was moved counts. */
const SETTLED = 250;
/** Milliseconds without another selection after which it is asked why. */
const RESTING_SELECTION = 120;

/** What speaks for and against a label, in words. Pure. @param {any} told of the kernel */
export function reasonWords({ label, suggested, probabilities }) {
  const [own, other] = probabilities.map(percent);
  return `Kept as ${label} (${own}); ${suggested ? `${suggested} (${other})` : "another label"} is suggested. Most like it:`;
}

/** How alike a pair is, and what follows from it, in words. Pure. @param {number | undefined} likeness @param {number} threshold */
export function pairWords(likeness, threshold) {
  if (likeness === undefined) return "No images are alike.";
  return `The pair nearest to it is ${likeness.toFixed(2)} alike: ${likeness >= threshold ? "stacked" : "not stacked"}.`;
}

/**
 * Why the selected image is suspected.
 * @param {(version: number, position: number) => Promise<any>} ask
 */
export function makeWhy(ask) {
  const words = make("p", { role: "status" });
  const figures = makeFigures();
  const element = make("section", { class: "cvw-strip cvw-why", "aria-label": "Why it is suspected", hidden: true }, words, figures.element);
  let shown = "";
  let timer = 0;

  /** Asks once the selection rests: who goes through the wall by arrow keys waits for nothing. @param {{version: number, ranges: number[][]}} selected of the wall */
  function show({ version, ranges }) {
    const position = ranges[0]?.[0] ?? -1;
    const wanted = `${version}/${position}`;
    if (wanted === shown) return;
    shown = wanted;
    clearTimeout(timer);
    if (position < 0) tell(null);
    else timer = setTimeout(async () => {
      const told = await ask(version, position).catch(() => null);
      if (wanted === shown) tell(told);
    }, RESTING_SELECTION);
  }

  /** @param {any} told of the kernel; null where nothing is selected */
  function tell(told) {
    say(words, told?.near ? reasonWords(told) : "Select an image to see why it is suspected: the images most like it, with their labels.");
    figures.show(told?.near ?? [], told?.buffers ?? [], told?.suggested);
  }

  return { element, show, forget: figures.forget };
}

/**
 * The likeness from which images are stacked, with the pair that sits nearest to it.
 * @param {{pair: (likeness: number) => Promise<any>, settle: (likeness: number) => void}} kernel
 */
export function makeThreshold({ pair, settle }) {
  const slider = make("input", { type: "range", min: "0.4", max: "1", step: "0.01", class: "cvw-slider", "aria-label": "Likeness from which images are stacked" });
  const figure = make("output", { class: "cvw-count" });
  const words = make("small", { class: "cvw-hint", role: "status" });
  const figures = makeFigures();
  const element = make("section", { class: "cvw-strip", "aria-label": "Threshold", hidden: true },
    make("div", { class: "cvw-threshold" }, make("span", {}, "Stack what is as alike as"), figure, slider, words), figures.element);
  let timer = 0;
  let asking = false;

  slider.addEventListener("input", () => {
    showPair();
    clearTimeout(timer);
    timer = setTimeout(() => settle(Number(slider.value)), SETTLED);
  });

  /** Shows the pair at the slider; while it is moved one question is on its way at a time, and the last one counts. */
  async function showPair() {
    const likeness = Number(slider.value);
    say(figure, likeness.toFixed(2));
    if (asking) return;
    asking = true;
    const told = await pair(likeness).catch(() => null);
    asking = false;
    if (told) {
      say(words, pairWords(told.likeness, likeness));
      figures.show(told.near ?? [], told.buffers);
    }
    if (Number(slider.value) !== likeness) showPair();
  }

  /** @param {{threshold: number, lowest: number}} stacking */
  function show({ threshold, lowest }) {
    slider.min = String(lowest);
    if (document.activeElement !== slider) slider.value = String(threshold);
    showPair();
  }

  return { element, show, forget: figures.forget };
}
