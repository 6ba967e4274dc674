// A key that does one thing when it is tapped and another for as long as it is held.

/** Milliseconds after which a key that is down is held. */
const HELD = 300;

/**
 * Follows one press of Space from its keydown on.
 * @param {{tap: () => void, hold: () => void, release: () => void}} what @param {AbortSignal} signal
 */
export function watchHolding({ tap, hold, release }, signal) {
  let isDown = false;
  let isHeld = false;
  let timer = 0;

  function letGo(tapped) {
    if (!isDown) return;
    clearTimeout(timer);
    const wasHeld = isHeld;
    isDown = isHeld = false;
    if (wasHeld) release();
    else if (tapped) tap();
  }
  // On the document, since what opens meanwhile has the focus.
  document.addEventListener("keyup", (event) => event.code === "Space" && letGo(true), { capture: true, signal });
  window.addEventListener("blur", () => letGo(false), { signal });
  signal?.addEventListener("abort", () => clearTimeout(timer));

  /** The key went down, or repeats. */
  return () => {
    if (isDown) return;
    isDown = true;
    timer = setTimeout(() => {
      isHeld = true;
      hold();
    }, HELD);
  };
}
