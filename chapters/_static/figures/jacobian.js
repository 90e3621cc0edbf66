// Logits, softmax, Jacobian: what the off-diagonal terms do for dL/dz.
"use strict";

customElements.define("softmax-jacobian", class extends missingSum.Figure {
  build() {
    this.logits = [1.5, 0.8, -0.3].map((value, k) =>
      this.slider(`logit z${"₀₁₂"[k]}`, {min: -4, max: 4, step: 0.1, value, text: z => missingSum.number(z, 1)}));
    this.target = this.choice("true class", ["0", "1", "2"], 1);
    this.offDiagonal = this.checkbox("keep the off-diagonal terms of J", true);
  }

  heat(cell, value) {
    cell.className = value > 0 ? "above" : "below";
    cell.style.setProperty("--heat", `${Math.abs(value) * 140}%`);
  }

  update() {
    const {softmax, jacobian, diagonalOf, vjp, crossEntropyUpstream, wholeSum, sum, number} = missingSum;
    const s = softmax(this.logits.map(input => input.valueAsNumber));
    const y = s.map((_, k) => Number(k === Number(this.target.value)));
    const whole = jacobian(s);
    const J = this.offDiagonal.checked ? whole : diagonalOf(whole);
    const g = crossEntropyUpstream(s, y);
    const gradient = vjp(g, J);
    const right = wholeSum(s, y);
    this.fill(0, J);
    J.forEach((row, i) => row.forEach((value, j) => this.heat(this.cell(0, i, j), value)));
    this.fill(1, s.map((sk, k) => [sk, y[k], g[k], gradient[k], right[k]]));
    const wrong = gradient.map((value, k) => Math.abs(value - right[k]) > 1e-9);
    wrong.forEach((bad, k) => this.cell(1, k, 3).classList.toggle("wrong", bad));
    const total = Math.abs(sum(gradient)) < 1e-9 ? 0 : sum(gradient);
    const share = `The true class gets ${number(s[this.target.value])}.`;
    this.say(wrong.some(Boolean)
      ? `${share} g J is wrong in class ${wrong.flatMap((bad, k) => bad ? k : []).join(" and ")}, `
        + `and adds up to ${number(total)} instead of 0.`
      : `${share} g J is s − y in every class, and adds up to 0.`);
  }
});
