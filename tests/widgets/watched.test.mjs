// What Collect says of watched folders, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { watchedWords } from "../../cvwidgets/widgets/parts/watched.js";

test("a watched folder says what comes of it", () => {
  const one = { came: 1, waiting: 0, refused: 0, looked: null, label: "", as: "new", state: "watched" };
  assert.equal(watchedWords(one), "Watched · as New · 1 image came · not looked at yet");
  const now = Date.parse("2026-01-01T12:00:00Z");
  assert.equal(watchedWords({ ...one, came: 12, waiting: 2, refused: 3, label: "bison", as: "kept", state: "paused", looked: "2026-01-01T11:58:00Z" }, now), "Paused · Label bison, as Kept · 12 images came · 2 not whole yet · 3 refused · looked 2 min ago");
});
