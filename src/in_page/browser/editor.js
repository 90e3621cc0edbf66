// A text editor for Python: CodeMirror with what short functions need.
import {
  defaultKeymap, history, historyKeymap, indentWithTab,
} from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import {
  bracketMatching, indentOnInput, indentUnit, LanguageSupport, syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const shared = [
  lineNumbers(), EditorView.lineWrapping, highlightSpecialChars(), history(), indentOnInput(), bracketMatching(),
  indentUnit.of("    "), EditorState.tabSize.of(4),
  new LanguageSupport(pythonLanguage), syntaxHighlighting(classHighlighter),
  keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
];

/** An editor in an element: {text, focus()}; setting text replaces all of it. */
export function editor(parent, { text, label, onChange = () => {}, onRun }) {
  const attributes = { "aria-label": label, autocapitalize: "off", autocorrect: "off", spellcheck: "false" };
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      Prec.highest(keymap.of(onRun ? [{ key: "Shift-Enter", run: () => { onRun(); return true; } }] : [])),
      shared,
      EditorView.contentAttributes.of(attributes),
      EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
    ],
  });
  parent.classList.add("in-page-editor");
  return {
    get text() { return view.state.doc.toString(); },
    set text(value) {
      if (value !== this.text) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
    },
    focus: () => view.focus(),
  };
}
