// What one may ask of images, by typing.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CONDITIONS, changedFilter, choicesOf, readEnds, withoutKind } from "../../cvwidgets/widgets/parts/asking.js";
import { isSameFilter } from "../../cvwidgets/widgets/parts/filters.js";
import { placeChange, withSum } from "../../cvwidgets/widgets/triage.js";

const facts = {
  filter: { formats: ["JPEG"] },
  known: { formats: [["JPEG", 1200], ["PNG", 1]], providers: [["<b>web</b>", 3]], parts: [["train", 60]] },
  labels: ["Unsorted", "animals", "animals/bison", "animals/elk"],
  now: new Date("2026-11-21T12:00:00Z"),
};
const words = (kind, text = "", more = {}) => choicesOf(kind, text, { ...facts, ...more }).map((choice) => choice.word);
const changes = (kind, text, more = {}) => choicesOf(kind, text, { ...facts, ...more }).map((choice) => choice.change);

test("a change that asks nothing takes the condition away", () => {
  assert.deepEqual(changedFilter({ formats: ["JPEG"], sort: "name" }, { formats: [], min_side: 9, seed: null, text: "" }), { sort: "name", min_side: 9 });
  assert.deepEqual(withoutKind({ min_side: 1, max_side: 2, labels: ["a"], sub_labels: false }, "side"), { labels: ["a"], sub_labels: false });
  assert.deepEqual(withoutKind({ act: 3, text: "x" }, "act"), { text: "x" });
});

test("each kind of condition offers something at once, and its choices are found by typing", () => {
  for (const { kind } of CONDITIONS) assert.ok(words(kind).length > 0, kind);
  assert.deepEqual(words("label", "bis"), ["animals/bison"]);
  assert.deepEqual(words("label", "with"), ["Without a label"]);
  assert.deepEqual(words("provider", "web"), ["<b>web</b>"]);
  assert.deepEqual(choicesOf("part", "tr", facts).map((choice) => choice.note), ["60 images"]);
});

test("choosing what is chosen takes it away, another one is added", () => {
  assert.deepEqual(changes("format", ""), [{ formats: [] }, { formats: ["JPEG", "PNG"] }]);
  assert.deepEqual(choicesOf("format", "", facts).map((choice) => choice.chosen), [true, false]);
  assert.deepEqual(words("label", "", { filter: { labels: ["animals"] } })[0], "Without sub-labels");
});

test("sizes are typed as one says them", () => {
  assert.deepEqual(words("side", "1000"), ["From 1,000 px", "Up to 1,000 px"]);
  assert.deepEqual(changes("side", "500-1,000 px"), [{ min_side: 500, max_side: 1000 }]);
  assert.deepEqual(changes("side", "1000 to 500"), [{ min_side: 500, max_side: 1000 }]);
  assert.deepEqual(changes("bytes", "> 1.5 MB"), [{ min_bytes: 1_500_000, max_bytes: null }]);
  assert.deepEqual(changes("bytes", "up to 200 kb"), [{ min_bytes: null, max_bytes: 200_000 }]);
  assert.deepEqual(words("bytes", "100 kB to 1 MB"), ["100 kB to 1 MB"]);
  for (const nonsense of ["large", "1-2-3", "<b>", "-5-", "99999999999999999999"]) assert.deepEqual(words("side", nonsense), [], nonsense);
});

test("an end alone is marked by a word or a sign", () => {
  const number = (text) => (/^\d+$/.test(text) ? Number(text) : null);
  assert.deepEqual(["from 5", ">= 5", "at most 5", "to 5", "5"].map((text) => readEnds(text, number)), [[[5, null]], [[5, null]], [[null, 5]], [[null, 5]], [[5, null], [null, 5]]]);
});

test("days are chosen by words or typed", () => {
  assert.deepEqual(changes("added", "last 7"), [{ added_from: "2026-11-15", added_to: null }]);
  assert.deepEqual(words("added", "2026-11-01"), ["Since 2026-11-01", "On 2026-11-01", "Until 2026-11-01"]);
  assert.deepEqual(changes("added", "2026-11-05 to 2026-11-01"), [{ added_from: "2026-11-01", added_to: "2026-11-05" }]);
  assert.deepEqual(words("added", "2026-02-30"), []);
});

test("two filters are the same whatever the order of their fields", () => {
  assert.ok(isSameFilter({ labels: ["a"], sort: "name" }, { sort: "name", labels: ["a"] }));
  assert.ok(!isSameFilter({ labels: ["a"] }, { labels: ["b"] }));
});

test("tree, tabs and search change their own part of a filter alone", () => {
  const filter = { labels: ["a", "b"], sub_labels: false, states: ["new", "kept"], formats: ["PNG"] };
  assert.deepEqual(changedFilter(filter, placeChange({ label: "c" })), { labels: ["c"], states: ["new", "kept"], formats: ["PNG"] });
  assert.deepEqual(changedFilter(filter, placeChange({ state: null })), { labels: ["a", "b"], sub_labels: false, formats: ["PNG"] });
  assert.deepEqual(changedFilter({ text: "x" }, placeChange({ text: "" })), {});
  assert.deepEqual(withSum({ new: 1, kept: 2, trashed: 3 }), { new: 1, kept: 2, trashed: 3, null: 6 });
});
