// What is known of the images on the wall: name, label, state; asked for in blocks, kept until the kernel says that something changed.

export const BLOCK = 120;
const KEPT_BLOCKS = 40;

/** The numbers of the blocks that hold positions from..to. Pure. @param {number} from @param {number} to */
export function blocks(from, to) {
  const numbers = [];
  for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block += 1) numbers.push(block);
  return numbers;
}

/**
 * @param {{ask: Function}} door
 * @param {() => void} arrived @param {(error: Error) => void} failed
 */
export function makeFacts(door, arrived, failed) {
  /** @type {Map<number, {facts: any[], revision: number}>} */
  const here = new Map();
  const asked = new Set();
  let version = -1;
  let revision = 0;

  /** Sees to it that positions from..to are known, and as new as `ofRevision`. */
  function want(from, to, ofVersion, ofRevision) {
    if (ofVersion !== version) {
      here.clear();
      asked.clear();
    }
    version = ofVersion;
    revision = ofRevision;
    for (const block of blocks(from, to)) if (here.get(block)?.revision !== revision) get(block);
  }

  async function get(block) {
    const key = `${version}/${revision}/${block}`;
    if (asked.has(key)) return;
    asked.add(key);
    const [ofVersion, ofRevision] = [version, revision];
    try {
      const answer = await door.ask("facts", { version, start: block * BLOCK, stop: (block + 1) * BLOCK });
      if (answer.version !== version || ofVersion !== version) return;
      here.delete(block);
      here.set(block, { facts: answer.facts, revision: ofRevision });
      if (here.size > KEPT_BLOCKS) here.delete(here.keys().next().value);
      arrived();
    } catch (error) {
      failed(error);
    } finally {
      asked.delete(key);
    }
  }

  return { want, get: (position) => here.get(Math.floor(position / BLOCK))?.facts[position % BLOCK] };
}
