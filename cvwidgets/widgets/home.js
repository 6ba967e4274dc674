// HomePanel: the projects there are, as cards, and a new one.

import { iconButton } from "./parts/bar.js";
import { follow, openDoor } from "./parts/door.js";
import { DRAWINGS, drawing, make, say } from "./parts/elements.js";
import { ago, thousands } from "./parts/figures.js";
import { isTyping, makeProblem, makeRoot } from "./parts/root.js";

/** The projects in the order one looks for them: those used lately first, then by their last change. Pure. @param {any[]} projects @param {string[]} recent */
export function inOrder(projects, recent) {
  const rank = (project) => (recent.includes(project.folder) ? recent.indexOf(project.folder) : recent.length);
  return projects.map((project, index) => ({ project, index })).sort((a, b) => rank(a.project) - rank(b.project) || a.index - b.index).map(({ project }) => project);
}

/** What a project holds, in words. Pure. @param {{images: number, new: number, kept: number}} project */
export function holds(project) {
  if (!project.images) return "No images yet";
  const facts = [`${thousands(project.images)} ${project.images === 1 ? "image" : "images"}`];
  if (project.kept) facts.push(`${thousands(project.kept)} kept`);
  if (project.new) facts.push(`${thousands(project.new)} new`);
  return facts.join(" · ");
}

function render({ model, el, signal }) {
  const root = makeRoot(el, "cvw-home", "Projects", signal);
  const door = openDoor(model, signal);
  const problem = makeProblem(model, signal);
  let urls = [];

  const name = make("input", { type: "text", class: "cvw-new-name", maxlength: "100", placeholder: "animals", "aria-label": "Name of the new project", spellcheck: "false", autocomplete: "off" });
  const place = make("select", { "aria-label": "Folder in which it is made" });
  const begin = make("button", { type: "submit", class: "cvw-primary", disabled: true }, "Begin");
  const form = make("form", { class: "cvw-new-project", onsubmit: start },
    make("h2", {}, "New project"),
    make("label", { class: "cvw-named" }, make("span", {}, "Name"), name),
    make("label", { class: "cvw-named" }, make("span", {}, "In the folder"), place),
    begin);
  const said = make("p", { class: "cvw-soft", role: "status" });
  const cards = make("ul", { class: "cvw-cards" });
  const broken = make("div", { class: "cvw-broken-project", role: "alert" });
  root.append(broken, form, problem.place, make("section", { "aria-label": "Projects" }, make("h2", {}, "Projects"), said, cards));

  name.addEventListener("input", () => (begin.disabled = !name.value.trim()));
  root.addEventListener("keydown", (event) => isTyping(event) && event.stopPropagation());

  function start(event) {
    event.preventDefault();
    if (name.value.trim()) problem.guard(() => door.ask("begin", { place: place.selectedIndex, name: name.value.trim() }));
  }

  /** Opens a project; one that has a way back says so above. */
  function openOne(folder) {
    return problem.guard(async () => {
      try {
        await door.ask("open_project", { folder });
      } catch (error) {
        if (model.get("_broken").folder !== folder) throw error;
      }
    }, { saves: false });
  }

  async function look() {
    cards.replaceChildren(...Array.from({ length: 3 }, () => make("li", { class: "cvw-project-card cvw-placeholder", "aria-hidden": "true" })));
    say(said, "Looking for projects …");
    const found = await problem.quietly(() => door.ask("projects"));
    const projects = found ? inOrder(found.projects, found.recent) : [];
    say(said, projects.length ? "" : "No project here yet. Begin one above: give it a name, then bring pictures in.");
    cards.replaceChildren(...projects.map(card));
  }

  function card(project) {
    const cover = make("span", { class: "cvw-cover", "aria-hidden": "true" });
    const words = make("span", { class: "cvw-card-words" },
      make("bdi", { class: "cvw-card-name" }, project.name),
      make("span", { class: "cvw-soft" }, project.problem ?? holds(project)),
      make("span", { class: "cvw-soft cvw-card-when" }, `Changed ${ago(project.changed)}`));
    const button = make("button", { type: "button", class: "cvw-project-card", title: project.folder, onclick: () => openOne(project.folder) }, cover, words);
    if (!project.problem && project.images) fillCover(cover, project.folder);
    else cover.append(drawing(DRAWINGS.picture));
    return make("li", {}, button);
  }

  async function fillCover(cover, folder) {
    const answer = await door.ask("cover", { folder }).catch(() => null);
    const pictures = (answer?.buffers ?? []).map((bytes) => URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
    urls.push(...pictures);
    cover.replaceChildren(...pictures.map((src) => make("img", { src, alt: "" })));
  }

  follow(model, ["_broken"], () => {
    const { folder, sentence, restorable } = model.get("_broken");
    broken.hidden = !sentence;
    const restore = make("button", { type: "button", class: "cvw-primary", onclick: () => problem.guard(() => door.ask("restore", { folder })) }, "Restore the back-up");
    const close = iconButton("close", "Close this message", () => (broken.hidden = true));
    broken.replaceChildren(...(sentence ? [make("p", {}, sentence), make("span", { class: "cvw-space" }), restorable ? restore : "", close] : []));
  }, signal);
  const showPlaces = () => {
    place.replaceChildren(...model.get("_places").map((path) => make("option", { title: path }, path)));
    begin.disabled = !name.value.trim();
  };
  follow(model, ["_places"], showPlaces, signal);
  signal?.addEventListener("abort", () => {
    for (const url of urls) URL.revokeObjectURL(url);
    urls = [];
  });
  look();
}

export default { render };
