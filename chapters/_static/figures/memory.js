// What has to go to memory and back, and how long that takes at least: once, once for every operation, or as Jacobians.
"use strict";

customElements.define("memory-limit", class extends missingSum.Figure {
  static units = [["ps", 1e-12], ["ns", 1e-9], ["µs", 1e-6], ["ms", 1e-3], ["s", 1], ["h", 3600], ["years", 31557600]];
  static speeds = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 3000];
  static marks = [["1 ns", 1e-9], ["1 µs", 1e-6], ["1 ms", 1e-3], ["1 s", 1], ["17 min", 1e3], ["12 days", 1e6]];

  build() {
    const rows = [1, 16, 64, 128, 256, 1024, 4096, 16384];
    const classes = [2, 10, 100, 1000, 10000, 32000, 128000];
    this.n = this.slider("n", "rows n", {values: rows, value: 4096});
    this.c = this.slider("c", "classes c", {values: classes, value: 1000});
    this.passes = this.slider("k", "operations", {min: 1, max: 12, value: 6});
    this.bandwidth = this.slider("gbs", "memory, GB/s", {values: this.constructor.speeds, value: 20});
    this.bytes = this.choice("bytes", "numbers", ["float16", "float32", "float64"], 1);
    this.picture = missingSum.drawing(this, 460, 150);
  }

  update() {
    const [n, c] = [this.n.value, this.c.value];
    const entry = [2, 4, 8][this.bytes.value];
    const copy = 2 * n * c * entry;
    const moved = [copy, this.passes.value * copy, c * copy];
    const held = [0, n * c * entry, n * c * c * entry];
    const times = moved.map(bytes => bytes / (this.bandwidth.value * 1e9));
    this.fill(0, moved.map((bytes, way) =>
      [way ? this.size(held[way]) : "one block", this.size(bytes), this.duration(times[way])]));
    this.draw(times);
    this.say(`All Jacobians together are ${this.size(held[2])}. To write and read them takes ${c} copies of the `
      + `logits, ${this.duration(times[2])} at least; in blocks it takes one, ${this.duration(times[0])}.`);
  }

  size(bytes) {
    const power = Math.min(Math.floor((String(bytes).length - 1) / 3), 5);
    return `${this.short(bytes / 1000 ** power)} ${["B", "kB", "MB", "GB", "TB", "PB"][power]}`;
  }

  duration(seconds) {
    const [name, unit] = this.constructor.units.findLast(([, unit]) => seconds >= unit);
    return `${this.short(seconds / unit)} ${name}`;
  }

  short(value) {
    return value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
  }

  draw(times) {
    const left = 108;
    const x = seconds => left + (Math.log10(seconds) + 9) / 15 * 320;
    const names = ["in blocks", "one by one", "Jacobians"];
    const kinds = ["whole", "third", "part"];
    const marks = this.constructor.marks.map(([name, seconds]) =>
      `<path class="grid" d="M${x(seconds)} 8 v98"/><text class="tick" x="${x(seconds)}" y="122">${name}</text>`);
    const bars = times.map((seconds, way) => {
      const [top, width] = [14 + way * 32, Math.max(x(seconds) - left, 0)];
      return `<text class="end" x="${left - 10}" y="${top + 15}">${names[way]}</text>
        <rect class="${kinds[way]}" x="${left}" y="${top}" width="${width}" height="20"/>`;
    });
    this.picture.innerHTML = [...marks, ...bars, '<text x="268" y="142">time at least</text>'].join("");
  }
});
