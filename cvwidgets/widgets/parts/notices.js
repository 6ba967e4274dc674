// What the header says calmly, once: strips under it that can be closed, and the one that cannot, when the kernel is gone.

import { iconButton } from "./bar.js";
import { make } from "./elements.js";

const KERNEL = {
  page: {
    gone: ["The connection to the project has ended. Everything decided is saved, and jobs go on.", "Reload"],
    away: ["The dashboard does not answer: it ended, or the computer slept. Trying again …", ""],
  },
  notebook: {
    gone: ["The kernel was restarted or has ended. Everything decided is saved, and jobs go on. Run this cell again.", ""],
    away: ["Jupyter does not answer. Trying again …", ""],
  },
};
/** Milliseconds that a lost connection may take to come back before it is said. */
const PATIENCE = 1500;

/** @param {boolean} published whether this is a page of its own, which can be reloaded as a whole */
export function makeNotices(published) {
  const kernel = make("div", { role: "alert" });
  const list = make("div", { role: "status" });
  const element = make("div", { class: "cvw-notices" }, kernel, list);
  const closed = new Set();
  let notices = [];
  let late = 0;

  function show(now) {
    notices = now;
    const open = notices.filter(({ sentence }) => !closed.has(sentence));
    list.replaceChildren(...open.map(({ sentence }) => strip(sentence, iconButton("close", "Close this notice", () => {
      closed.add(sentence);
      show(notices);
    }))));
  }

  /** @param {"gone" | "away" | "here"} state */
  function showKernel(state) {
    clearTimeout(late);
    if (state === "here") kernel.replaceChildren();
    else if (state === "gone") tell(state);
    else late = setTimeout(() => tell(state), PATIENCE);
  }

  function tell(state) {
    const [sentence, word] = KERNEL[published ? "page" : "notebook"][state];
    const reload = word ? make("button", { type: "button", class: "cvw-button", onclick: () => location.reload() }, word) : null;
    kernel.replaceChildren(strip(sentence, reload));
  }

  return { element, show, showKernel };
}

function strip(sentence, button) {
  return make("div", { class: "cvw-notice" }, make("span", {}, sentence), button);
}
