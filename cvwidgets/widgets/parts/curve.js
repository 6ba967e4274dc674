// A small curve: some lines over the epochs, drawn as wide as its place.

import { make, shape } from "./elements.js";
import { markAt } from "./marks.js";

/** Pixels. */
const HEIGHT = 120;
const EDGE = { left: 40, right: 12, top: 8, bottom: 20 };

/**
 * The place of each value in the drawing. Pure.
 * @param {number[]} values @param {{low: number, high: number, epochs: number, width: number, height?: number}} scale
 * @returns {[number, number][]}
 */
export function points(values, { low, high, epochs, width, height = HEIGHT }) {
  const tall = height - EDGE.top - EDGE.bottom;
  return values.map((value, index) => {
    const x = across(index, epochs, width);
    const y = EDGE.top + (high > low ? 1 - (value - low) / (high - low) : 0.5) * tall;
    return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
  });
}

/** Where steps stand among the epochs, at whose end each epoch's value stands; those before the first of these are left out. Pure. @param {[number, number][]} steps @param {any} scale */
export function stepPoints(steps, scale) {
  const seen = steps.filter(([at]) => at >= 1);
  const heights = points(seen.map(([, value]) => value), scale);
  return seen.map(([at], index) => `${Math.round(10 * across(at - 1, scale.epochs, scale.width)) / 10},${heights[index][1]}`).join(" ");
}

function across(index, epochs, width) {
  const wide = width - EDGE.left - EDGE.right;
  return EDGE.left + (epochs > 1 ? (index / (epochs - 1)) * wide : wide / 2);
}

/**
 * The ends of a scale that holds all values, a little wider than they are, within what is possible. Pure.
 * @param {number[]} values @param {number} [most]
 */
export function bounds(values, most = Infinity) {
  const known = values.filter(Number.isFinite);
  if (!known.length) return { low: 0, high: 1 };
  const low = Math.min(...known);
  const high = Math.max(...known);
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return { low: Math.max(0, low - room), high: Math.min(most, high + room) };
}

/**
 * A figure of some lines, which are drawn again whenever its width changes.
 * @param {string} title @param {{name: string, dashed?: boolean, mark?: number}[]} lines mark: which of the runs compared it is, whose key stands
 * elsewhere @param {AbortSignal} signal @param {number} [height] pixels
 */
export function makeCurve(title, lines, signal, height = HEIGHT) {
  const picture = shape("svg", { role: "img", "aria-label": `${title} over the epochs`, class: "cvw-curve", height });
  const keys = lines.map((line) => make("span", { class: line.dashed ? "cvw-key cvw-key-dashed" : "cvw-key" }, line.name));
  const element = make("figure", { class: "cvw-figure" }, make("figcaption", {}, make("h3", {}, title), ...(lines.length > 1 && !lines[0].mark ? keys : [])), picture);
  let drawNow = () => {};

  /**
   * @param {number[][]} values of each line
   * @param {{epochs: number, best?: number, bests?: number[], most?: number, steps?: [number, number][], write: (value: number) => string}} options
   * best: index of the best epoch, or that of each line; most: no value is larger; steps: points (epoch, value) of steps, to be drawn faintly
   */
  function show(values, options) {
    drawNow = () => {
      const width = element.clientWidth;
      if (!width) return;
      picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
      picture.replaceChildren(...draw(lines, values, { width, height }, options));
    };
    drawNow();
  }

  const wide = new ResizeObserver(() => drawNow());
  wide.observe(element);
  signal?.addEventListener("abort", () => wide.disconnect());
  return { element, show };
}

function draw(lines, values, { width, height }, { epochs, best = -1, bests = [], most, steps = [], write }) {
  const scale = { ...bounds([...values.flat(), ...steps.map(([, value]) => value)], most), epochs, width, height };
  const alone = values[0].length < 2 && !lines[0].mark && !steps.length; // two ends of a scale would say more of one epoch than is known: its values are written beside it
  const drawn = alone ? [] : [scale.high, scale.low].flatMap((value) => axis(points([value], scale)[0][1], width, write(value)));
  if (steps.length) drawn.push(shape("polyline", { points: stepPoints(steps, scale), class: "cvw-line cvw-each-step" }));
  for (const [index, line] of lines.entries()) {
    const places = points(values[index], scale);
    const known = places.filter((place) => place.every(Number.isFinite));
    const kind = line.mark ? ` cvw-run-line cvw-run-${line.mark}` : line.dashed ? " cvw-dashed" : "";
    drawn.push(shape("polyline", { points: known.map((place) => place.join(",")).join(" "), class: `cvw-line${kind}` }));
    if (line.mark) {
      const there = known.includes(places[bests[index]]) ? places[bests[index]] : known[known.length - 1];
      if (there) drawn.push(markAt(line.mark, there));
      continue;
    }
    if (known.length) drawn.push(dot(known[known.length - 1], "cvw-dot"));
    if (!line.dashed && known.includes(places[best])) drawn.push(dot(places[best], "cvw-dot cvw-dot-best"));
    if (alone && known.length) drawn.push(text(known[0][0] + 10, known[0][1] + 4, "start", write(values[index][0])));
  }
  for (const number of new Set([1, epochs])) drawn.push(text(across(number - 1, epochs, width), height - 4, "middle", String(number)));
  return drawn;
}

function axis(y, width, words) {
  return [shape("line", { x1: EDGE.left, x2: width - EDGE.right, y1: y, y2: y, class: "cvw-axis" }), text(EDGE.left - 6, y + 4, "end", words)];
}

function text(x, y, anchor, words) {
  return shape("text", { x, y, class: "cvw-mark", "text-anchor": anchor }, words);
}

function dot([x, y], kind) {
  return shape("circle", { cx: x, cy: y, r: 3, class: kind });
}
