// What the Serve step says, from facts alone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { meaningOf, numberOf } from "../../cvwidgets/widgets/parts/header.js";
import { driftWords, takenWords } from "../../cvwidgets/widgets/parts/returning.js";
import { choiceWords } from "../../cvwidgets/widgets/parts/servechoices.js";
import { loggedWords, timePlaces } from "../../cvwidgets/widgets/parts/served.js";
import { lastWord, serverWords } from "../../cvwidgets/widgets/parts/serving.js";

const MODELS = [{ version: 2, name: "model 2 of run 0007", production: true }];
const SERVER = { state: "running", address: null, said: [], model: null, engine: null };

test("how the server stands is said from off to on and when it failed", () => {
  assert.match(serverWords(null, MODELS), /^Off\./);
  assert.match(serverWords(SERVER, MODELS), /^Starting/);
  assert.equal(serverWords({ ...SERVER, said: ["12:00:01 Trying torch with 2 threads"] }, MODELS), "Trying torch with 2 threads");
  assert.equal(serverWords({ ...SERVER, address: "http://127.0.0.1:8000", model: 2, engine: "onnx" }, MODELS), "On. Model 2 of run 0007 answers, computed by ONNX Runtime.");
  assert.match(serverWords({ ...SERVER, address: "http://127.0.0.1:8000" }, MODELS), /no model is in production/);
  assert.equal(serverWords({ ...SERVER, state: "failed", reason: "No port is free." }, MODELS), "No port is free.");
  assert.equal(lastWord(["08:00:00 a", "no time"]), "no time");
});

test("what is chosen is folded into a line", () => {
  assert.equal(choiceWords({ model: null, port: 8000, log: true, log_images: false, classic: false }), "the model in production · port 8000 · answers logged");
  assert.equal(choiceWords({ model: 3, port: 9000, log: false, log_images: true, classic: true }), "model 3 for good · port 9000 · answers and pictures logged · /cv answers");
});

test("what is logged is counted in words, and what was lost too", () => {
  assert.match(loggedWords({}, false), /^Nothing is logged/);
  assert.match(loggedWords({}, true), /^Nothing was asked yet/);
  assert.equal(loggedWords({ requests: 1, pictures: 0, today: 1 }, true), "1 request in 30 days, 1 today; no pictures logged.");
  assert.match(loggedWords({ requests: 2000, pictures: 12, lost: 3, today: 5 }, true), /^2,000 requests in 30 days, 5 today; 12 pictures logged\. 3 more were not/);
});

test("moments stand by their time, one alone in the middle", () => {
  const places = timePlaces([{ begin: "2026-11-01T00:00:00Z" }, { begin: "2026-11-02T00:00:00Z" }, { begin: "2026-11-05T00:00:00Z" }], 456);
  assert.deepEqual(places.x, [44, 144, 444]);
  assert.equal(timePlaces([{ begin: "2026-11-01T00:00:00Z" }], 456).x[0], 244);
  assert.ok(places.y(1) < places.y(0));
});

test("what came back, and how comparing stands", () => {
  assert.equal(takenWords(1, 0), "1 image waits in New, without a label.");
  assert.equal(takenWords(0, 2), "None of the logged pictures is new. 2 were there or judged before.");
  assert.equal(driftWords(null), "Not compared yet.");
  assert.equal(driftWords({ status: "running", done: 30, of: 1200 }), "30 of 1,200 pictures looked at");
  assert.equal(driftWords({ status: "done", found: { sentence: "So it is." } }), "So it is.");
});

test("the rail tells new kept images beside Train, and requests of today beside Serve", () => {
  assert.equal(numberOf("train", { fresh: 120 }, { training: null }), "+120");
  assert.equal(numberOf("train", { fresh: 120 }, { training: 0.5 }), "50%");
  assert.equal(meaningOf("train", { fresh: 1 }, { training: null }), "1 kept image is new since the last run, or left out of it");
  assert.deepEqual([numberOf("serve", {}, {}), numberOf("serve", {}, { serving: true, today: 0 }), numberOf("serve", {}, { serving: true, today: 1500 })], ["", "on", "1,500"]);
});
