// ComparisonPanel: two to five runs beside each other, and the test images on which they disagree.

import { alikeWords, comparisonWords, keyedName, labelsTable, runsTable, setsOf } from "./parts/compared.js";
import { makeCurve } from "./parts/curve.js";
import { follow, openDoor } from "./parts/door.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { thousands } from "./parts/figures.js";
import { differencesTable } from "./parts/review.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { tellSight } from "./parts/sight.js";
import { fillSlot } from "./parts/slot.js";

/** Pixels: five lines need more room than one. */
const CURVE_HEIGHT = 200;

/** So many runs have room in two tables beside each other. */
const BESIDE = 3;

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-comparison", "Comparison of runs", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const ask = (name, content) => problem.guard(() => door.ask(name, content), { saves: false });

  const title = make("h2", { tabindex: "-1" });
  const close = make("button", { type: "button", class: "cvw-quiet", "aria-label": "Close the comparison", title: "Close", onclick: () => ask("leave") }, drawing(DRAWINGS.close));
  const told = make("p", { role: "status" });
  const runs = make("div", {});
  const curves = make("div", { class: "cvw-curves" });
  const doors = make("div", { class: "cvw-line-up", role: "group", "aria-label": "Images on which they disagree" });
  const slot = make("div", { class: "cvw-slot", hidden: true });
  const labels = make("div", {});
  const recipe = make("div", {});
  const tables = make("div", { class: "cvw-compared-tables" }, labels, recipe);
  root.append(make("div", { class: "cvw-line-up" }, title, make("span", { class: "cvw-space" }), close), told, problem.place, runs, curves, tables, doors, slot);

  let drawn = new AbortController();
  signal?.addEventListener("abort", () => drawn.abort());

  function show() {
    const all = model.get("_runs");
    const found = model.get("_found");
    const known = Boolean(found.runs);
    root.hidden = !all.length;
    tables.dataset.many = String(all.length > BESIDE);
    if (!all.length) return;
    say(title, all.length === 2 ? `Run ${all[0].name} and run ${all[1].name}` : `${all.length} runs side by side`);
    say(told, known ? comparisonWords(found) : found.problem ?? "");
    runs.replaceChildren(runsTable(all, found));
    labels.hidden = !known || !found.images;
    labels.replaceChildren(...(labels.hidden ? [] : [make("h3", {}, "Recall: the share of each label that a run has right"), boxOf("Labels", labelsTable(found))]));
    showRecipe(all);
    showDoors();
  }

  function showRecipe(all) {
    const differs = model.get("_recipe");
    recipe.replaceChildren(make("h3", {}, "What the recipes differ in"),
      differs.length ? boxOf("Recipes", differencesTable(differs, all.map(({ name }, at) => keyedName(name, at)))) : make("p", { class: "cvw-soft" }, alikeWords(all)));
  }

  function showCurves() {
    const all = model.get("_runs");
    drawn.abort();
    drawn = new AbortController();
    curves.hidden = !all.some((run) => run.epochs.length);
    if (curves.hidden) return;
    const lines = all.map((run, at) => ({ name: run.name, mark: at + 1 }));
    const accuracy = makeCurve("Accuracy on validation images", lines, drawn.signal, CURVE_HEIGHT);
    const loss = makeCurve("Loss on validation images", lines, drawn.signal, CURVE_HEIGHT);
    curves.replaceChildren(accuracy.element, loss.element);
    const epochs = Math.max(...all.map((run) => run.epochs.length));
    const bests = all.map((run) => run.epochs.findLastIndex((epoch) => epoch.best));
    const values = (name) => all.map((run) => run.epochs.map((epoch) => epoch[name] ?? NaN));
    accuracy.show(values("valid_accuracy"), { epochs, bests, most: 1, write: (value) => `${Math.round(100 * value)}%` });
    loss.show(values("valid_loss"), { epochs, bests, write: (value) => value.toFixed(2) });
  }

  function showDoors() {
    const found = model.get("_found");
    const shown = model.get("_shown");
    const focused = /** @type {any} */ (document.activeElement)?.dataset?.set;
    doors.replaceChildren(...(found.runs ? setsOf(found) : []).map(([name, count, words]) => make("button", {
      type: "button", class: "cvw-button", "data-set": name, "aria-pressed": String(name === shown), onclick: () => ask("choose_set", { name }),
    }, `${thousands(count)} ${words}`)));
    if (focused) [...doors.children].find((one) => /** @type {any} */ (one).dataset.set === focused)?.focus();
    doors.hidden = !doors.children.length;
    slot.hidden = !shown;
  }

  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());
  tellSight(model, root, signal);
  fillSlot(model, model.get("_grid"), slot, signal).catch(problem.show);
  follow(model, ["_runs", "_recipe", "_found"], show, signal);
  follow(model, ["_runs"], showCurves, signal);
  follow(model, ["_shown"], showDoors, signal);
}

/** A table that scrolls when it is large, by keys too. @param {string} name @param {HTMLElement} table */
function boxOf(name, table) {
  return make("div", { class: "cvw-table", role: "region", "aria-label": name, tabindex: "0" }, table);
}

export default { render };
