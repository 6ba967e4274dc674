// A file given to the browser to keep, where it keeps what is downloaded.

import { make } from "./elements.js";

/** @param {string} name @param {ArrayBuffer | DataView} bytes @param {string} kind its media type */
export function saveFile(name, bytes, kind) {
  const address = URL.createObjectURL(new Blob([bytes], { type: kind }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it after the click
}
