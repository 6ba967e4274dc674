// A set of positions as sorted ranges [from, to), never touching each other: a million selected positions are one pair of numbers.

/** @typedef {[number, number]} Range */

/** How many positions there are. @param {Range[]} ranges */
export function size(ranges) {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** Whether a position is in. @param {Range[]} ranges @param {number} position */
export function has(ranges, position) {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle][1] <= position) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low][0] <= position;
}

/** The ranges with [from, to) in. @param {Range[]} ranges @param {number} from @param {number} to @returns {Range[]} */
export function add(ranges, from, to) {
  if (to <= from) return ranges;
  const before = ranges.filter((range) => range[1] < from);
  const after = ranges.filter((range) => range[0] > to);
  const touched = ranges.slice(before.length, ranges.length - after.length);
  const start = touched.length ? Math.min(from, touched[0][0]) : from;
  const end = touched.length ? Math.max(to, touched[touched.length - 1][1]) : to;
  return [...before, [start, end], ...after];
}

/** The ranges of both. @param {Range[]} one @param {Range[]} other @returns {Range[]} */
export function union(one, other) {
  const whole = [];
  for (const [from, to] of [...one, ...other].sort((a, b) => a[0] - b[0])) {
    const last = whole[whole.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else whole.push([from, to]);
  }
  return /** @type {Range[]} */ (whole);
}

/** The ranges without [from, to). @param {Range[]} ranges @param {number} from @param {number} to @returns {Range[]} */
export function remove(ranges, from, to) {
  const left = [];
  for (const [start, end] of ranges) {
    if (start < Math.min(end, from)) left.push([start, Math.min(end, from)]);
    if (Math.max(start, to) < end) left.push([Math.max(start, to), end]);
  }
  return /** @type {Range[]} */ (left);
}

/** The ranges with one position in if it was out, and out if it was in. @param {Range[]} ranges @param {number} position */
export function toggle(ranges, position) {
  return has(ranges, position) ? remove(ranges, position, position + 1) : add(ranges, position, position + 1);
}

/** All of `count` positions that are not in. @param {Range[]} ranges @param {number} count @returns {Range[]} */
export function invert(ranges, count) {
  return ranges.reduce((left, [from, to]) => remove(left, from, to), all(count));
}

/** All of `count` positions. @param {number} count @returns {Range[]} */
export function all(count) {
  return count > 0 ? [[0, count]] : [];
}
