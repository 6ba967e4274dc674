// JobsPanel: what runs, how far, the time left, Cancel; what ended and how; the log of each for a second look.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { ago, duration } from "./parts/figures.js";
import { makeProblem, makeRoot } from "./parts/root.js";

const LIVE = ["waiting", "running"];
const WORDS = { waiting: "Waiting", running: "Running", done: "Done", stopped: "Stopped", failed: "Failed", lost: "Lost" };

/** What stands under the title of a job: how far it is, or how and when it ended. Pure. @param {any} job */
export function storyOf(job) {
  if (LIVE.includes(job.state)) {
    const left = job.seconds_left === null ? "" : `about ${duration(job.seconds_left)} left`;
    return [job.sentence, left].filter(Boolean).join(" · ");
  }
  return [WORDS[job.state], job.sentence, job.ended ? ago(job.ended) : ""].filter(Boolean).join(" · ");
}

/** What a job is called within its project. Pure. @param {any} job */
export function titleOf(job) {
  return job.kind === "training" ? `Train run ${job.name.split("/").pop()}` : job.title;
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-jobs", "Jobs", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const list = make("ul", { class: "cvw-job-list" });
  const empty = make("p", { class: "cvw-empty" }, make("strong", {}, "Nothing runs"), "Imports and trainings appear here, with the time left. They go on when the page is closed.");
  root.append(problem.place, list, empty);
  /** @type {Map<string, ReturnType<typeof drawJob>>} */
  const rows = new Map();

  follow(model, ["_jobs"], () => {
    const jobs = model.get("_jobs");
    empty.hidden = jobs.length > 0;
    for (const [name, row] of rows) {
      if (jobs.some((job) => job.name === name)) continue;
      row.element.remove();
      rows.delete(name);
    }
    jobs.forEach((job, index) => {
      if (!rows.has(job.name)) rows.set(job.name, drawJob(job.name, door, problem));
      const row = rows.get(job.name);
      row.show(job);
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
    });
  }, signal);
}

function drawJob(name, door, problem) {
  const state = make("span", { class: "cvw-state" });
  const title = make("bdi", { class: "cvw-job-title" });
  const cancel = make("button", { type: "button", class: "cvw-button", onclick: () => problem.guard(() => door.ask("stop", { name })) }, "Cancel");
  const bar = make("span", {});
  const track = make("div", { class: "cvw-track", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, bar);
  const story = make("p", { class: "cvw-soft" });
  const reason = make("p", {});
  const text = make("pre", { class: "cvw-log", tabindex: "0" });
  const log = make("details", { class: "cvw-log-fold", ontoggle: () => log.open && read() }, make("summary", { class: "cvw-soft" }, "Log"), text);
  const element = make("li", { class: "cvw-job" }, make("div", { class: "cvw-job-head" }, state, title, make("span", { class: "cvw-space" }), cancel), track, story, reason, log);

  async function read() {
    say(text, "Reading …");
    const answer = await problem.quietly(() => door.ask("read_log", { name }));
    say(text, answer?.log || "It wrote nothing.");
  }

  function show(job) {
    const live = LIVE.includes(job.state);
    state.dataset.state = job.state;
    say(title, titleOf(job));
    title.title = job.title;
    say(reason, live ? "" : (job.reason ?? ""));
    reason.hidden = !reason.textContent;
    cancel.hidden = !live || !job.stoppable;
    say(cancel, job.kind === "serving" ? "Stop" : "Cancel");
    track.hidden = !live || (job.kind === "serving" && job.share === 1); // what answers is no more on its way anywhere
    track.setAttribute("aria-label", job.title);
    track.classList.toggle("cvw-unknown", job.share === null);
    if (job.share !== null) track.setAttribute("aria-valuenow", String(Math.round(100 * job.share)));
    bar.style.width = job.share === null ? "" : `${100 * job.share}%`;
    say(story, storyOf(job));
  }

  return { element, show };
}

export default { render };
