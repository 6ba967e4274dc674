// What the data at a glance leads to, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { byCount, columnsOf, ofLabel, ofSizes, sizeWord } from "../../cvwidgets/widgets/glance.js";
import { isOverSame } from "../../cvwidgets/widgets/parts/elsewhere.js";

const label = (name, kept, facts = {}) => ({ name, new: 0, kept, trashed: 0, ...facts });

test("the largest labels come first, and those without an image not at all", () => {
  const shown = byCount([label("Unsorted", 0), label("elk", 2), label("owl", 1, { trashed: 4 })]);
  assert.deepEqual(shown.map(({ name, whole }) => [name, whole]), [["owl", 5], ["elk", 2]]);
});

test("a bar leads to what it counts, which sub-labels are not", () => {
  const [animals, bison] = byCount([label("animals", 9), label("animals/bison", 5), label("animal", 1)]);
  assert.deepEqual(ofLabel(bison, "kept"), { labels: ["animals/bison"], states: ["kept"] });
  assert.deepEqual(ofLabel(animals, "new"), { labels: ["animals"], sub_labels: false, states: ["new"] });
  assert.deepEqual(ofLabel(bison), { labels: ["animals/bison"] });
});

test("a column leads to the sides from its edge up to the next, which is not meant", () => {
  assert.deepEqual(ofSizes({ low: 512, high: 768 }), { min_side: 512, max_side: 767 });
  assert.deepEqual([ofSizes({ low: 0, high: 32 }), ofSizes({ low: 4096, high: null })], [{ max_side: 31 }, { min_side: 4096 }]);
  const words = [[0, 32], [512, 768], [4096, null]].map(([low, high]) => sizeWord({ low, high }));
  assert.deepEqual(words, ["below 32 pixels", "512 to 767 pixels", "4,096 pixels or more"]);
});

test("columns reach from the smallest to the largest images, gaps among them; of many only some tell where they begin", () => {
  const classes = [0, 32, 64, 96, 128, 192, 256, 384, 512].map((low, at, all) => ({ low, high: all[at + 1] ?? null, images: 0 }));
  const held = (...lows) => columnsOf(classes.map((one) => ({ ...one, images: lows.includes(one.low) ? 3 : 0 })));
  assert.deepEqual(held(96, 256).map(({ low, images, tick }) => [low, images, tick]), [[96, 3, "96"], [128, 0, "128"], [192, 0, "192"], [256, 3, "256"]]);
  assert.deepEqual(held(0, 512).map(({ tick }) => tick), ["0", "32", "64", "", "128", "", "256", "", "512"]);
});

test("panels of one workbench are over one project; those in cells are if the folder is the same", () => {
  const [bench, other] = [{}, {}];
  assert.ok(isOverSame({ bench, folder: "a" }, { bench, folder: "a" }));
  assert.ok(isOverSame({ bench: null, folder: "a" }, { bench: null, folder: "a" }));
  assert.ok(!isOverSame({ bench: null, folder: "a" }, { bench: null, folder: "b" }));
  assert.ok(!isOverSame({ bench, folder: "a" }, { bench: other, folder: "a" }));
  assert.ok(!isOverSame({ bench, folder: "a" }, { bench: null, folder: "a" }));
});
