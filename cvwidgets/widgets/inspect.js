// InspectPanel: drop an image, see what the model says of it.

import { follow, openDoor } from "./parts/door.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { percent } from "./parts/figures.js";
import { barRow } from "./parts/nearby.js";
import { makeProblem, makeRoot } from "./parts/root.js";
import { goTo, inWorkbench } from "./parts/slot.js";
import { takeDrops, upload } from "./parts/uploads.js";

/** So many labels are shown before the rest is folded. */
export const SHOWN = 10;

/** Milliseconds after the last word of the worker for which it certainly has the model; it ends ten minutes after the last question. */
const WARM = 9 * 60_000;

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-inspect", "Inspect", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const shown = makePicture();
  let shows = false;
  let asked = 0;
  let heard = -Infinity;
  let warmed = "";

  const input = make("input", { type: "file", class: "cvw-hidden-file", tabindex: "-1", "aria-hidden": "true", onchange: () => input.files[0] && ask(input.files[0]) });
  const choose = make("button", { type: "button", class: "cvw-button", onclick: () => input.click() }, "Choose a file");
  const asking = makeAsking();
  const drop = make("div", { class: "cvw-way cvw-drop cvw-whole" }, drawing(DRAWINGS.picture), make("p", {}, "Drop an image here, or choose a file."), choose);
  const none = make("div", { class: "cvw-empty" }, make("strong", {}, "No model yet"), "Train one and promote it; then it is asked here.", make("br"),
    make("button", { type: "button", class: "cvw-primary", onclick: () => goTo(root, "train") }, "Train a model"));
  const bars = make("div", { class: "cvw-bars", role: "status" });
  const another = make("button", { type: "button", class: "cvw-button", onclick: () => input.click() }, "Choose another");
  const said = make("div", { class: "cvw-said" }, bars, make("div", { class: "cvw-line-up" }, another, make("span", { class: "cvw-soft" }, "or drop one here")));
  const result = make("div", { class: "cvw-result" }, shown.element, said);
  root.append(none, problem.place, drop, result, input);
  takeDrops(root, (files) => files[0] && ask(files[0]));

  async function ask(file) {
    const turn = (asked += 1);
    input.value = "";
    (shows ? said : drop).append(asking.element);
    asking.begin(file.name, performance.now() - heard > WARM);
    const answer = await problem.guard(() => upload(door, file), { saves: false });
    if (turn !== asked) return;
    asking.end();
    if (!answer) return; // what was there before stays: the picture with its answer, or the place to drop one
    heard = performance.now();
    await show(file.name, answer, [file, answer.buffers[0]]);
  }

  async function show(name, answer, pictures) {
    shows = true;
    bars.replaceChildren(...barsOf(answer, model.get("_model")));
    look();
    await shown.show(name, pictures);
  }

  /** What was asked about on an earlier page. */
  async function recall() {
    const answer = await problem.quietly(() => door.ask("last"));
    if (!answer?.predictions || asked) return;
    const [small, whole] = answer.buffers;
    await show(answer.name, answer, [whole, small].map((bytes) => bytes?.byteLength && new Blob([bytes])));
  }

  /** The worker loads the model when someone sees this panel; what goes wrong is told by the first real question. */
  function warm() {
    const now = model.get("_model");
    if (!now || !root.offsetParent || warmed === now.name) return;
    warmed = now.name;
    heard = -Infinity;
    door.ask("warm").then(() => {
      heard = performance.now();
      asking.loaded();
    }, () => {});
  }

  function look() {
    const ready = Boolean(model.get("_model"));
    none.hidden = ready;
    none.querySelector("button").hidden = !inWorkbench(root);
    drop.hidden = !ready || shows;
    result.hidden = !ready || !shows;
    warm();
  }

  follow(model, ["_model"], look, signal);
  const seen = new ResizeObserver(look); // a panel that is hidden has no size, and gets one when it is shown
  seen.observe(root);
  signal?.addEventListener("abort", () => {
    seen.disconnect();
    shown.forget();
  });
  recall();
}

/** The line and the moving bar while the model is asked. */
function makeAsking() {
  const words = make("p", { class: "cvw-soft" });
  const bar = make("span", {});
  const track = make("div", { class: "cvw-track", role: "progressbar", "aria-label": "The model is asked" }, bar);
  const element = make("div", { class: "cvw-answering", role: "status", hidden: true }, words, track);
  let name = "";
  let moving;

  function begin(file, loading) {
    name = file;
    say(words, loading ? "Loading the model; the first answer takes a while." : `Asking the model about ${name} …`);
    element.hidden = false;
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
      moving ??= bar.animate([{ transform: "translateX(-100%)" }, { transform: "translateX(400%)" }], { duration: 1400, iterations: Infinity });
    }
  }
  function loaded() {
    if (!element.hidden) begin(name, false);
  }
  function end() {
    element.hidden = true;
    moving?.cancel();
    moving = undefined;
  }
  return { element, begin, loaded, end };
}

/** The picture with its name: the first of some blobs that the browser can show. */
function makePicture() {
  const picture = make("img", { class: "cvw-picture", alt: "" });
  const blank = make("div", { class: "cvw-no-picture" }, "This browser cannot show the file");
  const caption = make("p", { class: "cvw-cut" });
  const element = make("figure", { class: "cvw-shown" }, picture, blank, make("figcaption", {}, caption));
  let address = "";
  let turn = 0;

  function forget() {
    if (address) URL.revokeObjectURL(address);
    address = "";
  }

  /** @param {string} name @param {(Blob | DataView | 0 | undefined)[]} pictures TIFF, HEIC … cannot be shown and come small from the kernel */
  async function show(name, pictures) {
    const mine = (turn += 1);
    say(caption, name);
    picture.alt = name;
    for (const one of pictures) {
      if (!one) continue;
      forget();
      address = URL.createObjectURL(one instanceof Blob ? one : new Blob([one]));
      picture.src = address;
      const can = await picture.decode().then(() => true, () => false);
      if (mine !== turn) return;
      picture.hidden = !can;
      blank.hidden = can;
      if (can) return;
    }
  }
  return { element, show, forget };
}

function barsOf({ predictions, model }, now) {
  const [first] = predictions;
  const rows = predictions.map((one, index) => barRow(one, index === 0));
  const rest = rows.slice(SHOWN);
  return [
    make("h2", { class: "cvw-first-guess" }, make("bdi", {}, first.label), make("span", { class: "cvw-soft" }, percent(first.probability))),
    make("div", { class: "cvw-bar-rows" }, ...rows.slice(0, SHOWN)),
    ...(rest.length ? [make("details", {}, make("summary", { class: "cvw-soft" }, `${rest.length} more`), make("div", { class: "cvw-bar-rows" }, ...rest))] : []),
    make("p", { class: "cvw-soft" }, modelWords(model, now)),
  ];
}

/** Which model gave the answer, and that another is in production since. Pure. @param {any} model @param {any} now */
export function modelWords(model, now) {
  const labels = `${model.labels} ${model.labels === 1 ? "label" : "labels"}`;
  const since = now && now.version !== model.version ? ` Model ${now.version} is in production since; ask again to hear it.` : "";
  const name = model.name ?? `model ${model.version} of run ${model.run}`; // an answer of an older version has no name
  return `${name[0].toUpperCase()}${name.slice(1)}, ${labels}.${since}`;
}

export default { render };
