// Elements are made here, so that text from users only ever goes in as text.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element: `make("button", { class: "cvw-button", onclick }, "Keep")`.
 * Strings among the children become text, never HTML. Attributes that are null or false are left out.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {any} an HTMLElement
 */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Makes a small drawing of one path on a 16 px square, in the color of the text around it. @param {string} d @param {string} [kind] */
export function drawing(d, kind = "") {
  const svg = fill(document.createElementNS(SVG, "svg"), { viewBox: "0 0 16 16", class: `cvw-drawing ${kind}`, "aria-hidden": "true" }, []);
  svg.append(fill(document.createElementNS(SVG, "path"), { d }, []));
  return svg;
}

/** Makes an SVG element. @param {string} tag @param {Record<string, any>} attributes @param {...any} children */
export function shape(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

/** Makes a table of texts, or of what is in them; the first of each row names it. @param {Record<string, any>} attributes @param {any[]} head @param {any[][]} rows */
export function makeTable(attributes, head, rows) {
  const columns = make("tr", {}, ...head.map((word) => make("th", { scope: "col" }, word)));
  const lines = rows.map(([name, ...texts]) => make("tr", {}, make("th", { scope: "row" }, name), ...texts.map((text) => make("td", {}, text))));
  return make("table", attributes, make("thead", {}, columns), make("tbody", {}, ...lines));
}

/** Sets the text of an element only when it differs, so that a screen reader hears changes alone. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The drawings used everywhere, by name; kept, new and trashed differ by shape, not by color alone. */
export const DRAWINGS = {
  kept: "M3 8.5 6.5 12 13 4.5",
  new: "M8 5.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
  trashed: "M4 4 12 12M12 4 4 12",
  broken: "M2.5 3.5h11v9h-11zM2.5 11 6 7.5 8 9.5M10 12.5 8.5 10 10 8 8.5 6 9.5 3.5",
  undo: "M6 3 2.5 6.5 6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7",
  redo: "M10 3 13.5 6.5 10 10M13 6.5H6.5a3.5 3.5 0 0 0 0 7H9",
  journal: "M8 5v3.2l2.2 1.3M3 8a5 5 0 1 0 1.5-3.6M3 2.5v3h3",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v3h-3",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  plus: "M8 3v10M3 8h10",
  close: "M4 4 12 12M12 4 4 12",
  picture: "M2.5 3.5h11v9h-11zM2.5 11 6 7.5 9 10.5M8.5 10 10.5 8 13.5 11M10.5 6h.01",
  folder: "M2 4.5h4.5L8 6h6v7H2z",
  fold: "M2.5 3.5h11v9h-11zM6.5 3.5v9",
  down: "M4.5 6.5 8 10l3.5-3.5",
  theme: "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 1 1 0 11",
  settings: "M2.5 5h6M12 5h1.5M10.250 3.25a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0-3.5M2.5 11h1.5M7.500 11h6M5.750 9.250a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0-3.5",
  help: "M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.5M8 12v.01",
  best: "M8 2.5 9.7 6l3.8.5-2.8 2.7.7 3.8L8 11.2 4.6 13l.7-3.8L2.5 6.5 6.3 6z",
};
