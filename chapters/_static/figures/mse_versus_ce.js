// Mean squared error against cross-entropy after softmax, two classes, as the prediction goes wrong.
"use strict";

customElements.define("mse-versus-ce", class extends missingSum.Figure {
  build() {
    this.gap = this.slider("logit of the true class, minus the other", {min: -10, max: 10, step: 0.25, value: -4,
      text: value => missingSum.number(value, 2)});
    this.svg = this.drawing(360, 180);
    this.lossLines = this.panel(10, "loss", [0, 10], gap => this.at(gap).map(row => row[0]));
    this.slopeLines = this.panel(195, "gradient", [-1, 0], gap => this.at(gap).map(row => row[1]));
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

  panel(left, title, [low, high], values) {
    const x = gap => left + 77.5 + gap * 7.5;
    const y = value => 155 - (value - low) / (high - low) * 125;
    const gaps = Array.from({length: 81}, (_, k) => (k - 40) / 4);
    const line = which => "M" + gaps.map(gap => `${x(gap)} ${y(values(gap)[which])}`).join(" L");
    this.svg.insertAdjacentHTML("beforeend", `<text x="${left + 77}" y="16">${title}, ${low} to ${high}</text>
      <rect x="${left}" y="27" width="155" height="131"/><text x="${left + 77}" y="174">wrong ← gap → right</text>
      <path class="part" d="${line(0)}"/><path class="whole" d="${line(1)}"/>
      <circle class="part" r="5"/><circle class="whole" r="5"/>`);
    const dots = [...this.svg.querySelectorAll("circle")].slice(-2);
    return gap => dots.forEach((dot, which) => {
      dot.setAttribute("cx", x(gap));
      dot.setAttribute("cy", y(values(gap)[which]));
    });
  }

  update() {
    const gap = this.gap.valueAsNumber;
    const rows = this.at(gap);
    this.fill(0, rows);
    this.lossLines(gap);
    this.slopeLines(gap);
    const share = missingSum.softmax([gap, 0])[0];
    this.say(`The true class gets ${missingSum.number(share)}. The gradient of cross-entropy is ${
      missingSum.number(rows[1][1] / rows[0][1], 1)} times that of mean squared error.`);
  }
});
