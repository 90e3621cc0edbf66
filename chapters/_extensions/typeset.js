// Formulas come in on lines of JSON, {"tex": …, "display": …}; a line answers each, {"html": …} or {"error": …}.
"use strict";

const katex = require("katex");
const {createInterface} = require("node:readline");

const typeset = ({tex, display}) => {
  try {
    return {html: katex.renderToString(tex, {displayMode: display, strict: false})};
  } catch (error) {
    return {error: error.message};
  }
};

createInterface({input: process.stdin}).on("line", line => {
  process.stdout.write(`${JSON.stringify(typeset(JSON.parse(line)))}\n`);
});
