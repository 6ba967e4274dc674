// Notices that the kernel is gone, or that the server cannot be reached, which a page is otherwise not told.

const GONE = ["restarting", "autorestarting", "terminating", "dead"];

/** What a kernel's status means to a page. Pure. @param {string} status */
export function meaning(status) {
  return GONE.includes(status) ? "gone" : "here";
}

/** The connection to the kernel of a widget, in Voilà and in JupyterLab. @param {any} model */
function kernelOf(model) {
  const manager = model.widget_manager;
  return manager?.kernel ?? manager?.context?.sessionContext?.session?.kernel ?? null;
}

/**
 * Calls `tell` with "gone" when the kernel died or was restarted, "away" when the server cannot be reached, "here" when it can be again.
 * @param {any} model @param {(state: "gone" | "away" | "here") => void} tell @param {AbortSignal} signal
 */
export function watchKernel(model, tell, signal) {
  const kernel = kernelOf(model);
  let gone = false;
  const die = () => {
    gone = true;
    tell("gone");
  };
  const onStatus = (_, status) => meaning(status) === "gone" && die();
  const onConnection = (_, status) => {
    if (!gone) tell(status === "connected" ? "here" : "away");
  };
  kernel?.statusChanged?.connect(onStatus);
  kernel?.connectionStatusChanged?.connect(onConnection);
  kernel?.disposed?.connect(die);
  signal?.addEventListener("abort", () => {
    kernel?.statusChanged?.disconnect(onStatus);
    kernel?.connectionStatusChanged?.disconnect(onConnection);
    kernel?.disposed?.disconnect(die);
  });
}
