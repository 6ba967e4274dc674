// AnalysisPanel: a model asked about very many images; beneath, what it said on a wall that is filtered live.

import { makeAnalyses } from "./parts/analyses.js";
import { makeAnalysisForm } from "./parts/analysisform.js";
import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { thousands } from "./parts/figures.js";
import { makeGivingOut } from "./parts/givingout.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { makeSieve } from "./parts/sieve.js";
import { tellSight } from "./parts/sight.js";
import { fillSlot } from "./parts/slot.js";
import { choose } from "./parts/typeahead.js";

/** Milliseconds between two questions while a slider moves. */
const LIVE_PAUSE = 80;

/** What came since the wall was shown, in words. Pure. @param {any} results */
export function staleWords({ rows = 0, stale = false }) {
  return stale ? `Something changed; ${thousands(rows)} ${rows === 1 ? "row" : "rows"} by now.` : "";
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-analysis", "Analyze many images", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const ask = (action, args = {}) => problem.guard(() => door.ask(action, args), { saves: false });

  const chooser = make("div", { class: "cvw-chooser" });
  const form = makeAnalysisForm(chooser, { choice: () => model.get("_choice"), start: (asked) => ask("start", asked) });
  const list = makeAnalyses({ ask, readOnly: () => Boolean(model.get("_ways").read_only) });
  const sieve = makeSieve(live);
  const places = [["inside", "In the project"], ["outside", "Elsewhere"]].map(([name, word]) => {
    const count = make("span", { class: "cvw-count" });
    return { name, count, button: make("button", { type: "button", class: "cvw-kind", onclick: () => send({ ...model.get("_asked") }, name) }, word, count) };
  });
  const both = make("span", { class: "cvw-places", role: "group", "aria-label": "Where" }, ...places.map(({ button }) => button));
  const stale = make("span", { class: "cvw-soft", role: "status" });
  const again = make("button", { type: "button", class: "cvw-quiet", onclick: () => ask("refresh") }, "Show it");
  const fresh = make("button", { type: "button", class: "cvw-button", onclick: () => add(null) }, "Add selected to New");
  const kept = make("button", { type: "button", class: "cvw-button", onclick: label }, "Add selected to a label …");
  const adding = make("span", { class: "cvw-line-up" }, fresh, kept);
  const top = make("div", { class: "cvw-line-up cvw-over-wall" }, both, adding, stale, again);
  const slot = make("div", { class: "cvw-slot" });
  const out = makeGivingOut({ start: (asked) => ask("export", asked), stop: () => ask("stop_export") });
  const left = make("p", { class: "cvw-about" });
  const heading = make("h2", {});
  const results = make("section", { class: "cvw-said-of-many", "aria-label": "What was said" }, heading, make("div", { class: "cvw-analysis-body" }, make("div", {}, sieve.element, out.element), make("div", { class: "cvw-main" }, top, slot)), left);
  root.append(make("h2", {}, "Analyze many images"), form.element, problem.place, list.element, results);

  let place = "inside";
  let timer = 0;
  let under = false;
  let next = null;

  /** While something is moved the newest wish alone is asked, one at a time. @param {any} asked */
  function live(asked) {
    next = asked;
    if (!under && !timer) timer = setTimeout(go, LIVE_PAUSE);
  }

  async function go() {
    timer = 0;
    const asked = next;
    next = null;
    if (asked) await send(asked, place);
    if (next && !timer) timer = setTimeout(go, LIVE_PAUSE);
  }

  async function send(asked, where) {
    under = true;
    place = where;
    await ask("ask_for", { asked, place: where });
    under = false;
  }

  async function add(name) {
    const done = await ask("add", { label: name });
    if (done) say(stale, `${thousands(done.files)} ${done.files === 1 ? "file is" : "files are"} on the way into ${name ?? "New"}.`);
  }

  async function label() {
    const coming = door.ask("labels").then((found) => found.labels);
    const choice = await choose(top, coming, "Label for the selected files");
    if (choice) add(choice.name);
  }

  function showResults() {
    const [now, opened] = [model.get("_results"), model.get("_opened")];
    const has = Boolean(opened && now.labels);
    results.hidden = !has;
    if (!has) return;
    place = now.place ?? place;
    const one = model.get("_analyses").find(({ name }) => name === opened);
    say(heading, one ? one.title || one.source : `Analysis ${opened}`);
    if (!next && !timer) sieve.show(now, model.get("_asked"));
    for (const { name, count, button } of places) {
      say(count, thousands(now[`${name}_shown`] ?? 0));
      button.setAttribute("aria-pressed", String(name === place));
    }
    both.hidden = !now.inside_shown || !now.outside_shown;
    adding.hidden = place !== "outside" || Boolean(model.get("_ways").read_only);
    say(stale, staleWords(now));
    again.hidden = !now.stale;
    top.hidden = both.hidden && adding.hidden && again.hidden;
    say(left, now.left_out ? `${thousands(now.left_out)} files or links of the folder were left out: no pictures by their kind, or outside of what is allowed.` : "");
    showOut();
  }

  function showOut() {
    out.show(model.get("_export"), model.get("_results"));
  }

  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());
  tellSight(model, root, signal);
  signal?.addEventListener("abort", () => clearTimeout(timer));
  fillSlot(model, model.get("_chooser"), chooser, signal).catch(problem.show);
  fillSlot(model, model.get("_grid"), slot, signal)
    .then((wall) => wall && follow(wall, ["selected"], () => (fresh.disabled = kept.disabled = !wall.get("selected").ranges.length), signal))
    .catch(problem.show);
  follow(model, ["_ways"], () => {
    const ways = model.get("_ways");
    form.offer(ways);
    sieve.offer(ways.orders ?? []);
    out.offer(ways.forms ?? []);
  }, signal);
  follow(model, ["_choice"], form.look, signal);
  follow(model, ["_analyses", "_opened", "_deleted"], () => list.show(model.get("_analyses"), model.get("_opened"), model.get("_deleted")), signal);
  follow(model, ["_results", "_asked", "_opened"], showResults, signal);
  follow(model, ["_export"], showOut, signal);
}

export default { render };
