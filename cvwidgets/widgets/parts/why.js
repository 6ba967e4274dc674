// Why a model says so: by which method, how strongly it is laid over the picture, how far it is, and how it is read.

import { make, say } from "./elements.js";
import { inPoints } from "./figures.js";
import { seenWords } from "./seen.js";

/** The methods in plain words, with the term and one sentence that says what it means. */
export const METHODS = {
  gradcam: ["Where it looks", "Grad-CAM: which places of the last map of the net speak for the label. Done in a moment."],
  gradients: ["Where it looks", "Integrated gradients at the patches: what each patch adds to the label or takes from it. Seconds."],
  occlusion: ["What it needs", "Occlusion: covers one place after another and sees by how much the label becomes less probable. Seconds to half a minute."],
};

/** How an explanation is read. Pure. @param {{method: string, label: string, strongest: number}} told */
export function legendWords({ method, label, strongest }) {
  if (method === "gradcam") return strongest ? `Red speaks most for ${label}; what is not colored speaks little for it.` : `Nothing in the picture speaks for ${label}.`;
  if (method === "gradients") return `Red speaks for ${label}, blue against it.`;
  if (Math.abs(strongest) < 0.001) return `No single place matters: covering any changes ${label} by less than 0.1 points.`;
  const most = `at most ${inPoints(Math.abs(strongest))} points`;
  return strongest > 0 ? `Covering red takes probability from ${label}, ${most}; covering blue adds to it.` : `Covering blue adds to ${label}, ${most}; covering red takes from it.`;
}

/**
 * @param {{ask: Function}} door @param {any} problem @param {ReturnType<typeof import("./seen.js").makeSeen>} seen
 * @param {(kept: {method?: string, opacity?: number}) => void} keep what the next page begins with
 */
export function makeWhy(door, problem, seen, keep) {
  const choices = make("div", { class: "cvw-methods", role: "group", "aria-label": "Why" });
  const slider = make("input", { type: "range", min: "0", max: "100", value: "70", "aria-label": "Opacity of the explanation", oninput: fade });
  const opacity = make("label", { class: "cvw-opacity", hidden: true }, make("span", { class: "cvw-soft" }, "Opacity"), slider);
  const words = make("p", { class: "cvw-soft", role: "status" });
  const bar = make("span", {});
  const track = make("div", { class: "cvw-track", role: "progressbar", "aria-label": "The explanation is made", "aria-valuemin": 0, "aria-valuemax": 100 }, bar);
  const cancel = make("button", { type: "button", class: "cvw-button", onclick: stop }, "Cancel");
  const way = make("div", { class: "cvw-explaining", hidden: true }, track, cancel);
  const scale = make("div", { class: "cvw-scale", "aria-hidden": "true", hidden: true });
  const element = make("section", { class: "cvw-why", "aria-label": "Why" }, make("div", { class: "cvw-line-up" }, make("h3", {}, "Why"), choices, opacity), way, scale, words);
  let method = "";
  let offered = [];
  /** What is explained: the picture's word, the label, the model's version. @type {{word: string, label: string, model: number} | null} */
  let asked = null;
  let turn = 0;

  /** @param {{word: string, label: string, model: number} | null} what @param {string[]} methods of that model */
  function about(what, methods) {
    const same = JSON.stringify([what, methods]) === JSON.stringify([asked, offered]);
    asked = what;
    offered = methods;
    const fits = method === "" || methods.includes(method);
    if (!fits) method = method === "occlusion" ? "occlusion" : methods[0]; // the quick way of another kind of model
    draw();
    if (!same) explain();
  }

  function draw() {
    const buttons = ["", ...offered].map((one) => make("button", { type: "button", class: "cvw-button", "aria-pressed": String(one === method), title: one ? METHODS[one][1] : "The picture alone", onclick: () => choose(one) }, one ? METHODS[one][0] : "Off"));
    choices.replaceChildren(...buttons);
  }

  function choose(one) {
    if (one === method) return;
    method = one;
    keep({ method });
    draw();
    choices.children[["", ...offered].indexOf(one)]?.focus();
    explain();
  }

  async function explain() {
    const mine = (turn += 1);
    seen.uncover();
    opacity.hidden = scale.hidden = true;
    say(words, "");
    if (!method || !asked) return door.ask("stop").catch(() => {});
    progress({ done: 0, of: 0 });
    const [by, about_] = [method, asked];
    const told = await problem.guard(() => door.ask("explain", { ...about_, method: by }), { saves: false });
    if (mine !== turn) return undefined;
    way.hidden = true;
    if (!told?.buffers?.length) return reset();
    const legend = legendWords(told);
    await seen.cover(told.buffers[0], told.box, `${METHODS[by][0]}: ${legend}`);
    opacity.hidden = scale.hidden = false;
    scale.dataset.signed = String(by !== "gradcam");
    say(words, `${legend} ${seenWords(told.box)}`);
    return undefined;
  }

  function reset() {
    method = "";
    draw();
  }
  function stop() {
    turn += 1;
    way.hidden = true;
    door.ask("stop").catch(() => {});
    reset();
  }
  /** @param {{done?: number, of?: number}} now */
  function progress({ done = 0, of = 0 }) {
    if (!method || !asked) return;
    way.hidden = false;
    const share = of ? Math.round((100 * done) / of) : 0;
    bar.style.width = `${share}%`;
    track.setAttribute("aria-valuenow", String(share));
    say(words, of > 1 ? `${done} of ${of} places looked at` : "Asking the model why …");
  }
  function fade() {
    seen.fade(Number(slider.value) / 100);
    keep({ opacity: Number(slider.value) });
  }
  /** As an earlier page left it. @param {{method?: any, opacity?: any}} left */
  function fill(left) {
    if (left.method in METHODS) method = left.method;
    if (Number.isFinite(left.opacity)) slider.value = String(left.opacity);
    seen.fade(Number(slider.value) / 100);
  }
  seen.fade(0.7);
  return { element, about, fill, told: (now) => !way.hidden && now.of && progress(now) };
}
