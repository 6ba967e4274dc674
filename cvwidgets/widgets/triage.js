// TriagePanel: the tree of labels, the states as tabs, and the wall, which brings its own selection and decisions.

import { changedFilter } from "./parts/asking.js";
import { iconButton } from "./parts/bar.js";
import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { showForOthers } from "./parts/elsewhere.js";
import { thousands } from "./parts/figures.js";
import { makeFilters } from "./parts/filters.js";
import { comeBack, leave } from "./parts/left.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot, goTo, inWorkbench } from "./parts/slot.js";
import { countsOf, total } from "./parts/tree.js";

const NARROW = 760;
const TABS = [["new", "New"], ["kept", "Kept"], ["trashed", "Trash"], [null, "All"]];

/** Counts by state with their sum, which is that of no state in particular. Pure. @param {{new: number, kept: number, trashed: number}} counts */
export function withSum(counts) {
  return { ...counts, null: counts.new + counts.kept + counts.trashed };
}

/** What a click in the tree or on a tab, or a typed text, changes of a filter. Pure. @param {{label?: string | null, state?: string | null, text?: string}} change */
export function placeChange({ label, state, text }) {
  return {
    ...(label !== undefined && { labels: label === null ? null : [label], sub_labels: null }),
    ...(state !== undefined && { states: state === null ? null : [state] }),
    ...(text !== undefined && { text }),
  };
}

/** What showing the same again would do. Pure. @param {{judged: number, came: number}} changes */
export function changesWords({ judged, came }) {
  const words = [judged ? `hide ${thousands(judged)} judged` : "", came ? `show ${thousands(came)} that came` : ""].filter(Boolean).join(", ");
  return words && words[0].toUpperCase() + words.slice(1);
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-triage", "Triage", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const shown = () => model.get("_shown");

  const side = make("nav", { class: "cvw-labels", "aria-label": "Labels" });
  const fold = iconButton("fold", "Labels", () => showFold(!body.classList.contains("cvw-folded"), true));

  const tabs = TABS.map(([state, word]) => {
    const count = make("span", { class: "cvw-count" });
    const button = make("button", { type: "button", class: "cvw-tab", "data-state": state ?? "all", onclick: () => open({ state }) }, word, count);
    return { state, count, button };
  });
  const search = make("input", { type: "text", class: "cvw-search", placeholder: "Find a file", "aria-label": "Find in file names", maxlength: "200" });
  const stale = make("button", { type: "button", class: "cvw-quiet cvw-stale", title: "Shows the same again as it is now", onclick: () => refresh() });
  const top = make("div", { class: "cvw-tabs", role: "group", "aria-label": "State" }, fold, ...tabs.map(({ button }) => button), make("span", { class: "cvw-space" }), stale, search);
  const slot = make("div", { class: "cvw-slot" });
  const start = make("div", { class: "cvw-empty" },
    make("strong", {}, "No images yet"), "Choose a folder, or drop pictures; then they are judged here.", make("br"),
    make("button", { type: "button", class: "cvw-primary", onclick: () => goTo(root, "collect") }, "Collect images"));
  const filters = makeFilters(model, {
    asked: () => asked ?? model.get("_asked").filter ?? {},
    open: (wanted) => askFor(wanted),
    known: () => problem.quietly(() => door.ask("choices")),
    save: (name) => problem.guard(() => door.ask("save_filter", { name })),
    forget: (name) => problem.guard(() => door.ask("forget_filter", { name })),
  });
  const main = make("div", { class: "cvw-main" }, top, filters.element, slot);
  const body = make("div", { class: "cvw-triage-body" }, side, main);
  root.append(problem.place, body, start);

  /** The filter that was asked for last, until it is shown: what is changed meanwhile is a change of it. */
  let asked = null;
  let asking = null;
  /** Asks for one filter after the other; of those that come meanwhile only the last. */
  function askFor(wanted) {
    asked = wanted;
    asking ??= problem.guard(async () => {
      try {
        for (let now = null; now !== asked; ) await door.ask("ask_for", { wanted: (now = asked) });
      } finally {
        asked = asking = null;
      }
    }, { saves: false });
    return asking;
  }
  const open = (change) => askFor(changedFilter(asked ?? model.get("_asked").filter ?? {}, placeChange(change)));
  const refresh = () => problem.guard(() => door.ask("refresh"), { saves: false });

  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => open({ text: search.value }), 250);
  });
  root.addEventListener("keydown", (event) => {
    if (isTyping(event)) event.stopPropagation();
  });
  showForOthers(root, model.get("_folder"), {
    "cvw-show-act": ({ act }) => comeForward(() => door.ask("show_act", { act })),
    "cvw-show": ({ wanted }) => comeForward(() => door.ask("ask_for", { wanted })).then(goToWall), // there the hand goes on
  }, signal);

  /** Shows what was asked for elsewhere on the page, in sight. */
  function comeForward(ask) {
    goTo(root, "triage");
    root.scrollIntoView({ block: "nearest" });
    return problem.guard(ask, { saves: false });
  }

  async function goToWall() {
    await walled;
    /** @type {HTMLElement | null} */ (slot.querySelector("[role=listbox]"))?.focus({ preventScroll: true });
  }

  function showFold(folded, byHand = false) {
    body.classList.toggle("cvw-folded", folded);
    fold.setAttribute("aria-expanded", String(!folded));
    if (byHand) leave(model, { folded });
  }

  function show() {
    const labels = model.get("_labels");
    const { label, state, text } = shown();
    const { states } = model.get("_asked").filter ?? {};
    const counts = withSum(countsOf(labels, label));
    for (const tab of tabs) {
      tab.button.setAttribute("aria-pressed", String(tab.state === state && (state !== null || !states)));
      say(tab.count, thousands(counts[tab.state]));
    }
    if (document.activeElement !== search && search.value !== text) search.value = text;
    const changes = model.get("_stale");
    stale.hidden = !changes.judged && !changes.came;
    say(stale, changesWords(changes));
    filters.show();
    const sum = total(labels);
    const none = sum.new + sum.kept + sum.trashed === 0 && inWorkbench(root);
    start.hidden = !none;
    body.hidden = none;
  }

  // Not before the kernel is where the last page was left: what is clicked on the wall until then would go with it.
  const walled = door.arrived.then(() => fillSlot(model, model.get("_grid"), slot, signal)).catch(problem.show);
  fillSlot(model, model.get("_tree"), side, signal).then((tree) => tree?.on("change:chosen", () => {
    if (tree.get("chosen") !== shown().label) open({ label: tree.get("chosen") });
  }), problem.show);
  // Where there is little room the wall has it, until the labels are asked for.
  comeBack(model, (left) => showFold(left.folded ?? root.clientWidth < NARROW), signal);
  requestAnimationFrame(() => showFold(model.get("_left").folded ?? root.clientWidth < NARROW));
  follow(model, ["_labels", "_shown", "_asked", "_stale"], show, signal);
  requestAnimationFrame(show);
}

export default { render };
