// ModelsPanel: the registered models, which one answers, one more from a folder or the hub, one to the hub, and one for other programs.

import { follow, openDoor } from "./parts/door.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { ago, fileSize, percent, thousands } from "./parts/figures.js";
import { withMenu } from "./parts/menu.js";
import { goesOut, makeExporting, makeOutward, outwardWords } from "./parts/outward.js";
import { promotedWords } from "./parts/promoted.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot } from "./parts/slot.js";

const LIVE = ["waiting", "running"];

/** Where a model is from, in words. Pure. @param {any} model */
export function originWords({ run, source }) {
  if (run) return `Run ${run}`;
  return /^([/\\]|[A-Za-z]:)/.test(source) ? `Folder ${source.split(/[/\\]/).pop()}` : source === "elsewhere" ? "Elsewhere" : `${source} (hub)`;
}

/** What is done with a model: an earlier one than that in production is gone back to. Pure. @param {any} model @param {any[]} models */
export function promoteWord(model, models) {
  const now = models.find((one) => one.production);
  return now && model.version < now.version ? "Roll back" : "Promote";
}

/** How far a model on its way is, in a sentence. Pure. @param {any} carrying */
export function carryingWords({ kind, what, version, done, of }) {
  if (kind === "register") return `${what} is fetched, checked and copied`;
  const far = !of ? "getting ready" : done < of ? `${fileSize(done)} of ${fileSize(of)}` : "the hub puts it together";
  return `Model ${version} goes to ${what}: ${far}`;
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-models", "Models", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  const ask = (name, content) => problem.guard(() => door.ask(name, content));

  const table = make("table", {});
  const box = make("div", { class: "cvw-models-table" }, table);
  const none = make("p", { class: "cvw-soft" }, "None is registered yet. Promote a run, or register a model that was trained elsewhere.");
  const said = make("p", { class: "cvw-soft", role: "status", hidden: true });
  const open = make("button", { type: "button", class: "cvw-button", onclick: () => unfold(registering) }, "Register a model …");
  const chooser = make("div", { class: "cvw-chooser" });
  const close = () => unfold(null);
  const start = async (name, content) => {
    const answer = await ask(name, content);
    if (answer) unfold(null);
    return answer;
  };
  const registering = makeRegistering(chooser, { choice: () => model.get("_choice"), start: (content) => start("register", content), close });
  const sending = makeSending({ start: (content) => start("send_to_hub", content), close });
  const exporting = makeExporting({ start: (content) => start("export", content).then((answer) => answer && waitFor(answer.job)), close });
  const way = makeWay(() => ask("stop_carrying"), carryingWords);
  const out = makeWay(() => ask("stop_exporting"), outwardWords);
  const outward = makeOutward((begin) => problem.guard(() => door.ask("download", { job: model.get("_outward").job, begin }), { saves: false }));
  root.append(none, box, said, problem.place, registering.element, sending.element, exporting.element, way.element, out.element, outward.element, open);
  fillSlot(model, model.get("_chooser"), chooser, signal).catch(problem.show);
  const before = model.get("_carrying");
  let heard = before && !LIVE.includes(before.state) ? before.job : "";
  let waited = "";

  /** Says what was done. @param {any[]} parts words, and buttons or links among them */
  function tell(...parts) {
    said.hidden = !parts.length;
    said.replaceChildren(...parts.filter(Boolean));
  }

  function unfold(form) {
    problem.clear();
    tell();
    for (const one of [registering, sending, exporting]) one.show(one === form);
    open.hidden = Boolean(form);
  }

  async function promote(version) {
    const answer = await ask("promote", { version });
    if (!answer) return;
    const back = answer.before && make("button", { type: "button", class: "cvw-quiet", onclick: () => promote(answer.before) }, `Put model ${answer.before} back`);
    tell(promotedWords(answer), answer.unlike && `${answer.unlike} `, back);
  }

  function show() {
    const models = model.get("_models");
    none.hidden = models.length > 0;
    box.hidden = !models.length;
    const only = model.get("_read_only");
    if (table.querySelector(".cvw-menu")) return;
    const head = ["Model", "From", "Registered", "Test accuracy", ""].map((word) => make("th", { scope: "col" }, word));
    table.replaceChildren(make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...models.map((one) => rowOf(one, models, only))));
  }

  function rowOf(one, models, only) {
    const texts = [ago(one.created), percent(one.accuracy)];
    const more = make("button", { type: "button", class: "cvw-quiet", "aria-label": `More about model ${one.version}`, disabled: only }, drawing(DRAWINGS.more));
    const items = () => [
      { word: "Export …", run: () => (exporting.begin(one), unfold(exporting)) },
      { word: "Send to the hub …", run: () => (sending.begin(one), unfold(sending)) },
    ];
    const act = one.production
      ? make("span", { class: "cvw-promoted" }, drawing(DRAWINGS.kept), "In production")
      : make("button", { type: "button", class: "cvw-button", disabled: only, "aria-label": `${promoteWord(one, models)} model ${one.version}`, onclick: () => promote(one.version) }, promoteWord(one, models));
    return make("tr", { class: one.production ? "cvw-best-row" : null },
      make("th", { scope: "row" }, String(one.version)),
      make("td", { title: `${one.source || `Run ${one.run}`} · ${thousands(one.labels)} labels` }, make("bdi", {}, originWords(one)), one.title ? make("small", { class: "cvw-note", title: one.title }, make("bdi", {}, one.title)) : null),
      ...texts.map((text, at) => make("td", { title: at ? null : one.created }, text)),
      make("td", {}, make("span", { class: "cvw-models-acts" }, act, withMenu(more, items, `Model ${one.version}`))));
  }

  /** What came of the model that was on its way: told once, by the page that waited for it. */
  function announce({ kind, state, reason, version, result }) {
    if (state === "stopped") return tell("It was cancelled; nothing was changed.");
    if (!result) {
      unfold(kind === "send" ? sending : registering);
      return problem.show(reason ?? "It ended early. Try it again.");
    }
    if (kind === "send") {
      const there = /^https?:\/\//.test(result.address) ? make("a", { href: result.address, target: "_blank", rel: "noreferrer" }, result.address) : result.address;
      return tell(`Model ${version} is at `, there);
    }
    registering.empty();
    return tell(`It is model ${result.version}, with ${thousands(result.labels)} labels. `, result.unlike && `${result.unlike} `,
      make("button", { type: "button", class: "cvw-quiet", onclick: () => promote(result.version) }, "Promote it"));
  }

  function follows() {
    const now = model.get("_carrying");
    const live = Boolean(now && LIVE.includes(now.state));
    way.show(live ? now : null);
    open.disabled = live || model.get("_read_only");
    if (now && !live && heard !== now.job) {
      heard = now.job;
      announce(now);
    }
  }

  function waitFor(job) {
    waited = job;
    followOut();
  }

  /** The export that runs or ran last; what came of it is unfolded on the page that waited for it, and so is what went wrong. */
  function followOut() {
    const now = model.get("_outward");
    const live = goesOut(now);
    out.show(live ? now : null);
    if (live) waited = now.job;
    if (!now || live || (waited && waited !== now.job)) return;
    outward.show(now, waited === now.job);
    if (waited !== now.job) return;
    waited = "";
    if (now.state === "stopped") tell("It was cancelled; nothing was left behind.");
    else if (!now.result) problem.show(now.reason ?? "It ended early. Export it again.");
  }

  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());
  follow(model, ["_models", "_read_only"], show, signal);
  follow(model, ["_choice"], registering.look, signal);
  follow(model, ["_carrying", "_read_only"], follows, signal);
  follow(model, ["_outward"], followOut, signal);
}

/** The form for a model from elsewhere. @param {HTMLElement} chooser @param {any} acts */
function makeRegistering(chooser, { choice, start, close }) {
  const source = make("input", { type: "text", placeholder: "name on the hub, or a folder", "aria-label": "Name on the hub, or a folder", maxlength: "500", spellcheck: "false", autocomplete: "off", oninput: look });
  const title = make("input", { type: "text", placeholder: "optional", "aria-label": "Title of the model", maxlength: "80" });
  const chosen = make("p", { class: "cvw-about" });
  const element = make("form", { class: "cvw-models-form", hidden: true, onsubmit: (event) => (event.preventDefault(), start({ source: source.value, title: title.value })) },
    make("p", { class: "cvw-about" }, "An image classifier as transformers saves it: config, image processor, weights as safetensors. It is copied into the project; no code of others runs."),
    make("label", { class: "cvw-named" }, make("span", {}, "From"), source), chooser, chosen,
    make("label", { class: "cvw-named" }, make("span", {}, "Title"), title),
    make("div", { class: "cvw-line-up" }, make("button", { type: "submit", class: "cvw-primary" }, "Register"), make("button", { type: "button", class: "cvw-button", onclick: close }, "Close")));

  function look() {
    say(chosen, choice() && !source.value ? `Chosen: ${choice()}` : "");
  }
  function show(on) {
    element.hidden = !on;
    if (on) source.focus();
  }
  function empty() {
    source.value = title.value = "";
  }
  return { element, look, show, empty };
}

/** The form for the way to the hub. @param {any} acts */
function makeSending({ start, close }) {
  let version = 0;
  const heading = make("strong", {});
  const name = make("input", { type: "text", placeholder: "you/birds", "aria-label": "Name on the hub", maxlength: "200", spellcheck: "false", autocomplete: "off" });
  const hidden = make("input", { type: "checkbox", checked: true });
  const element = make("form", { class: "cvw-models-form", hidden: true, onsubmit: submit }, heading,
    make("label", { class: "cvw-named" }, make("span", {}, "Name on the hub"), name),
    make("label", { class: "cvw-check" }, hidden, make("span", {}, "Private: only you, and whom you let in, see it")),
    make("p", { class: "cvw-about" }, "Weights, config, image processor and model card go; no image does. By the token of ", make("code", {}, "hf auth login"), " or HF_TOKEN."),
    make("div", { class: "cvw-line-up" }, make("button", { type: "submit", class: "cvw-primary" }, "Send"), make("button", { type: "button", class: "cvw-button", onclick: close }, "Close")));

  function submit(event) {
    event.preventDefault();
    if (name.value.trim()) start({ version, name: name.value, private: hidden.checked });
    else name.focus();
  }
  function begin(model) {
    version = model.version;
    say(heading, `Send model ${version} to the hub`);
  }
  function show(on) {
    element.hidden = !on;
    if (on) name.focus();
  }
  return { element, begin, show };
}

/** The line of the model that is on its way. @param {() => void} stop @param {(way: any) => string} sentence */
function makeWay(stop, sentence) {
  const words = make("span", { class: "cvw-soft", role: "status" });
  const bar = make("span", {});
  const track = make("div", { class: "cvw-track", role: "progressbar", "aria-label": "How far the model is on its way", "aria-valuemin": "0", "aria-valuemax": "100" }, bar);
  const element = make("div", { class: "cvw-models-way", hidden: true }, make("div", { class: "cvw-line-up" }, words, make("button", { type: "button", class: "cvw-button", onclick: stop }, "Cancel")), track);

  function show(carrying) {
    element.hidden = !carrying;
    if (!carrying) return;
    say(words, sentence(carrying));
    const share = carrying.of ? Math.round((100 * carrying.done) / carrying.of) : 0;
    track.hidden = !carrying.of;
    bar.style.width = `${share}%`;
    track.setAttribute("aria-valuenow", String(share));
  }
  return { element, show };
}

export default { render };
