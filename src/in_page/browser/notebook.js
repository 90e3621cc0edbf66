// A page made of a notebook with answers to write (nbgrader's): editors for code, fields for words, checks below.
// Answers stay in this browser; the notebook with the answers in it can be downloaded, and one can be loaded.
import { editor } from "./editor.js";
import { Output } from "./output.js";
import { button, codeCells, Session, tools } from "./session.js";
import { Store } from "./store.js";

const MOST_BYTES = 5_000_000;
const HELP = "Press Run (or Shift and Enter) and Check. Escape, then Tab leaves the editor.";
const KEPT = "Your answers stay in this browser alone: download the notebook to keep them, or to hand them in.";
const NOT_KEPT = "This browser keeps nothing here: your answers last until you leave. Download the notebook before.";

const textOf = (cell) => [cell.source].flat().join("");
const linesOf = (text) => text.split(/(?<=\n)/);
const infoOf = (cell) => cell.metadata?.nbgrader ?? {};

export async function openNotebook(bar) {
  const { file, notebook } = await notebookOfPage();
  const store = new Store(file);
  const page = new NotebookPage(bar, file, notebook, store);
  bar.querySelector("button").remove();
  page.open();
}

function notebookOfPage() {
  return new Promise((resolve, reject) => {
    window.inPage.take = resolve;
    const script = document.createElement("script");
    script.onerror = () => reject(new Error("the notebook of this page is missing"));
    script.src = `${window.inPage.here}${window.inPage.notebook}?v=${window.inPage.version}`;
    document.head.append(script);
  });
}

class NotebookPage {
  constructor(bar, file, notebook, store) {
    Object.assign(this, { bar, file, notebook, store, answers: [], checks: [] });
  }

  open() {
    const isCheck = new RegExp(window.inPage.check, "m");
    const found = codeCells(), cells = [];
    this.session = new Session(cells, this.bar);
    for (const cell of this.notebook.cells) {
      if (cell.cell_type === "code") {
        const place = found.findIndex(({ source }) => source.trim() === textOf(cell).trim());
        if (place < 0) continue;
        const [{ element, pre }] = found.splice(0, place + 1).slice(-1);
        cells.push(this.codeCell(cell, element, pre, isCheck.test(textOf(cell))));
      } else if (infoOf(cell).solution) {
        this.writtenAnswer(cell);
      }
    }
    this.addTools();
    this.tellProgress();
    this.session.say(HELP);
    window.addEventListener("storage", (event) => this.changedElsewhere(event));
    window.addEventListener("beforeunload", (event) => {
      if (!this.store.lasting && this.answers.some((answer) => answer.text !== answer.source)) event.preventDefault();
    });
  }

  codeCell(cell, element, pre, isCheck) {
    const info = infoOf(cell), source = textOf(cell);
    const made = { name: info.grade_id ?? cell.id, source, text: source, isCheck, element };
    made.output = new Output(document.createElement("div"));
    if (info.solution) {
      const box = document.createElement("div");
      const edited = editor(box, {
        text: this.store.get(made.name) ?? source,
        label: `Your code for ${made.name}`,
        onChange: (text) => this.changed(made, text),
        onRun: () => this.session.run(made),
      });
      Object.defineProperty(made, "text", { get: () => edited.text, set: (text) => { edited.text = text; } });
      pre.closest(".highlight, .cell_input").replaceChildren(box);
      made.row = tools(
        element,
        button("Run", () => this.session.run(made), "in-page-run"),
        button("Start over", () => this.startOver(made)),
      );
      this.answers.push(made);
    } else if (isCheck) {
      this.addCheck(made);
    } else if (!info.grade_id || info.locked === false) {
      tools(element, button("Run", () => this.session.run(made), "in-page-run"));
    }
    element.append(made.output.element);
    return made;
  }

  /** A check belongs to the answer above it: the answer has its button, and it shows what is wrong. */
  addCheck(check) {
    const answer = this.answers.at(-1);
    const own = answer && !answer.check;
    if (own) {
      answer.check = check;
      check.answer = answer;
      answer.row.firstChild.after(button("Check", () => this.session.run(check), "in-page-run in-page-check"));
      this.checks.push(check);
    } else {
      tools(check.element, button("Check", () => this.session.run(check), "in-page-run in-page-check"));
    }
    check.onRun = ({ ok }) => {
      if (!own) return;
      if (ok) this.store.set(`right:${check.name}`, answer.text);
      else this.store.remove(`right:${check.name}`);
      this.tellProgress();
    };
  }

  writtenAnswer(cell) {
    const name = infoOf(cell).grade_id, source = textOf(cell);
    const paragraphs = [...document.querySelectorAll("article p")];
    const stub = paragraphs.find(({ textContent }) => textContent.trim() === source.trim());
    if (!stub) return;
    const field = document.createElement("textarea");
    const answer = { name, source, written: true };
    field.rows = 6;
    field.className = "in-page-written";
    field.placeholder = source.trim();
    field.setAttribute("aria-label", `Your answer in words: ${name.replaceAll("_", " ")}`);
    field.value = this.store.get(name) ?? "";
    field.oninput = () => this.changed(answer, answer.text);
    Object.defineProperty(answer, "text", {
      get: () => field.value || source,
      set: (text) => { field.value = text.trim() === source.trim() ? "" : text; },
    });
    stub.replaceWith(field);
    this.answers.push(answer);
  }

  addTools() {
    this.progress = document.createElement("p");
    this.progress.className = "in-page-progress";
    this.progress.setAttribute("role", "status");
    this.note = document.createElement("p");
    this.note.className = "in-page-note";
    this.chooser = Object.assign(document.createElement("input"), { type: "file", accept: ".ipynb", hidden: true });
    this.chooser.onchange = () => this.load(this.chooser.files[0]).finally(() => { this.chooser.value = ""; });
    this.bar.append(
      button("Download as notebook", () => this.download()),
      button("Load a notebook", () => this.chooser.click()),
      button("Forget my answers on this computer", () => this.forget()),
      this.chooser, this.progress, this.note,
    );
    this.bar.classList.add("in-page-bar");
    this.tellWhereKept();
  }

  changed(answer, text) {
    if (text === answer.source) this.store.remove(answer.name);
    else this.store.set(answer.name, text);
    this.tellWhereKept();
    if (answer.check) this.tellProgress();
  }

  changedElsewhere({ key, newValue }) {
    const answer = this.answers.find(({ name }) => this.store.start + name === key);
    if (answer && !document.hasFocus()) answer.text = newValue ?? answer.source;
  }

  tellWhereKept() {
    this.note.textContent = this.store.lasting ? KEPT : NOT_KEPT;
  }

  tellProgress() {
    const right = this.checks.filter((check) => this.store.get(`right:${check.name}`) === check.answer.text).length;
    this.progress.textContent = `${right} of ${this.checks.length} functions right`;
  }

  startOver(answer) {
    if (answer.text !== answer.source && !confirm(`Throw away what you wrote for ${answer.name}?`)) return;
    answer.text = answer.source;
    answer.output?.clear();
    answer.check?.output.clear();
  }

  forget() {
    if (!confirm("Throw away all your answers on this page? Only a download keeps them.")) return;
    for (const answer of this.answers) {
      answer.text = answer.source;
      answer.output?.clear();
      answer.check?.output.clear();
    }
    this.store.forget();
    this.tellProgress();
    this.session.say("Your answers to this problem set are forgotten.");
  }

  /** The notebook as it was handed out, with the answers in it. */
  filled() {
    const filled = structuredClone(this.notebook);
    const answers = new Map(this.answers.map((answer) => [answer.name, answer.text]));
    for (const cell of filled.cells) {
      const info = infoOf(cell);
      if (info.solution && answers.has(info.grade_id)) cell.source = linesOf(answers.get(info.grade_id));
      if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
    }
    return `${JSON.stringify(filled, null, 1)}\n`;
  }

  download() {
    const address = URL.createObjectURL(new Blob([this.filled()], { type: "application/x-ipynb+json" }));
    Object.assign(document.createElement("a"), { href: address, download: this.file }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    this.session.say(`${this.file} holds your answers. It can be handed in, and loaded here again.`);
  }

  /** Take the answers of a notebook, as text: nothing of it is run before a click. */
  async load(chosen) {
    if (!chosen) return;
    let cells, loaded;
    try {
      if (chosen.size > MOST_BYTES) throw new Error("it is larger than 5 MB");
      loaded = JSON.parse(await chosen.text());
      const written = loaded.cells.filter((cell) => infoOf(cell).solution);
      cells = new Map(written.map((cell) => [infoOf(cell).grade_id, textOf(cell)]));
    } catch (error) {
      this.session.say(`${chosen.name} could not be read as a notebook: ${error.message}`);
      return;
    }
    const taken = this.answers.filter(({ name }) => cells.has(name));
    if (!taken.length) {
      this.session.say(`${chosen.name} has no answer to this problem set.`);
      return;
    }
    const lost = taken.filter((answer) => answer.text !== answer.source && answer.text !== cells.get(answer.name));
    const names = lost.map(({ name }) => name).join(", ");
    if (lost.length && !confirm(`This replaces what you wrote here: ${names}. Go on?`)) return;
    for (const answer of taken) {
      answer.text = cells.get(answer.name);
      if (answer.written) this.changed(answer, answer.text);
      answer.output?.clear();
      answer.check?.output.clear();
    }
    const stamp = (notebook) => JSON.stringify(notebook.metadata?.missingsum ?? null);
    const other = stamp(loaded) === stamp(this.notebook) ? "" : " It is of another version of this problem set.";
    const count = `${taken.length} of ${this.answers.length} answers`;
    this.session.say(`${count} were taken from ${chosen.name}. Nothing was run.${other}`);
  }
}
