// Mean squared error against cross-entropy after softmax, two classes, as the prediction goes wrong.
"use strict";

customElements.define("mse-versus-ce", class extends missingSum.Figure {
  build() {
    const {drawing, axes, follow, number} = missingSum;
    this.gap = this.slider("gap", "gap of the true class", {min: -10, max: 10, step: 0.25, value: -4,
      text: value => number(value, 2)});
    this.picture = drawing(this, 420, 215);
    const across = {name: "wrong ← gap → right", range: [-10, 10], ticks: {"-10": "−10", 0: "0", 10: "10"}};
    this.panels = [
      axes(30, 26, 160, 145, across, {name: "loss", range: [0, 10], ticks: {0: "0", 5: "5", 10: "10"}}),
      axes(245, 26, 160, 145, across, {name: "gradient", range: [-1, 0], ticks: {"-1": "−1", 0: "0"}}),
    ];
    this.curves = this.panels.map((panel, quantity) => panel.frame + ["part", "whole"].map((kind, which) =>
      panel.line(gap => this.at(gap)[which][quantity], kind)).join(""));
    follow(this, this.picture, this.gap, x => this.panels[x < 215 ? 0 : 1].value(x));
  }

  /** [loss, gradient with respect to the true class's logit] for squared error and for cross-entropy. */
  at(gap) {
    const {softmax, jacobian, vjp, squaredError, squaredErrorUpstream, crossEntropy, wholeSum} = missingSum;
    const s = softmax([gap, 0]);
    const y = [1, 0];
    return [
      [squaredError(s, y), vjp(squaredErrorUpstream(s, y), jacobian(s))[0]],
      [crossEntropy(s, y), wholeSum(s, y)[0]],
    ];
  }

  update() {
    const {softmax, number} = missingSum;
    const gap = this.gap.value;
    const rows = this.at(gap);
    this.fill(0, rows);
    this.picture.innerHTML = this.curves.join("") + this.panels.map((panel, quantity) => ["part", "whole"].map(
      (kind, which) => panel.dot(gap, rows[which][quantity], kind)).join("")).join("");
    const [[, squared], [, entropy]] = rows;
    this.say(`The true class gets ${number(softmax([gap, 0])[0])}. ` + (Math.abs(entropy) < 0.01
      ? "The prediction is right, and both gradients are near 0."
      : `The gradient of cross-entropy is ${number(entropy / squared, 1)} times that of mean squared error.`));
  }
});
