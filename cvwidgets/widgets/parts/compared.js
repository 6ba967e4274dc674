// What is said of runs that are compared: sentences, the table of the runs, that of the labels. Runs stand in the order in which they came.

import { DRAWINGS, drawing, make, makeTable } from "./elements.js";
import { percent, signedPoints, thousands } from "./figures.js";
import { keyOf } from "./marks.js";
import { testWords } from "./runs.js";

/** Names in a row: "0001, 0002 and 0003". Pure. @param {string[]} names */
function inARow(names) {
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

/** What runs differ by, in a sentence, and of two whether that may be chance. Pure. @param {any} found */
export function comparisonWords({ images, runs }) {
  const [first, second] = runs;
  if (!images) return `Runs ${inARow(runs.map(({ run }) => run))} share no test images.`;
  const same = `On the same ${thousands(images)} test ${images === 1 ? "image" : "images"}, by today's labels`;
  if (runs.length > 2) return `${same}; each run is set against run ${first.run}.`;
  const shares = `run ${first.run} has ${percent(first.accuracy)} right, run ${second.run} ${percent(second.accuracy)}`;
  return `${same}: ${shares} (${signedPoints(second.difference)} points, 95% sure between ${sureWords(second)}).${mayBeChance(second) ? " That may be chance." : ""}`;
}

function sureWords(run) {
  return `${signedPoints(run.difference_low)} and ${signedPoints(run.difference_high)}`;
}

/** Whether a difference lies so near to none that it may be chance. Pure. @param {any} run */
export function mayBeChance(run) {
  return run.difference_low <= 0 && run.difference_high >= 0;
}

/** What is said where no recipe differs. Pure. @param {any[]} runs */
export function alikeWords(runs) {
  return runs.every(({ snapshot }) => snapshot === runs[0].snapshot) ? "Nothing, and they learnt from the same images." : "Nothing: only the images and labels changed.";
}

/** The sets of images on which runs disagree that are not empty: key, how many, and what they are. Pure. @param {any} found */
export function setsOf({ runs, disputed, otherwise }) {
  if (runs.length === 2) {
    const [first, second] = runs;
    return [["disputed", disputed, "called otherwise"], [second.run, second.alone, "right now"], [first.run, first.alone, "wrong now"], ["otherwise", otherwise, "wrong in another way"]].filter(([, count]) => count);
  }
  const alone = runs.map((one) => [one.run, one.alone, `right in run ${one.run} alone`]);
  return [["disputed", disputed, "not called alike by all"], ...alone, ["otherwise", otherwise, "wrong in all, in different ways"]].filter(([, count]) => count);
}

/** Which of some shares are the best: none where all are alike. Pure. @param {number[]} shares */
export function bestAmong(shares) {
  const most = Math.max(...shares);
  return shares.map((share) => share === most && shares.some((other) => other < most));
}

/** A run by its mark and name. @param {string} name @param {number} at from 0 on */
export function keyedName(name, at) {
  return make("span", { class: "cvw-run-named" }, keyOf(at + 1), make("bdi", {}, name));
}

/** Figures that break between their pieces, where there is no room in a line. @param {...string} pieces */
function inPieces(...pieces) {
  return make("span", {}, ...pieces.flatMap((piece) => [" ", make("span", { class: "cvw-unbroken" }, piece)]).slice(1));
}

/** The runs, which is the key of the curves too; the figures on the images that they share where they are known. @param {any[]} runs @param {any} found */
export function runsTable(runs, found) {
  const known = found.runs && found.images;
  const share = (test) => inPieces(...testWords(test).split(/ (?=[(])/));
  const against = (one, at) => (at ? inPieces(signedPoints(one.difference), `(${signedPoints(one.difference_low)} to ${signedPoints(one.difference_high)})`, ...(mayBeChance(one) ? ["may be chance"] : [])) : "");
  const rows = runs.map((run, at) => {
    const one = known && found.runs[at];
    return [keyedName(run.title ? `${run.name} ${run.title}` : run.name, at), share(run.test), ...(one ? [share(one), against(one, at)] : [])];
  });
  const more = known ? [`Right today of the ${thousands(found.images)} that all share`, `Points beside run ${runs[0].name}`] : [];
  return makeTable({ class: "cvw-compared-runs" }, ["Run", "Test accuracy when trained, 95% interval", ...more], rows);
}

/** The labels with the share that each run has right, the best of each marked; of two runs with the points between them. @param {any} found */
export function labelsTable({ runs, labels }) {
  const rows = labels.map(({ label, images, right }) => {
    const best = bestAmong(right);
    const shares = right.map((share, at) => (best[at] ? make("strong", { class: "cvw-most" }, drawing(DRAWINGS.best), percent(share)) : percent(share)));
    return [label, thousands(images), ...shares, ...(right.length === 2 ? [signedPoints(right[1] - right[0])] : [])];
  });
  const names = runs.map(({ run }, at) => keyedName(run, at));
  return makeTable({}, ["Label", "Test images", ...names, ...(runs.length === 2 ? ["Points"] : [])], rows);
}
