// The bar under the wall: how many are selected, what can be done with them and by which key, what was done last, and the way back.

import { DRAWINGS, drawing, make, say } from "./elements.js";
import { withMenu } from "./menu.js";

/** How many, in words, with thousands apart. @param {number} number @param {string} one @param {string} [many] */
export function inWords(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

/** The commands of a wall, by the `code` of their key, which does not depend on the keyboard's layout. */
export const COMMANDS = [
  { name: "accept", word: "Accept", key: "A", code: "KeyA", decides: true, suggested: true },
  { name: "reject", word: "It is right", key: "Y", code: "KeyY", decides: true, suggested: true },
  { name: "keep", word: "Keep", key: "K", code: "KeyK", decides: true },
  { name: "trash", word: "Trash", key: "X", code: "KeyX", decides: true },
  { name: "label", word: "Label", key: "L", code: "KeyL", decides: true },
  { name: "renew", word: "New", key: "N", code: "KeyN", decides: true },
  { name: "lens", word: "Open", key: "Enter", code: "Enter", decides: false },
  { name: "invert", word: "Invert", key: "I", code: "KeyI", decides: false },
  { name: "clear", word: "Clear", key: "Esc", code: "Escape", decides: false },
];

const ACCEPT = ["Accept", "Move to the label that is suggested"];
/** The commands about suggestions that make sense, and what they are called, by what these are about. */
const SUGGESTED = {
  labels: { accept: ACCEPT, reject: ["It is right", "The label is right; it is suspected no more"] },
  guesses: { accept: ACCEPT },
  strangers: { reject: ["It belongs", "The label is right; it is no stranger any more"] },
  duplicates: { accept: ["Keep the best", "Trash the others of each stack"], reject: ["Different", "They show different things; they are stacked no more"] },
};

/**
 * The command that a key press asks for, or null.
 * @param {{code: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} event @param {string | null} [suggests] what is suggested here
 */
export function commandOf(event, suggests = null) {
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    if (event.code === "KeyA") return "all";
    if (event.code === "KeyZ") return event.shiftKey ? "redo" : "undo";
    return event.code === "KeyY" ? "redo" : null;
  }
  if (event.shiftKey) return null;
  return COMMANDS.find((command) => command.code === event.code && (!command.suggested || SUGGESTED[suggests]?.[command.name]))?.name ?? null;
}

/** What is done less often, and first what the bar has no room for. @param {(name: string) => void} run @param {boolean} decides @param {HTMLElement[]} buttons of the bar */
function moreCommands(run, decides, buttons) {
  const left = COMMANDS.filter(({ name }) => buttons.some((button) => button.dataset.command === name && !button.hidden && !button.offsetParent));
  const both = [
    { word: "Keep these, trash the rest", run: () => run("keep_rest") },
    { word: "Trash these, keep the rest", run: () => run("trash_rest") },
    "line",
  ];
  return [
    ...left.map(({ name, word, key }) => ({ word, note: key, run: () => run(name) })),
    ...(decides ? both : []),
    { word: "Select the rest of the page", note: "Shift Space", run: () => run("rest_of_page") },
    { word: "Select from here on", note: "Shift End", run: () => run("from_here_on") },
  ];
}

/**
 * A button for each of these commands; `show` leaves those that make sense now.
 * @param {string[]} names of COMMANDS @param {(name: string) => void} run
 */
export function makeCommands(names, run) {
  const buttons = COMMANDS.filter(({ name }) => names.includes(name)).map((command) => {
    const word = make("span", {}, command.word);
    const button = make(
      "button",
      { type: "button", class: "cvw-command", "data-command": command.name, onclick: () => run(command.name) },
      word,
      make("kbd", {}, command.key),
    );
    return { command, button, word };
  });

  /** @param {{decides: boolean, suggests: string | null}} facts */
  function show({ decides, suggests }) {
    for (const { command, button, word } of buttons) {
      const called = command.suggested && SUGGESTED[suggests]?.[command.name];
      button.hidden = (command.decides && !decides) || (command.suggested === true && !called);
      if (called) [word.textContent, button.title] = called;
    }
  }

  return { elements: buttons.map(({ button }) => button), show };
}

/** @param {(name: string) => void} run */
export function makeBar(run) {
  const selected = make("span", { class: "cvw-selected", role: "status" });
  const commandButtons = makeCommands(COMMANDS.map(({ name }) => name), run);
  let decides = false;
  const more = withMenu(iconButton("more", "More", () => undefined), () => moreCommands(run, decides, commandButtons.elements), "More");
  const commands = make("span", { class: "cvw-commands" }, ...commandButtons.elements, more);
  const hint = make("span", { class: "cvw-hint" });
  const last = make("span", { class: "cvw-last", role: "status" });
  const back = iconButton("undo", "Undo (Ctrl+Z)", () => run("undo"));
  const again = iconButton("redo", "Do it again (Ctrl+Shift+Z)", () => run("redo"));
  const element = make("div", { class: "cvw-bar" }, selected, commands, hint, make("span", { class: "cvw-space" }), last, back, again);

  /** @param {{selected: number, lost: number, total: number, decides: boolean, suggests: string | null, last: any}} facts lost: how many were selected before */
  function show(facts) {
    const some = facts.selected > 0;
    decides = facts.decides;
    element.classList.toggle("cvw-some", some);
    say(selected, some ? `${facts.selected.toLocaleString("en-US")} selected` : "");
    commands.hidden = !some;
    hint.hidden = some && !facts.lost;
    const way = facts.lost ? `Ctrl+Z selects the ${facts.lost.toLocaleString("en-US")} again` : "";
    say(hint, way || (facts.total ? "Click to select · Shift for a range · Ctrl+A for all · Enter to look closer" : ""));
    commandButtons.show(facts);
    for (const button of [back, again, last]) button.hidden = !facts.decides;
    nameUndo(back, facts.last.undo);
    again.disabled = !facts.last.redo;
    say(last, facts.last.sentence ?? "");
  }

  return { element, show };
}

/** Says on a button what Undo would take back, which is not always what was done last. @param {HTMLButtonElement} button @param {string | undefined} sentence */
export function nameUndo(button, sentence) {
  button.disabled = !sentence;
  button.title = sentence ? `Undo: ${sentence} (Ctrl+Z)` : "Nothing to undo";
  button.setAttribute("aria-label", button.title);
}

/** A button that shows a drawing alone; its name is heard and stands there on hover. */
export function iconButton(drawn, name, onclick) {
  const button = make("button", { type: "button", class: "cvw-icon", "aria-label": name, title: name, onclick });
  button.append(drawing(DRAWINGS[drawn]));
  return button;
}
