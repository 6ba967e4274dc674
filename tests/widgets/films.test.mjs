// What Collect says of videos, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { choiceWords, whyNot } from "../../cvwidgets/widgets/collect.js";
import { framesOf, isVideo, withoutVideos } from "../../cvwidgets/widgets/parts/films.js";

const survey = { files: 0, bytes: 2.8e6, label_count: 0, labels: [], unlabeled: 0, folder: true, videos: 2, whole: true };
const open = { closed: "", sending: false };

test("a video is told by its name, and left out with a reason where none can be read", () => {
  assert.deepEqual(["a.MP4", "b.mov", "c.jpg", "mp4"].map(isVideo), [true, true, false, false]);
  const files = [{ name: "sea/a.mp4" }, { name: "b.jpg" }];
  assert.deepEqual(withoutVideos(files, ""), { fit: files, refused: [] });
  assert.deepEqual(withoutVideos(files, "Install it."), { fit: [files[1]], refused: [{ path: "sea/a.mp4", reason: "It is a video. Install it." }] });
});

test("what is asked of videos is a number of seconds or the scene, and not too many", () => {
  assert.deepEqual(framesOf({ how: "every", every: "2,5", most: "10" }), { frames: { every: 2.5, scenes: false, most: 10 }, wrong: "" });
  assert.deepEqual(framesOf({ how: "scenes", every: "", most: "10" }).frames, { every: 1, scenes: true, most: 10 });
  for (const form of [{ how: "every", every: "0", most: "1" }, { how: "every", every: "x", most: "1" }, { how: "scenes", every: "1", most: "1.5" }]) assert.match(framesOf(form).wrong, /can be had/);
});

test("what is chosen says how many videos are in it, and a folder of videos is added when their frames are asked for", () => {
  assert.equal(choiceWords({ survey }), "No pictures in it, 2 videos");
  assert.equal(choiceWords({ survey: { ...survey, files: 3 } }), "3 files, 2.8 MB, and 2 videos");
  assert.equal(choiceWords({ survey: { ...survey, files: 1, videos: 1, folder: false } }), "One video of 2.8 MB");
  assert.match(whyNot({ ...open, choice: { folder: true, survey } }), /nothing in it/);
  assert.equal(whyNot({ ...open, choice: { folder: true, survey }, frames: { frames: {}, wrong: "" } }), "");
  assert.equal(whyNot({ ...open, choice: { video: true, survey: null }, noVideos: "Install it." }), "Install it.");
  assert.equal(whyNot({ ...open, choice: { video: true, survey: null }, frames: { frames: null, wrong: "Too many." } }), "Too many.");
});
