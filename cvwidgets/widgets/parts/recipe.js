// The form of a recipe: the base model and the epochs in sight, everything else folded, each with a plain sentence.

import { makeAugmentations } from "./augmentations.js";
import { make } from "./elements.js";
import { fileSize } from "./figures.js";

/** @type {{heading?: string, name: string, word: string, sentence: string, kind: "whole" | "number" | "choice" | "split" | "yes" | "list", choices?: [string, string][], none?: string, min?: number, max?: number, when?: [string, string]}[]} `heading`: begins a group; `when`: seen only while another field is so */
export const FIELDS = [
  { heading: "Images", name: "augmentation", word: "Augmentation", sentence: "How much images are varied while learning.", kind: "list", choices: [["none", "None"], ["light", "Light"], ["strong", "Strong"]] },
  { name: "image_size", word: "Image size", sentence: "Side in pixels that the model sees. Larger sees more and takes longer.", kind: "whole", none: "the base's own" },
  { heading: "Learning", name: "learning_rate", word: "Learning rate", sentence: "How far each step goes. Too high forgets, too low learns slowly. Usual: 0.0001 to 0.003.", kind: "number" },
  { name: "layer_decay", word: "First layers' share", sentence: "Learning rate of the first layers as a share of the last ones'; 1: all alike. Usual: 0.1 to 1.", kind: "number" },
  { name: "head_first", word: "Last layer first", sentence: "The first epoch learns the last layer alone, in seconds.", kind: "yes", choices: [["true", "Yes"], ["false", "No"]] },
  { name: "batch_size", word: "Batch size", sentence: "Images per step. Larger needs more memory. Usual: 8 to 64.", kind: "whole" },
  { name: "accumulation", word: "Accumulation", sentence: "Batches gathered before each step, when memory is short. Usual: 1 to 4.", kind: "whole" },
  { name: "schedule", word: "Schedule", sentence: "How the learning rate falls.", kind: "choice", choices: [["cosine", "Cosine"], ["linear", "Linear"], ["constant", "Constant"]] },
  { name: "warmup", word: "Warm-up", sentence: "Share of all steps in which the learning rate rises. Usual: 0 to 0.2.", kind: "number" },
  { name: "weight_decay", word: "Weight decay", sentence: "Keeps weights small, against learning by heart. Usual: 0 to 0.1.", kind: "number" },
  { name: "label_smoothing", word: "Label smoothing", sentence: "Trusts labels a little less; helps when some are wrong. Usual: 0 to 0.1.", kind: "number" },
  { heading: "The best epoch", name: "choose_by", word: "Best epoch by", sentence: "What the validation images choose the model by.", kind: "choice", choices: [["accuracy", "Accuracy"], ["macro_f1", "Macro F1"], ["loss", "Loss"], ["last", "The last one"]] },
  { name: "patience", word: "Patience", sentence: "Ends after so many epochs without a better one.", kind: "whole", none: "goes on" },
  { name: "averaging", word: "Averaging", sentence: "Keeps the mean of the weights over so many epochs; 0: none. Usual: 0 to 2.", kind: "number" },
  { heading: "Labels and parts", name: "balance", word: "Rare labels", sentence: "Whether images of rare labels count more. Auto: somewhat, where labels are uneven.", kind: "choice", choices: [["auto", "Auto"], ["none", "All images count the same"], ["weights", "All labels count the same"]] },
  { name: "depth", word: "Depth of labels", sentence: "1 trains the roots of the label tree, 2 their children.", kind: "whole", none: "each label" },
  { name: "split", word: "Train / valid / test", sentence: "Shares in percent: to learn from, to choose the best epoch by, to be judged by.", kind: "split" },
  { name: "split_by", word: "Split by", sentence: "What stays whole, on one side of the split. By folder, time or a column of your list where neighbors show nearly the same; how they came keeps the parts of a data set.", kind: "choice", choices: [["image", "Each image"], ["given", "How they came"], ["folder", "Folder"], ["time", "Capture time"], ["column:author", "Author"], ["column:page", "Web page"], ["column:query", "Search"], ["column:provider", "Provider"]] },
  { name: "split_gap", word: "Gap in time", sentence: "Minutes without an image that begin a new group. Usual: 1 to 60.", kind: "number", when: ["split_by", "time"] },
  { name: "split_seed", word: "Split seed", sentence: "Another one puts other images into the parts; the test is another one then.", kind: "whole" },
  { heading: "Seed and precision", name: "seed", word: "Seed", sentence: "The same seed gives the same numbers.", kind: "whole" },
  { name: "precision", word: "Precision", sentence: "Auto tries once what is faster on this machine.", kind: "choice", choices: [["auto", "Auto"], ["float32", "float32"], ["bfloat16", "bfloat16"]] },
];

/** What belongs to the data and the machine rather than to a way of training: a recipe that is taken leaves it as it is. */
const OWN = ["base", "split", "split_by", "split_gap", "split_seed", "depth", "seed", "precision", "device", "threads"];

const COLUMN = "column:";

/** A column of the project's own that is split by, as one says it; other texts as they are. Pure. @param {string} value */
export function columnWord(value) {
  return value.startsWith(COLUMN) ? value.slice(COLUMN.length) : value;
}

/** Whether two recipes train alike, whatever they train on. Pure. @param {any} recipe @param {any} other */
export function trainsAlike(recipe, other) {
  return Object.keys(other).every((name) => OWN.includes(name) || JSON.stringify(recipe[name]) === JSON.stringify(other[name]));
}

/** The words of a field for a value of the recipe. Pure. @param {any} field @param {any} value */
export function write(field, value) {
  if (value === null || value === undefined) return "";
  if (field.kind === "split") return value.map((share) => String(Math.round(share * 1000) / 10)).join(" / ");
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

/** What a base model is, in a line. Pure. @param {{note: string, available: boolean, size: number | null}} base */
export function aboutBase({ note, available, size }) {
  return [note, size ? fileSize(size) : "", available ? "" : "fetched from the hub when the training starts"].filter(Boolean).join(" · ");
}

/** The bases with one of them told anew. Pure. @param {{name: string}[]} bases @param {{name: string}} found */
export function withBase(bases, found) {
  return bases.map((one) => (one.name === found.name ? found : one));
}

const OTHER = "\u0000other";

/**
 * @param {any} defaults the recipe as it is without a word @param {any} offered the augmentations that there are
 * @param {{told: () => void, folded: () => void, preview: () => void}} acts told hears of each change by hand
 */
export function makeForm(defaults, offered, { told, folded, preview }) {
  const changed = () => {
    for (const input of [epochs, ...inputs.values()]) input.removeAttribute("aria-invalid");
    showWanted();
    told();
  };
  const base = make("select", { onchange: () => { touched = true; wanted = base.value; note(); changed(); }, "aria-label": "Base model" });
  const other = make("input", { type: "text", placeholder: "name on the hub, or a folder", "aria-label": "Name or folder of the base model", hidden: true, maxlength: "500", spellcheck: "false", oninput: changed });
  const about = make("p", { class: "cvw-about" });
  const epochs = make("input", { type: "number", min: "1", max: "10000", value: String(defaults.epochs), oninput: changed });
  const list = FIELDS.find((field) => field.kind === "list");
  const varying = makeAugmentations(offered, write(list, defaults[list.name]), changed, preview);
  const inputs = new Map(FIELDS.map((field) => [field, field === list ? varying.input : control(field, defaults[field.name], changed)]));
  let bases = [];
  let touched = false;
  let wanted = "";

  const more = make("details", { class: "cvw-more", ontoggle: folded }, make("summary", {}, "Everything else"),
    ...grouped().flatMap(([heading, fields]) => [make("p", { class: "cvw-fields-of", "aria-hidden": "true" }, heading), make("div", { class: "cvw-fields", role: "group", "aria-label": heading },
      ...fields.map((field) => (field === list ? varying.element : named(field.word, inputs.get(field), field.sentence))))]));
  varying.element.prepend(named(list.word, varying.level, list.sentence));
  const place = make("div", { class: "cvw-named" }, make("span", {}, "Base model"), base, other, about);
  const first = make("div", { class: "cvw-fields cvw-first" }, place,
    named("Epochs", epochs, "Passes over the training images. The best one is kept."));

  /** Hides the fields that mean nothing as the others are. */
  function showWanted() {
    for (const [{ when }, input] of inputs) if (when) input.parentElement.hidden = [...inputs].find(([field]) => field.name === when[0])[1].value !== when[1];
  }

  function show(offered) {
    bases = offered;
    const chosen = offered.find((one) => one.available);
    base.replaceChildren(...bases.map((one) => make("option", { value: one.name, selected: one === chosen }, one.name)), make("option", { value: OTHER }, "Another one …"));
    choose();
  }

  /** Offers the split by how images came, where some came with a part. @param {boolean} on */
  function offerGiven(on) {
    const input = [...inputs].find(([field]) => field.name === "split_by")[1];
    const option = [...input.options].find((one) => one.value === "given");
    option.hidden = option.disabled = !on && input.value !== "given";
  }

  /** Offers the split by columns of the project's own, beside those that each has. @param {string[]} names */
  function offerColumns(names) {
    const input = [...inputs].find(([field]) => field.name === "split_by")[1];
    const wanted = names.map((name) => `${COLUMN}${name}`);
    for (const option of input.querySelectorAll("[data-own]")) if (option.value !== input.value && !wanted.includes(option.value)) option.remove();
    for (const value of wanted) offerColumn(input, value);
  }

  /** Chooses a base that was found elsewhere. */
  function offer(found) {
    [touched, wanted] = [true, found.name];
    if (bases.some((one) => one.name === found.name)) bases = withBase(bases, found);
    else add(found);
    choose();
    changed();
  }

  function add(one) {
    bases = [...bases, one];
    base.lastElementChild.before(make("option", { value: one.name }, one.name));
  }

  /** Offers a base first, with what was learnt of it, unless one was chosen by hand. */
  function propose(proposed) {
    bases = withBase(bases, proposed);
    if (!touched) base.value = proposed.name;
    note();
  }

  function note() {
    other.hidden = base.value !== OTHER;
    const known = bases.find((one) => one.name === base.value);
    about.textContent = known ? aboutBase(known) : "Any image classifier of the hub, or a local folder.";
  }

  /** What is typed and chosen where it differs from what stood there at first, as texts, so that the form can be left and found again. */
  function written() {
    const changed = {};
    if (touched) changed.base = base.value;
    if (other.value) changed.other = other.value;
    if (epochs.value !== String(defaults.epochs)) changed.epochs = epochs.value;
    for (const [field, input] of inputs) if (input.value !== write(field, defaults[field.name])) changed[field.name] = input.value;
    return changed;
  }

  /** Puts back what `written` gave. @param {Record<string, string>} texts */
  function fill(texts) {
    wanted = typeof texts.base === "string" ? texts.base : "";
    touched = Boolean(wanted);
    other.value = texts.other ?? "";
    epochs.value = texts.epochs ?? String(defaults.epochs);
    for (const [field, input] of inputs) {
      if (field.name === "split_by" && texts[field.name]) offerColumn(input, texts[field.name]);
      input.value = texts[field.name] ?? write(field, defaults[field.name]);
    }
    varying.show();
    showWanted();
    choose();
  }

  /** Chooses the base that was chosen before, once some are offered; one found on the hub may not be among these any more. */
  function choose() {
    if (wanted && bases.length && ![...base.options].some((option) => option.value === wanted)) add({ name: wanted, note: "", available: false, size: null });
    if (wanted && [...base.options].some((option) => option.value === wanted)) base.value = wanted;
    note();
  }

  /** The recipe as it is typed; raises an error with a sentence, and leads to the field that it is about. */
  function recipe() {
    const values = { base: base.value === OTHER ? other.value.trim() : base.value || defaults.base, epochs: typed({ word: "Epochs", kind: "whole" }, epochs) };
    for (const [field, input] of inputs) values[field.name] = field.when && input.parentElement.hidden ? defaults[field.name] : typed(field, input);
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

  /** Takes over how another recipe trains; base, split and seed stay as they are. @param {any} other */
  function take(other) {
    epochs.value = String(other.epochs);
    for (const [field, input] of inputs) if (!OWN.includes(field.name)) input.value = write(field, other[field.name]);
    varying.show();
    changed();
  }

  /** The recipe as far as it can be read; null when a field holds no value. */
  function glimpse() {
    try {
      const values = { ...defaults, base: base.value, epochs: read({ word: "Epochs", kind: "whole" }, epochs.value) };
      for (const [field, input] of inputs) values[field.name] = read(field, input.value);
      return values;
    } catch {
      return null;
    }
  }

  /** What decides how images are varied, as far as it can be read. */
  function varied() {
    const { augmentation, image_size, seed } = glimpse() ?? { ...defaults, augmentation: read(list, varying.input.value) };
    return { augmentation, image_size, seed, base: (base.value === OTHER ? other.value.trim() : base.value) || defaults.base };
  }

  showWanted();
  return { first, more, bases: place, show, offer, offerGiven, offerColumns, propose, recipe, written, fill, take, glimpse, varied };
}

/** Offers a column to split by, unless it is offered already; what is no column is not. @param {HTMLSelectElement} input @param {string} value */
function offerColumn(input, value) {
  if (!value.startsWith(COLUMN) || [...input.options].some((one) => one.value === value)) return;
  input.append(make("option", { value, "data-own": true }, columnWord(value)));
}

/** The fields under their headings. @returns {[string, typeof FIELDS][]} */
function grouped() {
  const begins = FIELDS.flatMap((field, at) => (field.heading ? [at] : []));
  return begins.map((at, number) => [FIELDS[at].heading, FIELDS.slice(at, begins[number + 1])]);
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
