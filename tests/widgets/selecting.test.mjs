// Selecting as in a file manager, on any number of images.

import assert from "node:assert/strict";
import { test } from "node:test";

import { add, all, has, invert, remove, size, toggle } from "../../cvwidgets/widgets/parts/ranges.js";
import { clear, click, inverse, move, nothing, selectAll, step } from "../../cvwidgets/widgets/parts/selection.js";

test("ranges that touch become one", () => {
  assert.deepEqual(add([[0, 3], [8, 9]], 3, 8), [[0, 9]]);
  assert.deepEqual(add([[5, 6]], 0, 2), [[0, 2], [5, 6]]);
  assert.deepEqual(add([[0, 2], [4, 6], [9, 12]], 1, 10), [[0, 12]]);
  assert.deepEqual(add([], 4, 4), []);
});

test("taking out of the middle leaves two ranges", () => {
  assert.deepEqual(remove([[0, 10]], 3, 5), [[0, 3], [5, 10]]);
  assert.deepEqual(remove([[0, 3], [5, 9]], 2, 6), [[0, 2], [6, 9]]);
});

test("a random walk of toggles holds what a plain set holds", () => {
  let ranges = [];
  const set = new Set();
  let seed = 7;
  for (let turn = 0; turn < 2000; turn += 1) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const position = seed % 40;
    ranges = toggle(ranges, position);
    if (!set.delete(position)) set.add(position);
    assert.equal(size(ranges), set.size);
    assert.equal(has(ranges, position), set.has(position));
  }
  for (let index = 1; index < ranges.length; index += 1) assert.ok(ranges[index - 1][1] < ranges[index][0]);
});

test("all but one of a million is two ranges", () => {
  assert.deepEqual(invert([[7, 8]], 1_000_000), [[0, 7], [8, 1_000_000]]);
  assert.deepEqual(invert(all(5), 5), []);
  assert.deepEqual(invert([], 0), []);
});

test("a click selects one, ctrl adds and takes away, shift reaches from the last click", () => {
  let selection = click(nothing(), 4, {});
  assert.deepEqual(selection.ranges, [[4, 5]]);
  selection = click(selection, 8, { ctrl: true });
  assert.deepEqual(selection.ranges, [[4, 5], [8, 9]]);
  selection = click(selection, 6, { shift: true });
  assert.deepEqual(selection.ranges, [[6, 9]]);
  selection = click(selection, 10, { shift: true });
  assert.deepEqual(selection.ranges, [[8, 11]]);
  assert.deepEqual(click(selection, 9, { ctrl: true }).ranges, [[8, 9], [10, 11]]);
});

test("arrows move by one and by a row, and stay on the wall", () => {
  const wall = { columns: 4, rows: 3, count: 10 };
  assert.equal(step("ArrowRight", -1, wall), 0);
  assert.equal(step("ArrowDown", 1, wall), 5);
  assert.equal(step("ArrowDown", 8, wall), 8);
  assert.equal(step("PageDown", 1, wall), 9);
  assert.equal(step("Home", 7, wall), 0);
  assert.equal(step("End", 0, wall), 9);
  assert.equal(step("q", 0, wall), null);
  assert.equal(step("ArrowRight", 0, { ...wall, count: 0 }), null);
});

test("arrows with shift select on the way, with ctrl they only move", () => {
  const start = click(nothing(), 2, {});
  assert.deepEqual(move(start, 5, { shift: true }).ranges, [[2, 6]]);
  assert.deepEqual(move(start, 5, { ctrl: true }), { ranges: [[2, 3]], cursor: 5, anchor: 2 });
});

test("all, none and the rest", () => {
  const some = click(nothing(), 1, {});
  assert.deepEqual(selectAll(some, 3).ranges, [[0, 3]]);
  assert.deepEqual(inverse(some, 3).ranges, [[0, 1], [2, 3]]);
  assert.deepEqual(clear(some).ranges, []);
});
