// All that pages know of Python: inPage.engine.start(), .run(source, options) and .stop(). Today it is Pyodide in a
// worker; what speaks to it is `worker.js`. It works from a web server and from a folder, without special headers.

const WAIT_FOR_PYTHON = 3; // seconds after a deadline in which Python may stop by itself, and keep its session
const NAMES = ["script", "machine", "standard", "site"];

const here = window.inPage.here;
const version = window.inPage.version;
const waiting = new Map();
let parts, worker, ready, failed, number = 0;

window.inPage.deliver = (name, text) => waiting.get(name)(text);

function script(name) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    waiting.set(name, (text) => { resolve(text); element.remove(); });
    element.onerror = () => reject(new Error(`${name}.js cannot be loaded`));
    element.src = `${here}${name}.js?v=${version}`;
    document.head.append(element);
  });
}

const bytesOf = (text) => Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

const unpack = (bytes) =>
  new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();

async function payload(name) {
  if (!location.protocol.startsWith("http")) return unpack(bytesOf(await script(name)));
  const response = await fetch(`${here}${name}.gz?v=${version}`);
  if (!response.ok) throw new Error(`${name}.gz cannot be loaded (${response.status})`);
  // The browser may have unpacked what the server packed again.
  let bytes = new Uint8Array(await response.arrayBuffer());
  while (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = new Uint8Array(await unpack(bytes));
  return bytes.buffer;
}

async function fetchParts() {
  const [text, machine, standard, site] = await Promise.all(NAMES.map(payload));
  return { url: URL.createObjectURL(new Blob([text], { type: "text/javascript" })), machine, standard, site };
}

function call(message, output = () => {}) {
  return new Promise((resolve, reject) => {
    number += 1;
    waiting.set(number, { resolve, reject, output });
    worker.postMessage({ ...message, id: number });
  });
}

function hear({ data: { id, value, error, output } }) {
  const caller = waiting.get(id);
  if (!caller) return;
  if (output) {
    caller.output(...output);
    return;
  }
  waiting.delete(id);
  if (error === undefined) {
    caller.resolve(value);
    return;
  }
  // What Python does not catch itself, such as the end of all memory, ends it.
  caller.reject(new Error(`Python gave up: ${error.split("\n")[0]}`));
  stop("stopped");
}

/** Make Python ready: {version, milliseconds}. Loads it the first time; after stop() it is there again sooner. */
function start() {
  ready ??= (async () => {
    const began = performance.now();
    parts ??= await fetchParts();
    worker = new Worker(parts.url);
    worker.onmessage = hear;
    worker.onerror = (event) => {
      stop(event.message);
    };
    const { module, machine, standard, site } = parts;
    const booted = await call({
      type: "boot", module, machine: module ? undefined : machine, standard, site,
      lock: window.inPage.lock, address: new URL(window.inPage.root, location).href,
    });
    if (booted.module) parts = { ...parts, module: booted.module, machine: undefined };
    return { version: booted.version, milliseconds: performance.now() - began };
  })().catch((error) => {
    ready = undefined;
    throw error;
  });
  return ready;
}

/** End Python at once, whatever it does; what waits for it is rejected with the reason. */
function stop(reason = "stopped") {
  worker?.terminate();
  worker = ready = undefined;
  for (const [id, caller] of waiting) {
    if (typeof id === "number") {
      waiting.delete(id);
      caller.reject(new Error(reason));
    }
  }
}

/**
 * Run a cell in the session: {ok, stopped, ms, memory}. What it shows goes to output(kind, text). A cell is interrupted
 * after so many seconds and the session goes on; if it does not listen, Python is ended.
 */
async function run(source, { name = "cell", seconds = 20, output } = {}) {
  await start();
  const last = setTimeout(
    () => stop(`stopped after ${seconds} seconds, in a long computation`), (seconds + WAIT_FOR_PYTHON) * 1000,
  );
  try {
    return await call({ type: "run", source, name, seconds }, output);
  } finally {
    clearTimeout(last);
  }
}

export const engine = { start, run, stop };
