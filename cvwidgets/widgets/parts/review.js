// What a run would do, before it starts: what it learns from, what changed, what differs from the usual, what it will take.

import { make, makeTable, say } from "./elements.js";
import { fileSize, roughly, thousands } from "./figures.js";
import { FIELDS, columnWord, write } from "./recipe.js";

/** So many labels are named; the rest is told by number. */
const LABELS_TOLD = 12;

/** The parts of the split in a sentence. Pure. @param {[number, number, number]} images */
export function partsWords([train, valid, test]) {
  return `About ${thousands(train)} images to learn from, ${thousands(valid)} to choose the best epoch by, ${thousands(test)} to be judged by at the end.`;
}

/** What changed since the last run, or another one, in a sentence. Pure. @param {any} changes @param {string} [since] the run that was asked about */
export function changesWords(changes, since) {
  if (!changes) return since ? `What run ${since} learnt from is not known any more.` : "It is the first run of this project.";
  const told = [[changes.added, "added"], [changes.removed, "taken out"], [changes.relabelled, "under another label"]].filter(([count]) => count);
  if (!told.length) return `Nothing changed since run ${changes.run}: the same images under the same labels.`;
  const total = told.reduce((sum, [count]) => sum + count, 0);
  const words = told.map(([count, word]) => `${thousands(count)} ${word}`).join(", ");
  return `${thousands(total)} ${total === 1 ? "image" : "images"} changed since run ${changes.run}: ${words}.`;
}

/** A field that differs from Standard or among runs, in words. Pure. @param {any[]} difference its name, then the values */
export function differenceWords([name, ...values]) {
  const field = FIELDS.find((one) => one.name === name) ?? { name, word: { base: "Base model", epochs: "Epochs" }[name] ?? name, kind: "number" };
  const told = (given) => field.choices?.find(([choice]) => choice === String(given))?.[1] ?? (columnWord(write(field, given)) || field.none || "none");
  return [field.word, ...values.map(told)];
}

/** A device as one says it. Pure. @param {string} device */
export function deviceWords(device) {
  if (device.startsWith("cuda")) return "the graphics card";
  return device === "mps" ? "Apple's graphics chip" : "the processor";
}

/** What a run will take, in a sentence. Pure. @param {any} expected */
export function expectedWords(expected) {
  const memory = expected.memory ? `, ${fileSize(expected.memory)} of memory` : "";
  const cache = expected.cache ? `, and up to ${fileSize(expected.cache)} of cache, which may be deleted at any time` : "";
  return `About ${roughly(expected.seconds)} on ${deviceWords(expected.device)}${memory}, ${fileSize(expected.disk)} of disk${cache}.`;
}

/** @param {{start: () => void, back: () => void, stop: () => void}} acts */
export function makeReview(acts) {
  const title = make("h3", {});
  const told = make("div", { class: "cvw-review-facts" });
  const takes = make("p", { class: "cvw-takes", role: "status" });
  const waits = make("p", { role: "status" });
  const stop = make("button", { type: "button", class: "cvw-button", hidden: true, onclick: giveUp }, "Cancel");
  const start = make("button", { type: "button", class: "cvw-primary", onclick: acts.start }, "Start training");
  const back = make("button", { type: "button", class: "cvw-button", onclick: acts.back });
  const element = make("section", { class: "cvw-review", "aria-label": "Review", hidden: true },
    title, told, takes, waits, make("div", { class: "cvw-line-up" }, start, back, stop));

  /** @param {any} review @param {string} [again] the run that is trained again @param {string} [continues] the run that it goes on from */
  function show(review, again, continues) {
    say(title, again ? `Run ${again} trained again, by the same recipe` : "Before it starts");
    say(back, again ? "Not now" : "Change");
    const labels = review.labels.slice(0, LABELS_TOLD).map(([name, count]) => make("li", {}, make("span", { class: "cvw-review-name" }, name), make("span", {}, thousands(count))));
    const more = review.labels.length - LABELS_TOLD;
    told.replaceChildren(
      make("p", {}, partsWords(review.images)),
      make("p", {}, changesWords(review.changes, again || continues)),
      make("ul", { class: "cvw-review-labels", "aria-label": "Kept images by label" }, ...labels, more > 0 ? make("li", {}, `and ${thousands(more)} labels more`) : null),
      review.differences.length ? differencesTable(review.differences, ["Here", "Standard"]) : make("p", { class: "cvw-soft" }, "Everything is as in Standard."),
      ...(review.warnings.length ? [make("ul", { class: "cvw-advice" }, ...review.warnings.map((sentence) => make("li", {}, sentence)))] : []));
    takes.textContent = "Measuring how fast it goes here …";
    say(waits, "");
    element.hidden = false;
    start.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  }

  /** @param {any} answer */
  function take(answer) {
    takes.textContent = answer?.expected ? expectedWords(answer.expected) : `How long it takes is not known. ${answer?.reason ?? ""}`.trim();
  }

  /** @param {string} words what is waited for, which may be cancelled; empty when it came */
  function wait(words) {
    came(words);
    stop.hidden = !words;
    stop.disabled = false;
  }

  /** @param {string} words what came of the wait */
  function came(words) {
    say(waits, words);
  }

  function giveUp() {
    stop.disabled = true;
    acts.stop();
  }

  function hide() {
    element.hidden = true;
  }
  return { element, show, take, wait, came, hide, start, back };
}

/** The fields in which recipes differ. @param {any[][]} differences @param {any[]} names what each is called */
export function differencesTable(differences, names) {
  return makeTable({ class: "cvw-differences" }, ["Differs", ...names], differences.map(differenceWords));
}
