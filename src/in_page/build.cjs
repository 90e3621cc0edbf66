// Bundle and shrink a script of `browser/`, named first; the result goes to standard output.
const { buildSync } = require("esbuild");

const built = buildSync({
  entryPoints: [process.argv[2]], bundle: true, format: "iife", minify: true, target: "es2021", write: false,
  loader: { ".css": "text" },
  nodePaths: [process.env.NODE_PATH], logLevel: "error", legalComments: "none",
});
process.stdout.write(built.outputFiles[0].contents);
