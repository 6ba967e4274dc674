// All keys, on one sheet that ? opens.

import { iconButton } from "./bar.js";
import { make } from "./elements.js";

/** Each part of the page with its keys, as they are written on the sheet; "/" parts keys of which each does it. */
export const KEYS = [
  ["Everywhere", [["Undo the last act", "Ctrl Z"], ["Do it again", "Ctrl Shift Z"], ["All keys", "?"], ["Close, leave", "Esc"], ["From step to step", "← / →"]]],
  ["Decide about what is selected, or looked at", [["Keep", "K"], ["Trash", "X"], ["Give a label", "L"], ["Give the label that has the key", "A … Z / 0 … 9"], ["Back to New", "N"],
    ["Do what is suggested, in Explore", "A"], ["It is right as it is, in Explore", "Y"]]],
  ["Select images", [["One image", "Click / Space"], ["From the last one to here", "Shift Click / Shift ← →"], ["One more, or one less", "Ctrl Click"], ["All that a drag touches", "Drag"],
    ["All that are shown", "Ctrl A"], ["The rest of the page", "Shift Space"], ["From here on", "Shift End"],
    ["Those that are not selected", "I"], ["None", "Esc"]]],
  ["Move on the wall", [["From image to image", "← / → / ↑ / ↓"], ["A screen up or down", "Page ↑ / Page ↓"], ["First and last image", "Home / End"]]],
  ["Look at one image, in the lens", [["Open, close", "Enter / Esc"], ["For as long as the key is held", "Space"], ["The image before, the next", "← / →"],
    ["Larger, smaller", "+ / −"], ["Fit the window", "Shift 1"], ["One pixel for one of the screen", "Shift 0"], ["Move the picture", "Shift ← → ↑ ↓"]]],
];

/** Keys as <kbd> elements. Pure but for making them. @param {string} keys */
function drawKeys(keys) {
  const choices = keys.split(" / ").map((choice) => make("span", { class: "cvw-chord" }, ...choice.split(" ").map((key) => make("kbd", {}, key))));
  return make("span", { class: "cvw-choices" }, ...choices);
}

/** Opens the sheet over an element, or closes it. @param {HTMLElement} root */
export function toggleKeys(root) {
  const open = root.querySelector(":scope > .cvw-sheet-back");
  if (open) return open.dispatchEvent(new Event("cvw-close"));
  const before = /** @type {HTMLElement} */ (document.activeElement);
  const groups = KEYS.map(([title, rows]) =>
    make("section", {}, make("h3", {}, title), make("dl", {}, ...rows.flatMap(([word, keys]) => [make("dt", {}, word), make("dd", {}, drawKeys(keys))]))));
  const sheet = make("div", { class: "cvw-sheet", role: "dialog", "aria-modal": "true", "aria-label": "Keys", tabindex: "-1" },
    make("div", { class: "cvw-drawer-head" }, make("h2", {}, "Keys"), make("span", { class: "cvw-space" }), iconButton("close", "Close", close)),
    make("div", { class: "cvw-groups" }, ...groups));
  const back = make("div", { class: "cvw-sheet-back", onpointerdown: (event) => event.target === back && close() }, sheet);

  function close() {
    back.remove();
    before?.focus?.({ preventScroll: true });
  }
  back.addEventListener("cvw-close", close);
  back.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "?") close();
    else if (event.key !== "Tab") return;
    event.preventDefault(); // the one button of the sheet keeps the focus inside
  });
  root.append(back);
  sheet.querySelector("button")?.focus();
  return undefined;
}
