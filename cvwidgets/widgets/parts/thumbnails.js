// Thumbnails on demand: what is on the screen is asked for in batches, few at a time; what left the screen is cancelled.

export const BATCH = 64;
/** Where the screen has no picture yet, a few are asked for alone: the first row is there before the whole screen is. */
export const FIRST_BATCH = 12;
export const UNDER_WAY = 4;
export const KEPT = 600;

/**
 * What to ask for and what to cancel. Pure.
 * @param {number[]} wanted positions on the screen, the most wanted first
 * @param {(position: number) => boolean} isHere
 * @param {{id: string, positions: number[]}[]} underWay
 */
export function plan(wanted, isHere, underWay) {
  const wish = new Set(wanted);
  const stale = underWay.filter((batch) => !batch.positions.some((position) => wish.has(position)));
  const alive = underWay.filter((batch) => !stale.includes(batch));
  const coming = new Set(alive.flatMap((batch) => batch.positions));
  const missing = wanted.filter((position) => !isHere(position) && !coming.has(position));
  const bare = !alive.length && !wanted.some(isHere);
  const batches = [];
  for (let at = 0; at < missing.length && alive.length + batches.length < (bare ? 1 : UNDER_WAY); at += BATCH) {
    batches.push(missing.slice(at, at + (bare ? FIRST_BATCH : BATCH)));
  }
  return { ask: batches, cancel: stale.map((batch) => batch.id) };
}

/**
 * Keeps the thumbnails of one wall as object addresses, at most `KEPT` of them besides those on the screen.
 * @param {{begin: Function, cancel: Function}} door
 * @param {(positions: number[]) => void} arrived @param {(error: Error) => void} failed
 */
export function makeThumbnails(door, arrived, failed) {
  /** @type {Map<number, {url?: string, problem?: string}>} in the order of their last use */
  const here = new Map();
  let underWay = [];
  let wanted = [];
  let version = -1;

  function forget() {
    door.cancel(underWay.map((batch) => batch.id));
    underWay = [];
    for (const { url } of here.values()) if (url) URL.revokeObjectURL(url);
    here.clear();
  }

  function want(positions, ofVersion) {
    if (ofVersion !== version) forget();
    version = ofVersion;
    wanted = positions;
    for (const position of positions) if (here.has(position)) touch(position);
    go();
  }

  function touch(position) {
    const picture = here.get(position);
    here.delete(position);
    here.set(position, picture);
  }

  function go() {
    const { ask, cancel } = plan(wanted, (position) => here.has(position), underWay);
    if (cancel.length) door.cancel(cancel);
    underWay = underWay.filter((batch) => !cancel.includes(batch.id));
    for (const positions of ask) send(positions);
  }

  async function send(positions) {
    const { id, answer } = door.begin("pictures", { version, positions });
    const batch = { id, positions };
    underWay.push(batch);
    try {
      receive(await answer);
    } catch (error) {
      for (const position of positions) here.set(position, { problem: "" });
      failed(error);
    }
    underWay = underWay.filter((other) => other !== batch);
    arrived(positions);
    go();
  }

  function receive(answer) {
    if (answer.version !== version) return;
    answer.pictures.forEach((picture, index) => {
      const { position, problem } = picture;
      const url = problem === null ? URL.createObjectURL(new Blob([answer.buffers[index]], { type: "image/jpeg" })) : undefined;
      here.set(position, { url, problem: problem ?? undefined });
    });
    shed();
  }

  function shed() {
    const onScreen = new Set(wanted);
    for (const [position, { url }] of here) {
      if (here.size <= KEPT) return;
      if (onScreen.has(position)) continue;
      if (url) URL.revokeObjectURL(url);
      here.delete(position);
    }
  }

  return { want, forget, get: (position) => here.get(position) };
}
