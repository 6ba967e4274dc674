// Where a picture stands on its stage, and how large: fitted, at 100%, zoomed at a point, pushed aside. Pure.

/**
 * @typedef {object} Place
 * @property {number} scale CSS pixels for one pixel of the original
 * @property {number} x of the picture's middle, from the middle of the stage, in CSS pixels
 * @property {number} y
 */

/** @typedef {{width: number, height: number}} Sides */

/** A small picture is enlarged so much at most to fit: beyond it one sees pixels and no picture. */
const LARGEST_FIT = 8;
const CLOSEST = 32;
export const ZOOM_STEP = 1.5;

/** The scale at which a picture is as large as its stage allows. @param {Sides} stage @param {Sides} picture */
export function fitScale(stage, picture) {
  if (!picture.width || !picture.height) return 1;
  return Math.min(stage.width / picture.width, stage.height / picture.height, LARGEST_FIT);
}

/** @param {Sides} stage @param {Sides} picture @returns {Place} */
export function fitted(stage, picture) {
  return { scale: fitScale(stage, picture), x: 0, y: 0 };
}

/** The place, with no edge of the picture further inside than it must be, and no smaller than fitted. @param {Place} place @param {Sides} stage @param {Sides} picture */
export function held(place, stage, picture) {
  const scale = Math.max(place.scale, fitScale(stage, picture));
  const spare = (side) => Math.max(0, (picture[side] * scale - stage[side]) / 2);
  return { scale, x: between(place.x, spare("width")), y: between(place.y, spare("height")) };
}

/**
 * Zooms so that what is under a point stays under it.
 * @param {Place} place @param {number} scale the new one @param {{x: number, y: number}} point from the middle of the stage
 * @param {Sides} stage @param {Sides} picture @returns {Place}
 */
export function zoomedTo(place, scale, point, stage, picture) {
  const next = Math.min(Math.max(scale, fitScale(stage, picture)), Math.max(CLOSEST, fitScale(stage, picture)));
  const grown = next / place.scale;
  return held({ scale: next, x: point.x - (point.x - place.x) * grown, y: point.y - (point.y - place.y) * grown }, stage, picture);
}

/** @param {Place} place @param {number} dx @param {number} dy @param {Sides} stage @param {Sides} picture */
export function pushed(place, dx, dy, stage, picture) {
  return held({ ...place, x: place.x + dx, y: place.y + dy }, stage, picture);
}

/** Whether a rendition has fewer pixels than the screen shows of it now. @param {Place} place @param {Sides} picture @param {number} ratio device pixels per CSS pixel @param {number} sharp width of the rendition */
export function needsMore(place, picture, ratio, sharp) {
  return sharp < picture.width && place.scale * ratio * picture.width > sharp * 1.05;
}

/** The scale at which one pixel of the picture is one of the screen. @param {number} ratio */
export function hundred(ratio) {
  return 1 / (ratio || 1);
}

function between(value, most) {
  return Math.min(Math.max(value, -most), most) + 0;
}
