// The row over a wall whose view knows more of its images: by which value they stand in order, and from where to where it may lie.

import { DRAWINGS, drawing, make, say } from "./elements.js";
import { withMenu } from "./menu.js";

/** What an order is called. Pure. @param {string} order a value's name, with "-" for the highest first; "" as they came */
export function orderInWords(order) {
  if (!order) return "as given";
  return order.startsWith("-") ? `${order.slice(1)}, highest first` : `${order}, lowest first`;
}

/** The ranges after one end was typed; what has no end is left out. Pure. @param {Record<string, any>} ranges @param {string} name @param {0 | 1} end @param {string} text */
export function rangesWith(ranges, name, end, text) {
  const ends = [...(ranges[name] ?? [null, null])];
  ends[end] = text.trim() === "" || Number.isNaN(Number(text)) ? null : Number(text);
  const { [name]: _before, ...others } = ranges;
  return ends.some((one) => one !== null) ? { ...others, [name]: ends } : others;
}

/** The ends that hold all values, in two digits; of what is counted without. Pure. @param {{low: number | null, high: number | null}} value */
export function endsOf({ low, high }) {
  if (Number.isInteger(low) && Number.isInteger(high) && high > 1) return [String(low), String(high)];
  return [low === null ? "" : (Math.floor(low * 100 + 1e-9) / 100).toFixed(2), high === null ? "" : (Math.ceil(high * 100 - 1e-9) / 100).toFixed(2)];
}

/** @param {any} model the wall's @param {(asked: {order: string, ranges: Record<string, any>}) => void} narrow */
export function makeNarrowing(model, narrow) {
  const asked = () => {
    const { order = "", ranges = {} } = model.get("_wall");
    return { order, ranges };
  };
  const orderWords = make("span", {});
  const order = make("button", { type: "button", class: "cvw-quiet" }, orderWords, drawing(DRAWINGS.down));
  const menu = withMenu(order, orders, "Order");
  const fields = make("span", { class: "cvw-ranges" });
  const all = make("button", { type: "button", class: "cvw-quiet", onclick: () => narrow({ order: "", ranges: {} }) }, "Show all as given");
  const element = make("div", { class: "cvw-narrowing", role: "group", "aria-label": "Order and range" }, menu, fields, all);
  let drawn = "";

  function orders() {
    const { order: now, ranges } = asked();
    const names = model.get("_wall").values.map(({ name }) => name);
    return ["", ...names.flatMap((name) => [name, `-${name}`])].map((one) => {
      const words = orderInWords(one);
      return { word: words[0].toUpperCase() + words.slice(1), checked: one === now, run: () => narrow({ order: one, ranges }) };
    });
  }

  function field(name, end, placeholder) {
    const input = make("input", { type: "number", step: "0.01", class: "cvw-end", placeholder, "data-name": name, "data-end": end, "aria-label": `${name} ${end ? "to" : "from"}` });
    input.addEventListener("change", () => {
      const { order: now, ranges } = asked();
      narrow({ order: now, ranges: rangesWith(ranges, name, end, input.value) });
    });
    return input;
  }

  function drawFields(values) {
    fields.replaceChildren(...values.map((value) => {
      const [low, high] = endsOf(value);
      return make("span", { class: "cvw-range" }, make("bdi", {}, value.name), field(value.name, 0, low), make("span", { class: "cvw-soft" }, "to"), field(value.name, 1, high));
    }));
  }

  function show() {
    const { values = [] } = model.get("_wall");
    const { order: now, ranges } = asked();
    element.hidden = !values.length;
    if (JSON.stringify(values) !== drawn) drawFields(values);
    drawn = JSON.stringify(values);
    say(orderWords, `Order: ${orderInWords(now)}`);
    for (const input of fields.querySelectorAll("input")) {
      const end = ranges[input.dataset.name]?.[Number(input.dataset.end)] ?? null;
      if (input !== document.activeElement) input.value = end === null ? "" : String(end);
    }
    all.hidden = !now && !Object.keys(ranges).length;
  }

  return { element, show };
}
