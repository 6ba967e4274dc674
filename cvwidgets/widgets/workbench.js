// Workbench: the frame. Steps with the number that matters, the project and its menu, undo, jobs and settings; the open panel beneath.

import { commandOf } from "./parts/bar.js";
import { follow, openDoor } from "./parts/door.js";
import { makeDrawer } from "./parts/drawer.js";
import { make } from "./parts/elements.js";
import { STEPS, makeHeader } from "./parts/header.js";
import { watchKernel } from "./parts/kernel.js";
import { toggleKeys } from "./parts/keys.js";
import { leave } from "./parts/left.js";
import { makeNotices } from "./parts/notices.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot } from "./parts/slot.js";

/** What the address holds in place of a project's folder where the list of projects is open. */
const HOME = "home";

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-workbench", "Workbench", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const published = document.body.dataset.voila !== undefined;

  // The list of projects knows what may be opened; the menu asks it.
  const list = model.widget_manager.get_model(model.get("_home").slice("IPY_MODEL_".length)).then((found) => openDoor(found, signal));
  const recent = async () => (await (await list).ask("recent")).recent;
  const openProject = (folder) => problem.guard(async () => (await list).ask("open_project", { folder }), { saves: false });

  const header = makeHeader({ prefix: `cvw-${model.model_id ?? "workbench"}`, go, open: openDrawer, run, home: goHome, recent, openProject });
  const notices = makeNotices(published);
  const panels = new Map(STEPS.map(([step]) => [step, make("div", { class: "cvw-panel", role: "tabpanel", hidden: true, ...header.labelOf(step) })]));
  const home = make("div", { class: "cvw-panel cvw-home-panel", hidden: true });
  const waiting = make("div", { class: "cvw-panel cvw-waiting", "aria-busy": "true" });
  const drawer = makeDrawer((open) => {
    header.showOpen(open);
    leave(model, { drawer: open });
  });
  const slots = { jobs: make("div", {}), journal: make("div", {}), settings: make("div", {}) };
  const body = make("div", { class: "cvw-body" }, make("main", { class: "cvw-main-panel" }, ...panels.values(), home, waiting), drawer.element);
  root.append(header.element, notices.element, problem.place, body);

  let filled = new AbortController();
  let arrived = false;

  function go(step) {
    model.set("step", step);
    model.save_changes();
    leave(model, { step });
  }

  function goHome() {
    return problem.guard(() => door.ask("go_home"), { saves: false });
  }

  const WORDS = { jobs: "Jobs", journal: "Journal", settings: "Settings" };
  async function openDrawer(name, byHand = true) {
    if (!slots[name].dataset.filled) {
      slots[name].dataset.filled = "true";
      const reference = name === "settings" ? model.get("_settings") : model.get("_panels")[name];
      if (reference) await fillSlot(model, reference, slots[name], name === "settings" ? signal : filled.signal).catch(problem.show);
    }
    drawer.open(name, WORDS[name], slots[name], byHand);
  }

  function run(command) {
    if (command === "keys") toggleKeys(root);
    else problem.guard(() => door.ask(command));
  }

  function show() {
    if (!arrived) return;
    const step = model.get("step");
    const references = model.get("_panels");
    const open = Boolean(references.triage);
    waiting.hidden = true;
    header.showStep(open ? step : "");
    home.hidden = open;
    for (const [of, panel] of panels) panel.hidden = !open || of !== step;
    fill(open ? panels.get(step) : home, open ? references[step] : model.get("_home"), open ? filled.signal : signal);
    if (open && step === "collect") fillGlance(panels.get(step), references.glance);
  }

  /** @type {Map<HTMLElement, Promise<any>>} */
  const filling = new Map();
  function fill(place, reference, until) {
    if (place.dataset.filled || !reference) return;
    place.dataset.filled = "true";
    const slot = place.appendChild(make("div", {}));
    filling.set(place, fillSlot(model, reference, slot, until).catch(problem.show));
  }

  /** What is to be shown in Triage waits until that is there: it may never have been open yet. */
  async function holdBack(event) {
    const { type, target, detail } = event;
    if (detail.held) return;
    event.stopPropagation();
    go("triage");
    if (await filling.get(panels.get("triage"))) target.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: { ...detail, held: true } }));
  }

  /** What was asked for elsewhere is done in the panel of its step: a run is reviewed where runs begin, an image inspected in Inspect. */
  async function handOver(step, { type, detail }) {
    const panel = panels.get(step);
    go(step);
    if (await filling.get(panel)) panel.querySelector(`.cvw-${step}`)?.dispatchEvent(new CustomEvent(type, { detail }));
  }

  function fillGlance(panel, reference) {
    if (panel.dataset.glance) return;
    panel.dataset.glance = "true";
    fillSlot(model, reference, panel.appendChild(make("div", { class: "cvw-glance-slot" })), filled.signal).catch(problem.show);
  }

  /** Another project: what was shown of the one before goes. */
  function renew() {
    filled.abort();
    filled = new AbortController();
    drawer.close();
    for (const place of [...panels.values(), slots.jobs, slots.journal]) {
      place.replaceChildren();
      delete place.dataset.filled;
      delete place.dataset.glance;
    }
    show();
  }

  // On our own page keys work wherever the focus is; in a notebook only within, since the notebook has an undo of its own.
  (published ? document : root).addEventListener("keydown", (event) => {
    if (isTyping(event) || event.defaultPrevented) return;
    const command = event.key === "?" ? "keys" : commandOf(event);
    if (!["undo", "redo", "keys"].includes(command) || (command !== "keys" && !model.get("_panels").triage)) return;
    event.preventDefault();
    event.stopPropagation();
    run(command);
  }, { signal });
  root.addEventListener("cvw-go", (event) => go(event.detail.step));
  root.addEventListener("cvw-keys", () => run("keys"));
  for (const wish of ["cvw-show", "cvw-show-act"]) root.addEventListener(wish, holdBack);
  root.addEventListener("cvw-retrain", (event) => handOver("train", event));
  root.addEventListener("cvw-inspect", (event) => handOver("inspect", event));
  root.addEventListener("cvw-busy", (event) => header.showSaving(event.detail.change));
  watchKernel(model, (state) => {
    notices.showKernel(state);
    root.classList.toggle("cvw-cut-off", state === "gone");
    if (state === "here") door.ask("again");
  }, signal);

  follow(model, ["step"], show, signal);
  model.on("change:_panels", renew);
  signal?.addEventListener("abort", () => {
    model.off("change:_panels", renew);
    filled.abort();
  });
  function tell() {
    if (!arrived) return header.announce(model.get("_facts"));
    const facts = model.get("_panels").triage ? model.get("_facts") : {};
    header.show(facts, model.get("_busy"));
    const here = (facts.notices ?? []).filter(({ step }) => !step || step === model.get("step"));
    notices.show(here);
    if (published) document.title = facts.name ? `${facts.name} · cvwidgets` : "cvwidgets";
  }
  follow(model, ["_facts", "_busy", "_panels", "step"], tell, signal);
  begin();

  /** What the last page left is known once the kernel has answered; showing anything before would make it jump. */
  async function begin() {
    await problem.quietly(() => door.arrived);
    const wanted = published ? decodeURIComponent(location.hash.slice(1)) : "";
    if (wanted === HOME) await goHome();
    else if (wanted && wanted !== model.get("_facts").folder) await openProject(wanted);
    arrived = true;
    show();
    tell();
    if (model.get("_panels").triage && WORDS[model.get("_left").drawer]) openDrawer(model.get("_left").drawer, false);
    follow(model, ["_facts", "_panels"], keepAddress, signal);
  }

  /** The project that is open stands in the page's address, so that a reload comes back to it. */
  function keepAddress() {
    if (!published) return;
    const folder = model.get("_panels").triage ? encodeURIComponent(model.get("_facts").folder) : HOME;
    if (location.hash.slice(1) !== folder) history.replaceState(null, "", `#${folder}`);
  }
}

export default { render };
