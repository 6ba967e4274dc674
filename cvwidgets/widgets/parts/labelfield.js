// A field in the place of a row of the tree of labels, for a name or for a key.

import { letterOf } from "./branches.js";
import { make } from "./elements.js";

/**
 * Opens the field. Enter takes what stands in it, Escape leaves it; a field for a key takes the first key that is pressed.
 * @param {HTMLElement} box
 * @param {{top: number, indent: number, value?: string, label: string, press?: boolean, take: (text: string) => Promise<boolean>, left: () => void}} options
 *   top, indent: pixels; press: for a key, "" takes it away; take: says whether it was taken; left: called when it was taken or left by a key
 */
export function askInRow(box, { top, indent, value = "", label, press = false, take, left }) {
  const input = make("input", {
    type: "text", class: "cvw-field cvw-label-field", value, maxlength: press ? "1" : "200", "aria-label": label, placeholder: label, spellcheck: "false", autocomplete: "off",
  });
  input.style.transform = `translateY(${top}px)`;
  input.style.paddingLeft = `${indent}px`;
  let ended = false;
  const end = () => {
    if (ended) return false;
    ended = true; // taking a focused field away blurs it, which would end this once more
    input.remove();
    return true;
  };
  const submit = async (text) => {
    if ((await take(text)) && end()) left();
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Tab" || event.isComposing) return;
    const letter = press ? letterOf(event) : null;
    if (event.key === "Escape") end() && left();
    else if (letter) submit(letter);
    else if (press && ["Backspace", "Delete"].includes(event.key)) submit("");
    else if (!press && event.key === "Enter" && input.value.trim()) submit(input.value.trim());
    else if (!press) return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(end, 150));
  box.append(input);
  input.focus();
  input.select();
}
