// SettingsPanel: what holds for all projects of this machine; each field says what it means and saves itself.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { makeProviderKeys } from "./parts/providerkeys.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";

/** @type {{name: string, word: string, sentence: string, number?: boolean, none?: boolean, empty?: string, choices?: string[], min?: string, step?: string}[]} */
export const FIELDS = [
  { name: "projects", word: "Folder of projects", sentence: "New projects are made here, and those in it are listed first.", none: true, empty: "where cvwidgets was started" },
  { name: "cache_gigabytes", word: "Cache of a project, GB", sentence: "Room for small copies of the pictures. It can be deleted at any time, and is made anew when needed.", number: true, min: "0.1", step: "any" },
  { name: "device", word: "Device", sentence: "What trains: auto takes the graphics card if there is one. Or: cpu, cuda, cuda:1, mps.", empty: "auto", choices: ["auto", "cpu", "cuda", "mps"] },
  { name: "threads", word: "Threads", sentence: "How many processor cores a training uses; 0 leaves it to the program.", number: true, min: "0", step: "1" },
  { name: "base", word: "Base model", sentence: "What a new training starts from unless another is chosen: starter, a name on the hub, or a folder.", empty: "the proposed one" },
  { name: "contact", word: "Contact", sentence: "An e-mail or web address of yours that hosts are told which are asked for pictures, as Wikimedia wishes. Empty tells none.", empty: "none" },
];

/** The value that a field's text means. Pure. @param {{number?: boolean, none?: boolean, word: string}} field @param {string} text */
export function valueOf(field, text) {
  const words = text.trim();
  if (!field.number) return words || (field.none ? null : "");
  const value = Number(words.replace(",", "."));
  if (!words || !Number.isFinite(value)) throw new Error(`${field.word} is '${words}'; a number is needed. Change it.`);
  return value;
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-settings", "Settings", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const rows = FIELDS.map((field) => drawField(field, change));
  const keys = makeProviderKeys((variable, key) => door.ask("keep_key", { variable, key }));
  root.append(make("p", { class: "cvw-soft" }, "These hold for all projects on this machine, from the next training or project on."), problem.place, ...rows.map(({ element }) => element), keys.place);
  root.addEventListener("keydown", (event) => isTyping(event) && event.key !== "Escape" && event.stopPropagation());

  follow(model, ["_keys"], () => keys.show(model.get("_keys")), signal);
  problem.quietly(() => door.ask("list_keys"));

  /** Saves one field; what is wrong with it stands beneath it, with what was typed. */
  async function change(field, row) {
    row.wrong = "";
    try {
      await door.ask("change", { name: field.name, value: valueOf(field, row.input.value) });
    } catch (error) {
      row.wrong = error.message;
    }
    say(row.saved, row.wrong ? "" : "Saved");
    say(row.error, row.wrong);
    row.error.hidden = !row.wrong;
  }

  follow(model, ["_values"], () => {
    for (const { field, input, wrong } of rows) if (document.activeElement !== input && !wrong) input.value = String(model.get("_values")[field.name] ?? "");
  }, signal);
}

function drawField(field, change) {
  const saved = make("span", { class: "cvw-saved", role: "status" });
  const error = make("span", { class: "cvw-wrong", role: "alert", hidden: true });
  const choices = field.choices ? make("datalist", { id: `cvw-${field.name}-choices` }, ...field.choices.map((value) => make("option", { value }))) : null;
  const input = make("input", {
    type: "text", inputmode: field.number ? "decimal" : "text", placeholder: field.empty ?? null, "aria-label": field.word, "aria-description": field.sentence,
    spellcheck: "false", autocomplete: "off", maxlength: "1000", list: choices?.id ?? null,
    onchange: () => change(field, row), oninput: () => say(saved, ""),
  });
  const element = make("label", { class: "cvw-named" }, make("span", { class: "cvw-line-up" }, make("span", {}, field.word), saved), input, choices, error, make("span", { class: "cvw-about" }, field.sentence));
  const row = { field, input, element, saved, error, wrong: "" };
  return row;
}

export default { render };
