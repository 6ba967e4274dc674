// The stage of the lens: the thumbnail scaled up until the picture is there, zoom by wheel and keys, pan by hand.

import { make, say } from "./elements.js";
import { ZOOM_STEP, fitScale, fitted, held, hundred, needsMore, pushed, zoomedTo } from "./zoom.js";

const NONE = { width: 0, height: 0 };

/** @param {() => void} changed told when what is shown, or how large, is another one */
export function makeStage(changed) {
  const small = make("img", { class: "cvw-lens-image", alt: "", draggable: "false" });
  let sharp = make("img", { class: "cvw-lens-image", alt: "", draggable: "false" });
  const trouble = make("p", { class: "cvw-lens-missing", role: "status", hidden: true });
  const element = make("div", { class: "cvw-lens-stage", tabindex: "0", role: "group", "aria-label": "Picture", autofocus: true }, small, sharp, trouble);
  let original = NONE;
  let place = { scale: 1, x: 0, y: 0 };
  let isFitted = true;
  /** The address of the picture that is shown, or that is being decoded to be shown. */
  let coming = "";
  let width = 0;

  const sides = () => ({ width: element.clientWidth, height: element.clientHeight });
  const known = () => (original.width ? original : { width: small.naturalWidth, height: small.naturalHeight });

  /** Begins another picture; nothing of the last one stays. */
  function begin() {
    original = NONE;
    isFitted = true;
    small.removeAttribute("src");
    dropSharp();
    trouble.hidden = true;
  }

  function dropSharp() {
    coming = "";
    width = 0;
    sharp.removeAttribute("src");
    element.dataset.sharp = "";
  }

  /** @param {{original?: {width: number, height: number}, thumbnail?: string, name?: string}} facts what is known by now */
  function know({ original: sizes, thumbnail, name }) {
    if (sizes?.width) original = sizes;
    if (thumbnail && small.getAttribute("src") !== thumbnail) small.src = thumbnail;
    sharp.alt = name ?? "";
    layPicture();
  }

  /** Shows a picture once it is decoded, in place of the one before. @param {{url: string, width: number}} picture */
  async function bring(picture) {
    if (coming === picture.url) return;
    coming = picture.url;
    const image = make("img", { class: "cvw-lens-image", alt: sharp.alt, draggable: "false", src: picture.url });
    const decoded = await image.decode().then(() => true, () => false);
    if (coming !== picture.url || !decoded) return;
    sharp.replaceWith(image);
    sharp = image;
    width = picture.width;
    element.dataset.sharp = String(width);
    layPicture();
    changed();
  }

  /** Says why there is no picture. @param {string} reason */
  function miss(reason) {
    trouble.hidden = !reason;
    say(trouble, reason);
    if (reason) dropSharp();
  }

  function layPicture() {
    const picture = known();
    if (!picture.width) return;
    place = isFitted ? fitted(sides(), picture) : held(place, sides(), picture);
    for (const image of [small, sharp]) {
      image.style.width = `${picture.width * place.scale}px`;
      image.style.height = `${picture.height * place.scale}px`;
      image.style.transform = `translate(calc(-50% + ${place.x}px), calc(-50% + ${place.y}px))`;
    }
    element.classList.toggle("cvw-lens-wide", picture.width * place.scale > sides().width + 1 || picture.height * place.scale > sides().height + 1);
    element.classList.toggle("cvw-lens-close", place.scale * devicePixelRatio > 8);
  }

  function zoomTo(scale, point = { x: 0, y: 0 }) {
    if (!known().width) return;
    place = zoomedTo(place, scale, point, sides(), known());
    isFitted = place.scale <= fitScale(sides(), known()) * 1.001;
    layPicture();
    changed();
  }

  function push(dx, dy) {
    if (isFitted || !known().width) return;
    place = pushed(place, dx, dy, sides(), known());
    layPicture();
  }

  const zoom = {
    in: (point) => zoomTo(place.scale * ZOOM_STEP, point),
    out: (point) => zoomTo(place.scale / ZOOM_STEP, point),
    fit: () => zoomTo(0),
    full: (point) => zoomTo(hundred(devicePixelRatio), point),
    push: (right, down) => push((-right * sides().width) / 8, (-down * sides().height) / 8),
    percent: () => (known().width ? Math.round(place.scale * devicePixelRatio * 100) : 0),
    isFitted: () => isFitted,
  };

  /** The place of an event from the middle of the stage. */
  function pointOf(event) {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
  }

  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomTo(place.scale * Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), pointOf(event));
  }, { passive: false });
  element.addEventListener("dblclick", (event) => (isFitted ? zoom.full(pointOf(event)) : zoom.fit()));
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    let from = { x: event.clientX, y: event.clientY };
    const drag = (next) => {
      push(next.clientX - from.x, next.clientY - from.y);
      from = { x: next.clientX, y: next.clientY };
    };
    const drop = () => {
      element.removeEventListener("pointermove", drag);
      element.classList.remove("cvw-lens-held");
    };
    element.classList.add("cvw-lens-held");
    element.addEventListener("pointermove", drag);
    element.addEventListener("pointerup", drop, { once: true });
    element.addEventListener("pointercancel", drop, { once: true });
  });
  small.addEventListener("load", layPicture);

  const resized = new ResizeObserver(() => {
    layPicture();
    changed();
  });
  resized.observe(element);
  return {
    element,
    begin,
    know,
    bring,
    miss,
    zoom,
    needsMore: () => original.width > 0 && width > 0 && needsMore(place, original, devicePixelRatio, width),
    end: () => resized.disconnect(),
  };
}
