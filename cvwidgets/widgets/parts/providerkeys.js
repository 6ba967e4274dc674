// The keys of search providers: typed in once, never shown again.

import { make, say } from "./elements.js";

/** Where the key of a provider is, in words. Pure. @param {{variable: string, where: string | null}} one */
export function keyWords({ variable, where }) {
  if (where === "environment") return `It is in the environment, as ${variable}, which goes first.`;
  return where === "kept" ? "A key is kept for you on this machine. Type another one, or remove it." : `Get one from its site; it is kept for you alone. Or set ${variable} in the environment.`;
}

/** @param {(variable: string, key: string) => Promise<any>} keep an empty key is forgotten */
export function makeProviderKeys(keep) {
  const list = make("div", { class: "cvw-provider-keys" });
  const place = make("section", { "aria-label": "Keys of providers", class: "cvw-provider-keys", hidden: true }, make("h3", {}, "Keys of providers"), list);
  /** @type {Map<string, any>} by variable */
  const rows = new Map();

  function rowOf({ variable, word }) {
    const saved = make("span", { class: "cvw-saved", role: "status" });
    const wrong = make("span", { class: "cvw-wrong", role: "alert", hidden: true });
    const about = make("span", { class: "cvw-about" });
    const input = make("input", { type: "password", autocomplete: "new-password", spellcheck: "false", maxlength: "500", "aria-label": `Key of ${word}`, onchange: () => input.value && send(input.value) });
    const remove = make("button", { type: "button", class: "cvw-button", "aria-label": `Remove the key of ${word}`, onclick: () => send("") }, "Remove");
    const element = make("div", { class: "cvw-named" }, make("span", { class: "cvw-line-up" }, make("span", {}, word), saved), make("div", { class: "cvw-secret" }, input, remove), wrong, about);

    async function send(key) {
      let error = "";
      try {
        await keep(variable, key);
        input.value = "";
      } catch (caught) {
        error = caught.message;
      }
      say(saved, error ? "" : key ? "Saved" : "Removed");
      say(wrong, error);
      wrong.hidden = !error;
    }

    function show(one) {
      say(about, keyWords(one));
      input.placeholder = one.where ? "••••••••" : "none";
      remove.hidden = one.where !== "kept";
    }

    list.append(element);
    return { show };
  }

  return {
    place,
    /** @param {any[]} keys as the kernel tells them */
    show(keys) {
      place.hidden = !keys.length;
      for (const one of keys) {
        if (!rows.has(one.variable)) rows.set(one.variable, rowOf(one));
        rows.get(one.variable).show(one);
      }
    },
  };
}
