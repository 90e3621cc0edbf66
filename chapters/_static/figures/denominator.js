// The denominator is a node: a logit reaches its own output through the numerator, and every output through the sum S.
"use strict";

customElements.define("denominator-node", class extends missingSum.Figure {
  build() {
    const {drawing, number} = missingSum;
    this.logits = [1.5, 0.8, -0.3].map((value, k) => {
      const logit = this.slider(`z${k}`, `logit z${"₀₁₂"[k]}`,
        {min: -4, max: 4, step: 0.1, value, text: z => number(z, 1)});
      for (const event of ["focus", "input"]) {
        logit.input.addEventListener(event, () => this.choose(k), {capture: true});
      }
      return logit;
    });
    this.j = 0;
    this.keep("j", () => String(this.j), text => {
      if ("012".includes(text) && text.length === 1) this.j = Number(text);
    });
    this.picture = drawing(this, 460, 250);
    this.picture.addEventListener("click", event => {
      const node = event.target.closest("[data-logit]");
      if (node) this.choose(Number(node.dataset.logit));
    });
  }

  /** Light the paths of this logit. */
  choose(j) {
    if (j === this.j) return;
    this.j = j;
    this.changed();
  }

  update() {
    const {softmax, number, sum} = missingSum;
    const {j} = this;
    const z = this.logits.map(logit => logit.value);
    const e = z.map(Math.exp);
    const s = softmax(z);
    const numerator = s.map((si, i) => i === j ? si : 0);
    const throughSum = s.map(si => -si * s[j]);
    this.fill(0, s.map((si, i) => [number(z[i], 1), e[i], si]));
    this.fill(1, s.map((_, i) => [numerator[i], throughSum[i], numerator[i] + throughSum[i]]));
    this.draw(z, e, s, throughSum);
    const name = "₀₁₂"[j];
    const others = [0, 1, 2].filter(i => i !== j).map(i => `s${"₀₁₂"[i]}`).join(" and ");
    this.say(`Raise z${name}: through its own numerator s${name} rises at the rate ${number(s[j])}. But S = ${
      number(sum(e), 2)}, below all outputs, rises too: that takes ${number(s[j] * s[j])} from s${name} again, `
      + `and lowers ${others}, whose logits stand still.`);
  }

  /** Solid: the path through the numerator. Dashed: the paths through S. Thin: paths of the other logits. On each path
   *  what it brings to ds_i / dz_j. */
  draw(z, e, s, throughSum) {
    const {j} = this;
    const {number, sum} = missingSum;
    const y = k => 40 + 85 * k;
    const [first, second, third, last] = [38, 160, 290, 420];
    const paths = [0, 1, 2].map(k => [
      [`M${first} ${y(k)} H${second}`, k === j ? "both" : "idle"],
      [`M${second} ${y(k)} H${last}`, k === j ? "whole" : "idle"],
      [`M${second} ${y(k)} L${third} ${y(1.5)}`, k === j ? "part" : "idle"],
      [`M${third} ${y(1.5)} L${last} ${y(k)}`, "part"],
    ]).flat().sort(([, kind]) => kind === "idle" ? -1 : 1);
    const node = (x, height, name, value, logit = "") => `<g ${logit}>
      <circle class="node" cx="${x}" cy="${height}" r="26"/>
      <text x="${x}" y="${height - 2}">${name}</text>
      <text class="tick" x="${x}" y="${height + 13}">${value}</text></g>`;
    this.picture.innerHTML = paths.map(([d, kind]) => `<path class="${kind}" d="${d}"/>`).join("")
      + `<text class="on whole" x="${third - 40}" y="${y(j) + 4}">+${number(s[j])}</text>`
      + throughSum.map((part, i) =>
        `<text class="on part" x="${third + 70}" y="${y(0.69 + 0.54 * i) + 4}">${number(part)}</text>`).join("")
      + ["₀", "₁", "₂"].map((name, k) => node(first, y(k), `z${name}`, number(z[k], 1), `data-logit="${k}"`)
        + node(second, y(k), `exp z${name}`, number(e[k], 2)) + node(last, y(k), `s${name}`, number(s[k]))).join("")
      + node(third, y(1.5), "S", number(sum(e), 2));
  }
});
