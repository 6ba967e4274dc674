// What SearchPanel says and asks, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { askedWords, filledIn, queriesOf, whyNoSearch } from "../../cvwidgets/widgets/searching.js";
import { datasetWords } from "../../cvwidgets/widgets/parts/hub.js";
import { inSentence, share, titleOf } from "../../cvwidgets/widgets/parts/import.js";
import { hitWords, sharesOf } from "../../cvwidgets/widgets/parts/preview.js";
import { healthWords, licenseWords } from "../../cvwidgets/widgets/parts/providers.js";
import { notesOf, standing } from "../../cvwidgets/widgets/parts/queries.js";

const openverse = { name: "openverse", word: "Openverse", knows_licenses: true, knows_safe: true };
const web = { name: "web", word: "The web", knows_licenses: false, knows_safe: true };
const work = { search: true, state: "running", asked: 200, added: 40, earlier: 10, sentence: "200 asked, 50 seen", seconds: 2, notes: [], sources: ["american bison", "a/b"] };

test("what is looked for is taken line by line, each once", () => {
  assert.deepEqual(queriesOf("american  bison\n elk, american bison,,\n"), ["american bison", "elk"]);
  assert.deepEqual(queriesOf(" \n,"), []);
});

test("the name of the label is looked for, unless something else was typed", () => {
  assert.equal(filledIn("", "", "animals/american_bison"), "american bison");
  assert.equal(filledIn("bis", "animals/bis", "animals/bison"), "bison");
  assert.equal(filledIn("a herd", "bison", "elk"), "a herd");
});

test("Search says why it cannot be pressed", () => {
  const now = { closed: "", queries: ["elk"], providers: [openverse], count: 1 };
  assert.equal(whyNoSearch(now), "");
  assert.equal(whyNoSearch({ ...now, closed: "A search is under way." }), "A search is under way.");
  assert.match(whyNoSearch({ ...now, queries: [] }), /^Say what/);
  assert.match(whyNoSearch({ ...now, providers: [] }), /^Choose whom/);
  for (const count of [0, 1.5, NaN, 100_001]) assert.match(whyNoSearch({ ...now, count }), /1 to 100,000 images/);
});

test("whom it asks is said in a line, and who cannot tell licenses", () => {
  assert.equal(askedWords([openverse, web], null, true), "Asks Openverse and The web · any license · safe search");
  assert.equal(askedWords([], "free", false), "Asks nobody · free to use and change · no safe search");
  assert.equal(licenseWords([openverse]), "");
  assert.equal(licenseWords([openverse, web]), "The web cannot tell licenses. Leave it out to ask for one.");
});

test("how a provider did last is said with how long ago", () => {
  const now = Date.parse("2026-11-29T12:03:00Z");
  assert.equal(healthWords(null), "not asked yet");
  assert.equal(healthWords({ at: "2026-11-29T12:00:00Z", state: "well" }, now), "answered 3 min ago");
  assert.equal(healthWords({ at: "2026-11-29T12:00:00Z", state: "unreachable" }, now), "out of reach 3 min ago");
});

test("twelve pictures are shared among queries and providers", () => {
  const counts = (queries, providers) => sharesOf(queries, providers).map((one) => one.count);
  assert.deepEqual(counts(["a"], [openverse]), [12]);
  assert.deepEqual(counts(["a", "b"], [openverse, web]), [3, 3, 3, 3]);
  assert.deepEqual(counts(["a", "b", "c", "d", "e"], [openverse]), [3, 3, 2, 2, 2]);
  assert.equal(counts([..."abcdefghijklmnopq"], [openverse]).length, 12);
});

test("what was found is told with license, author and page", () => {
  assert.equal(hitWords({ license: "CC0 1.0", author: "Ann", page: "https://a.example/1", address: "x" }, "Openverse"), "CC0 1.0 · by Ann · Openverse · https://a.example/1");
  assert.equal(hitWords({ license: null, author: null, page: null, address: "https://b.example/1.jpg" }, "The web"), "license not told · The web · https://b.example/1.jpg");
  assert.equal(datasetWords({ license: "mit", downloads: 12_345, size: 2_500_000 }), "2.5 MB · license mit · 12 k downloads");
});

test("a search says how far it is and what came of it by its own counts", () => {
  assert.equal(titleOf(work), "Search for american bison, a/b");
  assert.equal(titleOf({ search: false, sources: ["hub:user/birds"] }), "user/birds");
  assert.equal(inSentence({ ...work, sentence: "" }), "Asking …");
  assert.equal(inSentence(work), "200 asked, 50 seen");
  assert.equal(inSentence({ ...work, state: "stopped" }), "Stopped; what is in stays in · 200 asked, 50 seen · 2.0 s");
  assert.equal(share(work), 0.25);
  assert.equal(share({ ...work, asked: 0 }), 0);
});

test("each query says how it stands, and what is in its way is said at once", () => {
  const blocked = { ended: "blocked", sentence: "Openverse asks to wait." };
  assert.deepEqual(["done", "blocked", ""].map((ended) => standing({ ended }, work)), ["has no more", "blocked", "asking …"]);
  assert.equal(standing({ ended: "" }, { state: "done", finished: true }), "gave enough");
  assert.equal(standing({ ended: "" }, { state: "stopped", finished: false }), "broken off");
  assert.deepEqual(notesOf({ notes: ["Openverse asks to wait.", "b"], queries: [blocked, { ended: "done", sentence: "No more." }] }), ["Openverse asks to wait.", "b"]);
});
