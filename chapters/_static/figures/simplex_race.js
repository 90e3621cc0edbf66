// A race on the simplex: gradient descent on three logits with the whole sum and with its i = j term alone.
"use strict";

customElements.define("simplex-race", class extends missingSum.Figure {
  static targets = [[0.6, 0.3, 0.1], [0.4, 0.4, 0.2], [0, 1, 0]];
  static corners = [[30, 215], [140, 25], [250, 215]];
  static rate = 0.5;

  build() {
    const names = ["soft (0.6, 0.3, 0.1)", "soft (0.4, 0.4, 0.2)", "one-hot (0, 1, 0)", "where the square is"];
    this.target = this.choice(null, "targets", names);
    this.target.addEventListener("input", () => {
      this.y = this.constructor.targets[this.target.value] ?? this.y;
    }, {capture: true});
    this.steps = this.slider("steps", "steps", {min: 0, max: 200, value: 50});
    this.player(this.steps);
    this.picture = missingSum.drawing(this, 280, 250);
    this.from = [0.07, 0.11, 0.82];
    this.y = this.constructor.targets[0];
    this.putTarget = this.grip("y", "targets", "square", 0);
    this.putStart = this.grip("from", "start", "hollow", 0.02);
  }

  /** Something to drag over the triangle, where every probability is at least ``least``. */
  grip(which, label, kind, least) {
    const set = s => {
      const clear = s.map(sk => Math.max(sk, least));
      const [s0, s1] = clear.map(sk => Math.round(100 * sk / missingSum.sum(clear)));
      this[which] = [s0, Math.min(s1, 100 - s0), Math.max(100 - s0 - s1, 0)].map(share => share / 100);
    };
    this.keepNumbers(which, () => this[which], s => {
      if (s.every(sk => sk >= least / 2) && Math.abs(missingSum.sum(s) - 1) < 0.001) this[which] = s;
    });
    return missingSum.handle(this, this.picture, {
      name: "triangle of probabilities",
      label,
      kind,
      drag: (x, y) => {
        const [[x0, low], [, high], [x2]] = this.constructor.corners;
        const s1 = (low - y) / (low - high);
        const s2 = (x - x0) / (x2 - x0) - s1 / 2;
        set([1 - s1 - s2, s1, s2]);
      },
      step: (right, up) => set(this[which].map((sk, k) => sk + 0.02 * (right * (k - 1) + up * (k === 1 ? 1 : -0.5)))),
    });
  }

  update() {
    const {descend, wholeSum, straightOnly, crossEntropy, number} = missingSum;
    const {rate, targets} = this.constructor;
    const {y} = this;
    const preset = targets.findIndex(target => target.every((yk, k) => yk === y[k]));
    this.target.value = preset < 0 ? targets.length : preset;
    const tracks = [wholeSum, straightOnly].map(gradient =>
      descend(gradient, this.from.map(Math.log), y, rate, this.steps.value));
    const ends = tracks.map(track => track.at(-1));
    this.fill(0, [...ends, y].map(s => [...s, crossEntropy(s, y)]));
    this.draw(tracks);
    const [right, wrong] = ends.map(s => Math.max(...s.map((sk, k) => Math.abs(sk - y[k]))));
    this.say(`After ${this.steps.value} steps the whole sum is within ${number(right)} of the targets, `
      + `the i = j term within ${number(wrong)}.`);
  }

  /** At the start both tracks are one point: a wide dot and a narrow one, so that neither hides the other. */
  draw(tracks) {
    const {corners} = this.constructor;
    const place = s => [0, 1].map(axis => missingSum.dot(s, corners.map(corner => corner[axis])));
    const percent = s => s.map(sk => sk.toFixed(2)).join(", ");
    this.picture.innerHTML = `<path d="M${corners.join(" L")} Z"/>`
      + corners.map(([x, height], k) =>
        `<text x="${x}" y="${height + (k === 1 ? -10 : 22)}">class ${k}</text>`).join("")
      + ["whole", "part"].map((kind, which) => missingSum.path(tracks[which].map(place), kind)).join("")
      + ["whole", "part"].map((kind, which) => {
        const [x, height] = place(tracks[which].at(-1));
        return `<circle class="${kind}" cx="${x}" cy="${height}" r="${which ? 3.5 : 6}"/>`;
      }).join("");
    this.putTarget(...place(this.y), this.y[1], percent(this.y));
    this.putStart(...place(this.from), this.from[1], percent(this.from));
  }
});
