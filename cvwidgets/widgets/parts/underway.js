// The files that are on their way now, each with how far it is.

import { make, say } from "./elements.js";

/** How far a file is, in percent; an empty one is there at once. Pure. @param {number} bytes @param {number} size */
export function percentSent(bytes, size) {
  return size ? Math.min(100, Math.round((100 * bytes) / size)) : 100;
}

export function makeUnderWay() {
  const place = make("ul", { class: "cvw-underway", "aria-label": "On their way" });
  /** @type {Map<any, {row: HTMLElement, bar: HTMLElement, far: HTMLElement}>} */
  const rows = new Map();

  /** Shows how many bytes of a file have arrived; null when it is on its way no more. @param {any} named @param {number | null} bytes */
  function tell(named, bytes) {
    if (bytes === null) {
      rows.get(named)?.row.remove();
      rows.delete(named);
      return;
    }
    if (!rows.has(named)) rows.set(named, begin(named));
    const { bar, far } = rows.get(named);
    const percent = percentSent(bytes, named.file.size);
    bar.style.width = `${percent}%`;
    bar.parentElement.setAttribute("aria-valuenow", String(percent));
    say(far, `${percent} %`);
  }

  function begin(named) {
    const [bar, far] = [make("span", {}), make("span", {})];
    const track = make("div", { class: "cvw-track", role: "progressbar", "aria-label": named.name, "aria-valuemin": 0, "aria-valuemax": 100 }, bar);
    const row = make("li", {}, make("span", { title: named.name }, make("bdi", {}, named.name)), track, far);
    place.append(row);
    return { row, bar, far };
  }

  function clear() {
    rows.clear();
    place.replaceChildren();
  }

  return { place, tell, clear };
}
