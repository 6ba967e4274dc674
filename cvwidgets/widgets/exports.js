// ExportPanel: what is kept, written into a folder for other programs or sent to the hub; how far that is, and where it lies.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { fileSize, thousands } from "./parts/figures.js";
import { comeBack, leave } from "./parts/left.js";
import { read, write } from "./parts/recipe.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";

/** What the forms are called. */
const FORM_WORDS = { imagefolder: "Folders of pictures", parquet: "Data set of the hub (Parquet)", dataset: "For datasets.load_from_disk", csv: "A list (CSV)" };
/** What is no form of a folder: it is sent. */
const HUB = "hub";
/** The field of a recipe that holds the shares. */
const SHARES = { name: "split", word: "Shares", kind: "split" };
const USUAL = [0.6, 0.2, 0.2];

/** How an export stands, in a sentence. Pure. @param {any} work */
export function exportWords({ name, state, done, of, result, reason, hub = null, stage = "writing" }) {
  if (hub) return sentWords({ name, state, done, of, result, reason, stage });
  if (state === "waiting" || (state === "running" && !of)) return `${name} is about to begin.`;
  if (state === "running") return `${thousands(done)} of ${thousands(of)} images written`;
  if (!result) return state === "stopped" ? `${name} was stopped; nothing is left of it.` : (reason ?? `${name} ended without a word. Export again.`);
  const parts = Object.entries(result.parts).map(([part, count]) => `${thousands(count)} ${part}`).join(", ");
  return `${thousands(result.images)} ${result.images === 1 ? "image" : "images"} under ${thousands(result.labels)} ${result.labels === 1 ? "label" : "labels"}${parts ? ` (${parts})` : ""} are in`;
}

/** How the sending of images to the hub stands, in a sentence. Pure. @param {any} work */
export function sentWords({ name, state, done, of, result, reason, stage }) {
  if (state === "waiting" || (state === "running" && !of)) return `Sending to ${name} is about to begin.`;
  if (state === "running" && stage === "writing") return `${thousands(done)} of ${thousands(of)} images written, to be sent to ${name}`;
  if (state === "running") return done < of ? `${fileSize(done)} of ${fileSize(of)} sent to ${name}` : `The hub puts ${name} together`;
  if (result) return "They are at";
  return state === "stopped" ? `Sending to ${name} was stopped; nothing arrived there.` : (reason ?? `Sending to ${name} ended without a word. Send again.`);
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-exports", "Going out", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const form = make("select", { "aria-label": "As", onchange: () => { showForm(); keep(); } });
  const about = make("span", { class: "cvw-about" });
  const name = make("input", { type: "text", maxlength: "80", "aria-label": "Name", autocomplete: "off", spellcheck: "false", placeholder: "a name for the folder", oninput: () => { showWhy(); keep(); } });
  const hidden = make("input", { type: "checkbox", checked: true, onchange: keep });
  const secret = make("label", { class: "cvw-check", hidden: true }, hidden, make("span", {}, "Private", make("span", { class: "cvw-about" }, "Only you, and whom you let in, see it. By the token of hf auth login or HF_TOKEN.")));
  const whereTo = make("span", { class: "cvw-about" });
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
      make("label", { class: "cvw-named" }, make("span", {}, "Name"), name, whereTo),
      secret,
      make("label", { class: "cvw-check" }, parted, make("span", {}, "In parts: train, valid, test", make("span", { class: "cvw-about" }, "As a training by the same shares and seed has them; else the parts that images came with, if they did."))),
      splitting),
    make("div", { class: "cvw-line-up" }, go, why), problem.place, work, notes,
  );

  async function start() {
    const asked = await problem.quietly(async () => ({ split: parted.checked ? read(SHARES, shares.value) : null, seed: read({ word: "Seed", kind: "whole" }, seed.value) }));
    if (!asked) return;
    go.disabled = true;
    const called = name.value.trim();
    const ask = () => (form.value === HUB ? door.ask("send_to_hub", { name: called, private: hidden.checked, ...asked }) : door.ask("start", { name: called, form: form.value, ...asked }));
    await problem.guard(ask, { saves: false });
    showWhy();
  }

  async function copyPlace() {
    const done = await navigator.clipboard?.writeText(place.textContent).then(() => true, () => false);
    if (!done) getSelection()?.selectAllChildren(place);
    say(copy, done ? "Copied" : "Selected; copy it by Ctrl+C");
  }

  function showForm() {
    const away = form.value === HUB;
    say(about, away ? "A data set of the hub: pictures, labels and a card with licenses and counts leave this machine." : (model.get("_forms").find((one) => one.name === form.value)?.sentence ?? ""));
    say(whereTo, away ? "Your name there, a slash, and a name." : "It lies in the folder exports of the project.");
    name.placeholder = away ? "you/birds" : "a name for the folder";
    secret.hidden = !away;
    splitting.hidden = !parted.checked;
    showWhy();
  }

  function showWhy() {
    const { images, why: reason } = model.get("_kept");
    const live = ["waiting", "running"].includes(model.get("_export")?.state);
    const verb = form.value === HUB ? "Send" : "Export";
    say(go, images ? `${verb} ${thousands(images)} ${images === 1 ? "image" : "images"}` : verb);
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
    const lies = now.hub ? (now.result?.address ?? "") : now.folder;
    if (place.textContent !== lies) {
      say(place, lies);
      say(copy, now.hub ? "Copy the address" : "Copy the path");
    }
    notes.replaceChildren(...(now.result?.left_out ?? []).map((sentence) => make("p", {}, sentence)));
  }

  function keep() {
    leave(model, { form: { form: form.value, name: name.value, parted: parted.checked, shares: shares.value, seed: seed.value, hidden: hidden.checked } });
  }

  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());
  follow(model, ["_forms"], () => {
    form.replaceChildren(...model.get("_forms").map((one) => make("option", { value: one.name }, FORM_WORDS[one.name] ?? one.name)), make("option", { value: HUB }, "To the hub"));
    showForm();
  }, signal);
  comeBack(model, ({ form: before }) => {
    if (!before) return;
    if (before.form in FORM_WORDS || before.form === HUB) form.value = before.form;
    hidden.checked = before.hidden !== false;
    [name.value, parted.checked, shares.value, seed.value] = [before.name ?? "", Boolean(before.parted), before.shares ?? shares.value, before.seed ?? "0"];
    showForm();
  }, signal);
  follow(model, ["_kept"], showWhy, signal);
  follow(model, ["_export"], showWork, signal);
}

export default { render };
