// Videos in the form of Collect: how frames are taken of them, and a drop with videos that waits until that is said.

import { make, say } from "./elements.js";
import { thousands } from "./figures.js";

const VIDEO = /\.(mp4|m4v|mov|webm|mkv|avi)$/i;

/** Tells videos by their name. Pure. @param {string} name */
export function isVideo(name) {
  return VIDEO.test(name);
}

/** Parts a drop into what can be sent and the videos of which nothing can be taken here. Pure. @param {any[]} files @param {string} why empty when it can */
export function withoutVideos(files, why) {
  if (!why) return { fit: files, refused: [] };
  return { fit: files.filter(({ name }) => !isVideo(name)), refused: files.filter(({ name }) => isVideo(name)).map(({ name }) => ({ path: name, reason: `It is a video. ${why}` })) };
}

/** How many videos there are, in words. Pure. @param {number} count */
export function videosWords(count) {
  return `${thousands(count)} ${count === 1 ? "video" : "videos"}`;
}

/** What is asked of videos, as the kernel takes it; a word for what is wrong with it. Pure. @param {{how: string, every: string, most: string}} form */
export function framesOf({ how, every, most }) {
  const [seconds, count] = [Number(every.replace(",", ".")), Number(most)];
  if (how !== "scenes" && !(seconds >= 0.01 && seconds <= 86_400)) return { wrong: "A frame every 0.01 seconds to a day can be had." };
  if (!Number.isInteger(count) || count < 1 || count > 100_000) return { wrong: "1 to 100,000 frames of a video can be had." };
  return { frames: { every: how === "scenes" ? 1 : seconds, scenes: how === "scenes", most: count }, wrong: "" };
}

/** @param {{changed: () => void}} panel told when something else is asked */
export function makeFilms({ changed }) {
  const read = make("input", { type: "checkbox", onchange: dress });
  const readWords = make("span", {});
  const inFolder = make("label", { class: "cvw-check" }, read, readWords);
  const how = make("select", { "aria-label": "Frames of videos", onchange: dress }, make("option", { value: "every" }, "One every so many seconds"), make("option", { value: "scenes" }, "When the scene changes"));
  const every = make("input", { type: "text", inputmode: "decimal", value: "1", "aria-label": "Seconds between frames", oninput: dress });
  const most = make("input", { type: "number", min: "1", max: "100000", step: "1", value: "1000", "aria-label": "Most frames of a video", oninput: dress });
  const seconds = filmField("Seconds between frames", every, "From one frame to the next.");
  const fields = make("div", { class: "cvw-fields" }, filmField("Frames of videos", how, "Each frame becomes an image of the project."), seconds, filmField("Most frames of a video", most, "What comes after them is left out."));
  const why = make("p", { class: "cvw-soft" });
  const place = make("div", { class: "cvw-films", hidden: true }, inFolder, fields, why);

  function dress() {
    fields.hidden = inFolder.hidden ? false : !read.checked;
    seconds.hidden = how.value === "scenes";
    changed();
  }

  return {
    place,
    /** @param {{alone: boolean, inside: number, why: string}} now alone: a video by itself is chosen or dropped; inside: videos in a folder that is */
    show({ alone, inside, why: missing }) {
      place.hidden = !alone && !inside;
      inFolder.hidden = alone || Boolean(missing);
      say(readWords, inside === 1 ? "Take frames of the video in it" : `Take frames of the ${videosWords(inside)} in it`);
      say(why, place.hidden || !missing ? "" : `${videosWords(Math.max(1, inside))} ${inside > 1 ? "are" : "is"} left out. ${missing}`);
      why.hidden = !why.textContent;
      fields.hidden = Boolean(missing) || (!alone && !read.checked);
      seconds.hidden = how.value === "scenes";
    },
    /** What is asked, null for nothing; and what is wrong with it. */
    asked() {
      if (place.hidden || fields.hidden) return { frames: null, wrong: "" };
      return framesOf({ how: how.value, every: every.value, most: most.value });
    },
    left: () => ({ read: read.checked, how: how.value, every: every.value, most: most.value }),
    /** @param {any} before what an earlier page left */
    fill(before) {
      read.checked = Boolean(before?.read);
      how.value = before?.how === "scenes" ? "scenes" : "every";
      every.value = typeof before?.every === "string" ? before.every : "1";
      most.value = typeof before?.most === "string" ? before.most : "1000";
    },
  };
}

function filmField(word, input, about) {
  return make("label", { class: "cvw-named" }, make("span", {}, word), input, make("span", { class: "cvw-about" }, about));
}

/**
 * A drop with videos waits here until one has said how frames are taken of them.
 * @param {{asked: () => any, holds: () => void}} panel what is asked of videos; told when a drop with videos begins to wait, and when it ends
 */
export function makeHold({ asked, holds }) {
  const words = make("span", {});
  const send = make("button", { type: "button", class: "cvw-primary", onclick: () => end(true) }, "Send");
  const leave = make("button", { type: "button", class: "cvw-button", onclick: () => end(false) }, "Leave it");
  const place = make("div", { class: "cvw-left-over cvw-held", role: "status", hidden: true }, words, send, leave);
  /** @type {((sent: {frames: any} | null) => void) | null} */
  let answer = null;

  function end(go) {
    const told = answer;
    answer = null;
    place.hidden = true;
    told?.(go ? { frames: asked().frames } : null); // before the fields go
    holds();
  }

  return {
    place,
    /** Resolves to what is asked of the videos, or to null for not to send. @param {any[]} files @returns {Promise<{frames: any} | null>} */
    ask(files) {
      const videos = files.filter(({ name }) => isVideo(name)).length;
      if (!videos) return Promise.resolve({ frames: null });
      say(words, `${videosWords(videos)}${files.length > videos ? ` among ${thousands(files.length)} files` : ""}. Say above how frames are taken.`);
      place.hidden = false;
      const told = new Promise((resolve) => (answer = resolve));
      holds();
      send.focus({ preventScroll: true });
      return told;
    },
    /** @param {string} wrong why it cannot be sent now */
    close(wrong) {
      send.disabled = Boolean(wrong);
      send.title = wrong;
    },
    waits: () => answer !== null,
  };
}
