// The geometry of the wall of tiles. A browser clamps an element's height at 33,554,432 px, so the scroller is at most 8,000,000 px high;
// beyond that its position is mapped to a place on the wall, which may be any number of pixels high.

export const HIGHEST = 8_000_000;
export const GAP = 8;

/**
 * How many tiles stand in a row, and how high everything is.
 * @param {{count: number, width: number, height: number, tile: number}} given all but count in pixels
 */
export function lay({ count, width, height, tile }) {
  const columns = Math.max(1, Math.floor((width - GAP) / (tile + GAP)));
  const side = Math.max(16, (width - GAP) / columns - GAP);
  const pitch = side + GAP;
  const rows = Math.ceil(count / columns);
  const whole = rows * pitch + GAP;
  const scroller = Math.min(whole, HIGHEST);
  const stretch = whole > HIGHEST ? (whole - height) / (HIGHEST - height) : 1;
  return { columns, side, pitch, rows, whole, scroller, stretch, height };
}

/** @typedef {ReturnType<typeof lay>} Layout */

/** Where on the wall the screen begins for a position of the scrollbar. @param {Layout} layout @param {number} scrollTop */
export function toWall(layout, scrollTop) {
  return clamp(scrollTop * layout.stretch, 0, Math.max(0, layout.whole - layout.height));
}

/** The position of the scrollbar for a place on the wall. @param {Layout} layout @param {number} y */
export function toScroller(layout, y) {
  return clamp(y, 0, Math.max(0, layout.whole - layout.height)) / layout.stretch;
}

/**
 * The positions that are on the screen, and those that are drawn (half a screen more on either side, rows before and after).
 * @param {Layout} layout @param {number} y @param {number} count
 */
export function visible(layout, y, count) {
  const first = Math.max(0, Math.floor((y - GAP) / layout.pitch));
  const last = Math.max(first, Math.ceil((y + layout.height) / layout.pitch));
  const margin = Math.max(1, Math.ceil((last - first) / 2));
  const at = (row) => clamp(row * layout.columns, 0, count);
  return { from: at(first), to: at(last), drawnFrom: at(first - margin), drawnTo: at(last + margin) };
}

/** The place of a tile on the wall. @param {Layout} layout @param {number} position */
export function place(layout, position) {
  return { x: GAP + (position % layout.columns) * layout.pitch, y: GAP + Math.floor(position / layout.columns) * layout.pitch };
}

/** The nearest place on the wall at which a tile is on the screen whole. @param {Layout} layout @param {number} y @param {number} position */
export function reveal(layout, y, position) {
  const top = place(layout, position).y - GAP;
  const bottom = top + layout.pitch + GAP;
  if (top < y) return top;
  if (bottom > y + layout.height) return bottom - layout.height;
  return y;
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
