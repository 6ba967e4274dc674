// InspectPanel: a picture in, what a model says of it, why, what is most like it, and what another model says.

import { makeAdopting } from "./parts/adopting.js";
import { differenceWords, makeChances, sideBySide } from "./parts/chances.js";
import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { percent } from "./parts/figures.js";
import { comeBack, leave } from "./parts/left.js";
import { makeProblem, makeRoot } from "./parts/root.js";
import { makeSeen } from "./parts/seen.js";
import { makeSimilar } from "./parts/similar.js";
import { fillSlot, goTo, inWorkbench } from "./parts/slot.js";
import { takeDrops, upload } from "./parts/uploads.js";
import { makeWays, takePastes } from "./parts/ways.js";
import { makeWhy } from "./parts/why.js";

/** Milliseconds after the last word of the worker for which it certainly has the model; it ends ten minutes after the last question. */
const WARM = 9 * 60_000;

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-inspect", "Inspect", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const keep = (part) => leave(model, part);
  const ways = makeWays({ file: askFile, address: askAddress, root: (number) => problem.guard(() => door.ask("root", { number }), { saves: false }), back: () => look(choosing = false), problem });
  const asking = makeAsking();
  const none = make("div", { class: "cvw-empty" }, make("strong", {}, "No model yet"), "Train one and promote it; then it is asked here.", make("br"),
    make("button", { type: "button", class: "cvw-primary", onclick: () => goTo(root, "train") }, "Train a model"));

  const seen = makeSeen();
  const why = makeWhy(door, problem, seen, keep);
  const similar = makeSimilar(door, problem, keep);
  const adopting = makeAdopting(door, problem, () => model.get("_labels"));
  const chances = makeChances(choose);
  const first = make("h2", { class: "cvw-first-guess", role: "status" });
  const [by, beside] = ["Model", "Beside it"].map((word) => make("select", { "aria-label": word, onchange: changeModels }));
  const gave = make("p", { class: "cvw-soft" });
  const differs = make("p", { class: "cvw-differs", role: "status" });
  const another = make("button", { type: "button", class: "cvw-button", onclick: () => look(choosing = true) }, "Ask about another");
  const said = make("div", { class: "cvw-said" },
    make("div", { class: "cvw-line-up" }, first, make("span", { class: "cvw-space" }), another),
    make("div", { class: "cvw-models-row" }, make("label", { class: "cvw-named" }, make("span", {}, "Model"), by), make("label", { class: "cvw-named" }, make("span", {}, "Beside it"), beside)),
    differs, chances.element, gave, similar.element, adopting.element);
  const result = make("div", { class: "cvw-result" }, make("div", { class: "cvw-sight" }, seen.element, why.element), said);
  root.append(none, problem.place, ways.element, result);
  takeDrops(root, (files) => files[0] && askFile(files[0]));
  takePastes(root, { file: askFile, address: askAddress }, signal);

  /** The answer that is shown: the picture's word, its name, what the model said of it. @type {any} */
  let told = null;
  /** What the model beside it said. @type {any} */
  let second = null;
  let label = "";
  let choosing = false;
  let asked = 0;
  let heard = -Infinity;
  let warmed = "";

  // ---- a picture comes in

  function askFile(file) {
    return ask(file.name, () => upload(door, file, { more: { model: version(by) } }));
  }
  function askAddress(address) {
    return ask(address, () => door.ask("fetch", { address, model: version(by) }));
  }
  async function ask(name, question) {
    const turn = (asked += 1);
    ways.close();
    (told && !choosing ? said : ways.asking).append(asking.element);
    asking.begin(name, performance.now() - heard > WARM);
    const answer = await problem.guard(question, { saves: false });
    if (turn !== asked) return;
    asking.end();
    if (!answer?.word) return; // what was there before stays: the picture with its answer, or the place to drop one
    heard = performance.now();
    await show(answer);
  }

  async function show(answer, over = true) {
    told = answer;
    second = null;
    label = answer.predictions[0].label;
    choosing = !over;
    ways.offer(!choosing);
    look();
    draw();
    await Promise.all([seen.show(answer), askBeside()]);
    askMore();
  }

  /** What was asked about on an earlier page; who looks for another one meanwhile is left to it. */
  async function recall() {
    const answer = await problem.quietly(() => door.ask("last"));
    if (answer?.word && !asked) await show(answer, !ways.inUse());
  }

  // ---- models

  /** The version that a field names; null for the model in production, or for none beside it. */
  function version(field) {
    return Number(field.value) || null;
  }
  function showModels() {
    const models = model.get("_models");
    const { model: one, beside: other } = model.get("_left");
    for (const [field, none_, chosen] of [[by, model.get("_model") ? "The one in production" : "", one], [beside, "No other", other]]) {
      const value = field.options.length ? field.value : String(chosen ?? "");
      field.replaceChildren(...(none_ ? [make("option", { value: "" }, none_)] : []), ...models.map((each) => make("option", { value: each.version }, nameWords(each))));
      field.value = [...field.options].some((option) => option.value === value) ? value : field.options[0]?.value ?? "";
    }
    beside.disabled = models.length < 2;
  }
  async function changeModels({ currentTarget }) {
    keep({ model: version(by), beside: version(beside) });
    if (!told) return;
    const { word } = told;
    if (currentTarget === beside) {
      await askBeside();
      return;
    }
    const answer = await problem.guard(() => door.ask("ask_again", { word, model: version(by) }), { saves: false });
    if (!answer || told.word !== word) return;
    told = { ...told, ...answer, buffers: told.buffers };
    if (!told.predictions.some((one) => one.label === label)) label = told.predictions[0].label;
    draw();
    askMore();
  }
  async function askBeside() {
    const { word } = told;
    const other = version(beside);
    second = other && other !== told.model.version ? await problem.quietly(() => door.ask("ask_again", { word, model: other })) : null;
    if (told.word === word) draw();
  }

  // ---- what was said

  function choose(one) {
    label = one;
    askMore();
  }
  function draw() {
    if (!told) return;
    const [top] = told.predictions;
    const names = second ? [`Model ${told.model.version}`, `Model ${second.model.version}`] : ["", ""];
    const rows = sideBySide(told.predictions, second?.predictions ?? null);
    first.replaceChildren(make("bdi", {}, top.label), make("span", { class: "cvw-soft" }, percent(top.probability)));
    chances.show(rows, names, label);
    differs.hidden = !second;
    say(differs, second ? differenceWords(rows, names[0], names[1]) : "");
    say(gave, modelWords(told.model, version(by) ? null : model.get("_model")));
  }
  /** What stands around the label that is chosen: why, the images most like it, where the picture may go. */
  function askMore() {
    const knows = told.predictions.some((one) => one.label === label);
    const of = knows ? told.model : second?.model ?? told.model;
    const about = { word: told.word, label, model: of.version };
    why.about(about, model.get("_models").find((one) => one.version === of.version)?.methods ?? ["occlusion"]);
    similar.about(about);
    showAdopting();
  }
  function showAdopting() {
    if (told) adopting.show({ word: told.word, label, ours: Boolean(told.stands), closed: model.get("_closed") });
  }

  // ---- what is there

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
    const ready = Boolean(model.get("_models").length);
    none.hidden = ready;
    none.querySelector("button").hidden = !inWorkbench(root);
    ways.element.hidden = !ready || (Boolean(told) && !choosing);
    result.hidden = !ready || !told || choosing;
    warm();
  }
  let given = 0;
  function takeGiven() {
    const { number } = model.get("_given");
    if (!number || number === given) return;
    given = number;
    ask("the picture", () => door.ask("take_given", { number, model: version(by) }));
  }

  fillSlot(model, model.get("_chooser"), ways.chooser, signal).catch(problem.show);
  comeBack(model, (left) => {
    why.fill(left);
    similar.fill(left);
  }, signal);
  follow(model, ["_models"], showModels, signal);
  follow(model, ["_model", "_models"], look, signal);
  follow(model, ["_model"], draw, signal);
  follow(model, ["_roots"], () => ways.showRoots(model.get("_roots")), signal);
  follow(model, ["_closed"], showAdopting, signal);
  follow(model, ["_progress"], () => why.told(model.get("_progress")), signal);
  root.addEventListener("cvw-inspect", ({ detail }) => ask(detail.name, () => door.ask("take_image", { image: detail.image, model: version(by) })));
  const watched = new ResizeObserver(look); // a panel that is hidden has no size, and gets one when it is shown
  watched.observe(root);
  signal?.addEventListener("abort", () => {
    watched.disconnect();
    ways.close();
    seen.forget();
    similar.forget();
  });
  follow(model, ["_given"], takeGiven, signal);
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

/** What a model is called in a list. Pure. @param {any} model */
export function nameWords({ name, production }) {
  return `${name[0].toUpperCase()}${name.slice(1)}${production ? ", in production" : ""}`;
}

/** Which model gave the answer, and that another is in production since. Pure. @param {any} model @param {any} now */
export function modelWords(model, now) {
  const labels = `${model.labels} ${model.labels === 1 ? "label" : "labels"}`;
  const since = now && now.version !== model.version ? ` Model ${now.version} is in production since; ask again to hear it.` : "";
  const name = model.name ?? `model ${model.version} of run ${model.run}`; // an answer of an older version has no name
  return `${name[0].toUpperCase()}${name.slice(1)}, ${labels}.${since}`;
}

export default { render };
