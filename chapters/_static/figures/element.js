// What all interactive figures share. A figure is a custom element around the tables that were computed when the site
// was built; the element puts controls above them and keeps their cells up to date. Without JavaScript the tables stay
// as they are.
"use strict";

window.missingSum.number = (value, digits = 3) => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "−inf";
  const size = Math.abs(value);
  if (value === 0) return "0";
  const text = size < 1e-3 || size >= 1e4 ? value.toExponential(1).replace("+", "") : value.toFixed(digits);
  return text.replaceAll("-", "−");
};

window.missingSum.Figure = class extends HTMLElement {
  connectedCallback() {
    if (this.controls) return;
    this.controls = document.createElement("div");
    this.controls.className = "controls";
    this.prepend(this.controls);
    this.summary = document.createElement("output");
    this.append(this.summary);
    this.build();
    this.update();
  }

  /** A slider whose value is also written out, as text(value) has it. */
  slider(name, {min, max, step, value, text = String}) {
    const input = this.#control(name, "input", {type: "range", min, max, step, value});
    const shown = document.createElement("span");
    input.after(shown);
    const show = () => {
      shown.textContent = text(input.valueAsNumber);
      input.setAttribute("aria-valuetext", shown.textContent);
    };
    input.addEventListener("input", show);
    show();
    return input;
  }

  checkbox(name, checked) {
    const input = this.#control(name, "input", {type: "checkbox"});
    input.checked = checked;
    input.parentElement.prepend(input);
    return input;
  }

  choice(name, options, chosen = 0) {
    const select = this.#control(name, "select", {});
    select.append(...options.map((option, i) => new Option(option, i, i === chosen, i === chosen)));
    return select;
  }

  #control(name, tag, attributes) {
    const label = document.createElement("label");
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    label.append(name, element);
    this.controls.append(label);
    element.addEventListener("input", () => this.update());
    return element;
  }

  /** A drawing without text for screen readers, as the tables say the same; returns its SVG element. */
  drawing(width, height) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("aria-hidden", "true");
    svg.style.maxWidth = `${width * 1.25}px`;
    this.controls.after(svg);
    return svg;
  }

  /** Write rows of texts or numbers into the cells of one table of the figure. */
  fill(table, rows, digits) {
    const lines = this.querySelectorAll("table")[table].tBodies[0].rows;
    const text = value => typeof value === "number" ? missingSum.number(value, digits) : value;
    rows.forEach((row, i) => row.forEach((value, j) => {
      lines[i].querySelectorAll("td")[j].textContent = text(value);
    }));
  }

  cell(table, row, column) {
    return this.querySelectorAll("table")[table].tBodies[0].rows[row].querySelectorAll("td")[column];
  }

  /** The sentence below the figure, read out when it changes. */
  say(text) {
    if (this.summary.textContent !== text) this.summary.textContent = text;
  }
};
