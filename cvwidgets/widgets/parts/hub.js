// Data sets of the hub: found by words, or named by hand, and cloned with their labels.

import { make, say } from "./elements.js";
import { fileSize } from "./figures.js";
import { downloadsWords } from "./finding.js";

/** The sizes to choose from: megabytes that a data set may take at most. */
const DATASET_SIZES = [["", "any size"], ["100", "up to 100 MB"], ["1000", "up to 1 GB"], ["10000", "up to 10 GB"]];

/** What the hub says of a data set, in a line. Pure. @param {any} dataset */
export function datasetWords({ license, downloads, size }) {
  return [size ? fileSize(size) : "size not told", license ? `license ${license}` : "license not told", downloadsWords(downloads)].filter(Boolean).join(" · ");
}

/**
 * @param {any} door @param {any} problem @param {() => void} changed called when something was typed
 */
export function makeHub(door, problem, changed) {
  let turn = 0;
  let closed = "";
  const words = make("input", { type: "text", "aria-label": "Words in the name of a data set", placeholder: "such as birds", maxlength: "100", spellcheck: "false", autocomplete: "off", oninput: changed });
  const size = make("select", { "aria-label": "Largest size of a data set", onchange: changed }, ...DATASET_SIZES.map(([value, word]) => make("option", { value }, word)));
  const go = make("button", { type: "submit", class: "cvw-button" }, "Search the hub");
  const told = make("p", { class: "cvw-soft", role: "status" });
  const list = make("div", { class: "cvw-datasets", role: "list", "aria-label": "Data sets" });
  const name = make("input", { type: "text", "aria-label": "Name of a data set", placeholder: "user/name or user/name:configuration", maxlength: "200", spellcheck: "false", autocomplete: "off", oninput: () => { dress(); changed(); } });
  const take = make("button", { type: "submit", class: "cvw-button" }, "Clone");
  const place = make("div", { class: "cvw-hub" },
    make("form", { class: "cvw-line-up", onsubmit: search }, words, size, go), told, list,
    make("form", { class: "cvw-line-up", onsubmit: (event) => { event.preventDefault(); clone(name.value.trim()); } }, make("span", { class: "cvw-soft" }, "or by its name"), name, take));

  async function search(event) {
    event.preventDefault();
    const mine = (turn += 1);
    if (go.textContent === "Cancel") return end("");
    say(go, "Cancel");
    say(told, "Asking the hub …");
    list.replaceChildren();
    const found = await problem.guard(() => door.ask("datasets", { words: words.value.trim(), megabytes: size.value ? Number(size.value) : null }), { saves: false });
    if (mine !== turn) return undefined;
    list.replaceChildren(...(found?.datasets ?? []).map(row));
    return end(found && !found.datasets.length ? size.value ? "Nothing was found. Use fewer words, or allow a larger size." : "Nothing was found. Use fewer words." : "");
  }

  function end(sentence) {
    say(go, "Search the hub");
    say(told, sentence);
    dress();
  }

  function row(dataset) {
    const button = make("button", { type: "button", class: "cvw-button", "aria-label": `Clone ${dataset.name}`, onclick: () => clone(dataset.name) }, "Clone");
    return make("div", { class: "cvw-dataset", role: "listitem" }, make("bdi", {}, dataset.name), make("span", { class: "cvw-about" }, datasetWords(dataset)), make("span", { class: "cvw-space" }), button);
  }

  async function clone(which) {
    for (const button of [take, ...list.querySelectorAll("button")]) button.disabled = true;
    await problem.guard(() => door.ask("clone", { name: which }));
    dress();
  }

  /** Which buttons can be pressed now. */
  function dress() {
    for (const button of list.querySelectorAll("button")) button.disabled = Boolean(closed);
    take.disabled = Boolean(closed) || !name.value.trim();
  }

  /** @param {string} why nothing can be cloned now; empty when it can */
  function close(why) {
    closed = why;
    dress();
  }

  return {
    place,
    close,
    left: () => ({ words: words.value, size: size.value, name: name.value }),
    fill: (before) => {
      [words.value, name.value] = [before?.words ?? "", before?.name ?? ""];
      size.value = DATASET_SIZES.some(([value]) => value === before?.size) ? before.size : "";
      dress();
    },
  };
}
