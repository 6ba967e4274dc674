// TriagePanel: the tree of labels, the states as tabs, and the wall, which brings its own selection and decisions.

import { iconButton } from "./parts/bar.js";
import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { thousands } from "./parts/figures.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot, goTo, inWorkbench } from "./parts/slot.js";
import { countsOf, drawRow, rows, total } from "./parts/tree.js";

const UNSORTED = "Unsorted";
const TABS = [["new", "New"], ["kept", "Kept"], ["trashed", "Trash"]];

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-triage", "Triage", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const shown = () => model.get("_shown");

  const list = make("ul", { class: "cvw-tree", "aria-label": "Labels" });
  const add = make("button", { type: "button", class: "cvw-quiet cvw-add-label", onclick: () => edit(null) }, "+ Label");
  const editor = make("div", {});
  const side = make("nav", { class: "cvw-labels", "aria-label": "Labels" }, make("h3", {}, "Labels"), list, editor, add);

  const tabs = TABS.map(([state, word]) => {
    const count = make("span", { class: "cvw-count" });
    const button = make("button", { type: "button", class: "cvw-tab", "data-state": state, onclick: () => open({ state }) }, word, count);
    return { state, count, button };
  });
  const search = make("input", { type: "text", class: "cvw-search", placeholder: "Find in file names", "aria-label": "Find in file names", maxlength: "200" });
  const stale = make("button", { type: "button", class: "cvw-quiet cvw-stale", onclick: () => refresh() }, "Show what changed");
  const again = iconButton("refresh", "Show again, without what was judged", () => refresh());
  const top = make("div", { class: "cvw-tabs", role: "group", "aria-label": "State" }, ...tabs.map(({ button }) => button), make("span", { class: "cvw-space" }), stale, again, search);
  const slot = make("div", { class: "cvw-slot" });
  const start = make("div", { class: "cvw-empty" },
    make("strong", {}, "No images yet"), "Choose a folder, or drop pictures; then they are judged here.", make("br"),
    make("button", { type: "button", class: "cvw-primary", onclick: () => goTo(root, "collect") }, "Collect images"));
  const main = make("div", { class: "cvw-main" }, top, slot);
  const body = make("div", { class: "cvw-triage-body" }, side, main);
  root.append(body, start, problem.place);

  const open = (change) => problem.guard(() => door.ask("choose", { label: shown().label, state: shown().state, text: shown().text, ...change }));
  const refresh = () => problem.guard(() => door.ask("refresh"));

  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => open({ text: search.value }), 250);
  });
  root.addEventListener("keydown", (event) => {
    if (isTyping(event)) event.stopPropagation();
  });

  /** A field under the tree for a new label's name, or another name for one. @param {string | null} name */
  function edit(name) {
    const input = make("input", { type: "text", class: "cvw-field", value: name ?? (shown().label && shown().label !== UNSORTED ? `${shown().label}/` : ""), maxlength: "200", "aria-label": name ? "New name" : "Name of the new label", placeholder: "name, or parent/name" });
    const leave = () => editor.replaceChildren();
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
      if (event.key !== "Enter" || !input.value.trim()) return;
      event.preventDefault();
      problem.guard(async () => {
        if (name) await door.ask("rename_label", { name, new_name: input.value.trim() });
        else await door.ask("add_label", { name: input.value.trim() });
        leave();
      });
    });
    input.addEventListener("blur", () => setTimeout(leave, 150));
    editor.replaceChildren(input);
    input.focus();
  }

  function menu(name) {
    return make("span", { class: "cvw-row-menu" },
      make("button", { type: "button", class: "cvw-quiet", title: `Rename ${name}`, onclick: () => edit(name) }, "Rename"),
      make("button", { type: "button", class: "cvw-quiet", title: `Delete ${name}; its images go back to New under Unsorted. Undo brings it back.`, onclick: () => problem.guard(() => door.ask("delete_label", { name })) }, "Delete"));
  }

  function show() {
    const labels = model.get("_labels");
    const { label, state, text } = shown();
    const canChange = !model.get("_read_only");
    const all = { name: null, word: "All images", depth: 0, counts: total(labels) };
    list.replaceChildren(...[all, ...rows(labels)].map((row) => drawRow(row, {
      chosen: row.name === label,
      state,
      choose: () => open({ label: row.name }),
      menu: row.name === label && row.name && row.name !== UNSORTED && canChange ? menu(row.name) : null,
    })));
    const counts = countsOf(labels, label);
    for (const tab of tabs) {
      tab.button.setAttribute("aria-pressed", String(tab.state === state));
      say(tab.count, thousands(counts[tab.state]));
    }
    if (document.activeElement !== search && search.value !== text) search.value = text;
    stale.hidden = !model.get("_stale");
    add.hidden = !canChange;
    const sum = total(labels);
    const none = sum.new + sum.kept + sum.trashed === 0 && inWorkbench(root);
    start.hidden = !none;
    body.hidden = none;
  }

  fillSlot(model, model.get("_grid"), slot, signal).catch(problem.show);
  follow(model, ["_labels", "_shown", "_stale", "_read_only"], show, signal);
  requestAnimationFrame(show);
}

export default { render };
