// The geometry of the wall, what is asked for, and which key means what.

import assert from "node:assert/strict";
import { test } from "node:test";

import { commandOf, inWords } from "../../cvwidgets/widgets/parts/bar.js";
import { BLOCK, blocks } from "../../cvwidgets/widgets/parts/facts.js";
import { BATCH, FIRST_BATCH, UNDER_WAY, plan } from "../../cvwidgets/widgets/parts/thumbnails.js";
import { describe } from "../../cvwidgets/widgets/parts/tiles.js";
import { find } from "../../cvwidgets/widgets/parts/typeahead.js";
import { HIGHEST, lay, place, reveal, toScroller, toWall, visible } from "../../cvwidgets/widgets/parts/wall.js";

const screen = { width: 1000, height: 500, tile: 128 };

test("tiles fill the width, and their places do not overlap", () => {
  const layout = lay({ count: 100, ...screen });
  assert.equal(layout.columns, 7);
  const last = place(layout, 6);
  assert.ok(last.x + layout.side <= 1000 && place(layout, 7).x === 8);
  assert.ok(layout.side >= 128);
});

test("a wall of a million rows keeps the scroller below what a browser clamps, and its ends are reached", () => {
  const layout = lay({ count: 10_000_000, ...screen });
  assert.equal(layout.scroller, HIGHEST);
  assert.ok(layout.whole > 33_554_432);
  assert.equal(toWall(layout, 0), 0);
  assert.ok(Math.abs(toWall(layout, HIGHEST - 500) - (layout.whole - 500)) < 1);
  const { to } = visible(layout, toWall(layout, HIGHEST - 500), 10_000_000);
  assert.equal(to, 10_000_000);
});

test("a place on the wall and its place on the scrollbar lead to each other", () => {
  for (const count of [10, 5_000, 3_000_000]) {
    const layout = lay({ count, ...screen });
    const y = Math.max(0, layout.whole - 500) / 3;
    assert.ok(Math.abs(toWall(layout, toScroller(layout, y)) - y) < 1e-3);
  }
});

test("the number of drawn tiles does not grow with the number of images", () => {
  const drawn = (count) => {
    const { drawnFrom, drawnTo } = visible(lay({ count, ...screen }), 1_000_000, count);
    return drawnTo - drawnFrom;
  };
  assert.equal(drawn(1_000_000), drawn(50_000_000));
  assert.ok(drawn(1_000_000) < 100);
});

test("an empty wall, and one of a single narrow column, draw without error", () => {
  assert.deepEqual(visible(lay({ count: 0, ...screen }), 0, 0), { from: 0, to: 0, drawnFrom: 0, drawnTo: 0 });
  assert.equal(lay({ count: 3, width: 40, height: 100, tile: 128 }).columns, 1);
});

test("the wall moves as little as it must to show a tile whole", () => {
  const layout = lay({ count: 1000, ...screen });
  assert.equal(reveal(layout, 0, 0), 0);
  assert.ok(reveal(layout, 0, 70) > 0);
  assert.equal(reveal(layout, 5000, 0), 0);
});

test("of a screen without a picture a few are asked for first, alone; then the rest in batches, few at a time", () => {
  const wanted = [...Array(1000).keys()];
  const first = plan(wanted, () => false, []);
  assert.deepEqual(first, { ask: [wanted.slice(0, FIRST_BATCH)], cancel: [] });
  const { ask, cancel } = plan(wanted, (position) => position < FIRST_BATCH, []);
  assert.deepEqual(ask.map((batch) => batch.length), Array(UNDER_WAY).fill(BATCH));
  assert.deepEqual([ask[0][0], cancel], [FIRST_BATCH, []]);
});

test("what left the screen is cancelled, what is coming is not asked for again", () => {
  const underWay = [{ id: "old", positions: [1, 2] }, { id: "near", positions: [50, 51] }];
  const { ask, cancel } = plan([50, 51, 52], () => false, underWay);
  assert.deepEqual(cancel, ["old"]);
  assert.deepEqual(ask, [[52]]);
});

test("nothing more is asked for while enough is under way", () => {
  const underWay = Array.from({ length: UNDER_WAY }, (_, index) => ({ id: String(index), positions: [index] }));
  assert.deepEqual(plan([0, 1, 2, 3, 4], () => false, underWay), { ask: [], cancel: [] });
});

test("facts come in blocks that cover what is drawn", () => {
  assert.deepEqual(blocks(0, 1), [0]);
  assert.deepEqual(blocks(BLOCK - 1, BLOCK + 1), [0, 1]);
  assert.deepEqual(blocks(5, 5), [0]);
});

test("keys are known by their place, so that any keyboard layout works", () => {
  const press = (code, keys = {}) => commandOf({ code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...keys });
  assert.equal(press("KeyK"), "keep");
  assert.equal(press("KeyX"), "trash");
  assert.equal(press("KeyA", { ctrlKey: true }), "all");
  assert.equal(press("KeyZ", { metaKey: true, shiftKey: true }), "redo");
  assert.equal(press("KeyZ", { ctrlKey: true }), "undo");
  assert.equal(press("KeyX", { ctrlKey: true }), null);
  assert.equal(press("KeyK", { altKey: true }), null);
  assert.equal(press("KeyA"), null);
});

test("A and Y answer a suggestion, where there is one", () => {
  const press = (code, keys = {}) => commandOf({ code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...keys }, "labels");
  assert.deepEqual([press("KeyA"), press("KeyY"), press("KeyA", { ctrlKey: true }), press("KeyY", { ctrlKey: true })], ["accept", "reject", "all", "redo"]);
});

test("what is guessed is accepted but not right already, and a stranger belongs but nothing is suggested for it", () => {
  const press = (code, suggests) => commandOf({ code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }, suggests);
  assert.deepEqual([press("KeyA", "guesses"), press("KeyY", "guesses")], ["accept", null]);
  assert.deepEqual([press("KeyA", "strangers"), press("KeyY", "strangers")], [null, "reject"]);
});

test("typing finds what begins with it before what holds it", () => {
  const names = ["animals/bison", "bird", "cub", "animals"];
  assert.deepEqual(find(names, "b"), ["bird", "animals/bison", "cub"]);
  assert.deepEqual(find(names, "ANIMALS"), ["animals/bison", "animals"]);
  assert.deepEqual(find(names, "zebra"), []);
  assert.equal(find(Array.from({ length: 1000 }, (_, index) => `label ${index}`), "", 8).length, 8);
});

test("a tile says its name, label, state and what is wrong with it", () => {
  const fact = { name: "<b>.jpg", label: "elk", state: "kept", problem: null };
  assert.equal(describe(fact, undefined), "<b>.jpg · label elk · Kept");
  assert.equal(describe(fact, "It is no picture."), "<b>.jpg · label elk · Kept · It is no picture.");
  assert.equal(describe(undefined, undefined), "Loading");
});

test("numbers are said in words that fit", () => {
  assert.equal(inWords(1, "image"), "1 image");
  assert.equal(inWords(12345, "image"), "12,345 images");
  assert.equal(inWords(2, "copy", "copies"), "2 copies");
});
