// ExportPanel: what is kept, written into a folder for other programs; how far that is, and where it lies.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { thousands } from "./parts/figures.js";
import { comeBack, leave } from "./parts/left.js";
import { read, write } from "./parts/recipe.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";

/** What the forms are called. */
const FORM_WORDS = { imagefolder: "Folders of pictures", parquet: "Data set of the hub (Parquet)", dataset: "For datasets.load_from_disk", csv: "A list (CSV)" };
/** The field of a recipe that holds the shares. */
const SHARES = { name: "split", word: "Shares", kind: "split" };
const USUAL = [0.6, 0.2, 0.2];

/** How an export stands, in a sentence. Pure. @param {any} work */
export function exportWords({ name, state, done, of, result, reason }) {
  if (state === "waiting" || (state === "running" && !of)) return `${name} is about to begin.`;
  if (state === "running") return `${thousands(done)} of ${thousands(of)} images written`;
  if (!result) return state === "stopped" ? `${name} was stopped; nothing is left of it.` : (reason ?? `${name} ended without a word. Export again.`);
  const parts = Object.entries(result.parts).map(([part, count]) => `${thousands(count)} ${part}`).join(", ");
  return `${thousands(result.images)} ${result.images === 1 ? "image" : "images"} under ${thousands(result.labels)} ${result.labels === 1 ? "label" : "labels"}${parts ? ` (${parts})` : ""} are in`;
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-exports", "Going out", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const form = make("select", { "aria-label": "As", onchange: () => { showForm(); keep(); } });
  const about = make("span", { class: "cvw-about" });
  const name = make("input", { type: "text", maxlength: "80", "aria-label": "Name", autocomplete: "off", spellcheck: "false", placeholder: "a name for the folder", oninput: () => { showWhy(); keep(); } });
  const parted = make("input", { type: "checkbox", onchange: () => { showForm(); keep(); } });
  const shares = make("input", { type: "text", "aria-label": "Shares", value: write(SHARES, USUAL), oninput: keep });
  const seed = make("input", { type: "number", min: "0", step: "1", value: "0", "aria-label": "Seed", oninput: keep });
  const go = make("button", { type: "button", class: "cvw-button", onclick: start }, "Export");
  const why = make("span", { class: "cvw-soft" });
  const stop = make("button", { type: "button", class: "cvw-button", onclick: () => problem.guard(() => door.ask("stop")) }, "Cancel");
  const meter = make("progress", { class: "cvw-meter", max: "1", "aria-label": "Export" });
  const told = make("span", { role: "status" });
  const place = make("code", {});
  const copy = make("button", { type: "button", class: "cvw-quiet", onclick: copyPlace }, "Copy the path");
  const notes = make("div", { class: "cvw-soft" });
  const work = make("div", { class: "cvw-line-up", hidden: true }, meter, told, place, copy, stop);
  const splitting = make("span", { class: "cvw-line-up" }, make("label", { class: "cvw-named" }, make("span", {}, "Shares"), shares), make("label", { class: "cvw-named" }, make("span", {}, "Seed"), seed));
  root.append(
    make("div", { class: "cvw-fields" },
      make("label", { class: "cvw-named" }, make("span", {}, "As"), form, about),
      make("label", { class: "cvw-named" }, make("span", {}, "Name"), name, make("span", { class: "cvw-about" }, "It lies in the folder exports of the project.")),
      make("label", { class: "cvw-check" }, parted, make("span", {}, "In parts: train, valid, test", make("span", { class: "cvw-about" }, "As a training by the same shares and seed has them."))),
      splitting),
    make("div", { class: "cvw-line-up" }, go, why), problem.place, work, notes,
  );

  async function start() {
    const asked = await problem.quietly(async () => ({ split: parted.checked ? read(SHARES, shares.value) : null, seed: read({ word: "Seed", kind: "whole" }, seed.value) }));
    if (!asked) return;
    go.disabled = true;
    await problem.guard(() => door.ask("start", { name: name.value.trim(), form: form.value, ...asked }), { saves: false });
    showWhy();
  }

  async function copyPlace() {
    const done = await navigator.clipboard?.writeText(place.textContent).then(() => true, () => false);
    if (!done) getSelection()?.selectAllChildren(place);
    say(copy, done ? "Copied" : "Selected; copy it by Ctrl+C");
  }

  function showForm() {
    say(about, model.get("_forms").find((one) => one.name === form.value)?.sentence ?? "");
    splitting.hidden = !parted.checked;
    showWhy();
  }

  function showWhy() {
    const { images, why: reason } = model.get("_kept");
    const live = ["waiting", "running"].includes(model.get("_export")?.state);
    say(go, images ? `Export ${thousands(images)} ${images === 1 ? "image" : "images"}` : "Export");
    const words = reason || (live ? "An export is under way." : name.value.trim() ? "" : "It needs a name.");
    say(why, words);
    go.disabled = Boolean(words);
  }

  function showWork() {
    const now = model.get("_export");
    work.hidden = !now;
    showWhy();
    if (!now) return;
    const live = ["waiting", "running"].includes(now.state);
    meter.hidden = stop.hidden = !live;
    if (now.of) meter.value = now.done / now.of;
    else meter.removeAttribute("value");
    say(told, exportWords(now));
    place.hidden = copy.hidden = live || !now.result;
    if (place.textContent !== now.folder) {
      say(place, now.folder);
      say(copy, "Copy the path");
    }
    notes.replaceChildren(...(now.result?.left_out ?? []).map((sentence) => make("p", {}, sentence)));
  }

  function keep() {
    leave(model, { form: { form: form.value, name: name.value, parted: parted.checked, shares: shares.value, seed: seed.value } });
  }

  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());
  follow(model, ["_forms"], () => {
    form.replaceChildren(...model.get("_forms").map((one) => make("option", { value: one.name }, FORM_WORDS[one.name] ?? one.name)));
    showForm();
  }, signal);
  comeBack(model, ({ form: before }) => {
    if (!before) return;
    if (before.form in FORM_WORDS) form.value = before.form;
    [name.value, parted.checked, shares.value, seed.value] = [before.name ?? "", Boolean(before.parted), before.shares ?? shares.value, before.seed ?? "0"];
    showForm();
  }, signal);
  follow(model, ["_kept"], showWhy, signal);
  follow(model, ["_export"], showWork, signal);
}

export default { render };
