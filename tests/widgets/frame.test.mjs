// What the frame writes and decides, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { holds, inOrder } from "../../cvwidgets/widgets/home.js";
import { storyOf, titleOf } from "../../cvwidgets/widgets/jobs.js";
import { ago } from "../../cvwidgets/widgets/parts/figures.js";
import { busyWords, numberOf } from "../../cvwidgets/widgets/parts/header.js";
import { KEYS } from "../../cvwidgets/widgets/parts/keys.js";
import { meaning } from "../../cvwidgets/widgets/parts/kernel.js";
import { isDark } from "../../cvwidgets/widgets/parts/theme.js";
import { largest, rows } from "../../cvwidgets/widgets/parts/tree.js";
import { FIELDS, valueOf } from "../../cvwidgets/widgets/settings.js";

const job = { state: "running", sentence: "Epoch 3 of 10", seconds_left: 200, reason: null, ended: null };

test("each step has the number that matters, or none", () => {
  assert.equal(numberOf("triage", { new: 12345 }, {}), "12,345");
  assert.equal(numberOf("triage", { new: 0 }, {}), "");
  assert.equal(numberOf("train", {}, { training: 0.318 }), "31%");
  assert.equal(numberOf("train", {}, { training: null }), "");
  assert.deepEqual([numberOf("explore", { suspected: 1400 }, {}), numberOf("explore", { suspected: null }, {})], ["1,400", ""]);
  assert.equal(numberOf("collect", { new: 3 }, { training: 0.5 }), "");
});

test("the ring of jobs says how many run and how far they are", () => {
  assert.equal(busyWords({ count: 0, share: null }), "Jobs: nothing runs");
  assert.equal(busyWords({ count: 1, share: null }), "Jobs: 1 runs");
  assert.equal(busyWords({ count: 2, share: 0.5 }), "Jobs: 2 run, 50.0% done");
});

test("a job tells how far it is while it runs, and how it ended afterwards", () => {
  assert.equal(storyOf(job), "Epoch 3 of 10 · about 3 min 20 s left");
  assert.equal(storyOf({ ...job, seconds_left: null }), "Epoch 3 of 10");
  assert.equal(storyOf({ ...job, state: "failed", reason: "The disk is full.", ended: "2020-01-01T00:00:00Z" }), "Failed · Epoch 3 of 10 · 2020-01-01");
  assert.equal(titleOf({ kind: "training", name: "runs/0001", title: "Train run 0001 of elsewhere" }), "Train run 0001");
  assert.equal(titleOf({ kind: "import", name: "work/add-1", title: "Add heap" }), "Add heap");
});

test("a moment is told by how long ago it was", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  const at = (moment) => ago(moment, now);
  assert.deepEqual([at("2026-11-20T11:59:40Z"), at("2026-11-20T11:15:00Z"), at("2026-11-20T02:00:00Z")], ["just now", "45 min ago", "10 h ago"]);
  assert.deepEqual([at("2026-11-19T11:00:00Z"), at("2026-09-01T11:00:00Z"), at("no moment")], ["1 day ago", "2026-09-01", ""]);
});

test("the choice of the browser counts first, then JupyterLab's theme, then the system", () => {
  const page = { chosen: undefined, lab: undefined, published: false, prefersDark: true };
  assert.equal(isDark(page), true);
  assert.equal(isDark({ ...page, chosen: "light" }), false);
  assert.equal(isDark({ ...page, lab: "true" }), false);
  assert.equal(isDark({ ...page, lab: "false", prefersDark: false }), true);
  assert.equal(isDark({ ...page, lab: "true", published: true }), true, "Voilà says light whatever the system asks for");
});

test("a kernel that restarts is gone for the page that it served", () => {
  assert.deepEqual(["idle", "busy", "starting", "restarting", "autorestarting", "dead"].map(meaning), ["here", "here", "here", "gone", "gone", "gone"]);
});

test("projects used lately come first, in the order of their use", () => {
  const projects = ["/a", "/b", "/c"].map((folder) => ({ folder }));
  assert.deepEqual(inOrder(projects, ["/c", "/gone", "/b"]).map(({ folder }) => folder), ["/c", "/b", "/a"]);
  assert.equal(holds({ images: 1, kept: 1, new: 0 }), "1 image · 1 kept");
  assert.equal(holds({ images: 0 }), "No images yet");
});

test("the bar of a label is measured against the largest one, with all that is below it", () => {
  const labels = [{ name: "a", new: 1, kept: 0, trashed: 0 }, { name: "a/b", new: 0, kept: 5, trashed: 1 }, { name: "c", new: 2, kept: 2, trashed: 0 }];
  assert.equal(largest(rows(labels)), 7);
  assert.equal(largest([]), 0);
});

test("a setting is what its text means", () => {
  const field = (name) => FIELDS.find((one) => one.name === name);
  assert.equal(valueOf(field("threads"), " 4 "), 4);
  assert.equal(valueOf(field("cache_gigabytes"), "2,5"), 2.5);
  assert.equal(valueOf(field("projects"), " "), null);
  assert.equal(valueOf(field("device"), "cuda:1"), "cuda:1");
  assert.throws(() => valueOf(field("threads"), "many"), /Threads is 'many'; a number is needed/);
});

test("no key does two things on the wall", () => {
  const keys = KEYS.slice(1).filter(([title]) => !title.includes("lens")).flatMap(([, rows_]) => rows_.flatMap(([, choices]) => choices.split(" / ")));
  assert.equal(new Set(keys).size, keys.length);
});
