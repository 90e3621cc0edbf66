// Comes with a page that has code to run. It shows a button, and loads nothing before the click.
(() => {
  const { src, dataset: { kind, root, version, label, words, notebook } } = document.currentScript;
  const here = src.split("offer.js")[0];
  let loaded;
  window.inPage = {
    here, root, version, kind, notebook,
    load: () => loaded ??= new Promise((onload, onerror) => {
      document.head.append(
        Object.assign(document.createElement("script"), { onload, onerror, src: `${here}page.js?v=${version}` }),
      );
    }),
  };
  const first = document.querySelector(".cell .cell_input");
  if (!label || !first || !window.DecompressionStream || !window.WebAssembly) return;
  const bar = document.createElement("div");
  bar.className = "in-page";
  bar.innerHTML = "<button type=button></button><span role=status></span>";
  const [button, status] = bar.children;
  button.textContent = label;
  status.textContent = words;
  first.closest(".cell").before(bar);
  button.onclick = async () => {
    button.disabled = true;
    try {
      await inPage.load();
      await inPage.open(bar);
    } catch (error) {
      loaded = undefined;
      button.disabled = false;
      status.textContent = `This could not be loaded: ${error.message ?? "a file of the site is missing"}.`;
    }
  };
})();
