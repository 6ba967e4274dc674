// EpochTable: the epochs of a run as they come, the best one marked, the one under way with its steps, and the curves beside it.

import { makeCopying } from "./parts/copying.js";
import { makeCurve } from "./parts/curve.js";
import { follow } from "./parts/door.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { decimal, duration, fileSize, percent, roughly } from "./parts/figures.js";
import { makeProblem, makeRoot } from "./parts/root.js";

const COLUMNS = [
  { name: "Epoch", title: "One pass over all training images" },
  { name: "Accuracy", title: "Share of validation images that were called by their own label" },
  { name: "Macro F1", title: "Precision and recall in one figure, each label counting the same however many images it has" },
  { name: "Valid loss", title: "How wrong the model is on images it does not learn from; lower is better" },
  { name: "Train loss", title: "How wrong the model is on the images it learns from; lower is better" },
  { name: "Learning rate", title: "How far a step moves the weights, at the end of the epoch; none where the last layer alone was learnt" },
  { name: "Images/s", title: "Training images per second" },
  { name: "Time", title: "How long the epoch took" },
];

/** The cells of a row. Pure. @param {any} epoch a record of one epoch */
export function cells(epoch) {
  return [
    String(epoch.number),
    percent(epoch.valid_accuracy),
    percent(epoch.macro_f1),
    decimal(epoch.valid_loss),
    decimal(epoch.train_loss),
    epoch.lr ? epoch.lr.toPrecision(2) : "–",
    Number.isFinite(epoch.images_per_second) ? epoch.images_per_second.toFixed(1) : "–",
    duration(epoch.seconds),
  ];
}

/** The number of the best epoch: the last one that was marked, since each mark means "best so far". Pure. @param {any[]} epochs */
export function bestOf(epochs) {
  return epochs.reduce((best, epoch) => (epoch.best ? epoch.number : best), 0);
}

/** What stands over the table: the best epoch once there are two, and the time left while it is known. Pure. @param {any[]} epochs @param {number} best @param {{over?: boolean, left?: number | null}} words */
export function captionOf(epochs, best, { over, left }) {
  const remaining = Number.isFinite(left) ? `About ${roughly(left)} left.` : "";
  const found = epochs.find((epoch) => epoch.number === best);
  if (!found || epochs.length < 2) return remaining;
  const right = `${percent(found.valid_accuracy)} of the validation images right`;
  return over ? `Epoch ${best} is the best: ${right}. Its weights are the model.` : [`Epoch ${best} is the best so far: ${right}.`, remaining].filter(Boolean).join(" ");
}

/** The cells beneath the table: memory at its most until the latest step, the pace of the middle epoch, and the time of all. Pure. @param {any[]} epochs @param {any} [step] */
export function footCells(epochs, step = null) {
  const most = (name) => Math.max(0, ...[...epochs, step].map((one) => one?.[name] ?? 0));
  const size = (bytes) => (bytes ? fileSize(bytes) : "–");
  const gpu = most("device_memory") ? `, ${size(most("device_memory"))} of the GPU's` : "";
  const paces = epochs.map((epoch) => epoch.images_per_second).filter(Number.isFinite).sort((one, other) => one - other);
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return [`Memory: ${size(most("memory"))} at most${gpu}`, paces.length ? paces[Math.floor(paces.length / 2)].toFixed(1) : "–", epochs.length ? duration(seconds) : "–"];
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-epochs", "Epochs", signal);
  const problem = makeProblem(model, signal);
  const head = make("tr", {}, ...COLUMNS.map(({ name, title }) => make("th", { scope: "col", title }, name)));
  const body = make("tbody", {});
  const title = make("span", { class: "cvw-run-title" });
  const bestWords = make("span", {});
  const caption = make("caption", {}, title, bestWords);
  const foot = make("tfoot", {});
  const table = make("table", {}, caption, make("thead", {}, head), body, foot);
  const empty = make("p", { class: "cvw-empty" });
  const accuracy = makeCurve("Accuracy", [{ name: "validation" }], signal);
  const loss = makeCurve("Loss", [{ name: "validation" }, { name: "training, with each step", dashed: true }], signal);
  const curves = make("div", { class: "cvw-curves" }, accuracy.element, loss.element);
  const command = make("code", {});
  const beside = make("p", { class: "cvw-soft cvw-beside-run", hidden: true });
  root.append(make("div", { class: "cvw-live" }, make("div", { class: "cvw-table", role: "region", "aria-label": "Table of epochs", tabindex: "0" }, table, empty), curves), beside, problem.place);

  follow(model, ["_rows", "_losses", "_under_way", "_words"], () => {
    const epochs = model.get("_rows");
    const step = model.get("_under_way");
    const words = model.get("_words");
    const best = bestOf(epochs);
    say(title, words.title ?? "");
    say(bestWords, captionOf(epochs, best, words));
    body.replaceChildren(...epochs.map((epoch) => row(epoch, best)), ...(step ? [underWay(step)] : []));
    foot.replaceChildren(...(epochs.length || step ? [footRow(epochs, step)] : []));
    showCommand(words.tensorboard ?? "");
    table.hidden = !epochs.length && !step;
    empty.hidden = !table.hidden;
    empty.textContent = words.empty ?? "";
    curves.hidden = !epochs.length;
    if (epochs.length) draw(epochs, best, words.of);
  }, signal);

  function showCommand(text) {
    if (command.textContent === text) return;
    say(command, text);
    command.title = text;
    beside.hidden = !text;
    beside.replaceChildren(make("span", { title: "To be typed in a terminal of the machine that trains" }, "In TensorBoard:"), command, makeCopying(text, "the command"));
  }

  function draw(epochs, best, of) {
    const options = { epochs: Math.max(of ?? 0, epochs.length) };
    const values = (name) => epochs.map((epoch) => epoch[name] ?? NaN);
    const index = epochs.findIndex((epoch) => epoch.number === best);
    accuracy.show([values("valid_accuracy")], { ...options, best: index, most: 1, write: (value) => `${Math.round(100 * value)}%` });
    loss.show([values("valid_loss"), values("train_loss")], { ...options, steps: model.get("_losses"), write: (value) => value.toFixed(2) });
  }
}

function row(epoch, best) {
  const isBest = epoch.number === best;
  const [number, ...others] = cells(epoch);
  const mark = isBest ? make("span", { class: "cvw-best", title: "Best epoch: its weights are the model" }, drawing(DRAWINGS.best), "best") : null;
  return make("tr", { class: isBest ? "cvw-best-row" : null }, make("th", { scope: "row" }, number, mark), ...others.map((text) => make("td", {}, text)));
}

function footRow(epochs, step) {
  const [memory, pace, time] = footCells(epochs, step);
  return make("tr", {}, make("th", { scope: "row" }, "In all"),
    make("td", { colspan: String(COLUMNS.length - 3), title: "The most that the training process held at once" }, memory), make("td", { title: "In the middle epoch" }, pace), make("td", {}, time));
}

/** What is said of an epoch under way; without a loss it is the head that is learnt, and its steps are images. Pure. @param {any} step */
export function underWayWords(step) {
  const pace = `${step.images_per_second.toFixed(1)} images/s`;
  if (step.loss === null) return `looking at image ${step.number} of ${step.of} for the last layer · ${pace}`;
  return `step ${step.number} of ${step.of} · loss ${decimal(step.loss)} · ${pace}`;
}

function underWay(step) {
  const share = Math.round((100 * step.number) / Math.max(step.of, 1));
  const bar = make("span", {});
  bar.style.width = `${share}%`;
  const track = make(
    "div",
    { class: "cvw-track", role: "progressbar", "aria-valuenow": share, "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": `Epoch ${step.epoch}` },
    bar,
  );
  const words = underWayWords(step);
  const cell = make("td", { colspan: String(COLUMNS.length - 1) }, make("div", { class: "cvw-steps" }, track, make("span", { class: "cvw-soft" }, words)));
  return make("tr", { class: "cvw-under-way" }, make("th", { scope: "row" }, String(step.epoch)), cell);
}

export default { render };
