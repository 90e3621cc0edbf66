// The form of the page "What is wrong with my gradient?". Nothing is run, and nothing large is loaded, before its
// button is pressed; code that came with the address is put into the fields, and waits there like any other.
(() => {
  const form = document.querySelector(".gradient-form");
  if (!form || !window.inPage || !window.DecompressionStream || !window.WebAssembly) return;
  const { forwards, examples } = JSON.parse(form.querySelector("script").textContent);
  const { example, ready, forward, backward, way, stop, link } = form.elements;
  const status = form.querySelector("[role=status]");
  const fields = { forward, backward };
  const SECONDS = 60;
  let output, linked = false;

  const say = (words) => { status.textContent = words; };

  function fill(parts) {
    for (const [name, text] of Object.entries(parts)) fields[name].value = text;
    output?.clear();
  }

  example.onchange = () => {
    if (!example.value) return;
    const { forward: name, code } = examples[example.value];
    ready.value = name;
    way.value = "names";
    fill({ forward: forwards[name], backward: code });
  };
  ready.onchange = () => {
    if (ready.value) fill({ forward: forwards[ready.value] });
  };

  const toText = (parts) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(parts))));
  const toParts = (text) => JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))));

  // What stands after # is sent to no server.
  link.onclick = () => {
    const parts = { forward: fields.forward.value, backward: fields.backward.value, way: way.value };
    history.replaceState(null, "", `#code=${encodeURIComponent(toText(parts))}`);
    say("The address now holds both functions. Nobody sees it but whom you send it to.");
  };

  function takeFromAddress() {
    const found = location.hash.match(/^#code=(.+)$/);
    if (!found) return;
    try {
      const parts = toParts(decodeURIComponent(found[1]));
      fill({ forward: String(parts.forward), backward: String(parts.backward) });
      way.value = [...way.options].some(({ value }) => value === parts.way) ? parts.way : "names";
      ready.value = example.value = "";
      linked = true;
      say("These functions came with the address. Nothing was run: read them, then press the button.");
    } catch {
      say("The address holds no functions that could be read.");
    }
  }

  async function loadEditors() {
    say("Loading the editor …");
    await window.inPage.load();
    if (output) return;
    output = new window.inPage.Output(form.querySelector(".answer"));
    for (const [name, area] of Object.entries(fields)) {
      const box = document.createElement("div");
      const label = name === "forward" ? "Forward function" : "Backward function";
      const made = window.inPage.editor(box, { text: area.value, label, onRun: () => form.requestSubmit() });
      area.replaceWith(box);
      fields[name] = { get value() { return made.text; }, set value(text) { made.text = text; } };
    }
  }

  async function tell() {
    const { engine } = window.inPage;
    const show = (kind, text) => output.show(kind, text);
    const [f, b] = [fields.forward.value, fields.backward.value];
    const quoted = [f, b, way.value].map((text) => JSON.stringify(text));
    const steps = [
      ["import numpy as np\nimport gradient_page", "page"],
      [`gradient_page.prepare(${quoted.join(", ")})`, "page"],
      [f, "forward"],
      [() => called, "backward"],
      [`gradient_page.tell(${quoted[0]}, globals())`, "page"],
    ];
    let called = "";
    output.clear();
    say("Starting Python …");
    const { version } = await engine.start();
    say(`Looking for the mistake … ${version}`);
    for (const [source, name] of steps) {
      const hear = (kind, text) => (kind === "cell" ? (called = text) : show(kind, text));
      const text = typeof source === "string" ? source : source();
      const { ok } = await engine.run(text, { name, seconds: SECONDS, output: hear });
      if (!ok) break;
    }
    say(`${version}, in this page. Nothing of what you pasted has left it.`);
  }

  form.onsubmit = async (event) => {
    event.preventDefault();
    if (!stop.hidden) return;
    stop.hidden = false;
    try {
      await loadEditors();
      await tell();
    } catch (error) {
      say(`Python was ended: ${error.message}. What you pasted is still here.`);
    } finally {
      stop.hidden = true;
    }
  };
  stop.onclick = () => window.inPage.engine?.stop();

  takeFromAddress();
  if (!linked) {
    example.value = "0";
    example.onchange();
  }
  window.addEventListener("hashchange", takeFromAddress);
  form.hidden = false;
})();
