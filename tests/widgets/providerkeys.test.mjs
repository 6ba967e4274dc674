// What Settings say of keys, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { keyWords } from "../../cvwidgets/widgets/parts/providerkeys.js";

test("a key says where it is, and never what", () => {
  assert.match(keyWords({ variable: "PEXELS_API_KEY", where: "environment" }), /in the environment, as PEXELS_API_KEY/);
  assert.match(keyWords({ variable: "PEXELS_API_KEY", where: "kept" }), /A key is kept/);
  assert.match(keyWords({ variable: "PEXELS_API_KEY", where: null }), /Get one from its site/);
});
