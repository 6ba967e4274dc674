// The folders that are watched: what comes of each, Pause and Remove.

import { make, say } from "./elements.js";
import { ago, thousands } from "./figures.js";

const WATCHING = { watched: "Watched", paused: "Paused", ended: "Not looked at" };
const WATCHED_AS = { new: "as New", kept: "as Kept", "": "" };

/** What comes of a watched folder, in a line. Pure. @param {any} one @param {number} [now] milliseconds since 1970 */
export function watchedWords(one, now = Date.now()) {
  const came = `${thousands(one.came)} ${one.came === 1 ? "image" : "images"} came`;
  const waiting = one.waiting ? `${thousands(one.waiting)} not whole yet` : "";
  const refused = one.refused ? `${thousands(one.refused)} refused` : "";
  const looked = one.looked ? `looked ${ago(one.looked, now)}` : "not looked at yet";
  return [WATCHING[one.state], [one.label ? `Label ${one.label}` : "", WATCHED_AS[one.as]].filter(Boolean).join(", "), came, waiting, refused, looked].filter(Boolean).join(" · ");
}

/** @param {{ask: Function}} door @param {any} problem */
export function makeWatched(door, problem) {
  const list = make("ul", { class: "cvw-watched-list" });
  const place = make("section", { class: "cvw-watched", "aria-label": "Watched folders", hidden: true }, make("h2", {}, "Watched folders"), list);
  /** @type {Map<string, ReturnType<typeof drawWatched>>} */
  const rows = new Map();

  /** @param {any[]} watched as the kernel tells them */
  function show(watched) {
    place.hidden = !watched.length;
    for (const [key, row] of rows) {
      if (watched.some((one) => one.key === key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    for (const one of watched) {
      if (!rows.has(one.key)) {
        rows.set(one.key, drawWatched(one.key, door, problem));
        list.append(rows.get(one.key).element);
      }
      rows.get(one.key).show(one);
    }
  }

  return { place, show };
}

function drawWatched(key, door, problem) {
  const state = make("span", { class: "cvw-state" });
  const name = make("bdi", { class: "cvw-job-title cvw-cut" });
  const pause = make("button", { type: "button", class: "cvw-button", onclick: toggle });
  const remove = make("button", { type: "button", class: "cvw-button", onclick: () => problem.guard(() => door.ask("unwatch", { name: key }), { saves: false }) }, "Remove");
  const story = make("p", { class: "cvw-soft" });
  const trouble = make("p", { class: "cvw-trouble" });
  const element = make("li", {}, make("div", { class: "cvw-line-up" }, state, name, make("span", { class: "cvw-space" }), pause, remove), story, trouble);
  let now = "watched";

  function toggle() {
    if (now === "ended") return problem.guard(() => door.ask("go_on_watching"), { saves: false });
    return problem.guard(() => door.ask("pause_watching", { name: key, paused: now === "watched" }), { saves: false });
  }

  function show(one) {
    now = one.state;
    state.dataset.state = { watched: "running", paused: "waiting", ended: "lost" }[one.state];
    say(name, one.name);
    say(pause, one.state === "watched" ? "Pause" : "Go on");
    for (const [button, word] of [[pause, pause.textContent], [remove, "Remove"]]) button.setAttribute("aria-label", `${word}: ${one.name}`);
    say(story, watchedWords(one));
    say(trouble, one.problem);
    trouble.hidden = !one.problem;
  }

  return { element, show };
}
