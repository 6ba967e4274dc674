// What is said of runs that are compared, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { alikeWords, bestAmong, comparisonWords, setsOf } from "../../cvwidgets/widgets/parts/compared.js";
import { MOST_COMPARED, outlineOf } from "../../cvwidgets/widgets/parts/marks.js";
import { retrainWords } from "../../cvwidgets/widgets/parts/retrain.js";
import { differenceWords } from "../../cvwidgets/widgets/parts/review.js";
import { pickedWords } from "../../cvwidgets/widgets/parts/runs.js";

test("two runs are compared with the interval of their difference, and chance is called so", () => {
  const after = { run: "0002", accuracy: 0.781, difference: 0.031, difference_low: -0.02, difference_high: 0.08, alone: 5 };
  const found = { images: 96, runs: [{ run: "0001", accuracy: 0.75, alone: 2 }, after], disputed: 8, otherwise: 0 };
  assert.equal(comparisonWords(found), "On the same 96 test images, by today's labels: run 0001 has 75.0% right, run 0002 78.1% (+3.1 points, 95% sure between -2.0 and +8.0). That may be chance.");
  assert.ok(!comparisonWords({ ...found, runs: [found.runs[0], { ...after, difference_low: 0.01 }] }).includes("chance"));
  assert.equal(comparisonWords({ ...found, images: 0 }), "Runs 0001 and 0002 share no test images.");
  assert.deepEqual(setsOf(found), [["disputed", 8, "called otherwise"], ["0002", 5, "right now"], ["0001", 2, "wrong now"]]);
});

test("of more than two runs each is set against the first, and the images on which they disagree are told apart", () => {
  const runs = ["0001", "0002", "0004"].map((run, at) => ({ run, alone: at }));
  assert.equal(comparisonWords({ images: 1200, runs }), "On the same 1,200 test images, by today's labels; each run is set against run 0001.");
  assert.equal(comparisonWords({ images: 0, runs }), "Runs 0001, 0002 and 0004 share no test images.");
  const words = setsOf({ runs, disputed: 9, otherwise: 3 }).map(([name, count, what]) => `${name}: ${count} ${what}`);
  assert.deepEqual(words, ["disputed: 9 not called alike by all", "0002: 1 right in run 0002 alone", "0004: 2 right in run 0004 alone", "otherwise: 3 wrong in all, in different ways"]);
});

test("where no recipe differs it is said whether the images do", () => {
  assert.equal(alikeWords([{ snapshot: "a" }, { snapshot: "a" }]), "Nothing, and they learnt from the same images.");
  assert.match(alikeWords([{ snapshot: "a" }, { snapshot: "b" }]), /only the images and labels changed/);
});

test("the best share of a label is marked, and none where all are alike", () => {
  assert.deepEqual(bestAmong([0.5, 0.75, 0.75]), [false, true, true]);
  assert.deepEqual(bestAmong([1, 1]), [false, false]);
});

test("each run that is compared has a shape of its own", () => {
  const shapes = Array.from({ length: MOST_COMPARED }, (_, at) => outlineOf(at + 1, [10, 10]));
  assert.equal(new Set(shapes).size, MOST_COMPARED);
  assert.ok(shapes.every((outline) => !/NaN|undefined/.test(outline)));
});

test("what was put right and what was chosen is said on the button", () => {
  assert.deepEqual([retrainWords(1), retrainWords(1234)], ["Retrain with this change", "Retrain with these 1,234 changes"]);
  assert.deepEqual([pickedWords(1), pickedWords(3)], ["Compare: choose one more", "Compare 3 runs"]);
  assert.deepEqual(differenceWords(["patience", 3, null, 5]), ["Patience", "3", "goes on", "5"]);
});
