// A page's session: cells in the order of the page, of which Python has run some. Running one runs first what has
// changed above it, and what stands between.
import { engine } from "./engine.js";

const OF_A_CELL = 20, OF_A_CHECK = 150; // seconds; a check has a limit of its own, and says what took so long

export class Session {
  /** cells: [{name, text, isCheck, skipped, output, ran}], where text is what stands there now. */
  constructor(cells, bar, seconds = OF_A_CELL) {
    this.cells = cells;
    this.seconds = seconds;
    this.bar = bar;
    this.busy = false;
    this.stopButton = button("Stop", () => engine.stop());
    this.stopButton.hidden = true;
    bar.append(this.stopButton);
  }

  say(words) {
    this.bar.querySelector("[role=status]").textContent = words;
  }

  /** Run a cell; whether it ended without an error. */
  async run(cell) {
    if (this.busy) return false;
    this.setBusy(true);
    let ok = false, current = cell;
    try {
      this.say("Starting Python …");
      const { version } = await engine.start();
      this.say(`Running … ${version}`);
      const all = this.cells.slice(0, this.cells.indexOf(cell)).filter((each) => !each.isCheck && !each.skipped);
      const changed = all.findIndex((each) => each.ran !== each.text);
      for (current of changed < 0 ? [] : all.slice(changed)) await this.runOne(current);
      current = cell;
      ok = (await this.runOne(cell)).ok;
      if (ok && !cell.output.element.hasChildNodes()) cell.output.say("✓ It ran, and shows nothing.");
      this.say(`${version}, in this page.`);
    } catch (error) {
      for (const each of this.cells) each.ran = undefined;
      this.say(`Python was ended: ${error.message}. What you wrote is still here; the next run starts it anew.`);
      current.output?.show("error", `${error.message}\n`);
    } finally {
      this.setBusy(false);
    }
    return ok;
  }

  async runOne(cell) {
    const text = cell.text;
    cell.output?.clear();
    const result = await engine.run(text, {
      name: cell.name,
      seconds: cell.isCheck ? OF_A_CHECK : this.seconds,
      output: (kind, piece) => cell.output?.show(kind, piece),
    });
    cell.ran = result.ok ? text : undefined;
    cell.onRun?.(result, text);
    return result;
  }

  setBusy(busy) {
    this.busy = busy;
    this.stopButton.hidden = !busy;
    for (const each of document.querySelectorAll(".in-page-run")) each.setAttribute("aria-disabled", busy);
  }
}

export function button(words, act, name = "") {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: words, className: name, onclick: act });
  return made;
}

/** A place for what a cell shows and for its buttons, at its end. */
export function tools(element, ...buttons) {
  const row = document.createElement("div");
  row.className = "in-page in-page-tools";
  row.append(...buttons);
  element.append(row);
  return row;
}

/** The code cells of the page that show their code: [{element, pre, source}]. */
export function codeCells() {
  return [...document.querySelectorAll(".cell")].flatMap((element) => {
    const pre = element.querySelector(".cell_input pre");
    return pre ? [{ element, pre, source: pre.textContent.replace(/\n$/, "") }] : [];
  });
}
