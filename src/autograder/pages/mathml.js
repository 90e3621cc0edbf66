// Formulas come in as one line of JSON, [{"tex": …, "display": …}, …]; their MathML goes out as another.
"use strict";

const katex = require("katex");

const options = {output: "mathml", throwOnError: false};
const mathml = ({tex, display}) => katex.renderToString(tex, {...options, displayMode: display});

let text = "";
process.stdin.on("data", part => { text += part; });
process.stdin.on("end", () => { process.stdout.write(JSON.stringify(JSON.parse(text).map(mathml))); });
