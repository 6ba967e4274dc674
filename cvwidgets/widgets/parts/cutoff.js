// A sending that ended with its page: how far it came, and what arrived of it to be taken in or let go.

import { DRAWINGS, drawing, make, say } from "./elements.js";
import { thousands } from "./figures.js";

/** How far a sending came, in words. Pure. @param {{arrived: number, of: number}} cut */
export function cutOffWords({ arrived, of }) {
  const far = `Sending was cut off after ${thousands(arrived)} of ${thousands(of)} ${of === 1 ? "file" : "files"}.`;
  return `${far} Drop ${of === 1 ? "it" : "them"} again${arrived ? "; what is in is not taken twice" : ""}.`;
}

/** @param {{ask: Function}} door @param {any} problem @param {() => {label: string, state: string}} form what stands in the form */
export function makeCutOff(door, problem, form) {
  const words = make("span", {});
  const take = make("button", { type: "button", class: "cvw-button", onclick: () => receive() });
  const close = make("button", { type: "button", class: "cvw-quiet", "aria-label": "Close this message", onclick: () => forget() }, drawing(DRAWINGS.close));
  const place = make("div", { class: "cvw-left-over", role: "status", hidden: true }, words, take, close);
  let name = "";

  function receive() {
    const { label, state } = form();
    return problem.guard(() => door.ask("receive_cut_off", { name, label: label.trim() || null, state: state || null }));
  }

  function forget() {
    return problem.guard(() => door.ask("forget_cut_off", { name }), { saves: false });
  }

  /** @param {{name: string, arrived: number, of: number} | null} cut what was cut off @param {string} closed why nothing can come in now */
  function show(cut, closed) {
    place.hidden = !cut;
    if (!cut) return;
    name = cut.name;
    say(words, cutOffWords(cut));
    take.hidden = !cut.arrived;
    take.disabled = Boolean(closed);
    take.title = closed;
    say(take, cut.arrived === 1 ? "Add the one that arrived" : `Add the ${thousands(cut.arrived)} that arrived`);
  }

  return { place, show };
}
