// What is said when a model came into production. Pure.

import { inPoints, signedPoints, thousands } from "./figures.js";

/** What came into production in the place of what, and whether it is better. @param {any} answer */
export function promotedWords({ version, before, images, difference, low, high }) {
  const now = `Model ${version} is in production. `;
  if (!images) return now;
  const than = `than model ${before} on the ${thousands(images)} test images that both share (95% sure between ${signedPoints(low)} and ${signedPoints(high)} points)`;
  return `${now}It has ${inPoints(Math.abs(difference))} points ${difference < 0 ? "fewer" : "more"} right ${than}. `;
}
