// The ways in: drop, paste, a file of the browser, one of this machine, an address, the camera.

import { makeCamera } from "./camera.js";
import { DRAWINGS, drawing, make } from "./elements.js";
import { isTyping } from "./root.js";

/** The address of the web in a text that was pasted; empty when it is something else. Pure. @param {string} text */
export function addressIn(text) {
  const trimmed = text.trim();
  return /^https?:\/\/[^\s]+$/i.test(trimmed) && trimmed.length <= 2048 ? trimmed : "";
}

/**
 * @param {{file: (file: File) => void, address: (address: string) => void, root: (number: number) => void, back: () => void, problem: any}} told
 */
export function makeWays({ file, address, root, back, problem }) {
  const input = make("input", { type: "file", class: "cvw-hidden-file", tabindex: "-1", "aria-hidden": "true", onchange: pick });
  const choose = make("button", { type: "button", class: "cvw-primary", onclick: () => input.click() }, "Choose a file");
  const camera = makeCamera(file, () => show(false));
  const shoot = make("button", { type: "button", class: "cvw-button", onclick: look }, "Use the camera");
  const field = make("input", { type: "text", class: "cvw-address", "aria-label": "Address of a picture", placeholder: "https://…", maxlength: "2048", spellcheck: "false", autocomplete: "off" });
  const form = make("form", { class: "cvw-line-up cvw-fetching", onsubmit: fetch_ }, field, make("button", { type: "submit", class: "cvw-button" }, "Fetch"));
  const chooser = make("div", { class: "cvw-chooser" });
  const roots = make("select", { "aria-label": "Folder to choose from", hidden: true, onchange: () => root(roots.selectedIndex) });
  const here = make("details", { class: "cvw-on-machine" }, make("summary", { class: "cvw-soft" }, "On this machine"), roots, chooser);
  const returns = make("button", { type: "button", class: "cvw-button", onclick: back, hidden: true }, "Back to the picture");
  const asking = make("div", {});
  const ways = make("div", { class: "cvw-ways" }, drawing(DRAWINGS.picture), make("p", {}, "Drop an image here, or choose a file."),
    make("div", { class: "cvw-line-up" }, choose, shoot, returns), form, make("p", { class: "cvw-soft" }, "Or paste an image or its address (Ctrl+V)."), here);
  const element = make("div", { class: "cvw-way cvw-drop cvw-whole" }, ways, camera.element, asking, input);

  function pick() {
    const [picked] = input.files;
    input.value = "";
    if (picked) file(picked);
  }
  function show(taking) {
    ways.hidden = taking;
  }
  async function look() {
    shoot.disabled = true;
    await problem.guard(async () => {
      await camera.open();
      show(true);
    }, { saves: false });
    shoot.disabled = false;
  }
  function fetch_(event) {
    event.preventDefault();
    if (field.value.trim()) address(field.value.trim());
  }
  /** @param {string[]} names of the roots */
  function showRoots(names) {
    roots.hidden = names.length < 2;
    roots.replaceChildren(...names.map((name) => make("option", {}, name)));
  }
  /** There is a picture to go back to. @param {boolean} anew whether the field is to be empty */
  function offer(anew) {
    returns.hidden = false;
    if (anew) field.value = "";
  }
  /** Whether somebody is about to take a photo, or types an address. */
  function inUse() {
    return !camera.element.hidden || Boolean(field.value);
  }
  return { element, asking, chooser, showRoots, offer, inUse, close: camera.close };
}

/**
 * Takes what is pasted while a panel can be seen: an image, or an address. In a notebook only with the focus in the panel.
 * @param {HTMLElement} root @param {{file: (file: File) => void, address: (address: string) => void}} told @param {AbortSignal} signal
 */
export function takePastes(root, { file, address }, signal) {
  const published = document.body.dataset.voila !== undefined;
  (published ? document : root).addEventListener("paste", (event) => {
    const { files } = event.clipboardData ?? { files: [] };
    const image = [...files].find((one) => one.type.startsWith("image/"));
    if (!root.offsetParent || event.defaultPrevented || (!image && isTyping(event))) return;
    const found = image ? "" : addressIn(event.clipboardData?.getData("text/plain") ?? "");
    if (!image && !found) return;
    event.preventDefault();
    if (image) file(image.name ? image : new File([image], "pasted.png", { type: image.type }));
    else address(found);
  }, { signal });
}
