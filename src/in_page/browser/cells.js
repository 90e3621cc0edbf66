// A page whose code cells can be changed and run. What the page showed before stands there until its cell is run.
import { editor } from "./editor.js";
import { Output } from "./output.js";
import { button, codeCells, Session, tools } from "./session.js";

const SECONDS = 60; // some cells train networks

export function openCells(bar) {
  const skip = new RegExp(window.inPage.skip);
  const cells = codeCells().map(({ element, pre, source }, number) => {
    const cell = { name: `cell ${number + 1}`, source, element, skipped: skip.test(source), text: source };
    if (cell.skipped) return cell;
    const box = document.createElement("div");
    const shown = element.querySelector(".cell_output");
    cell.edited = editor(box, { text: source, label: `Code, cell ${number + 1}`, onRun: () => session.run(cell) });
    Object.defineProperty(cell, "text", { get: () => cell.edited.text });
    pre.closest(".highlight, .cell_input").replaceChildren(box);
    tools(
      element,
      button("Run", () => session.run(cell), "in-page-run"),
      button("Start over", () => {
        cell.edited.text = source;
        cell.output.clear();
        if (shown) shown.hidden = false;
      }),
    );
    cell.output = new Output(document.createElement("div"));
    element.append(cell.output.element);
    cell.onRun = () => { if (shown && !shown.querySelector("img, svg")) shown.hidden = true; };
    return cell;
  });
  bar.querySelector("button").remove();
  const session = new Session(cells, bar, SECONDS);
  session.say("Change a cell and press Run, or Shift and Enter. Escape, then Tab leaves a cell.");
}
