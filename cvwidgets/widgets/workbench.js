// Workbench: the steps of the loop, each with the number that matters, and the panel that is open beneath.

import { commandOf, iconButton, nameUndo } from "./parts/bar.js";
import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { thousands } from "./parts/figures.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot } from "./parts/slot.js";

const STEPS = [["collect", "Collect"], ["triage", "Triage"], ["train", "Train"], ["inspect", "Inspect"]];

/** The number beside a step, or nothing. Pure. @param {string} step @param {any} facts */
export function numberOf(step, facts) {
  if (step === "triage") return facts.new ? thousands(facts.new) : "";
  if (step === "train") return facts.running ? `${facts.running.epochs}/${facts.running.of}` : "";
  return "";
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-workbench", "Workbench", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const name = make("h1", { class: "cvw-project" });
  const tabs = STEPS.map(([step, word]) => {
    const number = make("span", { class: "cvw-number" });
    const button = make("button", { type: "button", role: "tab", id: `cvw-tab-${model.model_id ?? ""}-${step}`, class: "cvw-step", onclick: () => go(step) }, word, number);
    return { step, number, button };
  });
  const rail = make("div", { class: "cvw-rail", role: "tablist", "aria-label": "Steps" }, ...tabs.map(({ button }) => button));
  const counts = make("span", { class: "cvw-counts" });
  const last = make("span", { class: "cvw-last", role: "status" });
  const back = iconButton("undo", "Undo", () => problem.guard(() => door.ask("undo")));
  const again = iconButton("redo", "Do it again", () => problem.guard(() => door.ask("redo")));
  const header = make("header", { class: "cvw-header" }, name, rail, make("span", { class: "cvw-space" }), counts, last, back, again);
  const panels = new Map(STEPS.map(([step]) => [step, make("div", { class: "cvw-panel", role: "tabpanel", hidden: true, "aria-label": step })]));
  root.append(header, problem.place, ...panels.values());

  function go(step) {
    model.set("step", step);
    model.save_changes();
  }

  function show() {
    const step = model.get("step");
    for (const tab of tabs) {
      const chosen = tab.step === step;
      tab.button.setAttribute("aria-selected", String(chosen));
      tab.button.tabIndex = chosen ? 0 : -1;
    }
    for (const [of, panel] of panels) panel.hidden = of !== step;
    const panel = panels.get(step);
    if (!panel.dataset.filled) {
      panel.dataset.filled = "true";
      fillSlot(model, model.get("_panels")[step], panel, signal).catch(problem.show);
    }
  }

  rail.addEventListener("keydown", (event) => {
    const at = STEPS.findIndex(([step]) => step === model.get("step"));
    const there = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: STEPS.length - 1 }[event.key];
    if (there === undefined || !STEPS[there]) return;
    event.preventDefault();
    event.stopPropagation();
    go(STEPS[there][0]);
    tabs[there].button.focus();
  });
  // On our own page Undo works wherever the focus is; in a notebook only within, since the notebook has an undo of its own.
  (document.body.dataset.voila === undefined ? root : document).addEventListener("keydown", (event) => {
    const command = isTyping(event) || event.defaultPrevented ? "" : commandOf(event);
    if (command !== "undo" && command !== "redo") return;
    event.preventDefault();
    event.stopPropagation();
    problem.guard(() => door.ask(command));
  }, { signal });
  root.addEventListener("cvw-go", (event) => go(event.detail.step));
  follow(model, ["step"], show, signal);
  follow(model, ["_facts"], () => {
    const facts = model.get("_facts");
    say(name, facts.name);
    for (const tab of tabs) say(tab.number, numberOf(tab.step, facts));
    const kept = facts.images ? `${thousands(facts.images)} images · ${thousands(facts.kept)} kept` : "";
    say(counts, [kept, facts.production ? `model ${facts.production.version} in production` : "", facts.read_only ? "can be looked at only" : ""].filter(Boolean).join(" · "));
    say(last, facts.last.sentence ?? "");
    nameUndo(back, facts.last.undo);
    again.disabled = !facts.last.redo;
  }, signal);
}

export default { render };
