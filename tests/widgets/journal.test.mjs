// What the journal writes and offers, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { storyOfAct, trashQuestion, wayBack } from "../../cvwidgets/widgets/journal.js";

const now = Date.parse("2026-11-20T12:00:00Z");
const act = { id: 7, kind: "trash", by: "ann", when: "2026-11-20T11:57:00Z", images: 1200, sentence: "1,200 images trashed", undone: false, stands: true };

test("an act says who, how long ago, and how many images", () => {
  assert.deepEqual(storyOfAct(act, now), ["ann", "3 min ago", "1,200 images"]);
  assert.deepEqual(storyOfAct({ ...act, images: 1 }, now)[2], "1 image");
  assert.deepEqual(storyOfAct({ ...act, images: 0 }, now), ["ann", "3 min ago"]);
});

test("what stands can be undone, what was undone can be done again, and nothing where one only looks", () => {
  const undone = { ...act, stands: false, undone: true };
  assert.deepEqual([wayBack(act, false), wayBack(undone, false), wayBack({ ...act, stands: false }, false)], ["undo", "redo", ""]);
  assert.deepEqual([wayBack(act, true), wayBack(undone, true)], ["", ""]);
});

test("the question says how many images and how much disk, and that there is no way back", () => {
  const { empty, sentences } = trashQuestion({ images: 33, bytes: 12_400_000, unread: 1 });
  assert.equal(empty, false);
  assert.equal(sentences[0], "Empty the trash? 33 images are removed for good. 12 MB on the disk are freed.");
  assert.match(sentences.join(" "), /1 image in the trash was not read whole yet.*cannot be undone\.$/);
});

test("a trash of pictures that lie elsewhere frees nothing, and says so", () => {
  assert.match(trashQuestion({ images: 1, bytes: 0, unread: 0 }).sentences[0], /1 image is removed for good\. No file is deleted/);
});

test("an empty trash asks nothing, unless files were left over", () => {
  assert.equal(trashQuestion({ images: 0, bytes: 0, unread: 0 }).empty, true);
  assert.match(trashQuestion({ images: 0, bytes: 90, unread: 0 }).sentences[0], /interrupted before all files were deleted\. 90 B/);
});
