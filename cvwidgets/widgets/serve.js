// ServePanel: the server on or off and how it is asked; what was asked lately, and what comes back of it.

import { follow, openDoor } from "./parts/door.js";
import { make } from "./parts/elements.js";
import { comeBack, leave } from "./parts/left.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { makeReturning } from "./parts/returning.js";
import { makeChoices } from "./parts/servechoices.js";
import { makeSwitch } from "./parts/serving.js";
import { makeServed } from "./parts/served.js";
import { goTo, inWorkbench } from "./parts/slot.js";

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-serve", "Serve", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const choices = makeChoices((form) => leave(model, { form }));
  const power = makeSwitch({ door, problem, choices, keep: (snippet) => leave(model, { snippet }) });
  const served = makeServed(door, signal);
  const back = makeReturning({ door, problem, review: () => goTo(root, "triage"), isInWorkbench: () => inWorkbench(root) });
  const train = make("button", { type: "button", class: "cvw-primary", onclick: () => goTo(root, "train") }, "Train a model");
  const none = make("div", { class: "cvw-empty", hidden: true }, make("strong", {}, "No model yet"), "Train one and promote it; then it can be called from anywhere.", make("br"), train);
  const figures = make("div", { class: "cvw-served" }, served.element, back.element);
  root.append(none, problem.place, power.element, figures);

  function show() {
    const server = model.get("_server");
    const models = model.get("_models");
    const counts = model.get("_served");
    const live = ["waiting", "running"].includes(server?.state);
    const ready = live || models.some((one) => one.production);
    none.hidden = ready;
    train.hidden = !inWorkbench(root);
    power.element.hidden = !ready;
    choices.showModels(models);
    power.show(server, models, model.get("_read_only").why);
    figures.hidden = !ready && !counts.requests;
    served.show(counts, Boolean(server?.asked?.log && live));
    back.show(counts, model.get("_drift"), model.get("_read_only").why);
  }

  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());
  follow(model, ["_server", "_models", "_served", "_drift", "_read_only"], show, signal);
  comeBack(model, ({ form, snippet }) => {
    choices.fill(form);
    power.choose(snippet);
  }, signal);
  door.arrived.then(show, () => undefined); // a panel has its place in the workbench by then
}

export default { render };
