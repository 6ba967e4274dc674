// From a recipe to a run: what it would do is shown first, one click more starts it.

import { make } from "./elements.js";
import { makeReview } from "./review.js";

/** Milliseconds between two looks at a trial. */
const TRIAL_PAUSE = 1500;

/**
 * @param {{ask: (name: string, content: any) => Promise<any>}} door @param {any} problem @param {AbortSignal} signal
 * @param {{form: HTMLElement, recipe: () => any, settle: () => void, tried: () => void}} place form: what the review stands in the place of;
 * recipe: as it is typed there; settle: says again what may be begun; tried: hears that a trial is over
 */
export function makeStarting(door, problem, signal, place) {
  const ready = make("button", { type: "button", class: "cvw-primary", onclick: () => lookOver(async () => place.recipe(), "") }, "Review and start");
  const review = makeReview({ start: begin, back: goBack });
  /** The recipe that is reviewed, and the run that is trained again by it. */
  let wanted = { recipe: null, beside: "" };

  /** Shows what a run would do; what it takes comes later, when a trial is over. */
  async function lookOver(find, beside) {
    ready.disabled = true;
    const recipe = await problem.guard(find, { saves: false });
    const told = recipe && (await problem.guard(() => door.ask("review", { recipe, since: beside }), { saves: false }));
    place.settle();
    if (!told) return;
    wanted = { recipe, beside };
    place.form.hidden = true;
    review.show(told, beside);
    let answer = await problem.quietly(() => door.ask("expect", { recipe }));
    while (answer?.pending && wanted.recipe === recipe && !signal?.aborted) {
      await new Promise((resolve) => setTimeout(resolve, TRIAL_PAUSE));
      answer = await problem.quietly(() => door.ask("expect", { recipe, again: true }));
    }
    if (wanted.recipe === recipe) review.take(answer);
    place.tried();
  }

  /** Reviews a run that is to be trained again by its own recipe, on what is kept now. @param {string} run */
  function again(run) {
    return lookOver(async () => (await door.ask("recipe_of", { run })).recipe, run);
  }

  function goBack() {
    wanted = { recipe: null, beside: "" };
    review.hide();
    place.form.hidden = false;
    ready.focus();
  }

  async function begin() {
    review.start.disabled = true;
    const answer = await problem.guard(() => door.ask("start", wanted));
    review.start.disabled = false;
    if (answer) goBack();
  }
  return { ready, review, again };
}
