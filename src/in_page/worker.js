// The worker that Python runs in: a script made of the runtime (pyodide.asm.js, pyodide.js) and this file. Everything
// that the runtime would fetch is given to it by the page; it is never let near a network.
(() => {
  const MOST_MEMORY = 16384; // pages of 64 KiB: 1 GiB, of which a phone may have no more
  const INTERRUPT = 2, ALARM = 14;
  const AGAIN_AFTER = 1000; // a program may have caught the first interrupt

  const LEADS_OUT = [
    "fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "importScripts", "Worker", "indexedDB",
    "caches", "BroadcastChannel",
  ];

  let python, runCell;
  let deadline = Infinity, alarm = Infinity, current;

  async function boot({ module, machine, standard, site, lock, address }) {
    const { Memory } = WebAssembly;
    WebAssembly.Memory = function (limits) {
      return new Memory({ ...limits, maximum: Math.min(limits.maximum ?? MOST_MEMORY, MOST_MEMORY) });
    };
    const compiled = module || await WebAssembly.compile(machine);
    const files = {
      "pyodide-lock.json": () => new Response(lock, { headers: { "content-type": "application/json" } }),
      "pyodide.asm.wasm": () => new Response(new Uint8Array(0), { headers: { "content-type": "application/wasm" } }),
      "python_stdlib.zip": () => new Response(standard),
    };
    self.fetch = async (name) => {
      const file = files[String(name).split("/").pop()];
      if (!file) throw new TypeError(`there is no network here: ${name}`);
      return file();
    };
    const { instantiateStreaming } = WebAssembly;
    WebAssembly.instantiateStreaming = async (_, imports) =>
      ({ module: compiled, instance: await WebAssembly.instantiate(compiled, imports) });
    python = await loadPyodide({ indexURL: "https://site.invalid/", jsglobals: {} });
    WebAssembly.instantiateStreaming = instantiateStreaming;
    for (const name of LEADS_OUT) cutOff(name);
    // What the interpreter polls: 0 is nothing, anything else the number of a signal. So a deadline needs no memory
    // that is shared with the page, which would need headers that a plain web server does not send.
    python.setInterruptBuffer({ get 0() { return due(performance.now()); }, set 0(_) {} });
    python.unpackArchive(site, "zip", { extractDir: "/lib/site" });
    python.registerJsModule("in_page_host", {
      address,
      alarm: (seconds) => { alarm = seconds > 0 ? performance.now() + 1000 * seconds : Infinity; },
      output: (kind, text) => postMessage({ id: current, output: [kind, text] }),
    });
    python.runPython("import sys; sys.path.insert(0, '/lib/site'); import session");
    runCell = python.runPython("session.run");
    return { version: python.runPython("session.version()"), module: module ? undefined : compiled };
  }

  function cutOff(name) {
    for (let owner = self; owner; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) Object.defineProperty(owner, name, { value: undefined });
    }
  }

  function due(now) {
    if (now > alarm) {
      alarm = Infinity;
      return ALARM;
    }
    if (now > deadline) {
      deadline = now + AGAIN_AFTER;
      return INTERRUPT;
    }
    return 0;
  }

  function run({ source, name, seconds }) {
    deadline = performance.now() + 1000 * seconds;
    alarm = Infinity;
    try {
      const result = JSON.parse(runCell(source, name, seconds));
      return { ...result, memory: python._module.HEAPU8.length };
    } finally {
      deadline = alarm = Infinity;
    }
  }

  self.onmessage = async ({ data }) => {
    current = data.id;
    try {
      postMessage({ id: data.id, value: data.type === "boot" ? await boot(data) : run(data) });
    } catch (error) {
      postMessage({ id: data.id, error: String(error?.message || error) });
    }
  };
})();
