// The list of files that were refused, with the reason of each and what can be seen of it.

import { DRAWINGS, drawing, make, say } from "./elements.js";
import { thousands } from "./figures.js";

/** So many refused files are looked at for a picture; the others have a plain sign. */
export const PICTURED = 60;

/**
 * @param {(number: number) => Promise<DataView | undefined>} [picture] gives the bytes of a small picture of the refused file of a
 * number, if there is one
 * @param {AbortSignal} [signal]
 */
export function makeRefused(picture, signal) {
  const body = make("tbody", {});
  const more = make("p", { class: "cvw-soft" });
  const summary = make("summary", {});
  const place = make("details", { class: "cvw-refused", hidden: true }, summary, make("div", { class: "cvw-reasons" }, make("table", {}, body), more));
  const addresses = [];
  let shown = 0;
  let of = "";
  let waiting = Promise.resolve();
  const watch = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach((one) => look(one.target)));
  signal?.addEventListener("abort", clear);

  function clear() {
    watch.disconnect();
    for (const address of addresses.splice(0)) URL.revokeObjectURL(address);
    body.replaceChildren();
    shown = 0;
  }

  function look(sign) {
    watch.unobserve(sign);
    const [row, name] = [Number(sign.dataset.number), of];
    // One after the other: a broken picture is read with care, and nobody waits for it.
    waiting = waiting.then(() => (name === of && !signal?.aborted ? bring(sign, row) : undefined)).catch(() => undefined);
  }

  async function bring(sign, number) {
    const bytes = await picture?.(number);
    if (!bytes?.byteLength) return;
    const address = URL.createObjectURL(new Blob([bytes]));
    addresses.push(address);
    const image = make("img", { alt: "", onload: () => sign.replaceChildren(image) });
    image.src = address;
  }

  function row({ path, reason }, number) {
    const sign = make("span", { class: "cvw-refused-sign", "data-number": number }, drawing(DRAWINGS.broken));
    if (picture && number < PICTURED) watch.observe(sign);
    return make("tr", {}, make("td", {}, sign), make("th", { scope: "row", title: path }, make("bdi", {}, path.split(/[\\/]/).pop())), make("td", {}, reason));
  }

  /**
   * Shows the list, which only grows as long as the name stays.
   * @param {string} name tells the lists apart @param {{path: string, reason: string}[]} refused @param {number} [count] of all
   */
  function show(name, refused, count = refused.length) {
    if (name !== of || refused.length < shown) {
      clear();
      place.open = refused.length < 9;
    }
    of = name;
    body.append(...refused.slice(shown).map((one, index) => row(one, shown + index)));
    shown = refused.length;
    place.hidden = !count;
    say(summary, `${thousands(count)} ${count === 1 ? "file" : "files"} refused`);
    say(more, count > shown ? `and ${thousands(count - shown)} more` : "");
  }

  return { place, show };
}
