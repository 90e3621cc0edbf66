// Label smoothing: the loss of one example with ten classes against the gap between its true class and the others.
"use strict";

customElements.define("label-smoothing", class extends missingSum.Figure {
  static classes = 10;

  build() {
    const {drawing, axes, follow, number} = missingSum;
    this.eps = this.slider("eps", "ε", {min: 0, max: 0.3, step: 0.01, value: 0.1, text: value => number(value, 2)});
    this.gap = this.slider("gap", "gap of the true class",
      {min: 0, max: 12, step: 0.1, value: 8, text: value => number(value, 1)});
    this.picture = drawing(this, 420, 250);
    this.plot = axes(36, 28, 366, 175,
      {name: "gap of the true class", range: [0, 12], ticks: {0: "0", 4: "4", 8: "8", 12: "12"}},
      {name: "loss", range: [0, 3.5], ticks: {0: "0", 1: "1", 2: "2", 3: "3"}});
    follow(this, this.picture, this.gap, this.plot.value);
  }

  /** Loss, dL/dz of the true class, and the gap at which the loss is lowest. */
  at(eps, gap) {
    const {softmax, crossEntropy} = missingSum;
    const c = this.constructor.classes;
    const s = softmax([gap, ...Array(c - 1).fill(0)]);
    const y = s.map((_, k) => (k ? 0 : 1 - eps) + eps / c);
    return [crossEntropy(s, y), s[0] - y[0], Math.log((c - (c - 1) * eps) / eps)];
  }

  update() {
    const {number} = missingSum;
    const [eps, gap] = [this.eps.value, this.gap.value];
    const rows = [this.at(0, gap), this.at(eps, gap)];
    this.fill(0, rows);
    const {plot} = this;
    const lowest = rows[1][2];
    this.picture.innerHTML = plot.frame + ["whole", "part"].map((kind, which) =>
      plot.line(place => this.at(which && eps, place)[0], kind)).join("")
      + (lowest <= 12 ? `<path class="target" d="M${plot.x(lowest)} ${plot.y(this.at(eps, lowest)[0]) - 9} v18"/>` : "")
      + ["whole", "part"].map((kind, which) => plot.dot(gap, rows[which][0], kind)).join("");
    const here = gap > lowest ? "wider, and a step closes it" : "not wider, and a step opens it";
    this.say(eps
      ? `With ε = ${number(eps, 2)} the loss is lowest at a gap of ${number(lowest, 2)}. Here it is ${here}.`
      : "Without smoothing the loss falls for as long as the gap grows.");
  }
});
