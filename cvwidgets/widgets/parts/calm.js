// Asking about what is typed: once nothing changed for a moment, and only where it differs from what was asked last.

/** Milliseconds without a change. */
const CALM_TYPING = 250;

/**
 * @param {(facts: any) => Promise<any>} ask @param {(answer: any) => void} told hears the answer, unless something else was asked meanwhile
 * @returns {(facts: any) => void}
 */
export function askWhenCalm(ask, told) {
  let of = "";
  let timer;
  return (facts) => {
    const now = JSON.stringify(facts);
    if (now === of) return;
    of = now;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const answer = await ask(facts);
      if (answer && of === now) told(answer);
    }, CALM_TYPING);
  };
}
