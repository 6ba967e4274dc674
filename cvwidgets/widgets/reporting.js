// ReportPanel: a run as one file for others, written, then downloaded.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { ago, fileSize, thousands } from "./parts/figures.js";
import { makeProblem, makeRoot } from "./parts/root.js";
import { saveFile } from "./parts/saving.js";

/** How the report of a run stands, in a sentence. Pure. @param {any} report @param {number} [now] milliseconds since 1970 */
export function reportWords({ file, job }, now = Date.now()) {
  if (isWritten(job)) return job.of ? `${thousands(job.done)} of ${thousands(job.of)} pictures made` : "Gathering what there is to tell …";
  if (job?.state === "failed" || job?.state === "lost") return job.reason ?? "It ended without a word. Write it again.";
  if (!file) return "One file that opens anywhere: figures, curves, the confusion matrix with its pictures.";
  return [file.name, fileSize(file.size), `written ${ago(file.when, now)}`].join(" · ");
}

/** Whether it is being written now. Pure. @param {any} job */
export function isWritten(job) {
  return ["waiting", "running"].includes(job?.state);
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-reporting", "Report", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const run = () => model.get("_report").run;
  const write = make("button", { type: "button", class: "cvw-button", onclick: () => problem.guard(() => door.ask("write", { run: run() }), { saves: false }) });
  const stop = make("button", { type: "button", class: "cvw-button", onclick: () => problem.guard(() => door.ask("stop"), { saves: false }) }, "Cancel");
  const meter = make("progress", { class: "cvw-meter", max: "1", "aria-label": "Report" });
  const told = make("span", { class: "cvw-soft", role: "status" });
  const keep = make("button", { type: "button", class: "cvw-button", onclick: download }, "Download");
  const line = make("div", { class: "cvw-line-up" }, write, meter, told, stop, keep);
  root.append(line, problem.place);

  async function download() {
    keep.disabled = true;
    const answer = await problem.guard(() => door.ask("download", { run: run() }), { saves: false });
    keep.disabled = false;
    if (answer) saveFile(answer.name, answer.buffers[0], "text/html");
  }

  follow(model, ["_report"], () => {
    const report = model.get("_report");
    const live = isWritten(report.job);
    line.hidden = !report.over;
    say(write, report.file ? "Report again" : "Report");
    write.hidden = live;
    write.disabled = Boolean(report.why);
    write.title = report.why || "For someone who runs no notebook";
    meter.hidden = stop.hidden = !live;
    if (report.job?.of) meter.value = report.job.done / report.job.of;
    else meter.removeAttribute("value");
    say(told, report.run ? report.why || reportWords(report) : "");
    told.title = live ? "" : (report.file?.path ?? "");
    keep.hidden = live || !report.file;
  }, signal);
}

export default { render };
