// Tab stays inside what lies over the page: from the last stop to the first, and back.

/** Takes a press of Tab round at the ends; true when it did. @param {HTMLElement} box @param {KeyboardEvent} event */
export function wrapTab(box, event) {
  if (event.key !== "Tab") return false;
  const all = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("a[href], button, input, select, textarea, [tabindex]")]);
  const stops = all.filter((one) => one.tabIndex >= 0 && !one.matches(":disabled") && one.getClientRects().length);
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const at = document.activeElement;
  if (at !== (event.shiftKey ? first : last) && at !== box) return false;
  (event.shiftKey ? last : first)?.focus();
  return true;
}
