// ExplorePanel: what looking through the images found, kind by kind; to the left what there is, to the right the images.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { percent, thousands } from "./parts/figures.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot } from "./parts/slot.js";

const KINDS_OF_FINDINGS = [["mistakes", "Mistakes"], ["duplicates", "Duplicates"], ["uncertain", "Uncertain"], ["strangers", "Strangers"], ["map", "Map"]];
/** What each kind is, for those who ask; the term stands behind the plain words. */
const MEANING = {
  mistakes: "Kept images whose label is probably wrong, judged by models that never saw them (out of fold, confident learning). A accepts the label suggested, Y says that the label is right.",
  duplicates: "Images that show the same picture: copied, resized, cropped, mirrored. A trashes all but the best of those selected, Y says that they are different.",
  uncertain: "New images with the label that what is kept suggests. A gives the selected that label.",
  strangers: "Images far from every other of their label (embedding distance), and those with a fault. X trashes, L gives another label, Y says that they belong.",
  map: "Images that look alike stand near each other (UMAP of the embeddings; principal components until that is computed). Hold Shift and draw around points to have their images on the wall; what is selected there is marked.",
};
const SIMILAR_COUNT = 100;
/** Milliseconds without a movement of the threshold after which it is asked for. */
const SETTLED = 250;

/** How looking stands, in words. Pure. @param {any} looking */
export function lookingWords({ state, words, share, unseen }) {
  if (state === "waiting") return "Waits for its turn";
  if (state === "running") return [words || "Beginning", share === null || share === undefined ? "" : percent(share)].filter(Boolean).join(" · ");
  if (!unseen) return "All images were looked at.";
  const images = `${thousands(unseen)} ${unseen === 1 ? "image" : "images"}`;
  return state === "none" ? `${images} to look through.` : `${images} came since the last look.`;
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
    make("span", { class: "cvw-space" }), similar, told, meter, stop, start);
  const list = make("div", { class: "cvw-findings", role: "listbox", "aria-label": "Findings", tabindex: "-1" });
  const threshold = makeThreshold((likeness) => ask("stack_from", { likeness }));
  const sure = makeSure((confidence) => ask("accept_above", { confidence }));
  const meaning = make("p", { class: "cvw-hint cvw-meaning" });
  const side = make("nav", { class: "cvw-labels", "aria-label": "What was found" }, threshold.element, sure.element, list, meaning);
  const slot = make("div", { class: "cvw-slot" });
  const peek = makePeek((image) => door.ask("peek", { image }));
  const chart = make("div", { class: "cvw-map", hidden: true });
  const body = make("div", { class: "cvw-triage-body" }, side, make("div", { class: "cvw-main" }, make("div", { class: "cvw-map-slot" }, chart), slot));
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
    meter.hidden = !live;
    if (looking.share === null || looking.share === undefined) meter.removeAttribute("value");
    else meter.value = looking.share;
    stop.hidden = !live;
    start.hidden = live || looking.read_only || (!looking.unseen && !failed && looking.state !== "stopped");
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
    for (const one of [told, start]) if (!found) one.hidden = true;
    if (found) told.hidden = false;
  }

  function showTabs() {
    const counts = model.get("_counts");
    for (const { tab, count, button } of tabs) {
      say(count, Number.isInteger(counts[tab]) ? thousands(counts[tab]) : "");
      button.setAttribute("aria-pressed", String(tab === model.get("tab")));
    }
    say(meaning, MEANING[model.get("tab")]);
    threshold.show(model.get("tab") === "duplicates" ? model.get("_stacking") : null);
    sure.show(model.get("tab") === "uncertain");
    showWhole();
    showMap();
  }

  /** The map stands over the wall, or beside it where there is room; it is made when it is opened. */
  let drawn = new AbortController();
  let shownMap = "";
  function showMap() {
    const reference = model.get("_map") ?? "";
    chart.hidden = model.get("tab") !== "map" || !reference;
    body.classList.toggle("cvw-with-map", !chart.hidden);
    if (chart.hidden || reference === shownMap) return;
    shownMap = reference;
    drawn.abort();
    drawn = new AbortController();
    const place = make("div", {});
    chart.replaceChildren(place, peek.element);
    fillSlot(model, reference, place, drawn.signal).catch(problem.show);
  }

  function showRows() {
    const chosen = model.get("_row");
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    list.replaceChildren(...model.get("_rows").map((row) => make("button", {
      type: "button", role: "option", class: "cvw-finding", "data-key": row.key, "aria-selected": String(row.key === chosen), tabindex: row.key === chosen ? "0" : "-1",
      title: [row.word, row.note].filter(Boolean).join(": "), onclick: () => choose(model.get("tab"), row.key),
    }, make("bdi", { class: "cvw-row-name" }, row.word), make("span", { class: "cvw-count" }, thousands(row.count)), row.note && make("small", {}, row.note))));
    if (!list.querySelector('[tabindex="0"]')) list.firstElementChild?.setAttribute("tabindex", "0");
    if (focused !== null) [...list.children].find((one) => /** @type {HTMLElement} */ (one).dataset.key === focused)?.focus();
  }

  list.addEventListener("keydown", (event) => {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    const there = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (there === undefined || !all[there]) return;
    event.preventDefault();
    event.stopPropagation();
    all[there].focus();
  });
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
    drawn.abort();
    peek.forget();
  });

  fillSlot(model, model.get("_grid"), slot, signal).catch(problem.show);
  follow(model, ["_looking"], showLooking, signal);
  follow(model, ["tab", "_counts", "_stacking", "_map"], showTabs, signal);
  follow(model, ["_hovered"], () => peek.show(model.get("_hovered")), signal);
  follow(model, ["_rows", "_row"], showRows, signal);
}

/** Whether text of this color stands on a dark ground. Pure. @param {string} color as "rgb(…)" */
export function isDarkColor(color) {
  const [red, green, blue] = (color.match(/[\d.]+/g) ?? ["0", "0", "0"]).map(Number);
  return red + green + blue > 382;
}

/** The picture of the point under the pointer. @param {(image: number) => Promise<any>} ask */
function makePeek(ask) {
  const image = make("img", { alt: "" });
  const words = make("small", {});
  const element = make("figure", { class: "cvw-peek", hidden: true }, image, words);
  let wanted = 0;
  let url = "";

  function forget() {
    if (url) URL.revokeObjectURL(url);
    url = "";
  }

  /** @param {number} number */
  async function show(number) {
    wanted = number;
    if (!number) return void (element.hidden = true);
    const answer = await ask(number).catch(() => null);
    if (wanted !== number || !answer?.buffers?.length) return undefined;
    forget();
    url = URL.createObjectURL(new Blob([answer.buffers[0]], { type: "image/jpeg" }));
    image.src = url;
    say(words, answer.words);
    element.hidden = false;
    return undefined;
  }

  return { element, show, forget };
}

/** The likeness from which images are stacked, with the pair that sits nearest to it. @param {(likeness: number) => void} ask */
function makeThreshold(ask) {
  const slider = make("input", { type: "range", min: "0.4", max: "1", step: "0.01", class: "cvw-slider", "aria-label": "Likeness from which images are stacked" });
  const figure = make("output", { class: "cvw-count" });
  const pair = make("small", { class: "cvw-hint" });
  const element = make("div", { class: "cvw-threshold" }, make("span", {}, "As alike as"), figure, slider, pair);
  let timer = 0;
  slider.addEventListener("input", () => {
    say(figure, Number(slider.value).toFixed(2));
    clearTimeout(timer);
    timer = setTimeout(() => ask(Number(slider.value)), SETTLED);
  });

  /** @param {any} stacking */
  function show(stacking) {
    element.hidden = stacking?.threshold === undefined;
    if (element.hidden) return;
    slider.min = String(stacking.lowest);
    if (document.activeElement !== slider) slider.value = String(stacking.threshold);
    say(figure, Number(slider.value).toFixed(2));
    say(pair, stacking.pair ? `Nearest to it: ${stacking.pair.names.join(" and ")}, ${stacking.pair.likeness.toFixed(2)} alike` : "");
  }

  return { element, show };
}

/** Accepts all suggestions that are sure enough. @param {(confidence: number) => void} ask */
function makeSure(ask) {
  const field = make("input", { type: "number", min: "0.5", max: "1", step: "0.01", value: "0.95", class: "cvw-search", "aria-label": "Confidence" });
  const button = make("button", { type: "button", class: "cvw-quiet", title: "One act, taken back by one undo", onclick: () => field.reportValidity() && ask(Number(field.value)) }, "Accept all above");
  const element = make("div", { class: "cvw-threshold" }, button, field);
  return { element, show: (shown) => void (element.hidden = !shown) };
}

export default { render };
