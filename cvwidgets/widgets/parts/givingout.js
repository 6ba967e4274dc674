// What was said, written into a file or a folder: which rows, as what, under which name, and how far that is.

import { make, say } from "./elements.js";
import { thousands } from "./figures.js";

const FORMS_OF_RESULTS = { csv: "Table (CSV)", parquet: "Table (Parquet)", json: "Lines of JSON", folder: "Folders by label", annotated: "Annotated pictures" };

/** How an export of results stands, in a sentence. Pure. @param {any} now */
export function resultsWords({ name, state, done, of, images, reason }) {
  if (state === "waiting" || (state === "running" && !of)) return `${name} is about to begin.`;
  if (state === "running") return `${thousands(done)} of ${thousands(of)} written`;
  if (images === null) return state === "stopped" ? `${name} was stopped; nothing is left of it.` : (reason ?? `${name} ended without a word. Export again.`);
  return `${thousands(images)} ${images === 1 ? "row is" : "rows are"} in`;
}

/** @param {{start: (asked: any) => Promise<any>, stop: () => void}} acts */
export function makeGivingOut({ start, stop }) {
  const rows = make("select", { "aria-label": "Which rows" });
  const form = make("select", { "aria-label": "As", onchange: look });
  const about = make("span", { class: "cvw-about" });
  const name = make("input", { type: "text", maxlength: "80", "aria-label": "Name of the export", placeholder: "a name", autocomplete: "off", spellcheck: "false", oninput: look });
  const links = make("input", { type: "checkbox" });
  const linksBox = make("label", { class: "cvw-check" }, links, make("span", {}, "Links instead of copies"));
  const go = make("button", { type: "button", class: "cvw-button", onclick: begin }, "Export");
  const why = make("span", { class: "cvw-soft" });
  const meter = make("progress", { class: "cvw-meter", max: "1", "aria-label": "Export of results" });
  const told = make("span", { role: "status" });
  const place = make("code", {});
  const cancel = make("button", { type: "button", class: "cvw-button", onclick: stop }, "Cancel");
  const work = make("div", { class: "cvw-line-up", hidden: true }, meter, told, place, cancel);
  const notes = make("div", { class: "cvw-about" });
  const named = (word, ...inner) => make("label", { class: "cvw-named" }, make("span", {}, word), ...inner);
  const element = make("details", { class: "cvw-giving-out" }, make("summary", {}, "Export what was said"),
    make("div", { class: "cvw-fields" }, named("Rows", rows), named("As", form, about), named("Name", name, make("span", { class: "cvw-about" }, "It lies in the folder exports of the project."))), linksBox,
    make("div", { class: "cvw-line-up" }, go, why), work, notes);
  let [forms, live, shown] = [[], false, 0];

  async function begin() {
    go.disabled = true;
    await start({ name: name.value.trim(), form: form.value, everything: rows.value === "all", links: links.checked });
    look();
  }

  function look() {
    say(about, forms.find((one) => one.name === form.value)?.sentence ?? "");
    linksBox.hidden = form.value !== "folder";
    const reason = live ? "An export is under way." : !shown && rows.value !== "all" ? "Nothing is shown." : name.value.trim() ? "" : "It needs a name.";
    say(why, reason);
    go.disabled = Boolean(reason);
  }

  /** @param {{name: string, sentence: string}[]} known */
  function offer(known) {
    forms = known;
    if (form.childElementCount !== known.length) form.replaceChildren(...known.map((one) => make("option", { value: one.name }, FORMS_OF_RESULTS[one.name] ?? one.name)));
    look();
  }

  /** @param {any} now @param {any} results */
  function show(now, results) {
    shown = results.shown ?? 0;
    const chosen = rows.value;
    rows.replaceChildren(make("option", { value: "shown" }, `What the filter shows (${thousands(shown)})`), make("option", { value: "all" }, `All that could be read (${thousands((results.rows ?? 0) - (results.unread ?? 0))})`));
    if (chosen) rows.value = chosen;
    live = ["waiting", "running"].includes(now?.state);
    work.hidden = !now;
    if (now) {
      meter.hidden = cancel.hidden = !live;
      if (now.of) meter.value = now.done / now.of;
      else meter.removeAttribute("value");
      say(told, resultsWords(now));
      place.hidden = live || now.images === null;
      say(place, now.folder);
      notes.replaceChildren(...now.left_out.map((sentence) => make("p", {}, `Left out: ${sentence}`)));
      if (live) element.open = true;
    }
    look();
  }

  return { element, offer, show };
}
