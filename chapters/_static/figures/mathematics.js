// The mathematics of the interactive figures: pure functions on plain arrays, tested against NumPy.
// One example: z logits, s = softmax(z), y targets, g = dL/ds, J softmax Jacobian, J[i][j] = ds_i / dz_j.
"use strict";

window.missingSum = (() => {
  const sum = values => values.reduce((total, value) => total + value, 0);
  const dot = (a, b) => sum(a.map((value, i) => value * b[i]));
  const exact = value => value;

  /** s_i = exp(z_i - max z) / sum_k exp(z_k - max z), rounded after every operation. */
  function softmax(z, round = exact) {
    const top = Math.max(...z);
    return normalised(z.map(value => round(Math.exp(round(value - top)))), round);
  }

  /** The same without subtracting the maximum. */
  const softmaxWithoutMax = (z, round = exact) => normalised(z.map(value => round(Math.exp(value))), round);

  /** log sum_k exp(z_k). */
  function logSumExp(z) {
    const top = Math.max(...z);
    return top + Math.log(sum(z.map(value => Math.exp(value - top))));
  }

  /** The logits after z_k alone was moved so far that s_k becomes ``share``. */
  const moveTo = (z, k, share) => z.map((value, i) => i !== k ? value
    : logSumExp(z.filter((_, other) => other !== k)) + Math.log(share / (1 - share)));

  function normalised(powers, round) {
    const total = powers.reduce((partial, power) => round(partial + power), 0);
    return powers.map(power => round(power / total));
  }

  /** J_ij = s_i ([i = j] - s_j). */
  const jacobian = s => s.map((si, i) => s.map((sj, j) => si * ((i === j) - sj)));

  /** dL/dz_j = sum_i g_i J_ij. */
  const vjp = (g, J) => J[0].map((_, j) => sum(g.map((gi, i) => gi * J[i][j])));

  /** L = -sum_k y_k log s_k, and its g = -y / s. */
  const crossEntropy = (s, y) => -sum(s.map((sk, k) => y[k] ? y[k] * Math.log(sk) : 0));
  const crossEntropyUpstream = (s, y) => s.map((sk, k) => -y[k] / sk);

  /** L = |s - y|^2 / 2, and its g = s - y. */
  const squaredError = (s, y) => dot(squaredErrorUpstream(s, y), squaredErrorUpstream(s, y)) / 2;
  const squaredErrorUpstream = (s, y) => s.map((sk, k) => sk - y[k]);

  /** dL/dz of cross-entropy: the whole sum, s sum(y) - y, and its i = j term alone, -y (1 - s). */
  const wholeSum = (s, y) => s.map((sk, k) => sk * sum(y) - y[k]);
  const straightOnly = (s, y) => s.map((sk, k) => -y[k] * (1 - sk));

  /** The probabilities after 0, 1, ..., steps steps of gradient descent on the logits themselves. */
  function descend(gradient, z, y, rate, steps) {
    const track = [softmax(z)];
    for (let step = 0; step < steps; step++) {
      const slope = gradient(track[step], y);
      z = z.map((value, k) => value - rate * slope[k]);
      track.push(softmax(z));
    }
    return track;
  }

  /** log sum_k exp(z_k) - z_t, rounded after every operation. */
  function loss(z, t, round = exact) {
    const top = Math.max(...z);
    const total = z.reduce((partial, value) => round(partial + round(Math.exp(round(value - top)))), 0);
    return round(round(round(Math.log(total)) + top) - z[t]);
  }

  const moved = (z, j, h, round) => z.map((value, k) => k === j ? round(value + h) : value);

  /** (L(z + h e_j) - L(z)) / h and (L(z + h e_j) - L(z - h e_j)) / 2h. */
  const forwardDifference = (z, t, j, h, round = exact) =>
    round(round(loss(moved(z, j, h, round), t, round) - loss(z, t, round)) / h);
  const centralDifference = (z, t, j, h, round = exact) =>
    round(round(loss(moved(z, j, h, round), t, round) - loss(moved(z, j, -h, round), t, round)) / round(2 * h));

  /** Im L(z + ih e_j) / h, where Im log(a + ib) = atan2(b, a). */
  function complexStep(z, t, j, h) {
    const powers = z.map(value => Math.exp(value - Math.max(...z)));
    const real = sum(powers) - powers[j] + powers[j] * Math.cos(h);
    return (Math.atan2(powers[j] * Math.sin(h), real) - (j === t ? h : 0)) / h;
  }

  /** Softmax's VJP s (g - s . g) of g = -y / s, and the fused gradient s - y, in the arithmetic of ``round``. */
  function twoSteps(s, y, round = exact) {
    const g = s.map((sk, k) => round(-y[k] / sk));
    const along = g.reduce((partial, gk, k) => round(partial + round(gk * s[k])), 0);
    return s.map((sk, k) => round(sk * round(g[k] - along)));
  }
  const fused = (s, y, round = exact) => s.map((sk, k) => round(sk - y[k]));

  return {
    sum, dot, softmax, softmaxWithoutMax, logSumExp, moveTo, jacobian, vjp, crossEntropy, crossEntropyUpstream,
    squaredError, squaredErrorUpstream, wholeSum, straightOnly, descend, loss, forwardDifference, centralDifference,
    complexStep, twoSteps, fused,
  };
})();
