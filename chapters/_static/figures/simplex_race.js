// A race on the simplex: gradient descent on three logits with the whole sum and with its i = j term alone.
"use strict";

customElements.define("simplex-race", class extends missingSum.Figure {
  static targets = [[0.6, 0.3, 0.1], [0.4, 0.4, 0.2], [0, 1, 0]];
  static start = [-1, -0.5, 1.5];
  static rate = 0.5;

  build() {
    this.target = this.choice("targets", ["soft (0.6, 0.3, 0.1)", "soft (0.4, 0.4, 0.2)", "one-hot (0, 1, 0)"]);
    this.steps = this.slider("steps", {min: 0, max: 200, step: 1, value: 50});
    this.svg = this.drawing(280, 250);
  }

  update() {
    const {descend, wholeSum, straightOnly, crossEntropy, number} = missingSum;
    const {start, rate, targets} = this.constructor;
    const y = targets[this.target.value];
    const steps = this.steps.valueAsNumber;
    const tracks = [wholeSum, straightOnly].map(gradient => descend(gradient, start, y, rate, steps));
    const ends = tracks.map(track => track.at(-1));
    this.fill(0, [...ends, y].map(s => [...s, crossEntropy(s, y)]));
    this.draw(tracks, y);
    const [right, wrong] = ends.map(s => Math.max(...s.map((sk, k) => Math.abs(sk - y[k]))));
    this.say(`After ${tracks[0].length - 1} steps the whole sum is within ${number(right)} of the targets, `
      + `the i = j term within ${number(wrong)}.`);
  }

  draw(tracks, y) {
    const corners = [[30, 215], [140, 25], [250, 215]];
    const place = s => [0, 1].map(axis => s.reduce((total, sk, k) => total + sk * corners[k][axis], 0));
    const end = (s, kind) => `<circle class="${kind}" cx="${place(s)[0]}" cy="${place(s)[1]}" r="5"/>`;
    this.svg.innerHTML = `<path d="M${corners.join(" L")} Z"/>`
      + corners.map(([x, height], k) =>
        `<text x="${x}" y="${height + (k === 1 ? -10 : 22)}">class ${k}</text>`).join("")
      + `<rect x="${place(y)[0] - 7}" y="${place(y)[1] - 7}" width="14" height="14"/>`
      + tracks.map((track, which) => {
        const kind = which ? "part" : "whole";
        return `<path class="${kind}" d="M${track.map(place).join(" L")}"/>` + end(track.at(-1), kind);
      }).join("");
  }
});
