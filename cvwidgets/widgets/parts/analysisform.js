// The form that starts an analysis: what is asked about, by which model.

import { make, say } from "./elements.js";
import { thousands } from "./figures.js";

const PARTS_OF_SPLIT = [["test", "Test images"], ["valid", "Validation images"], ["train", "Training images"]];

/** What can be asked about, in words; what has nothing in it cannot be chosen. Pure. @param {any} ways @returns {{kind: string, word: string, empty: boolean}[]} */
export function waysToAsk({ new: fresh = 0, kept = 0, selected = 0, runs = [] }) {
  return [
    { kind: "folder", word: "A folder or a file", empty: false },
    { kind: "new", word: `New images (${thousands(fresh)})`, empty: !fresh },
    { kind: "kept", word: `Kept images (${thousands(kept)})`, empty: !kept },
    { kind: "selected", word: `What is selected in Triage (${thousands(selected)})`, empty: !selected },
    { kind: "run", word: "A part of a run's split", empty: !runs.length },
  ];
}

/** @param {HTMLElement} chooser @param {{choice: () => string, start: (asked: any) => Promise<any>}} acts */
export function makeAnalysisForm(chooser, { choice, start }) {
  const what = make("select", { "aria-label": "What", onchange: look });
  const run = make("select", { "aria-label": "Run" });
  const part = make("select", { "aria-label": "Part" }, ...PARTS_OF_SPLIT.map(([name, word]) => make("option", { value: name }, word)));
  const model = make("select", { "aria-label": "Model" });
  const title = make("input", { type: "text", maxlength: "80", "aria-label": "Title", placeholder: "optional", autocomplete: "off" });
  const chosen = make("p", { class: "cvw-about" });
  const go = make("button", { type: "button", class: "cvw-primary", onclick: begin }, "Analyze");
  const why = make("span", { class: "cvw-soft" });
  const named = (word, input) => make("label", { class: "cvw-named" }, make("span", {}, word), input);
  const [runBox, partBox, folder] = [named("Run", run), named("Part", part), make("div", {}, chooser, chosen)];
  const element = make("div", { class: "cvw-analysis-form" }, make("div", { class: "cvw-fields" }, named("What", what), runBox, partBox, named("By model", model), named("Title", title)), folder,
    make("div", { class: "cvw-line-up" }, go, why));
  let ways = { why: "" };
  let waiting = false;

  async function begin() {
    waiting = true;
    look();
    const asked = { kind: what.value, model: model.value ? Number(model.value) : null, title: title.value, run: run.value, part: part.value };
    if (await start(asked)) title.value = "";
    waiting = false;
    look();
  }

  function look() {
    const kind = what.value;
    folder.hidden = kind !== "folder";
    runBox.hidden = partBox.hidden = kind !== "run";
    say(chosen, choice() ? `Chosen: ${choice()}` : "");
    const reason = ways.why || (kind === "folder" && !choice() ? "Choose a folder first." : "");
    say(why, waiting ? "" : reason);
    go.disabled = waiting || Boolean(reason);
  }

  /** Puts options into a select; what was chosen stays chosen. */
  function fill(select, options) {
    const before = select.value;
    const made = options.map(({ value, word, empty = false }) => make("option", { value, disabled: empty }, word));
    if (select.innerText === made.map((one) => one.textContent).join("\n") && !made.some((one, at) => one.disabled !== select.options[at]?.disabled)) return;
    select.replaceChildren(...made);
    if (options.some(({ value, empty }) => String(value) === before && !empty)) select.value = before;
  }

  /** @param {any} now */
  function offer(now) {
    ways = now;
    fill(what, waysToAsk(now).map(({ kind, word, empty }) => ({ value: kind, word, empty })));
    fill(run, (now.runs ?? []).map((one) => ({ value: one.name, word: one.title ? `${one.name} · ${one.title}` : one.name })));
    const had = model.value;
    fill(model, (now.models ?? []).map((one) => ({ value: one.version, word: `${one.name}${one.production ? " · in production" : ""}` })));
    const production = (now.models ?? []).find((one) => one.production);
    if (!had && production) model.value = String(production.version);
    look();
  }

  return { element, offer, look };
}
