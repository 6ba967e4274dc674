// How sure a model is of very many images: a bar for each step of confidence, and beneath them the two ends of the range that is shown.

import { make, say, shape } from "./elements.js";

/** Steps of the slider from 0 to 1. */
const STEPS_OF_RANGE = 200;
const [BARS_WIDE, BARS_HIGH] = [240, 48];

/** The range in words: "60% to 97.5%". Pure. @param {number} low @param {number} high */
export function rangeInWords(low, high) {
  const words = (share) => `${Number((100 * share).toFixed(1))}%`;
  return low <= 0 && high >= 1 ? "any" : `${words(low)} to ${words(high)}`;
}

/** Which of `count` bars lie in a range, if only in part. Pure. @param {number} count @param {number} low @param {number} high @returns {boolean[]} */
export function barsWithin(count, low, high) {
  return Array.from({ length: count }, (_, at) => (at + 1) / count > low && at / count <= high && !((at + 1) / count === low));
}

/** @param {(low: number, high: number) => void} change told while an end is moved */
export function makeConfidence(change) {
  const chart = shape("svg", { class: "cvw-confidence-bars", viewBox: `0 0 ${BARS_WIDE} ${BARS_HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const end = (name, value) => make("input", { type: "range", min: "0", max: String(STEPS_OF_RANGE), step: "1", value: String(value), "aria-label": name, oninput: moved });
  const [low, high] = [end("Least confidence", 0), end("Most confidence", STEPS_OF_RANGE)];
  const words = make("output", { class: "cvw-soft" });
  const element = make("div", { class: "cvw-confidence", role: "group", "aria-label": "Confidence" },
    make("div", { class: "cvw-line-up" }, make("h3", {}, "Confidence"), words), chart, make("div", { class: "cvw-two-ends" }, make("span", { class: "cvw-rail-of-range" }), low, high));
  let bars = [];

  const ends = () => [Number(low.value) / STEPS_OF_RANGE, Number(high.value) / STEPS_OF_RANGE];

  function moved(event) {
    // The ends do not pass each other.
    if (Number(low.value) > Number(high.value)) event.target.value = event.target === low ? high.value : low.value;
    paint();
    const [from, to] = ends();
    change(from, to);
  }

  function paint() {
    const [from, to] = ends();
    say(words, rangeInWords(from, to));
    element.style.setProperty("--cvw-from", String(from));
    element.style.setProperty("--cvw-to", String(to));
    // Whichever end is in a corner can be taken hold of there.
    low.style.zIndex = from > 0.5 ? "2" : "1";
    high.style.zIndex = from > 0.5 ? "1" : "2";
    const within = barsWithin(bars.length, from, to);
    [...chart.children].forEach((bar, at) => bar.setAttribute("class", within[at] ? "cvw-in-range" : ""));
  }

  /** @param {number[]} counts @param {number} from @param {number} to */
  function show(counts, from, to) {
    if (counts.join() !== bars.join()) {
      bars = counts;
      const [most, wide] = [Math.max(1, ...counts), BARS_WIDE / counts.length];
      chart.replaceChildren(...counts.map((count, at) => {
        const tall = count ? Math.max(1.5, (count / most) * BARS_HIGH) : 0;
        return shape("rect", { x: at * wide + 0.5, y: BARS_HIGH - tall, width: wide - 1, height: tall });
      }));
    }
    const held = [low, high].includes(document.activeElement) && element.matches(":active");
    if (!held) [low.value, high.value] = [String(Math.round(from * STEPS_OF_RANGE)), String(Math.round(to * STEPS_OF_RANGE))];
    paint();
  }

  return { element, show };
}
