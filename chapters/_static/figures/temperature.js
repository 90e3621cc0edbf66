// Temperature: softmax(z / T), and how fast the gradient fades with a label and with a teacher's output at the same T.
"use strict";

customElements.define("softmax-temperature", class extends missingSum.Figure {
  static logits = [2, 1, 0, -1];
  static teacher = [3, 0, 1, -2];
  static label = [0, 1, 0, 0];
  static values = [0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 16, 20];

  build() {
    const {drawing, axes, follow} = missingSum;
    this.T = this.slider("T", "temperature T", {values: this.constructor.values, value: 4});
    this.picture = drawing(this, 470, 230);
    this.bars = axes(34, 28, 170, 150, {name: "class", range: [-0.5, 3.5], ticks: {0: "0", 1: "1", 2: "2", 3: "3"}},
      {name: "softmax(z / T)", range: [0, 1], ticks: {0: "0", 0.5: "½", 1: "1"}});
    this.plot = axes(285, 28, 170, 150,
      {name: "T", range: [0.25, 20], log: true, ticks: {0.25: "¼", 1: "1", 4: "4", 16: "16"}},
      {name: "length of ∂L/∂z", range: [1e-3, 10], log: true, ticks: {0.001: "0.001", 0.1: "0.1", 10: "10"}});
    this.curves = ["whole", "third"].map((kind, row) =>
      this.plot.line(T => this.length(this.at(T)[row]), kind)).join("");
    follow(this, this.picture, this.T, this.plot.value);
  }

  /** dL/dz = (softmax(z / T) - y) / T, with the label as targets, and with the teacher's softmax at the same T. */
  at(T) {
    const {softmax} = missingSum;
    const {logits, teacher, label} = this.constructor;
    const [s, soft] = [logits, teacher].map(z => softmax(z.map(value => value / T)));
    return [label, soft].map(y => s.map((sk, k) => (sk - y[k]) / T));
  }

  length(gradient) {
    return Math.sqrt(missingSum.dot(gradient, gradient));
  }

  update() {
    const {softmax, number} = missingSum;
    const {logits, teacher} = this.constructor;
    const T = this.T.value;
    const gradients = this.at(T);
    const [s, soft] = [logits, teacher].map(z => softmax(z.map(value => value / T)));
    this.fill(0, logits.map((z, k) => [number(z, 0), s[k], number(teacher[k], 0), soft[k]]));
    const lengths = gradients.map(this.length);
    this.fill(1, lengths.map(length => [length, T * length, T * T * length]));
    const {bars, plot} = this;
    this.picture.innerHTML = bars.frame + s.map((sk, k) => `<rect class="bar" x="${bars.x(k) - 14}" y="${bars.y(sk)}"
      width="28" height="${bars.y(0) - bars.y(sk)}"/>`).join("") + plot.frame + this.curves + plot.marker(T);
    this.say(`At T = ${T} class 0 has ${number(s[0])} and class 3 has ${number(s[3])}. With a label the gradient's `
      + `length times T is ${number(T * lengths[0])}; with a teacher, times T², it is ${number(T * T * lengths[1])}.`);
  }
});
