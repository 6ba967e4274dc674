// What is said of the run that is shown: how it stands, what may be done with it, how good it is, how it came to be.

import { DRAWINGS, drawing, make } from "./elements.js";
import { inPoints, percent, thousands } from "./figures.js";
import { goTo, inWorkbench } from "./slot.js";

export const LIVE_STATES = ["waiting", "running"];

/** So many labels are named in a sentence. */
const NAMED = 5;

/** The test figures of a run in a sentence. Pure. @param {any} test */
export function testSentence(test) {
  const images = `${thousands(test.images)} test ${test.images === 1 ? "image" : "images"}`;
  return `${percent(test.accuracy)} of ${images} right; 95% sure between ${percent(test.low)} and ${percent(test.high)}`;
}

/** What else the test images say, a sentence each with what it means: three guesses, calibration, labels too small to judge. Pure. @param {any} test */
export function testNotes(test) {
  const notes = [];
  if (test.groups) {
    notes.push([
      `Its images are of ${thousands(test.groups)} ${test.groups === 1 ? "group" : "groups"}, and the interval is as wide as these make it`,
      "Images of one group are alike: many of few groups say less of pictures to come than as many on their own",
    ]);
  }
  if (Number.isFinite(test.top3) && test.labels > 3) notes.push([`The right label is among the three most probable for ${percent(test.top3)}`, "Top-3 accuracy"]);
  if (Number.isFinite(test.ece)) {
    const before = !Number.isFinite(test.uncalibrated_ece) || test.uncalibrated_ece === test.ece ? "" : ` (${inPoints(test.uncalibrated_ece)} before they were calibrated)`;
    notes.push([
      `Its probabilities are off by ${inPoints(test.ece)} points on average${before}`,
      "Expected calibration error: of answers given with 80%, about 80% should be right; one temperature, found on the validation images, sees to it",
    ]);
  }
  if (test.too_few.length) {
    const named = test.too_few.slice(0, NAMED).map(([label, images]) => `${label} (${thousands(images)})`).join(", ");
    const more = test.too_few.length > NAMED ? ` and ${thousands(test.too_few.length - NAMED)} more` : "";
    notes.push([`Too few test images to judge: ${named}${more}`, "Of fewer than 10 images a share says little; more kept images give more of them to testing"]);
  }
  return notes;
}

/** What may be done with a run: the words of buttons and what they ask for. Pure. @param {any} run */
export function actsOf(run) {
  if (LIVE_STATES.includes(run.state)) return [["Stop", "stop"]];
  const again = { stopped: [["Go on", "resume"]], lost: [["Go on", "resume"]], failed: run.smaller ? [] : [["Try again", "resume"]] }[run.state] ?? [];
  const smaller = run.smaller ? [[`Start again with batches of ${run.smaller}`, "start_smaller"]] : [];
  const further = run.state === "done" && run.epochs ? [["Train further", "further"]] : [];
  return [...again, ...smaller, ...further, ...(!run.production && run.epochs ? [["Promote", "promote"]] : [])];
}

/** On what a run computes, in a sentence; empty until it has begun. Pure. @param {any} run */
export function computedWords(run) {
  return run.computed ? `${LIVE_STATES.includes(run.state) ? "Computes" : "Computed"} on ${run.computed}.` : "";
}

/**
 * What stands above the epochs of a run.
 * @param {any} run @param {(name: string, run: string) => void} act @param {HTMLElement} root of the panel
 */
export function headOf(run, act, root) {
  const button = ([word, name]) => make("button", { type: "button", class: word === "Promote" ? "cvw-primary" : "cvw-button", onclick: () => act(name, run.name) }, word);
  const test = run.test ? make("span", { title: "On images that it never saw; of 100 such intervals about 95 hold the true accuracy" }, testSentence(run.test)) : null;
  return [
    make("div", { class: "cvw-line-up" },
      make("span", { class: "cvw-state", "data-state": run.state }, ""),
      make("h2", {}, make("bdi", {}, run.title ? `Run ${run.name} · ${run.title}` : `Run ${run.name}`)),
      make("span", { class: "cvw-soft" }, run.sentence),
      make("span", { class: "cvw-space" }),
      ...actsOf(run).map(button),
      run.production ? make("span", { class: "cvw-promoted" }, drawing(DRAWINGS.kept), "In production") : null,
      run.production && inWorkbench(root) ? make("button", { type: "button", class: "cvw-button", onclick: () => goTo(root, "inspect") }, "Try it") : null),
    ...(run.reason ? [make("div", { class: "cvw-problem", role: "alert" }, make("span", {}, run.reason))] : []),
    ...(run.continues || run.computed ? [make("p", { class: "cvw-soft" }, ...parentOf(run, act), computedWords(run))] : []),
    ...(test ? [make("p", { class: "cvw-test" }, test), ...testNotes(run.test).map(([words, title]) => make("p", { class: "cvw-soft", title }, words))] : []),
    ...run.left_out.map((sentence) => make("p", { class: "cvw-soft" }, sentence)),
  ];
}

function parentOf(run, act) {
  if (!run.continues) return [];
  const name = `run ${run.continues}`;
  const parent = run.seen ? make("button", { type: "button", class: "cvw-quiet", title: "Shows that run", onclick: () => act("show_run", run.continues) }, name) : name;
  return ["Goes on from ", parent, ", with its best weights. "];
}
