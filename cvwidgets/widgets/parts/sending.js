// Files on their way from the browser: one bar for all of them, Cancel, and what could not be sent.

import { make, say } from "./elements.js";
import { fileSize, thousands } from "./figures.js";
import { withoutVideos } from "./films.js";
import { makeRefused } from "./refused.js";
import { makeUnderWay } from "./underway.js";
import { sortOut, uploadAll } from "./uploads.js";

/** Tells this page from those that were open before it and beside it. */
const PAGE = Math.random().toString(36).slice(2);

/** Tells the kernel that this page is there: what one before it was sending is cut off. @param {{ask: Function}} door */
export function come(door) {
  return door.ask("come", { page: PAGE });
}

/** How far the sending is, in words. Pure. @param {{done: number, files: number, bytes: number, size: number}} now */
export function sendingWords({ done, files, bytes, size }) {
  return `${thousands(done)} of ${thousands(files)} ${files === 1 ? "file" : "files"} sent · ${fileSize(bytes)} of ${fileSize(size)}`;
}

/**
 * @param {{ask: Function}} door @param {any} problem
 * @param {{form: () => any, changed: () => void, wait: (files: any[]) => Promise<{frames: any} | null>, noVideos: () => string}} panel what stands
 *   in the form, whom to tell, what a drop waits for and what is asked of its videos then, and why videos are not sent
 */
export function makeSending(door, problem, { form, changed, wait, noVideos }) {
  const words = make("p", { class: "cvw-soft", role: "status" });
  const bar = make("span", {});
  const track = make("div", { class: "cvw-track", role: "progressbar", "aria-label": "Sending", "aria-valuemin": 0, "aria-valuemax": 100 }, bar);
  const cancel = make("button", { type: "button", class: "cvw-button", onclick: () => stop?.abort() }, "Cancel");
  const now = makeUnderWay();
  const way = make("div", { class: "cvw-sending", hidden: true }, make("div", { class: "cvw-line-up" }, words, make("span", { class: "cvw-space" }), cancel), track, now.place);
  const told = make("p", { class: "cvw-soft", role: "status" });
  const refused = makeRefused();
  const place = make("div", { class: "cvw-dropped" }, way, told, refused.place);
  /** @type {AbortController | null} */
  let stop = null;
  let drops = 0;

  /** Sends files and starts their import; those of a sending that is cancelled come in as far as they are complete. @param {any[]} all */
  async function send(all) {
    if (!all.length) return;
    if (stop) return problem.show("Files are being sent already; one drop at a time. Drop these again when they are here.");
    const sorted = sortOut(all);
    const { fit, refused: unread } = withoutVideos(sorted.fit, noVideos());
    const large = [...sorted.refused, ...unread];
    drops += 1;
    refused.show(`${drops}`, large);
    say(told, fit.length || large.length ? "" : "Nothing to send: hidden files are left out.");
    const asked = fit.length ? await wait(fit) : null;
    if (!asked || stop) return;
    stop = new AbortController();
    changed();
    await problem.guard(() => sendAll(fit, large, asked.frames, stop.signal), { saves: false });
    stop = null;
    way.hidden = true;
    changed();
  }

  async function sendAll(files, large, frames, signal) {
    const size = files.reduce((sum, one) => sum + one.file.size, 0);
    const { drop } = await door.ask("drop", { size, files: files.length, page: PAGE });
    const progress = (done, bytes) => {
      say(words, sendingWords({ done, files: files.length, bytes, size }));
      const percent = size ? Math.round((100 * bytes) / size) : 0;
      bar.style.width = `${percent}%`;
      track.setAttribute("aria-valuenow", String(percent));
    };
    progress(0, 0);
    way.hidden = false;
    now.clear();
    const failed = await uploadAll(door, drop, files, { progress, signal, each: now.tell });
    refused.show(`${drops}`, [...large, ...failed]);
    const { label, state } = form();
    const answer = await door.ask("receive", { drop, label: label.trim() || null, state: state || null, frames });
    if (signal.aborted) say(told, answer.files ? `Cancelled; ${thousands(answer.files)} complete ${answer.files === 1 ? "file comes" : "files come"} in.` : "Cancelled; nothing came in.");
  }

  return { place, send, busy: () => stop !== null };
}
