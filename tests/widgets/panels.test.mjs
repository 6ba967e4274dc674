// What the panels write and read, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bestOf, captionOf, cells, footCells, underWayWords } from "../../cvwidgets/widgets/epochs.js";
import { exportWords } from "../../cvwidgets/widgets/exports.js";
import { bounds, points, stepPoints } from "../../cvwidgets/widgets/parts/curve.js";
import { decimal, duration, fileSize, percent } from "../../cvwidgets/widgets/parts/figures.js";
import { promotedWords } from "../../cvwidgets/widgets/parts/promoted.js";
import { recipeText } from "../../cvwidgets/widgets/parts/asjson.js";
import { aboutBase, withBase } from "../../cvwidgets/widgets/parts/basefield.js";
import { FIELDS, chosenOf, isWhole, read, trainsAlike, write } from "../../cvwidgets/widgets/parts/recipe.js";
import { changesWords, differenceWords, expectedWords, partsWords } from "../../cvwidgets/widgets/parts/review.js";
import { countsOf, rows, total } from "../../cvwidgets/widgets/parts/tree.js";
import { epochWords, todayWords, untriedWords } from "../../cvwidgets/widgets/scores.js";
import { actsOf, computedWords, testNotes, testSentence } from "../../cvwidgets/widgets/parts/runhead.js";
import { recipeWords, snapshotNote, snapshotWords, sortRuns, testWords } from "../../cvwidgets/widgets/parts/runs.js";
import { keptWords } from "../../cvwidgets/widgets/train.js";

const field = (name) => FIELDS.find((one) => one.name === name);

test("the last epoch that was marked is the best one", () => {
  const epochs = [{ number: 1, best: true }, { number: 2, best: true }, { number: 3, best: false }];
  assert.equal(bestOf(epochs), 2);
  assert.equal(bestOf([]), 0);
});

test("figures that are not there are a dash", () => {
  const epoch = { number: 1, valid_accuracy: 0.8312, macro_f1: NaN, valid_loss: null, train_loss: 0.5, lr: 0, images_per_second: 31.94, seconds: 200 };
  assert.deepEqual(cells(epoch), ["1", "83.1%", "–", "–", "0.500", "–", "31.9", "3 min 20 s"]);
  assert.deepEqual([1e-3, 3.14e-4, 9.96e-5, 2.5e-8].map((lr) => cells({ ...epoch, lr })[5]), ["0.0010", "0.00031", "0.00010", "2.5e-8"]);
  assert.deepEqual([percent(undefined), decimal(Infinity), duration(NaN)], ["–", "–", "–"]);
  assert.deepEqual([duration(8), duration(7500), fileSize(6_800_000), fileSize(114_000_000)], ["8.0 s", "2 h 5 min", "6.8 MB", "114 MB"]);
});

test("a curve stays inside its drawing, also with one value or equal ones", () => {
  for (const values of [[0.5], [1, 1, 1], [0, 3, 0.2]]) {
    for (const [x, y] of points(values, { ...bounds(values), epochs: values.length, width: 240 })) {
      assert.ok(x >= 0 && x <= 240 && y >= 0 && y <= 120);
    }
  }
  assert.deepEqual(bounds([NaN]), { low: 0, high: 1 });
});

test("what is written into the form is read back the same", () => {
  const recipe = { learning_rate: 0.001, batch_size: 16, accumulation: 1, augmentation: "light", image_size: null, schedule: "cosine", warmup: 0.1, weight_decay: 0.05, label_smoothing: 0, split: [0.6, 0.2, 0.2], split_by: "column:author", split_gap: 2.5, split_seed: 3, depth: null, seed: 0, precision: "auto", layer_decay: 0.3, head_first: true, balance: "auto", choose_by: "loss", patience: null, averaging: 0.5, device: "cuda", threads: null };
  for (const one of FIELDS) assert.deepEqual(read(one, write(one, recipe[one.name])), recipe[one.name]);
});

test("what cannot be read says what is needed", () => {
  assert.throws(() => read(field("batch_size"), "1.5"), /Batch size is '1.5'; a whole number is needed/);
  assert.throws(() => read(field("learning_rate"), ""), /Learning rate is empty; a number is needed/);
  assert.throws(() => read({ word: "Epochs", kind: "whole" }, " "), /Epochs is empty; a whole number is needed\. Change it/);
  assert.throws(() => read(field("split"), "60 / 20"), /three shares that add up to 100/);
  assert.throws(() => read(field("split"), "80 / 20 / 20"), /three shares/);
  assert.equal(read(field("learning_rate"), "0,01"), 0.01);
  assert.deepEqual(read(field("split"), "70 20 10"), [0.7, 0.2, 0.1]);
});

test("a base model says what it is, how large, and whether it must be fetched", () => {
  assert.equal(aboutBase({ note: "a good start", available: false, size: 114_000_000 }), "a good start · 114 MB · fetched from the hub when the training starts");
  assert.equal(aboutBase({ note: "offline", available: true, size: null }), "offline");
});

test("the tree counts sub-labels with their parents", () => {
  const labels = [
    { name: "Unsorted", new: 5, kept: 0, trashed: 0 },
    { name: "animals", new: 0, kept: 1, trashed: 0 },
    { name: "animals/bison", new: 2, kept: 3, trashed: 1 },
    { name: "animals2", new: 9, kept: 0, trashed: 0 },
  ];
  assert.deepEqual(rows(labels).map((row) => [row.depth, row.word]), [[0, "Unsorted"], [0, "animals"], [1, "bison"], [0, "animals2"]]);
  assert.deepEqual(countsOf(labels, "animals"), { new: 2, kept: 4, trashed: 1 });
  assert.deepEqual(total(labels), { new: 16, kept: 4, trashed: 1 });
  assert.deepEqual(countsOf(labels, "gone"), { new: 0, kept: 0, trashed: 0 });
});

test("runs say their figures with the interval, and what they learn from", () => {
  assert.equal(testWords({ accuracy: 0.581, low: 0.408, high: 0.736 }), "58.1% (40.8 to 73.6%)");
  assert.equal(testWords(null), "–");
  assert.equal(testSentence({ accuracy: 0.771, low: 0.677, high: 0.844, images: 96 }), "77.1% of 96 test images right; 95% sure between 67.7% and 84.4%");
  assert.equal(keptWords({ images: 1, labels: 2, conflicts: 0 }), "Trains on 1 kept image of 2 labels.");
  assert.match(keptWords({ images: 9, labels: 2, conflicts: 3 }), /3 under two labels are left out/);
});

test("a run says how far its probabilities are off, and which labels have too few test images", () => {
  const test = { top3: 0.958, labels: 6, ece: 0.0312, uncalibrated_ece: 0.0841, too_few: [["owl", 3], ["elk", 1]] };
  const words = testNotes(test).map(([sentence]) => sentence);
  assert.match(words[0], /three most probable for 95\.8%/);
  assert.match(words[1], /off by 3\.1 points on average \(8\.4 before/);
  assert.equal(words[2], "Too few test images to judge: owl (3), elk (1)");
  assert.match(testNotes({ ...test, groups: 12 })[0][0], /of 12 groups, and the interval is as wide as these make it/);
  assert.deepEqual(testNotes({ top3: null, labels: 2, ece: null, uncalibrated_ece: null, too_few: [] }), []); // figures of an older version
});

test("what the hub says of a base takes the place of what was known, and the others stay", () => {
  const bases = [{ name: "tiny", size: null }, { name: "starter", size: 7 }];
  assert.deepEqual(withBase(bases, { name: "tiny", size: 114 }), [{ name: "tiny", size: 114 }, { name: "starter", size: 7 }]);
});

test("a run is promoted when it is over, goes on when it was stopped, and is tried again when it failed", () => {
  const words = (state, more = {}) => actsOf({ state, epochs: 2, production: false, ...more }).map(([word]) => word);
  assert.deepEqual([words("running"), words("waiting")], [["Stop"], ["Stop"]]);
  assert.deepEqual([words("done"), words("stopped"), words("lost")], [["Train further", "Promote"], ["Go on", "Promote"], ["Go on", "Promote"]]);
  assert.deepEqual(words("failed", { epochs: 0, smaller: 8 }), ["Start again with batches of 8"]);
  assert.deepEqual(words("lost", { smaller: 8 }), ["Go on", "Start again with batches of 8", "Promote"]);
  assert.deepEqual([words("failed", { epochs: 0 }), words("done", { production: true }), words("done", { epochs: 0 })], [["Try again"], ["Train further"], []]);
});

test("a run says on what it computes, and of what snapshot it learnt", () => {
  assert.equal(computedWords({ state: "running", computed: "the processor, 2 threads, bfloat16" }), "Computes on the processor, 2 threads, bfloat16.");
  assert.deepEqual([computedWords({ state: "done", computed: "NVIDIA H200, bfloat16" }), computedWords({ state: "waiting", computed: "" })], ["Computed on NVIDIA H200, bfloat16.", ""]);
  const run = { snapshot: "1a2b3c4d5e6f7a8b", images: [1303, 101, 101] };
  assert.deepEqual([snapshotWords(run), snapshotWords({ images: null, snapshot: null })], ["1,505 images · 1a2b3c", "–"]);
  assert.match(snapshotNote(run), /^1,303 to learn from, 101 to choose the best epoch by, 101 to be judged by\. Runs of one snapshot \(1a2b3c4d5e6f7a8b\)/);
});

test("the best epoch is said in a sentence once there are two", () => {
  const epochs = [{ number: 1, valid_accuracy: 0.5 }, { number: 2, valid_accuracy: 0.719 }];
  assert.equal(captionOf(epochs, 2, { over: true }), "Epoch 2 is the best: 71.9% of the validation images right. Its weights are the model.");
  assert.equal(captionOf(epochs, 2, { left: null }), "Epoch 2 is the best so far: 71.9% of the validation images right.");
  assert.equal(captionOf(epochs.slice(0, 1), 1, {}), "");
});

test("the time left is said as long as a run goes on, before the first epoch ends too", () => {
  const epochs = [{ number: 1, valid_accuracy: 0.5 }, { number: 2, valid_accuracy: 0.719 }];
  assert.equal(captionOf([], 0, { left: 190.4 }), "About 3 min left.");
  assert.equal(captionOf(epochs, 2, { left: 43 }), "Epoch 2 is the best so far: 71.9% of the validation images right. About 40 s left.");
});

const quick = { base: "starter", epochs: 1, seed: 0, split: [0.6, 0.2, 0.2], split_by: "image", device: "auto", augmentation: "light" };

test("a recipe is one that comes along when it trains alike, whatever it trains on", () => {
  assert.ok(trainsAlike({ ...quick, base: "other", seed: 3, split: [0.8, 0.1, 0.1] }, quick));
  assert.ok(trainsAlike({ ...quick, split_by: "time" }, quick));
  assert.ok(!trainsAlike({ ...quick, epochs: 2 }, quick));
});

test("a recipe is one that was saved only when it is the same in every field", () => {
  const offered = [{ recipe: quick, saved: false }, { recipe: { ...quick, base: "other", split: [0.8, 0.1, 0.1] }, saved: true }];
  assert.equal(chosenOf(offered, { ...quick, base: "other", split: [0.8, 0.1, 0.1] }), 1);
  assert.equal(chosenOf(offered, { ...quick, base: "other", split: [0.7, 0.2, 0.1] }), 0);
  assert.equal(chosenOf(offered.slice(1), quick), -1);
});

test("what differs in base, split, seed or device alone is another recipe, to be saved by itself", () => {
  for (const own of [{ base: "other" }, { split: [0.8, 0.1, 0.1] }, { seed: 1 }, { device: "cpu" }, { split_by: "time" }]) assert.ok(!isWhole({ ...quick, ...own }, quick));
  assert.ok(isWhole({ ...quick }, quick));
});

test("shares that no few digits hold are written and read as they were, and others stay short", () => {
  const thirds = [1 / 3, 1 / 3, 1 / 3];
  assert.ok(isWhole({ split: read(field("split"), write(field("split"), thirds)) }, { split: thirds }));
  assert.equal(write(field("split"), [0.57, 0.33, 0.1]), "57 / 33 / 10");
});

test("the recipe is shown as JSON that can be read again, or not at all", () => {
  assert.deepEqual(JSON.parse(recipeText(quick)), quick);
  assert.equal(recipeText(null), "");
});

test("before the start it is said what a run learns from and what changed", () => {
  assert.match(partsWords([1200, 400, 400]), /About 1,200 images to learn from, 400 to choose the best epoch by, 400 to be judged by/);
  assert.equal(changesWords(null), "It is the first run of this project.");
  assert.match(changesWords({ run: "0002", added: 0, removed: 0, relabelled: 0 }), /Nothing changed since run 0002/);
  assert.equal(changesWords({ run: "0002", added: 0, removed: 3, relabelled: 20 }), "23 images changed since run 0002: 3 taken out, 20 under another label.");
});

test("what differs from the usual is said in the words of the form", () => {
  assert.deepEqual(differenceWords(["augmentation", "strong", "light"]), ["Augmentation", "Strong", "Light"]);
  assert.deepEqual(differenceWords(["patience", 3, null]), ["Patience", "3", "goes on"]);
  assert.deepEqual(differenceWords(["head_first", false, true]), ["Last layer first", "No", "Yes"]);
  assert.deepEqual(differenceWords(["split_by", "time", "image"]), ["Split by", "Capture time", "Each image"]);
  assert.deepEqual(differenceWords(["device", "cpu", "auto"]), ["Device", "Processor", "Auto"]);
  assert.deepEqual(differenceWords(["split_by", "column:patient", "column:author"]), ["Split by", "patient", "Author"]);
  assert.deepEqual(differenceWords(["epochs", 1, 5]), ["Epochs", "1", "5"]);
});

test("what a run takes is said roughly", () => {
  assert.equal(expectedWords({ seconds: 43, memory: 1.8e9, disk: 7e7, device: "cpu" }), "About 40 s on the processor, 1.8 GB of memory, 70 MB of disk.");
  assert.match(expectedWords({ seconds: 43, memory: null, disk: 7e7, cache: 2.1e8, device: "cpu" }), /70 MB of disk, and up to 210 MB of cache, which may be deleted/);
  assert.equal(expectedWords({ seconds: 1234, memory: null, disk: 7e7, device: "cuda:0" }), "About 21 min on the graphics card, 70 MB of disk.");
});

test("an epoch under way says its steps, and the first one its images", () => {
  assert.equal(underWayWords({ number: 3, of: 9, loss: 0.5, images_per_second: 20 }), "step 3 of 9 · loss 0.500 · 20.0 images/s");
  assert.equal(underWayWords({ number: 3, of: 9, loss: null, images_per_second: 20 }), "looking at image 3 of 9 for the last layer · 20.0 images/s");
});

test("a run is told by the labels of today", () => {
  const test = { accuracy: 0.75, low: 0.6, high: 0.86, images: 40, corrected: 1, gone: 2 };
  assert.equal(todayWords(test), "By today's labels 75.0% of 40 test images are right; 95% sure between 60.0% and 86.0%. 1 has another label than when the run was trained. 2 are not kept any more and left out.");
  assert.equal(todayWords({ ...test, corrected: 0, gone: 0 }), "By today's labels 75.0% of 40 test images are right, as when the run was trained.");
});

test("until a run was tried on its test images, its validation images are told and what is to come", () => {
  const valid = { epoch: 3, accuracy: 0.75, low: 0.6, high: 0.86, images: 40, corrected: 0, gone: 0 };
  assert.equal(todayWords(valid), "After epoch 3, by today's labels 75.0% of 40 validation images are right; 95% sure between 60.0% and 86.0%.");
  assert.deepEqual([untriedWords({}), untriedWords({ run: "0001" }), untriedWords({ run: "0001", trying: true })], ["", "The test images appear here when the run is over.", "The run is tried on its test images …"]);
});

test("steps stand between the epochs, those before the end of the first one nowhere", () => {
  const scale = { low: 0, high: 1, epochs: 3, width: 252 };
  assert.equal(stepPoints([[0.5, 0.9], [1, 1], [1.5, 0], [3, 1]], scale), "40,8 90,100 240,8");
  assert.equal(stepPoints([], scale), "");
});

test("beneath the table stand the most memory, the pace of the middle epoch, and the time of all", () => {
  const [old, now] = [{ images_per_second: 30, seconds: 50 }, { images_per_second: 31.94, seconds: 150, memory: 812_000_000, device_memory: null }];
  assert.deepEqual(footCells([old, now]), ["Memory: 812 MB at most", "31.9", "3 min 20 s"]);
  assert.deepEqual(footCells([old]), ["Memory: – at most", "30.0", "50 s"]);
  assert.deepEqual(footCells([], { memory: 640_000_000 }), ["Memory: 640 MB at most", "–", "–"]);
  assert.deepEqual(footCells([now], { memory: 900_000_000, device_memory: null }), ["Memory: 900 MB at most", "31.9", "2 min 30 s"]);
  assert.equal(footCells([now, { ...now, device_memory: 3_100_000_000 }])[0], "Memory: 812 MB at most, 3.1 GB of the GPU's");
});

test("runs are sorted by a column, pinned ones stay on top", () => {
  const runs = [["0001", 0.7, false], ["0002", 0.9, false], ["0003", 0.8, true]].map(([name, best, pinned]) => ({ name, best, pinned }));
  const names = (column, down) => sortRuns(runs, column, down).map((run) => run.name);
  assert.deepEqual([names(0, true), names(3, true), names(3, false)], [["0003", "0002", "0001"], ["0003", "0002", "0001"], ["0003", "0001", "0002"]]);
});

test("a recipe is told by what it differs in", () => {
  assert.equal(recipeWords({ differs: [] }), "Standard");
  assert.equal(recipeWords({ differs: [["augmentation", "strong", "light"], ["patience", 3, null]] }), "Augmentation: Strong, Patience: 3");
});

test("a model that comes into production says how it stands beside the one before, if there was one", () => {
  const sentence = "It has 3.1 points fewer right than model 1 on the 96 test images that both share (95% sure between -8.0 and +2.0 points).";
  assert.equal(promotedWords({ version: 2, before: 1, sentence }), `Model 2 is in production. ${sentence} `);
  assert.equal(promotedWords({ version: 2 }), "Model 2 is in production. ");
});

test("an epoch says how the validation images stand, and what changed", () => {
  assert.equal(epochWords({ epoch: 1, images: 96, right: 61, changed: 0 }), "After epoch 1: 61 of 96 validation images are right.");
  assert.match(epochWords({ epoch: 3, images: 96, right: 65, changed: 7, mended: 5, broken: 1 }), /7 are called otherwise than after the epoch before, and stand first: 5 now right, 1 no longer\./);
  assert.match(epochWords({ epoch: 3, images: 96, right: 65, changed: 0, mended: 0, broken: 0 }), /None is called otherwise/);
});

test("an export says how far it is, and in the end what lies where", () => {
  const work = { name: "birds", state: "running", done: 0, of: 0, result: null, reason: null };
  assert.equal(exportWords(work), "birds is about to begin.");
  assert.equal(exportWords({ ...work, done: 1200, of: 5000 }), "1,200 of 5,000 images written");
  assert.equal(exportWords({ ...work, state: "stopped" }), "birds was stopped; nothing is left of it.");
  assert.equal(exportWords({ ...work, state: "failed", reason: "The disk is full." }), "The disk is full.");
  const result = { images: 10, labels: 2, parts: { train: 6, valid: 2, test: 2 } };
  assert.equal(exportWords({ ...work, state: "done", result }), "10 images under 2 labels (6 train, 2 valid, 2 test) are in");
  const away = { ...work, name: "ann/birds", hub: "ann/birds", done: 3e6, of: 8e6, stage: "sending" };
  assert.equal(exportWords(away), "3.0 MB of 8.0 MB sent to ann/birds");
  assert.equal(exportWords({ ...away, done: 8e6 }), "The hub puts ann/birds together");
  assert.equal(exportWords({ ...away, stage: "writing", done: 3, of: 10 }), "3 of 10 images written, to be sent to ann/birds");
  assert.equal(exportWords({ ...away, state: "stopped" }), "Sending to ann/birds was stopped; nothing arrived there.");
});
