// What a search would find, before it begins: up to twelve small pictures, provider by provider, and whatever one of them says instead.

import { DRAWINGS, drawing, make, say } from "./elements.js";

/** So many pictures are shown. */
export const MOST_SHOWN = 12;

/**
 * Whom to ask for what, and for how many pictures, so that they are as many together as are shown. Pure.
 * @param {string[]} queries @param {any[]} providers
 */
export function sharesOf(queries, providers, most = MOST_SHOWN) {
  const pairs = queries.flatMap((query) => providers.map((provider) => ({ query, provider }))).slice(0, most);
  return pairs.map((pair, index) => ({ ...pair, count: Math.floor(most / pairs.length) + (index < most % pairs.length ? 1 : 0) }));
}

/** What is told of a picture that was found: license and author, where it is, and its page, to be read. Pure. @param {any} hit @param {string} word of the provider */
export function hitWords({ license, author, page, address }, word) {
  return [license ?? "license not told", author ? `by ${author}` : "", word, page ?? address].filter(Boolean).join(" · ");
}

/**
 * @param {any} door @param {AbortSignal} signal @param {() => any} form what is looked for, and how
 */
export function makePreview(door, signal, form) {
  const told = make("p", { class: "cvw-soft", role: "status" });
  const row = make("div", { class: "cvw-previews", role: "list", "aria-label": "What it finds", onpointerleave: () => tell("") });
  const troubles = make("div", {});
  const button = make("button", { type: "button", class: "cvw-button", onclick: () => (underWay ? cancel() : start()) }, "Show what it finds");
  const place = make("div", { class: "cvw-preview", hidden: true }, row, told, troubles);
  const addresses = [];
  let underWay = null;
  let summary = "";
  signal?.addEventListener("abort", () => {
    if (underWay) cancel();
    clear();
  });

  function clear() {
    for (const address of addresses.splice(0)) URL.revokeObjectURL(address);
    row.replaceChildren();
    troubles.replaceChildren();
  }

  function tell(words) {
    say(told, words || summary);
  }

  function cancel() {
    door.cancel([underWay.id].filter(Boolean));
    door.ask("stop_preview").catch(() => undefined); // what it brings is not looked at any more
    end("Cancelled.");
  }

  function end(words) {
    underWay = null;
    summary = words;
    say(button, "Show what it finds");
    tell("");
  }

  async function start() {
    const { queries, providers, license, safe } = form();
    const mine = (underWay = { id: "" });
    clear();
    place.hidden = false;
    say(button, "Cancel");
    const shares = sharesOf(queries, providers);
    for (const [index, { query, provider, count }] of shares.entries()) {
      summary = `Asking ${provider.word} for “${query}” …${shares.length > 1 ? ` ${index + 1} of ${shares.length}` : ""}`;
      tell("");
      const { id, answer } = door.begin("preview", { query, provider: provider.name, count, license, safe });
      mine.id = id;
      const found = await answer.catch((error) => ({ problem: error.message }));
      if (underWay !== mine) return;
      if (found.problem) troubles.append(make("div", { class: "cvw-problem", role: "alert" }, make("span", {}, found.problem)));
      else row.append(...found.hits.map((hit, at) => picture(hit, found.buffers[at], provider.word)));
    }
    const some = row.childElementCount;
    end(some ? `${some === 1 ? "The first picture" : `The first ${some} pictures`} that it finds. Nothing has come into the project.` : "");
  }

  function picture(hit, bytes, word) {
    const words = hitWords(hit, word);
    const read = () => tell(words);
    const tile = make("div", { class: "cvw-previewed", role: "listitem", tabindex: "0", title: words, "aria-label": words, onpointerenter: read, onfocus: read, onblur: () => tell("") });
    if (!bytes?.byteLength) {
      tile.append(drawing(DRAWINGS.broken));
      return tile;
    }
    const address = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    addresses.push(address);
    tile.append(make("img", { alt: "", src: address }));
    return tile;
  }

  return { place, button, busy: () => Boolean(underWay) };
}
