// The tree of labels, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { branchesOf, letterOf, openRows, othersThan, pathAbove, pathUnder, rowsOnScreen, stepIn } from "../../cvwidgets/widgets/parts/branches.js";
import { countIn, rowInWords } from "../../cvwidgets/widgets/parts/labelrow.js";

const label = (id, name, facts = {}) => ({ id, name, new: 1, kept: 0, trashed: 0, ...facts });
const LABELS = [label(0, "Unsorted"), label(1, "animals"), label(3, "animals/bison", { hotkey: "B" }), label(4, "animals/bison/calf"), label(2, "animals/elk"), label(9, "Plants")];
const tree = branchesOf(LABELS);
const names = (shown) => shown.map(({ name }) => name);

test("each row knows its place among its brothers, and counts what is below it", () => {
  const [, animals, bison, calf, elk] = tree;
  assert.deepEqual([animals.position, animals.of, animals.below, animals.depth], [2, 3, 2, 0]);
  assert.deepEqual([bison.position, bison.of, bison.below, bison.hotkey], [1, 2, 1, "B"]);
  assert.deepEqual([calf.word, calf.depth, elk.position, animals.counts.new], ["calf", 2, 2, 4]);
});

test("what is under a folded label stands nowhere, however deep", () => {
  assert.deepEqual(names(openRows(tree, new Set([1]))), ["Unsorted", "animals", "Plants"]);
  const shown = openRows(tree, new Set([3]));
  assert.deepEqual(shown.map(({ expanded }) => expanded), [null, true, false, null, null]);
});

test("a text finds labels by their last name, folded or not, with those they are under", () => {
  assert.deepEqual(names(openRows(tree, new Set([1, 3]), " CALF")), ["animals", "animals/bison", "animals/bison/calf"]);
  assert.deepEqual(names(openRows(tree, new Set(), "animals")), ["animals"]);
  assert.deepEqual(names(openRows(tree, new Set(), "bison/c")), ["animals", "animals/bison", "animals/bison/calf"]);
  assert.deepEqual(openRows(tree, new Set(), "moose"), []);
});

test("arrow keys go from row to row, into a branch and out of it", () => {
  const shown = openRows(tree, new Set([3]));
  assert.deepEqual(stepIn(shown, 1, "ArrowRight"), { at: 2 });
  assert.deepEqual(stepIn(shown, 2, "ArrowRight"), { fold: false });
  assert.deepEqual(stepIn(shown, 1, "ArrowLeft"), { fold: true });
  assert.deepEqual(stepIn(shown, 3, "ArrowLeft"), { at: 1 });
  assert.deepEqual([stepIn(shown, 0, "ArrowLeft"), stepIn(shown, 3, "ArrowRight"), stepIn(shown, 3, "k")], [null, null, null]);
  assert.deepEqual(["ArrowUp", "ArrowDown", "Home", "End", "PageDown"].map((key) => stepIn(shown, 4, key, 3).at), [3, 4, 0, 4, 4]);
});

test("of a thousand rows only those near the screen stand in the page", () => {
  assert.deepEqual(rowsOnScreen(200, 3600, 360), { from: 0, to: 200 });
  assert.deepEqual(rowsOnScreen(1000, 0, 360), { from: 0, to: 18 });
  assert.deepEqual(rowsOnScreen(1000, 3600, 360), { from: 92, to: 118 });
  assert.deepEqual(rowsOnScreen(1000, 36_000, 360), { from: 992, to: 1000 });
});

test("four thousand labels take about four times as long to lay out as a thousand", () => {
  const best = (count) => {
    const many = Array.from({ length: count }, (_, n) => label(n, n % 10 ? `${n - (n % 10)}/${n}` : String(n)));
    const times = Array.from({ length: 7 }, (_, round) => {
      const begin = performance.now();
      openRows(branchesOf(many), new Set(), round % 2 ? "9" : "");
      return performance.now() - begin;
    });
    return Math.min(...times);
  };
  best(1000);
  assert.ok(best(4000) < 10 * best(1000)); // each label looked for among all others would be 16 times
});

test("keys are letters and digits, whatever the layout, without others held", () => {
  assert.deepEqual(["KeyB", "Digit7", "Numpad3", "F2", "Enter", "NumpadAdd"].map((code) => letterOf({ code })), ["B", "7", "3", null, null, null]);
  assert.equal(letterOf({ code: "KeyB", ctrlKey: true }), null);
});

test("paths lead up and down, and a label cannot go under itself", () => {
  assert.deepEqual([pathAbove("a/b/c"), pathAbove("a"), pathUnder("a/b", "c"), pathUnder(null, "c")], ["a/b", null, "a/b/c", "c"]);
  assert.deepEqual(othersThan(["Unsorted", "a", "a/b", "ab"], "a"), ["ab"]);
});

test("a row says its counts and its key", () => {
  assert.equal(rowInWords(tree[2]), "animals/bison: 2 new, 0 kept, 0 in the trash; key B");
  assert.deepEqual([countIn(tree[1].counts, "new"), countIn({ new: 1, kept: 2, trashed: 3 }, null)], [4, 6]);
});
