// Breaking numbers: the same gradient in two steps and fused, as the logits grow.
"use strict";

customElements.define("breaking-numbers", class extends missingSum.Figure {
  static logits = [1, 0.5, 0, -1];
  static scales = [0, ...[1, 10, 100].flatMap(ten => [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8].map(k => k * ten)), 1000];
  static ways = ["softmaxWithoutMax", "twoSteps", "fused"];

  build() {
    this.scale = this.slider("scale", "scale of the logits", {values: this.constructor.scales, value: 60});
    this.precision = this.choice("numbers", "numbers", ["float32", "float64"]);
    this.target = this.choice("true", "true class", ["0", "1", "2", "3"]);
    this.picture = missingSum.drawing(this, 430, 150);
    missingSum.follow(this, this.picture, this.scale, x => x < 120 ? 0 : 10 ** ((x - 130) / 90));
  }

  /** What each way gives at one scale: softmax without max, s, g, and the gradient in two steps and fused. */
  at(scale) {
    const {softmax, softmaxWithoutMax, crossEntropyUpstream, twoSteps, fused} = missingSum;
    const round = this.precision.value === "0" ? Math.fround : value => value;
    const z = this.constructor.logits.map(value => round(value * scale));
    const y = z.map((_, k) => Number(k === Number(this.target.value)));
    const s = softmax(z, round);
    return {
      z, softmaxWithoutMax: softmaxWithoutMax(z, round), s, g: crossEntropyUpstream(s, y).map(round),
      twoSteps: twoSteps(s, y, round), fused: fused(s, y, round),
    };
  }

  /** The scale at which a way begins to give numbers that are none, by bisection; infinite if it is above 1000. */
  threshold(way) {
    const breaks = scale => !this.at(scale)[way].every(Number.isFinite);
    if (!breaks(1000)) return Infinity;
    let [whole, broken] = [0, 1000];
    while (broken - whole > 0.01) {
      const middle = (whole + broken) / 2;
      if (breaks(middle)) broken = middle;
      else whole = middle;
    }
    return broken;
  }

  update() {
    const {number} = missingSum;
    const columns = Object.values(this.at(this.scale.value));
    const thresholds = this.constructor.ways.map(way => this.threshold(way));
    this.fill(0, columns[0].map((_, k) => columns.map((column, j) => number(column[k], j ? 3 : 0))));
    columns.forEach((column, j) => column.forEach((value, k) =>
      this.cell(0, k, j).classList.toggle("wrong", !Number.isFinite(value))));
    this.fill(1, thresholds.map(value => [Number.isFinite(value) ? number(value, 1) : "never"]));
    this.draw(thresholds);
    const [, steps] = thresholds;
    const lost = columns[4].filter(value => !Number.isFinite(value)).length;
    this.say(`At scale ${this.scale.value}: ` + (lost
      ? `the two steps give ${4 - lost} numbers of 4, the fused way all 4. They break from ${number(steps, 1)} on.`
      : "both ways give 4 numbers."));
  }

  draw(thresholds) {
    const x = scale => scale ? 130 + Math.log10(scale) * 90 : 115;
    const names = ["without max", "two steps", "fused"];
    this.picture.innerHTML = thresholds.map((threshold, k) => {
      const [y, end] = [24 + k * 30, x(Math.min(threshold, 1000))];
      const broken = `<path class="part" d="M${end} ${y} H400"/><text class="part" x="${end}" y="${y + 5}">✕</text>`;
      return `<text class="end" x="102" y="${y + 4}">${names[k]}</text><path class="whole" d="M115 ${y} H${end}"/>${
        end < 400 ? broken : ""}`;
    }).join("") + [0, 1, 10, 100, 1000].map(scale =>
      `<path d="M${x(scale)} 102 v6"/><text class="tick" x="${x(scale)}" y="122">${scale}</text>`).join("")
      + `<path d="M115 105 H400"/><text x="260" y="142">scale of the logits</text>
        <path class="marker" d="M${x(this.scale.value)} 8 V105"/>`;
  }
});
