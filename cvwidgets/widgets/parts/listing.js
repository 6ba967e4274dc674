// A list that was chosen: its first lines, which column is which, and the folder that its names are relative to.

import { make, makeTable, say } from "./elements.js";
import { thousands } from "./figures.js";

/** What may be said of columns: by name, in words, and what no column means. */
const ROLES = [["file", "Names of files", "choose one"], ["label", "Labels", "none"], ["part", "Train, valid, test", "none"]];
/** So many columns are shown; the others can be chosen all the same. */
const COLUMNS = 8;

/** What a list holds, in a sentence. Pure. @param {any} list */
export function listWords({ kind, found, looked }) {
  if (kind === "addresses") return "A list of addresses: what they lead to is fetched, and comes in as New.";
  if (kind === "unknown") return "A list; say which column has the names of the files.";
  if (!looked) return "No line of it names a file.";
  if (found === looked) return looked === 1 ? "The file that it names first is there." : `All of the first ${thousands(looked)} files that it names are there.`;
  if (!found) return "Not one of the first files that it names is there. Choose the folder that the names are relative to.";
  return `${thousands(found)} of the first ${thousands(looked)} files that it names are there; those that are missing are listed at the end.`;
}

/** What a column is read as, for the head of the table; empty for one that is passed over. Pure. @param {{columns: Record<string, string>, also: string[]}} list @param {string} header */
export function roleOf({ columns, also }, header) {
  return ROLES.find(([name]) => columns[name] === header)?.[1] ?? (also.includes(header) ? "kept" : "");
}

/**
 * @param {{ask: Function}} door @param {any} problem
 * @returns {{place: HTMLElement, slot: HTMLElement, show: (list: any) => void}}
 */
export function makeListing(door, problem) {
  const told = make("p", { role: "status" });
  const selects = ROLES.map(([name, word]) => make("select", { "aria-label": word, "data-role": name, onchange: choose }));
  const fields = make("div", { class: "cvw-fields" }, ...ROLES.map(([, word], at) => make("label", { class: "cvw-named" }, make("span", {}, word), selects[at])));
  const ticks = make("div", { class: "cvw-listing-ticks" });
  const further = make("div", { class: "cvw-listing-further", role: "group", "aria-label": "Kept with the images" }, make("span", { class: "cvw-soft" }, "Kept with the images, to split by"), ticks);
  const folder = make("span", { class: "cvw-cut" });
  const slot = make("div", { class: "cvw-chooser" });
  const where = make("div", { class: "cvw-listing-where" }, make("span", { class: "cvw-soft" }, "Names are relative to"), folder, slot);
  const lines = make("div", { class: "cvw-listing-lines", tabindex: "0", role: "region", "aria-label": "First lines of the list" });
  const body = make("div", { class: "cvw-listing-names" }, fields, further, lines, where);
  const place = make("section", { class: "cvw-listing", "aria-label": "The list", hidden: true }, told, body);

  let latest = null;
  let asked = 0;

  function choose() {
    return ask({});
  }

  function tick() {
    return ask({ also: [...ticks.querySelectorAll("input:checked")].map((box) => box.value) });
  }

  async function ask(also) {
    const columns = Object.fromEntries(selects.map((one) => [one.dataset.role, one.value]));
    asked += 1;
    await problem.guard(() => door.ask("look_at_list", { columns, ...also }), { saves: false });
    asked -= 1;
    if (latest && !asked) showFurther(latest);
  }

  /** Shows the further columns, each with a box, which keeps the focus as long as they are the same ones. */
  function showFurther({ further: names, also }) {
    further.hidden = !names.length;
    const boxes = [...ticks.querySelectorAll("input")];
    if (JSON.stringify(boxes.map((box) => box.value)) !== JSON.stringify(names)) {
      ticks.replaceChildren(...names.map((name) => make("label", { class: "cvw-check" }, make("input", { type: "checkbox", value: name, onchange: tick }), make("span", {}, name))));
    }
    for (const box of ticks.querySelectorAll("input")) box.checked = also.includes(box.value);
  }

  /** @param {any} list what the chosen list holds, or null */
  function show(list) {
    latest = list;
    place.hidden = !list;
    if (!list) return;
    say(told, listWords(list));
    body.hidden = list.kind === "addresses";
    for (const [at, [name, , none]] of ROLES.entries()) {
      const options = ["", ...list.headers].map((header) => make("option", { value: header, selected: header === (list.columns[name] ?? "") }, header || none));
      selects[at].replaceChildren(...options);
    }
    if (!asked) showFurther(list); // what is ticked stays until all that was asked is answered
    say(folder, list.folder);
    folder.title = list.folder;
    const shown = list.headers.slice(0, COLUMNS);
    const head = shown.map((header) => make("span", { "data-read": roleOf(list, header) ? "yes" : null }, header, make("small", {}, roleOf(list, header))));
    lines.replaceChildren(makeTable({ class: "cvw-listing-table" }, head, list.rows.map((row) => shown.map((_, at) => row[at] ?? ""))));
  }

  return { place, slot, show };
}
