// The facts of one image, as a list beside its picture.

import { makeCopying } from "./copying.js";
import { make } from "./elements.js";
import { ago, fileSize, thousands } from "./figures.js";

const STANDS = { kept: "Kept", new: "New", trashed: "Trash" };

/** An address that may be a link; null for any other text. Pure. @param {string | null | undefined} text */
export function webAddress(text) {
  try {
    const { protocol, href } = new URL(text ?? "");
    return protocol === "http:" || protocol === "https:" ? href : null;
  } catch {
    return null;
  }
}

/** Width by height in pixels, and how many these are. Pure. @param {number} width @param {number} height */
export function sidesInWords(width, height) {
  if (!width || !height) return "";
  const millions = (width * height) / 1e6;
  return `${thousands(width)} × ${thousands(height)} px${millions >= 0.95 ? ` · ${millions.toFixed(millions < 9.95 ? 1 : 0)} megapixels` : ""}`;
}

/** What an act left, in words. Pure. @param {{kind: string, label: string | null, state: string | null, undone: boolean}} decision */
export function decisionInWords({ kind, label, state, undone }) {
  const under = label && label !== "Unsorted" ? label : "";
  const left = { kept: `Kept as ${under}`, new: under ? `New under ${under}` : "New", trashed: under ? `Trash of ${under}` : "Trash" }[state ?? ""] ?? "Not in the project";
  const how = { undo: "Undo: ", redo: "Redo: ", import: "Came in: " }[kind] ?? "";
  return `${how}${left}${undone ? " (undone)" : ""}`;
}

/**
 * The rows of the list: a word, and a text, with an address where it is a link. Pure.
 * @param {Record<string, any>} facts as the kernel gave them, with rows that are `known` besides @returns {{word: string, text: string, link?: string | null, copy?: string}[]}
 */
export function rowsOfFacts(facts) {
  const source = facts.source ?? {};
  const format = [facts.format, facts.pages > 1 ? `${thousands(facts.pages)} pages` : ""].filter(Boolean).join(", ");
  const rows = [
    { word: "Folder", text: facts.folder },
    { word: "Size", text: sidesInWords(facts.width, facts.height) },
    { word: "File", text: [facts.size > 0 ? fileSize(facts.size) : "", format].filter(Boolean).join(" · ") },
    ...(facts.known ?? []),
    ...(facts.columns ?? []).map(([word, text]) => ({ word, text })),
    { word: "Source", text: source.provider ?? "" },
    { word: "Found by", text: source.query ?? "" },
    { word: "Author", text: source.author ?? "" },
    { word: "License", text: source.license ?? "", link: webAddress(source.license) },
    { word: "Page", text: source.page ?? "", link: webAddress(source.page) },
    { word: "Address", text: source.address ?? "", link: webAddress(source.address) },
    { word: "Found", text: source.when ? momentInWords(source.when) : "" },
    { word: "SHA-256", text: facts.sha256 ? `${facts.sha256.slice(0, 12)}…` : "", copy: facts.sha256 },
  ];
  return rows.filter(({ text }) => text);
}

/** When something was, in words short and long. Pure. @param {string} when ISO 8601 */
export function momentInWords(when) {
  const then = new Date(when);
  return Number.isNaN(then.getTime()) ? when : then.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** Fills an element with the facts of an image; null while they are on their way. @param {HTMLElement} place @param {Record<string, any> | null} facts */
export function drawDetails(place, facts) {
  if (!facts) return;
  const rows = rowsOfFacts(facts).flatMap((row) => [make("dt", {}, row.word), make("dd", {}, valueOf(row))]);
  const stands = facts.state ? make("p", { class: "cvw-lens-stands" }, drawStanding(facts)) : null;
  const decisions = (facts.decisions ?? []).map((one) =>
    make("li", {}, make("bdi", {}, decisionInWords(one)), make("span", { class: "cvw-soft", title: momentInWords(one.when) }, make("bdi", {}, one.by), ` · ${ago(one.when)}`)));
  place.replaceChildren(
    ...[
      make("h3", {}, "Image"),
      make("p", { class: "cvw-lens-name" }, make("bdi", {}, facts.name ?? "")),
      stands,
      facts.problem ? make("p", { class: "cvw-lens-trouble" }, facts.problem) : null,
      make("dl", {}, ...rows),
      ...(decisions.length ? [make("h3", {}, "Decisions"), make("ol", { class: "cvw-lens-decisions" }, ...decisions)] : []),
    ].filter(Boolean),
  );
}

function drawStanding({ state, label }) {
  return make("span", { class: "cvw-lens-state", "data-state": state }, STANDS[state] ?? "", label ? make("bdi", {}, label) : null);
}

function valueOf({ text, link, copy }) {
  if (link) return make("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, text);
  if (!copy) return make("bdi", {}, text);
  return make("span", { class: "cvw-lens-copy", title: copy }, make("code", {}, text), makeCopying(copy, "the whole SHA-256", "cvw-lens-copying"));
}
