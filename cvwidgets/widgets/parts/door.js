// The talk between page and kernel: a question with an id, and its answer, which may be an error. The Python half is messages.py.

/** An error that the kernel gave as an answer; its message is written for the user. */
export class AnswerError extends Error {
  /** @param {{kind: string, message: string}} error */
  constructor(error) {
    super(error.message);
    this.kind = error.kind;
  }
}

/** A part of an id that no other view of the same model has. */
function unlikeOthers() {
  return Math.random().toString(36).slice(2, 10);
}

/**
 * Opens the door of one view to its model in the kernel.
 * @param {any} model
 * @param {AbortSignal} signal ends the talk; open questions are dropped
 */
export function openDoor(model, signal) {
  const name = unlikeOthers();
  const open = new Map();
  let count = 0;

  const receive = (answer, buffers) => {
    const waiting = open.get(answer?.id);
    if (!waiting) return;
    open.delete(answer.id);
    if (answer.error) waiting.reject(new AnswerError(answer.error));
    else waiting.resolve({ ...answer.ok, buffers: buffers ?? [] });
  };
  model.on("msg:custom", receive);
  signal?.addEventListener("abort", () => {
    model.off("msg:custom", receive);
    open.clear();
  });

  /**
   * Asks the kernel; the answer's facts, with `buffers`.
   * @param {string} action
   * @param {Record<string, any>} [args]
   * @param {ArrayBuffer[]} [buffers] each question at most 8 MB, or the server closes the connection without a word
   */
  function ask(action, args = {}, buffers = []) {
    return begin(action, args, buffers).answer;
  }

  /** As `ask`, with the question's id, so that it can be cancelled. */
  function begin(action, args = {}, buffers = []) {
    const id = `${name}-${(count += 1)}`;
    const answer = new Promise((resolve, reject) => open.set(id, { resolve, reject }));
    model.send({ id, action, arguments: args }, {}, buffers);
    return { id, answer };
  }

  /** Tells the kernel that nobody waits for these answers any more. @param {string[]} ids */
  function cancel(ids) {
    for (const id of ids) open.delete(id);
    if (ids.length) model.send({ id: `${name}-${(count += 1)}`, action: "cancel", arguments: { ids } });
  }

  // What was sent while the page loaded may have come too late, or be undone by what was asked for before.
  let serial = model.get("_serial") ?? 0;
  follow(model, ["_serial"], () => {
    const now = model.get("_serial") ?? 0;
    if (now < serial) ask("again");
    serial = now;
  }, signal);
  /** Kept once the kernel has brought this page where the last one was left. */
  const arrived = ask("arrive", { serial });
  arrived.catch(() => {}); // who waits for it says so
  return { ask, begin, cancel, arrived };
}

/**
 * Calls `show` now and whenever one of the traits changes, until the signal ends it.
 * @param {any} model @param {string[]} names @param {() => void} show @param {AbortSignal} signal
 */
export function follow(model, names, show, signal) {
  for (const name of names) {
    model.on(`change:${name}`, show);
    signal?.addEventListener("abort", () => model.off(`change:${name}`, show));
  }
  show();
}
