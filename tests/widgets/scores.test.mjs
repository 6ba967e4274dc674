// What is said of a run's scored images, label by label and by how sure it said to be, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { labelRow, labelsMeaning, labelsWords, sortLabels } from "../../cvwidgets/widgets/parts/labelscores.js";
import { binWords, calibrationNotes, calibrationWords, reliabilityShapes } from "../../cvwidgets/widgets/parts/reliability.js";
import { besideWords } from "../../cvwidgets/widgets/scores.js";

const [LABEL, RECALL, F1, IMAGES] = [0, 2, 3, 4];
const ROWS = [["elk", 0.9, 0.8, 0.847, 20], ["owl", 0, 0, 0, 3], ["bison", 0.5, 1, 0.667, 12], ["fox", 1, 0.75, 0.857, 12]].map(labelRow);
const names = (column, down) => sortLabels(ROWS, column, down, 10).map(({ label }) => label);

test("a label says how many of its images are wrong", () => {
  assert.deepEqual(ROWS.map(({ wrong }) => wrong), [4, 3, 0, 3]);
});

test("the weakest label stands first, and one that is too small to judge last, whichever way it is sorted", () => {
  assert.deepEqual(names(F1, false), ["bison", "elk", "fox", "owl"]);
  assert.deepEqual(names(RECALL, false), ["fox", "elk", "bison", "owl"]);
  assert.deepEqual(names(LABEL, true), ["owl", "fox", "elk", "bison"]);
  assert.deepEqual(names(IMAGES, false), ["owl", "bison", "fox", "elk"]);
});

test("all labels together are told in a line, top-3 only where it says something", () => {
  const figures = { macro_f1: 0.593, top3: 0.98, few: 10 };
  assert.equal(labelsWords(figures, ROWS), "macro F1 59.3% · top-3 98.0% · 1 label too small to judge");
  assert.equal(labelsWords({ ...figures, top3: null }, ROWS.slice(0, 1)), "macro F1 59.3%");
  assert.match(labelsMeaning(figures), /Top-3: the right label is among the three/);
  assert.doesNotMatch(labelsMeaning({ ...figures, top3: null }), /Top-3/);
});

test("probabilities are told with what they were before they were calibrated, unless nothing was done to them", () => {
  const calibration = { images: 505, ece: 0.0213, uncalibrated_ece: 0.08, temperature: 1.4 };
  assert.equal(calibrationWords(calibration), "probabilities off by 2.1 points on average (ECE), 8.0 before they were calibrated");
  assert.equal(calibrationWords({ ...calibration, temperature: 1 }), "probabilities off by 2.1 points on average (ECE)");
  assert.match(calibrationNotes(calibration, { corrected: 1, gone: 0 }), /divided by 1\.400.* on the 505 test images as the run was tried on them, by the labels of then\./);
  assert.equal(calibrationNotes({ ...calibration, temperature: 1 }, { corrected: 0, gone: 0 }).split(".").length, 2);
});

test("a bin is a bar as high as the share that was right, and a dot as large as it has images", () => {
  const { bars, dots } = reliabilityShapes([[1, 0.25, 0], [4, 0.75, 0.5]]);
  assert.deepEqual(bars, [[1, 240, 118, 0], [121, 120, 118, 120]]);
  assert.deepEqual(dots, [[60, 240, 4.8], [180, 120, 7]]);
  assert.equal(binWords([1, 0.25, 0]), "1 image said with 25.0%: 0.0% right");
  assert.deepEqual(reliabilityShapes([[7, 1, 1]]), { bars: [[1, 0, 238, 240]], dots: [[240, 0, 7]] });
});

test("a run stands beside the one before it by the difference, its interval and the images of both", () => {
  assert.equal(besideWords({ run: "0003", images: 505, difference: 0.021, low: 0.003, high: 0.039 }), "It has 2.1 points more right than run 0003 on the 505 test images that both were tried on (95% sure between +0.3 and +3.9).");
  assert.match(besideWords({ run: "0003", images: 1, difference: 0, low: -0.5, high: 0.5 }), /^It has 0\.0 points more .* on the one test image that both were tried on .* That may be chance\.$/);
});
