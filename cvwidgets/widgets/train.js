// TrainPanel: the recipe, Start and Stop, the epochs as they come, and all runs with their figures.

import { follow, openDoor } from "./parts/door.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { percent, thousands } from "./parts/figures.js";
import { makeForm } from "./parts/recipe.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot, goTo, inWorkbench } from "./parts/slot.js";

/** The test figures of a run: accuracy with the ends of its 95% interval. Pure. @param {any} test */
export function testWords(test) {
  return test ? `${percent(test.accuracy)} (${(100 * test.low).toFixed(1)} to ${percent(test.high)})` : "–";
}

/** What would be trained on, in a sentence. Pure. @param {any} kept */
export function keptWords(kept) {
  const images = `${thousands(kept.images)} kept ${kept.images === 1 ? "image" : "images"}`;
  const labels = `${thousands(kept.labels)} ${kept.labels === 1 ? "label" : "labels"}`;
  const conflicts = kept.conflicts ? ` ${thousands(kept.conflicts)} under two labels are left out until one is chosen.` : "";
  return `Trains on ${images} of ${labels}.${conflicts}`;
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-train", "Train", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const form = makeForm(model.get("_defaults"), () => problem.clear());
  const kept = make("p", {});
  const advice = make("ul", { class: "cvw-advice" });
  const start = make("button", { type: "button", class: "cvw-primary", onclick: begin }, "Start training");
  const sofar = make("div", { class: "cvw-sofar", role: "status" });
  const slot = make("div", { class: "cvw-slot" });
  const runs = make("div", { class: "cvw-runs" });
  const run = make("section", { class: "cvw-run", "aria-label": "Run" }, sofar, slot, make("h3", {}, "All runs"), runs);
  const first = make("p", { class: "cvw-empty" }, make("strong", {}, "No runs yet"), "Start training, and the epochs appear here as they come. You may close the page meanwhile.");
  root.append(
    make("div", { class: "cvw-train-body" },
      make("section", { class: "cvw-side", "aria-label": "Recipe" }, make("h2", {}, "New run"), form.first, kept, advice, make("div", { class: "cvw-line-up" }, start), problem.place, form.more),
      make("div", {}, first, run)),
  );

  async function begin() {
    start.disabled = true;
    await problem.guard(async () => door.ask("start", { recipe: form.recipe() }));
    start.disabled = false;
  }
  const act = (name, of) => problem.guard(() => door.ask(name, { run: of }));

  function show() {
    const all = model.get("_runs");
    const now = all.find((one) => one.name === model.get("_run"));
    first.hidden = all.length > 0;
    run.hidden = !all.length;
    if (now) sofar.replaceChildren(...headOf(now, act, root));
    runs.replaceChildren(tableOf(all, model.get("_run"), act));
  }

  function showKept() {
    const now = model.get("_kept");
    say(kept, now.images ? keptWords(now) : "Nothing is kept yet; training needs at least two labels with kept images.");
    start.disabled = now.read_only;
    advice.replaceChildren(...now.advice.slice(0, 4).map((sentence) => make("li", {}, sentence)));
  }

  root.addEventListener("keydown", (event) => {
    if (isTyping(event)) event.stopPropagation();
  });
  fillSlot(model, model.get("_table"), slot, signal).catch(problem.show);
  problem.quietly(() => door.ask("bases")).then((answer) => {
    if (!answer) return;
    form.show(answer.bases);
    problem.quietly(() => door.ask("propose")).then((proposed) => proposed && form.propose(proposed.base));
  });
  follow(model, ["_runs", "_run"], show, signal);
  follow(model, ["_kept"], showKept, signal);
}

function headOf(run, act, root) {
  const button = (word, name, kind = "cvw-button") => make("button", { type: "button", class: kind, onclick: () => act(name, run.name) }, word);
  const test = run.test ? make("span", { title: `On ${run.test.images} images that it never saw; the interval holds the true accuracy in 95 of 100 cases` }, `Test accuracy ${testWords(run.test)}`) : null;
  const live = ["waiting", "running"].includes(run.state);
  return [
    make("div", { class: "cvw-line-up" },
      make("span", { class: "cvw-state", "data-state": run.state }, ""),
      make("h2", {}, `Run ${run.name}`),
      make("span", { class: "cvw-soft" }, run.sentence),
      make("span", { class: "cvw-space" }),
      live ? button("Stop", "stop") : null,
      ["stopped", "lost", "failed"].includes(run.state) ? button("Go on", "resume") : null,
      !run.production && run.epochs ? button("Promote", "promote", live ? "cvw-button" : "cvw-primary") : null,
      run.production ? make("span", { class: "cvw-promoted" }, drawing(DRAWINGS.kept), "In production") : null,
      run.production && inWorkbench(root) ? make("button", { type: "button", class: "cvw-button", onclick: () => goTo(root, "inspect") }, "Try it") : null),
    ...(test ? [make("p", { class: "cvw-test" }, test)] : []),
    ...run.left_out.map((sentence) => make("p", { class: "cvw-soft" }, sentence)),
    ...(run.log ? [make("p", { class: "cvw-soft" }, `Its log: ${run.log}`)] : []),
  ];
}

function tableOf(runs, shown, act) {
  const head = ["Run", "State", "Base", "Epochs", "Best accuracy", "Test accuracy, 95% interval"];
  const rows = runs.map((run) => {
    const name = make("button", { type: "button", class: "cvw-quiet", "aria-current": run.name === shown ? "true" : null, onclick: () => act("show_run", run.name) }, run.name);
    const mark = run.production ? make("span", { class: "cvw-promoted" }, drawing(DRAWINGS.kept), "production") : null;
    return make("tr", { class: run.name === shown ? "cvw-best-row" : null },
      make("th", { scope: "row" }, name, mark),
      ...[run.state, run.base, `${run.epochs} of ${run.of}`, percent(run.best), testWords(run.test)].map((text) => make("td", { title: text }, text)));
  });
  return make("table", {}, make("thead", {}, make("tr", {}, ...head.map((word) => make("th", { scope: "col" }, word)))), make("tbody", {}, ...rows));
}

export default { render };
