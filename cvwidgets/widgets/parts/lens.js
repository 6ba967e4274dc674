// The lens: one image of the wall, large, with all that is known of it; the wall follows it, and it is judged from here.

import { commandOf, iconButton, makeCommands, nameUndo } from "./bar.js";
import { letterOf } from "./branches.js";
import { rowsKnown } from "./captions.js";
import { drawDetails } from "./details.js";
import { drawing, make, say } from "./elements.js";
import { thousands } from "./figures.js";
import { wrapTab } from "./inside.js";
import { toggleKeys } from "./keys.js";
import { makeOpinions } from "./opinions.js";
import { isTyping, makeProblem } from "./root.js";
import { QUICK, WHOLE, ahead, makePictures } from "./sharp.js";
import { makeStage } from "./stage.js";
import { choose } from "./typeahead.js";

/** Decisions that make sense of one image. */
const OF_ONE = ["accept", "reject", "keep", "trash", "label", "renew"];
/** Milliseconds: who goes on faster than this passes images over, and nothing is asked about those. */
const HURRY = 120;
const BACK = "M10 3 5 8l5 5";
const FORTH = "M6 3l5 5-5 5";

/** What a key does in the lens besides deciding; null for other keys. Digits do so with Shift too, for when a label has them. Pure. @param {KeyboardEvent} event */
export function lensKey({ key, code, shiftKey, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (shiftKey && key in arrows) return { do: "push", by: arrows[key] };
  if (key === "ArrowLeft" || key === "ArrowRight") return { do: "step", by: arrows[key][0] };
  if (key === "+" || (key === "=" && !shiftKey)) return { do: "in" }; // where = needs Shift it is on a digit
  if (key === "-" || key === "_") return { do: "out" };
  const digit = letterOf({ code }) ?? key;
  if (digit === "1") return { do: "fit" };
  if (digit === "0") return { do: "full" };
  return { Home: { do: "first" }, End: { do: "last" }, Escape: { do: "close" }, "?": { do: "keys" } }[key] ?? null;
}

/** What stands where the original cannot be shown. Pure. @param {string} reason @param {boolean} decides */
export function missingInWords(reason, decides) {
  return `The original cannot be shown. ${reason}${decides ? " It can be judged all the same." : ""}`;
}

/**
 * @param {object} parts
 * @param {any} parts.model @param {HTMLElement} parts.root @param {any} parts.door @param {AbortSignal} parts.signal
 * @param {() => {version: number, count: number, decides: boolean, values?: {name: string}[]}} parts.wall
 * @param {(position: number) => any} parts.factOf @param {(position: number) => {url?: string} | undefined} parts.thumbnailOf
 * @param {(position: number) => void} parts.follow the wall comes along @param {() => void} parts.closed
 */
export function makeLens({ model, root, door, signal, wall, factOf, thumbnailOf, follow, closed }) {
  const problem = makeProblem(model, signal);
  const stage = makeStage(() => want());
  const pictures = makePictures(door, () => paintLens());
  const title = make("bdi", { class: "cvw-lens-title" });
  const where = make("span", { class: "cvw-soft", role: "status" });
  const state = make("span", { class: "cvw-lens-state" });
  const percent = make("span", { class: "cvw-lens-percent" });
  const smaller = textButton("−", "Smaller (−)", () => stage.zoom.out());
  const larger = textButton("+", "Larger (+)", () => stage.zoom.in());
  const fit = textButton("Fit", "Fit the window (Shift+1)", () => stage.zoom.fit());
  const full = textButton("100%", "One pixel for one of the screen (Shift+0)", () => stage.zoom.full());
  const fold = iconButton("fold", "Facts", () => showSide(side.hidden));
  fold.setAttribute("aria-expanded", "true");
  const top = make("div", { class: "cvw-lens-top" }, title, where, state, make("span", { class: "cvw-space" }), smaller, percent, larger, fit, full, fold, iconButton("close", "Close (Esc)", () => close()));
  const back = arrowButton(BACK, "The image before (←)", -1);
  const forth = arrowButton(FORTH, "The next image (→)", 1);
  const facts = make("div");
  const opinions = makeOpinions((shown, position) => door.begin("opinions", { version: shown, position }), door.cancel, meet);
  const side = make("aside", { class: "cvw-lens-side", "aria-label": "Facts", tabindex: "0" }, facts, opinions.element);
  const body = make("div", { class: "cvw-lens-body" }, make("div", { class: "cvw-lens-frame" }, stage.element, back, forth), side);
  const commands = makeCommands(OF_ONE, run);
  const last = make("span", { class: "cvw-hint cvw-lens-last", role: "status" });
  const undo = iconButton("undo", "Undo (Ctrl+Z)", () => run("undo"));
  const bar = make("div", { class: "cvw-lens-bar" }, ...commands.elements, make("span", { class: "cvw-space" }), last, undo);
  const dialog = make("dialog", { class: "cvw-lens", role: "dialog", "aria-modal": "true", "aria-label": "Image", tabindex: "-1" }, top, problem.place, body, bar);
  root.append(dialog);

  let at = -1;
  let version = -1;
  let direction = 1;
  let details = null;
  let asked = "";
  let revision = -1;
  let moved = 0;
  let timer = 0;

  function open(position) {
    if (dialog.open || position < 0 || position >= wall().count) return false;
    version = wall().version;
    problem.clear();
    dialog.showModal();
    visit(position);
    stage.element.focus({ preventScroll: true });
    return true;
  }

  function close() {
    if (dialog.open) dialog.close();
  }

  function visit(position) {
    direction = position < at ? -1 : 1;
    at = position;
    details = null;
    revision = -1;
    stage.begin();
    side.setAttribute("aria-busy", "true");
    follow(at);
    const hurries = performance.now() - moved < HURRY;
    moved = performance.now();
    clearTimeout(timer);
    timer = hurries ? setTimeout(rest, HURRY) : 0;
    paintLens();
  }

  function rest() {
    timer = 0;
    paintLens();
  }

  /** Goes to one that is like it. */
  function meet(position) {
    visit(position);
    stage.element.focus({ preventScroll: true });
  }

  function step(by) {
    const there = at + by;
    if (there >= 0 && there < wall().count) visit(there);
  }

  /** Shows what is known by now, and asks for what is not. */
  function paintLens() {
    if (!dialog.open) return;
    if (wall().version !== version || at >= wall().count) return close();
    const { count, decides } = wall();
    const known = details ?? factOf(at) ?? {};
    say(title, known.name ?? "");
    dialog.setAttribute("aria-label", `Image ${known.name ?? ""}`);
    say(where, `${thousands(at + 1)} of ${thousands(count)}`);
    back.disabled = at === 0;
    forth.disabled = at === count - 1;
    showState(known, decides);
    const picture = pictures.get(at, WHOLE)?.url ? pictures.get(at, WHOLE) : pictures.get(at, QUICK);
    stage.know({ original: details?.width ? details : wholeSides(picture), thumbnail: thumbnailOf(at)?.url, name: known.name });
    stage.miss(picture?.problem !== undefined ? missingInWords(picture.problem, decides) : "");
    if (picture?.url) stage.bring(picture);
    if (timer) return; // passed over, perhaps
    want();
    askDetails();
    opinions.show(version, at, model.get("_facts"));
  }

  function want() {
    if (!dialog.open || timer || wall().version !== version) return;
    say(percent, `${stage.zoom.percent()}%`);
    fit.setAttribute("aria-pressed", String(stage.zoom.isFitted()));
    const wanted = ahead(at, wall().count, direction).map((position) => ({ position, longest: QUICK }));
    if (stage.needsMore() || pictures.get(at, WHOLE)) wanted.unshift({ position: at, longest: WHOLE });
    pictures.want(wanted, version);
  }

  async function askDetails() {
    if (revision === model.get("_facts")) return;
    revision = model.get("_facts");
    door.cancel(asked ? [asked] : []);
    const position = at;
    const { id, answer } = door.begin("details", { version, position });
    asked = id;
    const got = await answer.catch((error) => ({ problem: String(error.message ?? error) }));
    if (asked !== id) return;
    asked = "";
    if (position !== at || !dialog.open) return;
    details = got;
    side.removeAttribute("aria-busy");
    drawDetails(facts, { ...got, known: rowsKnown(factOf(at), (wall().values ?? []).map(({ name }) => name)) });
    paintLens();
  }

  function showState({ state: stands, label }, decides) {
    state.hidden = !stands && !label;
    state.dataset.state = stands ?? "";
    const word = { kept: "Kept", new: "New", trashed: "Trash" }[stands] ?? "";
    say(state, [word, label].filter(Boolean).join(" · "));
    commands.show(wall());
    undo.hidden = !decides;
    const { sentence, undo: standing } = model.get("_last");
    say(last, decides ? sentence ?? "" : "");
    nameUndo(undo, standing);
  }

  function showSide(open_) {
    side.hidden = !open_;
    fold.setAttribute("aria-expanded", String(open_));
  }

  function run(name) {
    if (!wall().decides) return undefined;
    if (name === "undo" || name === "redo") problem.guard(() => door.ask(name));
    else if (name === "label") return giveLabel();
    else if (OF_ONE.includes(name)) decideOne(name, null, at);
    stage.element.focus({ preventScroll: true });
    return undefined;
  }

  async function decideOne(kind, label, position) {
    const done = await problem.guard(() => door.ask("decide", { kind, label, version, ranges: [[position, position + 1]] }));
    if (done && model.get("advance") && dialog.open && at === position) step(1);
  }

  async function giveLabel() {
    const position = at;
    const coming = problem.guard(() => door.ask("labels"), { saves: false }).then((found) => found?.labels ?? Promise.reject());
    const choice = await choose(bar, coming, "Label for this image");
    stage.element.focus({ preventScroll: true });
    if (choice) decideOne("assign", choice.name, position);
  }

  function press(event) {
    const named = event.shiftKey || !wall().decides ? null : model.get("_keys")[letterOf(event)];
    const asks = lensKey(event);
    if (named) decideOne("assign", named, at);
    else if (asks?.do === "step") step(asks.by);
    else if (asks?.do === "push") stage.zoom.push(...asks.by);
    else if (asks?.do === "close") close();
    else if (asks?.do === "keys") toggleKeys(dialog);
    else if (asks?.do === "first" && at) visit(0);
    else if (asks?.do === "last" && at < wall().count - 1) visit(wall().count - 1);
    else if (asks) stage.zoom[asks.do]?.();
    else if (event.target === stage.element && event.code === "Space") return true; // held, it would scroll
    else if (commandOf(event) === "all") return true;
    else if (["undo", "redo", ...OF_ONE].includes(commandOf(event, wall().suggests))) run(commandOf(event, wall().suggests));
    else return false;
    return true;
  }

  function arrowButton(shape, name, by) {
    return make("button", { type: "button", class: `cvw-lens-step cvw-lens-${by < 0 ? "back" : "forth"}`, "aria-label": name, title: name, tabindex: "-1", onclick: () => step(by) }, drawing(shape));
  }

  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation(); // nothing on the wall or in the notebook is meant while the lens is open
    if (wrapTab(dialog, event) || (!isTyping(event) && !event.defaultPrevented && press(event))) event.preventDefault();
  });
  dialog.addEventListener("cvw-inspect", close);
  dialog.addEventListener("close", () => {
    clearTimeout(timer);
    timer = 0;
    door.cancel(asked ? [asked] : []);
    asked = "";
    pictures.forget();
    stage.begin();
    facts.replaceChildren();
    opinions.forget();
    closed();
  });
  signal?.addEventListener("abort", () => {
    close();
    pictures.forget();
    opinions.forget();
    stage.end();
  });
  return { open, close, show: paintLens, isOpen: () => dialog.open };
}

function wholeSides(picture) {
  return picture?.of ? { width: picture.of[0], height: picture.of[1] } : undefined;
}

function textButton(word, name, onclick) {
  return make("button", { type: "button", class: "cvw-quiet", "aria-label": name, title: name, onclick }, word);
}
