// What comes back of what was served: the most uncertain pictures as New images, and whether they are unlike those of training.

import { make, say } from "./elements.js";
import { ago, thousands } from "./figures.js";

/** So many pictures come in at once. */
const MOST_TAKEN = 50;

/** What came of taking pictures in. Pure. @param {number} count @param {number} known */
export function takenWords(count, known) {
  const passed = known ? ` ${thousands(known)} were there or judged before.` : "";
  if (!count) return `None of the logged pictures is new.${passed}`;
  return `${thousands(count)} ${count === 1 ? "image waits" : "images wait"} in New, without a label.${passed}`;
}

/** How measuring stands, or what it found. Pure. @param {any} drift */
export function driftWords(drift) {
  if (!drift) return "Not compared yet.";
  if (["waiting", "running"].includes(drift.status)) return drift.of ? `${thousands(drift.done)} of ${thousands(drift.of)} pictures looked at` : "Loading the model";
  if (drift.found) return drift.found.sentence;
  return drift.reason ?? "It was stopped; nothing was kept.";
}

/** @param {{door: any, problem: any, review: () => void, isInWorkbench: () => boolean}} parts */
export function makeReturning({ door, problem, review, isInWorkbench }) {
  const take = make("button", { type: "button", class: "cvw-button", onclick: takeIn }, `The ${MOST_TAKEN} most uncertain to New`);
  const came = make("span", { role: "status" });
  const look = make("button", { type: "button", class: "cvw-quiet", hidden: true, onclick: review }, "Look at them in Triage");
  const out = make("button", { type: "button", class: "cvw-quiet", hidden: true, onclick: takeOut }, "Take them out again");
  const compare = make("button", { type: "button", class: "cvw-button", onclick: () => problem.guard(() => door.ask("measure"), { saves: false }) }, "Compare with training");
  const stop = make("button", { type: "button", class: "cvw-button", hidden: true, onclick: () => problem.guard(() => door.ask("stop_measuring"), { saves: false }) }, "Cancel");
  const meter = make("progress", { class: "cvw-meter", max: "1", "aria-label": "Comparing with training" });
  const told = make("p", { role: "status" });
  const by = make("span", { class: "cvw-soft" });
  const far = make("div", { class: "cvw-farthest" });
  const element = make("section", { class: "cvw-returning", "aria-label": "What comes back" },
    make("h2", {}, "What comes back"), make("div", { class: "cvw-line-up" }, take, came, look, out),
    make("h3", {}, "Is it unlike what the model learnt from?"), told, make("div", { class: "cvw-line-up" }, compare, meter, stop, by), far);
  let taken = [];
  let shown = "";
  let urls = [];

  async function takeIn() {
    take.disabled = true;
    say(came, "Taking them in …");
    const answer = await problem.guard(() => door.ask("take_in", { most: MOST_TAKEN }));
    take.disabled = false;
    taken = answer?.ids ?? [];
    say(came, answer ? takenWords(taken.length, answer.known) : "");
    out.hidden = !taken.length;
    look.hidden = !taken.length || !isInWorkbench();
  }
  async function takeOut() {
    const answer = await problem.guard(() => door.ask("take_out", { ids: taken }));
    if (!answer) return;
    out.hidden = look.hidden = true;
    say(came, `${answer.sentence}.`);
  }

  async function showFarthest(found) {
    const shas = found?.farthest ?? [];
    const now = shas.join();
    if (now === shown) return;
    shown = now;
    const { buffers } = shas.length ? await door.ask("pictures", { shas }).catch(() => ({ buffers: [] })) : { buffers: [] };
    if (now !== shown) return;
    for (const url of urls) URL.revokeObjectURL(url);
    urls = buffers.filter((one) => one.byteLength).map((one) => URL.createObjectURL(new Blob([one], { type: "image/jpeg" })));
    far.replaceChildren(...urls.map((src) => make("img", { src, alt: "A served picture, one of those farthest from training" })));
  }

  function show(served, drift, why) {
    const live = ["waiting", "running"].includes(drift?.status);
    const none = why || (served.pictures ? "" : "No pictures are logged.");
    take.disabled = compare.disabled = Boolean(none);
    take.title = compare.title = none;
    element.hidden = !served.requests;
    compare.hidden = live;
    stop.hidden = meter.hidden = !live;
    if (live && drift.of) meter.value = drift.done / drift.of;
    else meter.removeAttribute("value");
    say(told, driftWords(drift));
    told.classList.toggle("cvw-drift-warns", Boolean(drift?.found?.warns));
    say(by, drift?.found ? `By the eyes of ${drift.found.by}, ${ago(drift.found.when)}` : none);
    showFarthest(live ? null : drift?.found);
  }
  return { element, show };
}
