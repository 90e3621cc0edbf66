// Runs under Node, in the engine itself: which files of the standard library and of NumPy are needed to import what
// the pages need, and all of them compiled by that very Python. Reads a plan from the file that is named first, as
// JSON, and writes what it found into the file that is named second.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const [planFile, foundFile] = process.argv.slice(2);
const plan = JSON.parse(fs.readFileSync(planFile, "utf8"));
const load = createRequire(import.meta.url);
const { loadPyodide } = load(path.join(plan.engine, "pyodide.js"));
const python = await loadPyodide({ indexURL: plan.engine + path.sep });
const wheel = fs.readFileSync(path.join(plan.engine, plan.wheel));
python.unpackArchive(new Uint8Array(wheel).buffer, "zip", { extractDir: "/lib/numpy-wheel" });
for (const [name, content] of Object.entries(plan.files)) {
  python.FS.mkdirTree(path.posix.dirname(`/lib/site/${name}`));
  python.FS.writeFile(`/lib/site/${name}`, Buffer.from(content, "base64"));
}
python.registerJsModule("in_page_host", { address: "", output: () => {}, alarm: () => {} });
python.globals.set("imports", python.toPy(plan.imports));
fs.writeFileSync(foundFile, python.runPython(fs.readFileSync(new URL("trim.py", import.meta.url), "utf8")));
