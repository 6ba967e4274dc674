// A small curve: one or two lines over the epochs.

import { make, shape } from "./elements.js";

const WIDTH = 240;
const HEIGHT = 88;
const EDGE = { left: 34, right: 10, top: 8, bottom: 18 };

/**
 * The place of each value in the drawing. Pure.
 * @param {number[]} values @param {{low: number, high: number, epochs: number}} scale
 * @returns {[number, number][]}
 */
export function points(values, { low, high, epochs }) {
  const wide = WIDTH - EDGE.left - EDGE.right;
  const tall = HEIGHT - EDGE.top - EDGE.bottom;
  return values.map((value, index) => {
    const x = EDGE.left + (epochs > 1 ? (index / (epochs - 1)) * wide : wide / 2);
    const y = EDGE.top + (1 - (value - low) / (high - low || 1)) * tall;
    return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
  });
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
 * A figure of some lines.
 * @param {string} title @param {{name: string, values: number[], dashed?: boolean}[]} lines
 * @param {{epochs: number, best?: number, most?: number, write: (value: number) => string}} options best: index of the best epoch; most: no value is larger
 */
export function curve(title, lines, { epochs, best = -1, most, write }) {
  const scale = { ...bounds(lines.flatMap((line) => line.values), most), epochs };
  const drawing = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title} over the epochs`, class: "cvw-curve" });
  for (const value of [scale.high, scale.low]) {
    const [[, y]] = points([value], scale);
    drawing.append(
      shape("line", { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y, y2: y, class: "cvw-axis" }),
      shape("text", { x: EDGE.left - 6, y: y + 4, class: "cvw-mark", "text-anchor": "end" }, write(value)),
    );
  }
  for (const line of lines) {
    const places = points(line.values, scale);
    const kind = line.dashed ? "cvw-line cvw-dashed" : "cvw-line";
    drawing.append(shape("polyline", { points: places.map((place) => place.join(",")).join(" "), class: kind }));
    if (places.length) dot(drawing, places[places.length - 1], "cvw-dot");
    if (!line.dashed && places[best]) dot(drawing, places[best], "cvw-dot cvw-dot-best");
  }
  const ends = epochs > 1 ? [[1, EDGE.left], [epochs, WIDTH - EDGE.right]] : [[1, (WIDTH + EDGE.left - EDGE.right) / 2]];
  for (const [number, x] of ends) drawing.append(shape("text", { x, y: HEIGHT - 3, class: "cvw-mark", "text-anchor": "middle" }, String(number)));
  const names = lines.map((line) => make("span", { class: line.dashed ? "cvw-key cvw-key-dashed" : "cvw-key" }, line.name));
  return make("figure", { class: "cvw-figure" }, make("figcaption", {}, make("h3", {}, title), ...(lines.length > 1 ? names : [])), drawing);
}

function dot(drawing, [x, y], kind) {
  drawing.append(shape("circle", { cx: x, cy: y, r: 3, class: kind }));
}
