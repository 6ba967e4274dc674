// A photo by the camera of the one who looks at the page; nothing of it leaves the browser before it is taken.

import { make } from "./elements.js";

/** Why there is no camera, and what to do. Pure. @param {string} name of the error, "" where the browser offers none @param {boolean} secure */
export function whyNoCamera(name, secure) {
  if (!secure) return "The camera is closed to this page: a browser opens it to https and to this computer's own address (127.0.0.1) alone. Open the page there, or drop a file.";
  if (name === "NotAllowedError" || name === "SecurityError") return "The camera may not be used here; the browser was told so. Allow it beside the page's address, then ask again, or drop a file.";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "No camera is connected; taking a photo needs one. Connect it and ask again, or drop a file.";
  if (name === "NotReadableError" || name === "AbortError") return "The camera gives no picture; another program may be using it. Close that and ask again, or drop a file.";
  return "This browser gives pages no camera; taking a photo needs one. Use another browser, or drop a file.";
}

/** What a photo is called. Pure. @param {Date} when */
export function photoName(when) {
  const two = (number) => String(number).padStart(2, "0");
  return `photo-${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}-${two(when.getHours())}${two(when.getMinutes())}${two(when.getSeconds())}.jpg`;
}

/**
 * The finder: what the camera sees, a button that takes it, one that leaves it.
 * @param {(photo: File) => void} take @param {() => void} left told when it is closed
 */
export function makeCamera(take, left) {
  const video = make("video", { class: "cvw-finder", autoplay: true, playsinline: true, "aria-label": "What the camera sees" });
  video.muted = true;
  const shoot = make("button", { type: "button", class: "cvw-primary", onclick: shot }, "Take the photo");
  const leave = make("button", { type: "button", class: "cvw-button", onclick: () => close() }, "Cancel");
  const element = make("div", { class: "cvw-camera", hidden: true }, video, make("div", { class: "cvw-line-up" }, shoot, leave));
  /** @type {MediaStream | null} */
  let stream = null;
  let turn = 0;

  async function open() {
    const mine = (turn += 1);
    if (!navigator.mediaDevices?.getUserMedia) throw new Error(whyNoCamera("", window.isSecureContext));
    const given = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } }).catch((error) => {
      throw new Error(whyNoCamera(error.name, window.isSecureContext));
    });
    if (mine !== turn) return end(given);
    stream = given;
    video.srcObject = given;
    element.hidden = false;
    shoot.disabled = true;
    await video.play().catch(() => {});
    shoot.disabled = false;
    shoot.focus({ preventScroll: true });
  }

  function shot() {
    const canvas = make("canvas", { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      close();
      if (blob) take(new File([blob], photoName(new Date()), { type: "image/jpeg" }));
    }, "image/jpeg", 0.95);
  }

  function close() {
    turn += 1;
    if (stream) end(stream);
    stream = video.srcObject = null;
    if (!element.hidden) {
      element.hidden = true;
      left();
    }
  }

  return { element, open, close };
}

/** The light of the camera goes out. @param {MediaStream} stream */
function end(stream) {
  for (const track of stream.getTracks()) track.stop();
}
