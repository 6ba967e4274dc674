// What stands half done on a page is left with the kernel, which keeps it for the next page.

/** Milliseconds of rest after which what was typed is left. */
const RESTING = 300;
/** What is still to be left, by model. @type {Map<any, {parts: Record<string, any>, timer: any}>} */
const waiting = new Map();

// A page that goes away does not wait until the hand rests.
globalThis.addEventListener?.("pagehide", () => [...waiting.keys()].forEach(sendLeft));

/** Leaves a part of what stands here, once the hand rests. @param {any} model @param {Record<string, any>} part */
export function leave(model, part) {
  const { timer, parts = {} } = waiting.get(model) ?? {};
  clearTimeout(timer);
  waiting.set(model, { parts: { ...parts, ...part }, timer: setTimeout(sendLeft, RESTING, model) });
}

function sendLeft(model) {
  const { parts, timer } = waiting.get(model);
  clearTimeout(timer);
  waiting.delete(model);
  model.set("_left", { ...model.get("_left"), ...parts });
  model.save_changes();
}

/**
 * Puts back what an earlier page left, now and when the kernel finds that it was left since; what is typed meanwhile stays.
 * @param {any} model @param {(left: Record<string, any>) => void} fill @param {AbortSignal} signal
 */
export function comeBack(model, fill, signal) {
  let last = "";
  const look = () => {
    const left = model.get("_left");
    const now = JSON.stringify(left);
    if (now === last || waiting.has(model)) return;
    last = now;
    fill(left);
  };
  model.on("change:_left", look);
  signal?.addEventListener("abort", () => model.off("change:_left", look));
  look();
}
