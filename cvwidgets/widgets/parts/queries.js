// How a search goes at each provider: a row for each query there; and how the state of a provider is called everywhere.

import { make, makeTable } from "./elements.js";
import { thousands } from "./figures.js";

/** What trouble with a provider is called, in one or two words. */
export const TROUBLES = { blocked: "blocked", slow: "slow", unreachable: "out of reach", changed: "not understood", failed: "failed" };

/** How a query stands at a provider, in a word or two. Pure. @param {any} query @param {any} work the search that it is of */
export function standing({ ended }, { state, finished }) {
  if (ended === "done") return "has no more";
  if (ended) return TROUBLES[ended] ?? ended;
  if (["waiting", "running"].includes(state)) return "asking …";
  return finished ? "gave enough" : "broken off";
}

/** What is to be said of an import besides its counts; of a search also what stands in its way while it runs. Pure. @param {any} work */
export function notesOf({ notes, queries = [] }) {
  const troubles = queries.filter(({ ended }) => ended && ended !== "done").map(({ sentence }) => sentence);
  return [...new Set([...troubles, ...notes])].filter(Boolean);
}

export function makeQueries() {
  const place = make("div", { class: "cvw-queries", hidden: true });

  /** @param {any} work how the import stands */
  function show(work) {
    const { queries = [] } = work;
    place.hidden = !queries.length;
    const rows = queries.map((one) => [make("bdi", {}, one.query), make("bdi", {}, one.word), thousands(one.seen), thousands(one.fetched), standing(one, work)]);
    place.replaceChildren(makeTable({}, ["Looked for", "At", "Seen", "Fetched", ""], rows));
  }
  return { place, show };
}
