// CollectPanel: choose or drop, say what it is, add; then how far it is, and what was refused and why.

import { makeCutOff } from "./parts/cutoff.js";
import { follow, openDoor } from "./parts/door.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { makeImport } from "./parts/import.js";
import { fileSize, thousands } from "./parts/figures.js";
import { comeBack, leave } from "./parts/left.js";
import { makeListing } from "./parts/listing.js";
import { makeProblem, makeRoot } from "./parts/root.js";
import { come, makeSending } from "./parts/sending.js";
import { makeFilms, makeHold, videosWords } from "./parts/films.js";
import { fillSlot } from "./parts/slot.js";
import { filesOf, takeDrops } from "./parts/uploads.js";
import { makeWatched } from "./parts/watched.js";

let panels = 0;

/** What is chosen, in words. Pure. @param {any} choice */
export function choiceWords(choice) {
  const { survey } = choice;
  if (!survey) return "Counting …";
  if (survey.is_list) return `A list of ${fileSize(survey.bytes)}`;
  if (!survey.folder) return `One ${survey.videos ? "video" : "file"} of ${fileSize(survey.bytes)}`;
  if (!survey.files) return !survey.whole ? "Counting …" : survey.videos ? `No pictures in it, ${videosWords(survey.videos)}` : "No files in it that could be pictures";
  const files = `${thousands(survey.files)} ${survey.files === 1 ? "file" : "files"}, ${fileSize(survey.bytes)}`;
  const named = survey.labels.slice(0, 5).join(", ") + (survey.label_count > 5 ? " …" : "");
  const labels = survey.label_count ? ` under ${thousands(survey.label_count)} ${survey.label_count === 1 ? "label" : "labels"}: ${named}` : "";
  const bare = survey.label_count && survey.unlabeled ? ` (${thousands(survey.unlabeled)} without a label)` : "";
  return `${survey.whole ? "" : "At least "}${files}${labels}${bare}${survey.videos ? `, and ${videosWords(survey.videos)}` : ""}`;
}

/**
 * Why Add cannot be pressed now; empty when it can. Pure.
 * @param {{closed: string, choice: any, sending: boolean, list?: any, frames?: {frames: any, wrong: string}, noVideos?: string}} now
 */
export function whyNot({ closed, choice, sending, list = null, frames = { frames: null, wrong: "" }, noVideos = "" }) {
  if (closed) return closed;
  if (sending) return "Files are being sent; add more when they are here.";
  if (!choice) return "Nothing is chosen yet.";
  if (choice.survey?.is_list && list?.kind !== "addresses" && list?.kind !== "names") return "Say which column has the names of the files.";
  if (choice.video && noVideos) return noVideos;
  if (frames.wrong) return frames.wrong;
  return choice.survey?.whole && !choice.survey.files && !frames.frames ? "There is nothing in it to add." : "";
}

function render({ model, el, signal }) {
  panels += 1;
  const root = makeRoot(el, "cvw-collect", "Collect", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const chooser = make("div", { class: "cvw-chooser" });
  const roots = make("select", { "aria-label": "Folder to choose from", onchange: () => problem.guard(() => door.ask("root", { number: roots.selectedIndex }), { saves: false }) });
  const list = make("datalist", { id: `cvw-labels-${panels}` });
  const label = make("input", { type: "text", class: "cvw-label-field", list: list.id, placeholder: "from the sub-folders", maxlength: "200", autocomplete: "off", oninput: left });
  const state = make("select", { onchange: left }, make("option", { value: "" }, "Automatic"), make("option", { value: "kept" }, "Kept"), make("option", { value: "new" }, "New"));
  const copy = make("input", { type: "checkbox", onchange: left });
  const add = make("button", { type: "button", class: "cvw-primary", onclick: begin }, "Add");
  const why = make("span", { class: "cvw-soft", id: `cvw-why-${panels}` });
  add.setAttribute("aria-describedby", why.id);
  const watch = make("button", { type: "button", class: "cvw-button", title: "What is in the folder comes in, and what comes into it later", hidden: true, onclick: beginWatching }, "Watch this folder");
  const [name, words] = [make("strong", { class: "cvw-cut" }), make("span", { class: "cvw-soft" })];
  const chosen = make("p", { class: "cvw-chosen", role: "status", hidden: true }, name, words);

  const first = make("p", { class: "cvw-none-yet", hidden: true }, make("strong", {}, "No images yet."), " Choose a folder, drop pictures, or search the web.");
  const films = makeFilms({ changed: () => (showWhy(), left()) });
  const hold = makeHold({ asked: films.asked, holds: showFilms });
  const sending = makeSending(door, problem, { form: formState, changed: showWhy, wait: hold.ask, noVideos: () => model.get("_no_videos") });
  const cut = makeCutOff(door, problem, formState);
  const [files, folders] = [picker(false), picker(true)];
  const drop = make("div", { class: "cvw-way cvw-drop" }, drawing(DRAWINGS.picture), make("span", {}, "Drop pictures, videos, folders, archives or lists here"),
    make("div", { class: "cvw-line-up" }, pick("Choose files", files), pick("Choose a folder", folders)));
  const listing = makeListing(door, problem);
  const work = makeImport(door, problem, signal);
  const watched = makeWatched(door, problem);
  const [web, out] = [make("div", {}), make("div", {})];

  root.append(
    first,
    make("section", { class: "cvw-gets", "aria-label": "How they come in" }, make("h2", {}, "How pictures come in"),
      make("div", { class: "cvw-fields" },
        field("Label", label, "One label for all, instead of the sub-folders' or a list's.", list),
        field("State", state, "Automatic keeps what a sub-folder or a list labels; the rest is New."),
        make("label", { class: "cvw-check" }, copy, make("span", {}, "Copy the files into the project", make("span", { class: "cvw-about" }, "Dropped files and archives are always copied.")))),
      films.place),
    make("div", { class: "cvw-sides" },
      make("section", { class: "cvw-side" }, make("h2", {}, "From this machine"), roots,
        make("div", { class: "cvw-way cvw-here" }, drawing(DRAWINGS.folder), make("span", {}, "Choose a folder, an archive, a file, a video or a list"), chooser), chosen, listing.place,
        make("div", { class: "cvw-line-up" }, add, watch, why)),
      make("section", { class: "cvw-side" }, make("h2", {}, "From the browser"), cut.place, drop, hold.place, sending.place)),
    watched.place,
    make("section", { class: "cvw-from-web", "aria-label": "From the web" }, make("h2", {}, "From the web"), web),
    problem.place,
    work.place,
    make("section", { class: "cvw-going-out", "aria-label": "Going out" }, make("h2", {}, "Give away what is kept"), out),
  );
  takeDrops(drop, (dropped, entries) => problem.quietly(async () => sending.send(entries.length ? await filesOf(entries) : dropped.map(named))));

  /** What stands in the form, so that it can come back. */
  function formState() {
    return { label: label.value, state: state.value, copy: copy.checked, films: films.left() };
  }

  /** Puts back what stood in the form. @param {any} before */
  function fillForm(before) {
    label.value = before.label ?? "";
    state.value = ["kept", "new"].includes(before.state) ? before.state : "";
    copy.checked = Boolean(before.copy);
    films.fill(before.films);
    showFilms();
  }

  /** The fields of videos stand there while a video is chosen, lies in what is chosen, or was dropped. */
  function showFilms() {
    const choice = model.get("_choice");
    films.show({ alone: Boolean(choice?.video && !choice.folder) || hold.waits(), inside: (choice?.folder && choice.survey?.videos) || 0, why: model.get("_no_videos") });
    showWhy();
  }

  function left() {
    leave(model, { form: formState() });
  }

  async function begin() {
    add.disabled = true;
    const form = formState();
    await problem.guard(() => door.ask("add", { label: form.label.trim() || null, state: form.state || null, copy: form.copy, frames: films.asked().frames }));
    showWhy();
  }

  async function beginWatching() {
    watch.disabled = true;
    await problem.guard(() => door.ask("watch", { label: label.value.trim() || null, state: state.value || null }));
    watch.disabled = false;
  }

  function showWhy() {
    const now = { closed: model.get("_closed"), choice: model.get("_choice"), sending: sending.busy() || hold.waits(), list: model.get("_list") };
    const reason = whyNot({ ...now, frames: films.asked(), noVideos: model.get("_no_videos") });
    say(why, reason);
    add.disabled = Boolean(reason);
    hold.close(films.asked().wrong);
  }

  function picker(isFolder) {
    const input = make("input", { type: "file", multiple: true, webkitdirectory: isFolder, class: "cvw-hidden-file", tabindex: "-1", "aria-hidden": "true", onchange: take });
    function take() {
      // The folder that was chosen is where the names begin: what lies in it are the labels.
      const picked = [...input.files].map((one) => ({ name: one.webkitRelativePath.split("/").slice(1).join("/") || one.name, file: one }));
      input.value = "";
      problem.quietly(() => sending.send(picked));
    }
    return input;
  }

  let counted = "";
  function showChoice() {
    const choice = model.get("_choice");
    chosen.hidden = !choice;
    if (choice) {
      say(name, choice.name);
      name.title = choice.path;
      say(words, choiceWords(choice));
    }
    if (choice && choice.path !== counted) problem.quietly(() => door.ask("count"));
    counted = choice?.path ?? "";
    watch.hidden = !choice?.folder;
    showFilms();
  }

  problem.quietly(() => come(door));
  problem.quietly(() => door.ask("go_on_watching"));
  fillSlot(model, model.get("_chooser"), chooser, signal).catch(problem.show);
  fillSlot(model, model.get("_search"), web, signal).catch(problem.show);
  fillSlot(model, model.get("_exports"), out, signal).catch(problem.show);
  comeBack(model, ({ form }) => form && fillForm(form), signal);
  follow(model, ["_roots"], () => {
    roots.hidden = model.get("_roots").length < 2;
    roots.replaceChildren(...model.get("_roots").map((path) => make("option", {}, path)));
  }, signal);
  follow(model, ["_labels"], () => list.replaceChildren(...model.get("_labels").map((one) => make("option", { value: one }))), signal);
  follow(model, ["_choice"], showChoice, signal);
  let hasFolders = false;
  follow(model, ["_list"], () => {
    const list = model.get("_list");
    listing.show(list);
    showWhy();
    if (!list || list.kind === "addresses" || hasFolders) return;
    hasFolders = true;
    fillSlot(model, model.get("_pictures"), listing.slot, signal).catch(problem.show);
  }, signal);
  follow(model, ["_closed"], showWhy, signal);
  follow(model, ["_cut_off", "_closed"], () => cut.show(model.get("_cut_off"), model.get("_closed")), signal);
  follow(model, ["_watched"], () => watched.show(model.get("_watched")), signal);
  follow(model, ["_import"], () => work.show(model.get("_import")), signal);
  follow(model, ["_empty"], () => (first.hidden = !model.get("_empty")), signal);
}

function named(file) {
  return { name: file.name, file };
}

function field(word, input, about, list) {
  const told = make("span", { class: "cvw-about", id: `cvw-about-${panels}-${word}` }, about);
  input.setAttribute("aria-label", word); // else what is told about it would be part of its name
  input.setAttribute("aria-describedby", told.id);
  return make("label", { class: "cvw-named" }, make("span", {}, word), input, list, told);
}

function pick(word, input) {
  return make("span", {}, make("button", { type: "button", class: "cvw-button", onclick: () => input.click() }, word), input);
}

export default { render };
