// The error of numeric derivatives against the step h: truncation on the right, rounding on the left.
"use strict";

customElements.define("step-size", class extends missingSum.Figure {
  static logits = [1.5, 0.8, -0.3];

  build() {
    const {drawing, axes, follow, path, number} = missingSum;
    this.exponent = this.slider("log10h", "h = 10 to the power", {min: -16, max: 0, step: 0.25, value: -5,
      text: value => number(value, 2)});
    this.picture = drawing(this, 410, 285);
    const ticks = Object.fromEntries([-16, -12, -8, -4, 0].map(power => [power, power ? `1e−${-power}` : "1"]));
    this.plot = axes(58, 28, 336, 212, {name: "step h", range: [-16, 0], ticks},
      {name: "error of the measured derivative", range: [-17, 0], ticks});
    const exponents = Array.from({length: 65}, (_, k) => -16 + k / 4);
    const curves = exponents.map(exponent => this.errors(10 ** exponent).flat());
    const kinds = {0: "part thin", 1: "part", 2: "whole thin", 3: "whole", 5: "third"};
    this.curves = this.plot.frame + Object.entries(kinds).map(([curve, kind]) => path(exponents.map((exponent, i) =>
      [this.plot.x(exponent), this.plot.y(Math.log10(curves[i][curve]))]), kind)).join("");
    follow(this, this.picture, this.exponent, this.plot.value);
  }

  /** |measured - true| of dL/dz_0, rows forward, central, complex; columns float32 (no complex step there), float64. */
  errors(h) {
    const {softmax, forwardDifference, centralDifference, complexStep} = missingSum;
    const z = this.constructor.logits;
    const small = z.map(Math.fround);
    const truth = [softmax(small)[0], softmax(z)[0]];
    const rows = [forwardDifference, centralDifference].map(rule =>
      [rule(small, 1, 0, Math.fround(h), Math.fround), rule(z, 1, 0, h)]);
    rows.push([NaN, complexStep(z, 1, 0, h)]);
    return rows.map(row => row.map((value, k) => Math.abs(value - truth[k])));
  }

  update() {
    const exponent = this.exponent.value;
    const rows = this.errors(10 ** exponent);
    rows[2][0] = "–";
    const write = error =>
      typeof error === "number" ? error.toExponential(1).replace("+", "").replace("-", "−") : error;
    this.fill(0, rows.map(row => row.map(write)));
    this.picture.innerHTML = this.curves + this.plot.marker(exponent);
    this.say(`At h = ${write(10 ** exponent)} central differences in float64 are off by ${write(rows[1][1])}.`);
  }
});
