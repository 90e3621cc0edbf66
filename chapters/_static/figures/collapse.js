// A small network trained twice from the same start: with the whole sum, and with its i = j term alone.
"use strict";

customElements.define("hidden-collapse", class extends missingSum.Figure {
  static rate = 1;
  static steps = 400;
  static classes = [0, 1, 2];
  static kinds = ["class0", "class1", "class2"];
  static cells = 20;
  static side = 200;

  build() {
    const {steps, classes} = this.constructor;
    this.network = this.choice("hidden", "network", ["one layer", "with a hidden layer"], 1);
    this.step = this.slider("steps", "steps", {min: 0, max: steps, step: 4, value: 200});
    this.player(this.step);
    this.points = classes.flatMap(k => Array.from({length: 12}, (_, i) => {
      const [radius, turn] = [(i + 1) / 12, 2 * Math.PI * k / 3 + 2.5 * (i + 1) / 12];
      return {x: [radius * Math.cos(turn), radius * Math.sin(turn)], k};
    }));
    this.runs = {};
    this.picture = missingSum.drawing(this, 440, 225);
  }

  /** Weights and biases of each layer at the start, the same for everybody. */
  start(units) {
    const wave = (rows, columns, turn, size) => Array.from({length: rows}, (_, i) =>
      Array.from({length: columns}, (_, j) => size * Math.sin(turn * (1 + i * columns + j))));
    if (!units) return [{W: wave(2, 3, 0, 0), b: [0, 0, 0]}];
    return [{W: wave(2, units, 2.1, 1), b: Array(units).fill(0)}, {W: wave(units, 3, 1.3, 0.5), b: [0, 0, 0]}];
  }

  /** The layers after so many steps of gradient descent on the mean loss of all points; what was trained is kept. */
  train(gradient, units, steps) {
    const history = this.runs[`${gradient.name} ${units}`] ??= [this.start(units)];
    let layers = history.at(-1);
    for (let step = history.length; step <= steps; step++) {
      const moves = layers.map(({W, b}) => ({W: W.map(row => row.map(() => 0)), b: b.map(() => 0)}));
      for (const {x, k} of this.points) {
        const signals = this.forward(layers, x);
        let g = gradient(signals.at(-1), this.constructor.classes.map(each => Number(each === k)));
        for (let l = layers.length - 1; l >= 0; l--) {
          signals[l].forEach((signal, i) => g.forEach((gj, j) => moves[l].W[i][j] += signal * gj));
          g.forEach((gj, j) => moves[l].b[j] += gj);
          g = layers[l].W.map((row, i) => missingSum.dot(row, g) * (1 - signals[l][i] ** 2));
        }
      }
      const rate = this.constructor.rate / this.points.length;
      layers = layers.map(({W, b}, l) => ({
        W: W.map((row, i) => row.map((w, j) => w - rate * moves[l].W[i][j])),
        b: b.map((bias, j) => bias - rate * moves[l].b[j]),
      }));
      history.push(layers);
    }
    return history[steps];
  }

  /** [x, hidden signals, if there are any, probabilities]. */
  forward(layers, x) {
    const signals = [x];
    layers.forEach(({W, b}, l) => {
      const p = [...b];
      W.forEach((row, i) => row.forEach((w, j) => p[j] += signals[l][i] * w));
      signals.push(l === layers.length - 1 ? missingSum.softmax(p) : p.map(Math.tanh));
    });
    return signals;
  }

  /** Mean loss and probability of the true class, mean cosine of hidden signals of different classes, sum of biases. */
  judge(layers) {
    const {sum, dot} = missingSum;
    const signals = this.points.map(({x}) => this.forward(layers, x));
    const shares = this.points.map(({k}, n) => signals[n].at(-1)[k]);
    const mean = values => sum(values) / values.length;
    const unit = signals.map(([, hidden]) => hidden.map(value => value / Math.sqrt(dot(hidden, hidden))));
    const pairs = this.points.flatMap(({k}, n) => this.points.flatMap((other, m) =>
      other.k === k ? [] : dot(unit[n], unit[m])));
    const drift = sum(layers.at(-1).b);
    return [mean(shares.map(share => -Math.log(share))), mean(shares), layers.length > 1 ? mean(pairs) : "–",
      Math.abs(drift) < 1e-9 ? 0 : drift];
  }

  update() {
    const {number, wholeSum, straightOnly} = missingSum;
    const units = [0, 4][this.network.value];
    const layers = [wholeSum, straightOnly].map(gradient => this.train(gradient, units, this.step.value));
    const rows = layers.map(each => this.judge(each));
    this.fill(0, rows);
    this.picture.innerHTML = layers.map((each, which) => this.map(each, 10 + which * 220, which)).join("");
    const [[right], [wrong, , cosine]] = rows;
    this.say(`After ${this.step.value} steps the loss is ${number(right)} with the whole sum, `
      + `${number(wrong)} with the i = j term; guessing has ${number(Math.log(3))}.`
      + (cosine > 0.99 ? " All points look alike to the hidden layer." : ""));
  }

  /** Each place in the colour of the class that it is given to, the stronger the surer; the points on top. */
  map(layers, left, which) {
    const {cells, side, kinds} = this.constructor;
    const reach = 1.15;  // of the plane, to each side
    const place = ([x, y]) => [left + (x + reach) / (2 * reach) * side, 22 + (reach - y) / (2 * reach) * side];
    const cell = side / cells;
    const squares = Array.from({length: cells * cells}, (_, n) => {
      const x = [n % cells, Math.floor(n / cells)].map(k => (k + 0.5) / cells * 2 * reach - reach);
      const s = this.forward(layers, x).at(-1);
      const share = Math.max(...s);
      const [across, down] = place(x).map(middle => (middle - cell / 2).toFixed(1));
      return `<rect class="${kinds[s.indexOf(share)]}" x="${across}" y="${down}" width="${cell}" height="${cell}"
        opacity="${((share - 1 / 3) * 0.9).toFixed(2)}"/>`;
    });
    const shapes = ["M-5 -5 h10 v10 h-10 z", "M0 -6 L6 5 H-6 z", "M-6 0 L0 -6 L6 0 L0 6 z"];
    return `<text x="${left + side / 2}" y="15">${which ? "i = j term only" : "whole sum"}</text>${squares.join("")}
      <rect x="${left}" y="22" width="${side}" height="${side}"/>` + this.points.map(({x, k}) =>
      `<path class="point ${kinds[k]}" d="${shapes[k]}" transform="translate(${place(x)})"/>`).join("");
  }
});
