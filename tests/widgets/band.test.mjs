// The rubber band, and what a click must not take away for good.

import assert from "node:assert/strict";
import { test } from "node:test";

import { drift, touched } from "../../cvwidgets/widgets/parts/band.js";
import { union } from "../../cvwidgets/widgets/parts/ranges.js";
import { click, loses, nothing, selectAll, selectRest } from "../../cvwidgets/widgets/parts/selection.js";
import { lay } from "../../cvwidgets/widgets/parts/wall.js";

// Four columns of 92 px with gaps of 8 px.
const WALL = lay({ count: 10, width: 408, height: 300, tile: 92 });

test("a band takes what it touches, and nothing for the gap beside it", () => {
  assert.equal(WALL.columns, 4);
  assert.deepEqual(touched(WALL, { left: 150, right: 250, top: 20, bottom: 130 }, 10), [[1, 3], [5, 7]]);
  assert.deepEqual(touched(WALL, { left: 101, right: 107, top: 20, bottom: 30 }, 10), []);
  assert.deepEqual(touched(WALL, { left: 9, right: 9, top: 9, bottom: 9 }, 10), [[0, 1]]);
});

test("a band over whole rows is one range, however many they are", () => {
  const heap = lay({ count: 1_000_000, width: 408, height: 300, tile: 92 });
  assert.deepEqual(touched(heap, { left: 0, right: 408, top: 0, bottom: 1e9 }, 1_000_000), [[0, 1_000_000]]);
  assert.equal(touched(heap, { left: 0, right: 250, top: 0, bottom: 5e5 }, 1_000_000).length, 5000);
});

test("beyond the last image there is nothing to take", () => {
  assert.deepEqual(touched(WALL, { left: 0, right: 400, top: 210, bottom: 900 }, 10), [[8, 10]]);
  assert.deepEqual(touched(WALL, { left: 250, right: 400, top: 210, bottom: 290 }, 10), []);
});

test("near an edge the wall moves, the faster the further out", () => {
  assert.equal(drift(150, 300), 0);
  assert.ok(drift(-60, 300) < drift(20, 300) && drift(20, 300) < 0);
  assert.ok(drift(360, 300) > drift(280, 300) && drift(280, 300) > 0);
});

test("two selections become one in order", () => {
  assert.deepEqual(union([[0, 3], [8, 9]], [[2, 8]]), [[0, 9]]);
  assert.deepEqual(union([[5, 6]], [[0, 2]]), [[0, 2], [5, 6]]);
});

test("the rest of the page ends with the screen, from here on ends with the wall", () => {
  const at = click(nothing(), 5, {});
  assert.deepEqual(selectRest(at, { from: 4, to: 12, count: 40, whole: false }).ranges, [[5, 12]]);
  assert.deepEqual(selectRest(at, { from: 4, to: 12, count: 40, whole: true }).ranges, [[5, 40]]);
  assert.deepEqual(selectRest(nothing(), { from: 4, to: 12, count: 40, whole: false }).ranges, [[4, 12]]);
});

test("a plain click on a large selection is a loss, taking one out of it is none", () => {
  const many = selectAll(nothing(), 3200);
  assert.ok(loses(many, click(many, 7, {})));
  assert.ok(!loses(many, click(many, 7, { ctrl: true })));
  assert.ok(!loses(click(nothing(), 3, {}), click(nothing(), 4, {})));
});
