// The picture that a model was asked about: what the model sees of it, and over it what explains its answer.

import { make, say } from "./elements.js";
import { thousands } from "./figures.js";

/** What is known of the picture, in a line. Pure. @param {{name: string, picture: any, stands: any}} told */
export function pictureWords({ name, picture, stands }) {
  const sides = `${thousands(picture.width)} × ${thousands(picture.height)}`;
  const pages = picture.pages > 1 ? `${picture.format === "TIFF" ? "several pages" : "animated"}: the first of ${thousands(picture.pages)} is asked about` : "";
  const place = stands ? [{ kept: "kept", new: "New", trashed: "in the trash" }[stands.state], stands.state === "new" ? "" : stands.label].filter(Boolean).join(" · ") : "";
  return [name, sides, pages, place].filter(Boolean).join(" · ");
}

/** How much of a picture lies in a box of shares of its sides, 0..1. Pure. @param {number[]} box left, top, right, bottom */
export function seenShare([left, top, right, bottom]) {
  const within = (from, to) => Math.max(0, Math.min(1, to) - Math.max(0, from));
  return within(left, right) * within(top, bottom);
}

/** What a model sees of a picture, in words. Pure. @param {number[]} box */
export function seenWords(box) {
  const share = seenShare(box);
  return share > 0.995 ? "The model sees the whole picture." : `The model sees the bright part in the frame, ${Math.round(100 * share)}% of the picture.`;
}

/** The picture on its stage. */
export function makeSeen() {
  const picture = make("img", { class: "cvw-picture", alt: "", draggable: "false" });
  const heat = make("img", { class: "cvw-heat", alt: "", draggable: "false", hidden: true });
  const frame = make("div", { class: "cvw-frame", hidden: true });
  const stage = make("div", { class: "cvw-seen" }, picture, frame, heat);
  const caption = make("p", { class: "cvw-cut" });
  const element = make("figure", { class: "cvw-shown" }, stage, make("figcaption", {}, caption));
  let [address, layer] = ["", ""];

  /** @param {any} told the kernel's answer about a picture */
  async function show(told) {
    uncover();
    URL.revokeObjectURL(address);
    address = URL.createObjectURL(new Blob([told.buffers[0]], { type: "image/jpeg" }));
    say(caption, pictureWords(told));
    picture.alt = told.name;
    stage.style.setProperty("--cvw-ratio", String(told.picture.width / told.picture.height));
    picture.src = address;
    await picture.decode().catch(() => {});
  }

  /** Lays an explanation over it. @param {DataView} png @param {number[]} box the shares of the sides that it covers @param {string} words */
  async function cover(png, box, words) {
    uncover();
    layer = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    for (const one of [heat, frame]) place(one, box);
    heat.src = layer;
    heat.alt = words;
    await heat.decode().catch(() => {});
    heat.hidden = false;
    frame.hidden = seenShare(box) > 0.995;
  }

  function uncover() {
    heat.hidden = frame.hidden = true;
    heat.removeAttribute("src");
    URL.revokeObjectURL(layer);
    layer = "";
  }

  function forget() {
    uncover();
    URL.revokeObjectURL(address);
  }

  /** @param {number} share 0..1 */
  function fade(share) {
    heat.style.opacity = String(share);
  }
  return { element, show, cover, uncover, fade, forget };
}

function place(element, [left, top, right, bottom]) {
  Object.assign(element.style, { left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * (right - left)}%`, height: `${100 * (bottom - top)}%` });
}
