// The marks of runs that are compared: each has a color, a dash and a shape of its own, so that color alone tells nothing.

import { shape } from "./elements.js";

/** So many runs are compared at once. */
export const MOST_COMPARED = 5;

/** The outline of a shape of about 9 px around a place: circle, square, triangle, diamond, cross. Pure. @param {number} number from 1 on @param {[number, number]} place */
export function outlineOf(number, [x, y]) {
  return [
    `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0-8 0z`,
    `M${x - 3.5} ${y - 3.5}h7v7h-7z`,
    `M${x} ${y - 5}l4.500 8h-9z`,
    `M${x} ${y - 5}l5 5l-5 5l-5-5z`,
    `M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`,
  ][(number - 1) % MOST_COMPARED];
}

/** @param {number} number from 1 on @param {[number, number]} place */
export function markAt(number, place) {
  return shape("path", { d: outlineOf(number, place), class: `cvw-run-mark cvw-run-${number}` });
}

/** The line of a run as it stands in the curves, beside its name. @param {number} number from 1 on */
export function keyOf(number) {
  const line = shape("path", { d: "M1 8H31", class: `cvw-line cvw-run-line cvw-run-${number}` });
  return shape("svg", { viewBox: "0 0 32 16", class: "cvw-run-key", "aria-hidden": "true" }, line, markAt(number, [16, 8]));
}
