// How numbers are written, everywhere the same. Pure.

/** 0.8312 → "83.1%"; nothing for a number that is not there. @param {number | null | undefined} fraction */
export function percent(fraction) {
  return Number.isFinite(fraction) ? `${(100 * /** @type {number} */ (fraction)).toFixed(1)}%` : "–";
}

/** A share as points: 0.031 → "3.1". @param {number} fraction */
export function inPoints(fraction) {
  return (100 * fraction).toFixed(1);
}

/** A difference of shares as points with its sign: 0.031 → "+3.1". @param {number} fraction */
export function signedPoints(fraction) {
  const points = inPoints(fraction).replace(/^-(?=0\.0$)/, "");
  return `${Number(points) > 0 ? "+" : ""}${points}`;
}

/** A loss or a rate with so many digits as one reads. @param {number | null | undefined} value */
export function decimal(value) {
  return Number.isFinite(value) ? /** @type {number} */ (value).toFixed(3) : "–";
}

/** Seconds as one says them: 8 s, 3 min 20 s, 2 h 5 min. @param {number} seconds */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Seconds that are only guessed: 40 s, 11 min, 2 h 5 min. @param {number} seconds */
export function roughly(seconds) {
  if (seconds < 90) return `${Math.max(10, Math.round(seconds / 10) * 10)} s`;
  return duration(Math.round(seconds / 60) * 60).replace(/ 0 s$/, "");
}

/** 12345 → "12,345". @param {number} number */
export function thousands(number) {
  return number.toLocaleString("en-US");
}

/** Bytes as one says them. @param {number} bytes */
export function fileSize(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let at = 0;
  while (bytes >= 1000 && at < units.length - 1) {
    bytes /= 1000;
    at += 1;
  }
  return `${at && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)} ${units[at]}`;
}

/** How long ago a moment was, as one says it. @param {string} moment ISO 8601 @param {number} [now] milliseconds since 1970 */
export function ago(moment, now = Date.now()) {
  const minutes = (now - Date.parse(moment)) / 60_000;
  if (!Number.isFinite(minutes)) return "";
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${Math.floor(minutes)} min ago`;
  if (minutes < 60 * 24) return `${Math.floor(minutes / 60)} h ago`;
  const days = Math.floor(minutes / (60 * 24));
  return days < 14 ? `${days} ${days === 1 ? "day" : "days"} ago` : moment.slice(0, 10);
}
