// The talk between page and kernel, as the page leads it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openDoor } from "../../cvwidgets/widgets/parts/door.js";

/** A model that keeps what is sent to the kernel; `get` and `set` as ipywidgets have them. */
function makeModel(state) {
  const heard = new Map();
  const sent = [];
  return {
    sent,
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      for (const hear of heard.get(`change:${name}`) ?? []) hear();
    },
    on: (name, hear) => heard.set(name, [...(heard.get(name) ?? []), hear]),
    off: (name, hear) => heard.set(name, (heard.get(name) ?? []).filter((one) => one !== hear)),
    send: ({ action, arguments: given }) => sent.push([action, given]),
  };
}

test("a page says first which state it was given", () => {
  const model = makeModel({ _serial: 7 });
  openDoor(model, undefined);
  assert.deepEqual(model.sent, [["arrive", { serial: 7 }]]);
});

test("a page that is given an older state after a newer one asks for all of it again", () => {
  const model = makeModel({ _serial: 7 });
  const ends = new AbortController();
  openDoor(model, ends.signal);
  model.set("_serial", 9);
  assert.equal(model.sent.length, 1);
  model.set("_serial", 8);
  assert.deepEqual(model.sent.at(-1), ["again", {}]);
  ends.abort();
  model.set("_serial", 1);
  assert.equal(model.sent.length, 2);
});
