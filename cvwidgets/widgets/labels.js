// LabelTree: the labels as a tree that is looked through, chosen from by keyboard or mouse, and changed; images are dropped onto it.

import { iconButton } from "./parts/bar.js";
import { ROW, branchesOf, openRows, othersThan, pathAbove, pathUnder, rowsOnScreen, stepIn } from "./parts/branches.js";
import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { takeLabelDrops } from "./parts/labeldrops.js";
import { askInRow } from "./parts/labelfield.js";
import { openColorMenu, openLabelMenu } from "./parts/labelmenu.js";
import { makeLabelRow } from "./parts/labelrow.js";
import { comeBack, leave } from "./parts/left.js";
import { withMenu } from "./parts/menu.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { largest, total } from "./parts/tree.js";
import { choose } from "./parts/typeahead.js";

const ALL = -1;
const NO_LABEL = 0; // Unsorted: it always exists, and stays as it is

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-label-tree", "Labels", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const head = iconButton("more", "What can be done with all labels", () => {});
  const search = make("input", { type: "text", class: "cvw-search", placeholder: "Find a label", "aria-label": "Find a label", maxlength: "200", spellcheck: "false" });
  const layer = make("div", { class: "cvw-label-layer", role: "presentation" });
  const list = make("div", { class: "cvw-label-list", role: "tree", "aria-label": "Labels" }, layer);
  const more = iconButton("more", "", () => openMenu());
  more.setAttribute("aria-haspopup", "menu");
  const holder = make("div", { class: "cvw-menu-holder cvw-label-more" }, more);
  const box = make("div", { class: "cvw-label-box" }, list, holder);
  const none = make("p", { class: "cvw-soft cvw-label-none", role: "status" });
  const add = make("button", { type: "button", class: "cvw-quiet", onclick: () => addLabel() }, "+ Label");
  const number = make("button", { type: "button", class: "cvw-quiet", onclick: () => act("number_labels"), title: "Gives the first nine labels the keys 1 to 9" }, "Number 1–9");
  const foot = make("div", { class: "cvw-label-foot" }, add, number);
  const done = make("span", { role: "status" });
  const back = make("button", { type: "button", class: "cvw-quiet", hidden: true, onclick: () => act("take_back", { act: undoable }).then(() => home()) }, "Undo");
  const said = make("div", { class: "cvw-label-said", hidden: true }, done, back);
  const header = withMenu(head, () => [
    { word: "Number the labels 1–9", note: "The first nine get these keys; letters stay.", run: () => act("number_labels") },
    { word: "Unfold all", run: () => fold(tree.map(({ id }) => id), false) },
    { word: "Fold all", run: () => fold(tree.filter(({ below }) => below).map(({ id }) => id), true) },
  ], "What can be done with all labels");
  root.append(make("div", { class: "cvw-label-head" }, make("h3", {}, "Labels"), make("span", { class: "cvw-space" }), header), search, box, none, foot, said, problem.place);

  let tree = [];
  let shown = [];
  let folded = new Set();
  let current = ALL;
  let undoable = 0;
  let most = 0;
  const drawn = new Map();
  const spare = [];

  const canChange = (row) => Boolean(row) && !model.get("_read_only") && row.id !== ALL && row.id !== NO_LABEL;
  const placeOf = (id) => Math.max(0, shown.findIndex((row) => row.id === id));
  const rowAt = (event) => {
    const element = /** @type {Element} */ (event.target).closest?.(".cvw-label");
    return element ? shown[Number(/** @type {HTMLElement} */ (element).dataset.place)] : undefined;
  };

  /** Works out which rows stand there, and draws them. */
  function lay() {
    const all = { id: ALL, name: null, word: "All images", depth: 0, parent: -1, below: 0, position: 1, of: 1, counts: total(model.get("_labels")), color: null, hotkey: null };
    const text = search.value;
    shown = [...(text.trim() ? [] : [{ ...all, index: -1, expanded: null }]), ...openRows(tree, folded, text)];
    if (!shown.some(({ id }) => id === current)) current = shown.find(({ name }) => name === model.get("chosen"))?.id ?? shown[0]?.id ?? ALL;
    say(none, shown.length ? "" : `No label has “${text.trim()}” in its name.`);
    none.hidden = shown.length > 0;
    say(add, !shown.length && text.trim() ? `+ Label “${text.trim()}”` : "+ Label");
    add.hidden = header.hidden = model.get("_read_only");
    number.hidden = model.get("_read_only") || tree.length < 2 || tree.some(({ hotkey }) => /\d/.test(hotkey ?? ""));
    layer.style.height = `${shown.length * ROW}px`;
    paint();
  }

  function paint() {
    const had = layer.contains(document.activeElement);
    const { scrollTop, clientHeight } = list; // asked for before anything changes: afterwards the page would be laid out to answer
    const { from, to } = rowsOnScreen(shown.length, scrollTop, clientHeight);
    const at = placeOf(current);
    const places = [...(at < from ? [at] : []), ...Array.from({ length: to - from }, (_, nth) => from + nth), ...(at >= to ? [at] : [])].filter((place) => shown[place]);
    const wanted = new Set(places.map((place) => shown[place].id));
    for (const [id, item] of drawn) {
      if (wanted.has(id)) continue;
      item.element.remove();
      spare.push(item);
      drawn.delete(id);
    }
    const facts = { most, state: model.get("state") };
    let before = layer.firstChild;
    for (const place of places) {
      const row = shown[place];
      if (!drawn.has(row.id)) drawn.set(row.id, spare.pop() ?? makeLabelRow());
      const item = drawn.get(row.id);
      item.update(row, { ...facts, place, chosen: row.name === model.get("chosen"), current: row.id === current, canMove: canChange(row) });
      if (item.element === before) before = before.nextSibling;
      else layer.insertBefore(item.element, before);
    }
    if (had && !layer.contains(document.activeElement)) drawn.get(current)?.element.focus({ preventScroll: true });
    placeMore(shown[at], at * ROW - scrollTop, clientHeight);
  }

  /** Puts the button of the row's menu beside the row that keys are meant for. */
  function placeMore(row, top, height) {
    holder.hidden = !canChange(row) || top < -ROW / 2 || top > height - ROW / 2;
    holder.style.transform = `translateY(${top}px)`;
    holder.classList.toggle("cvw-up", top > height / 2);
    more.title = `What can be done with ${row?.name}`;
    more.setAttribute("aria-label", more.title);
  }

  /** Moves to a row: keys and the menu are meant for it from now on. */
  function goTo(place, { focus = true } = {}) {
    if (!shown[place]) return;
    current = shown[place].id;
    const top = place * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
    paint();
    if (focus) drawn.get(current)?.element.focus({ preventScroll: true });
  }

  /** Back to the row that keys are meant for, unless the user went elsewhere meanwhile. */
  function home(place = placeOf(current)) {
    if (document.activeElement === document.body || root.contains(document.activeElement)) goTo(Math.min(place, shown.length - 1));
  }

  function pick(row) {
    if (!row || model.get("chosen") === row.name) return;
    model.set("chosen", row.name);
    model.save_changes();
  }

  function fold(ids, shut) {
    for (const id of ids) folded[shut ? "add" : "delete"](id);
    leave(model, { folded: tree.filter(({ id, below }) => below && folded.has(id)).map(({ id }) => id) });
    lay();
  }

  /** Has something done, and says what it was, with the way back. */
  async function act(name, args = {}) {
    const answer = await problem.guard(() => door.ask(name, args));
    if (!answer) return false;
    undoable = answer.act ?? 0;
    say(done, answer.sentence ?? "");
    back.hidden = !undoable;
    said.hidden = !answer.sentence;
    return true;
  }

  /** A field in the place of a row, or at the foot of the tree. */
  function ask(row, options) {
    const top = row ? placeOf(row.id) * ROW - list.scrollTop : Math.max(0, list.clientHeight - ROW);
    askInRow(box, { top, indent: 8 + 16 * (row?.depth ?? 0), left: () => home(), ...options });
  }

  async function addLabel() {
    const text = search.value.trim();
    if (shown.length || !text) return ask(null, { label: "Name of the new label", take: (name) => act("add_label", { name }) });
    if (await act("add_label", { name: text })) search.dispatchEvent(new Event("input"));
    return undefined;
  }

  /** Asks for another label, and does something with it. */
  async function choosing(row, question, use, { mayAdd = true } = {}) {
    const names = othersThan(model.get("_labels").map(({ name }) => name), row.name);
    const choice = await choose(foot, Promise.resolve(names), question, { mayAdd });
    if (choice) await use(choice.name, choice.isNew);
    home();
  }

  const does = (row, place = placeOf(row.id)) => ({
    rename: () => ask(row, { value: row.word, label: `New name of ${row.word}`, take: (text) => act("rename_label", { name: row.name, new_name: pathUnder(pathAbove(row.name), text) }) }),
    add: () => ask(row, { label: `New label under ${row.word}`, take: (text) => act("add_label", { name: pathUnder(row.name, text) }) }),
    raise: () => act("move_label", { name: row.name, under: null }).then(() => home()),
    move: () => choosing(row, `Move ${row.word} under`, (under, isNew) => (isNew
      ? act("rename_label", { name: row.name, new_name: pathUnder(under, row.word) })
      : act("move_label", { name: row.name, under }))),
    merge: () => choosing(row, `Merge ${row.word} into`, (into) => act("merge_label", { name: row.name, into }), { mayAdd: false }),
    color: () => openColorMenu(more, row, model.get("_colors"), (color) => act("color_label", { name: row.name, color }).then(() => home())),
    key: () => ask(row, { label: `Press the key for ${row.word}`, press: true, take: (key) => act("key_label", { name: row.name, key: key || null }) }),
    delete: () => act("delete_label", { name: row.name }).then(() => home(place)),
  });

  function openMenu(options) {
    const row = shown[placeOf(current)];
    if (!canChange(row)) return;
    const fate = () => problem.quietly(() => door.ask("fate", { name: row.name })).then((answer) => answer?.sentence);
    openLabelMenu(more, row, { run: (name) => does(row)[name](), fate }, options);
  }

  list.addEventListener("click", (event) => {
    const row = rowAt(event);
    if (!row) return;
    if (row.expanded !== null && !search.value.trim() && /** @type {Element} */ (event.target).closest(".cvw-twist")) fold([row.id], row.expanded);
    else pick(row);
    goTo(placeOf(row.id));
  });
  list.addEventListener("contextmenu", (event) => {
    const row = rowAt(event);
    if (!canChange(row)) return;
    event.preventDefault();
    event.stopPropagation();
    goTo(placeOf(row.id));
    openMenu();
  });
  list.addEventListener("dblclick", (event) => {
    const row = rowAt(event);
    if (canChange(row)) does(row).rename();
  });
  list.addEventListener("scroll", paint);
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });

  function press(event) {
    const at = placeOf(current);
    const row = shown[at];
    if (!row) return false;
    if (event.key === "Enter" || event.key === " ") pick(row);
    else if (event.key === "F2" && canChange(row)) does(row).rename();
    else if (event.key === "Delete" && canChange(row)) openMenu({ toDelete: true });
    else if ((event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) && canChange(row)) openMenu();
    else {
      const step_ = stepIn(shown, at, event.key, Math.max(1, Math.floor(list.clientHeight / ROW) - 1));
      if (!step_) return false;
      if ("fold" in step_) fold([row.id], step_.fold);
      else goTo(step_.at);
    }
    return true;
  }

  search.addEventListener("input", () => {
    list.scrollTop = 0;
    lay();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") goTo(0);
    else if (event.key === "Enter" && search.value.trim()) pick(shown.find(({ word }) => word.toLowerCase().includes(search.value.trim().toLowerCase())) ?? shown[0]);
    else if (event.key === "Escape" && search.value) {
      search.value = "";
      lay();
    } else return;
    event.preventDefault();
  });
  root.addEventListener("keydown", (event) => {
    if (isTyping(event)) event.stopPropagation();
  });
  takeLabelDrops(list, rowAt, { canDrag: canChange, canTake: canChange, move: (name, under) => act("move_label", { name, under }) });

  comeBack(model, (left) => {
    folded = new Set(Array.isArray(left.folded) ? left.folded : []);
    lay();
  }, signal);
  follow(model, ["_labels"], () => {
    tree = branchesOf(model.get("_labels"));
    most = largest(tree);
    lay();
  }, signal);
  follow(model, ["chosen"], () => {
    const place = shown.findIndex(({ name }) => name === model.get("chosen"));
    if (place >= 0 && !layer.contains(document.activeElement)) goTo(place, { focus: false });
    else paint();
  }, signal);
  follow(model, ["state", "_read_only"], lay, signal);
  const resized = new ResizeObserver(paint);
  resized.observe(list);
  signal?.addEventListener("abort", () => resized.disconnect());
}

export default { render };
