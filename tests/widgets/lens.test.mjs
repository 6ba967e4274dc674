// The lens: where a picture stands, what is asked for ahead, which keys mean what, and facts in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { rowsKnown } from "../../cvwidgets/widgets/parts/captions.js";
import { decisionInWords, rowsOfFacts, sidesInWords, webAddress } from "../../cvwidgets/widgets/parts/details.js";
import { lensKey, missingInWords } from "../../cvwidgets/widgets/parts/lens.js";
import { PICTURES_UNDER_WAY, QUICK, WHOLE, ahead, pictureKey, planPictures } from "../../cvwidgets/widgets/parts/sharp.js";
import { fitScale, fitted, held, hundred, needsMore, pushed, zoomedTo } from "../../cvwidgets/widgets/parts/zoom.js";

const stage = { width: 1000, height: 800 };
const photo = { width: 4000, height: 3000 };

test("a photo is fitted as a whole, a small picture is enlarged only so far", () => {
  assert.equal(fitScale(stage, photo), 0.25);
  assert.deepEqual(fitted(stage, photo), { scale: 0.25, x: 0, y: 0 });
  assert.equal(fitScale(stage, { width: 16, height: 16 }), 8);
});

test("zooming keeps what is under the pointer under it", () => {
  const point = { x: 100, y: -50 };
  const before = fitted(stage, photo);
  const after = zoomedTo(before, 1, point, stage, photo);
  const under = (place) => [(point.x - place.x) / place.scale, (point.y - place.y) / place.scale];
  assert.deepEqual(under(after), under(before));
  assert.equal(after.scale, 1);
});

test("no one zooms out beyond the whole, nor pushes the picture off its stage", () => {
  assert.deepEqual(zoomedTo({ scale: 1, x: 900, y: 0 }, 0.01, { x: 0, y: 0 }, stage, photo), fitted(stage, photo));
  assert.deepEqual(pushed({ scale: 1, x: 0, y: 0 }, 99999, -99999, stage, photo), { scale: 1, x: 1500, y: -1100 });
  assert.deepEqual(held({ scale: 0.3, x: 500, y: 500 }, stage, photo), { scale: 0.3, x: 100, y: 50 });
});

test("more pixels are needed when the screen shows more than there are, and only while there are more", () => {
  assert.equal(needsMore({ scale: 0.25 }, photo, 1, 2000), false);
  assert.equal(needsMore({ scale: 1 }, photo, 1, 2000), true);
  assert.equal(needsMore({ scale: 0.3 }, photo, 2, 2000), true);
  assert.equal(needsMore({ scale: 8 }, { width: 256, height: 256 }, 1, 256), false);
  assert.equal(hundred(2), 0.5);
});

test("the next image in the direction gone comes first, and none beyond the ends", () => {
  assert.deepEqual(ahead(5, 10, 1), [5, 6, 4]);
  assert.deepEqual(ahead(5, 10, -1), [5, 4, 6]);
  assert.deepEqual(ahead(9, 10, 1), [9, 8]);
  assert.deepEqual(ahead(0, 1, 1), [0]);
});

test("a bounded number of pictures is on its way, and those passed over are cancelled", () => {
  const wanted = ahead(50, 100).map((position) => ({ position, longest: QUICK }));
  const underWay = [pictureKey(10, QUICK), pictureKey(11, QUICK), pictureKey(50, QUICK)];
  const { ask, cancel } = planPictures(wanted, () => false, underWay);
  assert.deepEqual(cancel, underWay.slice(0, 2));
  assert.deepEqual(ask.map(({ position }) => position), [51, 49]);
  const more = planPictures([{ position: 50, longest: WHOLE }, ...wanted], () => false, []);
  assert.equal(more.ask.length, PICTURES_UNDER_WAY);
});

test("keys of the lens go by what is written on them, and leave those with ctrl alone", () => {
  const press = (key, more = {}) => lensKey({ key, code: "", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
  assert.deepEqual(press("ArrowRight"), { do: "step", by: 1 });
  assert.deepEqual(press("ArrowRight", { shiftKey: true }), { do: "push", by: [1, 0] });
  assert.deepEqual(press("="), { do: "in" });
  assert.deepEqual(press("à", { code: "Digit0" }), { do: "full" });
  assert.deepEqual(press("1"), { do: "fit" });
  assert.deepEqual(press("!", { code: "Digit1", shiftKey: true }), { do: "fit" });
  assert.deepEqual(press("=", { code: "Digit0", shiftKey: true }), { do: "full" }, "on a keyboard where + needs Shift too");
  assert.equal(press("0", { ctrlKey: true }), null);
  assert.equal(press("ArrowDown"), null);
});

test("only addresses of the web become links", () => {
  assert.equal(webAddress("https://example.org/a b"), "https://example.org/a%20b");
  for (const text of ["javascript:alert(1)", "data:text/html,x", "CC BY 4.0", "", null, undefined]) assert.equal(webAddress(text), null);
});

test("what the view knows of an image stands among its facts", () => {
  const known = rowsKnown({ part: "test", distance: 0.1234, confidence: null }, ["distance", "confidence", "margin"]);
  assert.deepEqual(rowsOfFacts({ known }), [{ word: "Split", text: "Test" }, { word: "Distance", text: "0.123" }, { word: "Confidence", text: "–" }]);
  assert.deepEqual(rowsKnown(undefined, ["distance"]), []);
});

test("facts are rows of words, and what is not known has none", () => {
  const rows = rowsOfFacts({ folder: "/a", width: 4000, height: 3000, size: 4_200_000, format: "TIFF", pages: 3, sha256: "ab".repeat(32), source: { page: "javascript:x", license: "CC BY 4.0" } });
  assert.deepEqual(rows.map(({ word }) => word), ["Folder", "Size", "File", "License", "Page", "SHA-256"]);
  assert.equal(rows[1].text, "4,000 × 3,000 px · 12 megapixels");
  assert.equal(rows[2].text, "4.2 MB · TIFF, 3 pages");
  assert.equal(rows[4].link, null);
  assert.equal(rows[5].copy, "ab".repeat(32));
  assert.deepEqual(rowsOfFacts({ problem: "gone" }), []);
  assert.deepEqual(rowsOfFacts({ columns: [["patient", "P7"], ["2", "x"]], source: { author: "ann" } }).map(({ word, text }) => `${word} ${text}`), ["patient P7", "2 x", "Author ann"]);
  assert.equal(sidesInWords(256, 256), "256 × 256 px");
});

test("a decision says what it left", () => {
  const said = (facts) => decisionInWords({ kind: "keep", label: "bison", state: "kept", undone: false, ...facts });
  assert.equal(said({}), "Kept as bison");
  assert.equal(said({ kind: "trash", label: "Unsorted", state: "trashed" }), "Trash");
  assert.equal(said({ kind: "undo", label: null, state: null }), "Undo: Not in the project");
  assert.equal(said({ undone: true }), "Kept as bison (undone)");
});

test("a missing original is said, and that one may decide all the same", () => {
  assert.equal(missingInWords("The file is not there.", true), "The original cannot be shown. The file is not there. It can be judged all the same.");
  assert.equal(missingInWords("The file is not there.", false), "The original cannot be shown. The file is not there.");
});
