// What the panels write and read, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inSentence, share } from "../../cvwidgets/widgets/collect.js";
import { bestOf, cells } from "../../cvwidgets/widgets/epochs.js";
import { bounds, points } from "../../cvwidgets/widgets/parts/curve.js";
import { decimal, duration, fileSize, percent } from "../../cvwidgets/widgets/parts/figures.js";
import { FIELDS, aboutBase, read, withBase, write } from "../../cvwidgets/widgets/parts/recipe.js";
import { countsOf, rows, total } from "../../cvwidgets/widgets/parts/tree.js";
import { PART, parts } from "../../cvwidgets/widgets/parts/uploads.js";
import { keptWords, testWords } from "../../cvwidgets/widgets/train.js";
import { numberOf } from "../../cvwidgets/widgets/workbench.js";

const work = { state: "running", found: 200, registered: 200, settled: 50, added: 0, known: 0, conflicts: 0, refused_count: 0, seconds: 2, finished: false };
const field = (name) => FIELDS.find((one) => one.name === name);

test("an import says how far it is, and what came of it", () => {
  assert.equal(inSentence(work), "200 files found · 200 to see already · 50 read whole");
  const done = { ...work, state: "done", added: 190, known: 8, refused_count: 2, finished: true };
  assert.equal(inSentence(done), "Done · 190 added · 8 known already · 2 refused · 2.0 s");
  assert.match(inSentence({ ...work, state: "failed", reason: "The disk is full." }), /^The disk is full\./);
});

test("the two passes of an import count alike, and the bar never leaves its track", () => {
  assert.equal(share(work), 0.625);
  assert.equal(share({ ...work, found: 0, registered: 0, settled: 0 }), 0);
  assert.equal(share({ ...work, registered: 300, settled: 300 }), 1);
});

test("the last epoch that was marked is the best one", () => {
  const epochs = [{ number: 1, best: true }, { number: 2, best: true }, { number: 3, best: false }];
  assert.equal(bestOf(epochs), 2);
  assert.equal(bestOf([]), 0);
});

test("figures that are not there are a dash", () => {
  const epoch = { number: 1, valid_accuracy: 0.8312, macro_f1: NaN, valid_loss: null, train_loss: 0.5, images_per_second: 31.94, seconds: 200 };
  assert.deepEqual(cells(epoch), ["1", "83.1%", "–", "–", "0.500", "31.9", "3 min 20 s"]);
  assert.deepEqual([percent(undefined), decimal(Infinity), duration(NaN)], ["–", "–", "–"]);
  assert.deepEqual([duration(8), duration(7500), fileSize(6_800_000), fileSize(114_000_000)], ["8.0 s", "2 h 5 min", "6.8 MB", "114 MB"]);
});

test("a curve stays inside its drawing, also with one value or equal ones", () => {
  for (const values of [[0.5], [1, 1, 1], [0, 3, 0.2]]) {
    for (const [x, y] of points(values, { ...bounds(values), epochs: values.length })) {
      assert.ok(x >= 0 && x <= 240 && y >= 0 && y <= 88);
    }
  }
  assert.deepEqual(bounds([NaN]), { low: 0, high: 1 });
});

test("what is written into the form is read back the same", () => {
  const recipe = { learning_rate: 0.001, batch_size: 16, accumulation: 1, augmentation: "light", image_size: null, schedule: "cosine", warmup: 0.1, weight_decay: 0.05, label_smoothing: 0, split: [0.6, 0.2, 0.2], depth: null, seed: 0, precision: "auto" };
  for (const one of FIELDS) assert.deepEqual(read(one, write(one, recipe[one.name])), recipe[one.name]);
});

test("what cannot be read says what is needed", () => {
  assert.throws(() => read(field("batch_size"), "1.5"), /Batch size is '1.5'; a whole number is needed/);
  assert.throws(() => read(field("learning_rate"), ""), /a number is needed/);
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

test("a file goes in parts that a message can carry", () => {
  assert.deepEqual(parts(0), [[0, 0]]);
  assert.deepEqual(parts(PART), [[0, PART]]);
  assert.deepEqual(parts(PART + 1), [[0, PART], [PART, PART + 1]]);
  assert.ok(PART < 10_000_000);
});

test("runs say their figures with the interval, and what they learn from", () => {
  assert.equal(testWords({ accuracy: 0.581, low: 0.408, high: 0.736 }), "58.1% (40.8 to 73.6%)");
  assert.equal(testWords(null), "–");
  assert.equal(keptWords({ images: 1, labels: 2, conflicts: 0 }), "Trains on 1 kept image of 2 labels.");
  assert.match(keptWords({ images: 9, labels: 2, conflicts: 3 }), /3 under two labels are left out/);
});

test("each step has the one number that matters", () => {
  const facts = { new: 1200, running: { epochs: 3, of: 10 } };
  assert.deepEqual(["collect", "triage", "train", "inspect"].map((step) => numberOf(step, facts)), ["", "1,200", "3/10", ""]);
  assert.equal(numberOf("triage", { new: 0 }), "");
});

test("what the hub says of a base takes the place of what was known, and the others stay", () => {
  const bases = [{ name: "tiny", size: null }, { name: "starter", size: 7 }];
  assert.deepEqual(withBase(bases, { name: "tiny", size: 114 }), [{ name: "tiny", size: 114 }, { name: "starter", size: 7 }]);
});
