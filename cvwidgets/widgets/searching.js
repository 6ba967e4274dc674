// SearchPanel: what is looked for and where, what that finds, how the search goes; and data sets of the hub.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { thousands } from "./parts/figures.js";
import { makeHub } from "./parts/hub.js";
import { makeImport } from "./parts/import.js";
import { comeBack, leave } from "./parts/left.js";
import { makePreview } from "./parts/preview.js";
import { LICENSES, inWordsOf, licenseWords, makeProviders, safeWords } from "./parts/providers.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";

let searches = 0;
const MOST = 100_000;

/** What is looked for: each line or part between commas once. Pure. @param {string} text */
export function queriesOf(text) {
  return [...new Set(text.split(/[\n,]/).map((part) => part.split(/\s+/).filter(Boolean).join(" ")))].filter(Boolean);
}

/** What one looks for, for a label: the end of its name, in words. Pure. @param {string} label */
export function queryOf(label) {
  return (label.split("/").pop() ?? "").replaceAll("_", " ").trim();
}

/** What stands in the field of queries once the label is another one: its name, unless something else was typed. Pure. @param {string} text @param {string} before the label @param {string} label */
export function filledIn(text, before, label) {
  return !text.trim() || text === queryOf(before) ? queryOf(label) : text;
}

/** Why one cannot search now; empty when one can. Pure. @param {{closed: string, queries: string[], providers: any[], count: number}} now */
export function whyNoSearch({ closed, queries, providers, count }) {
  if (closed) return closed;
  if (!queries.length) return "Say what the pictures are to show.";
  if (!providers.length) return "Choose whom to ask.";
  return Number.isInteger(count) && count >= 1 && count <= MOST ? "" : `A search brings 1 to ${thousands(MOST)} images.`;
}

/** Whom it asks and for what, in a line. Pure. @param {any[]} providers @param {string | null} license @param {boolean} safe */
export function askedWords(providers, license, safe) {
  const words = LICENSES.find(([value]) => value === (license ?? ""))?.[1] ?? "";
  return [`Asks ${inWordsOf(providers.map((one) => one.word)) || "nobody"}`, words.toLowerCase(), safe ? "safe search" : "no safe search"].join(" · ");
}

function render({ model, el, signal }) {
  searches += 1;
  const root = makeRoot(el, "cvw-search", "From the web", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const list = make("datalist", { id: `cvw-search-labels-${searches}` });
  const label = make("input", { type: "text", list: list.id, "aria-label": "Label", maxlength: "200", autocomplete: "off", spellcheck: "false", placeholder: "none", oninput: named });
  const text = make("textarea", { rows: "2", "aria-label": "Look for", maxlength: "3000", spellcheck: "false", placeholder: "american bison", oninput: changed });
  const count = make("input", { type: "number", min: "1", max: String(MOST), step: "1", value: "100", "aria-label": "How many", oninput: changed });
  const providers = makeProviders({ taken: changed, shown: dress });
  const license = make("select", { "aria-label": "License", onchange: changed }, ...LICENSES.map(([value, word]) => make("option", { value }, word)));
  const [aboutLicense, aboutSafe] = ["license", "safe"].map((word) => make("span", { class: "cvw-about", id: `cvw-about-${word}-${searches}` }));
  license.setAttribute("aria-describedby", aboutLicense.id);
  const safe = make("input", { type: "checkbox", "aria-label": "Safe search", "aria-describedby": aboutSafe.id, checked: true, onchange: changed });
  const summary = make("summary", {});
  const fold = make("details", { class: "cvw-more", ontoggle: keep }, summary,
    make("div", { class: "cvw-asked" }, providers.place,
      make("div", { class: "cvw-asked-how" },
        make("label", { class: "cvw-named" }, make("span", {}, "License"), license, aboutLicense),
        make("label", { class: "cvw-check" }, safe, make("span", {}, "Safe search", aboutSafe)))));
  const preview = makePreview(door, signal, form);
  const go = make("button", { type: "button", class: "cvw-primary", onclick: start }, "Search");
  const why = make("span", { class: "cvw-soft", id: `cvw-why-search-${searches}` });
  go.setAttribute("aria-describedby", why.id);
  const hub = makeHub(door, problem, keep);
  const hubFold = make("details", { class: "cvw-more", ontoggle: keep }, make("summary", {}, "Data sets of the hub"), hub.place);
  const work = makeImport(door, problem, signal);

  root.append(
    make("div", { class: "cvw-looked-for" },
      make("label", { class: "cvw-named" }, make("span", {}, "Label"), label, list, make("span", { class: "cvw-about" }, "In whose New they land.")),
      make("label", { class: "cvw-named" }, make("span", {}, "Look for"), text, make("span", { class: "cvw-about" }, "Several things one a line, or with commas between them.")),
      make("label", { class: "cvw-named" }, make("span", {}, "How many"), count, make("span", { class: "cvw-about" }, "New images of all together."))),
    fold,
    make("div", { class: "cvw-line-up" }, preview.button, go, why),
    preview.place, hubFold, problem.place, work.place,
  );

  /** What is asked of a search. */
  function form() {
    return {
      label: label.value.trim() || null, queries: queriesOf(text.value), count: Number(count.value), providers: providers.chosen(),
      license: license.disabled ? null : license.value || null, safe: safe.checked,
    };
  }

  async function start() {
    go.disabled = true;
    const asked = form();
    await problem.guard(() => door.ask("search", { ...asked, providers: asked.providers.map((one) => one.name) }));
    dress();
  }

  let before = "";
  function named() {
    text.value = filledIn(text.value, before, label.value);
    before = label.value;
    changed();
  }

  function changed() {
    dress();
    keep();
  }

  /** Shows what follows from what stands in the form. */
  function dress() {
    const chosen = providers.chosen();
    const blind = licenseWords(chosen);
    license.disabled = Boolean(blind);
    say(aboutLicense, blind);
    say(aboutSafe, `Leaves out what is not for everyone's eyes. ${safeWords(chosen)}`.trim());
    const asked = form();
    say(summary, askedWords(chosen, asked.license, asked.safe));
    const reason = whyNoSearch({ closed: model.get("_closed"), ...asked });
    say(why, model.get("_providers").length ? reason : "");
    go.disabled = Boolean(reason);
    // To look at what is found brings nothing in: it may be done while something else is.
    preview.button.disabled = !preview.busy() && Boolean(whyNoSearch({ closed: "", ...asked }));
    hub.close(model.get("_closed"));
  }

  /** What stands on the page, so that it can come back. */
  function standingHere() {
    const typed = { label: label.value, text: text.value, count: count.value, providers: providers.left(), license: license.value, safe: safe.checked };
    return { form: typed, hub: hub.left(), open: { fold: fold.open, hub: hubFold.open } };
  }

  let kept = "";
  function keep() {
    const now = standingHere();
    if (JSON.stringify(now) === kept) return; // a fold tells of itself when it is put back, too
    kept = JSON.stringify(now);
    leave(model, now);
  }

  function fill({ form: was, hub: onHub, open }) {
    if (JSON.stringify({ form: was, hub: onHub, open }) === kept) return; // what was left here itself; a fold may have changed since
    if (was) {
      [label.value, text.value, count.value, safe.checked] = [was.label ?? "", was.text ?? "", was.count ?? "100", was.safe !== false];
      license.value = LICENSES.some(([value]) => value === was.license) ? was.license : "";
      before = label.value;
      providers.choose(Array.isArray(was.providers) ? was.providers : null);
    }
    hub.fill(onHub);
    [fold.open, hubFold.open] = [Boolean(open?.fold), Boolean(open?.hub)];
    dress();
    kept = JSON.stringify(standingHere());
  }

  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());
  const clock = setInterval(() => providers.show(model.get("_providers")), 60_000); // how long ago they answered
  signal?.addEventListener("abort", () => clearInterval(clock));
  follow(model, ["_labels"], () => list.replaceChildren(...model.get("_labels").map((one) => make("option", { value: one }))), signal);
  comeBack(model, fill, signal);
  follow(model, ["_providers"], () => providers.show(model.get("_providers")), signal);
  follow(model, ["_closed"], dress, signal);
  follow(model, ["_import"], () => work.show(model.get("_import")), signal);
  problem.quietly(() => door.ask("providers"));
}

export default { render };
