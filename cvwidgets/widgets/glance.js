// DataGlance: what the project holds, at a glance: what one should know, labels by state, sizes, formats.

import { follow, openDoor } from "./parts/door.js";
import { make } from "./parts/elements.js";
import { fileSize, thousands } from "./parts/figures.js";
import { makeProblem, makeRoot } from "./parts/root.js";

/** So many labels stand in sight; the rest is folded. */
export const SHOWN = 12;
const STATES = [["kept", "Kept"], ["new", "New"], ["trashed", "Trash"]];

/** The labels that hold images, the largest first. Pure. @param {any[]} labels */
export function byCount(labels) {
  const whole = (label) => label.new + label.kept + label.trashed;
  return labels.map((label) => ({ ...label, whole: whole(label) })).filter((label) => label.whole).sort((a, b) => b.whole - a.whole);
}

/** What a class of sizes is called: the short side in pixels from one edge to the next. Pure. @param {number} low @param {number | null} high */
export function sizeWord(low, high) {
  if (high === null) return `${thousands(low)} or more`;
  return low ? `${thousands(low)} – ${thousands(high - 1)}` : `below ${thousands(high)}`;
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-glance", "The data at a glance", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const place = make("div", {});
  root.append(problem.place, place);

  let asked = 0;
  let shown = -1;
  /** Asks only while someone can see the answer; figures of a million images take a second. */
  async function look() {
    const wanted = model.get("_changes");
    if (wanted === shown || !root.offsetParent) return;
    const turn = (asked += 1);
    shown = wanted;
    const figures = await problem.quietly(() => door.ask("figures"));
    if (figures && turn === asked) draw(place, figures);
  }

  const seen = new ResizeObserver(look);
  seen.observe(root);
  signal?.addEventListener("abort", () => seen.disconnect());
  follow(model, ["_changes"], look, signal);
}

function draw(place, figures) {
  if (!figures.images) return place.replaceChildren();
  const labels = byCount(figures.labels);
  const most = labels[0]?.whole ?? 1;
  const rows = labels.map((label) => bar(label.name, label, most));
  const rest = rows.slice(SHOWN);
  place.replaceChildren(
    make("h2", {}, "The data at a glance"),
    make("p", { class: "cvw-soft" }, summary(figures)),
    ...(figures.hints.length ? [make("ul", { class: "cvw-said-of-data" }, ...figures.hints.map(({ sentence, severity }) => make("li", { "data-severity": severity }, sentence)))] : []),
    make("div", { class: "cvw-glance-sides" },
      make("section", {}, make("h3", {}, "Images by label"), legend(), make("div", { class: "cvw-bars-of" }, ...rows.slice(0, SHOWN)),
        rest.length ? make("details", {}, make("summary", { class: "cvw-soft" }, `${thousands(rest.length)} more labels`), make("div", { class: "cvw-bars-of" }, ...rest)) : null),
      make("section", {}, make("h3", {}, "Short side, in pixels"), sizes(figures.sizes), make("p", { class: "cvw-soft" }, figures.extent),
        make("h3", { class: "cvw-next" }, "Formats"), make("p", {}, figures.formats.map(([name, count]) => `${name} ${thousands(count)}`).join(" · ")))),
  );
  return undefined;
}

function summary({ images, kept, trashed, size, ...figures }) {
  const counts = [`${thousands(images)} ${images === 1 ? "image" : "images"}`, `${thousands(kept)} kept`, `${thousands(figures.new)} new`, `${thousands(trashed)} in the trash`];
  return [...counts, fileSize(size)].join(" · ");
}

function legend() {
  return make("p", { class: "cvw-legend", "aria-hidden": "true" }, ...STATES.map(([state, word]) => make("span", { "data-state": state }, word)));
}

function bar(name, counts, most) {
  const track = make("span", { class: "cvw-shares" });
  for (const [state] of STATES) {
    if (!counts[state]) continue;
    const piece = track.appendChild(make("span", { "data-state": state }));
    piece.style.flexGrow = String(counts[state]);
  }
  track.style.width = `${(100 * counts.whole) / most}%`;
  const title = `${name}: ${STATES.map(([state, word]) => `${thousands(counts[state])} ${word}`).join(", ")}`;
  return make("div", { class: "cvw-bar-of", title }, make("bdi", { class: "cvw-bar-name" }, name), make("span", { class: "cvw-bar-ground" }, track), make("span", { class: "cvw-bar-figure" }, thousands(counts.whole)));
}

function sizes(classes) {
  const most = Math.max(1, ...classes.map(({ images }) => images));
  const rows = classes.filter(({ images }) => images).map(({ low, high, images }) => {
    const piece = make("span", {});
    piece.style.width = `${(100 * images) / most}%`;
    return make("div", { class: "cvw-bar-of" }, make("span", { class: "cvw-bar-name" }, sizeWord(low, high)), make("span", { class: "cvw-bar-ground cvw-size-bar" }, piece), make("span", { class: "cvw-bar-figure" }, thousands(images)));
  });
  return make("div", { class: "cvw-bars-of" }, ...rows);
}

export default { render };
