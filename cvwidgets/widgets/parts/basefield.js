// The field of the base model: those at hand, those that were found on the hub, or any other by its name.

import { make } from "./elements.js";
import { fileSize } from "./figures.js";

/** What a base model is, in a line. Pure. @param {{note: string, available: boolean, size: number | null}} base */
export function aboutBase({ note, available, size }) {
  return [note, size ? fileSize(size) : "", available ? "" : "fetched from the hub when the training starts"].filter(Boolean).join(" · ");
}

/** The bases with one of them told anew. Pure. @param {{name: string}[]} bases @param {{name: string}} found */
export function withBase(bases, found) {
  return bases.map((one) => (one.name === found.name ? found : one));
}

const OTHER = "\u0000other";

/** @param {string} usual the base of a recipe without a word @param {string} sentence what a base is @param {() => void} changed hears of each change by hand */
export function makeBaseField(usual, sentence, changed) {
  const base = make("select", { onchange: () => { touched = true; wanted = base.value; note(); changed(); }, "aria-label": "Base model", "aria-description": sentence });
  const other = make("input", { type: "text", placeholder: "name on the hub, or a folder", "aria-label": "Name or folder of the base model", hidden: true, maxlength: "500", spellcheck: "false", oninput: changed });
  const about = make("p", { class: "cvw-about" });
  const element = make("div", { class: "cvw-named" }, make("span", {}, "Base model"), base, other, about, make("span", { class: "cvw-about" }, sentence));
  let bases = [];
  let touched = false;
  let wanted = "";
  /** What stands there as long as nothing is chosen by hand. */
  let proposedHere = "";

  function show(offered) {
    bases = offered;
    const chosen = offered.find((one) => one.available);
    proposedHere = chosen?.name ?? "";
    base.replaceChildren(...bases.map((one) => make("option", { value: one.name, selected: one === chosen }, one.name)), make("option", { value: OTHER }, "Another one …"));
    choose();
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
    proposedHere = proposed.name;
    if (!touched) base.value = proposed.name;
    note();
  }

  function note() {
    other.hidden = base.value !== OTHER;
    const known = bases.find((one) => one.name === base.value);
    about.textContent = known ? aboutBase(known) : "Any image classifier of the hub, or a local folder.";
  }

  /** Chooses the base that was chosen before, once some are offered; one found on the hub may not be among these any more. */
  function choose() {
    if (wanted && bases.length && ![...base.options].some((option) => option.value === wanted)) add({ name: wanted, note: "", available: false, size: null });
    if (wanted && [...base.options].some((option) => option.value === wanted)) base.value = wanted;
    note();
  }

  /** Takes the base of a recipe; one that is not offered here, as its folder or the hub is away, stands there by its name, to be seen and changed. */
  function take(name) {
    touched = true;
    wanted = bases.some((one) => one.name === name) ? name : OTHER;
    if (wanted === OTHER) other.value = name;
    choose();
  }

  /** What was chosen by hand, as texts. */
  function written() {
    return { ...(touched ? { base: base.value || wanted } : {}), ...(other.value ? { other: other.value } : {}) };
  }

  /** Puts back what `written` gave. @param {Record<string, string>} texts */
  function fill(texts) {
    wanted = typeof texts.base === "string" ? texts.base : "";
    touched = Boolean(wanted);
    other.value = texts.other ?? "";
    if (!wanted && proposedHere) base.value = proposedHere;
    choose();
  }

  /** The base as a recipe names it; empty while another one is to be named. */
  function name() {
    const now = base.value || wanted; // before the bases are told none can be chosen
    return now === OTHER ? other.value.trim() : now || usual;
  }
  return { element, show, offer, propose, take, written, fill, name };
}
