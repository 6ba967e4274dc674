// An import or a search on the page: how far it is and how long it takes still, then what came of it and what was refused.

import { make, say } from "./elements.js";
import { showElsewhere } from "./elsewhere.js";
import { duration, thousands } from "./figures.js";
import { makeQueries, notesOf } from "./queries.js";
import { makeRefused } from "./refused.js";
import { goTo, inWorkbench } from "./slot.js";

/** The first pass takes a small part of the time of an import: it only looks at headers. */
const FIRST_PASS = 0.15;

/** What is taken in, in a few words. Pure. @param {any} work */
export function titleOf({ search, sources }) {
  if (search) return `Search for ${sources.join(", ")}`;
  return sources.map((source) => (source.startsWith("hub:") ? source.slice(4) : source.split(/[\\/]/).pop())).join(", ");
}

/** How an import stands, in a sentence. Pure. @param {any} work */
export function inSentence(work) {
  if (work.state === "waiting") return `The ${work.search ? "search" : "import"} is about to begin.`;
  if (work.search) return searched(work);
  if (work.state === "running") return underWay(work);
  const refused = work.refused_count ? `${thousands(work.refused_count)} refused` : "";
  if (work.state === "failed" || work.state === "lost") return work.added ? `${counted(work.added, "image")} came in before.` : "";
  const begin = work.state === "stopped" ? "Stopped; what is in stays in · " : "";
  if (!work.added && work.state === "done") return [nothing(work), known(work) && refused, took(work)].filter(Boolean).join(" · ");
  const conflicts = work.conflicts ? `${thousands(work.conflicts)} under two labels` : "";
  return begin + [`${counted(work.added, "image")} added`, known(work), conflicts, refused, took(work)].filter(Boolean).join(" · ");
}

/** How far an import is, 0..1. Pure. @param {any} work */
export function share(work) {
  if (work.finished) return 1;
  if (work.search) return work.asked ? Math.min(1, (work.added + work.earlier) / work.asked) : 0;
  if (!work.found) return 0;
  const first = Math.min(1, work.registered / work.found);
  const second = work.registered ? Math.min(1, work.settled / work.registered) : 0;
  return Math.min(1, FIRST_PASS * first + (1 - FIRST_PASS) * second);
}

function searched(work) {
  const begin = work.state === "stopped" ? "Stopped; what is in stays in" : "";
  const counts = work.sentence || (work.state === "running" ? "Asking …" : "");
  return [begin, counts, work.state === "running" ? "" : took(work)].filter(Boolean).join(" · ");
}

function underWay(work) {
  if (!work.found) return "Looking for files …";
  if (!work.settled) return `${counted(work.found, "file")} found · ${thousands(work.registered)} to see already`;
  const left = Number.isFinite(work.seconds_left) ? ` · about ${duration(Math.max(1, Math.round(work.seconds_left)))} left` : "";
  return `${thousands(work.settled)} of ${counted(work.registered, "file")} read whole${left}`;
}

function nothing(work) {
  if (work.known && work.known === work.found) return `Nothing new: ${work.found === 1 ? "the file shows an image that is" : `all ${thousands(work.found)} files show images that are`} here already`;
  if (work.known) return `Nothing new: ${counted(work.known, "file")} of ${thousands(work.found)} known already`;
  return work.found === 1 ? "Nothing was added: the file could not be used" : `Nothing was added: none of the ${thousands(work.found)} files could be used`;
}

function known(work) {
  return work.known ? `${thousands(work.known)} known already` : "";
}

function took(work) {
  return work.seconds ? duration(work.seconds) : "";
}

function counted(count, word) {
  return `${thousands(count)} ${count === 1 ? word : `${word}s`}`;
}

/** @param {{ask: Function}} door @param {any} problem @param {AbortSignal} signal */
export function makeImport(door, problem, signal) {
  const title = make("h2", { class: "cvw-cut" });
  const cancel = make("button", { type: "button", class: "cvw-button", onclick: () => problem.guard(() => door.ask("stop")) }, "Cancel");
  const again = make("button", { type: "button", class: "cvw-button", onclick: () => problem.guard(() => door.ask("retry")) }, "Try again");
  const look = make("button", { type: "button", class: "cvw-button", onclick: lookAtThem }, "Look at them");
  const bar = make("span", {});
  const track = make("div", { class: "cvw-track", role: "progressbar", "aria-label": "Import", "aria-valuemin": 0, "aria-valuemax": 100 }, bar);
  const sentence = make("p", { class: "cvw-soft", role: "status" });
  const failure = make("div", { class: "cvw-problem", role: "alert" }, make("span", {}));
  const notes = make("div", {});
  const queries = makeQueries();
  const refused = makeRefused(async (number) => (await door.ask("refused_picture", { number })).buffers[0], signal);
  const place = make("section", { class: "cvw-work", "aria-label": "Import", hidden: true },
    make("div", { class: "cvw-line-up" }, title, make("span", { class: "cvw-space" }), cancel, again, look), track, failure, sentence, queries.place, notes, refused.place);

  /** What a search found stands under its label; what came in otherwise, wherever its folders put it. @type {any} */
  let wanted = null;
  function lookAtThem() {
    if (wanted) showElsewhere(place, "cvw-show", { folder: "", wanted });
    else goTo(place, "triage");
  }

  /** @param {any} work how the import stands, or null */
  function show(work) {
    place.hidden = !work;
    wanted = work?.look ?? null;
    if (!work) return;
    const runs = ["waiting", "running"].includes(work.state);
    const failed = ["failed", "lost"].includes(work.state);
    say(title, titleOf(work));
    title.title = work.sources.join("\n");
    cancel.hidden = track.hidden = !runs;
    again.hidden = !work.again;
    say(again, work.state === "stopped" || (work.search && work.state === "lost") ? "Go on" : "Try again");
    const offer = () => (look.hidden = runs || !work.added || !inWorkbench(place));
    offer();
    requestAnimationFrame(offer); // once more when it has its place
    const percent = Math.round(100 * share(work));
    track.setAttribute("aria-valuenow", String(percent));
    bar.style.width = `${percent}%`;
    failure.hidden = !failed;
    say(failure.firstChild, failed ? (work.reason ?? `The ${work.search ? "search" : "import"} ended without a word; its process is gone. ${work.search ? "Go on with it" : "Try it again"}.`) : "");
    say(sentence, inSentence(work));
    sentence.hidden = !sentence.textContent;
    queries.show(work);
    notes.replaceChildren(...notesOf(work).map((note) => make("p", { class: "cvw-soft" }, note)));
    refused.show(work.name, work.refused, work.refused_count);
  }

  return { place, show };
}
