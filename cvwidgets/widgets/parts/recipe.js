// The form of a recipe: the base model and the epochs in sight, everything else folded, each with a plain sentence.

import { makeAugmentations } from "./augmentations.js";
import { makeBaseField } from "./basefield.js";
import { make } from "./elements.js";

/** @type {{heading?: string, name: string, word: string, kind: "whole" | "number" | "choice" | "split" | "yes" | "list", choices?: [string, string][], none?: string, when?: [string, string]}[]} `heading`: begins a group; `when`: seen only while another field is so */
export const FIELDS = [
  { heading: "Images", name: "augmentation", word: "Augmentation", kind: "list", choices: [["none", "None"], ["light", "Light"], ["strong", "Strong"]] },
  { name: "image_size", word: "Image size", kind: "whole", none: "the base's own" },
  { heading: "Learning", name: "learning_rate", word: "Learning rate", kind: "number" },
  { name: "layer_decay", word: "First layers' share", kind: "number" },
  { name: "head_first", word: "Last layer first", kind: "yes", choices: [["true", "Yes"], ["false", "No"]] },
  { name: "batch_size", word: "Batch size", kind: "whole" },
  { name: "accumulation", word: "Accumulation", kind: "whole" },
  { name: "schedule", word: "Schedule", kind: "choice", choices: [["cosine", "Cosine"], ["linear", "Linear"], ["constant", "Constant"]] },
  { name: "warmup", word: "Warm-up", kind: "number" },
  { name: "weight_decay", word: "Weight decay", kind: "number" },
  { name: "label_smoothing", word: "Label smoothing", kind: "number" },
  { heading: "The best epoch", name: "choose_by", word: "Best epoch by", kind: "choice", choices: [["accuracy", "Accuracy"], ["macro_f1", "Macro F1"], ["loss", "Loss"], ["last", "The last one"]] },
  { name: "patience", word: "Patience", kind: "whole", none: "goes on" },
  { name: "averaging", word: "Averaging", kind: "number" },
  { heading: "Labels and parts", name: "balance", word: "Rare labels", kind: "choice", choices: [["auto", "Auto"], ["none", "All images count the same"], ["weights", "All labels count the same"]] },
  { name: "depth", word: "Depth of labels", kind: "whole", none: "each label" },
  { name: "split", word: "Train / valid / test", kind: "split" },
  { name: "split_by", word: "Split by", kind: "choice", choices: [["image", "Each image"], ["given", "How they came"], ["folder", "Folder"], ["time", "Capture time"], ["column:author", "Author"], ["column:page", "Web page"], ["column:query", "Search"], ["column:provider", "Provider"]] },
  { name: "split_gap", word: "Gap in time", kind: "number", when: ["split_by", "time"] },
  { name: "split_seed", word: "Split seed", kind: "whole" },
  { heading: "Seed and machine", name: "seed", word: "Seed", kind: "whole" },
  { name: "precision", word: "Precision", kind: "choice", choices: [["auto", "Auto"], ["float32", "float32"], ["bfloat16", "bfloat16"]] },
  { name: "device", word: "Device", kind: "choice", choices: [["auto", "Auto"], ["cpu", "Processor"], ["cuda", "Graphics card"], ["mps", "Apple's graphics chip"]] },
  { name: "threads", word: "Threads", kind: "whole", none: "auto" },
];

const EPOCHS = { name: "epochs", word: "Epochs", kind: "whole" };

/** What belongs to the data and the machine rather than to a way of training: a recipe that comes along leaves it as it is. */
const OWN = ["base", "split", "split_by", "split_gap", "split_seed", "depth", "seed", "precision", "device", "threads"];

const COLUMN = "column:";

/** A column of the project's own that is split by, as one says it; other texts as they are. Pure. @param {string} value */
export function columnWord(value) {
  return value.startsWith(COLUMN) ? value.slice(COLUMN.length) : value;
}

/** Whether two recipes train alike, whatever they train on. Pure. @param {any} recipe @param {any} other */
export function trainsAlike(recipe, other) {
  return Object.keys(other).every((name) => OWN.includes(name) || isSame(recipe[name], other[name]));
}

/** Whether two recipes are the same in every field. Pure. @param {any} recipe @param {any} other */
export function isWhole(recipe, other) {
  return Object.keys(other).every((name) => isSame(recipe[name], other[name]));
}

/** Shares that were written in percent and read again differ in the last of their digits. */
function isSame(one, other) {
  if (!Array.isArray(one) || !Array.isArray(other) || !other.every(Number.isFinite)) return JSON.stringify(one) === JSON.stringify(other);
  return one.length === other.length && other.every((value, at) => Math.abs(value - one[at]) < 1e-9);
}

/** The recipe among those offered that is the one typed: a saved one that is the same in every field, else one that comes along and trains alike; -1 for none. Pure. @param {any[]} offered @param {any} now */
export function chosenOf(offered, now) {
  const saved = offered.findIndex((one) => one.saved && isWhole(now, one.recipe));
  return saved >= 0 ? saved : offered.findIndex((one) => !one.saved && trainsAlike(now, one.recipe));
}

/** The words of a field for a value of the recipe. Pure. @param {any} field @param {any} value */
export function write(field, value) {
  if (value === null || value === undefined) return "";
  if (field.kind === "split") return value.map((share) => String(Math.round(share * 1e12) / 1e10)).join(" / ");
  return field.kind === "list" && typeof value !== "string" ? JSON.stringify(value) : String(value);
}

/**
 * The value that was typed into a field; an error with a sentence when it makes none. Pure.
 * @param {any} field @param {string} text
 */
export function read(field, text) {
  const words = text.trim();
  if (field.kind === "choice") return words;
  if (field.kind === "yes") return words === "true";
  if (field.kind === "list") return words.startsWith("[") ? JSON.parse(words) : words;
  if (field.kind === "split") return readSplit(field, words);
  if (!words && field.none) return null;
  const value = Number(words.replace(",", "."));
  if (!words || !Number.isFinite(value) || (field.kind === "whole" && !Number.isInteger(value))) {
    throw new Error(`${whatStands(field, words)}; ${field.kind === "whole" ? "a whole number" : "a number"} is needed. Change it and start again.`);
  }
  return value;
}

function whatStands(field, words) {
  return words ? `${field.word} is '${words}'` : `${field.word} is empty`;
}

function readSplit(field, words) {
  const shares = words.split(/[/;\s]+/).filter(Boolean).map((share) => Number(share.replace(",", ".").replace("%", "")));
  const sum = shares.reduce((a, b) => a + b, 0);
  if (shares.length !== 3 || !shares.every((share) => share > 0) || Math.abs(sum - 100) > 0.01) {
    throw new Error(`${whatStands(field, words)}; three shares that add up to 100 are needed, such as 60 / 20 / 20. Change it and start again.`);
  }
  return shares.map((share) => share / sum);
}

/**
 * @param {any} defaults the recipe as it is without a word
 * @param {{augmentations: any, about: Record<string, string>, devices: string[]}} offered the augmentations and devices that there are, what each field does
 * @param {{told: () => void, folded: () => void, preview: () => void}} acts told hears of each change by hand
 */
export function makeForm(defaults, offered, { told, folded, preview }) {
  const changed = () => {
    for (const input of [epochs, ...inputs.values()]) input.removeAttribute("aria-invalid");
    showWanted();
    told();
  };
  const epochs = make("input", { type: "number", min: "1", max: "10000", value: String(defaults.epochs), oninput: changed });
  const list = FIELDS.find((field) => field.kind === "list");
  const varying = makeAugmentations(offered.augmentations, write(list, defaults[list.name]), changed, preview);
  const inputs = new Map(FIELDS.map((field) => [field, field === list ? varying.input : control(field, defaults[field.name], changed)]));
  const inputOf = (name) => [...inputs].find(([field]) => field.name === name)[1];
  const sentence = (name) => offered.about[name] ?? "";
  const base = makeBaseField(defaults.base, sentence("base"), changed);

  const more = make("details", { class: "cvw-more", ontoggle: folded }, make("summary", {}, "Everything else"),
    ...grouped().flatMap(([heading, fields]) => [make("p", { class: "cvw-fields-of", "aria-hidden": "true" }, heading), make("div", { class: "cvw-fields", role: "group", "aria-label": heading },
      ...fields.map((field) => (field === list ? varying.element : named(field.word, inputs.get(field), sentence(field.name)))))]));
  varying.element.prepend(named(list.word, varying.level, sentence(list.name)));
  const first = make("div", { class: "cvw-fields cvw-first" }, base.element,
    named(EPOCHS.word, epochs, sentence(EPOCHS.name)));
  for (const option of [...inputOf("device").options]) if (option.value !== "auto" && !offered.devices.includes(option.value)) option.remove();
  for (const device of offered.devices) offerChoice(inputOf("device"), device);

  /** Hides the fields that mean nothing as the others are. */
  function showWanted() {
    for (const [{ when }, input] of inputs) if (when) input.parentElement.hidden = inputOf(when[0]).value !== when[1];
  }

  /** Offers the split by how images came, where some came with a part. @param {boolean} on */
  function offerGiven(on) {
    const input = inputOf("split_by");
    const option = [...input.options].find((one) => one.value === "given");
    option.hidden = option.disabled = !on && input.value !== "given";
  }

  /** Offers the split by columns of the project's own, beside those that each has. @param {string[]} names */
  function offerColumns(names) {
    const input = inputOf("split_by");
    const wanted = names.map((name) => `${COLUMN}${name}`);
    for (const option of input.querySelectorAll("[data-own]")) if (option.value !== input.value && !wanted.includes(option.value)) option.remove();
    for (const value of wanted) offerChoice(input, value);
  }

  /** What is typed and chosen where it differs from what stood there at first, as texts, so that the form can be left and found again. */
  function written() {
    const changed = base.written();
    if (epochs.value !== String(defaults.epochs)) changed.epochs = epochs.value;
    for (const [field, input] of inputs) if (input.value !== write(field, defaults[field.name])) changed[field.name] = input.value;
    return changed;
  }

  /** Puts back what `written` gave. @param {Record<string, string>} texts */
  function fill(texts) {
    epochs.value = texts.epochs ?? String(defaults.epochs);
    for (const [field, input] of inputs) put(input, texts[field.name] ?? write(field, defaults[field.name]));
    varying.show();
    showWanted();
    base.fill(texts);
  }

  /** The recipe as it is typed; raises an error with a sentence, and leads to the field that it is about. */
  function recipe() {
    return gather(typed);
  }

  /** The recipe as far as it can be read; null when a field holds no value. */
  function glimpse() {
    try {
      return gather((field, input) => read(field, input.value));
    } catch {
      return null;
    }
  }

  function gather(readOne) {
    const values = { base: base.name(), epochs: readOne(EPOCHS, epochs) };
    for (const [field, input] of inputs) values[field.name] = field.when && input.parentElement.hidden ? defaults[field.name] : readOne(field, input);
    return values;
  }

  function typed(field, input) {
    try {
      return read(field, input.value);
    } catch (error) {
      if (more.contains(input)) more.open = true;
      input.setAttribute("aria-invalid", "true");
      input.focus();
      throw error;
    }
  }

  /**
   * Takes over how another recipe trains; its base, split, seed and machine too when it is taken `whole`.
   * @param {any} recipe @param {boolean} [whole]
   */
  function take(recipe, whole = false) {
    epochs.value = String(recipe.epochs);
    for (const [field, input] of inputs) if (whole || !OWN.includes(field.name)) put(input, write(field, recipe[field.name]));
    if (whole) base.take(recipe.base);
    varying.show();
    changed();
  }

  /** What decides how images are varied, as far as it can be read. */
  function varied() {
    const { augmentation, image_size, seed } = glimpse() ?? { ...defaults, augmentation: read(list, varying.input.value) };
    return { augmentation, image_size, seed, base: base.name() || defaults.base };
  }

  showWanted();
  const { show, offer, propose, element } = base;
  return { first, more, bases: element, show, offer, offerGiven, offerColumns, propose, recipe, written, fill, take, glimpse, varied };
}

/** The fields under their headings. @returns {[string, typeof FIELDS][]} */
function grouped() {
  const begins = FIELDS.flatMap((field, at) => (field.heading ? [at] : []));
  return begins.map((at, number) => [FIELDS[at].heading, FIELDS.slice(at, begins[number + 1])]);
}

/** Puts a text into a field; a choice that is not offered there is added, since a recipe from elsewhere may hold it. */
function put(input, text) {
  if (input instanceof HTMLSelectElement) offerChoice(input, text);
  input.value = text;
}

function offerChoice(select, value) {
  const option = [...select.options].find((one) => one.value === value);
  if (option) option.hidden = option.disabled = false;
  else select.append(make("option", { value, "data-own": true }, columnWord(value)));
}

function control(field, value, changed) {
  if (field.choices) {
    const options = field.choices.map(([choice, word]) => make("option", { value: choice, selected: choice === String(value) }, word));
    return make("select", { onchange: changed }, ...options);
  }
  return make("input", { type: "text", inputmode: field.kind === "split" ? "text" : "decimal", value: write(field, value), placeholder: field.none ?? null, oninput: changed, autocomplete: "off" });
}

function named(word, input, sentence) {
  input.setAttribute("aria-label", word);
  input.setAttribute("aria-description", sentence);
  return make("label", { class: "cvw-named" }, make("span", {}, word), input, make("span", { class: "cvw-about" }, sentence));
}
