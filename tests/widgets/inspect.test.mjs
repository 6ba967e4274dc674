// What the playground says and reckons, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nameWords } from "../../cvwidgets/widgets/inspect.js";
import { photoName, whyNoCamera } from "../../cvwidgets/widgets/parts/camera.js";
import { differenceWords, sideBySide } from "../../cvwidgets/widgets/parts/chances.js";
import { pictureWords, seenShare, seenWords } from "../../cvwidgets/widgets/parts/seen.js";
import { addressIn } from "../../cvwidgets/widgets/parts/ways.js";
import { METHODS, legendWords } from "../../cvwidgets/widgets/parts/why.js";

const said = (chances) => Object.entries(chances).map(([label, probability]) => ({ label, probability }));

test("two answers stand side by side, and a label that one model does not know is there", () => {
  const rows = sideBySide(said({ owl: 0.7, elk: 0.3 }), said({ owl: 0.1, crane: 0.9 }));
  assert.deepEqual(rows.map(({ label, first, second }) => [label, first, second]), [["crane", null, 0.9], ["owl", 0.7, 0.1], ["elk", 0.3, null]]);
  assert.equal(differenceWords(rows, "Model 1", "Model 2"),
    "Model 1 says owl, Model 2 crane; they are furthest apart on owl: -60.0 points; Model 1 does not know 1 of the labels; Model 2 does not know 1 of the labels.");
});

test("one answer stands alone, a thousand labels too", () => {
  const many = Array.from({ length: 1000 }, (_, at) => ({ label: `l${at}`, probability: 1 / (at + 2) }));
  assert.equal(sideBySide(many, null).length, 1000);
  assert.equal(sideBySide(many, many)[0].second, 0.5);
  assert.equal(differenceWords(sideBySide(many, many), "Model 1", "Model 2"), "Both say l0.");
});

test("a picture says its size, that only its first frame is asked about, and where it stands", () => {
  const picture = { width: 4000, height: 300, pages: 1, format: "JPEG" };
  assert.equal(pictureWords({ name: "x.jpg", picture, stands: null }), "x.jpg · 4,000 × 300");
  assert.equal(pictureWords({ name: "x.gif", picture: { ...picture, pages: 12, format: "GIF" }, stands: { state: "kept", label: "owl" } }),
    "x.gif · 4,000 × 300 · animated: the first of 12 is asked about · kept · owl");
  assert.match(pictureWords({ name: "x.tif", picture: { ...picture, pages: 2, format: "TIFF" }, stands: { state: "new", label: "owl" } }), /several pages: the first of 2 is asked about · New$/);
});

test("how much of a picture the model sees is told, a margin around it not counted", () => {
  assert.equal(seenShare([0.25, 0, 0.75, 1]), 0.5);
  assert.equal(seenWords([0.25, 0, 0.75, 1]), "The model sees the bright part in the frame, 50% of the picture.");
  assert.equal(seenWords([-0.1, -0.1, 1.1, 1.1]), "The model sees the whole picture.");
});

test("an explanation is read in plain words", () => {
  assert.equal(legendWords({ method: "gradcam", label: "owl", strongest: 1 }), "Red speaks most for owl; what is not colored speaks little for it.");
  assert.equal(legendWords({ method: "gradcam", label: "owl", strongest: 0 }), "Nothing in the picture speaks for owl.");
  assert.equal(legendWords({ method: "gradients", label: "owl", strongest: -1 }), "Red speaks for owl, blue against it.");
  assert.equal(legendWords({ method: "occlusion", label: "owl", strongest: 0.421 }), "Covering red takes probability from owl, at most 42.1 points; covering blue adds to it.");
  assert.equal(legendWords({ method: "occlusion", label: "owl", strongest: -0.3 }), "Covering blue adds to owl, at most 30.0 points; covering red takes from it.");
  assert.match(legendWords({ method: "occlusion", label: "owl", strongest: 0.0001 }), /^No single place matters/);
  assert.deepEqual(Object.keys(METHODS), ["gradcam", "gradients", "occlusion"]);
});

test("an address is taken from what is pasted, other text is not", () => {
  assert.equal(addressIn(" https://example.org/a.jpg\n"), "https://example.org/a.jpg");
  assert.deepEqual(["an owl", "file:///etc/passwd", "https://a b", "javascript:alert(1)", `https://${"x".repeat(3000)}`].map(addressIn), ["", "", "", "", ""]);
});

test("why there is no camera is told with what to do", () => {
  assert.match(whyNoCamera("", false), /https .* Open the page there, or drop a file\.$/);
  for (const name of ["NotAllowedError", "NotFoundError", "NotReadableError", "TypeError"]) assert.match(whyNoCamera(name, true), /or drop a file\.$/);
  assert.equal(photoName(new Date(2026, 1, 3, 4, 5, 6)), "photo-2026-02-03-040506.jpg");
});

test("a model in a list says that it is in production", () => {
  assert.equal(nameWords({ name: "model 2 of run 0001", production: true }), "Model 2 of run 0001, in production");
});
