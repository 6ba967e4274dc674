import assert from "node:assert/strict";
import { test } from "node:test";

import { staleWords } from "../../cvwidgets/widgets/analysis.js";
import { analysisWords, canGoOn, nameOfAnalysis } from "../../cvwidgets/widgets/parts/analyses.js";
import { waysToAsk } from "../../cvwidgets/widgets/parts/analysisform.js";
import { barsWithin, rangeInWords } from "../../cvwidgets/widgets/parts/confidence.js";
import { resultsWords } from "../../cvwidgets/widgets/parts/givingout.js";
import { asksAnything, labelsWith, wrongWords } from "../../cvwidgets/widgets/parts/sieve.js";

test("a range of confidence is told in words, and marks the bars that lie in it", () => {
  assert.equal(rangeInWords(0, 1), "any");
  assert.equal(rangeInWords(0.6, 0.975), "60% to 97.5%");
  assert.deepEqual(barsWithin(4, 0.5, 0.6), [false, false, true, false]);
  assert.deepEqual(barsWithin(4, 0, 1), [true, true, true, true]);
});

test("an analysis is called by its title, or by the end of what it is about", () => {
  assert.equal(nameOfAnalysis({ title: "Holiday", source: "/a/b" }), "Holiday");
  assert.equal(nameOfAnalysis({ title: "", source: "/a/b/" }), "b");
  assert.equal(nameOfAnalysis({ title: "", source: "12 images, New" }), "12 images, New");
});

test("how far an analysis is, its pace and the time left are told in words", () => {
  const running = { state: "running", done: 1200, of: 20000, images_per_second: 41.6, seconds_left: 452 };
  assert.equal(analysisWords(running), "1,200 of 20,000 · 42 a second · 8 min left");
  assert.equal(analysisWords({ state: "running", done: 0, of: 0 }), "Listing the files");
  assert.equal(analysisWords({ state: "stopped", done: 3, of: 9 }), "Stopped · 3 of 9 kept");
  assert.equal(analysisWords({ state: "done", done: 1, of: 1 }), "1 image");
  assert.equal(analysisWords({ state: "waiting", waits_for: ["Analyze x"] }), "Waits for Analyze x");
  assert.deepEqual([{ state: "stopped", done: 3, of: 9 }, { state: "done", done: 9, of: 9 }, { state: "failed", done: 0, of: 0 }, running].map(canGoOn), [true, false, true, false]);
});

test("what has nothing in it cannot be chosen to be asked about", () => {
  assert.deepEqual(waysToAsk({ new: 2, kept: 0, selected: 0, runs: [] }).filter(({ empty }) => !empty).map(({ word }) => word), ["A folder or a file", "New images (2)"]);
});

test("a filter asks nothing until something is set, and labels are chosen and let go", () => {
  const nothing = { labels: [], inverted: false, low: 0, high: 1, wrong: false, unread: false };
  assert.equal(asksAnything(nothing), false);
  assert.equal(asksAnything({ ...nothing, high: 0.99 }), true);
  assert.deepEqual(labelsWith(labelsWith([], "a"), "a"), []);
  assert.equal(wrongWords({ known: 840, wrong: 1 }), "Of 840 kept today 1 is said to be another label.");
});

test("an export tells where it is, and rows that came are offered", () => {
  assert.equal(resultsWords({ name: "x.csv", state: "running", done: 2000, of: 9000 }), "2,000 of 9,000 written");
  assert.equal(resultsWords({ name: "x.csv", state: "stopped", images: null }), "x.csv was stopped; nothing is left of it.");
  assert.equal(resultsWords({ name: "x.csv", state: "done", images: 1 }), "1 row is in");
  assert.equal(staleWords({ rows: 12, stale: true }), "Something changed; 12 rows by now.");
});
