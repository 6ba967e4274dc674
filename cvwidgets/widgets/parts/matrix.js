// The confusion matrix of Explore: a table whose cells are doors to the images behind them.

import { make } from "./elements.js";
import { percent, thousands } from "./figures.js";

/** What a cell says to who hears or points at it. Pure. @param {string} label @param {string} said @param {number} count @param {number} kept */
export function cellWords(label, said, count, kept) {
  const share = `${thousands(count)} of ${thousands(kept)} (${percent(kept ? count / kept : 0)})`;
  return label === said ? `${label}: ${share} are said to be that` : `${label}: ${share} are taken for ${said}`;
}

/** How strongly a cell is colored, 0..1: by its share of the row, so that small labels are seen too. Pure. @param {number} count @param {number} kept */
export function strength(count, kept) {
  return count && kept ? 0.15 + 0.85 * Math.sqrt(count / kept) : 0;
}

/** Where an arrow key leads in a table of so many rows; null where it leads nowhere. Pure. @param {string} key @param {number} row @param {number} column @param {number} size */
export function cellBeside(key, row, column, size) {
  const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[key] ?? [0, 0];
  const there = [row + down, column + right];
  return (down || right) && there.every((at) => at >= 0 && at < size) ? there : null;
}

/** @param {(label: string, said: string) => void} choose */
export function makeMatrix(choose) {
  const table = make("table", { class: "cvw-matrix", role: "grid", "aria-label": "Confusion matrix" });
  const element = make("section", { class: "cvw-matrix-box", "aria-label": "Labels kept, and what they are taken for", tabindex: "-1", hidden: true },
    make("p", { class: "cvw-hint" }, "Rows: kept as · columns: taken for. Right ones are green."), table);
  let drawn = "";
  let cells = /** @type {any[][]} */ ([]);

  /** @param {{labels?: string[], counts?: number[][]}} matrix @param {string} row the key of what is on the wall */
  function show({ labels = [], counts = [] }, row) {
    element.hidden = !labels.length;
    const facts = JSON.stringify([labels, counts]);
    if (facts !== drawn) {
      const had = position(document.activeElement);
      drawn = facts;
      draw(labels, counts);
      if (had) cells[Math.min(had[0], labels.length - 1)]?.[Math.min(had[1], labels.length - 1)]?.focus();
    }
    const chosen = labels.flatMap((label, at) => labels.map((said, to) => ({ at, to, key: JSON.stringify([label, said]) }))).find(({ key }) => key === row);
    for (const line of cells) for (const cell of line) cell.parentElement.setAttribute("aria-selected", "false");
    if (!cells.length) return;
    cells[chosen?.at ?? 0][chosen?.to ?? 0].parentElement.setAttribute("aria-selected", String(Boolean(chosen)));
    rest(chosen?.at ?? 0, chosen?.to ?? 0);
  }

  function draw(labels, counts) {
    const head = make("tr", {}, make("td", {}), ...labels.map((said) => make("th", { scope: "col", title: said }, make("bdi", {}, said))));
    cells = labels.map((label, at) => {
      const kept = counts[at].reduce((sum, count) => sum + count, 0);
      return labels.map((said, to) => make("button", {
        type: "button", tabindex: "-1", class: at === to ? "cvw-right" : "cvw-wrong", style: `--strength: ${strength(counts[at][to], kept).toFixed(3)}`,
        title: cellWords(label, said, counts[at][to], kept), "aria-label": cellWords(label, said, counts[at][to], kept),
        onclick: () => counts[at][to] && choose(label, said),
      }, counts[at][to] ? thousands(counts[at][to]) : "·"));
    });
    table.replaceChildren(make("thead", {}, head), make("tbody", {}, ...labels.map((label, at) =>
      make("tr", {}, make("th", { scope: "row", title: label }, make("bdi", {}, label)), ...cells[at].map((cell) => make("td", { role: "gridcell" }, cell))))));
  }

  /** One cell can be reached by Tab, the others from it by arrows. */
  function rest(row, column) {
    for (const line of cells) for (const cell of line) cell.tabIndex = -1;
    cells[row][column].tabIndex = 0;
  }

  function position(button) {
    for (const [row, line] of cells.entries()) if (line.includes(button)) return [row, line.indexOf(button)];
    return null;
  }

  table.addEventListener("keydown", (event) => {
    const at = position(document.activeElement);
    const there = at && cellBeside(event.key, at[0], at[1], cells.length);
    if (!there) return;
    event.preventDefault();
    event.stopPropagation();
    rest(there[0], there[1]);
    cells[there[0]][there[1]].focus();
  });

  return { element, show };
}
