// InspectPanel: drop an image, see what the model says of it.

import { follow, openDoor } from "./parts/door.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { percent } from "./parts/figures.js";
import { makeProblem, makeRoot } from "./parts/root.js";
import { goTo, inWorkbench } from "./parts/slot.js";
import { takeDrops, upload } from "./parts/uploads.js";

/** So many labels are shown before the rest is folded. */
export const SHOWN = 10;

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-inspect", "Inspect", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  let address = "";
  let asked = 0;

  const input = make("input", { type: "file", class: "cvw-hidden-file", tabindex: "-1", "aria-hidden": "true", onchange: () => input.files[0] && ask(input.files[0]) });
  const choose = make("button", { type: "button", class: "cvw-button", onclick: () => input.click() }, "Choose a file");
  const line = make("p", {}, "Drop an image here, or choose a file.");
  const drop = make("div", { class: "cvw-drop cvw-whole" }, drawing(DRAWINGS.picture), line, choose);
  const none = make("div", { class: "cvw-empty" }, make("strong", {}, "No model yet"), "Train one and promote it; then it is asked here.", make("br"),
    make("button", { type: "button", class: "cvw-primary", onclick: () => goTo(root, "train") }, "Train a model"));
  const picture = make("img", { class: "cvw-picture", alt: "", onload: () => visible(true), onerror: () => visible(false) });
  const blank = make("div", { class: "cvw-no-picture" }, "This browser cannot show the file");
  const name = make("p", { class: "cvw-cut" });
  const bars = make("div", { class: "cvw-bars", role: "status" });
  const another = make("button", { type: "button", class: "cvw-button", onclick: () => input.click() }, "Choose another");
  const result = make("div", { class: "cvw-result" },
    make("figure", { class: "cvw-shown" }, picture, blank, make("figcaption", {}, name)),
    make("div", { class: "cvw-said" }, bars, problem.place, make("div", { class: "cvw-line-up" }, another, make("span", { class: "cvw-soft" }, "or drop one here"))));
  root.append(none, drop, result, input);
  takeDrops(root, (files) => files[0] && ask(files[0]));

  function look(url) {
    if (address) URL.revokeObjectURL(address);
    address = url;
    picture.src = url;
  }

  function visible(yes) {
    picture.hidden = !yes;
    blank.hidden = yes;
  }

  async function ask(file) {
    if (!model.get("_model")) return;
    const turn = (asked += 1);
    input.value = "";
    look(URL.createObjectURL(file));
    say(name, file.name);
    picture.alt = file.name;
    bars.replaceChildren(make("p", { class: "cvw-soft" }, "Asking the model …"));
    show(true);
    const answer = await problem.guard(() => upload(door, file));
    if (turn !== asked) return;
    if (!answer) return bars.replaceChildren();
    bars.replaceChildren(...barsOf(answer));
    const [small] = answer.buffers;
    // Formats that the browser cannot show (TIFF, HEIC …) come back small from the kernel.
    await picture.decode().catch(() => small?.byteLength && look(URL.createObjectURL(new Blob([small], { type: "image/jpeg" }))));
  }

  function show(something) {
    const ready = Boolean(model.get("_model"));
    none.hidden = ready;
    none.querySelector("button").hidden = !inWorkbench(root);
    drop.hidden = !ready || something;
    result.hidden = !ready || !something;
  }

  follow(model, ["_model"], () => show(asked > 0), signal);
  requestAnimationFrame(() => show(asked > 0));
  signal?.addEventListener("abort", () => address && URL.revokeObjectURL(address));
}

function barsOf({ predictions, model }) {
  const [first] = predictions;
  const rows = predictions.map((one, index) => rowOf(one, index === 0));
  const rest = rows.slice(SHOWN);
  return [
    make("h2", { class: "cvw-first-guess" }, make("bdi", {}, first.label), make("span", { class: "cvw-soft" }, percent(first.probability))),
    make("div", { class: "cvw-bar-rows" }, ...rows.slice(0, SHOWN)),
    ...(rest.length ? [make("details", {}, make("summary", { class: "cvw-soft" }, `${rest.length} more`), make("div", { class: "cvw-bar-rows" }, ...rest))] : []),
    make("p", { class: "cvw-soft" }, `Model ${model.version} of run ${model.run}, ${model.labels} labels`),
  ];
}

function rowOf({ label, probability }, first) {
  const bar = make("span", { class: first ? "cvw-bar-first" : null });
  bar.style.width = `${Math.max(0.5, 100 * probability)}%`;
  return make("div", { class: "cvw-bar-row" }, make("bdi", { class: "cvw-bar-name", title: label }, label), make("div", { class: "cvw-bar-track" }, bar), make("span", { class: "cvw-bar-figure" }, percent(probability)));
}

export default { render };
