// Breaking numbers: the same gradient in two steps and fused, as the logits grow.
"use strict";

customElements.define("breaking-numbers", class extends missingSum.Figure {
  build() {
    this.scale = this.slider("scale of logits", {min: 0, max: 800, step: 4, value: 60});
    this.precision = this.choice("numbers", ["float32", "float64"]);
    this.target = this.choice("true class", ["0", "1", "2", "3"]);
  }

  update() {
    const {softmax, softmaxWithoutMax, crossEntropyUpstream, twoSteps, fused, number} = missingSum;
    const round = this.precision.value === "0" ? Math.fround : value => value;
    const z = [1, 0.5, 0, -1].map(value => value * this.scale.valueAsNumber);
    const s = softmax(z, round);
    const y = z.map((_, k) => Number(k === Number(this.target.value)));
    const g = crossEntropyUpstream(s, y).map(round);
    const columns = [z, softmaxWithoutMax(z, round), s, g, twoSteps(s, y, round), fused(s, y, round)];
    this.fill(0, z.map((_, k) => columns.map((column, j) => number(column[k], j ? 3 : 0))));
    let broken = 0;
    columns.forEach((column, j) => column.forEach((value, k) => {
      this.cell(0, k, j).classList.toggle("wrong", !Number.isFinite(value));
      broken += j === 4 && !Number.isFinite(value);
    }));
    const said = broken
      ? `the two steps give ${4 - broken} numbers of 4, the fused way all 4`
      : "both ways give 4 numbers";
    this.say(`At scale ${this.scale.value}: ${said}.`);
  }
});
