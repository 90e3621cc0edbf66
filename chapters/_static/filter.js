// The gallery: entries fold, the one that the address names is open, and a filter leaves those that hold all words.
"use strict";

{
  const entries = [...document.querySelectorAll("details.slip")];
  const text = new Map(entries.map(entry => [entry, entry.textContent.toLowerCase()]));

  const named = () => document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details.slip");

  const openNamed = () => {
    const entry = named();
    if (!entry) return;
    entry.hidden = false;
    entry.open = true;
    entry.scrollIntoView();
  };

  const show = (wanted, said) => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) entry.hidden = !words.every(word => text.get(entry).includes(word));
    for (const section of new Set(entries.map(entry => entry.closest("section")))) {
      section.hidden = !section.querySelector("details.slip:not([hidden])");
    }
    const left = entries.filter(entry => !entry.hidden).length;
    said.textContent = words.length ? `${left} of ${entries.length} mistakes` : `${entries.length} mistakes`;
  };

  if (entries.length) {
    for (const entry of entries) entry.open = false;
    const label = Object.assign(document.createElement("label"), {className: "slip-filter", textContent: "Filter "});
    const input = Object.assign(document.createElement("input"), {type: "search", placeholder: "such as: rows mean"});
    const said = document.createElement("output");
    input.addEventListener("input", () => show(input.value, said));
    label.append(input, said);
    entries[0].closest("section").before(label);
    show("", said);
    openNamed();
    addEventListener("hashchange", openNamed);
  }
}
