// What stands on tiles over their pictures, and what the row over the wall asks of a view that knows more of its images.

import assert from "node:assert/strict";
import { test } from "node:test";

import { captionOf, choicesOnTiles, chosenWith, figuresOf, shortFigure } from "../../cvwidgets/widgets/parts/captions.js";
import { endsOf, orderInWords, rangesWith } from "../../cvwidgets/widgets/parts/narrowing.js";
import { describe } from "../../cvwidgets/widgets/parts/tiles.js";

const fact = { name: "a.jpg", label: "elk", state: "kept", problem: null, part: "valid", confidence: 0.934, distance: 0.1249, margin: null };

test("a confidence stands alone, a distance behind its sign, anything else behind its name", () => {
  assert.deepEqual(figuresOf(fact, ["name", "part", "confidence", "distance", "margin", "of another view"]).map(({ text }) => text), ["Valid", "0.93", "↔ 0.12", "margin –"]);
  assert.deepEqual(figuresOf({ ...fact, part: null }, ["part"]), []);
  assert.deepEqual(figuresOf(undefined, ["part", "confidence"]), []);
});

test("a figure is not rounded to nothing, nor to certainty", () => {
  assert.equal(shortFigure("distance", 0.003), "<0.01");
  assert.equal(shortFigure("distance", 0), "0.00");
  assert.equal(shortFigure("confidence", 0.9999), ">0.99");
  assert.equal(shortFigure("confidence", 1), "1.00");
  assert.equal(shortFigure("margin", -0.001), "0.00");
  assert.equal(shortFigure("bytes", 12345.6), "12,346");
});

test("a screen reader hears what stands on a tile", () => {
  assert.equal(describe(fact, undefined, ["part", "distance", "margin"]), "a.jpg · label elk · Kept · Valid · distance 0.12 · margin unknown");
  assert.equal(describe(fact, undefined), "a.jpg · label elk · Kept");
});

test("a tile has its label, on demand the name over it, and the name alone where there are no labels", () => {
  assert.equal(captionOf(fact, []), "elk");
  assert.equal(captionOf(fact, ["name"]), "a.jpg\nelk");
  assert.equal(captionOf({ name: "a\nb.jpg", label: "", state: "" }, []), "a b.jpg");
  assert.equal(captionOf({ name: "a.jpg", label: "", state: "new" }, []), "");
});

test("what is suggested stands behind the label until it is done", () => {
  assert.equal(captionOf({ ...fact, suggested: "bison" }, []), "elk → bison");
  assert.equal(captionOf({ ...fact, label: "", state: "new", suggested: "bison" }, []), "→ bison");
  assert.equal(captionOf({ ...fact, label: "bison", suggested: "bison" }, []), "bison");
  assert.equal(captionOf({ ...fact, copy: true }, []), "elk · copy");
  assert.equal(captionOf({ ...fact, state: "trashed", copy: true }, []), "elk");
  assert.match(describe({ ...fact, suggested: "bison" }, undefined), /suggested label bison/);
});

test("only what a wall can show is offered", () => {
  assert.deepEqual(choicesOnTiles([undefined, fact], ["distance"]).map(({ name }) => name), ["name", "part", "distance"]);
  assert.deepEqual(choicesOnTiles([{ name: "a.jpg", label: "", state: "" }], []), []);
});

test("what is chosen stands in one order, and what another wall offers stays chosen", () => {
  assert.deepEqual(chosenWith(["distance"], "part", ["name", "part", "distance"]), ["part", "distance"]);
  assert.deepEqual(chosenWith(["confidence", "part"], "part", ["name", "part"]), ["confidence"]);
});

test("an end that is typed narrows, and an empty one opens the range again", () => {
  const one = rangesWith({}, "distance", 1, "0.2");
  assert.deepEqual(one, { distance: [null, 0.2] });
  assert.deepEqual(rangesWith({ ...one, confidence: [0.5, null] }, "distance", 1, " "), { confidence: [0.5, null] });
  assert.deepEqual(rangesWith(one, "distance", 0, "0"), { distance: [0, 0.2] });
});

test("the ends that are proposed hold all values", () => {
  assert.deepEqual(endsOf({ low: 0.128, high: 0.981 }), ["0.12", "0.99"]);
  assert.deepEqual(endsOf({ low: 0.29, high: 0.57 }), ["0.29", "0.57"]);
  assert.deepEqual(endsOf({ low: 1, high: 27 }), ["1", "27"]);
  assert.deepEqual(endsOf({ low: null, high: null }), ["", ""]);
  assert.equal(orderInWords("-confidence"), "confidence, highest first");
});
