// How augmentations are told, and how a list of them becomes the text of a field and comes back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { augmentationWords, listOf, stepOf, strengthWords, textOf } from "../../cvwidgets/widgets/parts/augmentations.js";
import { FIELDS, read, write } from "../../cvwidgets/widgets/parts/recipe.js";
import { pictureWords } from "../../cvwidgets/widgets/parts/variations.js";

const crop = { name: "crop", unit: "share", most: 0.95, meaning: "of the area cut away" };
const turn = { name: "turn", unit: "degrees", most: 180, meaning: "either way" };
const own = [{ name: "crop", probability: 1, strength: 0.5 }, { name: "flip", probability: 0.5, strength: 0 }];
const levels = { none: [], light: [{ name: "crop", probability: 1, strength: 0.65 }] };

test("an augmentation says how often and how far", () => {
  assert.equal(augmentationWords(crop, { probability: 1, strength: 0.65 }), "always, up to 65% of the area cut away");
  assert.equal(augmentationWords(turn, { probability: 0.25, strength: 15 }), "25% of the time, up to 15° either way");
  assert.equal(augmentationWords({ most: 0 }, { probability: 0.5, strength: 0 }), "50% of the time");
  assert.deepEqual([strengthWords(crop, 0.003), stepOf(crop), stepOf(turn), stepOf({ unit: "share", most: 0.05 })], ["0.3%", 0.01, 1, 0.001]);
});

test("a list that has a name is written as its name, another one as it is, and both come back", () => {
  assert.deepEqual([textOf(levels.light, levels), textOf([], levels)], ["light", "none"]);
  assert.deepEqual(listOf(textOf(own, levels), levels), own);
  assert.deepEqual(listOf("light", levels), levels.light);
  for (const text of ["", "heavy", "[1, null]", "{", "3"]) assert.deepEqual(listOf(text, levels), []);
});

test("the field of the form holds a name or a list", () => {
  const field = FIELDS.find((one) => one.name === "augmentation");
  for (const value of ["light", own]) assert.deepEqual(read(field, write(field, value)), value);
});

test("a picture of the preview says what it shows", () => {
  assert.deepEqual([pictureWords(0, 0), pictureWords(1, 3)], ["Image 1, as it is judged", "Image 2, variation 3"]);
});
