// From a recipe to a run: what it would do is shown first, one click more starts it.

import { make } from "./elements.js";
import { makeReview } from "./review.js";

/** Milliseconds between two looks at a trial. */
const TRIAL_PAUSE = 1500;
/** After so many milliseconds it is said what a start waits for. */
const PATIENCE = 1000;

/**
 * @param {{ask: (name: string, content: any) => Promise<any>}} door @param {any} problem @param {AbortSignal} signal
 * @param {{form: HTMLElement, recipe: () => any, fill: (recipe: any) => any, putBack: (texts: any) => void, leave: () => void, settle: () => void, tried: () => void}} place
 * form: what the review stands in the place of; recipe: as it is typed there; fill: types another one there, and gives what stood there,
 * which putBack takes; leave: keeps what stands there for the next page; settle: says again what may be begun; tried: hears that a trial is over
 */
export function makeStarting(door, problem, signal, place) {
  const ready = make("button", { type: "button", class: "cvw-primary", onclick: () => lookOver(typed, "") }, "Review and start");
  const review = makeReview({ start: begin, back: goBack, stop: giveUp });
  const going = make("div", { class: "cvw-line-up cvw-going", role: "status", hidden: true });
  /** The recipe that is reviewed, the run that is trained again by it, and the run whose weights it begins with. */
  let wanted = { recipe: null, beside: "", continues: "" };
  /** The run that the recipe of the form goes on from, and what stood in the form before. */
  let [parent, before] = ["", {}];
  let turn = 0;

  /** Shows what a run would do; what it takes comes later, when a trial is over. */
  async function lookOver(find, beside) {
    const mine = ++turn;
    ready.disabled = true;
    const found = await problem.guard(find, { saves: false });
    const told = found && (await problem.guard(() => door.ask("review", { recipe: found.recipe, since: beside, continues: found.continues }), { saves: false }));
    place.settle();
    if (!told || mine !== turn) return; // what was asked last is shown, whatever is answered last
    const { recipe, continues } = found;
    wanted = { recipe, beside, continues };
    place.form.hidden = true;
    showGoing(continues);
    review.show(told, beside, continues);
    let answer = await problem.quietly(() => door.ask("expect", { recipe, continues }));
    while (answer?.pending && wanted.recipe === recipe && !signal?.aborted) {
      await new Promise((resolve) => setTimeout(resolve, TRIAL_PAUSE));
      answer = await problem.quietly(() => door.ask("expect", { recipe, continues, again: true }));
    }
    if (wanted.recipe === recipe) review.take(answer);
    place.tried();
  }

  /** The recipe as it is typed, and the run that it goes on from. */
  async function typed() {
    return { recipe: place.recipe(), continues: parent };
  }

  /** Reviews a run that is to be trained again by its own recipe, on what is kept now. @param {string} run */
  function again(run) {
    return lookOver(() => door.ask("recipe_of", { run }), run);
  }

  /** Reviews a new run that goes on from one that is over, whose recipe then stands in the form. @param {string} run */
  async function further(run) {
    const answer = await problem.guard(() => door.ask("further", { run }), { saves: false });
    if (!answer) return;
    if (parent) place.putBack(before);
    comeFrom(run, place.fill(answer.recipe));
    place.leave();
    await lookOver(async () => ({ recipe: answer.recipe, continues: run }), "");
  }

  /** What is typed goes on from this run, from none when it is empty. @param {string} run @param {any} texts what stood in the form before */
  function comeFrom(run, texts) {
    before = texts;
    if (run === parent) return;
    parent = run;
    if (!place.form.hidden) showGoing(run);
  }

  function showGoing(run) {
    going.hidden = !run;
    const anew = make("button", { type: "button", class: "cvw-quiet", onclick: beginAnew, title: "From the base, by the recipe that stood here before" }, "Begin anew");
    going.replaceChildren(make("span", {}, `Goes on from run ${run}, with its best weights.`), ...(run === parent ? [anew] : []));
  }

  function beginAnew() {
    place.putBack(before);
    comeFrom("", {});
    goBack();
    place.leave();
  }

  function goBack() {
    wanted = { recipe: null, beside: "", continues: "" };
    review.hide();
    place.form.hidden = false;
    showGoing(parent);
    ready.focus();
  }

  async function begin() {
    const asked = wanted;
    review.start.disabled = review.back.disabled = going.inert = true;
    const waiting = setTimeout(() => review.wait("Preparing the run; images that nobody compared yet are compared first, so that copies stay in one part of the split …"), PATIENCE);
    const answer = await problem.guard(() => door.ask("start", asked));
    clearTimeout(waiting);
    review.wait("");
    review.start.disabled = review.back.disabled = going.inert = false;
    if (answer?.run === "") review.came("Cancelled; nothing was started.");
    if (!answer?.run) return;
    if (asked.continues && !asked.beside) beginAnew();
    else goBack();
  }

  function giveUp() {
    problem.guard(() => door.ask("stop_starting"), { saves: false });
  }

  /** What the next page needs to know of it. */
  function written() {
    return { continues: parent, before };
  }
  return { ready, review, going, again, further, comeFrom, written };
}
