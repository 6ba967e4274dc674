// How sure a run said to be, and how often it was right: the reliability diagram, folded.

import { make, say, shape } from "./elements.js";
import { inPoints, percent, thousands } from "./figures.js";

/** The side of the square that it is drawn in, without its edges. */
const SIDE = 240;

/** How far probabilities are off, in a line. Pure. @param {any} calibration */
export function calibrationWords({ ece, uncalibrated_ece: before, temperature }) {
  const words = `probabilities off by ${inPoints(ece)} points on average (ECE)`;
  return temperature === 1 || !Number.isFinite(before) ? words : `${words}, ${inPoints(before)} before they were calibrated`;
}

/** What was done to the probabilities, and on what the diagram stands, in sentences. Pure. @param {any} calibration @param {any} test */
export function calibrationNotes({ images, temperature }, { corrected, gone }) {
  const done = temperature === 1
    ? "No one temperature made them clearly better on the validation images: they are as the model gave them."
    : `All logits are divided by ${temperature.toFixed(3)}, a temperature found on the validation images.`;
  const then = corrected || gone ? ` It stands on the ${thousands(images)} test images as the run was tried on them, by the labels of then.` : "";
  return done + then;
}

/** What a bin says. Pure. @param {[number, number, number]} bin images, confidence, accuracy */
export function binWords([images, confidence, accuracy]) {
  return `${thousands(images)} ${images === 1 ? "image" : "images"} said with ${percent(confidence)}: ${percent(accuracy)} right`;
}

/**
 * Where bars [x, y, width, height] and dots [x, y, radius] stand: a bar as high as the share that was right, as wide as halfway to the
 * bins beside it, a dot as large as there are images. Pure.
 * @param {[number, number, number][]} bins by confidence
 */
export function reliabilityShapes(bins) {
  const most = Math.max(...bins.map(([images]) => images));
  const middles = bins.slice(1).map(([, confidence], at) => (bins[at][1] + confidence) / 2);
  const edges = [0, ...middles, 1];
  const bars = bins.map(([, , accuracy], at) => [edges[at] * SIDE + 1, (1 - accuracy) * SIDE, Math.max(1, (edges[at + 1] - edges[at]) * SIDE - 2), accuracy * SIDE]);
  const dots = bins.map(([images, confidence, accuracy]) => [confidence * SIDE, (1 - accuracy) * SIDE, 2.5 + 4.5 * Math.sqrt(images / most)]);
  return { bars: bars.map(rounded), dots: dots.map(rounded) };
}

function rounded(values) {
  return values.map((value) => Number(value.toFixed(1)));
}

/** @param {(open: boolean) => void} folded told when it is opened or closed */
export function makeReliability(folded) {
  const words = make("span", { class: "cvw-soft" });
  const figure = make("figure", { class: "cvw-figure" });
  const notes = make("p", {});
  const element = make("details", { class: "cvw-judging", hidden: true, ontoggle: () => folded(element.open) },
    make("summary", {}, make("strong", {}, "Calibration"), " ", words),
    make("div", { class: "cvw-calibration" }, figure, make("div", {}, notes,
      make("p", { class: "cvw-soft" }, "Of all answers given with 80%, about 80% should be right: then the dots lie on the dashed line. Beneath it the model is too sure of itself, above it too modest. A larger dot stands for more images. The average distance, weighed by images, is the expected calibration error (ECE)."))));
  let drawn = "";

  /** @param {any} calibration empty where it is not known @param {any} test */
  function show(calibration, test) {
    const { bins = [] } = calibration;
    element.hidden = !bins.length;
    if (!bins.length) return;
    say(words, calibrationWords(calibration));
    say(notes, calibrationNotes(calibration, test));
    const facts = JSON.stringify(bins);
    if (facts !== drawn) figure.replaceChildren(diagram([...bins].sort((one, other) => one[1] - other[1])));
    drawn = facts;
  }
  return { element, show };
}

function diagram(bins) {
  const { bars, dots } = reliabilityShapes(bins);
  const mark = (share, place) => shape("text", { class: "cvw-mark", "text-anchor": "end", ...place }, `${share}%`);
  const marks = [0, 50, 100].flatMap((share) => [
    mark(share, { x: (SIDE * share) / 100, y: SIDE + 16, "text-anchor": "middle" }),
    mark(share, { x: -6, y: SIDE * (1 - share / 100) + 4 }),
  ]);
  return shape("svg", { viewBox: "-44 -8 296 284", role: "img", "aria-label": `Reliability diagram. ${bins.map(binWords).join("; ")}` },
    shape("rect", { class: "cvw-square", width: SIDE, height: SIDE }),
    ...bars.map(([x, y, width, height]) => shape("rect", { class: "cvw-right-share", x, y, width, height })),
    shape("line", { class: "cvw-line cvw-dashed", x1: 0, y1: SIDE, x2: SIDE, y2: 0 }),
    shape("polyline", { class: "cvw-line", points: dots.map(([x, y]) => `${x},${y}`).join(" ") }),
    ...dots.map(([cx, cy, r], at) => shape("circle", { class: "cvw-dot", cx, cy, r }, shape("title", {}, binWords(bins[at])))),
    ...marks,
    shape("text", { class: "cvw-mark", x: SIDE / 2, y: SIDE + 34, "text-anchor": "middle" }, "how sure it said to be"),
    shape("text", { class: "cvw-mark", transform: `translate(-34 ${SIDE / 2}) rotate(-90)`, "text-anchor": "middle" }, "how often it was right"));
}
