// CollectPanel: choose or drop, say what it is, add; then how far it is, and what was refused and why.

import { follow, openDoor } from "./parts/door.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { duration, thousands } from "./parts/figures.js";
import { makeProblem, makeRoot } from "./parts/root.js";
import { fillSlot, goTo, inWorkbench } from "./parts/slot.js";
import { takeDrops, upload } from "./parts/uploads.js";

let panels = 0;

/** How an import stands, in a sentence. Pure. @param {any} work */
export function inSentence(work) {
  const found = `${thousands(work.found)} ${work.found === 1 ? "file" : "files"} found`;
  if (work.state === "waiting") return "The import is about to begin.";
  if (work.state === "running") return `${found} · ${thousands(work.registered)} to see already · ${thousands(work.settled)} read whole`;
  const facts = [`${thousands(work.added)} added`];
  if (work.known) facts.push(`${thousands(work.known)} known already`);
  if (work.conflicts) facts.push(`${thousands(work.conflicts)} under two labels`);
  if (work.refused_count) facts.push(`${thousands(work.refused_count)} refused`);
  const begin = { done: "Done", stopped: "Stopped; what is in stays in" }[work.state] ?? work.reason ?? "The import was lost";
  return `${begin} · ${facts.join(" · ")} · ${duration(work.seconds)}`;
}

/** How far an import is, 0..1. Pure. @param {any} work */
export function share(work) {
  if (work.finished) return 1;
  return work.found ? Math.min(1, (work.registered + work.settled) / (2 * work.found)) : 0;
}

function render({ model, el, signal }) {
  panels += 1;
  const root = makeRoot(el, "cvw-collect", "Collect", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);

  const chooser = make("div", { class: "cvw-chooser" });
  const roots = make("select", { "aria-label": "Folder to choose from", onchange: () => problem.guard(() => door.ask("root", { number: roots.selectedIndex })) });
  const kinds = make("div", { class: "cvw-segments", role: "radiogroup", "aria-label": "What to choose" }, kind("A folder", true), kind("An archive or a file", false));
  const list = make("datalist", { id: `cvw-labels-${panels}` });
  const label = make("input", { type: "text", class: "cvw-label-field", list: list.id, placeholder: "from the sub-folders", maxlength: "200", autocomplete: "off" });
  const state = make("select", {}, make("option", { value: "" }, "Automatic"), make("option", { value: "kept" }, "Kept"), make("option", { value: "new" }, "New"));
  const states = make("span", { class: "cvw-about" }, "Automatic keeps what a sub-folder labels; the rest is New.");
  const copy = make("input", { type: "checkbox" });
  const add = make("button", { type: "button", class: "cvw-primary", onclick: begin }, "Add");
  const chosen = make("span", { class: "cvw-chosen" });

  const drop = make("div", { class: "cvw-drop" }, drawing(DRAWINGS.picture), make("span", {}, "Drop pictures here, or "), fileButton(send));
  const dropped = make("p", { class: "cvw-dropped cvw-soft", role: "status" });
  const work = make("section", { class: "cvw-work", "aria-label": "Import" });

  root.append(
    make("div", { class: "cvw-sides" },
      make("section", { class: "cvw-side" },
        make("h2", {}, "From this machine"),
        make("div", { class: "cvw-line-up" }, kinds, roots),
        chooser,
        make("div", { class: "cvw-fields" },
          field("Label", label, list, make("span", { class: "cvw-about" }, "One label for all, instead of the sub-folders' names.")), field("State", state, states),
          make("label", { class: "cvw-check" }, copy, make("span", {}, "Copy the files into the project")),
        ),
        make("div", { class: "cvw-line-up" }, add, chosen),
      ),
      make("section", { class: "cvw-side" }, make("h2", {}, "From the browser"), drop, dropped),
    ),
    problem.place,
    work,
  );
  takeDrops(drop, send);

  function kind(word, folders) {
    const choice = make("input", { type: "radio", name: `cvw-kind-${panels}`, checked: folders, onchange: () => problem.guard(() => door.ask("kind", { folders })) });
    return make("label", {}, choice, make("span", {}, word));
  }

  async function begin() {
    add.disabled = true;
    await problem.guard(() => door.ask("add", { label: label.value.trim() || null, state: state.value || null, copy: copy.checked }));
    add.disabled = !model.get("_chosen");
  }

  async function send(files) {
    const refused = [];
    for (const [index, file] of files.entries()) {
      say(dropped, `Sending ${index + 1} of ${files.length}: ${file.name}`);
      try {
        await upload(door, file);
      } catch (error) {
        refused.push({ path: file.name, reason: error.message });
      }
    }
    say(dropped, `Reading ${files.length === 1 ? "it" : "them"} …`);
    const sums = (await problem.guard(() => door.ask("receive"))) ?? { added: 0, known: 0, refused: [] };
    refused.push(...sums.refused);
    const known = sums.known ? `, ${sums.known} known already` : "";
    dropped.replaceChildren(`${sums.added} added${known}${refused.length ? `, ${refused.length} refused:` : "."}`, ...(refused.length ? [reasons(refused)] : []));
  }

  fillSlot(model, model.get("_chooser"), chooser, signal).catch(problem.show);
  follow(model, ["_roots"], () => {
    roots.hidden = model.get("_roots").length < 2;
    roots.replaceChildren(...model.get("_roots").map((path) => make("option", {}, path)));
  }, signal);
  follow(model, ["_labels"], () => list.replaceChildren(...model.get("_labels").map((name) => make("option", { value: name }))), signal);
  follow(model, ["_chosen"], () => {
    say(chosen, model.get("_chosen"));
    add.disabled = !model.get("_chosen");
  }, signal);
  follow(model, ["_import"], () => {
    const now = model.get("_import");
    work.hidden = !now;
    if (now) show(work, now, () => problem.guard(() => door.ask("stop")));
  }, signal);
}

function show(place, work, stop) {
  const runs = ["waiting", "running"].includes(work.state);
  const bar = make("span", {});
  bar.style.width = `${Math.round(100 * share(work))}%`;
  const percent = Math.round(100 * share(work));
  place.replaceChildren(
    make("div", { class: "cvw-line-up" },
      make("h2", { class: "cvw-cut", title: work.sources.join("\n") }, work.sources.map((source) => source.split(/[\\/]/).pop()).join(", ")),
      make("span", { class: "cvw-space" }),
      runs ? make("button", { type: "button", class: "cvw-button", onclick: stop }, "Cancel") : null,
      !runs && inWorkbench(place) ? make("button", { type: "button", class: "cvw-button", onclick: () => goTo(place, "triage") }, "Look at them") : null,
    ),
    ...(runs ? [make("div", { class: "cvw-track", role: "progressbar", "aria-label": "Import", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": percent }, bar)] : []),
    make("p", { class: "cvw-soft", role: "status" }, inSentence(work)),
    ...work.notes.map((note) => make("p", { class: "cvw-soft" }, note)),
    ...(work.refused.length ? [make("details", { class: "cvw-refused", open: work.refused.length < 9 }, make("summary", {}, `${thousands(work.refused_count)} refused`), reasons(work.refused, work.refused_count))] : []),
  );
}

function reasons(refused, count = refused.length) {
  const more = count > refused.length ? [make("p", { class: "cvw-soft" }, `and ${thousands(count - refused.length)} more`)] : [];
  const rows = refused.map(({ path, reason }) => make("tr", {}, make("th", { scope: "row", title: path }, make("bdi", {}, path.split(/[\\/]/).pop())), make("td", {}, reason)));
  return make("div", { class: "cvw-reasons" }, make("table", {}, make("tbody", {}, ...rows)), ...more);
}

function field(word, input, ...more) {
  return make("label", { class: "cvw-named" }, make("span", {}, word), input, ...more);
}

function fileButton(send) {
  const input = make("input", { type: "file", multiple: true, accept: "image/*", class: "cvw-hidden-file", tabindex: "-1", "aria-hidden": "true", onchange: () => send([...input.files]) });
  return make("span", {}, make("button", { type: "button", class: "cvw-button", onclick: () => input.click() }, "choose files"), input);
}

export default { render };
