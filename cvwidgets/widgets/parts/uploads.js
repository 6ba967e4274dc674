// Files from the browser go to the kernel in parts: a message above 10 MB would kill the connection without a word.

export const PART = 4 * 1024 * 1024;
/** Larger files are not sent: whoever has them chooses them where they lie. */
export const LARGEST = 512 * 1024 * 1024;
/** So many files are under way at a time. */
export const AT_ONCE = 3;

/** @typedef {{name: string, file: File}} Named a file, and its name with the folders below the one that was dropped */

/** Where the parts of so many bytes begin and end; an empty file is one empty part. Pure. @param {number} bytes @returns {[number, number][]} */
export function parts(bytes) {
  const ends = [];
  for (let start = 0; start < bytes || start === 0; start += PART) ends.push([start, Math.min(start + PART, bytes)]);
  return /** @type {[number, number][]} */ (ends);
}

/**
 * Sends one file; resolves to the kernel's word on the whole of it.
 * @param {{ask: Function}} door @param {File} file
 * @param {{name?: string, more?: Record<string, any>, progress?: (bytes: number) => void, signal?: AbortSignal}} [how] `progress` is told the
 * bytes of each part that has arrived; `more` goes along with every part
 */
export async function upload(door, file, { name = file.name, more = {}, progress, signal } = {}) {
  const word = Math.random().toString(36).slice(2);
  const pieces = parts(file.size);
  let answer;
  for (const [index, [start, end]] of pieces.entries()) {
    signal?.throwIfAborted();
    let bytes;
    try {
      bytes = await file.slice(start, end).arrayBuffer();
    } catch {
      throw new Error(`'${name}' cannot be read here; a file is needed. Choose it with the chooser.`);
    }
    answer = await door.ask("upload", { ...more, upload: word, name, part: index, of: pieces.length }, [bytes]);
    progress?.(end - start);
  }
  return answer;
}

/**
 * Sends many files, a few at a time; what is too large or cannot be sent is told in the end and stops no other.
 * @param {{ask: Function}} door @param {string} drop the kernel's word for where they go @param {Named[]} files
 * @param {{progress: (done: number, bytes: number) => void, signal: AbortSignal, each?: (file: Named, bytes: number | null) => void}} how
 * `progress` is told how many files and bytes have arrived, `each` how many bytes of one file, and null when it is on its way no more
 * @returns {Promise<{path: string, reason: string}[]>} what was refused
 */
export async function uploadAll(door, drop, files, { progress, signal, each }) {
  const ahead = [...files];
  const refused = [];
  let [done, bytes] = [0, 0];
  const come = (more) => progress(done, (bytes += more));
  const work = async () => {
    for (let next = ahead.shift(); next && !signal.aborted; next = ahead.shift()) {
      const mine = next;
      let arrived = 0;
      const part = (more) => {
        each?.(mine, (arrived += more));
        come(more);
      };
      each?.(mine, 0);
      try {
        await upload(door, mine.file, { name: mine.name, more: { drop }, progress: part, signal });
      } catch (error) {
        if (signal.aborted) return;
        refused.push({ path: mine.name, reason: error.message });
      }
      each?.(mine, null);
      done += 1;
      progress(done, bytes);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return refused;
}

/** Parts the files that can be sent from those that are too large; hidden ones are passed over. Pure. @param {Named[]} files */
export function sortOut(files) {
  const wanted = files.filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
  const large = wanted.filter(({ file }) => file.size > LARGEST);
  return {
    fit: wanted.filter(({ file }) => file.size <= LARGEST),
    refused: large.map(({ name }) => ({ path: name, reason: "It is larger than 512 MB, too much to send through a page; choose it with the chooser." })),
  };
}

/**
 * All files of a drop, those in its folders too. One folder alone is where the names begin: what lies in it are the labels.
 * @param {any[]} entries of the file system, as the drop gave them @returns {Promise<Named[]>}
 */
export async function filesOf(entries) {
  const found = [];
  const walk = async (entry, before) => {
    if (entry.isFile) {
      const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
      if (file) found.push({ name: before + entry.name, file });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      // A folder is read a hundred entries at a time; one that cannot be read is empty.
      const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
      if (!some.length) return;
      for (const one of some) await walk(one, `${before}${entry.name}/`);
    }
  };
  for (const entry of entries) await walk(entry, "");
  const alone = entries.length === 1 && entries[0].isDirectory ? entries[0].name.length + 1 : 0;
  return found.map(({ name, file }) => ({ name: name.slice(alone), file }));
}

/**
 * Makes an element take files that are dropped on it.
 * @param {HTMLElement} element
 * @param {(files: File[], entries: any[]) => void} take told the files, and the entries of the file system, folders among them
 */
export function takeDrops(element, take) {
  let inside = 0;
  const mark = (change) => {
    inside = Math.max(0, inside + change);
    element.classList.toggle("cvw-over", inside > 0);
  };
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  element.addEventListener("dragenter", (event) => hasFiles(event) && (event.preventDefault(), mark(1)));
  element.addEventListener("dragleave", (event) => hasFiles(event) && mark(-1));
  element.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  element.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    mark(-inside);
    const { files, items } = /** @type {DataTransfer} */ (event.dataTransfer);
    // Entries are to be asked for now: they are gone when the event is over.
    const entries = [...items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    take([...files], entries);
  });
}
