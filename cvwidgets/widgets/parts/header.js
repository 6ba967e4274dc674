// The header of the workbench: project, steps, what was done last and the way back, whether all is saved, jobs, theme, settings, keys.

import { iconButton, nameUndo } from "./bar.js";
import { DRAWINGS, drawing, make, say, shape } from "./elements.js";
import { percent, thousands } from "./figures.js";
import { withMenu } from "./menu.js";
import { chooseTheme, chosenTheme } from "./theme.js";

/** The steps of the loop, in their order. */
export const STEPS = [["collect", "Collect"], ["triage", "Triage"], ["train", "Train"], ["explore", "Explore"], ["inspect", "Inspect"], ["serve", "Serve"]];
const ROUND = 2 * Math.PI * 6;
/** Milliseconds that the last act is told in full; then it stands in the name of Undo alone. */
const TOLD = 8000;
/** Milliseconds before "Saving" is said: what is quicker needs no word. */
const QUICK = 300;
/** Milliseconds after which something stands in the way of saving. */
const LONG = 3000;

/** The number beside a step, or nothing. Pure. @param {string} step @param {any} facts @param {any} busy */
export function numberOf(step, facts, busy) {
  if (step === "triage") return facts.new ? thousands(facts.new) : "";
  if (step === "train" && busy.training !== null && busy.training !== undefined) return `${Math.floor(100 * busy.training)}%`;
  if (step === "train") return facts.fresh ? `+${thousands(facts.fresh)}` : "";
  if (step === "explore") return facts.suspected ? thousands(facts.suspected) : "";
  if (step === "serve" && busy.serving) return busy.today ? thousands(busy.today) : "on";
  return "";
}

/** What the number beside a step means, where it does not say so itself. Pure. @param {string} step @param {any} facts @param {any} busy */
export function meaningOf(step, facts, busy) {
  if (step === "train" && facts.fresh && (busy.training ?? null) === null) return `${thousands(facts.fresh)} kept ${facts.fresh === 1 ? "image is" : "images are"} new since the last run, or left out of it`;
  if (step === "serve" && busy.serving) return busy.today ? `The server is on; ${thousands(busy.today)} ${busy.today === 1 ? "request" : "requests"} today` : "The server is on";
  return "";
}

/** What the ring of jobs says when one stays on it. Pure. @param {any} busy */
export function busyWords(busy) {
  if (!busy.count) return "Jobs: nothing runs";
  const share = busy.share === null ? "" : `, ${percent(busy.share)} done`;
  return `Jobs: ${busy.count} ${busy.count === 1 ? "runs" : "run"}${share}`;
}

/** @param {{prefix: string, go: Function, open: Function, run: Function, home: Function, recent: () => Promise<string[]>, openProject: Function}} acts */
export function makeHeader(acts) {
  const word = make("bdi", { class: "cvw-project-name" });
  const project = make("button", { type: "button", class: "cvw-project" }, word, drawing(DRAWINGS.down));
  const menu = withMenu(project, () => projectMenu(acts, recent, facts), "Project");
  const tabs = STEPS.map(([step, name]) => {
    const number = make("span", { class: "cvw-number" });
    const button = make("button", { type: "button", role: "tab", id: `${acts.prefix}-${step}`, class: "cvw-step", onclick: () => acts.go(step) }, make("span", { class: "cvw-step-word", "data-word": name }, name), number);
    return { step, number, button };
  });
  const rail = make("div", { class: "cvw-rail", role: "tablist", "aria-label": "Steps" }, ...tabs.map(({ button }) => button));
  const did = make("span", { class: "cvw-did", role: "status" });
  const saved = make("span", { class: "cvw-saved", role: "status" });
  const back = iconButton("undo", "Undo", () => acts.run("undo"));
  const again = iconButton("redo", "Do it again (Ctrl+Shift+Z)", () => acts.run("redo"));
  const journal = iconButton("journal", "Journal", () => acts.open("journal"));
  const ring = makeRing();
  const count = make("span", { class: "cvw-jobs-count" });
  const jobs = make("button", { type: "button", class: "cvw-icon cvw-jobs-button", "aria-expanded": "false", onclick: () => acts.open("jobs") }, ring.element, "Jobs", count);
  const theme = withMenu(iconButton("theme", "Light or dark", () => undefined), themeMenu, "Light or dark");
  const settings = iconButton("settings", "Settings", () => acts.open("settings"));
  const help = iconButton("help", "All keys (?)", () => acts.run("keys"));
  const ofProject = make("span", { class: "cvw-of-project" }, did, saved, back, again, journal, jobs);
  const element = make("header", { class: "cvw-header", "aria-busy": "true" }, menu, rail, make("span", { class: "cvw-space" }), ofProject, theme, settings, help);

  let facts = {};
  let recent = [];
  let told = null;
  let waiting = 0;
  let since = 0;
  let hold = 0;

  rail.addEventListener("keydown", (event) => {
    const at = tabs.findIndex(({ button }) => button === event.target);
    const there = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (there === undefined || !tabs[there]) return;
    event.preventDefault();
    event.stopPropagation();
    acts.go(tabs[there].step);
    tabs[there].button.focus();
  });

  /** Says which project is being opened, before anything of it is known. */
  function announce({ name }) {
    say(word, name ?? "");
    rail.hidden = !name;
    project.disabled = ofProject.hidden = true;
  }

  function show(now, busy) {
    if (now.folder !== facts.folder) acts.recent().then((folders) => (recent = folders), () => undefined);
    facts = now;
    const open = Boolean(facts.name);
    say(word, facts.name ?? "Projects");
    project.title = facts.folder ?? "";
    project.disabled = !open; // the list of projects itself is open then
    element.removeAttribute("aria-busy");
    rail.hidden = ofProject.hidden = !open;
    for (const tab of tabs) {
      say(tab.number, numberOf(tab.step, facts, busy));
      tab.number.title = meaningOf(tab.step, facts, busy);
    }
    ring.show(busy);
    say(count, busy.count ? String(busy.count) : "");
    jobs.title = busyWords(busy);
    jobs.setAttribute("aria-label", busyWords(busy));
    if (!open) return;
    back.hidden = again.hidden = facts.read_only;
    nameUndo(back, facts.last.undo);
    again.disabled = !facts.last.redo;
    tellLast(facts.last.sentence ?? "");
    showSaving(0);
  }

  /** What was done before this page came is no news; what is done while it stands is told for a while. */
  function tellLast(sentence) {
    if (told === null || sentence === told) return void (told = sentence);
    told = sentence;
    did.replaceChildren(sentence);
    did.classList.add("cvw-fresh");
    clearTimeout(hold);
    hold = setTimeout(() => did.classList.remove("cvw-fresh"), TOLD);
  }

  function showSaving(change) {
    if (!waiting) since = performance.now();
    waiting = Math.max(0, waiting + change);
    const saving = () => (performance.now() - since < LONG ? "Saving …" : "Saving … another process may hold the project");
    const settle = () => say(saved, facts.read_only ? "Look only" : waiting ? saving() : "All saved");
    if (!waiting) return settle();
    setTimeout(settle, QUICK);
    setTimeout(settle, LONG);
  }

  function showStep(step) {
    for (const tab of tabs) {
      const chosen = tab.step === step;
      tab.button.setAttribute("aria-selected", String(chosen));
      tab.button.tabIndex = chosen ? 0 : -1;
    }
  }

  function showOpen(name) {
    jobs.setAttribute("aria-expanded", String(name === "jobs"));
    journal.setAttribute("aria-expanded", String(name === "journal"));
    settings.setAttribute("aria-expanded", String(name === "settings"));
  }

  return { element, announce, show, showStep, showSaving, showOpen, labelOf: (step) => ({ "aria-labelledby": `${acts.prefix}-${step}` }) };
}

function projectMenu(acts, recent, facts) {
  const others = recent.filter((folder) => folder !== facts.folder).slice(0, 6);
  const items = others.map((folder) => ({ word: folder.split(/[\\/]/).pop(), note: folder, run: () => acts.openProject(folder) }));
  return [...items, ...(items.length ? ["line"] : []), { word: "All projects, or a new one …", run: () => acts.home() }];
}

function themeMenu() {
  const now = chosenTheme();
  const choice = (theme, word) => ({ word, checked: now === theme, run: () => chooseTheme(theme) });
  return [choice("light", "Light"), choice("dark", "Dark"), choice("system", document.body.dataset.voila === undefined ? "Like the notebook" : "Like the system")];
}

/** A ring that fills with the work that is done, and turns while nobody knows how much there is. */
function makeRing() {
  const circle = (kind) => shape("circle", { cx: 8, cy: 8, r: 6, class: kind });
  const arc = circle("cvw-ring-arc");
  const element = shape("svg", { viewBox: "0 0 16 16", class: "cvw-ring", "aria-hidden": "true" }, circle("cvw-ring-ground"), arc);
  function show({ count, share }) {
    element.classList.toggle("cvw-runs-now", Boolean(count));
    arc.setAttribute("stroke-dasharray", `${count ? Math.max(0.08, share ?? 0.25) * ROUND : 0} ${ROUND}`);
  }
  return { element, show };
}
