// What one panel names, another one of the same project shows: a bar of the glance or an act of the journal, in the triage panel.

import { inWorkbench } from "./slot.js";

/** Asks whether somebody would show what is asked for; who would prevents the event's default. */
const WOULD = "cvw-would-show";
/** Tells that the answer to that may be another one now. */
const CHANGED = "cvw-shows-changed";

/**
 * Whether two panels are over the same project: those of one workbench are; of those in cells of their own the folder tells. Pure.
 * @param {{bench: unknown, folder: string}} one bench: the workbench that it stands in, or null @param {{bench: unknown, folder: string}} other
 */
export function isOverSame(one, other) {
  return one.bench === other.bench && (one.bench !== null || one.folder === other.folder);
}

/**
 * From now on a panel shows what others of its project ask it to.
 * @param {HTMLElement} root @param {string} folder the project's @param {Record<string, (detail: any) => void>} shows what each event does
 * @param {AbortSignal} signal
 */
export function showForOthers(root, folder, shows, signal) {
  const benchOf = (node) => node.closest?.(".cvw-workbench") ?? null;
  const heed = (name, take) => document.addEventListener(name, (event) => {
    const { target, detail } = /** @type {CustomEvent} */ (event);
    if (isOverSame({ bench: benchOf(root), folder }, { bench: benchOf(target), folder: detail.folder })) take(event);
  }, { signal });
  const tell = () => document.dispatchEvent(new CustomEvent(CHANGED));
  for (const [name, show] of Object.entries(shows)) heed(name, (event) => show(event.detail));
  heed(WOULD, (event) => event.preventDefault());
  requestAnimationFrame(tell); // when it has its place
  signal?.addEventListener("abort", tell);
}

/** Whether another panel would show what this one asks for. A workbench has its triage panel, opened or not. @param {HTMLElement} root @param {string} folder */
export function canShowElsewhere(root, folder) {
  return inWorkbench(root) || !document.dispatchEvent(new CustomEvent(WOULD, { cancelable: true, detail: { folder } }));
}

/** Calls `show` whenever the answer of `canShowElsewhere` may have changed, until the signal ends it. @param {() => void} show @param {AbortSignal} signal */
export function followElsewhere(show, signal) {
  document.addEventListener(CHANGED, show, { signal });
}

/** Asks the panel that would. @param {HTMLElement} root @param {string} name of the event @param {{folder: string}} detail with what is to be shown */
export function showElsewhere(root, name, detail) {
  root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}
