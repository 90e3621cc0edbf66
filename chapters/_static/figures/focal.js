// Focal loss: the factor on the plain gradient, by the product rule and with its first term alone.
"use strict";

customElements.define("focal-factor", class extends missingSum.Figure {
  build() {
    const {drawing, axes, follow, number} = missingSum;
    this.gamma = this.slider("gamma", "γ", {min: 0, max: 5, step: 0.5, value: 2, text: value => number(value, 1)});
    this.share = this.slider("s", "s of the true class", {min: 0.01, max: 0.99, step: 0.01, value: 0.2,
      text: value => number(value, 2)});
    this.picture = drawing(this, 420, 250);
    this.plot = axes(36, 28, 366, 175,
      {name: "probability of the true class", range: [0, 1], ticks: {0: "0", 0.5: "0.5", 1: "1"}},
      {name: "factor on the gradient", range: [0, 1.5], ticks: {0: "0", 0.5: "0.5", 1: "1", 1.5: "1.5"}});
    follow(this, this.picture, this.share, this.plot.value);
  }

  /** The factor of -(1 - s)^γ ln s, and its first term alone, which treats (1 - s)^γ as a constant. */
  at(gamma, s) {
    const constant = (1 - s) ** gamma;
    return [constant - gamma * s * (1 - s) ** (gamma - 1) * Math.log(s), constant];
  }

  update() {
    const {number} = missingSum;
    const [gamma, s] = [this.gamma.value, this.share.value];
    const factors = this.at(gamma, s);
    const grid = Array.from({length: 999}, (_, k) => (k + 1) / 1000);
    const along = grid.map(each => this.at(gamma, each)[0]);
    const peak = Math.max(...along);
    const place = grid[along.indexOf(peak)];
    this.fill(0, [[1, s - 1], ...factors.map(factor => [factor, factor * (s - 1)])]);
    const {plot} = this;
    const inside = value => Math.min(Math.max(value, 0.001), 0.999);
    this.picture.innerHTML = plot.frame + plot.line(() => 1, "third") + ["whole", "part"].map((kind, which) =>
      plot.line(each => this.at(gamma, inside(each))[which], kind) + plot.dot(s, factors[which], kind)).join("");
    this.say(gamma
      ? `With γ = ${number(gamma, 1)} the gradient is at most ${number(peak, 2)} times the plain one, at a probability `
        + `of ${number(place, 2)}; here it is ${number(factors[0], 2)} times.`
      : "With γ = 0 the focal loss is cross-entropy.");
  }
});
