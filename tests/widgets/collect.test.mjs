// What CollectPanel says and sends, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { choiceWords, whyNot } from "../../cvwidgets/widgets/collect.js";
import { inSentence, share } from "../../cvwidgets/widgets/parts/import.js";
import { cutOffWords } from "../../cvwidgets/widgets/parts/cutoff.js";
import { listWords, roleOf } from "../../cvwidgets/widgets/parts/listing.js";
import { sendingWords } from "../../cvwidgets/widgets/parts/sending.js";
import { percentSent } from "../../cvwidgets/widgets/parts/underway.js";
import { AT_ONCE, LARGEST, PART, filesOf, parts, sortOut, uploadAll } from "../../cvwidgets/widgets/parts/uploads.js";

const work = { state: "running", found: 200, registered: 200, settled: 50, added: 0, known: 0, conflicts: 0, refused_count: 0, seconds: 2, seconds_left: 6.2, finished: false };
const survey = { files: 2527, bytes: 42e6, label_count: 6, labels: ["a", "b", "c", "d", "e", "f"], unlabeled: 0, folder: true, whole: true };
const unhindered = () => ({ progress: () => undefined, signal: new AbortController().signal });

test("an import says how far it is, how long it takes still, and what came of it", () => {
  assert.equal(inSentence({ ...work, settled: 0 }), "200 files found · 200 to see already");
  assert.equal(inSentence(work), "50 of 200 files read whole · about 6.0 s left");
  assert.equal(inSentence({ ...work, state: "running", found: 0 }), "Looking for files …");
  const done = { ...work, state: "done", added: 1, known: 8, conflicts: 1, refused_count: 2, finished: true };
  assert.equal(inSentence(done), "1 image added · 8 known already · 1 under two labels · 2 refused · 2.0 s");
  assert.equal(inSentence({ ...done, state: "stopped" }), "Stopped; what is in stays in · 1 image added · 8 known already · 1 under two labels · 2 refused · 2.0 s");
});

test("an import that added nothing says so plainly", () => {
  const done = { ...work, state: "done", finished: true, seconds: 0 };
  assert.equal(inSentence({ ...done, found: 24, known: 24 }), "Nothing new: all 24 files show images that are here already");
  assert.equal(inSentence({ ...done, found: 1, known: 1 }), "Nothing new: the file shows an image that is here already");
  assert.equal(inSentence({ ...done, found: 3, known: 2, refused_count: 1 }), "Nothing new: 2 files of 3 known already · 1 refused");
  assert.equal(inSentence({ ...done, found: 3, refused_count: 3 }), "Nothing was added: none of the 3 files could be used");
  assert.equal(inSentence({ ...done, found: 1, refused_count: 1 }), "Nothing was added: the file could not be used");
});

test("what went wrong is not said twice, what is in is", () => {
  assert.equal(inSentence({ ...work, state: "failed", reason: "The disk is full." }), "");
  assert.equal(inSentence({ ...work, state: "lost", added: 3 }), "3 images came in before.");
});

test("the bar of an import grows and never leaves its track", () => {
  const way = [{ found: 0, registered: 0, settled: 0 }, { registered: 100, settled: 0 }, { settled: 0 }, {}, { settled: 200 }].map((step) => share({ ...work, ...step }));
  assert.deepEqual([...way].sort((a, b) => a - b), way);
  assert.equal(way[0], 0);
  assert.ok(share({ ...work, registered: 300, settled: 300 }) === 1 && share({ ...work, finished: true }) === 1);
});

test("what is chosen is said with what was counted so far", () => {
  assert.equal(choiceWords({ survey: null }), "Counting …");
  assert.equal(choiceWords({ survey }), "2,527 files, 42 MB under 6 labels: a, b, c, d, e …");
  assert.equal(choiceWords({ survey: { ...survey, files: 1, label_count: 0, labels: [], unlabeled: 1, whole: false } }), "At least 1 file, 42 MB");
  assert.equal(choiceWords({ survey: { ...survey, label_count: 1, labels: ["owl"], unlabeled: 3 } }), "2,527 files, 42 MB under 1 label: owl (3 without a label)");
  assert.equal(choiceWords({ survey: { ...survey, folder: false, bytes: 3e6 } }), "One file of 3.0 MB");
  assert.match(choiceWords({ survey: { ...survey, files: 0 } }), /^No files in it/);
});

test("Add says why it cannot be pressed", () => {
  assert.match(whyNot({ closed: "", choice: null, sending: false }), /^Nothing is chosen yet/);
  assert.equal(whyNot({ closed: "An import is under way.", choice: { survey }, sending: false }), "An import is under way.");
  assert.match(whyNot({ closed: "", choice: { survey }, sending: true }), /being sent/);
  assert.match(whyNot({ closed: "", choice: { survey: { ...survey, files: 0 } }, sending: false }), /nothing in it/);
  assert.equal(whyNot({ closed: "", choice: { survey: null }, sending: false }), "");
});

test("a file goes in parts that a message can carry", () => {
  assert.deepEqual(parts(0), [[0, 0]]);
  assert.deepEqual(parts(PART), [[0, PART]]);
  assert.deepEqual(parts(PART + 1), [[0, PART], [PART, PART + 1]]);
  assert.ok(PART < 10_000_000);
});

test("hidden files are passed over, and what is too large is refused before it is sent", () => {
  const files = ["a.jpg", ".DS_Store", "x/.git/b.jpg", "x/c.jpg"].map((name) => ({ name, file: { size: 1 } }));
  const { fit, refused } = sortOut([...files, { name: "big.tif", file: { size: LARGEST + 1 } }]);
  assert.deepEqual(fit.map((one) => one.name), ["a.jpg", "x/c.jpg"]);
  assert.deepEqual(refused.map((one) => one.path), ["big.tif"]);
  assert.match(refused[0].reason, /512 MB/);
});

const file = (name) => ({ isFile: true, name, file: (resolve) => resolve({ name }) });
function folder(name, ...entries) {
  const batches = [entries.slice(0, 2), entries.slice(2), []];
  return { isDirectory: true, name, createReader: () => ({ readEntries: (resolve) => resolve(batches.shift()) }) };
}

test("one folder that is dropped is where names begin, several are labels themselves", async () => {
  const names = async (...entries) => (await filesOf(entries)).map((one) => one.name);
  assert.deepEqual(await names(folder("animals", folder("owl", file("1.jpg")), file("2.jpg"), file("3.jpg"))), ["owl/1.jpg", "2.jpg", "3.jpg"]);
  assert.deepEqual(await names(folder("owl", file("1.jpg")), folder("elk", file("1.jpg"))), ["owl/1.jpg", "elk/1.jpg"]);
  assert.deepEqual(await names(file("1.jpg")), ["1.jpg"]);
});

test("three files are under way at a time, and one that fails stops no other", async () => {
  let [now, most] = [0, 0];
  const door = {
    ask: async (_, { name }) => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve));
      now -= 1;
      if (name === "3.jpg") throw new Error("It is too large.");
    },
  };
  const files = Array.from({ length: 9 }, (_, index) => ({ name: `${index}.jpg`, file: new File(["x"], "x") }));
  const seen = [];
  const refused = await uploadAll(door, "d", files, { ...unhindered(), progress: (done, bytes) => seen.push([done, bytes]) });
  assert.deepEqual([most, refused, seen.at(-1)], [AT_ONCE, [{ path: "3.jpg", reason: "It is too large." }], [9, 8]]);
});

test("a sending that is cancelled sends nothing more", async () => {
  const stop = new AbortController();
  const asked = [];
  const door = { ask: async (_, { name }) => (asked.push(name), stop.abort()) };
  const files = Array.from({ length: 9 }, (_, index) => ({ name: `${index}.jpg`, file: new File(["x"], "x") }));
  assert.deepEqual(await uploadAll(door, "d", files, { ...unhindered(), signal: stop.signal }), []);
  assert.ok(asked.length <= AT_ONCE);
});

test("what is on its way is counted in files and bytes", () => {
  assert.equal(sendingWords({ done: 12, files: 340, bytes: 45e6, size: 310e6 }), "12 of 340 files sent · 45 MB of 310 MB");
  assert.equal(sendingWords({ done: 0, files: 1, bytes: 0, size: 0 }), "0 of 1 file sent · 0 B of 0 B");
});

test("a sending that was cut off says how far it came", () => {
  assert.equal(cutOffWords({ arrived: 120, of: 1500 }), "Sending was cut off after 120 of 1,500 files. Drop them again; what is in is not taken twice.");
  assert.equal(cutOffWords({ arrived: 0, of: 1 }), "Sending was cut off after 0 of 1 file. Drop it again.");
});

test("a chosen list says what it holds, and is added only once it is known where its names are", () => {
  const list = { kind: "names", found: 3, looked: 5 };
  assert.equal(listWords(list), "3 of the first 5 files that it names are there; those that are missing are listed at the end.");
  assert.equal(listWords({ ...list, found: 5 }), "All of the first 5 files that it names are there.");
  assert.match(listWords({ ...list, found: 0 }), /^Not one of the first files/);
  assert.match(listWords({ ...list, kind: "addresses" }), /^A list of addresses/);
  const read = { columns: { file: "photo", label: "taxon" }, also: ["patient"] };
  assert.deepEqual(["taxon", "patient", "grams"].map((header) => roleOf(read, header)), ["Labels", "kept", ""]);
  const choice = { survey: { ...survey, folder: false, is_list: true, bytes: 626 } };
  assert.equal(choiceWords(choice), "A list of 626 B");
  for (const [kind, why] of [["names", ""], ["addresses", ""], ["unknown", "Say which column has the names of the files."]]) assert.equal(whyNot({ closed: "", choice, sending: false, list: { kind } }), why);
});

test("each file on its way is told with how far it is, and when it is over", async () => {
  const door = { ask: () => Promise.resolve({}) };
  const told = [];
  const files = ["a.jpg", "b.jpg"].map((name) => ({ name, file: new File([new Uint8Array(name === "a.jpg" ? PART + 1 : 0)], name) }));
  await uploadAll(door, "d", files, { ...unhindered(), each: (one, bytes) => told.push([one.name, bytes]) });
  assert.deepEqual(told.filter(([name]) => name === "a.jpg").map(([, bytes]) => bytes), [0, PART, PART + 1, null]);
  assert.deepEqual(told.filter(([name]) => name === "b.jpg").map(([, bytes]) => bytes), [0, 0, null]);
  assert.deepEqual([percentSent(PART, 2 * PART), percentSent(0, 0)], [50, 100]);
});
