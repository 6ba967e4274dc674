// The pictures of the lens: what is looked at first, then what comes next; few on their way, those passed over cancelled, few kept.

/** Pixels of the longest side: of the picture that comes at once, and of the one into which one zooms. */
export const QUICK = 2048;
export const WHOLE = 8192;
export const PICTURES_UNDER_WAY = 3;
const PICTURES_KEPT = 6;
const BUSY_PAUSE = 400;

/** The positions to have ready, the most wanted first: this one, the next one in the direction gone, the one before. Pure. */
export function ahead(position, count, direction = 1) {
  const forth = direction < 0 ? -1 : 1;
  return [position, position + forth, position - forth].filter((there) => there >= 0 && there < count);
}

/** How a picture is called here. @param {number} position @param {number} longest */
export function pictureKey(position, longest) {
  return `${position}/${longest}`;
}

/**
 * What to ask for and what to cancel. Pure.
 * @param {{position: number, longest: number}[]} wanted the most wanted first @param {(key: string) => boolean} isHere @param {string[]} underWay
 */
export function planPictures(wanted, isHere, underWay) {
  const keys = wanted.map(({ position, longest }) => pictureKey(position, longest));
  const cancel = underWay.filter((key) => !keys.includes(key));
  const room = PICTURES_UNDER_WAY - (underWay.length - cancel.length);
  const missing = wanted.filter((_, index) => !isHere(keys[index]) && !underWay.includes(keys[index]));
  return { ask: missing.slice(0, Math.max(0, room)), cancel };
}

/**
 * @typedef {{url?: string, problem?: string, width: number, height: number, of: [number, number]}} Picture
 * @param {{begin: Function, cancel: Function}} door @param {() => void} arrived
 */
export function makePictures(door, arrived) {
  /** @type {Map<string, Picture>} in the order of their last use */
  const here = new Map();
  /** @type {Map<string, string>} the id of the question, by the picture's key */
  const underWay = new Map();
  let wanted = [];
  let version = -1;
  let pause = 0;

  function want(pictures, ofVersion) {
    if (ofVersion !== version) forgetPictures();
    version = ofVersion;
    wanted = pictures;
    for (const { position, longest } of pictures) use(pictureKey(position, longest));
    goOn();
  }

  function use(key) {
    const picture = here.get(key);
    if (!picture) return;
    here.delete(key);
    here.set(key, picture);
  }

  function goOn() {
    const { ask, cancel } = planPictures(wanted, (key) => here.has(key), [...underWay.keys()]);
    door.cancel(cancel.map((key) => underWay.get(key)));
    for (const key of cancel) underWay.delete(key);
    for (const one of ask) fetchPicture(one);
  }

  async function fetchPicture({ position, longest }) {
    const key = pictureKey(position, longest);
    const { id, answer } = door.begin("picture", { version, position, longest });
    underWay.set(key, id);
    const got = await answer.catch((error) => ({ problem: String(error.message ?? error), buffers: [] }));
    if (underWay.get(key) !== id) return;
    underWay.delete(key);
    if (got.busy) {
      clearTimeout(pause);
      pause = setTimeout(goOn, BUSY_PAUSE);
      return;
    }
    const url = got.problem ? undefined : URL.createObjectURL(new Blob([got.buffers[0]], { type: "image/jpeg" }));
    here.set(key, { url, problem: got.problem ?? undefined, width: got.width ?? 0, height: got.height ?? 0, of: got.of ?? [0, 0] });
    shedPictures();
    arrived();
    goOn();
  }

  function shedPictures() {
    const inUse = new Set(wanted.map(({ position, longest }) => pictureKey(position, longest)));
    for (const [key, { url }] of here) {
      if (here.size <= PICTURES_KEPT) return;
      if (inUse.has(key)) continue;
      if (url) URL.revokeObjectURL(url);
      here.delete(key);
    }
  }

  function forgetPictures() {
    clearTimeout(pause);
    door.cancel([...underWay.values()]);
    underWay.clear();
    wanted = [];
    for (const { url } of here.values()) if (url) URL.revokeObjectURL(url);
    here.clear();
  }

  return { want, forget: forgetPictures, get: (position, longest) => here.get(pictureKey(position, longest)) };
}
