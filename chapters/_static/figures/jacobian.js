// Probabilities that one drags, the softmax Jacobian, and the gradient with and without its off-diagonal terms.
"use strict";

customElements.define("softmax-jacobian", class extends missingSum.Figure {
  static targets = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.1, 0.8, 0.1]];
  static bars = {left: 32, width: 165, top: 30, step: 42};

  build() {
    const {drawing, handle, moveTo, softmax} = missingSum;
    const {left, width} = this.constructor.bars;
    this.z = [1.5, 0.8, -0.3];
    this.target = this.choice("y", "targets", this.constructor.targets.map(y => `(${y.join(", ")})`), 1);
    this.picture = drawing(this, 430, 165);
    const move = (k, share) => {
      this.z = moveTo(this.z, k, Math.min(Math.max(share, 0.01), 0.99)).map(value => Math.round(100 * value) / 100);
    };
    this.grips = this.z.map((_, k) => handle(this, this.picture, {
      name: "probabilities that can be dragged",
      label: `probability s${"₀₁₂"[k]}`,
      drag: x => move(k, (x - left) / width),
      step: (right, up) => move(k, softmax(this.z)[k] + 0.01 * (right + up)),
    }));
    this.keepNumbers("z", () => this.z, z => this.z = z);
  }

  update() {
    const {softmax, jacobian, vjp, crossEntropyUpstream, straightOnly, sum, number} = missingSum;
    const s = softmax(this.z);
    const y = this.constructor.targets[this.target.value];
    const J = jacobian(s);
    const g = crossEntropyUpstream(s, y);
    const [whole, part] = [vjp(g, J), straightOnly(s, y)];
    this.fill(0, J);
    J.forEach((row, i) => row.forEach((value, j) => this.heat(this.cell(0, i, j), value)));
    this.fill(1, s.map((sk, k) => [number(this.z[k], 2), sk, y[k], g[k], whole[k], part[k]]));
    const wrong = part.map((value, k) => Math.abs(value - whole[k]) > 1e-9);
    wrong.forEach((bad, k) => this.cell(1, k, 5).classList.toggle("wrong", bad));
    this.draw(s, y, [whole, part]);
    const classes = wrong.flatMap((bad, k) => bad ? k : []);
    const where = classes.length === wrong.length ? "every class" : `class ${classes.join(" and ")}`;
    this.say("The whole sum, g J, is s − y in every class, and adds up to 0. " + (classes.length
      ? `The i = j term is wrong in ${where}, and adds up to ${number(sum(part))}.`
      : "Here, where one probability is 1, the i = j term is the same."));
  }

  heat(cell, value) {
    cell.className = value > 0 ? "above" : "below";
    cell.style.setProperty("--heat", `${Math.abs(value) * 140}%`);
  }

  draw(s, y, gradients) {
    const {left, width, top, step} = this.constructor.bars;
    const height = k => top + 24 + k * step;
    const columns = [262, 373];
    const bars = s.map((sk, k) => `<text x="14" y="${height(k) + 5}">s${"₀₁₂"[k]}</text>
      <path class="grid" d="M${left} ${height(k)} h${width}"/>
      <rect class="third" x="${left}" y="${height(k) - 12}" width="${sk * width}" height="24"/>
      <path class="target" d="M${left + y[k] * width} ${height(k) - 16} v32"/>`);
    const signed = gradients.map((gradient, which) => gradient.map((value, k) => `<rect
      class="${which ? "part" : "whole"}" x="${columns[which] + Math.min(value, 0) * 52}" y="${height(k) - 12}"
      width="${Math.abs(value) * 52}" height="24"/>`));
    this.picture.innerHTML = `<text x="${left + width / 2}" y="18">drag s (line: y)</text>`
      + columns.map((x, which) => `<text x="${x}" y="18">${which ? "i = j term" : "whole sum"}</text>
        <path d="M${x} ${top} v${3 * step}"/>`).join("") + [...bars, ...signed.flat()].join("");
    const {number} = missingSum;
    this.grips.forEach((put, k) => put(left + s[k] * width, height(k), s[k].toFixed(2),
      `${number(s[k])}, logit ${number(this.z[k], 2)}`));
  }
});
