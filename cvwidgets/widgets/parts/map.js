// The map beside the wall: what the pointer does on it, in words, and the picture of the point under it. The points are drawn by jupyter-scatter.

import { make, say } from "./elements.js";
import { makeFigures } from "./nearby.js";
import { fillSlot } from "./slot.js";

/** What dragging on the map does, by the names that its library has for it. */
const POINTER_MODES = [
  ["lasso", "Draw around", "Drag around points: their images stand on the wall"],
  ["panZoom", "Move", "Drag to move the map; hold Shift to draw around points"],
];
/** Pixels that a pointer may tremble in a click. */
const TREMBLE = 3;
/** Pixels between the pointer and the picture beside it. */
const ASIDE = 16;

/**
 * @param {any} model the panel's @param {{ask: Function}} door @param {(error: Error) => void} failed
 */
export function makeMap(model, door, failed) {
  const peek = makePeek((point) => door.ask("peek", { point }));
  const modes = POINTER_MODES.map(([mode, word, title]) => ({
    mode,
    button: make("button", { type: "button", class: "cvw-kind", title, onclick: () => use(mode) }, word),
  }));
  const whole = make("button", { type: "button", class: "cvw-quiet", title: "Moves the view back to all points", onclick: () => door.ask("whole_map").catch(failed) }, "Whole map");
  const tools = make("div", { class: "cvw-map-tools", role: "group", "aria-label": "What the pointer does on the map" },
    ...modes.map(({ button }) => button), make("span", { class: "cvw-hint" }, "The wheel zooms"), make("span", { class: "cvw-space" }), whole);
  const chart = make("div", { class: "cvw-map" }, make("p", { class: "cvw-empty" }, "Drawing the map …"));
  const element = make("div", { class: "cvw-map-slot", hidden: true }, tools, chart);
  let drawn = new AbortController();
  let shown = "";
  let points = null;

  function use(mode) {
    points?.set("mouse_mode", mode);
    points?.save_changes();
  }

  function tellMode() {
    for (const { mode, button } of modes) button.setAttribute("aria-pressed", String(points?.get("mouse_mode") === mode));
  }

  /** Shows the map of that reference; the same one stays as it is. @param {boolean} visible @param {string} reference "" while it is made */
  function show(visible, reference) {
    element.hidden = !visible;
    if (!visible || !reference || reference === shown) return;
    shown = reference;
    forget();
    drawn = new AbortController();
    const { signal } = drawn;
    const place = make("div", {});
    chart.replaceChildren(place, peek.element);
    takeOutClicks(place, signal);
    place.addEventListener("pointermove", (event) => peek.follow(event, chart), { signal });
    fillSlot(model, reference, place, signal).then((child) => {
      points = child;
      const hovered = () => peek.show(child.get("hovering") ?? -1);
      child.on("change:mouse_mode", tellMode);
      child.on("change:hovering", hovered);
      signal.addEventListener("abort", () => {
        child.off("change:mouse_mode", tellMode);
        child.off("change:hovering", hovered);
      });
      tellMode();
    }).catch(failed);
  }

  function forget() {
    drawn.abort();
    peek.forget();
  }

  return { element, show, forget };
}

/** A line that ends where it began is a click to the browser, and to the library a choice of the one point nearest to it: it is no click. @param {HTMLElement} place @param {AbortSignal} signal */
function takeOutClicks(place, signal) {
  let away = 0;
  let begin = { x: 0, y: 0 };
  place.addEventListener("pointerdown", (event) => {
    begin = { x: event.clientX, y: event.clientY };
    away = 0;
  }, { signal, capture: true });
  place.addEventListener("pointermove", (event) => {
    away = Math.max(away, Math.hypot(event.clientX - begin.x, event.clientY - begin.y));
  }, { signal, capture: true });
  place.addEventListener("click", (event) => away > TREMBLE && event.stopPropagation(), { signal, capture: true });
}

/** The picture of the point under the pointer. @param {(point: number) => Promise<any>} ask */
function makePeek(ask) {
  const figures = makeFigures();
  const words = make("small", {});
  const element = make("div", { class: "cvw-peek", hidden: true }, figures.element, words);
  let wanted = -1;

  /** @param {number} point below 0 for none */
  async function show(point) {
    wanted = point;
    if (point < 0) return void (element.hidden = true);
    const answer = await ask(point).catch(() => null);
    if (wanted !== point || !answer?.near?.length) return undefined;
    figures.show(answer.near, answer.buffers);
    say(words, answer.near[0].name);
    element.hidden = false;
    return undefined;
  }

  /** Stands beside the pointer, on the side where there is room. @param {PointerEvent} event @param {HTMLElement} ground */
  function follow(event, ground) {
    const { left, top, width, height } = ground.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    element.style.left = x < width / 2 ? `${x + ASIDE}px` : "auto";
    element.style.right = x < width / 2 ? "auto" : `${width - x + ASIDE}px`;
    element.style.top = y < height / 2 ? `${y + ASIDE}px` : "auto";
    element.style.bottom = y < height / 2 ? "auto" : `${height - y + ASIDE}px`;
  }

  return { element, show, follow, forget: () => void (show(-1), figures.forget()) };
}
