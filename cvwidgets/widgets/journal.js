// JournalPanel: every act of every visit, newest first, to read, to filter and to go back in; and the trash, which is emptied for good.

import { follow, openDoor } from "./parts/door.js";
import { make, say } from "./parts/elements.js";
import { canShowElsewhere, followElsewhere, showElsewhere } from "./parts/elsewhere.js";
import { ago, fileSize, thousands } from "./parts/figures.js";
import { comeBack, leave } from "./parts/left.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";

/** So many acts are asked for at a time. */
const ACTS_A_PAGE = 50;
/** Milliseconds of rest after which what is typed is looked for. */
const TYPED = 250;
const MINUTE = 60_000;
const KINDS_OF_ACTS = [["", "Everything"], ["decisions", "Decisions"], ["labels", "Labels"], ["imports", "Imports"], ["undo", "Undo and redo"]];

const imagesOf = (count) => `${thousands(count)} ${count === 1 ? "image" : "images"}`;

/** Who did an act, when, and to how many images. Pure. @param {any} act @param {number} [now] milliseconds since 1970 */
export function storyOfAct(act, now = Date.now()) {
  return [act.by, ago(act.when, now), act.images ? imagesOf(act.images) : ""].filter(Boolean);
}

/** What a button of an act does: undo, redo, or nothing. Pure. @param {any} act @param {boolean} readOnly */
export function wayBack(act, readOnly) {
  if (readOnly) return "";
  if (act.stands) return "undo";
  return act.undone ? "redo" : "";
}

/** The question before the trash is emptied, as sentences, and whether there is anything to empty. Pure. @param {any} content */
export function trashQuestion({ images, bytes, unread }) {
  const waits = unread ? [`${imagesOf(unread)} in the trash ${unread === 1 ? "was" : "were"} not read whole yet; they stay until they are.`] : [];
  if (!images && !bytes) return { empty: true, sentences: ["There is nothing to empty in the trash.", ...waits] };
  const freed = bytes ? `${fileSize(bytes)} on the disk are freed.` : "No file is deleted: the pictures are not the project's own.";
  const gone = images ? `${imagesOf(images)} ${images === 1 ? "is" : "are"} removed for good.` : "An emptying was interrupted before all files were deleted.";
  const rest = ["Files outside of the project are left alone. What was trashed stays known, and is not offered again.", ...waits];
  return { empty: false, sentences: [`Empty the trash? ${gone} ${freed}`, ...rest, "This is the one thing that cannot be undone."] };
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-journal", "Journal", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const filters = drawFilters(search);
  const said = make("p", { class: "cvw-journal-said", role: "status" });
  const list = make("ul", { class: "cvw-job-list", "aria-label": "Acts, the latest first" });
  const empty = make("p", { class: "cvw-empty", hidden: true });
  const earlier = make("button", { type: "button", class: "cvw-button", hidden: true, onclick: () => load({ older: true }) }, "Show earlier acts");
  const trash = drawTrash(model, door, problem, said);
  root.append(filters.element, problem.place, said, list, empty, earlier, trash.element);
  root.addEventListener("keydown", (event) => isTyping(event) && event.key !== "Escape" && event.stopPropagation());

  /** @type {Map<number, ReturnType<typeof drawAct>>} */
  const rows = new Map();
  let shown = [];
  let asked = 0;
  let stale = true;

  /** Asks for what is shown once more, or for one page more; what was asked before that counts no longer. */
  async function load({ older = false } = {}) {
    const turn = (asked += 1);
    stale = false;
    const wanted = older ? shown.length + ACTS_A_PAGE : Math.max(ACTS_A_PAGE, shown.length);
    let found = older ? shown : [];
    let more = true;
    while (more && found.length < wanted) {
      const before = found.length ? found[found.length - 1].id : null;
      const answer = await problem.quietly(() => door.ask("list_acts", { before, limit: wanted - found.length, ...filters.values() }));
      if (!answer || turn !== asked) return;
      found = [...found, ...answer.acts];
      more = answer.more && answer.acts.length > 0;
      if (answer.people) filters.offer(answer.people);
    }
    shown = found;
    earlier.hidden = !more;
    draw();
  }

  function search() {
    leave(model, filters.values());
    shown = [];
    load();
  }

  function draw() {
    const ids = new Set(shown.map((act) => act.id));
    for (const [id, row] of rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    const canShow = canShowElsewhere(root, model.get("_folder"));
    shown.forEach((act, index) => {
      if (!rows.has(act.id)) rows.set(act.id, drawAct(act.id, { turn, show }));
      const row = rows.get(act.id);
      row.show(act, model.get("_read_only"), canShow);
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
    });
    empty.hidden = shown.length > 0;
    const { by, kind, text } = filters.values();
    say(empty, by || kind || text ? "No act is like that. Choose everything, or other words." : "Nothing was done yet. What is decided appears here, and can be taken back.");
  }

  async function turn(way, id) {
    const answer = await problem.guard(() => door.ask(way === "undo" ? "undo_act" : "redo_act", { act: id }));
    if (!answer) return;
    say(said, answer.sentence);
    load();
  }

  function show(act) {
    showElsewhere(root, "cvw-show-act", { folder: model.get("_folder"), act: act.id, sentence: act.sentence });
  }

  /** What nobody sees is asked for when somebody looks. */
  function refresh() {
    if (stale && root.isConnected && root.offsetParent !== null) load();
  }

  const seen = new IntersectionObserver(refresh);
  seen.observe(root);
  const clock = setInterval(() => rows.forEach((row) => row.tick()), MINUTE);
  signal?.addEventListener("abort", () => {
    seen.disconnect();
    clearInterval(clock);
  });
  comeBack(model, (left) => {
    filters.fill(left);
    stale = true;
    shown = [];
    refresh();
  }, signal);
  followElsewhere(() => shown.length && draw(), signal);
  follow(model, ["_changes", "_read_only"], () => {
    stale = true;
    trash.element.hidden = model.get("_read_only");
    refresh();
  }, signal);
}

/** The fields by which acts are looked for; `changed` is called once the hand rests. */
function drawFilters(changed) {
  let rest = 0;
  let wanted = "";
  const text = make("input", {
    type: "text", class: "cvw-journal-text", placeholder: "Find in the journal", "aria-label": "Find in the journal", maxlength: "200", spellcheck: "false",
    oninput: () => {
      clearTimeout(rest);
      rest = setTimeout(changed, TYPED);
    },
  });
  const kind = make("select", { "aria-label": "Kind of act", onchange: changed }, ...KINDS_OF_ACTS.map(([value, word]) => make("option", { value }, word)));
  const by = make("select", { "aria-label": "Who did it", onchange: () => { wanted = by.value; changed(); } }, make("option", { value: "" }, "Everyone"));
  const element = make("div", { class: "cvw-journal-filters", role: "search" }, text, kind, by);

  function offer(people) {
    const all = wanted && !people.includes(wanted) ? [wanted, ...people] : people;
    const known = [...by.options].slice(1).map((option) => option.value);
    if (JSON.stringify(all) !== JSON.stringify(known)) by.replaceChildren(by.options[0], ...all.map((name) => make("option", { value: name }, name)));
    by.value = wanted;
  }
  function fill(left) {
    if (document.activeElement !== text) text.value = String(left.text ?? "");
    kind.value = KINDS_OF_ACTS.some(([value]) => value === left.kind) ? left.kind : "";
    wanted = String(left.by ?? "");
    offer([...by.options].slice(1).map((option) => option.value));
  }
  return { element, offer, fill, values: () => ({ text: text.value.trim(), kind: kind.value, by: wanted }) };
}

function drawAct(id, { turn, show: showImages }) {
  let act = null;
  const words = make("span", { class: "cvw-act-words" });
  const who = make("bdi", {});
  const when = make("time", {});
  const count = make("span", {});
  const story = make("p", { class: "cvw-soft" }, who, " · ", when, count);
  const back = make("button", { type: "button", class: "cvw-button", onclick: () => turn(back.dataset.way, id) });
  const images = make("button", { type: "button", class: "cvw-quiet", onclick: () => showImages(act) }, "Show its images");
  const element = make("li", { class: "cvw-act" }, words, story, make("span", { class: "cvw-act-commands" }, back, images));

  function tick() {
    say(when, storyOfAct(act)[1]);
  }

  function show(now, readOnly, canShow) {
    act = now;
    element.dataset.kind = act.kind;
    if (words.dataset.undone !== String(act.undone) || words.dataset.sentence !== act.sentence) {
      words.dataset.undone = String(act.undone);
      words.dataset.sentence = act.sentence;
      const sentence = make(act.undone ? "s" : "bdi", {}, act.sentence);
      words.replaceChildren(sentence, ...(act.undone ? [" ", make("span", { class: "cvw-act-fate" }, "Undone")] : []));
    }
    say(who, act.by);
    when.setAttribute("datetime", act.when);
    when.title = new Date(act.when).toLocaleString(undefined, { dateStyle: "full", timeStyle: "medium" });
    say(count, act.images && !act.sentence.includes(imagesOf(act.images)) ? ` · ${imagesOf(act.images)}` : "");
    tick();
    const way = wayBack(act, readOnly);
    back.hidden = !way;
    back.dataset.way = way;
    say(back, way === "redo" ? "Do it again" : "Undo this");
    back.setAttribute("aria-label", `${back.textContent}: ${act.sentence}`);
    images.hidden = !act.images || !canShow;
    images.setAttribute("aria-label", `Show the images of: ${act.sentence}`);
  }

  return { element, show, tick };
}

/** The one thing that asks: its question stands in the panel, with what it would remove. */
function drawTrash(model, door, problem, said) {
  const text = make("div", { class: "cvw-trash-text" });
  const yes = make("button", { type: "button", class: "cvw-button cvw-for-good", onclick: () => empty() }, "Empty the trash");
  const no = make("button", { type: "button", class: "cvw-button", onclick: () => close() }, "Cancel");
  const question = make("div", { class: "cvw-trash-question", role: "group", "aria-label": "Empty the trash?", hidden: true }, text, make("div", { class: "cvw-choices" }, no, yes));
  const ask = make("button", { type: "button", class: "cvw-button", onclick: () => open() }, "Empty trash …");
  const element = make("div", { class: "cvw-journal-trash" }, ask, question);
  let content = null;

  async function open() {
    content = await problem.guard(() => door.ask("look_at_trash"), { saves: false });
    if (!content) return;
    const { empty: nothing, sentences } = trashQuestion(content);
    text.replaceChildren(...sentences.map((sentence) => make("p", {}, sentence)));
    yes.hidden = nothing;
    say(no, nothing ? "Close" : "Cancel");
    ask.hidden = true;
    question.hidden = false;
    no.focus({ preventScroll: true });
    question.scrollIntoView({ block: "nearest" });
  }

  function close() {
    question.hidden = true;
    ask.hidden = false;
    ask.focus({ preventScroll: true });
  }

  async function empty() {
    yes.disabled = no.disabled = true;
    const answer = await problem.guard(() => door.ask("empty_trash", { images: content.images }));
    yes.disabled = no.disabled = false;
    if (answer) say(said, answer.sentence);
    close();
  }

  question.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  return { element };
}

export default { render };
