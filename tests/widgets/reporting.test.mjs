// What is said of a report, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { reportWords } from "../../cvwidgets/widgets/reporting.js";

const NOW = Date.parse("2026-11-29T12:05:00Z");
const FILE = { name: "herd-run-0001.html", size: 1_234_567, when: "2026-11-29T12:00:00+00:00" };

test("a report says what it will be, how far it is, and what it is", () => {
  assert.match(reportWords({ file: null, job: null }), /^One file that opens anywhere/);
  assert.equal(reportWords({ file: FILE, job: { state: "running", done: 12, of: 1340 } }), "12 of 1,340 pictures made");
  assert.match(reportWords({ file: null, job: { state: "waiting", done: 0, of: 0 } }), /^Gathering/);
  assert.equal(reportWords({ file: FILE, job: { state: "done" } }, NOW), "herd-run-0001.html · 1.2 MB · written 5 min ago");
});

test("a report that failed says why", () => {
  assert.equal(reportWords({ file: null, job: { state: "failed", reason: "The disk is full." } }), "The disk is full.");
});
