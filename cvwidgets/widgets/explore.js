// ExplorePanel: what looking through the images found, kind by kind; to the left what there is, to the right the images.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { makeMatrix } from "./parts/matrix.js";
import { makeRetrain } from "./parts/retrain.js";
import { makeThreshold, makeWhy } from "./parts/evidence.js";
import { percent, thousands } from "./parts/figures.js";
import { makeMap } from "./parts/map.js";
import { makeRowList } from "./parts/rowlist.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot, inWorkbench } from "./parts/slot.js";

const KINDS_OF_FINDINGS = [["mistakes", "Mistakes"], ["confusion", "Confusion"], ["duplicates", "Duplicates"], ["uncertain", "Uncertain"], ["strangers", "Strangers"], ["map", "Map"]];
/** What each kind is, for those who ask; the term stands behind the plain words. */
const MEANING = {
  mistakes: "Kept images whose label is probably wrong, judged by models that never saw them (out of fold, confident learning). A accepts the label suggested, Y says that the label is right.",
  confusion: "How often images kept by one label (rows) are taken for another (columns) by models that never saw them (confusion matrix, out of fold). Choose a cell to see its images; A gives the selected the label they are taken for, L another, X trashes.",
  duplicates: "Images that show the same picture: copied, resized, cropped, mirrored. A trashes all but the best of those selected, Y says that they are different.",
  uncertain: "New images with the label that what is kept suggests. A gives the selected that label.",
  strangers: "Images far from every other of their label (embedding distance): X trashes, L gives another label, Y says that they belong. Beneath them those that are dark, blurred, of odd size.",
  map: "Images that look alike stand near each other (UMAP of the embeddings; principal components until that is computed). Draw around points to have their images on the wall; what is selected there is marked.",
};
const SIMILAR_COUNT = 100;
/** The key of the row whose number of images can be chosen. */
const FEW = "few";

/** How looking stands, in words. Pure. @param {any} looking */
export function lookingWords({ state, words, share, unseen, due }) {
  if (state === "waiting") return "Waits for its turn";
  if (state === "running") return [words || "Beginning", share === null || share === undefined ? "" : percent(share)].filter(Boolean).join(" · ");
  if (unseen) return `${thousands(unseen)} ${unseen === 1 ? "image" : "images"} to look through.`;
  if (!due) return "All images were looked at.";
  return state === "done" ? "Not seen by the model in production yet." : "The last look did not end.";
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-explore", "Explore", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const tabs = KINDS_OF_FINDINGS.map(([tab, word]) => {
    const count = make("span", { class: "cvw-count" });
    const button = make("button", { type: "button", class: "cvw-kind", title: MEANING[tab], onclick: () => choose(tab, "") }, word, count);
    return { tab, count, button };
  });
  const told = make("span", { class: "cvw-hint", role: "status" });
  const meter = make("progress", { class: "cvw-meter", max: "1", hidden: true });
  const start = make("button", { type: "button", class: "cvw-quiet", onclick: () => ask("start") }, "Look again");
  const stop = make("button", { type: "button", class: "cvw-quiet", onclick: () => ask("stop") }, "Stop");
  const similar = make("button", { type: "button", class: "cvw-quiet", title: "Shows the images most like those that are selected", onclick: () => ask("similar", { count: SIMILAR_COUNT }) }, "Similar to selected");
  const top = make("div", { class: "cvw-tabs", role: "group", "aria-label": "Findings" }, ...tabs.map(({ button }) => button),
    make("span", { class: "cvw-looking" }, similar, told, meter, stop, start));
  const list = makeRowList("Findings", (row) => choose(model.get("tab"), row));
  const threshold = makeThreshold({ pair: (likeness) => door.ask("pair", { likeness }), settle: (likeness) => ask("stack_from", { likeness }) });
  const matrix = makeMatrix((label, said) => choose("confusion", JSON.stringify([label, said])));
  const again = makeRetrain(root);
  matrix.element.firstElementChild.after(again.element);
  const why = makeWhy((version, position) => door.ask("why", { version, position }));
  const sure = makeSure({ count: (confidence) => door.ask("count_above", { confidence }), accept: (confidence) => ask("accept_above", { confidence }) });
  const few = makeFew((count) => ask("choose_few", { count }));
  const meaning = make("p", { class: "cvw-hint cvw-meaning" });
  const spoken = make("p", { class: "cvw-hint cvw-meaning" });
  const side = make("nav", { class: "cvw-labels", "aria-label": "What was found" }, sure.element, list.element, few.element, meaning, spoken);
  const slot = make("div", { class: "cvw-slot" });
  const map = makeMap(model, door, problem.show);
  const body = make("div", { class: "cvw-triage-body" }, side, make("div", { class: "cvw-main" }, map.element, matrix.element, why.element, threshold.element, slot));
  const reason = make("p", { class: "cvw-hint" });
  const begin = make("button", { type: "button", class: "cvw-primary", onclick: () => ask("start") }, "Explore the images");
  const nothing = make("div", { class: "cvw-empty" }, make("strong", {}, "Nothing was looked through yet"),
    "Finds suspected mistakes, duplicates, and images that stand out. It runs in the background; you can go on judging.", make("br"), reason, begin);
  root.append(problem.place, top, body, nothing);

  function ask(action, args = {}) {
    return problem.guard(() => door.ask(action, args), { saves: action === "accept_above" });
  }

  function choose(tab, row) {
    return problem.guard(() => door.ask("choose", { tab, row }), { saves: false });
  }

  function showLooking() {
    const looking = model.get("_looking");
    const live = looking.state === "running" || looking.state === "waiting";
    const failed = looking.state === "failed" || looking.state === "lost";
    say(told, failed ? looking.reason ?? "Looking ended early." : lookingWords(looking));
    start.title = told.textContent;
    told.classList.toggle("cvw-settled", !live && !failed && !looking.unseen && !looking.due);
    meter.hidden = !live;
    if (looking.share === null || looking.share === undefined) meter.removeAttribute("value");
    else meter.value = looking.share;
    stop.hidden = !live;
    say(reason, live ? lookingWords(looking) : failed ? looking.reason ?? "" : looking.read_only ? "The project can only be looked at." : "");
    begin.disabled = live || looking.read_only;
    showWhole();
  }

  /** Whether something was found at all: before that one button is all there is. */
  function showWhole() {
    const found = Object.values(model.get("_counts")).some((count) => count !== null && count !== undefined);
    body.hidden = !found;
    nothing.hidden = found;
    similar.hidden = !found;
    for (const { button } of tabs) button.hidden = !found;
    told.hidden = !found;
    start.hidden = !found || !stop.hidden || model.get("_looking").read_only;
  }

  function showTabs() {
    const counts = model.get("_counts");
    for (const { tab, count, button } of tabs) {
      say(count, Number.isInteger(counts[tab]) ? thousands(counts[tab]) : "");
      button.setAttribute("aria-pressed", String(tab === model.get("tab")));
    }
    const here = model.get("tab");
    say(meaning, MEANING[here]);
    say(spoken, modelsInWords(model.get("_models")));
    why.element.hidden = here !== "mistakes";
    threshold.element.hidden = here !== "duplicates";
    if (here === "duplicates") threshold.show(model.get("_stacking"));
    sure.element.hidden = here !== "uncertain" || !Number.isInteger(counts.uncertain);
    if (!sure.element.hidden) sure.show();
    showWhole();
    showMap();
  }

  /** The map stands over the wall, or beside it where there is room; it is made when it is opened. */
  function showMap() {
    const visible = model.get("tab") === "map" && model.get("_rows").length > 0;
    map.show(visible, model.get("_map") ?? "");
    body.classList.toggle("cvw-with-map", visible);
  }

  function showRows() {
    const chosen = model.get("_row");
    few.element.hidden = chosen !== FEW;
    list.show(model.get("_rows"), chosen);
  }

  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());

  // What nobody sees is not counted: the kernel is told when the panel comes into view, and asked for what it shows the first time.
  let asked = false;
  const seen = new IntersectionObserver(([entry]) => {
    model.set("visible", entry.isIntersecting);
    model.set("dark", isDarkColor(getComputedStyle(root).color));
    model.save_changes();
    if (entry.isIntersecting && !asked) {
      asked = true;
      door.arrived.then(() => choose(model.get("tab"), model.get("_row")), () => {});
    }
  });
  seen.observe(root);
  signal?.addEventListener("abort", () => {
    seen.disconnect();
    for (const part of [map, why, threshold]) part.forget();
  });

  fillSlot(model, model.get("_grid"), slot, signal)
    .then((wall) => wall && follow(wall, ["selected"], () => {
      similar.disabled = !wall.get("selected").ranges.length;
      if (model.get("tab") === "mistakes") why.show(wall.get("selected"));
    }, signal))
    .catch(problem.show);
  follow(model, ["_looking"], showLooking, signal);
  follow(model, ["tab", "_counts", "_stacking", "_map", "_models"], showTabs, signal);
  follow(model, ["_rows", "_row"], showRows, signal);
  follow(model, ["_matrix", "_row"], () => {
    matrix.show(model.get("_matrix"), model.get("_row"));
    again.show(inWorkbench(root) ? model.get("_matrix") : {}); // elsewhere there may be nobody to hear it
  }, signal);
}

/** By which models the images are seen. Pure. @param {string[]} names */
export function modelsInWords(names) {
  if (names.length === 1 && names[0] === "starter") return "Seen by the starter, the model that comes with cvwidgets; what was trained here changes nothing of it.";
  return names.length ? `Seen by ${names.map((name) => (name === "starter" ? "the starter" : name)).join(" and ")}.` : "";
}

/** Whether text of this color stands on a dark ground. Pure. @param {string} color as "rgb(…)" */
export function isDarkColor(color) {
  const [red, green, blue] = (color.match(/[\d.]+/g) ?? ["0", "0", "0"]).map(Number);
  return red + green + blue > 382;
}

/**
 * Accepts all suggestions that are sure enough; says of how many.
 * @param {{count: (confidence: number) => Promise<any>, accept: (confidence: number) => void}} kernel
 */
function makeSure({ count, accept }) {
  const field = make("input", { type: "number", min: "0.5", max: "1", step: "0.01", value: "0.95", oninput: tell });
  const button = make("button", { type: "button", class: "cvw-button", title: "One act, taken back by one undo", onclick: () => field.reportValidity() && accept(Number(field.value)) });
  const element = make("div", {}, make("label", { class: "cvw-threshold" }, make("span", {}, "Certain from"), field), make("div", { class: "cvw-threshold" }, button));
  let asked = 0;

  async function tell() {
    const mine = (asked += 1);
    const found = field.validity.valid && field.value ? await count(Number(field.value)).catch(() => null) : null;
    if (mine !== asked) return;
    button.disabled = !found?.count;
    say(button, sureWords(found?.count));
  }

  return { element, show: tell };
}

/** What a press would do. Pure. @param {number | undefined} count of images that are sure enough */
export function sureWords(count) {
  return count ? `Accept ${count === 1 ? "the one" : `all ${thousands(count)}`}` : "None is so certain";
}

/** How many a varied few are. @param {(count: number) => void} ask */
function makeFew(ask) {
  const field = make("input", { type: "number", min: "1", max: "1000", step: "1", value: "60" });
  field.addEventListener("change", () => field.reportValidity() && ask(Number(field.value)));
  return { element: make("label", { class: "cvw-threshold" }, make("span", {}, "How many"), field) };
}

export default { render };
