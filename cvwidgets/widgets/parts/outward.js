// A model on its way out, for programs that know nothing of us: the form, how far it is, what it took and how it is asked.

import { makeCopying } from "./copying.js";
import { make, makeTable, say } from "./elements.js";
import { fileSize, thousands } from "./figures.js";

/** What one may choose, with what it means: the format, and of ONNX the size. */
const OUTWARD = [
  { word: "For transformers (safetensors)", format: "safetensors", quantize: null, about: "The folder that transformers loads: weights, config, image processor, label names." },
  { word: "For everything else (ONNX)", format: "onnx", quantize: null, about: "One file: a picture of any size in, probabilities out; label names inside. It is tried beside torch before it is given out." },
  { word: "ONNX, small (int8)", format: "onnx", quantize: "int8", about: "Weights of matrix products in 8 bits. What is lost by that is measured and said." },
  { word: "ONNX, for GPUs (fp16)", format: "onnx", quantize: "fp16", about: "Half the size, fast on GPUs; on processors seldom faster. What is lost by that is measured and said." },
];
const LIVE_OUTWARD = ["waiting", "running"];

/** How far a model on its way out is, in a sentence. Pure. @param {any} outward */
export function outwardWords({ name, done, of }) {
  if (!of) return `${name} is about to begin`;
  return done ? `${name}: tried on ${thousands(done)} of ${thousands(of)} images` : `${name}: the file is being written`;
}

/** The form for the way out. @param {{start: (content: any) => any, close: () => void}} acts */
export function makeExporting({ start, close }) {
  let version = 0;
  const heading = make("strong", {});
  const about = make("p", { class: "cvw-about" });
  const choice = make("select", { "aria-label": "Form of the model", onchange: look }, ...OUTWARD.map((one, at) => make("option", { value: String(at) }, one.word)));
  const element = make("form", { class: "cvw-models-form", hidden: true, onsubmit: submit }, heading,
    make("label", { class: "cvw-named" }, make("span", {}, "As"), choice), about,
    make("div", { class: "cvw-line-up" }, make("button", { type: "submit", class: "cvw-primary" }, "Export"), make("button", { type: "button", class: "cvw-button", onclick: close }, "Close")));

  function look() {
    say(about, OUTWARD[Number(choice.value)].about);
  }
  function submit(event) {
    event.preventDefault();
    const { format, quantize } = OUTWARD[Number(choice.value)];
    start({ version, format, quantize });
  }
  function begin(model) {
    version = model.version;
    say(heading, `Export model ${version}`);
    look();
  }
  function show(on) {
    element.hidden = !on;
    if (on) choice.focus();
  }
  return { element, begin, show };
}

/**
 * What went out last: what its forms took, where it lies, how it is asked.
 * @param {(begin: number) => Promise<any>} part asks for a part of the zip
 */
export function makeOutward(part) {
  const title = make("strong", {});
  const content = make("div", { class: "cvw-outward-content" });
  const element = make("details", { class: "cvw-outward", hidden: true }, make("summary", {}, title), content);
  let shown = "";

  function show({ job, name, folder, result }, isNew) {
    element.hidden = !result;
    if (!result || shown === job) return;
    shown = job;
    element.open = isNew;
    say(title, `${name} · ${fileSize(result.bytes)}`);
    const load = make("button", { type: "button", class: "cvw-button", onclick: () => download(name, load) }, "Download");
    content.replaceChildren(
      ...(result.rows.length ? [make("p", { class: "cvw-soft" }, `Tried on ${result.tried_on}, one by one`), make("div", { class: "cvw-models-table" }, makeTable({}, result.columns, result.rows))] : []),
      ...result.notes.map((sentence) => make("p", { class: "cvw-soft" }, sentence)),
      make("div", { class: "cvw-line-up" }, load, make("code", {}, folder), makeCopying(folder, "the path")),
      make("div", { class: "cvw-line-up" }, make("span", { class: "cvw-soft" }, "To ask it about photo.jpg"), makeCopying(result.lines, "the lines")),
      make("pre", { class: "cvw-log", tabindex: "0" }, result.lines));
  }

  async function download(name, button) {
    button.disabled = true;
    const parts = [];
    let [done, of] = [0, 1];
    while (done < of) {
      const answer = await part(done);
      if (!answer?.buffers.length) break;
      parts.push(answer.buffers[0]);
      [done, of] = [done + answer.buffers[0].byteLength, answer.of];
      say(button, `${fileSize(done)} of ${fileSize(of)}`);
    }
    if (done >= of) save(name, parts);
    button.disabled = false;
    say(button, done >= of ? "Download again" : "Download");
  }
  return { element, show };
}

/** Hands a file to the browser's downloads. @param {string} name @param {any[]} parts */
function save(name, parts) {
  const address = URL.createObjectURL(new Blob(parts, { type: "application/zip" }));
  make("a", { href: address, download: `${name}.zip` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Whether a model is on its way out. Pure. @param {any} outward */
export function goesOut(outward) {
  return Boolean(outward && LIVE_OUTWARD.includes(outward.state));
}
