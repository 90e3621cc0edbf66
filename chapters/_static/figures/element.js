// What all interactive figures share. A figure is a custom element around the tables that were computed when the site
// was built; the element puts controls above them and keeps their cells up to date. Without JavaScript the tables stay
// as they are. Where a figure was moved to stands in the address, #interactive-NAME?key=value&…, so that it can be
// linked to; an address without a question mark after the # is none of its business.
"use strict";

missingSum.number = (value, digits = 3) => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "−inf";
  const size = Math.abs(value);
  if (value === 0) return "0";
  const text = size < 1e-3 || size >= 1e4 ? value.toExponential(1).replace("+", "") : value.toFixed(digits);
  return text.replaceAll("-", "−");
};

missingSum.made = (tag, attributes, ...children) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
};

missingSum.Figure = class extends HTMLElement {
  static rest = 400;  // ms without a move until the address and the screen reader are told
  #kept = new Map();
  #resting;
  #unwritten = false;

  connectedCallback() {
    if (this.controls) return;
    const {made} = missingSum;
    this.controls = made("div", {className: "controls"});
    this.summary = made("p", {className: "summary", ariaHidden: "true"});
    this.spoken = made("output", {className: "spoken"});
    this.prepend(this.controls);
    this.append(this.summary);
    this.build();
    for (const kept of this.#kept.values()) kept.start = kept.get();
    this.tools = made("div", {className: "tools"});
    this.button("Start again", () => this.startAgain(), this.tools);
    this.#offerFullScreen();
    if (!this.#restore(location.hash)) this.update();
    this.spoken.textContent = this.summary.textContent;
    this.append(this.tools, this.spoken);
    addEventListener("hashchange", ({newURL}) => {
      this.#unwritten = false;  // the reader has followed a link since
      this.#restore(new URL(newURL).hash);
    });
  }

  get #figure() {
    return this.closest("figure");
  }

  /** After every move: show it at once; say it, and write it into the address, when the reader has come to rest. */
  changed() {
    this.update();
    clearTimeout(this.#resting);
    this.#unwritten = true;
    this.#resting = setTimeout(() => {
      if (this.spoken.textContent !== this.summary.textContent) this.spoken.textContent = this.summary.textContent;
      const state = this.state();
      if (this.#unwritten) history.replaceState(history.state, "", `#${this.#figure.id}${state && `?${state}`}`);
    }, this.constructor.rest);
  }

  /** What is not as it was at the start: key=value, joined by &. */
  state() {
    const moved = [...this.#kept].filter(([, {get, start}]) => get() !== start);
    return moved.map(([key, {get}]) => `${key}=${get()}`).join("&");
  }

  startAgain() {
    this.stop?.();
    for (const {set, start} of this.#kept.values()) set(start);
    this.changed();
  }

  /** Take the state from an address, if it is one of this figure. Values that make no sense leave their start. */
  #restore(address) {
    const [place, state] = address.slice(1).split("?", 2);
    if (state === undefined || place !== this.#figure.id) return false;
    const asked = new URLSearchParams(state);
    for (const [key, {set, start}] of this.#kept) {
      set(start);
      if (asked.has(key)) set(asked.get(key));
    }
    this.update();
    const show = () => this.#figure.scrollIntoView();
    if (document.readyState === "complete") show();
    else addEventListener("load", show);
    return true;
  }

  /** Keep in the address what get() gives as a text; set(text) takes it back, and ignores what makes no sense. */
  keep(key, get, set) {
    this.#kept.set(key, {get, set});
  }

  /** Keep a list of numbers with this many digits. */
  keepNumbers(key, get, set, digits = 2) {
    this.keep(key, () => get().map(value => Number(value.toFixed(digits))).join(","), text => {
      const numbers = text.split(",").map(part => part.trim() ? Number(part) : NaN);
      if (numbers.length === get().length && numbers.every(value => Math.abs(value) < 1000)) set(numbers);
    });
  }

  /** A slider over min, min + step, …, max, or over the values of a list; its value is also written out. */
  slider(key, name, {values, min = 0, max = values.length - 1, step = 1, value, text = String}) {
    const input = this.#control(name, "input", {type: "range", min, max, step});
    const shown = document.createElement("span");
    input.after(shown);
    const slider = {
      input,
      get value() {
        return values ? values[input.value] : input.valueAsNumber;
      },
      set value(next) {
        const nearest = list => list.reduce((best, each, k) =>
          Math.abs(each - next) < Math.abs(list[best] - next) ? k : best, 0);
        input.value = values ? nearest(values) : next;
        shown.textContent = text(this.value);
        input.setAttribute("aria-valuetext", shown.textContent);
      },
    };
    const move = next => {
      slider.value = next;
      this.changed();
    };
    let before;
    input.addEventListener("input", () => move(slider.value));
    input.addEventListener("pointerdown", () => before = slider.value);
    input.addEventListener("pointercancel", () => move(before));  // it was a swipe, and the page has moved
    slider.value = value;
    this.keep(key, () => String(slider.value), next => {
      if (next.trim() && Number.isFinite(Number(next))) slider.value = Number(next);
    });
    return slider;
  }

  checkbox(key, name, checked) {
    const input = this.#control(name, "input", {type: "checkbox"});
    input.checked = checked;
    input.parentElement.prepend(input);
    input.addEventListener("input", () => this.changed());
    this.keep(key, () => input.checked ? "yes" : "no", text => {
      if (["yes", "no"].includes(text)) input.checked = text === "yes";
    });
    return input;
  }

  /** A choice of one of these options; without a key it is kept by the figure itself. */
  choice(key, name, options, chosen = 0) {
    const select = this.#control(name, "select", {});
    select.append(...options.map((option, i) => new Option(option, i, i === chosen, i === chosen)));
    select.addEventListener("input", () => this.changed());
    if (key) this.keep(key, () => select.value, text => {
      if (options[text] !== undefined) select.value = text;
    });
    return select;
  }

  #control(name, tag, attributes) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    this.controls.append(missingSum.made("label", {}, name, element));
    return element;
  }

  button(name, action, place = this.controls) {
    const button = missingSum.made("button", {type: "button", textContent: name});
    button.addEventListener("click", action);
    place.append(button);
    return button;
  }

  /** A button that lets a slider run to its end; in leaps for those who want no motion. */
  player(slider) {
    const {input} = slider;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const [leap, pause] = still ? [(input.max - input.min) / 5, 800] : [Number(input.step), 40];
    let running;
    const stop = () => {
      running = clearInterval(running);
      button.textContent = "Play";
    };
    const step = () => {
      slider.value = slider.value + leap;
      this.changed();
      if (input.value === input.max) stop();
    };
    const button = this.button("Play", () => {
      if (running) return stop();
      if (input.value === input.max) slider.value = Number(input.min);
      button.textContent = "Pause";
      running = setInterval(step, pause);
    });
    for (const event of ["pointerdown", "keydown"]) input.addEventListener(event, stop);
    this.stop = stop;
  }

  #offerFullScreen() {
    if (!document.fullscreenEnabled) return;
    const figure = this.#figure;
    const button = this.button("Full screen", () =>
      document.fullscreenElement === figure ? document.exitFullscreen() : figure.requestFullscreen(),
      this.tools);
    figure.addEventListener("fullscreenchange", () => {
      button.textContent = document.fullscreenElement === figure ? "Leave full screen" : "Full screen";
    });
  }

  /** Write rows of texts or numbers into the cells of one table of the figure. */
  fill(table, rows, digits) {
    const text = value => typeof value === "number" ? missingSum.number(value, digits) : value;
    rows.forEach((row, i) => row.forEach((value, j) => this.cell(table, i, j).textContent = text(value)));
  }

  cell(table, row, column) {
    return this.querySelectorAll("table")[table].tBodies[0].rows[row].querySelectorAll("td")[column];
  }

  /** The sentence below the figure. */
  say(text) {
    this.summary.textContent = text;
  }
};
