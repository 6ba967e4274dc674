// A place inside a widget for another widget, whatever library it is from.

/** What lumino tells a widget that was attached; widgets of other libraries wait for it before they show themselves. */
const ATTACHED = { type: "after-attach", isConflatable: false, conflate: () => false };
const DETACHED = { ...ATTACHED, type: "after-detach" };

/**
 * Shows a child widget in an element, until the signal ends it.
 * @param {any} model the parent's
 * @param {string} reference as ipywidgets writes it, "IPY_MODEL_<id>"
 * @param {HTMLElement} element @param {AbortSignal} signal
 */
export async function fillSlot(model, reference, element, signal) {
  const child = await model.widget_manager.get_model(reference.slice("IPY_MODEL_".length));
  const view = await model.widget_manager.create_view(child);
  const tell = (message) => (view.luminoWidget ?? view.pWidget)?.processMessage?.(message);
  if (signal?.aborted) return takeDown(view);
  signal?.addEventListener("abort", () => {
    tell(DETACHED); // or it would be taken off a page that it has left already, which is an error
    takeDown(view);
  });
  element.replaceChildren(view.el);
  tell(ATTACHED);
  return child;
}

/** Takes a view down once those within it are there: ipywidgets' boxes stumble over a child that comes after their end. @param {any} view */
async function takeDown(view) {
  await childrenOf(view);
  view.remove();
}

async function childrenOf(view) {
  const children = await Promise.all(view.children_views?.views ?? []);
  await Promise.all(children.map(childrenOf));
}

/** Asks the workbench around a panel, if there is one, to open a step. @param {HTMLElement} element @param {string} step */
export function goTo(element, step) {
  element.dispatchEvent(new CustomEvent("cvw-go", { bubbles: true, detail: { step } }));
}

/** Whether a panel stands in a workbench. @param {HTMLElement} element */
export function inWorkbench(element) {
  return Boolean(element.closest(".cvw-workbench"));
}
