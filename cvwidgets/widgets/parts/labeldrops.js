// Dragging onto the tree of labels: images from a wall, and labels from another row.

/** What the selection of a wall is called while it is dragged. */
export const DRAGGED_IMAGES = "application/x-cvwidgets-selection";
const DRAGGED_LABEL = "application/x-cvwidgets-label";

/**
 * Lets rows be dragged and dropped upon. Who has the wall listens for "cvw-drop-label" with the label that its images were dropped on.
 * @param {HTMLElement} list @param {(event: Event) => any} rowAt
 * @param {{canDrag: (row: any) => boolean, canTake: (row: any) => boolean, move: (name: string, under: string | null) => void}} does
 */
export function takeLabelDrops(list, rowAt, { canDrag, canTake, move }) {
  let over = null;
  const mark = (element) => {
    over?.classList.remove("cvw-over");
    over = element;
    over?.classList.add("cvw-over");
  };
  list.addEventListener("dragstart", (event) => {
    const row = rowAt(event);
    if (row && canDrag(row)) event.dataTransfer.setData(DRAGGED_LABEL, row.name);
  });
  list.addEventListener("dragover", (event) => {
    const row = rowAt(event);
    const { types } = event.dataTransfer;
    // A label may be dropped on "All images" too, to be a root; images need a label.
    const taken = row && ((types.includes(DRAGGED_IMAGES) && canTake(row)) || (types.includes(DRAGGED_LABEL) && (row.name === null || canTake(row))));
    mark(taken ? event.target.closest(".cvw-label") : null);
    if (taken) event.preventDefault();
  });
  list.addEventListener("dragleave", () => mark(null));
  list.addEventListener("drop", (event) => {
    const row = rowAt(event);
    mark(null);
    if (!row) return;
    event.preventDefault();
    event.stopPropagation();
    const name = event.dataTransfer.getData(DRAGGED_LABEL);
    if (event.dataTransfer.types.includes(DRAGGED_IMAGES)) event.target.dispatchEvent(new CustomEvent("cvw-drop-label", { bubbles: true, detail: { label: row.name } }));
    else if (name && name !== row.name) move(name, row.name);
  });
}
