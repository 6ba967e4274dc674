// ImageGrid: a wall of thumbnails that scrolls over any number of images, with selection by mouse and keyboard, and decisions by key.

import { commandOf, inWords, makeBar } from "./parts/bar.js";
import { letterOf } from "./parts/branches.js";
import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { makeFacts } from "./parts/facts.js";
import { makeFoot } from "./parts/foot.js";
import { makeHand } from "./parts/hand.js";
import { watchHolding } from "./parts/holding.js";
import { toggleKeys } from "./parts/keys.js";
import { makeLens } from "./parts/lens.js";
import { makeNarrowing } from "./parts/narrowing.js";
import { size } from "./parts/ranges.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { clear, click, inverse, loses, move, nothing, selectAll, selectRest, step } from "./parts/selection.js";
import { inWorkbench } from "./parts/slot.js";
import { makeThumbnails } from "./parts/thumbnails.js";
import { makeTiles } from "./parts/tiles.js";
import { choose } from "./parts/typeahead.js";
import { lay, place, reveal, toScroller, toWall, visible } from "./parts/wall.js";

/** Milliseconds without a scroll after which the wall is at rest. */
const RESTING = 400;

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-grid", "Images", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const wall = () => model.get("_wall");

  const prefix = `cvw-${model.model_id ?? Math.random().toString(36).slice(2)}`;
  const layer = make("div", { class: "cvw-layer", role: "presentation" });
  const height = make("div", { class: "cvw-height", role: "presentation" }, layer);
  const empty = make("p", { class: "cvw-empty", hidden: true });
  const scroller = make("div", { class: "cvw-scroller", role: "listbox", "aria-multiselectable": "true", "aria-label": "Images", tabindex: "0" }, height);
  const bar = makeBar(run);
  const foot = makeFoot(model, () => numbers(seen.from, seen.to).map(facts.get));
  const narrowing = makeNarrowing(model, (asked) => problem.guard(() => door.ask("narrow", { version: wall().version, ...asked }), { saves: false }));
  root.append(narrowing.element, make("div", { class: "cvw-stage" }, scroller, empty), bar.element, foot.element, problem.place);

  let selection = nothing();
  /** What was selected before a click or a key took it away, for Ctrl+Z. */
  let lost = nothing();
  let y = 0;
  let layout = lay({ count: 0, width: 0, height: 0, tile: 128 });
  let frame = 0;
  /** The positions that are on the screen. */
  let seen = { from: 0, to: 0 };

  const facts = makeFacts(door, draw, problem.show);
  const thumbnails = makeThumbnails(door, draw, problem.show);
  const tiles = makeTiles(layer, prefix);
  const lens = makeLens({
    model, root, door, signal, wall,
    factOf: facts.get,
    thumbnailOf: thumbnails.get,
    follow: moveTo,
    closed: () => scroller.focus({ preventScroll: true }),
  });
  const pressSpace = watchHolding({
    tap: () => selection.cursor >= 0 && change(click(selection, selection.cursor, { ctrl: true })),
    hold: openLens,
    release: lens.close,
  }, signal);
  makeHand(scroller, tiles, {
    layout: () => layout,
    y: () => y,
    count: () => wall().count,
    selection: () => selection,
    goTo, select, change,
    look: lens.open,
    assign: (name) => decide("assign", name),
  }, signal);

  /** Draws once before the next frame, however often it is asked. */
  function draw() {
    if (!frame) frame = requestAnimationFrame(() => {
      frame = 0;
      paint();
    });
  }

  function paint() {
    const { version, count } = wall();
    const { from, to, drawnFrom, drawnTo } = (seen = visible(layout, y, count));
    // Tiles stand relative to the first drawn row: on a wall of a billion pixels their own places would be clamped.
    const top = place(layout, drawnFrom).y;
    layer.style.transform = `translateY(${scroller.scrollTop + top - y}px)`;
    facts.want(drawnFrom, drawnTo, version, model.get("_facts"));
    thumbnails.want([...numbers(from, to), ...numbers(to, drawnTo), ...numbers(drawnFrom, from)], version);
    tiles.paint({ layout, from: drawnFrom, to: drawnTo, top, count, selection, fact: facts.get, picture: thumbnails.get, chosen: model.get("on_tiles") });
    foot.offer();
    if (selection.cursor >= drawnFrom && selection.cursor < drawnTo) scroller.setAttribute("aria-activedescendant", `${prefix}-${selection.cursor}`);
    else scroller.removeAttribute("aria-activedescendant");
    lens.show();
  }

  /** Lays the tiles out anew around an image, the first one on the screen unless another is named. */
  function fit(first = layout.whole && layout.height ? Math.round(y / layout.pitch) * layout.columns : model.get("first")) {
    layout = lay({ count: wall().count, width: scroller.clientWidth, height: scroller.clientHeight, tile: model.get("tile_size") });
    height.style.height = `${layout.scroller}px`;
    goTo(Math.floor(first / layout.columns) * layout.pitch);
  }

  function goTo(place_) {
    y = Math.min(Math.max(place_, 0), Math.max(0, layout.whole - layout.height));
    scroller.scrollTop = toScroller(layout, y);
    draw();
  }

  function tell() {
    const { count, decides, suggests, showing: sentence, empty: nothingHere } = wall();
    bar.show({ selected: size(selection.ranges), lost: size(lost.ranges), total: count, decides, suggests, last: model.get("_last") });
    foot.show(sentence || inWords(count, "image"), decides);
    narrowing.show();
    empty.hidden = count > 0;
    say(empty, nothingHere);
  }

  function select(next) {
    selection = next;
    const selected = { version: wall().version, ranges: selection.ranges };
    if (JSON.stringify(model.get("selected")) !== JSON.stringify(selected)) {
      model.set("selected", selected);
      model.save_changes();
    }
    tell();
    draw();
  }

  /** Selects something else by hand; what more than one image loses by it can be had back. */
  function change(next, before = selection) {
    if (loses(before, next)) lost = before;
    select(next);
  }

  /** The keyboard is at another image; what is selected stays selected. */
  function moveTo(position) {
    selection = { ...selection, cursor: position };
    goTo(reveal(layout, y, position));
  }

  function openLens() {
    const { cursor, ranges } = selection;
    return lens.open(cursor >= 0 ? cursor : ranges[0]?.[0] ?? visible(layout, y, wall().count).from);
  }

  function run(name) {
    const { count, decides } = wall();
    if (name === "lens") return openLens();
    if (name === "all") change(selectAll(selection, count));
    else if (name === "invert") change(inverse(selection, count));
    else if (name === "clear") change(clear(selection));
    else if (name === "rest_of_page" || name === "from_here_on") change(selectRest(selection, { ...visible(layout, y, count), count, whole: name === "from_here_on" }));
    else if (name === "undo" && size(lost.ranges)) {
      const back = lost;
      lost = nothing();
      select(back);
    } else if (!decides) return false;
    else if (name === "undo" || name === "redo") problem.guard(() => door.ask(name));
    else if (name === "label") return label();
    else decide(name);
    scroller.focus({ preventScroll: true });
    return true;
  }

  async function decide(kind, name = null) {
    if (!size(selection.ranges)) return;
    const { version, count } = wall();
    lost = nothing();
    const { ranges } = selection;
    const done = await problem.guard(() => door.ask("decide", { kind, label: name, version, ranges }));
    if (done && model.get("advance") && size(ranges) === 1 && selection.ranges === ranges && ranges[0][1] < count) goOn(ranges[0][1]);
  }

  function goOn(position) {
    select(click(selection, position, {}));
    goTo(reveal(layout, y, position));
  }

  /** Asks for a label; the field is there before the kernel has said which ones there are. */
  function label() {
    if (!size(selection.ranges)) return true;
    const coming = problem.guard(() => door.ask("labels"), { saves: false }).then((found) => found?.labels ?? Promise.reject());
    choose(bar.element, coming, `Label for ${inWords(size(selection.ranges), "image")}`).then((choice) => {
      scroller.focus({ preventScroll: true });
      if (choice) decide("assign", choice.name);
    });
    return true;
  }

  let resting = 0;
  /** Says which image is first on the screen, once the wall is at rest: that is where the next page begins. */
  function tellPlace() {
    clearTimeout(resting);
    resting = setTimeout(() => {
      const first = Math.min(Math.round(y / layout.pitch) * layout.columns, Math.max(0, wall().count - 1));
      if (first === model.get("first") || !scroller.clientHeight) return;
      model.set("first", first);
      model.save_changes();
    }, RESTING);
  }

  scroller.addEventListener("scroll", () => {
    tellPlace();
    // Setting scrollTop rounds it; only a scroll that the user made moves the wall.
    if (Math.abs(scroller.scrollTop - toScroller(layout, y)) >= 1) y = toWall(layout, scroller.scrollTop);
    draw();
  });
  scroller.addEventListener("wheel", (event) => {
    if (layout.stretch === 1 || event.ctrlKey) return;
    event.preventDefault();
    goTo(y + event.deltaY * (event.deltaMode === 1 ? 32 : 1));
  }, { passive: false });
  root.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.target.type === "range") return event.stopPropagation();
    if (event.key === "?" && !inWorkbench(root)) toggleKeys(root); // the workbench has a sheet of its own
    if (press(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
    return undefined;
  });

  function press(event) {
    const { count, suggests } = wall();
    const command = commandOf(event, suggests);
    const onWall = event.target === scroller || event.target === root;
    if (command === "clear" && !size(selection.ranges)) return false;
    if (command === "lens" && !onWall) return false; // Enter belongs to the button that has the focus
    if (command) return run(command);
    const named = event.shiftKey ? null : model.get("_keys")[letterOf(event)];
    if (named && size(selection.ranges)) {
      decide("assign", named);
      return true;
    }
    if (event.code === "Space" && onWall && event.shiftKey) return run("rest_of_page");
    if (event.code === "Space" && onWall && selection.cursor >= 0) {
      pressSpace();
      return true;
    }
    const rows = Math.max(1, Math.floor(layout.height / layout.pitch));
    const there = onWall ? step(event.key, selection.cursor, { columns: layout.columns, rows, count }) : null;
    if (there === null) return false;
    change(move(selection, there, { ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey }));
    goTo(reveal(layout, y, there));
    return true;
  }

  const resized = new ResizeObserver(() => fit());
  resized.observe(scroller);
  let { version, count: known } = wall();
  selection = { ...nothing(), ranges: model.get("selected").version === version ? model.get("selected").ranges : [] };
  follow(model, ["tile_size"], () => {
    tell();
    fit();
  }, signal);
  follow(model, ["_wall", "selected"], () => {
    const selected = model.get("selected");
    if (wall().version !== version) {
      version = wall().version;
      selection = lost = nothing();
      fit(model.get("first"));
    } else if (wall().count !== known) fit();
    known = wall().count;
    if (selected.version === version) selection = { ...selection, ranges: selected.ranges };
    tell();
    draw();
  }, signal);
  follow(model, ["_facts", "_last", "advance", "on_tiles"], () => {
    tell();
    draw();
  }, signal);
  follow(model, ["height"], () => root.style.setProperty("--cvw-grid-height", `${model.get("height")}px`), signal);
  signal?.addEventListener("abort", () => {
    resized.disconnect();
    clearTimeout(resting);
    cancelAnimationFrame(frame);
    thumbnails.forget();
  });
}

function numbers(from, to) {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

export default { render };
