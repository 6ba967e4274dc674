// What Explore says of what it found, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { lookingWords, modelsInWords, sureWords } from "../../cvwidgets/widgets/explore.js";
import { cellBeside, cellWords, strength } from "../../cvwidgets/widgets/parts/matrix.js";
import { pairWords, reasonWords } from "../../cvwidgets/widgets/parts/evidence.js";
import { nearbyWords } from "../../cvwidgets/widgets/parts/nearby.js";
import { byWords } from "../../cvwidgets/widgets/parts/opinions.js";

test("why an image is suspected has both probabilities", () => {
  const told = { label: "blue", suggested: "red", probabilities: [0.031, 0.9] };
  assert.equal(reasonWords(told), "Kept as blue (3.1%); red (90.0%) is suggested. Most like it:");
  assert.match(reasonWords({ ...told, suggested: "" }), /another label is suggested/);
});

test("the pair at the threshold is said to be stacked from its own likeness on", () => {
  assert.equal(pairWords(0.75, 0.75), "The pair nearest to it is 0.75 alike: stacked.");
  assert.match(pairWords(0.7, 0.75), /not stacked/);
  assert.equal(pairWords(undefined, 0.5), "No images are alike.");
});

test("accepting says how many it would be", () => {
  assert.deepEqual([1234, 1, 0, undefined].map(sureWords), ["Accept all 1,234", "Accept the one", "None is so certain", "None is so certain"]);
});

test("the model by which images are seen is named", () => {
  assert.match(modelsInWords(["starter"]), /^Seen by the starter,/);
  assert.equal(modelsInWords(["starter", "model 2 of run 0003"]), "Seen by the starter and model 2 of run 0003.");
  assert.equal(modelsInWords([]), "");
});

test("an image that is like another is named with its distance, and who predicts is named too", () => {
  assert.equal(nearbyWords({ name: "a.jpg", label: "elk", distance: 0.1 }), "a.jpg · elk · distance 0.100");
  assert.equal(nearbyWords({ name: "a.jpg", label: "" }), "a.jpg");
  assert.deepEqual([byWords(["starter", "model 2 of run 0003"]), byWords([])], ["As seen by the starter and model 2 of run 0003", ""]);
});

test("how looking stands says what another look would bring", () => {
  assert.equal(lookingWords({ state: "running", words: "Looking at the images", share: 0.5 }), "Looking at the images · 50.0%");
  assert.equal(lookingWords({ state: "stopped", unseen: 1000, due: true }), "1,000 images to look through.");
  assert.equal(lookingWords({ state: "done", unseen: 0, due: true }), "Not seen by the model in production yet.");
  assert.equal(lookingWords({ state: "stopped", unseen: 0, due: true }), "The last look did not end.");
  assert.equal(lookingWords({ state: "done", unseen: 0, due: false }), "All images were looked at.");
});

test("a cell of the confusion matrix says what it holds, and arrows stay inside the table", () => {
  assert.equal(cellWords("elk", "bison", 23, 140), "elk: 23 of 140 (16.4%) are taken for bison");
  assert.equal(cellWords("elk", "elk", 0, 0), "elk: 0 of 0 (0.0%) are said to be that");
  assert.ok(strength(1, 1) === 1 && strength(0, 9) === 0 && strength(1, 100) > 0.2);
  assert.deepEqual([cellBeside("ArrowRight", 0, 0, 2), cellBeside("ArrowDown", 1, 0, 2), cellBeside("k", 0, 0, 2)], [[0, 1], null, null]);
});
