// Files from the browser go to the kernel in parts: a message above 10 MB would kill the connection without a word.

export const PART = 4 * 1024 * 1024;

/** Where the parts of so many bytes begin and end; an empty file is one empty part. Pure. @param {number} bytes @returns {[number, number][]} */
export function parts(bytes) {
  const ends = [];
  for (let start = 0; start < bytes || start === 0; start += PART) ends.push([start, Math.min(start + PART, bytes)]);
  return /** @type {[number, number][]} */ (ends);
}

/**
 * Sends one file; resolves to the kernel's word on the whole of it.
 * @param {{ask: Function}} door @param {File} file @param {(share: number) => void} [progress] 0..1
 */
export async function upload(door, file, progress) {
  const name = Math.random().toString(36).slice(2);
  const pieces = parts(file.size);
  let answer;
  for (const [index, [start, end]] of pieces.entries()) {
    let bytes;
    try {
      bytes = await file.slice(start, end).arrayBuffer();
    } catch {
      throw new Error(`'${file.name}' cannot be read here; a file is needed. Folders are chosen with the chooser.`);
    }
    answer = await door.ask("upload", { upload: name, name: file.name, part: index, of: pieces.length }, [bytes]);
    progress?.((index + 1) / pieces.length);
  }
  return answer;
}

/**
 * Makes an element take files that are dropped on it.
 * @param {HTMLElement} element @param {(files: File[]) => void} take
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
    take([...(event.dataTransfer?.files ?? [])]);
  });
}
