"use strict";

// All text is set as text: nothing that a student or a grader wrote is ever read as HTML.

const part = id => document.getElementById(id);
const NARROW = matchMedia("(max-width: 60rem)"); // as in the style
const EVERY = 5000; // milliseconds after which the marks of other graders are fetched
const token = new URLSearchParams(location.hash.slice(1)).get("token") || sessionStorage.getItem("token") || "";
sessionStorage.setItem("token", token);
history.replaceState(null, "", "/");

let question = "";
let answers = []; // {id, text, name?}, in the order of this grader
let marks = {};
let rubric = [];
let current = "";
let editing = null;
let saving = Promise.resolve();
const drafts = new Map(); // comments that are typed and not saved yet, by answer

function make(tag, text, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  if (text !== undefined) element.textContent = text;
  return element;
}

async function ask(path, body) {
  const headers = {Authorization: `Bearer ${token}`};
  let reply;
  try {
    reply = await fetch(`/api/${path}`, body ? {method: "POST", headers, body: JSON.stringify(body)} : {headers});
  } catch {
    throw new Error("The command that serves this page has ended. What is marked is kept; start it again.");
  }
  const said = await reply.json();
  if (!reply.ok) throw new Error(said.error);
  return said;
}

/** Do one thing after the other, so that fast keys cannot overtake each other. */
function act(action, asked, then = () => {}) {
  const about = question;
  saving = saving.then(async () => {
    try {
      const said = await ask(action, {question: about, ...asked});
      part("trouble").textContent = "";
      if (about === question) take(said);
      then(said);
    } catch (error) {
      part("trouble").textContent = error.message;
      if (about === question) await refresh().catch(() => {});
    }
  });
  return saving;
}

async function refresh() {
  const about = question;
  const said = await ask(`state?question=${encodeURIComponent(about)}`);
  if (about === question) take(said);
}

function take(said) {
  rubric = said.rubric;
  Object.assign(marks, said.marks);
  for (const id of Object.keys(said.marks)) showMark(id);
  if (Object.keys(said.marks).length > 1) answers.forEach(({id}) => showMark(id));
  showPanel();
  showProgress();
}

const number = value => String(Math.round(value * 100) / 100).replace("-", "−");
const signed = value => (value > 0 ? "+" : "") + number(value);
const marked = id => !marks[id] || (marks[id].score !== null && !marks[id].again);
const article = id => part(`answer-${id}`);
const shown = () => answers.filter(({id}) => !article(id).classList.contains("hidden"));

function showAnswers() {
  const list = answers.map(({id, text, name}, index) => {
    const box = make("article", undefined, {id: `answer-${id}`, className: "card answer", tabIndex: -1});
    const head = make("header");
    const title = make("h3", `Answer ${index + 1} of ${answers.length}${name ? `: ${name}` : ""}`);
    title.id = `title-${id}`;
    box.setAttribute("aria-labelledby", title.id);
    head.append(title, make("strong", "", {className: "score"}));
    box.append(head, make("p", text || "Left empty.", {className: text ? "written" : "soft"}), make("div"));
    for (const kind of ["focusin", "click"]) {
      box.addEventListener(kind, () => {
        choose(id);
        fold(NARROW.matches);
      });
    }
    return box;
  });
  part("answers").replaceChildren(...list);
  answers.forEach(({id}) => showMark(id));
  filter();
}

function showMark(id) {
  const box = article(id), mark = marks[id];
  if (!box || !mark) return;
  const score = mark.score === null ? "no mark yet" : `${number(mark.score)} points`;
  box.querySelector(".score").textContent = score;
  const below = [];
  const given = rubric.filter(item => mark.items.includes(item.id)).map(item => `${signed(item.points)}  ${item.text}`);
  if (mark.comment) given.push(mark.comment);
  if (given.length) below.push(make("p", given.join("\n"), {className: "given"}));
  if (mark.foreign) below.push(make("p", "This score was given in formgrader.", {className: "badge"}));
  if (mark.automatic) below.push(make("p", "Left as it was handed out: 0 without a mark.", {className: "badge"}));
  if (mark.again) below.push(make("p", "The answer was changed after it was marked.", {className: "badge"}));
  if (drafts.has(id) && id !== current) {
    below.push(make("p", "A comment that you typed here is not saved yet.", {className: "badge"}));
  }
  box.lastElementChild.replaceChildren(...below);
}

function showProgress() {
  const done = answers.filter(({id}) => marked(id)).length;
  part("progress").textContent = `${done} of ${answers.length} marked`;
}

function filter() {
  const only = part("waiting").checked;
  for (const {id} of answers) article(id).classList.toggle("hidden", only && marked(id) && id !== current);
}

function choose(id) {
  if (id === current) return;
  const former = current;
  current = id;
  if (former && article(former)) {
    article(former).removeAttribute("aria-current");
    article(former).tabIndex = -1;
    showMark(former);
  }
  article(id).setAttribute("aria-current", "true");
  article(id).tabIndex = 0;
  showPanel();
}

function go(to) {
  if (!to) return;
  choose(to.id);
  article(to.id).focus({preventScroll: true});
  article(to.id).scrollIntoView({block: "nearest"});
}

function step(by) {
  const list = shown();
  go(list[Math.min(Math.max(list.findIndex(({id}) => id === current) + by, 0), list.length - 1)]);
}

function nextWaiting() {
  const at = answers.findIndex(({id}) => id === current);
  const found = [...answers.slice(at + 1), ...answers.slice(0, at + 1)].find(({id}) => !marked(id));
  if (!found) part("status").textContent = "Every answer to this question has a mark.";
  filter();
  if (found) article(found.id).classList.remove("hidden");
  go(found);
}

function showPanel() {
  const mark = marks[current];
  const at = answers.findIndex(({id}) => id === current);
  part("current").textContent = mark ? `for answer ${at + 1}` : "Choose an answer.";
  const special = [];
  if (mark?.foreign) special.push(button("Take over the score of formgrader", "t", takeOver));
  if (mark?.again) special.push(button("The mark stands", "y", keep));
  part("special").replaceChildren(...special);
  const comment = part("comment");
  comment.disabled = !mark;
  if (document.activeElement !== comment || comment.dataset.answer !== current) {
    comment.value = drafts.get(current)?.text ?? mark?.comment ?? "";
    comment.dataset.answer = current;
  }
  if (editing !== null) return; // do not take a form away from under somebody's hands
  const focused = document.activeElement?.dataset?.item;
  part("rubric").replaceChildren(...rubric.map((item, index) => {
    const line = make("li");
    const toggle = make("button", `${signed(item.points)}  ${item.text}`, {type: "button", className: "item"});
    if (index < 9) toggle.prepend(make("kbd", String(index + 1)), " ");
    toggle.dataset.item = item.id;
    toggle.disabled = !mark;
    toggle.setAttribute("aria-pressed", String(Boolean(mark?.items.includes(item.id))));
    toggle.addEventListener("click", () => toggleItem(item));
    const change = make("button", "Edit", {type: "button"});
    change.setAttribute("aria-label", `Edit: ${item.text.slice(0, 60)}`);
    change.addEventListener("click", () => edit(item, line));
    line.append(toggle, change);
    return line;
  }));
  if (focused) part("rubric").querySelector(`[data-item="${focused}"]`)?.focus();
}

/** On a narrow screen the rubric is one line, until somebody wants all of it. */
function fold(folded) {
  part("panel").classList.toggle("folded", folded);
  part("more").textContent = folded ? "More" : "Less";
  part("more").setAttribute("aria-expanded", String(!folded));
}

function write(field) {
  fold(false);
  part(field).focus();
}

function button(text, key, then) {
  const made = make("button", `${text} `, {type: "button"});
  made.append(make("kbd", key));
  made.addEventListener("click", then);
  return made;
}

function toggleItem(item) {
  const mark = marks[current];
  if (!item || !mark) return;
  const on = !mark.items.includes(item.id), about = current;
  act("toggle", {answer: about, item: item.id, on}, () => {
    const at = answers.findIndex(({id}) => id === about) + 1;
    const score = marks[about].score;
    const now = score === null ? "no mark" : `${number(score)} points`;
    part("status").textContent = `Answer ${at}: ${item.text.slice(0, 60)}, ${on ? "given" : "taken back"}. Now ${now}.`;
  });
}

const takeOver = () => marks[current]?.foreign && act("take_over", {answer: current}, () => article(current).focus());
const keep = () => marks[current]?.again && act("keep", {answer: current}, () => article(current).focus());

function undo() {
  act("undo", {}, async ({undone}) => {
    part("status").textContent = undone ? `Undone: your last step, in “${undone}”.` : "There is nothing to undo.";
    await refresh();
  });
}

function points(field) {
  const value = Number(field.value.trim().replace(",", ".").replace("−", "-"));
  const good = field.value.trim() !== "" && Number.isFinite(value);
  if (!good) {
    part("trouble").textContent = "Points are a number such as 1, 0.5 or -1.";
    field.focus();
  }
  return good ? value : null;
}

function edit(item, line) {
  editing = null;
  showPanel();
  const place = [...part("rubric").children][rubric.findIndex(({id}) => id === item.id)] ?? line;
  editing = item.id;
  const form = make("form");
  const text = make("textarea", item.text, {rows: 2, maxLength: 10000});
  const worth = make("input", undefined, {value: String(item.points), inputMode: "decimal", size: 5});
  const labels = [make("label", "Text "), make("label", "Points ")];
  labels[0].append(text);
  labels[1].append(worth);
  const close = () => {
    editing = null;
    showPanel();
    part("rubric").querySelector(`[data-item="${item.id}"]`)?.focus();
  };
  const told = ({recalculated}) => {
    part("status").textContent = `Changed; ${recalculated} answers have this item. Scores of formgrader stay.`;
  };
  form.addEventListener("submit", event => {
    event.preventDefault();
    const value = points(worth);
    if (value === null) return;
    const asked = {item: item.id};
    if (text.value !== item.text) asked.text = text.value;
    if (value !== item.points) asked.points = value;
    if (Object.keys(asked).length > 1) act("change", asked, told);
    close();
  });
  form.addEventListener("keydown", event => event.key === "Escape" && close());
  const remove = make("button", "Remove", {type: "button"});
  remove.addEventListener("click", () => {
    act("change", {item: item.id, removed: true}, told);
    close();
    part("panel").focus();
  });
  const cancel = make("button", "Cancel", {type: "button"});
  cancel.addEventListener("click", close);
  const row = make("div");
  row.append(make("button", "Save"), " ", remove, " ", cancel);
  form.append(...labels, row);
  place.append(form);
  text.focus();
}

function saveComment() {
  const field = part("comment"), about = field.dataset.answer;
  if (!about || !drafts.has(about)) return;
  const {text, before} = drafts.get(about);
  if (text.trim() === before) {
    drafts.delete(about);
    return;
  }
  act("comment", {answer: about, comment: text, before}, () => {
    if (drafts.get(about)?.text === text) drafts.delete(about);
    showMark(about);
  }).then(() => {
    // a refused comment stays as a draft, now against what stands there
    if (drafts.has(about)) drafts.set(about, {text: drafts.get(about).text, before: marks[about]?.comment ?? ""});
  });
}

async function open(name) {
  question = name;
  [answers, marks, current, editing] = [[], {}, "", null];
  const names = part("names").checked ? "1" : "0";
  try {
    const said = await ask(`question?question=${encodeURIComponent(name)}&names=${names}`);
    if (name !== question) return;
    ({answers, marks, rubric} = said);
    part("asked").textContent = said.asked;
    showAnswers();
    showPanel();
    showProgress();
    if (answers.length) choose(answers[0].id);
    part("trouble").textContent = answers.length ? "" : "Nobody's answer to this question is recorded yet.";
  } catch (error) {
    part("trouble").textContent = error.message;
  }
}

const KEYS = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), n: nextWaiting, u: undo,
  c: () => write("comment"), a: () => write("new-text"), y: keep, t: takeOver,
};

document.querySelector(".columns").addEventListener("keydown", event => {
  const typing = event.target.closest("textarea, input, select");
  if (typing && event.key === "Escape" && !event.target.closest("#rubric form")) {
    event.preventDefault();
    if (current) article(current).focus({preventScroll: true});
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const then = /^[1-9]$/.test(event.key) ? () => toggleItem(rubric[event.key - 1]) : KEYS[event.key];
  if (!then) return;
  event.preventDefault();
  then();
});
part("comment").addEventListener("input", ({target}) => {
  const about = target.dataset.answer;
  drafts.set(about, {text: target.value, before: drafts.get(about)?.before ?? marks[about].comment});
});
part("comment").addEventListener("blur", saveComment);
part("new").addEventListener("submit", event => {
  event.preventDefault();
  const value = points(part("new-points"));
  if (value === null) return;
  act("add", {text: part("new-text").value, points: value}, () => {
    event.target.reset();
    if (current) article(current).focus({preventScroll: true});
    part("status").textContent = `Added as item ${rubric.length}.`;
  });
});
part("undo").addEventListener("click", undo);
part("more").addEventListener("click", () => fold(!part("panel").classList.contains("folded")));
NARROW.addEventListener("change", () => fold(NARROW.matches));
fold(NARROW.matches);
part("waiting").addEventListener("change", filter);
part("names").addEventListener("change", () => open(question));
part("questions").addEventListener("change", ({target}) => open(target.value));
addEventListener("beforeunload", event => drafts.size && event.preventDefault());
setInterval(() => question && !document.hidden && saving.then(refresh).catch(() => {}), EVERY);

ask("questions").then(({title, grader, questions}) => {
  part("title").textContent = `${title}: written answers`;
  document.title = `Marking: ${title} (${grader})`;
  part("questions").append(...questions.map(each => make("option", each.title, {value: each.name})));
  return open(questions[0].name);
}).catch(error => { part("trouble").textContent = error.message; });
