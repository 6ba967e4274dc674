// The list of analyses: what each is about, by which model, how far it is; Cancel, Go on, Rename, Delete.

import { DRAWINGS, drawing, make, say } from "./elements.js";
import { ago, roughly, thousands } from "./figures.js";
import { withMenu } from "./menu.js";

const UNDER_WAY = ["waiting", "running"];
const ENDED_EARLY = { stopped: "Stopped", failed: "Failed", lost: "Ended without a word" };

/** What an analysis is called: its title, or the end of what it is about. Pure. @param {any} one */
export function nameOfAnalysis({ title, source }) {
  return title || (/^([/\\]|[A-Za-z]:)/.test(source) ? source.split(/[/\\]/).filter(Boolean).pop() ?? source : source);
}

/** How far an analysis is, in words. Pure. @param {any} one */
export function analysisWords({ state, done, of, images_per_second: pace, seconds_left: left, waits_for: before = [] }) {
  if (state === "waiting") return before.length ? `Waits for ${before[0]}` : "About to begin";
  const far = of ? `${thousands(done)} of ${thousands(of)}` : "";
  if (state === "running") {
    if (!of) return "Listing the files";
    const words = [far, pace ? `${pace < 10 ? pace.toFixed(1) : thousands(Math.round(pace))} a second` : "loading the model", left ? `${roughly(left)} left` : ""];
    return words.filter(Boolean).join(" · ");
  }
  if (of && done >= of) return `${thousands(of)} ${of === 1 ? "image" : "images"}`;
  return [ENDED_EARLY[state] ?? "Ended early", far && `${far} kept`].filter(Boolean).join(" · ");
}

/** Whether it can go on. Pure. @param {any} one */
export function canGoOn({ state, done, of }) {
  return !UNDER_WAY.includes(state) && (!of || done < of);
}

/** @param {{ask: (action: string, args: any) => Promise<any>, readOnly: () => boolean}} acts */
export function makeAnalyses({ ask, readOnly }) {
  const list = make("ul", { class: "cvw-analysis-list cvw-scrolls", "aria-label": "Analyses" });
  const none = make("p", { class: "cvw-soft" }, "Nothing was analyzed yet. What is said of each image is kept, and can be filtered, sorted and given away without asking again.");
  const gone = make("p", { class: "cvw-soft", role: "status", hidden: true });
  const element = make("div", {}, none, list, gone);
  /** @type {Map<string, any>} */
  const rows = new Map();

  function build(name) {
    const title = make("bdi", { class: "cvw-cut" });
    const open = make("button", { type: "button", class: "cvw-quiet cvw-analysis-name", onclick: () => ask("show", { name }) }, title);
    const field = make("input", { type: "text", maxlength: "80", hidden: true, "aria-label": `Title of analysis ${name}` });
    const about = make("span", { class: "cvw-soft cvw-cut" });
    const far = make("span", { class: "cvw-soft" });
    const bar = make("span", {});
    const track = make("div", { class: "cvw-track", role: "progressbar", "aria-label": "How far the analysis is", "aria-valuemin": "0", "aria-valuemax": "100" }, bar);
    const stop = make("button", { type: "button", class: "cvw-button", onclick: () => ask("stop", { name }) }, "Cancel");
    const go = make("button", { type: "button", class: "cvw-button", onclick: () => ask("resume", { name }) }, "Go on");
    const more = make("button", { type: "button", class: "cvw-quiet", "aria-label": `More about analysis ${name}` }, drawing(DRAWINGS.more));
    const reason = make("p", { class: "cvw-warned", hidden: true });
    const menu = withMenu(more, () => [
      { word: "Rename …", run: rename },
      ...(UNDER_WAY.includes(now.state) ? [] : [{ word: "Delete", note: "It can be brought back", run: () => ask("delete", { name }) }]),
    ], `Analysis ${name}`);
    const row = make("li", {}, make("div", { class: "cvw-analysis-row" }, make("span", { class: "cvw-analysis-what" }, open, field, about), far, stop, go, menu), track, reason);
    let now = { state: "" };

    function rename() {
      field.value = now.title ?? "";
      field.hidden = false;
      open.hidden = true;
      field.focus();
    }
    function leaveField(keep) {
      if (field.hidden) return;
      field.hidden = true;
      open.hidden = false;
      if (keep && field.value.trim() !== now.title) ask("rename", { name, title: field.value });
    }
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") leaveField(true);
      else if (event.key === "Escape") leaveField(false);
    });
    field.addEventListener("blur", () => leaveField(true));

    function show(one, isOpen) {
      now = one;
      const live = UNDER_WAY.includes(one.state);
      say(title, nameOfAnalysis(one));
      open.title = one.source;
      if (isOpen) open.setAttribute("aria-current", "true");
      else open.removeAttribute("aria-current");
      say(about, [one.name, one.model, ago(one.created)].filter(Boolean).join(" · "));
      say(far, analysisWords(one));
      track.hidden = !live || !one.of;
      bar.style.width = `${one.of ? (100 * one.done) / one.of : 0}%`;
      track.setAttribute("aria-valuenow", String(one.of ? Math.round((100 * one.done) / one.of) : 0));
      stop.hidden = !live;
      go.hidden = !canGoOn(one) || readOnly();
      more.disabled = readOnly();
      reason.hidden = !["failed", "lost"].includes(one.state) || !one.reason;
      say(reason, one.reason ?? "");
    }
    return { row, show };
  }

  /** @param {any[]} analyses @param {string} open @param {string[]} deleted */
  function show(analyses, open, deleted) {
    none.hidden = analyses.length > 0;
    for (const [name, { row }] of rows) {
      if (analyses.some((one) => one.name === name)) continue;
      row.remove();
      rows.delete(name);
    }
    analyses.forEach((one, at) => {
      if (!rows.has(one.name)) rows.set(one.name, build(one.name));
      const { row, show: tell } = rows.get(one.name);
      tell(one, one.name === open);
      if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
    });
    gone.hidden = !deleted.length || readOnly();
    if (gone.hidden || gone.dataset.told === deleted.join()) return;
    gone.dataset.told = deleted.join();
    const last = deleted[deleted.length - 1];
    gone.replaceChildren(`${deleted.length === 1 ? `Analysis ${last} is` : `${deleted.length} analyses are`} deleted. `,
      make("button", { type: "button", class: "cvw-quiet", onclick: () => ask("restore", { name: last }) }, `Bring ${last} back`),
      make("button", { type: "button", class: "cvw-quiet", onclick: () => ask("empty", {}) }, "Remove for good"));
  }

  return { element, show };
}
