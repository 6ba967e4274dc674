// The page of the interface: reads openapi.json, lists what can be asked, and asks about a picture. Nothing comes from elsewhere.

/** An element with a class and a text. */
function make(name, kind = "", text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}

/** What a schema is called: the last part of its reference, its type, or those of its choices. */
export function called(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(called).join(" or ");
  if (schema.type === "array") return `list of ${schema.items ? called(schema.items) : "anything"}`;
  if (schema.type === "object") return schema.description ?? "object";
  return schema.format === "binary" ? "bytes of a file" : schema.type ?? "anything";
}

/** The rows below a heading, as a list of terms. */
function listed(heading, rows) {
  const part = document.createDocumentFragment();
  if (!rows.length) return part;
  const list = make("dl");
  for (const [term, told] of rows) list.append(make("dt", "", term), make("dd", "", told));
  part.append(make("h3", "", heading), list);
  return part;
}

/** The rows of what is sent and of what is answered: kinds of content with their schemas. */
function contents(content) {
  return Object.entries(content ?? {}).map(([kind, { schema }]) => [kind, called(schema)]);
}

/** One route, to be unfolded. */
function route(path, verb, told) {
  const card = make("details", "cvw-api-card cvw-api-route");
  const summary = make("summary");
  summary.append(make("span", "cvw-api-verb", verb.toUpperCase()), make("code", "", path), make("span", "", told.summary ?? ""));
  if (told.security) summary.append(make("span", "cvw-api-lock", "token"));
  card.append(summary);
  if (told.description) card.append(make("p", "", told.description));
  const queries = (told.parameters ?? []).map((one) => [`?${one.name}`, one.description ?? called(one.schema)]);
  const answers = Object.entries(told.responses).map(([status, one]) => {
    const kinds = contents(one.content).map(([, kind]) => kind).join(", ");
    return [status, [one.description, kinds && `(${kinds})`].filter(Boolean).join(" ")];
  });
  card.append(listed("Query", queries), listed("Body", contents(told.requestBody?.content)), listed("Answers", answers));
  return card;
}

/** The fields of the schemas. */
function schemas(all) {
  const card = make("details", "cvw-api-card cvw-api-route");
  const summary = make("summary");
  summary.append(make("span", "", "What the names mean"));
  card.append(summary);
  for (const [name, schema] of Object.entries(all)) {
    const rows = Object.entries(schema.properties ?? {}).map(([field, kind]) => [field, [called(kind), kind.description].filter(Boolean).join(": ")]);
    card.append(listed(`${name}${schema.description ? `: ${schema.description}` : ""}`, rows));
  }
  return card;
}

/** What was said of one picture, with the picture itself. */
function answer(file, result) {
  const row = make("div", "cvw-api-answer");
  const picture = make("img");
  picture.alt = result.name;
  picture.src = URL.createObjectURL(file);
  picture.onload = picture.onerror = () => URL.revokeObjectURL(picture.src);
  const guesses = make("div");
  guesses.append(make("strong", "", result.name));
  if (result.problem) guesses.append(make("p", "", result.problem));
  for (const { label, probability } of result.predictions ?? []) {
    const guess = make("div", "cvw-api-guess");
    const bar = make("meter");
    bar.value = probability;
    bar.setAttribute("aria-label", label);
    guess.append(make("span", "", label), bar, make("span", "", `${(100 * probability).toFixed(1)}%`));
    guesses.append(guess);
  }
  row.append(picture, guesses);
  return row;
}

/** Asks about the pictures that are chosen; the token stays in its field. */
async function ask(event) {
  event.preventDefault();
  const [token, files, top, problem, answers] = ["token", "files", "top", "problem", "answers"].map((id) => document.getElementById(id));
  problem.textContent = "";
  answers.replaceChildren();
  const form = new FormData();
  for (const file of files.files) form.append("file", file);
  try {
    const headers = { Authorization: `Bearer ${token.value.trim()}` };
    const reply = await fetch(`v1/predict?top=${top.value || 3}`, { method: "POST", headers, body: form });
    const said = await reply.json();
    if (said.results) answers.append(...said.results.map((result, number) => answer(files.files[number], result)));
    else problem.textContent = said.detail;
  } catch (error) {
    problem.textContent = `The server did not answer (${error.message}). Look whether it runs, then ask again.`;
  }
}

async function open() {
  const described = await (await fetch("openapi.json")).json();
  document.getElementById("about").textContent = described.info.description;
  const routes = Object.entries(described.paths).flatMap(([path, verbs]) => Object.entries(verbs).map(([verb, told]) => route(path, verb, told)));
  document.getElementById("routes").append(...routes, schemas(described.components.schemas));
  document.getElementById("try").addEventListener("submit", ask);
}

if (globalThis.document) open();
