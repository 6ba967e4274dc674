// ScoresPanel: the test images of a run by what it says of them.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { mayBeChance } from "./parts/compared.js";
import { inPoints, percent, signedPoints, thousands } from "./parts/figures.js";
import { makeLabelScores } from "./parts/labelscores.js";
import { comeBack, leave } from "./parts/left.js";
import { makeMatrix } from "./parts/matrix.js";
import { makeReliability } from "./parts/reliability.js";
import { makeRetrain } from "./parts/retrain.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { makeRowList } from "./parts/rowlist.js";
import { tellSight } from "./parts/sight.js";
import { fillSlot } from "./parts/slot.js";

/** How a run stands under the labels of today, in sentences. Pure. @param {any} test */
export function todayWords(test) {
  const images = `${thousands(test.images)} ${test.epoch ? "validation" : "test"} ${test.images === 1 ? "image" : "images"}`;
  const when = test.epoch ? `After epoch ${test.epoch}, by` : "By";
  const share = `${when} today's labels ${percent(test.accuracy)} of ${images} are right`;
  if (!test.epoch && !test.corrected && !test.gone) return `${share}, as when the run was trained.`; // the rest stands above
  const words = [`${share}; 95% sure between ${percent(test.low)} and ${percent(test.high)}.`];
  if (test.corrected) words.push(`${thousands(test.corrected)} ${test.corrected === 1 ? "has" : "have"} another label than when the run was trained.`);
  if (test.gone) words.push(`${thousands(test.gone)} ${test.gone === 1 ? "is" : "are"} not kept any more and left out.`);
  return words.join(" ");
}

/** How a run stands beside the one before it, in sentences. Pure. @param {any} beside */
export function besideWords({ run, images, difference, low, high }) {
  const both = `the ${images === 1 ? "one test image" : `${thousands(images)} test images`} that both were tried on`;
  const chance = mayBeChance({ difference_low: low, difference_high: high }) ? " That may be chance." : "";
  const points = `${inPoints(Math.abs(difference))} points ${difference < 0 ? "fewer" : "more"}`;
  return `It has ${points} right than run ${run} on ${both} (95% sure between ${signedPoints(low)} and ${signedPoints(high)}).${chance}`;
}

/** What is to come of a run's test images, which it was not tried on yet. Pure. @param {any} test */
export function untriedWords(test) {
  if (!("run" in test)) return "";
  if (test.trying) return "The run is tried on its test images …";
  return test.can_be_tried ? "This run was stopped before it was tried on its test images." : "The test images appear here when the run is over.";
}

/** How the valid images stand after an epoch, in a sentence. Pure. @param {any} valid */
export function epochWords({ epoch, images, right, changed, mended, broken }) {
  const words = `After epoch ${epoch}: ${thousands(right)} of ${thousands(images)} validation images are right.`;
  if (epoch === 1) return words;
  if (!changed) return `${words} None is called otherwise than after the epoch before.`;
  return `${words} ${thousands(changed)} ${changed === 1 ? "is" : "are"} called otherwise than after the epoch before, and stand first: ${thousands(mended)} now right, ${thousands(broken)} no longer.`;
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-scores", "Test images", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const ask = (name, content) => problem.guard(() => door.ask(name, content), { saves: false });

  const told = make("p", { class: "cvw-today" });
  const tryIt = make("button", { type: "button", class: "cvw-button", hidden: true, onclick: evaluate }, "Try it on the test images");
  const beside = make("span", { title: "By today's labels; of 100 such intervals about 95 hold the true difference" });
  const compare = make("button", { type: "button", class: "cvw-button", onclick: sendCompare }, "Compare both");
  const gain = make("div", { class: "cvw-line-up", hidden: true }, beside, compare);
  const matrix = makeMatrix((label, said) => ask("choose", { label, said }));
  const list = makeRowList("Labels taken for others", (row) => {
    const [label, said] = JSON.parse(row);
    ask("choose", { label, said });
  });
  const labels = makeLabelScores((label) => ask("choose", { label }), (open) => keepFold("labels", open));
  const reliability = makeReliability((open) => keepFold("calibration", open));
  const again = makeRetrain(root);
  const slider = make("input", { type: "range", min: "1", step: "1", "aria-label": "Epoch", onchange: () => ask("at_epoch", { epoch: Number(slider.value) }) });
  const byEpoch = make("button", { type: "button", class: "cvw-button", onclick: () => ask("at_epoch", { epoch: model.get("_epochs") }) }, "Validation images, epoch by epoch");
  const epochTold = make("p", { role: "status" });
  const through = make("div", { class: "cvw-through" }, make("div", { class: "cvw-line-up" }, byEpoch, slider), epochTold);
  const slot = make("div", { class: "cvw-slot", hidden: true });
  const doors = make("div", { class: "cvw-doors" }, matrix.element, list.element, again.element, labels.element, through);
  root.append(told, gain, tryIt, problem.place, make("div", { class: "cvw-judged" }, doors, slot), reliability.element);

  async function evaluate() {
    tryIt.disabled = true;
    await ask("evaluate");
    tryIt.disabled = false;
  }

  function sendCompare() {
    const { run, beside: before } = model.get("_test");
    root.dispatchEvent(new CustomEvent("cvw-compare", { bubbles: true, detail: { runs: [before.run, run] } }));
  }

  function keepFold(name, open) {
    leave(model, { [name]: open });
  }

  function showTest() {
    const test = model.get("_test");
    const rows = model.get("_rows");
    const inTrain = Boolean(root.closest(".cvw-train")); // elsewhere there is nobody to hear what is asked of the panel around
    const known = !("problem" in test) && test.run;
    say(told, [known ? todayWords(test) : "", known && !test.epoch ? "" : untriedWords(test)].filter(Boolean).join(" "));
    tryIt.hidden = !test.can_be_tried;
    gain.hidden = !(known && test.beside);
    compare.hidden = !inTrain;
    if (!gain.hidden) say(beside, besideWords(test.beside));
    again.show(known && !test.epoch && inTrain ? test : {});
    matrix.show(known ? { labels: test.labels, counts: test.counts } : {}, model.get("_shown"));
    list.element.hidden = !rows.length;
    list.show(rows, model.get("_shown"));
    labels.show(test, model.get("_labels"), model.get("_shown"));
    reliability.show(model.get("_calibration"), test);
    slot.hidden = !model.get("_shown");
  }

  function showEpochs() {
    const [epochs, valid] = [model.get("_epochs"), model.get("_valid")];
    const on = model.get("_shown") === "valid" && valid.epoch;
    through.hidden = !epochs;
    byEpoch.hidden = Boolean(on);
    slider.hidden = !on || epochs < 2;
    slider.max = String(Math.max(1, epochs));
    if (on) slider.value = String(valid.epoch);
    say(epochTold, on ? epochWords(valid) : "");
  }

  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());
  tellSight(model, root, signal);
  fillSlot(model, model.get("_grid"), slot, signal).catch(problem.show);
  follow(model, ["_test", "_labels", "_rows", "_calibration", "_shown"], showTest, signal);
  follow(model, ["_epochs", "_valid", "_shown"], showEpochs, signal);
  comeBack(model, (left) => {
    labels.element.open = Boolean(left.labels);
    reliability.element.open = Boolean(left.calibration);
  }, signal);
}

export default { render };
