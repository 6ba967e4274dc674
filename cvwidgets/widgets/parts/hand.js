// The mouse on the wall: clicks select, a drag over images selects what it touches, a drag of what is selected carries it to a label.

import { makeBand } from "./band.js";
import { make } from "./elements.js";
import { DRAGGED_IMAGES } from "./labeldrops.js";
import { has, size } from "./ranges.js";
import { click } from "./selection.js";

/**
 * @param {HTMLElement} scroller @param {{positionOf: (event: Event) => number}} tiles
 * @param {any} wall its layout, y, count, selection as functions, and what to do: goTo, select, change, look, assign
 * @param {AbortSignal} signal
 */
export function makeHand(scroller, tiles, wall, signal) {
  const isSelected = (event) => has(wall.selection().ranges, tiles.positionOf(event));
  makeBand(scroller, {
    ...wall,
    isSelected,
    select: (ranges) => wall.select({ ...wall.selection(), ranges }),
    ended: (before) => wall.change(wall.selection(), before),
  }, signal);

  scroller.addEventListener("click", (event) => {
    const position = tiles.positionOf(event);
    if (position >= 0) wall.change(click(wall.selection(), position, { ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey }));
  });
  scroller.addEventListener("dblclick", (event) => wall.look(tiles.positionOf(event)));
  scroller.addEventListener("mousedown", (event) => event.shiftKey && event.preventDefault());

  let carries = false;
  scroller.addEventListener("dragstart", (event) => {
    carries = isSelected(event);
    if (!carries) return event.preventDefault();
    event.dataTransfer.setData(DRAGGED_IMAGES, "");
    event.dataTransfer.effectAllowed = "copy";
    const parcel = make("div", { class: "cvw-parcel" }, size(wall.selection().ranges).toLocaleString("en-US"));
    scroller.parentElement.append(parcel);
    event.dataTransfer.setDragImage(parcel, -8, -8);
    setTimeout(() => parcel.remove());
    return undefined;
  });
  scroller.addEventListener("dragend", () => (carries = false));
  document.addEventListener("cvw-drop-label", (event) => carries && wall.assign(/** @type {CustomEvent} */ (event).detail.label), { signal });
}
