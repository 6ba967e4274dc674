// What is said of models and of bases that were found, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { modelWords } from "../../cvwidgets/widgets/inspect.js";
import { carryingWords, originWords, promoteWord } from "../../cvwidgets/widgets/models.js";
import { downloadsWords, hubWords } from "../../cvwidgets/widgets/parts/finding.js";
import { goesOut, outwardWords } from "../../cvwidgets/widgets/parts/outward.js";

test("a model says where it is from", () => {
  assert.equal(originWords({ run: "0001", source: "" }), "Run 0001");
  assert.equal(originWords({ run: null, source: "/home/ann/birds" }), "Folder birds");
  assert.equal(originWords({ run: null, source: "C:\\models\\birds" }), "Folder birds");
  assert.equal(originWords({ run: null, source: "zoo/birds" }), "zoo/birds (hub)");
  assert.equal(originWords({ run: null, source: "elsewhere" }), "Elsewhere");
});

test("an earlier model is gone back to, a later one promoted", () => {
  const models = [{ version: 1 }, { version: 2, production: true }, { version: 3 }];
  assert.deepEqual(models.map((one) => promoteWord(one, models)), ["Roll back", "Promote", "Promote"]);
  assert.equal(promoteWord({ version: 1 }, [{ version: 1 }]), "Promote");
});

test("a model on its way says how far it is", () => {
  const facts = { kind: "send", version: 2, what: "ann/birds", of: 114e6 };
  assert.equal(carryingWords({ ...facts, done: 0, of: 0 }), "Model 2 goes to ann/birds: getting ready");
  assert.equal(carryingWords({ ...facts, done: 57e6 }), "Model 2 goes to ann/birds: 57 MB of 114 MB");
  assert.equal(carryingWords({ ...facts, done: 114e6 }), "Model 2 goes to ann/birds: the hub puts it together");
  assert.equal(carryingWords({ kind: "register", what: "zoo/birds" }), "zoo/birds is fetched, checked and copied");
});

test("a base that was found says its size, license, downloads and whether it is here", () => {
  assert.deepEqual([downloadsWords(7), downloadsWords(1234), downloadsWords(2.5e6), downloadsWords(null)], ["7 downloads", "1.2 k downloads", "2.5 M downloads", ""]);
  assert.equal(hubWords({ size: 114e6, license: "mit", downloads: 40_000, available: true }), "114 MB · mit · 40 k downloads · on this machine");
  assert.equal(hubWords({ size: null, license: null, downloads: null, available: false }), "size not told");
});

test("an answer says which model gave it, one without a run too", () => {
  assert.equal(modelWords({ version: 3, name: "model 3 from zoo/birds", labels: 2 }, null), "Model 3 from zoo/birds, 2 labels.");
  assert.equal(modelWords({ version: 1, run: "0001", labels: 1 }, { version: 2 }), "Model 1 of run 0001, 1 label. Model 2 is in production since; ask again to hear it.");
});

test("a model on its way out says how far it is", () => {
  assert.equal(outwardWords({ name: "model-1-onnx", done: 0, of: 0 }), "model-1-onnx is about to begin");
  assert.equal(outwardWords({ name: "model-1-onnx", done: 0, of: 505 }), "model-1-onnx: the file is being written");
  assert.equal(outwardWords({ name: "model-1-onnx", done: 40, of: 1505 }), "model-1-onnx: tried on 40 of 1,505 images");
  assert.deepEqual([null, { state: "waiting" }, { state: "done" }].map(goesOut), [false, true, false]);
});
