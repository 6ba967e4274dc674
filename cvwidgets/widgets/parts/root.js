// What every widget's root has: its class, its theme, focus that keeps JupyterLab's keys out until Escape, and a place for errors.

import { DRAWINGS, drawing, make } from "./elements.js";
import { follow } from "./door.js";
import { isDark, recallTheme } from "./theme.js";

/**
 * Makes the root of a widget inside the element that anywidget gave.
 * @param {HTMLElement} el @param {string} kind its own class @param {string} name what a screen reader calls it @param {AbortSignal} signal
 */
export function makeRoot(el, kind, name, signal) {
  const published = document.body.dataset.voila !== undefined;
  const root = make("div", {
    class: `cvw ${kind}`,
    tabindex: published ? "-1" : "0", // only in a notebook are there keys to be kept out
    role: "group",
    "aria-label": name,
    "data-lm-suppress-shortcuts": "true",
  });
  // JupyterLab's bindings match the focused element itself, before they come to see the root's mark: whatever gets the focus is marked.
  root.addEventListener("focusin", (event) => /** @type {Element} */ (event.target).setAttribute("data-lm-suppress-shortcuts", "true"));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) /** @type {HTMLElement} */ (root.closest(".jp-Cell"))?.focus({ preventScroll: true });
  });
  const preference = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => {
    const { jpThemeLight: lab } = document.body.dataset;
    const dark = isDark({ chosen: document.documentElement.dataset.cvwTheme, lab, published, prefersDark: preference.matches });
    root.dataset.theme = dark ? "dark" : "light";
    root.dataset.host = !published && lab !== undefined && dark === (lab === "false") ? "lab" : "page";
    root.dataset.published = String(published);
    if (published && kind === "cvw-workbench") dressPage(root);
  };
  const watch = new MutationObserver(dress);
  watch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-cvw-theme"] });
  recallTheme();
  preference.addEventListener("change", dress);
  signal?.addEventListener("abort", () => {
    watch.disconnect();
    preference.removeEventListener("change", dress);
  });
  el.append(root);
  dress();
  requestAnimationFrame(dress); // once more when it has its place, and its colors can be asked for
  return root;
}

/** The page of the dashboard has no ground but the workbench's; the pages of others keep theirs. @param {HTMLElement} root */
function dressPage(root) {
  const ground = getComputedStyle(root).getPropertyValue("--cvw-ground");
  for (const name of ["background", "--jp-layout-color0", "--jp-layout-color1"]) document.body.style.setProperty(name, ground);
}

/**
 * A place under a widget where an error stands until it is closed or `clear` is called.
 * The kernel may put one there too, by the trait `_problem`.
 * @param {any} model @param {AbortSignal} signal
 */
export function makeProblem(model, signal) {
  const text = make("span", {});
  const close = make("button", { class: "cvw-quiet", type: "button", "aria-label": "Close this message", onclick: () => clear() });
  close.append(drawing(DRAWINGS.close));
  const place = make("div", { class: "cvw-problem", role: "alert", hidden: true }, text, close);

  function show(error) {
    text.textContent = String(error?.message ?? error);
    place.hidden = false;
  }
  function clear() {
    place.hidden = true;
    text.textContent = "";
  }
  /**
   * Runs what the user asked for; what stood here before goes, its own error is shown.
   * @param {() => Promise<any>} work @param {{saves?: boolean}} [options] saves: whether the header says that something is being saved
   */
  async function guard(work, { saves = true } = {}) {
    clear();
    if (saves) tellBusy(1);
    try {
      return await quietly(work);
    } finally {
      if (saves) tellBusy(-1);
    }
  }
  function tellBusy(change) {
    place.dispatchEvent(new CustomEvent("cvw-busy", { bubbles: true, detail: { change } }));
  }
  /** Runs what nobody asked for; its error is shown, what stands here stays. @param {() => Promise<any>} work */
  async function quietly(work) {
    try {
      return await work();
    } catch (error) {
      show(error);
      return undefined;
    }
  }
  follow(model, ["_problem"], () => (model.get("_problem") ? show(model.get("_problem")) : undefined), signal);
  return { place, show, clear, guard, quietly };
}

/** Whether a key press belongs to a field that takes text, so that it is no command. @param {KeyboardEvent} event */
export function isTyping(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.tagName === "INPUT") return !["checkbox", "radio", "range", "button"].includes(target.getAttribute("type") ?? "text");
  return ["TEXTAREA", "SELECT"].includes(target.tagName) || target.isContentEditable;
}
