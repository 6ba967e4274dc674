// The way from what was put right to the next run.

import { make, say } from "./elements.js";
import { thousands } from "./figures.js";

/** What the button says. Pure. @param {number} changes */
export function retrainWords(changes) {
  return changes === 1 ? "Retrain with this change" : `Retrain with these ${thousands(changes)} changes`;
}

/**
 * A button that asks the panel around, or the workbench, to train a run again on what is kept now; hidden as long as nothing changed.
 * @param {HTMLElement} root of the panel in which it stands
 */
export function makeRetrain(root) {
  let run = "";
  const element = make("button", {
    type: "button", class: "cvw-button cvw-retrain", hidden: true, title: "By the same recipe, on what is kept now; you see what it would do before it starts",
    onclick: () => root.dispatchEvent(new CustomEvent("cvw-retrain", { bubbles: true, detail: { run } })),
  });

  /** @param {{run?: string, changes?: number}} facts changes: images that were put right, added or taken out since that run */
  function show(facts) {
    run = facts.run ?? "";
    element.hidden = !facts.changes;
    say(element, retrainWords(facts.changes ?? 0));
  }
  return { element, show };
}
