// What is asked of the results of an analysis: confidence, labels, what is wrong, the order; each change is told at once.

import { makeConfidence } from "./confidence.js";
import { make, say } from "./elements.js";
import { thousands } from "./figures.js";

/** So many labels have a row; the others are found by typing. */
const ROWS_OF_LABELS = 200;
/** From so many labels on there is a field to find one. */
const MANY_LABELS = 12;

/** Whether a filter asks anything. Pure. @param {any} asked */
export function asksAnything({ labels, inverted, low, high, wrong, unread }) {
  return labels.length > 0 || inverted || low > 0 || high < 1 || wrong || unread;
}

/** The labels after one was chosen or let go. Pure. @param {string[]} labels @param {string} label */
export function labelsWith(labels, label) {
  return labels.includes(label) ? labels.filter((one) => one !== label) : [...labels, label];
}

/** What is said beside the choice of wrong ones. Pure. @param {{known: number, wrong: number}} counts */
export function wrongWords({ known, wrong }) {
  if (!known) return "Nothing here is kept yet, so nobody knows what is right.";
  return `Of ${thousands(known)} kept today ${thousands(wrong)} ${wrong === 1 ? "is" : "are"} said to be another label.`;
}

/** @param {(asked: any) => void} change */
export function makeSieve(change) {
  let asked = { labels: [], inverted: false, low: 0, high: 1, wrong: false, unread: false, sort: "-confidence" };
  const confidence = makeConfidence((low, high) => ask({ low, high }));
  const sort = make("select", { "aria-label": "Order", onchange: () => ask({ sort: sort.value }) });
  const wanted = make("input", { type: "text", placeholder: "find a label", "aria-label": "Find a label", maxlength: "200", spellcheck: "false", autocomplete: "off", hidden: true, oninput: drawLabels });
  const list = make("div", { class: "cvw-sieve-labels", role: "group", "aria-label": "Labels said" });
  const more = make("p", { class: "cvw-about" });
  const [inverted, invertedBox] = tick("All but these", "inverted");
  const [wrong, wrongBox, wrongNote] = tick("Only what is wrong", "wrong");
  const [unread, unreadBox, unreadNote] = tick("Only what could not be read", "unread");
  const clear = make("button", { type: "button", class: "cvw-quiet", onclick: () => ask({ labels: [], inverted: false, low: 0, high: 1, wrong: false, unread: false }) }, "Clear the filter");
  const element = make("div", { class: "cvw-sieve", role: "group", "aria-label": "Filter" }, confidence.element,
    make("label", { class: "cvw-named" }, make("span", {}, "Order"), sort), wrongBox, make("div", { class: "cvw-line-up" }, make("h3", {}, "Labels said"), clear), wanted, list, more, invertedBox, unreadBox);
  let counts = [];
  let drawn = "";

  /** A field to tick, and what is told beside it. @param {string} word @param {string} name */
  function tick(word, name) {
    const box = make("input", { type: "checkbox", onchange: () => ask({ [name]: box.checked }) });
    const note = make("span", { class: "cvw-about" });
    return [box, make("label", { class: "cvw-check" }, box, make("span", {}, word, note)), note];
  }

  function ask(part) {
    asked = { ...asked, ...part };
    mark();
    change(asked);
  }

  function mark() {
    for (const [box, on] of [[inverted, asked.inverted], [wrong, asked.wrong], [unread, asked.unread]]) box.checked = on;
    for (const box of list.querySelectorAll("input")) box.checked = asked.labels.includes(box.dataset.label);
    inverted.disabled = !asked.labels.length;
    clear.hidden = !asksAnything(asked);
    sort.value = asked.sort;
  }

  function drawLabels() {
    const text = wanted.value.trim().toLowerCase();
    const found = counts.filter(([label]) => asked.labels.includes(label) || label.toLowerCase().includes(text));
    const shown = found.slice(0, ROWS_OF_LABELS);
    const now = JSON.stringify(shown);
    if (now === drawn) return mark();
    drawn = now;
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.label : null;
    list.replaceChildren(...shown.map(([label, count]) => make("label", { class: "cvw-sieve-label", title: label },
      make("input", { type: "checkbox", "data-label": label, onchange: () => ask({ labels: labelsWith(asked.labels, label) }) }),
      make("bdi", { class: "cvw-cut" }, label), make("span", { class: "cvw-count" }, thousands(count)))));
    if (focused !== null) [...list.querySelectorAll("input")].find((box) => box.dataset.label === focused)?.focus();
    const left = found.length - shown.length;
    say(more, left > 0 ? `${thousands(left)} more; type to find one.` : found.length ? "" : "No label of this name was said.");
    return mark();
  }

  /** @param {any} results @param {any} filter as the kernel has it */
  function show(results, filter) {
    asked = { ...asked, ...filter };
    counts = results.labels;
    wanted.hidden = counts.length < MANY_LABELS;
    confidence.show(results.bars, asked.low, asked.high);
    say(wrongNote, wrongWords(results));
    wrong.disabled = !results.known && !asked.wrong;
    unreadBox.hidden = !results.unread && !asked.unread;
    say(unreadNote, `${thousands(results.unread)} ${results.unread === 1 ? "file" : "files"}; open one to see why.`);
    drawLabels();
  }

  /** @param {{name: string, words: string}[]} orders */
  function offer(orders) {
    if (sort.childElementCount !== orders.length) sort.replaceChildren(...orders.map(({ name, words }) => make("option", { value: name }, words[0].toUpperCase() + words.slice(1))));
    sort.value = asked.sort;
  }

  return { element, show, offer };
}
