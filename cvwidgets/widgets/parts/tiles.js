// The tiles that are drawn: a bounded number of elements, used again for other images while the wall moves.

import { captionOf, figuresOf, suggestionOf } from "./captions.js";
import { DRAWINGS, drawing, make, say } from "./elements.js";
import { has } from "./ranges.js";
import { place } from "./wall.js";

/** Pixels below which a tile has small figures, and no room for a name. */
const SMALL = 100;
const STATES = { kept: "Kept", new: "New", trashed: "In the trash" };

/**
 * What a screen reader says of a tile, and what stands there on hover.
 * @param {any} fact @param {string | undefined} problem @param {string[]} [chosen] what stands on tiles besides @returns {string}
 */
export function describe(fact, problem, chosen = []) {
  if (!fact) return "Loading";
  const figures = figuresOf(fact, chosen).map(({ words }) => words);
  const parts = [fact.name, fact.label && `label ${fact.label}`, STATES[fact.state], suggestionOf(fact)?.words, ...figures, problem ?? fact.problem];
  return parts.filter(Boolean).join(" · ");
}

/**
 * Draws tiles into a layer. `paint` gives each position that is to be drawn its element, and takes those that are not away.
 * @param {HTMLElement} layer @param {string} prefix of the elements' ids
 */
export function makeTiles(layer, prefix) {
  /** @type {Map<number, any>} */
  const drawn = new Map();
  const spare = [];

  function build() {
    const image = make("img", { alt: "", draggable: "false", decoding: "async" });
    const reason = make("span", {});
    const broken = make("span", { class: "cvw-broken" }, drawing(DRAWINGS.broken), reason);
    const badge = make("span", { class: "cvw-badge" });
    const caption = make("span", { class: "cvw-caption" });
    const under = make("span", { class: "cvw-under" }, caption);
    const tick = make("span", { class: "cvw-tick" }, drawing(DRAWINGS.kept));
    const element = make("div", { class: "cvw-tile", role: "option" }, image, broken, badge, under, tick);
    return { element, image, reason, badge, caption, figures: null, figured: "", state: "" };
  }

  function paint(view) {
    const { layout, from, to, top } = view;
    layer.classList.toggle("cvw-small", layout.side < SMALL);
    for (const [position, tile] of drawn) {
      if (position >= from && position < to) continue;
      drawn.delete(position);
      tile.element.hidden = true;
      tile.image.removeAttribute("src");
      spare.push(tile);
    }
    for (let position = from; position < to; position += 1) {
      let tile = drawn.get(position);
      if (!tile) {
        tile = spare.pop() ?? build();
        if (!tile.element.parentNode) layer.append(tile.element);
        tile.element.hidden = false;
        drawn.set(position, tile);
      }
      const { x, y } = place(layout, position);
      tile.element.style.cssText = `transform: translate(${x}px, ${y - top}px); width: ${layout.side}px; height: ${layout.side}px`;
      show(tile, position, view);
    }
  }

  function show(tile, position, { fact, picture, selection, count, chosen, layout }) {
    const { element } = tile;
    const facts = fact(position);
    const seen = picture(position);
    const selected = has(selection.ranges, position);
    const problem = seen?.problem;
    element.id = `${prefix}-${position}`;
    element.dataset.position = String(position);
    element.setAttribute("aria-selected", String(selected));
    element.draggable = selected;
    element.setAttribute("aria-posinset", String(position + 1));
    element.setAttribute("aria-setsize", String(count));
    say(tile.reason, problem?.split(". ")[0] ?? "");
    const described = describe(facts, problem, chosen);
    element.setAttribute("aria-label", described);
    element.title = described;
    element.classList.toggle("cvw-cursor", position === selection.cursor);
    element.classList.toggle("cvw-judged", Boolean(facts?.judged));
    element.classList.toggle("cvw-waits", !seen);
    element.classList.toggle("cvw-is-broken", Boolean(seen && !seen.url));
    if (seen?.url) {
      if (tile.image.getAttribute("src") !== seen.url) tile.image.src = seen.url;
    } else tile.image.removeAttribute("src");
    say(tile.caption, captionOf(facts, layout.side < SMALL ? [] : chosen));
    if (chosen.length || tile.figures) figure(tile, figuresOf(facts, chosen).map(({ text }) => text));
    wear(tile, facts?.state ?? "");
  }

  function figure(tile, texts) {
    if (tile.figured === texts.join("\n")) return;
    tile.figured = texts.join("\n");
    if (!tile.figures) tile.caption.before((tile.figures = make("span", { class: "cvw-figures" })));
    tile.figures.replaceChildren(...texts.map((text) => make("bdi", {}, text)));
  }

  function wear(tile, state) {
    if (tile.state === state) return;
    tile.state = state;
    tile.badge.dataset.state = state;
    tile.badge.replaceChildren(...(state ? [drawing(DRAWINGS[state])] : []));
  }

  /** The position of the tile under an event, or -1. @param {Event} event */
  function positionOf(event) {
    const element = /** @type {Element} */ (event.target).closest(".cvw-tile");
    return element ? Number(/** @type {HTMLElement} */ (element).dataset.position) : -1;
  }

  return { paint, positionOf, count: () => drawn.size + spare.length };
}
