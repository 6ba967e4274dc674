// What stands on a tile over its picture: label or name, and on demand the part of the split and what the view knows of the image. Pure.

import { decimal, thousands } from "./figures.js";

const PART_WORDS = { train: "Train", valid: "Valid", test: "Test" };
/** A confidence stands alone, a distance behind its sign; any other value behind its name. */
const SIGNS = { confidence: "", distance: "↔" };

/** A value in so few digits as fit on a tile; what rounding would make nothing, or certain, is not said so. @param {string} name @param {number | null | undefined} value */
export function shortFigure(name, value) {
  if (!Number.isFinite(value)) return "–";
  const number = /** @type {number} */ (value);
  if (Math.abs(number) >= 100) return thousands(Math.round(number));
  if (name === "confidence" && number < 1 && number >= 0.995) return ">0.99";
  if (Math.abs(number) < 0.005) return number > 0 ? "<0.01" : "0.00";
  return number.toFixed(2);
}

/**
 * The figures of an image: as they stand on its tile, and in words.
 * @param {any} fact @param {string[]} chosen "part", or names of values @returns {{text: string, words: string}[]}
 */
export function figuresOf(fact, chosen) {
  const said = chosen.map((name) => {
    if (!fact || name === "name" || !(name in fact)) return null;
    if (name === "part") return fact.part ? { text: PART_WORDS[fact.part], words: PART_WORDS[fact.part] } : null;
    const figure = shortFigure(name, fact[name]);
    return { text: [SIGNS[name] ?? name, figure].filter(Boolean).join(" "), words: `${name} ${figure === "–" ? "unknown" : figure}` };
  });
  return said.filter((one) => one !== null);
}

/** The part of the split and the values of an image as rows beside its picture. @param {any} fact @param {string[]} values */
export function rowsKnown(fact, values) {
  const part = fact?.part ? [{ word: "Split", text: PART_WORDS[fact.part] }] : [];
  return [...part, ...values.filter((name) => fact && name in fact).map((name) => ({ word: name && name[0].toUpperCase() + name.slice(1), text: decimal(fact[name]) }))];
}

/** What is suggested for an image, as it stands on its tile behind the label, and in words; nothing once it is done. @param {any} fact */
export function suggestionOf({ label, state, suggested, copy }) {
  if (state === "trashed") return null;
  if (copy) return { text: label ? "· copy" : "copy", words: "a copy of the best of its stack" };
  return suggested && suggested !== label ? { text: `→ ${suggested}`, words: `suggested label ${suggested}` } : null;
}

/** What is written on a tile: the label, over it the file's name if it was chosen; the name alone where there are no labels. @param {any} fact @param {string[]} chosen */
export function captionOf(fact, chosen) {
  if (!fact) return "";
  const isNamed = chosen.includes("name") || (!fact.label && !fact.state);
  return [isNamed && fact.name.replaceAll("\n", " "), [fact.label, suggestionOf(fact)?.text].filter(Boolean).join(" ")].filter(Boolean).join("\n");
}

/**
 * What there is to choose from for the tiles of a wall.
 * @param {any[]} facts of some of its images @param {string[]} values that the view has @returns {{name: string, word: string}[]}
 */
export function choicesOnTiles(facts, values) {
  const named = facts.some((fact) => fact?.label || fact?.state);
  const split = facts.some((fact) => fact && "part" in fact);
  const own = values.map((name) => ({ name, word: name && name[0].toUpperCase() + name.slice(1) }));
  return [...(named ? [{ name: "name", word: "File name" }] : []), ...(split ? [{ name: "part", word: "Part of the split" }] : []), ...own];
}

/**
 * What is chosen once one thing was put there or taken away, in the order in which they are offered; what another wall offers stays.
 * @param {string[]} chosen @param {string} name @param {string[]} offered
 */
export function chosenWith(chosen, name, offered) {
  const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];
  return [...offered.filter((one) => next.includes(one)), ...next.filter((one) => !offered.includes(one))];
}
