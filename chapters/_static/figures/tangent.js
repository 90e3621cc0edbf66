// Cross-entropy as a gap: log-sum-exp of two logits above its tangent, whose slope is the target of class 0.
"use strict";

customElements.define("loss-tangent", class extends missingSum.Figure {
  build() {
    const {drawing, axes, handle} = missingSum;
    this.x = -1.5;
    this.touching = 1.2;
    this.keepNumbers("x", () => [this.x], ([x]) => this.x = x);
    this.keepNumbers("touching", () => [this.touching], ([x]) => this.touching = x);
    this.picture = drawing(this, 420, 290);
    const ticks = {"-2": "−2", 0: "0", 2: "2", 4: "4"};
    this.plot = axes(36, 28, 366, 215,
      {name: "x, the logit of class 0; that of class 1 is 0", range: [-4, 4], ticks: {"-4": "−4", ...ticks}},
      {name: "lse(x, 0)", range: [-3, 5], ticks});
    const grip = (which, label, kind) => handle(this, this.picture, {
      name: "log-sum-exp and its tangent",
      label,
      kind,
      range: [-4, 4],
      drag: x => this[which] = Math.round(20 * this.plot.value(Math.min(Math.max(x, 36), 402))) / 20,
      step: (right, up) => this[which] = Math.min(Math.max(this[which] + (right + up) / 20, -4), 4),
    });
    this.putTouching = grip("touching", "where the tangent touches", "part");
    this.putX = grip("x", "logit x", "full");
  }

  /** lse(x, 0), the tangent that touches at ``touching``, the gap; s and y of class 0; entropy of y, cross-entropy. */
  at(x, touching) {
    const {logSumExp, softmax, crossEntropy} = missingSum;
    const [s, y] = [x, touching].map(place => softmax([place, 0]));
    const lse = logSumExp([x, 0]);
    const tangent = logSumExp([touching, 0]) + y[0] * (x - touching);
    return {
      lse, tangent, gap: lse - tangent, s: s[0], y: y[0], curvature: s[0] * s[1],
      entropy: crossEntropy(y, y), loss: crossEntropy(s, y),
    };
  }

  update() {
    const {number} = missingSum;
    const {plot, x, touching} = this;
    const at = this.at(x, touching);
    const gap = Math.abs(at.gap) < 1e-12 ? 0 : at.gap;
    this.fill(0, [[at.lse], [at.tangent], [gap]]);
    this.fill(1, [[at.s], [at.y], [at.curvature], [at.entropy], [at.loss]]);
    this.picture.innerHTML = plot.frame + plot.line(place => Math.max(place, 0), "idle")
      + plot.line(place => this.at(place, touching).tangent, "part")
      + plot.line(place => this.at(place, touching).lse, "whole")
      + `<path class="gap" d="M${plot.x(x)} ${plot.y(at.lse)} V${plot.y(at.tangent)}"/>`;
    const {lse} = this.at(touching, touching);
    this.putTouching(plot.x(touching), plot.y(lse), touching.toFixed(2),
      `${number(touching, 2)}, target ${number(at.y)}`);
    this.putX(plot.x(x), plot.y(at.lse), x.toFixed(2), `${number(x, 2)}, prediction ${number(at.s)}`);
    this.say(`The prediction is ${number(at.s)}, the target ${number(at.y)}. The gap, ${number(gap)}, is the `
      + `divergence, cross-entropy ${number(at.loss)} less the targets' own entropy ${number(at.entropy)}.`);
  }
});
