// The table of all runs: sorted by any column, each with a menu to name it, note something, pin or delete it.

import { DRAWINGS, drawing, make } from "./elements.js";
import { ago, fileSize, percent, thousands } from "./figures.js";
import { MOST_COMPARED } from "./marks.js";
import { withMenu } from "./menu.js";
import { differenceWords } from "./review.js";
import { sortHeads } from "./sorting.js";

/** How a run stands, in a word. */
const STATES = { waiting: "Waiting", running: "Running", done: "Done", stopped: "Stopped", failed: "Failed", lost: "Lost" };
const OVER = ["done", "stopped", "failed", "lost"];

/** The columns: what stands in a cell, and what they are sorted by. */
const RUN_COLUMNS = [
  { name: "Run", by: (run) => run.name },
  { name: "State", text: (run) => STATES[run.state], by: (run) => run.state },
  { name: "Epochs", text: (run) => `${run.epochs} of ${run.of}`, by: (run) => run.epochs },
  { name: "Best accuracy", title: () => "On the validation images", text: (run) => percent(run.best), by: (run) => run.best ?? -1 },
  { name: "Test accuracy, 95% interval", text: (run) => testWords(run.test), by: (run) => run.test?.accuracy ?? -1 },
  { name: "Recipe", rising: true, text: (run) => recipeWords(run), by: (run) => recipeWords(run) },
  { name: "Base", text: (run) => run.base, by: (run) => run.base },
  { name: "Snapshot", text: (run) => snapshotWords(run), title: (run) => snapshotNote(run), by: (run) => (run.images ? sumOf(run.images) : -1) },
  { name: "Started", text: (run) => (run.when ? ago(run.when) : "–"), title: (run) => run.when ?? "", by: (run) => run.when ?? "" },
  { name: "Size", text: (run) => (run.size === null ? "–" : fileSize(run.size)), by: (run) => run.size ?? -1 },
];

/** The test figures of a run in a cell: accuracy with the ends of its 95% interval. Pure. @param {any} test */
export function testWords(test) {
  return test ? `${percent(test.accuracy)} (${(100 * test.low).toFixed(1)} to ${percent(test.high)})` : "–";
}

function sumOf(images) {
  return images.reduce((sum, count) => sum + count, 0);
}

/** What a run learnt from: how many images, and the first letters of the snapshot by which two of as many are told apart. Pure. @param {any} run */
export function snapshotWords(run) {
  return run.images ? `${thousands(sumOf(run.images))} images · ${run.snapshot.slice(0, 6)}` : "–";
}

/** What else there is to say of a snapshot. Pure. @param {any} run */
export function snapshotNote(run) {
  if (!run.images) return "";
  const [train, valid, test] = run.images.map(thousands);
  return `${train} to learn from, ${valid} to choose the best epoch by, ${test} to be judged by. Runs of one snapshot (${run.snapshot}) had the same images under the same labels.`;
}

/** What a recipe differs from Standard in, in a line. Pure. @param {any} run */
export function recipeWords(run) {
  const words = run.differs.map((one) => differenceWords(one)).map(([word, value]) => `${word}: ${value}`);
  return words.join(", ") || "Standard";
}

/** What is done with so many runs that were chosen. Pure. @param {number} count */
export function pickedWords(count) {
  return count < 2 ? "Compare: choose one more" : `Compare ${count} runs`;
}

/** The runs in the order of a column, pinned ones first. Pure. @param {any[]} runs @param {number} column @param {boolean} down */
export function sortRuns(runs, column, down) {
  const { by } = RUN_COLUMNS[column];
  const order = (a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0) * (down ? -1 : 1);
  return [...runs].sort((a, b) => Number(b.pinned) - Number(a.pinned) || order(a, b) || (a.name < b.name ? 1 : -1));
}

/**
 * @param {{show: (run: string) => void, compare: (runs: string[]) => Promise<any>, describe: (run: string, about: any) => Promise<any>, remove: (run: string) => Promise<any>,
 *   restore: (run: string) => Promise<any>, empty: () => Promise<any>}} acts each gives undefined when it failed
 */
export function makeRuns(acts) {
  const table = make("table", {});
  const said = make("p", { class: "cvw-soft", role: "status", hidden: true });
  const bin = make("p", { class: "cvw-soft", hidden: true });
  const beside = make("button", { type: "button", class: "cvw-button", onclick: () => acts.compare([...picked]) });
  const clear = make("button", { type: "button", class: "cvw-quiet", onclick: () => pick([]) }, "Clear");
  const chosen = make("div", { class: "cvw-line-up cvw-picked", role: "group", "aria-label": "Chosen runs", hidden: true }, beside, clear);
  const element = make("div", { class: "cvw-runs-box" }, chosen, make("div", { class: "cvw-runs" }, table), said, bin);
  const picked = /** @type {Set<string>} */ (new Set());
  let [column, down] = [0, true];
  let last = { runs: [], shown: "", deleted: {} };
  let drawn = "";
  let writing = ""; // the run whose name or note is being written: its row stays as it is until that is done

  /** @param {any[]} runs @param {string} shown @param {any} deleted */
  function show(runs, shown, deleted) {
    last = { runs, shown, deleted };
    if (!writing && !table.querySelector(".cvw-menu") && JSON.stringify(last) !== drawn) draw();
  }

  function draw() {
    drawn = JSON.stringify(last);
    const focused = /** @type {any} */ (document.activeElement);
    const row = table.contains(focused) ? focused.closest("tr")?.dataset.run : null;
    const among = row ? [...focused.closest("tr").querySelectorAll("button, input")].indexOf(focused) : -1;
    const head = sortHeads(RUN_COLUMNS, column, down, sort);
    const rows = sortRuns(last.runs, column, down).map((run) => make("tr", { class: run.name === last.shown ? "cvw-best-row" : null, "data-run": run.name },
      make("td", {}, pickOf(run)), nameCell(run), ...RUN_COLUMNS.slice(1).map(({ text, title }) => make("td", { title: title?.(run) || text(run) }, text(run)))));
    table.replaceChildren(make("thead", {}, make("tr", {}, make("td", {}), ...head)), make("tbody", {}, ...rows));
    if (row) /** @type {any} */ (table.querySelectorAll(`[data-run="${row}"] :is(button, input)`)[among])?.focus();
    pick([...picked]);
    bin.hidden = !last.deleted.runs;
    const many = last.deleted.runs === 1 ? "1 deleted run holds" : `${last.deleted.runs} deleted runs hold`;
    bin.replaceChildren(`${many} ${fileSize(last.deleted.size ?? 0)}. `, make("button", { type: "button", class: "cvw-quiet", title: "Removes their files for good; recipes and figures stay", onclick: empty }, "Empty"));
  }

  function sort(at) {
    [column, down] = [at, at === column ? !down : !RUN_COLUMNS[at].rising];
    draw();
    /** @type {HTMLElement} */ (table.querySelectorAll(".cvw-sort")[at]).focus();
  }

  function pickOf(run) {
    const box = make("input", { type: "checkbox", "aria-label": `Compare run ${run.name}`, onchange: () => pick(box.checked ? [...picked, run.name] : [...picked].filter((name) => name !== run.name)) });
    box.checked = picked.has(run.name);
    box.value = run.name;
    return box;
  }

  /** Chooses runs to be compared; those that are gone are not among them. @param {string[]} names */
  function pick(names) {
    picked.clear();
    for (const { name } of last.runs) if (names.includes(name)) picked.add(name);
    for (const box of table.querySelectorAll("input[type=checkbox]")) {
      box.checked = picked.has(box.value);
      box.disabled = !box.checked && picked.size >= MOST_COMPARED;
    }
    chosen.hidden = !picked.size;
    beside.disabled = picked.size < 2;
    beside.textContent = pickedWords(picked.size);
  }

  function nameCell(run) {
    const name = make("button", { type: "button", class: "cvw-quiet", "aria-current": run.name === last.shown ? "true" : null, title: [run.title, run.note].filter(Boolean).join(" · ") || null, onclick: () => acts.show(run.name) },
      make("bdi", {}, run.title ? `${run.name} ${run.title}` : run.name));
    const more = make("button", { type: "button", class: "cvw-quiet cvw-run-more", "aria-label": `More about run ${run.name}` }, drawing(DRAWINGS.more));
    const items = () => [
      { word: run.title ? "Rename …" : "Name …", run: () => write(run, "title", "Name", 80) },
      { word: run.note ? "Change the note …" : "Note …", run: () => write(run, "note", "Note", 4000) },
      { word: run.pinned ? "Unpin" : "Pin", note: run.pinned ? undefined : "stays on top", run: () => acts.describe(run.name, { pinned: !run.pinned }) },
      ...(OVER.includes(run.state) ? ["line", { word: "Delete", run: () => remove(run) }] : []),
    ];
    return make("th", { scope: "row" }, make("span", { class: "cvw-run-name" }, name, withMenu(more, items, `Run ${run.name}`),
      run.continues ? make("span", { class: "cvw-soft", title: `Goes on from run ${run.continues}, with its best weights` }, `from ${run.continues}`) : null,
      run.pinned ? make("span", { class: "cvw-soft" }, "pinned") : null,
      run.production ? make("span", { class: "cvw-promoted" }, drawing(DRAWINGS.kept), "production") : null), run.note ? make("small", { class: "cvw-note" }, run.note) : null);
  }

  /** Puts a field in the place of a run's name, until Enter or Escape. */
  function write(run, what, word, longest) {
    const cell = [...table.querySelectorAll("tr")].find((row) => row.dataset.run === run.name)?.querySelector("th");
    const field = make(what === "note" ? "textarea" : "input", { type: what === "note" ? null : "text", rows: what === "note" ? "3" : null, maxlength: String(longest), "aria-label": `${word} of run ${run.name}`, placeholder: word });
    field.value = run[what];
    const given = field.value;
    const done = async (keep) => {
      if (writing !== run.name) return;
      writing = "";
      if (keep && field.value !== given && (await acts.describe(run.name, { [what]: field.value })) === undefined) {
        writing = run.name; // what was typed stays, beneath it stands why it was not kept
        return;
      }
      draw();
      /** @type {HTMLElement | null} */ (table.querySelector(`[data-run="${run.name}"] .cvw-run-more`))?.focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && (event.key !== "Enter" || event.shiftKey)) return; // Shift+Enter is a new line of a note
      event.preventDefault();
      event.stopPropagation();
      done(event.key === "Enter");
    });
    field.addEventListener("blur", () => done(true));
    writing = run.name;
    cell?.replaceChildren(field);
    field.focus();
  }

  async function remove(run) {
    if ((await acts.remove(run.name)) === undefined) return;
    tell(`Run ${run.name} was deleted. `, ["Undo", async () => (await acts.restore(run.name)) !== undefined && tell("")]);
  }

  async function empty() {
    const answer = await acts.empty();
    if (answer) tell(`${fileSize(answer.freed)} were freed.`);
  }

  /** Says what was done, with the way back beside it. @param {string} words @param {[string, () => void]} [back] */
  function tell(words, back) {
    said.hidden = !words;
    said.replaceChildren(words, ...(back ? [make("button", { type: "button", class: "cvw-quiet", onclick: back[1] }, back[0])] : []));
  }
  return { element, show, tell };
}
