// The rubber band: a drag over the wall selects the tiles that it touches; at its edge the wall moves on.

import { make } from "./elements.js";
import { union } from "./ranges.js";
import { GAP } from "./wall.js";

/** Pixels after which a press that moves is a drag and no click. */
const SLACK = 5;
/** Pixels from the edge within which the wall moves, and how many it moves in a frame at most. */
const EDGE = 32;
const FASTEST = 28;

/**
 * The positions of the tiles that a box on the wall touches, as ranges. Pure.
 * @param {import("./wall.js").Layout} layout @param {{left: number, right: number, top: number, bottom: number}} box in pixels on the wall
 * @param {number} count @returns {import("./ranges.js").Range[]}
 */
export function touched(layout, box, count) {
  // Before each tile is a gap, which belongs to none.
  const before = (pixels) => Math.floor((pixels - GAP) / layout.pitch);
  const past = (pixels) => Math.floor(pixels / layout.pitch);
  const first = { column: Math.max(0, past(box.left)), row: Math.max(0, past(box.top)) };
  const last = { column: Math.min(layout.columns - 1, before(box.right)), row: Math.min(layout.rows - 1, before(box.bottom)) };
  if (last.column < first.column || last.row < first.row) return [];
  const at = (row, column) => Math.min(count, row * layout.columns + column);
  if (!first.column && last.column === layout.columns - 1) return onlyFull([[at(first.row, 0), at(last.row + 1, 0)]]);
  const rows = Array.from({ length: last.row - first.row + 1 }, (_, index) => first.row + index);
  return onlyFull(rows.map((row) => [at(row, first.column), at(row, last.column + 1)]));
}

function onlyFull(ranges) {
  return ranges.filter(([from, to]) => to > from);
}

/** How far the wall moves in a frame when the pointer is near or past its edge. Pure. @param {number} at @param {number} height */
export function drift(at, height) {
  if (at < EDGE) return -Math.min(FASTEST, Math.ceil((EDGE - at) / 4));
  if (at > height - EDGE) return Math.min(FASTEST, Math.ceil((at - height + EDGE) / 4));
  return 0;
}

/**
 * Lets a drag over the wall select. A drag that begins on a selected image is left to the browser: it carries the selection away.
 * @param {HTMLElement} scroller
 * @param {{layout: () => any, y: () => number, goTo: (y: number) => void, count: () => number, selection: () => any, isSelected: (event: Event) => boolean,
 *   select: (ranges: any[]) => void, ended: (before: any) => void}} wall `ended` hears what was selected before
 * @param {AbortSignal} signal
 */
export function makeBand(scroller, wall, signal) {
  const element = make("div", { class: "cvw-band", "aria-hidden": "true", hidden: true });
  scroller.parentElement.append(element);
  let drag = null;
  let frame = 0;
  let ended = false;

  function pointOf(event) {
    const { left, top } = scroller.getBoundingClientRect();
    return { x: event.clientX - left, at: event.clientY - top };
  }

  function draw() {
    const { x, at } = drag.pointer;
    const y = wall.y() + Math.min(Math.max(at, 0), scroller.clientHeight);
    const box = { left: Math.min(drag.x, x), right: Math.max(drag.x, x), top: Math.min(drag.y, y), bottom: Math.max(drag.y, y) };
    const top = Math.max(box.top - wall.y(), 0);
    const bottom = Math.min(box.bottom - wall.y(), scroller.clientHeight);
    const right = Math.min(box.right, scroller.clientWidth);
    element.style.cssText = `left: ${Math.max(box.left, 0)}px; top: ${top}px; width: ${right - Math.max(box.left, 0)}px; height: ${bottom - top}px`;
    element.hidden = false;
    wall.select(union(drag.kept, touched(wall.layout(), box, wall.count())));
  }

  function pull() {
    const moved = drift(drag.pointer.at, scroller.clientHeight);
    if (moved) wall.goTo(wall.y() + moved);
    draw();
    frame = requestAnimationFrame(pull);
  }

  scroller.addEventListener("pointerdown", (event) => {
    const onBar = event.offsetX >= scroller.clientWidth && event.target === scroller;
    if (event.button || event.pointerType === "touch" || onBar || wall.isSelected(event)) return;
    const { x, at } = pointOf(event);
    const adds = event.ctrlKey || event.metaKey || event.shiftKey;
    drag = { x, y: wall.y() + at, began: { x, at }, pointer: { x, at }, before: wall.selection(), kept: adds ? wall.selection().ranges : [], id: event.pointerId, moves: false };
  });
  scroller.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.pointer = pointOf(event);
    if (drag.moves || Math.hypot(drag.pointer.x - drag.began.x, drag.pointer.at - drag.began.at) < SLACK) return;
    drag.moves = true;
    scroller.setPointerCapture(drag.id);
    pull();
  });
  const end = () => {
    if (!drag) return;
    cancelAnimationFrame(frame);
    element.hidden = true;
    if (drag.moves) {
      wall.ended(drag.before);
      ended = true;
      setTimeout(() => (ended = false));
    }
    drag = null;
  };
  scroller.addEventListener("click", (event) => ended && event.stopImmediatePropagation(), { capture: true }); // it ended the drag, and is no click
  scroller.addEventListener("pointerup", end);
  scroller.addEventListener("pointercancel", end);
  signal?.addEventListener("abort", () => cancelAnimationFrame(frame));
}
