// How pictures are varied while a model learns: a level by name, or a list of one's own, each with how often and how far.

import { make, say } from "./elements.js";

const OWN_LIST = "\u0000own";
const LEVEL_WORDS = [["none", "None"], ["light", "Light"], ["strong", "Strong"], [OWN_LIST, "Own …"]];

/** A strength as one says it: 0.65 → "65%", 15 → "15°". Pure. @param {{unit: string}} kind @param {number} strength */
export function strengthWords(kind, strength) {
  return kind.unit === "degrees" ? `${Math.round(strength * 10) / 10}°` : `${Math.round(strength * 1000) / 10}%`;
}

/** How often and how far, in words. Pure. @param {any} kind @param {{probability: number, strength: number}} one */
export function augmentationWords(kind, { probability, strength }) {
  const often = probability >= 1 ? "always" : `${Math.round(probability * 100)}% of the time`;
  return kind.most ? `${often}, up to ${strengthWords(kind, strength)} ${kind.meaning}` : often;
}

/** The step of the slider for a strength. Pure. @param {{unit: string, most: number}} kind */
export function stepOf({ unit, most }) {
  if (unit === "degrees") return 1;
  return most < 0.1 ? 0.001 : 0.01;
}

/**
 * The list that a field's text stands for. Pure.
 * @param {string} text a level's name, or a list as JSON @param {Record<string, any[]>} levels
 * @returns {{name: string, probability: number, strength: number}[]}
 */
export function listOf(text, levels) {
  if (levels[text]) return levels[text];
  try {
    const list = JSON.parse(text);
    return Array.isArray(list) ? list.filter((one) => typeof one?.name === "string") : [];
  } catch {
    return [];
  }
}

/** The text of a list: the name of the level that it is, else JSON. Pure. @param {any[]} list @param {Record<string, any[]>} levels */
export function textOf(list, levels) {
  const plain = JSON.stringify(list.map(({ name, probability, strength }) => ({ name, probability, strength })));
  return Object.keys(levels).find((level) => JSON.stringify(levels[level]) === plain) ?? plain;
}

/**
 * The choice of a level, the table of augmentations beneath it, and `input`, whose value holds the choice as a text.
 * @param {{kinds: any[], levels: Record<string, any[]>}} offered @param {string} value @param {() => void} changed hears of each change by hand
 * @param {() => void} preview asks for the pictures
 */
export function makeAugmentations({ kinds, levels }, value, changed, preview) {
  const input = make("input", { type: "hidden", value });
  const level = make("select", { onchange: choose }, ...LEVEL_WORDS.map(([name, word]) => make("option", { value: name }, word)));
  const rows = kinds.map((kind) => makeRow(kind, edited));
  const table = make("details", { class: "cvw-augmentations-fold" }, make("summary", {}, "Each augmentation"),
    make("ul", { class: "cvw-augmentations", "aria-label": "Augmentations" }, ...rows.map((row) => row.element)));
  const see = make("button", { type: "button", class: "cvw-button", onclick: preview }, "Preview on own images");
  const element = make("div", { class: "cvw-varying" }, make("div", { class: "cvw-line-up" }, see), table);

  let shown;

  /** Shows what `input` holds; what is shown already stays as it is, unfolded or not. */
  function show() {
    if (input.value === shown) return;
    level.value = levels[input.value] ? input.value : OWN_LIST;
    fill();
    table.open = level.value === OWN_LIST;
  }

  function fill() {
    shown = input.value;
    const list = listOf(input.value, levels);
    for (const row of rows) row.show(list.find((one) => one.name === row.name));
  }

  function choose() {
    table.open = level.value === OWN_LIST;
    if (level.value !== OWN_LIST) input.value = level.value;
    fill();
    changed();
  }

  function edited() {
    level.value = OWN_LIST;
    input.value = shown = textOf(rows.map((row) => row.value()).filter(Boolean), levels);
    changed();
  }

  show();
  return { element, input, level, show };
}

/** One augmentation: whether it is in the list, how often, how far. */
function makeRow(kind, edited) {
  const now = { probability: kind.probability, strength: kind.strength };
  const on = make("input", { type: "checkbox", onchange: () => (draw(), edited()), "aria-description": kind.sentence });
  const words = make("span", { class: "cvw-about" });
  const often = slider("How often", { min: 1, max: 100, step: 1 }, (value) => (now.probability = value / 100));
  const far = slider("How far", { min: stepOf(kind), max: kind.most, step: stepOf(kind) }, (value) => (now.strength = value));
  const sliders = make("div", { class: "cvw-sliders" }, often.element, kind.most ? far.element : null);
  const element = make("li", {}, make("label", { class: "cvw-augmentation" }, on, make("strong", {}, kind.word)),
    make("span", { class: "cvw-about" }, kind.sentence), sliders, words);

  function slider(word, range, take) {
    const move = make("input", { type: "range", ...range, "aria-label": `${kind.word}: ${word.toLowerCase()}`, oninput: () => {
      take(Number(move.value));
      draw();
      edited();
    } });
    return { element: make("label", {}, make("span", { class: "cvw-about" }, word), move), move };
  }

  function draw() {
    sliders.hidden = words.hidden = !on.checked;
    often.move.value = String(Math.round(now.probability * 100));
    far.move.value = String(now.strength);
    often.move.setAttribute("aria-valuetext", `${often.move.value}%`);
    far.move.setAttribute("aria-valuetext", strengthWords(kind, now.strength));
    say(words, augmentationWords(kind, now));
  }

  /** @param {{probability: number, strength: number} | undefined} one as it stands in the list; none when it does not */
  function show(one) {
    on.checked = Boolean(one);
    now.probability = one?.probability ?? kind.probability;
    now.strength = one?.strength ?? kind.strength;
    draw();
  }

  function value() {
    return on.checked ? { name: kind.name, probability: now.probability, strength: kind.most ? now.strength : 0 } : null;
  }
  return { name: kind.name, element, show, value };
}
