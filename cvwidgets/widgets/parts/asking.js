// What may be asked of images, kind by kind: the choices with their words, and the change that each makes to a filter. Pure.

import { inWords } from "./bar.js";
import { find } from "./typeahead.js";

/** @typedef {{word: string, note?: string, chosen?: boolean, change: Record<string, any>}} Choice */

/** The kinds of conditions that one may add, with the fields of a filter that they are made of. */
export const CONDITIONS = [
  { kind: "label", word: "Label", fields: ["labels", "sub_labels"] },
  { kind: "state", word: "State", fields: ["states"] },
  { kind: "part", word: "Split", fields: ["parts"] },
  { kind: "format", word: "Format", fields: ["formats"] },
  { kind: "side", word: "Size in pixels", fields: ["min_side", "max_side"], hint: "1000, or 500 to 1000" },
  { kind: "bytes", word: "Size of the file", fields: ["min_bytes", "max_bytes"], hint: "2 MB, or 100 kB to 1 MB" },
  { kind: "provider", word: "Source", fields: ["providers"] },
  { kind: "added", word: "Date added", fields: ["added_from", "added_to"], hint: "2026-11-21, or two days" },
  { kind: "problem", word: "Problem", fields: ["problem"] },
];

const NAMES_OF = {
  state: [["new", "New"], ["kept", "Kept"], ["trashed", "Trash"]],
  part: [["train", "For training"], ["valid", "For validation"], ["test", "For testing"]],
  problem: [["missing", "File missing"], ["unread", "Not read yet"], ["conflict", "In conflict"]],
};
const UNLABELED = "Unsorted";
const MOST_CHOICES = 50;
const BYTES = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };
const DAY_MS = 86_400_000;

/** A filter with a change: what is null or empty is no longer asked. @param {Record<string, any>} filter @param {Record<string, any>} change */
export function changedFilter(filter, change) {
  const all = { ...filter, ...change };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && !value.length)));
}

/** A filter without a condition. @param {Record<string, any>} filter @param {string} kind */
export function withoutKind(filter, kind) {
  const fields = CONDITIONS.find((one) => one.kind === kind)?.fields ?? [kind];
  return Object.fromEntries(Object.entries(filter).filter(([name]) => !fields.includes(name)));
}

/**
 * The choices of a kind that a typed text finds, those that are chosen marked; choosing one of these again takes it away.
 * @param {string} kind @param {string} text
 * @param {{filter: Record<string, any>, known: any, labels: string[], now?: Date}} facts known: what the kernel says there is
 * @returns {Choice[]}
 */
export function choicesOf(kind, text, { filter, known, labels, now = new Date() }) {
  if (kind === "side") return numberChoices(text, "side", sidePresets, readSide);
  if (kind === "bytes") return numberChoices(text, "bytes", filePresets, readBytes);
  if (kind === "added") return dayChoices(text, now);
  const all = namedChoices(kind, { filter, known, labels });
  const words = find(all.map((choice) => choice.word), text, MOST_CHOICES);
  return words.map((word) => all.find((choice) => choice.word === word));
}

function namedChoices(kind, { filter, known, labels }) {
  if (kind === "problem") return NAMES_OF.problem.map(([value, word]) => ({ word, chosen: filter.problem === value, change: { problem: filter.problem === value ? null : value } }));
  if (kind === "state") return NAMES_OF.state.map(([value, word]) => several("states", value, word, "", filter));
  if (kind === "part") return NAMES_OF.part.map(([value, word]) => several("parts", value, word, imagesOf(known.parts, value), filter));
  if (kind === "format") return (known.formats ?? []).map(([value, count]) => several("formats", value, value, inWords(count, "image"), filter));
  if (kind === "provider") return [...(known.providers ?? []).map(([value, count]) => several("providers", value, value, inWords(count, "image"), filter)), several("providers", "", "Files of one's own", "", filter)];
  return labelChoices(filter, labels);
}

function labelChoices(filter, labels) {
  const named = labels.map((name) => several("labels", name, name === UNLABELED ? "Without a label" : name, "", filter));
  if (!filter.labels?.length) return named;
  const alone = filter.sub_labels === false;
  return [{ word: alone ? "With sub-labels" : "Without sub-labels", change: { sub_labels: alone ? null : false } }, ...named];
}

/** A choice of a field that holds several values, of which one is enough. */
function several(field, value, word, note, filter) {
  const values = filter[field] ?? [];
  const chosen = values.includes(value);
  return { word, note, chosen, change: { [field]: chosen ? values.filter((one) => one !== value) : [...values, value] } };
}

function imagesOf(pairs, value) {
  const found = (pairs ?? []).find(([name]) => name === value);
  return found ? inWords(found[1], "image") : "none yet";
}

// ---- numbers

const sidePresets = ["256", "512", "1000", "to 255", "to 511"];
const filePresets = ["100 kB", "1 MB", "10 MB", "to 10 kB", "to 100 kB"];

/** A side in pixels, or null. @param {string} text */
function readSide(text) {
  const found = /^([\d,. ]+)(?:px)?$/i.exec(text.trim());
  const value = found ? Number(found[1].replace(/[,. ]/g, "")) : NaN;
  return found && /\d/.test(found[1]) && Number.isSafeInteger(value) ? value : null;
}

/** A size in bytes, or null. @param {string} text */
function readBytes(text) {
  const found = /^(\d+(?:[.,]\d+)?)\s*([kmg]?b)?$/i.exec(text.trim());
  if (!found) return null;
  const value = Math.round(Number(found[1].replace(",", ".")) * BYTES[(found[2] ?? "MB").toLowerCase()]);
  return Number.isSafeInteger(value) ? value : null;
}

/**
 * The ends that a text names: "from 500", "> 500", "to 1000", "500 to 1000", "500-1000"; a number alone may be either end.
 * @param {string} text @param {(text: string) => number | string | null} read reads one end
 * @returns {[any, any][]} low and high, null for no end; nothing when the text names none
 */
export function readEnds(text, read) {
  const plain = text.trim().toLowerCase();
  const [left, right, more] = plain.split(/\s*(?:–|-|\.\.|\bto\b)\s*/).map((part) => part.trim());
  if (more !== undefined) return [];
  if (right !== undefined) {
    const [low, high] = [left ? read(left.replace(/^from\s+/, "")) : null, read(right)];
    if (high === null || (left && left !== "up" && low === null)) return [];
    return [left && left !== "up" ? (low > high ? [high, low] : [low, high]) : [null, high]];
  }
  const marked = /^(from|at least|over|>=?|at most|under|<=?)?\s*(.+)$/.exec(plain);
  const value = marked ? read(marked[2]) : null;
  if (value === null) return [];
  if (!marked[1]) return [[value, null], [null, value]];
  return [["at most", "under", "<", "<="].includes(marked[1]) ? [null, value] : [value, null]];
}

function numberChoices(text, name, presets, read) {
  const ends = text.trim() ? readEnds(text, read) : presets.map((preset) => readEnds(preset, read)[0]);
  return ends.map(([low, high]) => ({ word: rangeWords(name, low, high), change: { [`min_${name}`]: low, [`max_${name}`]: high } }));
}

function rangeWords(name, low, high) {
  const said = (value) => (name === "side" ? `${value.toLocaleString("en-US")}` : sizeWords(value));
  const unit = name === "side" ? " px" : "";
  if (low !== null && high !== null) return `${said(low)} to ${said(high)}${unit}`;
  return low !== null ? `From ${said(low)}${unit}` : `Up to ${said(high)}${unit}`;
}

function sizeWords(bytes) {
  const [unit, factor] = bytes >= 1e9 ? ["GB", 1e9] : bytes >= 1e6 ? ["MB", 1e6] : bytes >= 1e3 ? ["kB", 1e3] : ["B", 1];
  return `${Number((bytes / factor).toFixed(2))} ${unit}`;
}

// ---- days

function dayOf(date) {
  return date.toISOString().slice(0, 10);
}

/** A day that exists, or null. @param {string} text */
function readDay(text) {
  const found = /^\d{4}-\d{2}-\d{2}$/.exec(text.trim());
  const date = found ? new Date(`${text.trim()}T00:00:00Z`) : null;
  return date && !Number.isNaN(date.getTime()) && dayOf(date) === text.trim() ? text.trim() : null;
}

function dayChoices(text, now) {
  const before = (days) => dayOf(new Date(now.getTime() - days * DAY_MS));
  const presets = [["Today", before(0), null], ["Last 7 days", before(6), null], ["Last 30 days", before(29), null], ["This year", `${before(0).slice(0, 4)}-01-01`, null]];
  const days = (text.match(/\d{4}-\d{2}-\d{2}/g) ?? []).map(readDay);
  const found = days.length && !days.includes(null) ? daysNamed(days.sort()) : [];
  const wanted = text.trim().toLowerCase();
  return [...found, ...presets.filter(([word]) => word.toLowerCase().includes(wanted))].map(([word, from, to]) => ({ word, note: word === "Today" ? from : "", change: { added_from: from, added_to: to } }));
}

function daysNamed(days) {
  const [first, last] = [days[0], days[days.length - 1]];
  if (days.length > 1) return [[`${first} to ${last}`, first, last]];
  return [[`Since ${first}`, first, null], [`On ${first}`, first, first], [`Until ${first}`, null, first]];
}
