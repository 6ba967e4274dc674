// What nobody sees costs nothing: the kernel is told whether a widget can be seen.

/** Keeps the trait `visible` as it is on the page. @param {any} model @param {HTMLElement} root @param {AbortSignal} signal */
export function tellSight(model, root, signal) {
  const seen = new IntersectionObserver(([entry]) => {
    model.set("visible", entry.isIntersecting);
    model.save_changes();
  });
  seen.observe(root);
  signal?.addEventListener("abort", () => seen.disconnect());
}
