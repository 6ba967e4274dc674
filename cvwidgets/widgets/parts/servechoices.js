// What may be chosen of a server before it starts, folded until somebody wants it.

import { make } from "./elements.js";

/** What the engines are called. */
const ENGINE_WORDS = [["auto", "The faster one, by a short trial"], ["onnx", "ONNX Runtime"], ["torch", "PyTorch"]];

/** What is folded, in a line. Pure. @param {any} form */
export function choiceWords({ model, port, log, log_images, classic }) {
  const who = model ? `model ${model} for good` : "the model in production";
  const kept = log_images ? "answers and pictures logged" : log ? "answers logged" : "nothing logged";
  return [who, `port ${port}`, kept, classic ? "/cv answers" : ""].filter(Boolean).join(" · ");
}

/** @param {(form: any) => void} keep what was chosen is left for the next page */
export function makeChoices(keep) {
  const model = make("select", { "aria-label": "Which model answers", onchange: changed });
  const port = make("input", { type: "number", min: "1", max: "65535", step: "1", value: "8000", "aria-label": "Port", oninput: changed });
  const engine = make("select", { "aria-label": "Engine", onchange: changed }, ...ENGINE_WORDS.map(([value, word]) => make("option", { value }, word)));
  const log = make("input", { type: "checkbox", checked: true, onchange: changed });
  const images = make("input", { type: "checkbox", onchange: changed });
  const classic = make("input", { type: "checkbox", onchange: changed });
  const roots = make("textarea", { rows: "2", "aria-label": "Folders that it may read, one on each line", spellcheck: "false", oninput: changed });
  const below = make("label", { class: "cvw-named cvw-serve-roots" }, make("span", {}, "Folders that it may read, one on each line"), roots);
  const check = (box, word, about) => make("label", { class: "cvw-check" }, box, make("span", {}, word, make("span", { class: "cvw-about" }, about)));
  const words = make("span", { class: "cvw-soft" });
  const element = make("details", { class: "cvw-serve-choices" }, make("summary", {}, "Choices", words),
    make("div", { class: "cvw-fields" },
      make("label", { class: "cvw-named" }, make("span", {}, "Which model answers"), model),
      make("label", { class: "cvw-named" }, make("span", {}, "Port"), port, make("span", { class: "cvw-about" }, "If it is taken, the next free one.")),
      make("label", { class: "cvw-named" }, make("span", {}, "Computed by"), engine),
      check(log, "Log what is answered", "Labels, model and time, for 30 days: no names of files, no addresses of those who ask."),
      check(images, "Log the pictures too", "The newest 2 GB, for 30 days; they can come back as New images."),
      check(classic, "Answer GET /cv?PATH_OR_URL", "As CV Tools did; programs on this machine need no token for it."),
      below));

  function form() {
    const lines = roots.value.split("\n").map((line) => line.trim()).filter(Boolean);
    return {
      model: Number(model.value) || null, port: Number(port.value) || 8000, engine: engine.value, log: log.checked || images.checked,
      log_images: images.checked, classic: classic.checked, roots: classic.checked ? lines : [],
    };
  }
  function say() {
    below.hidden = !classic.checked;
    log.disabled = images.checked; // pictures without their answers would be of no use
    words.textContent = choiceWords(form());
  }
  function changed() {
    say();
    keep({ ...form(), roots: roots.value.split("\n") });
  }

  function showModels(models) {
    const chosen = model.value || model.dataset.wanted || "";
    const pinned = models.map((one) => make("option", { value: String(one.version) }, `${one.name}, for good`));
    model.replaceChildren(make("option", { value: "" }, "The one in production, at each moment"), ...pinned);
    model.value = models.some((one) => String(one.version) === chosen) ? chosen : "";
    say();
  }

  /** Puts back what an earlier page left. */
  function fill(before) {
    if (!before) return;
    model.value = model.dataset.wanted = before.model ? String(before.model) : "";
    port.value = before.port ?? 8000;
    engine.value = before.engine ?? "auto";
    [log.checked, images.checked, classic.checked] = [Boolean(before.log), Boolean(before.log_images), Boolean(before.classic)];
    roots.value = (before.roots ?? []).join("\n");
    say();
  }

  say();
  return { element, form, showModels, fill };
}
