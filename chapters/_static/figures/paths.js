// The paths from one logit to the loss: choose some, and see which sum they make.
"use strict";

customElements.define("gradient-paths", class extends missingSum.Figure {
  static targets = [[0, 1, 0], [0.1, 0.8, 0.1]];

  build() {
    this.logit = this.choice("j", "logit", ["z₀", "z₁", "z₂"]);
    this.target = this.choice("y", "targets", ["one-hot (0, 1, 0)", "soft (0.1, 0.8, 0.1)"], 1);
    this.paths = [0, 1, 2].map(i => this.checkbox(`s${i}`, `path through s${"₀₁₂"[i]}`, i === 0));
    this.picture = missingSum.drawing(this, 300, 190);
    this.picture.addEventListener("click", event => {
      const path = event.target.closest("[data-path]");
      if (path) this.paths[path.dataset.path].click();
    });
  }

  update() {
    const {softmax, jacobian, crossEntropyUpstream, sum, number} = missingSum;
    const s = softmax([1.5, 0.8, -0.3]);
    const j = Number(this.logit.value);
    const g = crossEntropyUpstream(s, this.constructor.targets[this.target.value]);
    const J = jacobian(s);
    const terms = g.map((gi, i) => gi * J[i][j]);
    const on = this.paths.map(path => path.checked);
    const chosen = sum(terms.filter((_, i) => on[i]));
    const rows = terms.map((term, i) => [g[i], J[i][j], term, on[i] ? "yes" : "no"]);
    this.fill(0, [...rows, ["", "", chosen, "chosen"], ["", "", sum(terms), "all"]]);
    this.draw(j, on);
    const missing = sum(on.map(path => !path));
    this.say(missing
      ? `${missing} of 3 paths missing: the chosen ones add up to ${number(chosen)}, `
        + `the gradient is ${number(sum(terms))}.`
      : `All paths: they add up to the gradient, ${number(sum(terms))}.`);
  }

  draw(j, on) {
    const y = [30, 95, 160];
    const node = (x, height, name, path) => `<g ${path === undefined ? "" : `data-path="${path}"`}>
      <circle class="node" cx="${x}" cy="${height}" r="17"/><text x="${x}" y="${height + 5}">${name}</text></g>`;
    const line = i => `d="M30 ${y[j]} L150 ${y[i]} L270 95"`;
    const kind = i => `${on[i] ? "on" : "off"} ${i === j ? "whole" : "part"}`;
    this.picture.innerHTML = y.map((_, i) =>
      `<g data-path="${i}"><path class="reach" ${line(i)}/><path class="${kind(i)}" ${line(i)}/></g>`).join("")
      + node(30, y[j], `z${"₀₁₂"[j]}`) + y.map((height, i) => node(150, height, `s${"₀₁₂"[i]}`, i)).join("")
      + node(270, 95, "L");
  }
});
