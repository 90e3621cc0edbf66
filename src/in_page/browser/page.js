// What is loaded after the click: the editor, the engine's adapter, and what makes a page of cells or a notebook live.
import { openCells } from "./cells.js";
import { editor } from "./editor.js";
import { engine } from "./engine.js";
import { openNotebook } from "./notebook.js";
import { Output } from "./output.js";
import styles from "./page.css";

const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

Object.assign(window.inPage, {
  engine,
  editor,
  Output,
  open: (bar) => (window.inPage.kind === "notebook" ? openNotebook(bar) : openCells(bar)),
});
