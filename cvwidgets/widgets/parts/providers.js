// Whom a search asks: each provider with what it finds, how it did last, and why it cannot be asked here.

import { make, say } from "./elements.js";
import { ago } from "./figures.js";
import { TROUBLES } from "./queries.js";

/** The groups of licenses that may be asked for, with their words. */
export const LICENSES = [["", "Any license"], ["public", "Public domain"], ["free", "Free to use and change"], ["commercial", "Commercial use allowed"], ["modification", "May be changed"]];

/** How a provider did when it was asked last. Pure. @param {any} health or null @param {number} [now] milliseconds since 1970 */
export function healthWords(health, now = Date.now()) {
  if (!health) return "not asked yet";
  return `${health.state === "well" ? "answered" : TROUBLES[health.state] ?? health.state} ${ago(health.at, now)}`.trim();
}

/** Which of the chosen providers can tell no licenses, so that none can be asked for; empty when all can. Pure. @param {any[]} chosen */
export function licenseWords(chosen) {
  const blind = chosen.filter((one) => !one.knows_licenses).map((one) => one.word);
  return blind.length ? `${inWordsOf(blind)} cannot tell licenses. Leave ${blind.length > 1 ? "them" : "it"} out to ask for one.` : "";
}

/** Which of the chosen providers cannot tell what is safe. Pure. @param {any[]} chosen */
export function safeWords(chosen) {
  const blind = chosen.filter((one) => !one.knows_safe).map((one) => one.word);
  return blind.length ? `${inWordsOf(blind)} cannot tell what that is.` : "";
}

/** "a", "a and b", "a, b and c". Pure. @param {string[]} words */
export function inWordsOf(words) {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}` : words.join("");
}

let told = 0;

/** @param {{taken: () => void, shown: () => void}} acts taken: called when somebody was chosen or left out; shown: when it shows something else */
export function makeProviders({ taken, shown }) {
  const place = make("div", { class: "cvw-providers", role: "group", "aria-label": "Providers" });
  /** @type {Map<string, any>} by name */
  const rows = new Map();
  let facts = [];
  /** @type {Set<string> | null} */
  let wanted = null;

  function rowOf(one) {
    const id = `cvw-provider-${(told += 1)}`;
    // Named by itself, else all that is told about it would be its name.
    const box = make("input", { type: "checkbox", "aria-label": one.word, "aria-describedby": id, onchange: take });
    const [word, health, about, trouble] = [make("strong", {}), make("span", { class: "cvw-health" }), make("span", { class: "cvw-about" }), make("span", { class: "cvw-trouble" })];
    const element = make("label", { class: "cvw-check" }, box, make("span", { id }, make("span", { class: "cvw-provider-head" }, word, health), about, trouble));
    rows.set(one.name, { element, box, word, health, about, trouble });
    return element;
  }

  function take() {
    wanted = new Set(facts.filter((one) => rows.get(one.name).box.checked).map((one) => one.name));
    taken();
  }

  /** @param {any[]} providers as the kernel tells them */
  function show(providers) {
    facts = providers;
    const unknown = providers.filter((one) => !rows.has(one.name));
    place.append(...unknown.map(rowOf));
    for (const one of providers) {
      const { box, word, health, about, trouble } = rows.get(one.name);
      const well = !one.health || one.health.state === "well";
      say(word, one.word);
      say(health, one.missing ? "" : healthWords(one.health));
      health.dataset.well = String(well);
      say(about, one.sentence);
      say(trouble, one.missing ?? (well ? "" : one.health.sentence));
      trouble.hidden = !trouble.textContent;
      box.disabled = Boolean(one.missing);
      box.checked = !one.missing && (wanted ? wanted.has(one.name) : one.usual);
    }
    shown();
  }

  /** @param {string[] | null} names those that are to be asked; null for the usual ones */
  function choose(names) {
    wanted = names && new Set(names);
    show(facts);
  }

  return {
    place,
    show,
    choose,
    /** The providers that are to be asked. */
    chosen: () => facts.filter((one) => rows.get(one.name)?.box.checked),
    /** Their names, or null as long as nobody changed which. */
    left: () => wanted && [...wanted],
  };
}
