// One row of attention: weights that one drags, the pull on each value, and the gradient with and without its sum.
"use strict";

customElements.define("attention-row", class extends missingSum.Figure {
  static pulls = [[1, 0.4, -0.3, -1.2], [2, 2, 2, 2], [3, 2.4, 1.8, 0.6]];
  static names = ["both ways", "all alike", "all the same way"];
  static bars = {left: 32, width: 165, top: 30, step: 36};

  build() {
    const {drawing, handle, moveTo, softmax} = missingSum;
    const {left, width} = this.constructor.bars;
    this.x = [1, 0.4, -0.2, -0.8];
    this.pull = this.choice("dP", "dP pulls", this.constructor.names);
    this.picture = drawing(this, 430, 180);
    const move = (k, share) => {
      this.x = moveTo(this.x, k, Math.min(Math.max(share, 0.01), 0.97)).map(value => Math.round(100 * value) / 100);
    };
    this.grips = this.x.map((_, k) => handle(this, this.picture, {
      name: "weights that can be dragged",
      label: `weight of key ${k}`,
      drag: place => move(k, (place - left) / width),
      step: (right, up) => move(k, softmax(this.x)[k] + 0.01 * (right + up)),
    }));
    this.keepNumbers("x", () => this.x, x => this.x = x);
  }

  /** What is left of the gradient where the row sum D is, and where it is not. */
  gradients(P, dP) {
    const D = missingSum.dot(P, dP);
    return [P.map((weight, j) => weight * (dP[j] - D)), P.map((weight, j) => weight * dP[j])];
  }

  update() {
    const {softmax, dot, sum, number} = missingSum;
    const P = softmax(this.x);
    const dP = this.constructor.pulls[this.pull.value];
    const D = dot(P, dP);
    const gradients = this.gradients(P, dP);
    this.fill(0, P.map((weight, j) =>
      [number(this.x[j], 2), weight, dP[j], dP[j] - D, gradients[0][j], gradients[1][j]]));
    const stepped = gradients.map(gradient => softmax(this.x.map((score, j) => score - gradient[j])));
    this.fill(1, [P, ...stepped].map(weights => [...weights, dot(weights, dP)]));
    this.draw(P, gradients);
    const still = Math.max(...gradients[0].map(Math.abs)) < 1e-9;
    this.say(still
      ? "All values pull alike, so no weight matters: the whole sum gives 0. Without the sum the weights move "
        + "all the same."
      : "The whole sum adds up to 0 along the row. Without it the row adds up to "
        + `${number(sum(gradients[1]))}, which is D.`);
  }

  draw(P, gradients) {
    const {left, width, top, step} = this.constructor.bars;
    const height = k => top + 20 + k * step;
    const columns = [262, 373];
    const scale = 52 / Math.max(1, ...gradients.flat().map(Math.abs));
    const bars = P.map((weight, k) => `<text x="14" y="${height(k) + 5}">P${"₀₁₂₃"[k]}</text>
      <path class="grid" d="M${left} ${height(k)} h${width}"/>
      <rect class="third" x="${left}" y="${height(k) - 11}" width="${weight * width}" height="22"/>`);
    const signed = gradients.map((gradient, which) => gradient.map((value, k) => `<rect
      class="${which ? "part" : "whole"}" x="${columns[which] + Math.min(value, 0) * scale}" y="${height(k) - 11}"
      width="${Math.abs(value) * scale}" height="22"/>`));
    this.picture.innerHTML = `<text x="${left + width / 2}" y="18">drag P</text>`
      + columns.map((x, which) => `<text x="${x}" y="18">${which ? "sum left out" : "whole sum"}</text>
        <path d="M${x} ${top} v${4 * step}"/>`).join("") + [...bars, ...signed.flat()].join("");
    const {number} = missingSum;
    this.grips.forEach((put, k) => put(left + P[k] * width, height(k), P[k].toFixed(2),
      `${number(P[k])}, score ${number(this.x[k], 2)}`));
  }
});
