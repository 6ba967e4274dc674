// The server's switch: on or off, where it answers, its token for whoever asks, and how it is called.

import { makeCopying } from "./copying.js";
import { make, say } from "./elements.js";

const SERVER_LIVE = ["waiting", "running"];
const HIDDEN = "•".repeat(24);

/** How the server stands, in a sentence. Pure. @param {any} server @param {any[]} models */
export function serverWords(server, models) {
  if (!server) return "Off. Once it is on, programs can ask the model what a picture shows.";
  const name = models.find((one) => one.version === server.model)?.name ?? (server.model ? `model ${server.model}` : "no model");
  const engine = { onnx: "ONNX Runtime", torch: "PyTorch" }[server.engine] ?? server.engine;
  if (server.address) return server.model ? `On. ${name[0].toUpperCase()}${name.slice(1)} answers${engine ? `, computed by ${engine}` : ""}.` : "On, but no model is in production: promote one.";
  if (SERVER_LIVE.includes(server.state)) return lastWord(server.said) || "Starting: the model is loaded, and what computes it fastest is tried.";
  if (server.state === "failed" || server.state === "lost") return server.reason ?? "It ended without a word. Start it again.";
  return "Off.";
}

/** The last thing that a server said, without its time. Pure. @param {string[]} said */
export function lastWord(said) {
  return (said[said.length - 1] ?? "").replace(/^\d{2}:\d{2}:\d{2} /, "");
}

/** @param {{door: any, problem: any, choices: any, keep: (snippet: string) => void}} parts */
export function makeSwitch({ door, problem, choices, keep }) {
  const light = make("span", { class: "cvw-serve-light", "aria-hidden": "true" });
  const words = make("span", { class: "cvw-serve-words", role: "status" });
  const start = make("button", { type: "button", class: "cvw-primary", onclick: begin }, "Start");
  const stop = make("button", { type: "button", class: "cvw-button", onclick: () => problem.guard(() => door.ask("stop"), { saves: false }) }, "Stop");
  const why = make("span", { class: "cvw-soft" });
  const bar = make("div", { class: "cvw-track cvw-unknown", role: "progressbar", "aria-label": "The server is starting" }, make("span", {}));
  const taken = make("p", { class: "cvw-soft" });
  const address = make("div", {});
  const token = makeToken(door, problem);
  const facts = make("div", { class: "cvw-serve-facts" }, make("span", { class: "cvw-soft" }, "Address"), address, make("span", { class: "cvw-soft" }, "Token"), token.element);
  const where = make("p", { class: "cvw-soft" }, "127.0.0.1 is the machine that the server runs on: programs there reach it. From another one, use a tunnel (ssh -L), or start it by cvwidgets serve with --host.");
  const calling = makeSnippets(keep);
  const log = make("pre", { class: "cvw-log", tabindex: "0" });
  const said = make("details", { class: "cvw-log-fold" }, make("summary", { class: "cvw-soft" }, "What it said"), log);
  const head = make("div", { class: "cvw-serve-head" }, light, words, make("span", { class: "cvw-space" }), why, start, stop);
  const element = make("section", { class: "cvw-card cvw-serve-switch", "aria-label": "Server" }, head, bar, taken, facts, calling.element, where, choices.element, said);
  let answers = "";

  async function begin() {
    start.disabled = true;
    await problem.guard(() => door.ask("start", choices.form()), { saves: false });
    start.disabled = false;
  }

  function show(server, models, reason) {
    const live = SERVER_LIVE.includes(server?.state);
    const up = Boolean(server?.address);
    light.dataset.state = up ? "on" : live ? "starting" : ["failed", "lost"].includes(server?.state) ? "failed" : "off";
    say(words, serverWords(server, models));
    start.hidden = live;
    start.disabled = Boolean(reason);
    stop.hidden = !live;
    say(why, live ? "" : reason);
    bar.hidden = !live || up;
    say(taken, server?.taken ?? "");
    taken.hidden = !server?.taken;
    facts.hidden = where.hidden = !up;
    where.hidden = !up || !server.address.includes("//127.0.0.1");
    choices.element.hidden = live;
    said.hidden = !server?.said.length;
    say(log, (server?.said ?? []).join("\n"));
    if (up && answers !== server.address) address.replaceChildren(make("code", {}, server.address), makeCopying(server.address, "the address"));
    if (answers !== (server?.address ?? "")) token.hide();
    answers = server?.address ?? "";
    calling.show(server?.snippets ?? {});
  }
  return { element, show, choose: calling.choose };
}

/** The token, which is told by the kernel when somebody wants to see or to copy it, and never before. */
function makeToken(door, problem) {
  const text = make("code", {}, HIDDEN);
  const reveal = make("button", { type: "button", class: "cvw-quiet", "aria-pressed": "false", onclick: () => (text.textContent === HIDDEN ? look() : hide()) }, "Show");
  const copy = make("button", { type: "button", class: "cvw-quiet", "aria-label": "Copy the token", onclick: take }, "Copy");
  const note = make("span", { class: "cvw-about" }, "Put it into the environment of who asks: CVWIDGETS_TOKEN.");

  const ask = async () => (await problem.guard(() => door.ask("token"), { saves: false }))?.token;
  async function look() {
    say(text, (await ask()) ?? HIDDEN);
    say(reveal, text.textContent === HIDDEN ? "Show" : "Hide");
    reveal.setAttribute("aria-pressed", String(text.textContent !== HIDDEN));
  }
  function hide() {
    say(text, HIDDEN);
    say(reveal, "Show");
    reveal.setAttribute("aria-pressed", "false");
    say(copy, "Copy");
  }
  async function take() {
    const told = await ask();
    const done = told && (await navigator.clipboard?.writeText(told).then(() => true, () => false));
    say(copy, done ? "Copied" : "Not allowed; show it");
  }
  return { element: make("div", {}, text, reveal, copy, note), hide };
}

/** How it is called, one way at a time. */
function makeSnippets(keep) {
  const tabs = make("div", { class: "cvw-serve-tabs", role: "group", "aria-label": "How it is called" });
  const place = make("div", { class: "cvw-serve-snippet" });
  const element = make("div", { class: "cvw-serve-calling" }, tabs, place);
  let texts = {};
  let chosen = "curl";

  function draw() {
    const name = texts[chosen] ? chosen : Object.keys(texts)[0];
    tabs.replaceChildren(...Object.keys(texts).map((one) => make("button", { type: "button", class: "cvw-quiet", "aria-pressed": String(one === name), onclick: () => pick(one) }, one)));
    place.replaceChildren(...(name ? [make("pre", { tabindex: "0" }, texts[name]), makeCopying(texts[name], `the snippet for ${name}`)] : []));
    element.hidden = !name;
  }
  function pick(name) {
    choose(name);
    keep(name);
  }
  function choose(name) {
    if (!name) return;
    chosen = name;
    draw();
  }
  function show(now) {
    if (JSON.stringify(now) === JSON.stringify(texts)) return void (element.hidden = !Object.keys(texts).length);
    texts = now;
    draw();
  }
  return { element, show, choose };
}
