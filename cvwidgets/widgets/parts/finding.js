// Looking for a base model on the hub: words and a size, then rows to choose from.

import { make, say } from "./elements.js";
import { fileSize } from "./figures.js";

/** The sizes to choose from: megabytes that the weights may take at most. */
const SIZES = [["", "any size"], ["50", "up to 50 MB"], ["150", "up to 150 MB"], ["500", "up to 500 MB"]];

/** How often a model was fetched, as one says it. Pure. @param {number | null} downloads */
export function downloadsWords(downloads) {
  if (downloads === null || downloads === undefined) return "";
  if (downloads < 1000) return `${downloads} downloads`;
  const [count, unit] = downloads < 1e6 ? [downloads / 1e3, "k"] : [downloads / 1e6, "M"];
  return `${count < 10 ? count.toFixed(1) : Math.round(count)} ${unit} downloads`;
}

/** What the hub says of a model, in a line. Pure. @param {any} base */
export function hubWords({ size, license, downloads, available }) {
  const facts = [size ? fileSize(size) : "size not told", license ?? "", downloadsWords(downloads)];
  return [...facts, available ? "on this machine" : ""].filter(Boolean).join(" · ");
}

/**
 * @param {{find: (words: string, megabytes: number | null) => Promise<any>, stop: () => void, take: (base: any) => void}} acts `find` gives
 *   undefined when it failed
 */
export function makeFinding(acts) {
  let turn = 0;
  const words = make("input", { type: "text", placeholder: "such as convnext", "aria-label": "Words in the name of a base model", maxlength: "100", spellcheck: "false" });
  const size = make("select", { "aria-label": "Largest size" }, ...SIZES.map(([value, word]) => make("option", { value }, word)));
  const go = make("button", { type: "submit", class: "cvw-button" }, "Search");
  const told = make("p", { class: "cvw-about", role: "status" });
  const list = make("div", { class: "cvw-found-bases" });
  const form = make("form", { class: "cvw-finding", hidden: true, onsubmit: submit }, words, make("div", { class: "cvw-line-up" }, size, go), told, list);
  const open = make("button", { type: "button", class: "cvw-quiet", "aria-expanded": "false", onclick: () => unfold(form.hidden) }, "Find on the hub …");
  const element = make("div", { class: "cvw-find" }, open, form);

  function unfold(on) {
    if (!on) stop();
    form.hidden = !on;
    open.setAttribute("aria-expanded", String(on));
    say(open, on ? "Close the search" : "Find on the hub …");
    (on ? words : open).focus();
  }

  function stop() {
    if (go.textContent === "Cancel") acts.stop();
    turn += 1;
    say(go, "Search");
    say(told, "");
  }

  async function submit(event) {
    event.preventDefault();
    if (go.textContent === "Cancel") return stop();
    const mine = (turn += 1);
    say(go, "Cancel");
    say(told, "Asking the hub …");
    const found = await acts.find(words.value, size.value ? Number(size.value) : null);
    if (mine !== turn) return undefined;
    say(go, "Search");
    say(told, found ? found.problem ?? (found.bases.length ? "" : "Nothing was found. Use fewer words, or allow a larger size.") : "");
    list.replaceChildren(...(found?.bases ?? []).map(row));
    return undefined;
  }

  function row(base) {
    const choose = () => {
      acts.take(base);
      unfold(false);
    };
    return make("button", { type: "button", class: "cvw-found-base", onclick: choose }, make("bdi", {}, base.name), make("span", { class: "cvw-about" }, hubWords(base)));
  }
  return { element };
}
