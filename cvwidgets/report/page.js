// The script of a report: shows the pictures behind a cell, and leads through the matrix by arrow keys.
(() => {
  const place = document.getElementById("cvw-place");
  if (!place) return;
  const doors = [...document.querySelectorAll("[data-cell]")];
  const cells = [...document.querySelectorAll(".cvw-matrix tbody tr")].map((row) => [...row.querySelectorAll(".cvw-cell")]);

  function open(name) {
    place.replaceChildren(document.getElementById(name).content.cloneNode(true));
    for (const door of doors) door.setAttribute("aria-pressed", String(door.dataset.cell === name));
  }

  document.addEventListener("click", (event) => {
    const door = event.target.closest("[data-cell]");
    if (!door) return;
    open(door.dataset.cell);
    const { top, bottom } = place.getBoundingClientRect();
    if (bottom < 120 || top > innerHeight - 120) place.scrollIntoView({ block: "center" });
  });

  // One cell of the matrix can be reached by Tab, the others from it by arrows, past those that hold nothing.
  const all = cells.flat().filter((cell) => cell.dataset.cell);
  for (const cell of all) cell.tabIndex = -1;
  const first = all.find((cell) => cell.dataset.cell === place.dataset.first) ?? all[0];
  if (first) first.tabIndex = 0;

  document.addEventListener("keydown", (event) => {
    const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [0, 0];
    let row = cells.findIndex((line) => line.includes(document.activeElement));
    if ((!down && !right) || row < 0) return;
    let column = cells[row].indexOf(document.activeElement);
    do {
      row += down;
      column += right;
    } while (cells[row]?.[column] && !cells[row][column].dataset.cell);
    const next = cells[row]?.[column];
    if (!next) return;
    event.preventDefault();
    for (const cell of all) cell.tabIndex = cell === next ? 0 : -1;
    next.focus();
  });

  open(place.dataset.first);
})();
