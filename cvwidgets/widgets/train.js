// TrainPanel: the recipe, Start and Stop, the epochs as they come, and all runs with their figures.

import { follow, openDoor } from "./parts/door.js";
import { comeBack, leave } from "./parts/left.js";
import { make, say } from "./parts/elements.js";
import { thousands } from "./parts/figures.js";
import { makeAsJson } from "./parts/asjson.js";
import { askWhenCalm } from "./parts/calm.js";
import { makeCards } from "./parts/cards.js";
import { makeFinding } from "./parts/finding.js";
import { promotedWords } from "./parts/promoted.js";
import { makeForm } from "./parts/recipe.js";
import { LIVE_STATES, headOf } from "./parts/runhead.js";
import { makeRuns } from "./parts/runs.js";
import { makeStarting } from "./parts/starting.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot } from "./parts/slot.js";
import { makeVariations } from "./parts/variations.js";

/** So many sentences of advice stand there before the rest is asked for. */
const ADVICE = 4;

/** What would be trained on, in a sentence. Pure. @param {any} kept */
export function keptWords(kept) {
  const images = `${thousands(kept.images)} kept ${kept.images === 1 ? "image" : "images"}`;
  const labels = `${thousands(kept.labels)} ${kept.labels === 1 ? "label" : "labels"}`;
  const conflicts = kept.conflicts ? ` ${thousands(kept.conflicts)} under two labels are left out until one is chosen.` : "";
  return `Trains on ${images} of ${labels}.${conflicts}`;
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-train", "Train", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const leaveForm = () => leave(model, { form: form.written(), more: form.more.open, ...starting.written() });
  const changed = () => {
    problem.clear();
    leaveForm();
    showCards();
    variations.renew();
  };
  // An error opens what is folded, and must still stand there then.
  const offered = { augmentations: model.get("_augmentations"), about: model.get("_parameters"), devices: model.get("_devices") };
  const form = makeForm(model.get("_defaults"), offered, { told: changed, folded: leaveForm, preview: () => variations.open() });
  const variations = makeVariations((question) => door.ask("preview", question), form.varied, signal);
  const ask = (name, content) => problem.guard(() => door.ask(name, content));
  const finding = makeFinding({
    find: (words, megabytes) => problem.guard(() => door.ask("find_bases", { words, megabytes }), { saves: false }),
    stop: () => door.ask("stop_finding"),
    take: (base) => form.offer(base),
  });
  form.bases.append(finding.element);
  const cards = makeCards((recipe, whole) => form.take(recipe, whole), {
    save: (name) => problem.guard(async () => door.ask("save_recipe", { name, recipe: form.recipe() })),
    remove: (name) => ask("delete_recipe", { name }),
    restore: (name, recipe) => ask("save_recipe", { name, recipe }),
  });
  const kept = make("p", {});
  const advice = make("ul", { class: "cvw-advice" });
  const log = makeLog((name) => problem.guard(() => door.ask("read_log", { run: name }), { saves: false }));
  const sofar = make("div", { class: "cvw-sofar", role: "status" });
  const slot = make("div", { class: "cvw-slot" });
  const tested = make("div", { class: "cvw-slot" });
  const reported = make("div", { class: "cvw-slot" });
  const compared = make("div", { class: "cvw-slot" });
  const registry = make("div", { class: "cvw-slot" });
  const models = make("section", { class: "cvw-run", "aria-label": "Models" }, make("h2", {}, "Models"), registry);
  const said = make("h2", {});
  const compare = async (names) => {
    await problem.guard(() => door.ask("compare_runs", { runs: names }), { saves: false });
    compared.querySelector("h2")?.focus({ preventScroll: true });
    compared.scrollIntoView({ block: "start" });
  };
  const runs = makeRuns({
    show: (name) => act("show_run", name).then(() => sofar.scrollIntoView({ block: "nearest" })),
    compare,
    describe: (name, about) => ask("describe_run", { run: name, ...about }),
    remove: (name) => ask("delete_run", { run: name }),
    restore: (name) => ask("restore_run", { run: name }),
    empty: () => ask("empty_runs"),
  });
  const run = make("section", { class: "cvw-run", "aria-label": "Run" }, sofar, log.element, slot, reported);
  const every = make("section", { class: "cvw-run", "aria-label": "All runs" }, make("h2", {}, "All runs"), runs.element, compared);
  const judged = make("section", { class: "cvw-run", "aria-label": "Test images" }, said, tested);
  const json = makeAsJson((text) => door.ask("read_recipe", { text }), (recipe) => form.take(recipe, true));
  form.more.append(cards.saving, json.element);
  const asked = make("div", { class: "cvw-asked" });
  const starting = makeStarting(door, problem, signal, {
    form: asked, recipe: () => form.recipe(), fill: fillForm, putBack, leave: leaveForm, settle: () => showKept(), tried: () => {
      tried += 1;
      showCards();
    },
  });
  const { ready, review } = starting;
  asked.append(cards.element, form.first, kept, advice, make("div", { class: "cvw-line-up" }, ready), form.more);
  const first = make("p", { class: "cvw-empty" }, make("strong", {}, "No runs yet"), "Start training, and the epochs appear here as they come. You may close the page meanwhile.");
  root.append(
    make("div", { class: "cvw-train-body" },
      make("section", { class: "cvw-side", "aria-label": "Recipe" }, make("h2", {}, "New run"), starting.going, asked, review.element, problem.place),
      make("div", { class: "cvw-train-right" }, variations.element, first, run, judged, every, models)),
  );

  let unfolded = false;
  let tried = 0;
  let splitAdvice = null;
  /** How long the recipes take on a base, as far as it is known. */
  const askTimes = askWhenCalm(({ base }) => problem.quietly(() => door.ask("times", { base })), (answer) => cards.time(answer.seconds));
  /** What the number of images advises about the split as it is typed; a value that cannot be is said when the training is to start. */
  const askAdvice = askWhenCalm(({ split, split_by }) => door.ask("advise", { recipe: { split, split_by } }).catch(() => null), ({ advice }) => {
    splitAdvice = advice;
    showKept();
  });

  function showCards() {
    const [now, recipes, { images, labels }] = [form.glimpse(), model.get("_recipes"), model.get("_kept")];
    cards.show(recipes, now);
    json.show(now);
    if (now?.base) askTimes({ base: now.base, recipes: recipes.length, images, tried });
    if (now) askAdvice({ split: now.split, split_by: now.split_by, images, labels });
  }

  /** Fills the form with a recipe, and gives what stood there. @param {any} recipe */
  function fillForm(recipe) {
    const before = form.written();
    form.take(recipe, true);
    return before;
  }

  function putBack(texts) {
    form.fill(texts);
    changed();
  }

  async function act(name, of) {
    if (name === "further") return starting.further(of);
    const answer = await problem.guard(() => door.ask(name, { run: of }), { saves: name !== "show_run" });
    if (name === "promote" && answer?.before) runs.tell(promotedWords(answer), [`Put model ${answer.before} back`, () => takeBack(answer.before)]);
  }

  async function takeBack(version) {
    if (await problem.guard(() => door.ask("promote_version", { version }))) runs.tell(`Model ${version} is in production again.`);
  }

  function show() {
    const all = model.get("_runs");
    const now = all.find((one) => one.name === model.get("_run"));
    first.hidden = all.length > 0;
    run.hidden = judged.hidden = every.hidden = !all.length;
    say(review.start, all.some((one) => LIVE_STATES.includes(one.state)) ? "Start after this one" : "Start training");
    const seen = all.some((one) => one.name === now?.continues); // it may have been deleted
    if (now) renew(sofar, { ...now, seen }, () => headOf({ ...now, seen }, act, root));
    say(said, now?.epochs && !now.test ? "Validation images" : "Test images");
    log.show(now?.reason ? now.name : "");
    slot.hidden = Boolean(now?.reason && !now.epochs); // the reason stands above, and there is nothing else to say
    runs.show(all, model.get("_run"), model.get("_deleted"));
  }

  function unfold() {
    unfolded = true;
    showKept();
  }

  function showKept() {
    const now = model.get("_kept");
    say(kept, now.images ? keptWords(now) : "Nothing is kept yet; training needs at least two labels with kept images.");
    ready.disabled = now.read_only || !now.images;
    form.offerGiven(Boolean(now.came));
    form.offerColumns(now.columns);
    const told = splitAdvice ? [...now.advice, splitAdvice] : now.advice;
    const hidden = unfolded ? 0 : told.length - ADVICE;
    const more = make("button", { type: "button", class: "cvw-quiet", onclick: unfold }, `and ${thousands(hidden)} more`);
    const shown = hidden > 0 ? told.slice(0, ADVICE) : told;
    advice.replaceChildren(...shown.map((sentence) => make("li", {}, sentence)), ...(hidden > 0 ? [make("li", {}, more)] : []));
  }

  root.addEventListener("keydown", (event) => {
    if (isTyping(event)) event.stopPropagation();
  });
  fillSlot(model, model.get("_table"), slot, signal).catch(problem.show);
  fillSlot(model, model.get("_report"), reported, signal).catch(problem.show);
  fillSlot(model, model.get("_scores"), tested, signal).catch(problem.show);
  fillSlot(model, model.get("_comparison"), compared, signal).catch(problem.show);
  root.addEventListener("cvw-retrain", (event) => {
    event.stopPropagation();
    starting.again(/** @type {any} */ (event).detail.run);
  });
  root.addEventListener("cvw-compare", (event) => {
    event.stopPropagation();
    compare(/** @type {any} */ (event).detail.runs);
  });
  fillSlot(model, model.get("_registry"), registry, signal).catch(problem.show);
  comeBack(model, (left) => {
    form.fill(left.form ?? {});
    form.more.open = Boolean(left.more);
    starting.comeFrom(left.continues ?? "", left.before ?? {});
    showCards();
  }, signal);
  problem.quietly(() => door.ask("bases")).then((answer) => {
    if (!answer) return;
    form.show(answer.bases);
    showCards();
    problem.quietly(() => door.ask("propose")).then((proposed) => {
      if (proposed) form.propose(proposed.base);
      showCards();
    });
  });
  follow(model, ["_runs", "_run", "_deleted"], show, signal);
  follow(model, ["_kept"], showKept, signal);
  follow(model, ["_recipes", "_kept"], showCards, signal);
}

/** Draws anew only what differs, so that the focus stays where it is and nothing is read out twice. */
function renew(element, facts, drawn) {
  const now = JSON.stringify(facts);
  if (element.dataset.facts === now) return;
  element.dataset.facts = now;
  const focused = element.contains(document.activeElement) ? document.activeElement?.textContent : null;
  element.replaceChildren(...drawn());
  if (focused) [...element.querySelectorAll("button")].find((one) => one.textContent === focused)?.focus({ preventScroll: true });
}

/** The log of a run, folded; read when it is opened. @param {(run: string) => Promise<{log: string} | undefined>} read */
function makeLog(read) {
  const text = make("pre", { class: "cvw-log", tabindex: "0" });
  const element = make("details", { class: "cvw-log-fold", hidden: true, ontoggle: () => element.open && open() }, make("summary", { class: "cvw-soft" }, "Log"), text);
  let of = "";

  async function open() {
    const asked = of;
    say(text, "Reading …");
    const answer = await read(asked);
    if (asked === of) say(text, answer?.log || "It wrote nothing.");
  }

  /** @param {string} name of the run; empty for none */
  function show(name) {
    if (name === of) return;
    of = name;
    element.open = false;
    element.hidden = !name;
  }
  return { element, show };
}

export default { render };
