// The error of numeric derivatives against the step h: truncation on the right, rounding on the left.
"use strict";

customElements.define("step-size", class extends missingSum.Figure {
  static logits = [1.5, 0.8, -0.3];

  build() {
    this.exponent = this.slider("step h = 10 to the power of", {min: -16, max: 0, step: 0.25, value: -5,
      text: value => missingSum.number(value, 2)});
    this.svg = this.drawing(360, 240);
    const exponents = Array.from({length: 65}, (_, k) => -16 + k / 4);
    const curves = exponents.map(exponent => this.errors(10 ** exponent).flat());
    const x = exponent => 345 + exponent * 19;
    const y = error => 20 - Math.log10(Math.min(Math.max(error, 1e-17), 1)) * 11;
    const kinds = ["part thin", "part", "whole thin", "whole", "third"];
    this.svg.innerHTML = [0, -4, -8, -12, -16].map(power => `<path d="M41 ${y(10 ** power)} H345"/>
      <text x="20" y="${y(10 ** power) + 4}">1e${power}</text><text x="${x(power)}" y="228">1e${power}</text>`).join("")
      + [0, 1, 2, 3, 5].map((curve, k) => `<path class="${kinds[k]}" d="M${exponents.map((exponent, i) =>
        [x(exponent), y(curves[i][curve])]).join(" L")}"/>`).join("") + '<path class="marker"/>';
    this.place = exponent => this.svg.lastChild.setAttribute("d", `M${x(exponent)} 14 V212`);
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
    const exponent = this.exponent.valueAsNumber;
    const rows = this.errors(10 ** exponent);
    rows[2][0] = "–";
    const write = error =>
      typeof error === "number" ? error.toExponential(1).replace("+", "").replace("-", "−") : error;
    this.fill(0, rows.map(row => row.map(write)));
    this.place(exponent);
    this.say(`At h = ${write(10 ** exponent)} central differences in float64 are off by ${write(rows[1][1])}.`);
  }
});
