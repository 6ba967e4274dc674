// TrainPanel: the recipe, Start and Stop, the epochs as they come, and all runs with their figures.

import { follow, openDoor } from "./parts/door.js";
import { comeBack, leave } from "./parts/left.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { inPoints, percent, thousands } from "./parts/figures.js";
import { makeCards } from "./parts/cards.js";
import { makeFinding } from "./parts/finding.js";
import { promotedWords } from "./parts/promoted.js";
import { makeForm } from "./parts/recipe.js";
import { makeRuns } from "./parts/runs.js";
import { makeStarting } from "./parts/starting.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot, goTo, inWorkbench } from "./parts/slot.js";
import { makeVariations } from "./parts/variations.js";

const LIVE_STATES = ["waiting", "running"];

/** So many sentences of advice stand there before the rest is asked for. */
const ADVICE = 4;

/** So many labels are named in a sentence. */
const NAMED = 5;

/** The test figures of a run in a sentence. Pure. @param {any} test */
export function testSentence(test) {
  const images = `${thousands(test.images)} test ${test.images === 1 ? "image" : "images"}`;
  return `${percent(test.accuracy)} of ${images} right; 95% sure between ${percent(test.low)} and ${percent(test.high)}`;
}

/** What else the test images say, a sentence each with what it means: three guesses, calibration, labels too small to judge. Pure. @param {any} test */
export function testNotes(test) {
  const notes = [];
  if (test.groups) {
    notes.push([
      `Its images are of ${thousands(test.groups)} ${test.groups === 1 ? "group" : "groups"}, and the interval is as wide as these make it`,
      "Images of one group are alike: many of few groups say less of pictures to come than as many on their own",
    ]);
  }
  if (Number.isFinite(test.top3) && test.labels > 3) notes.push([`The right label is among the three most probable for ${percent(test.top3)}`, "Top-3 accuracy"]);
  if (Number.isFinite(test.ece)) {
    const before = test.uncalibrated_ece === test.ece ? "" : ` (${inPoints(test.uncalibrated_ece)} before they were calibrated)`;
    notes.push([
      `Its probabilities are off by ${inPoints(test.ece)} points on average${before}`,
      "Expected calibration error: of answers given with 80%, about 80% should be right; one temperature, found on the valid images, sees to it",
    ]);
  }
  if (test.too_few.length) {
    const named = test.too_few.slice(0, NAMED).map(([label, images]) => `${label} (${thousands(images)})`).join(", ");
    const more = test.too_few.length > NAMED ? ` and ${thousands(test.too_few.length - NAMED)} more` : "";
    notes.push([`Too few test images to judge: ${named}${more}`, "Of fewer than 10 images a share says little; more kept images give more of them to testing"]);
  }
  return notes;
}

/** What may be done with a run: the words of buttons and what they ask for. Pure. @param {any} run */
export function actsOf(run) {
  if (LIVE_STATES.includes(run.state)) return [["Stop", "stop"]];
  if (run.too_large) return [[`Start again with batches of ${Math.floor(run.too_large / 2)}`, "start_smaller"]];
  const again = { stopped: [["Go on", "resume"]], lost: [["Go on", "resume"]], failed: [["Try again", "resume"]] }[run.state] ?? [];
  return [...again, ...(!run.production && run.epochs ? [["Promote", "promote"]] : [])];
}

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

  const leaveForm = () => leave(model, { form: form.written(), more: form.more.open });
  const changed = () => {
    problem.clear();
    leaveForm();
    showCards();
    variations.renew();
  };
  // An error opens what is folded, and must still stand there then.
  const form = makeForm(model.get("_defaults"), model.get("_augmentations"), { told: changed, folded: leaveForm, preview: () => variations.open() });
  const variations = makeVariations((question) => door.ask("preview", question), form.varied, signal);
  const ask = (name, content) => problem.guard(() => door.ask(name, content));
  const finding = makeFinding({
    find: (words, megabytes) => problem.guard(() => door.ask("find_bases", { words, megabytes }), { saves: false }),
    stop: () => door.ask("stop_finding"),
    take: (base) => form.offer(base),
  });
  form.bases.append(finding.element);
  const cards = makeCards((recipe) => form.take(recipe), {
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
  const runs = makeRuns({
    show: (name) => act("show_run", name).then(() => sofar.scrollIntoView({ block: "nearest" })),
    compare: async (names) => {
      await problem.guard(() => door.ask("compare_runs", { runs: names }), { saves: false });
      compared.querySelector("h2")?.focus({ preventScroll: true });
      compared.scrollIntoView({ block: "start" });
    },
    describe: (name, about) => ask("describe_run", { run: name, ...about }),
    remove: (name) => ask("delete_run", { run: name }),
    restore: (name) => ask("restore_run", { run: name }),
    empty: () => ask("empty_runs"),
  });
  const run = make("section", { class: "cvw-run", "aria-label": "Run" }, sofar, log.element, slot, reported);
  const every = make("section", { class: "cvw-run", "aria-label": "All runs" }, make("h2", {}, "All runs"), runs.element, compared);
  const judged = make("section", { class: "cvw-run", "aria-label": "Test images" }, said, tested);
  form.more.append(cards.saving);
  const asked = make("div", { class: "cvw-asked" });
  const { ready, review, again } = makeStarting(door, problem, signal, { form: asked, recipe: () => form.recipe(), settle: () => showKept(), tried: () => {
    timed = "";
    showCards();
  } });
  asked.append(cards.element, form.first, kept, advice, make("div", { class: "cvw-line-up" }, ready), form.more);
  const first = make("p", { class: "cvw-empty" }, make("strong", {}, "No runs yet"), "Start training, and the epochs appear here as they come. You may close the page meanwhile.");
  root.append(
    make("div", { class: "cvw-train-body" },
      make("section", { class: "cvw-side", "aria-label": "Recipe" }, make("h2", {}, "New run"), asked, review.element, problem.place),
      make("div", { class: "cvw-train-right" }, variations.element, first, run, judged, every, models)),
  );

  let unfolded = false;
  let timed = "";

  function showCards() {
    const now = form.glimpse();
    cards.show(model.get("_recipes"), now);
    const of = JSON.stringify([now?.base, model.get("_recipes").length, model.get("_kept").images]);
    if (now?.base && of !== timed) askTimes(of, now.base);
  }

  /** How long the recipes take on a base, as far as it is known. */
  async function askTimes(of, base) {
    timed = of;
    const answer = await problem.quietly(() => door.ask("times", { base }));
    if (answer && timed === of) cards.time(answer.seconds);
  }

  async function act(name, of) {
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
    if (now) renew(sofar, now, () => headOf(now, act, root));
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
    const hidden = unfolded ? 0 : now.advice.length - ADVICE;
    const more = make("button", { type: "button", class: "cvw-quiet", onclick: unfold }, `and ${thousands(hidden)} more`);
    const shown = hidden > 0 ? now.advice.slice(0, ADVICE) : now.advice;
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
    again(/** @type {any} */ (event).detail.run);
  });
  fillSlot(model, model.get("_registry"), registry, signal).catch(problem.show);
  comeBack(model, (left) => {
    form.fill(left.form ?? {});
    form.more.open = Boolean(left.more);
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
  follow(model, ["_recipes"], showCards, signal);
}

/** Draws anew only what differs, so that the focus stays where it is and nothing is read out twice. */
function renew(element, facts, drawn) {
  const now = JSON.stringify(facts);
  if (element.dataset.facts === now) return;
  element.dataset.facts = now;
  element.replaceChildren(...drawn());
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

function headOf(run, act, root) {
  const button = ([word, name]) => make("button", { type: "button", class: word === "Promote" ? "cvw-primary" : "cvw-button", onclick: () => act(name, run.name) }, word);
  const test = run.test ? make("span", { title: "On images that it never saw; of 100 such intervals about 95 hold the true accuracy" }, testSentence(run.test)) : null;
  return [
    make("div", { class: "cvw-line-up" },
      make("span", { class: "cvw-state", "data-state": run.state }, ""),
      make("h2", {}, make("bdi", {}, run.title ? `Run ${run.name} · ${run.title}` : `Run ${run.name}`)),
      make("span", { class: "cvw-soft" }, run.sentence),
      make("span", { class: "cvw-space" }),
      ...actsOf(run).map(button),
      run.production ? make("span", { class: "cvw-promoted" }, drawing(DRAWINGS.kept), "In production") : null,
      run.production && inWorkbench(root) ? make("button", { type: "button", class: "cvw-button", onclick: () => goTo(root, "inspect") }, "Try it") : null),
    ...(run.reason ? [make("div", { class: "cvw-problem", role: "alert" }, make("span", {}, run.reason))] : []),
    ...(test ? [make("p", { class: "cvw-test" }, test), ...testNotes(run.test).map(([words, title]) => make("p", { class: "cvw-soft", title }, words))] : []),
    ...run.left_out.map((sentence) => make("p", { class: "cvw-soft" }, sentence)),
  ];
}

export default { render };
