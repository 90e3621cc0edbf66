// How the search reads a text: words and their stems, expressions, and words that mean the same.
"use strict";

window.searchLanguage = (() => {
  const SAME = [
    ["cross-entropy", "crossentropy", "xent", "log loss", "negative log-likelihood"],
    ["nllloss", "nll", "negative log-likelihood"],
    ["crossentropyloss", "categorical_crossentropy", "softmax_cross_entropy", "cross-entropy loss"],
    ["softmax layer", "softmax activation", "softmax in the last layer", "end the network"],
    ["bce", "bceloss", "bcewithlogits", "binary cross-entropy", "sigmoid cross-entropy"],
    ["from_logits", "with logits", "takes logits", "raw logits"],
    ["double softmax", "softmax twice", "two softmax", "softmax applied twice"],
    ["derivative", "gradient", "grad", "differentiate"],
    ["dscores", "dlogits", "dz", "backward pass"],
    ["s - y", "y - s", "p - t", "p - y", "fused gradient"],
    ["backward", "backprop", "back-propagation", "backward pass"],
    ["nan", "inf", "infinite", "overflow", "not a number"],
    ["log(0)", "log zero", "ln 0", "divide by zero", "logarithm of 0", "underflow"],
    ["0 log 0", "0 * log", "0 ln 0", "zero times the logarithm", "xlogy"],
    ["stable", "stability", "unstable", "numerical", "overflow"],
    ["logit", "score", "raw output"],
    ["logsumexp", "log-sum-exp", "lse"],
    ["mse", "mean squared error", "squared error", "quadratic loss", "l2 loss"],
    ["not learn", "not train", "not decrease", "not converge", "stuck", "plateau", "symptom"],
    ["wrong", "incorrect", "mistake", "bug"],
    ["sum to zero", "sum to 0", "sum is zero", "add up to 0", "adds up to 0"],
    ["shape mismatch", "shapes do not match", "error of shapes", "could not be broadcast"],
    ["by reference", "in place", "input changed", "modifies input", "mutates", "inputs stay"],
    ["symmetry breaking", "same weights", "all weights start at 0", "zero weights"],
    ["y_hat", "yhat", "y^"],
    ["chunk", "chunked", "piece"],
    ["einsum", "einstein"],
    ["minibatch", "mini-batch", "batch"],
    ["numerical gradient", "finite difference", "central difference", "gradient check", "gradcheck"],
    ["hadamard", "elementwise", "element-wise", "pointwise"],
    ["transpose", "transposed", ".T"],
    ["vjp", "vector-jacobian product", "jacobian times vector", "jacobian-vector"],
    ["distillation", "distill", "teacher", "soft target"],
    ["mask", "masked", "masking", "padding", "ignore_index", "-inf"],
    ["dead", "dying", "died"],
    ["learning rate", "lr", "descent"],
    ["one-hot", "onehot", "class index", "integer label"],
    ["label", "target", "ground truth"],
    ["matlab", "octave"],
    ["keepdims", "axis", "broadcast"],
    ["attention", "transformer", "self-attention"],
    ["logistic", "sigmoid"],
    ["diagonal", "diag"],
    ["speed", "fast", "faster", "slow", "performance"],
    ["float16", "half precision", "bfloat16", "mixed precision", "fp16"],
    ["cancel", "cancels", "simplify", "simplifies", "combined"],
  ];
  const EMPTY = new Set((
    "a an and are as at be but by can do does for from get gets has have how i if in into is it its me my not of on or "
    + "so that the their them then there they this to up was we what when where which while who why will with you your "
    + "should put"
  ).split(" "));
  const PLURALS = {axes: "axis", matrices: "matrix", indices: "index"};
  const NAME = /[\p{L}\p{N}_]+(?:[-.][\p{L}\p{N}_]+)*/gu;
  const EXPRESSION = new RegExp([
    "-?[\\p{L}\\p{N}_.]+\\([^()]*\\)",
    "[\\p{L}\\p{N}_.']{1,2}(?:\\s*[-+*/@=]\\s*[\\p{L}\\p{N}_.']+)+",
    "[-.][\\p{L}\\p{N}]+",
    "\\S+[=@*/^()[\\]]\\S*",
  ].map(form => `(?<!\\S)${form}`).join("|"), "gu");

  const bare = text => text.replaceAll("ᵀ", "^T").replaceAll("∂", "d").replaceAll("−", "-")
    .normalize("NFKD").replace(/\p{M}/gu, "");

  /** The names in a text, such as cross-entropy or from_logits. */
  const names = text => text.match(NAME) ?? [];

  /** The words of a text: of a name with several parts these, and then the name without what joins them. */
  const words = text => names(bare(text)).flatMap(name => {
    const spaced = name.replace(/(\p{Ll})(\p{Lu})|(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1$3 $2$4");
    const parts = spaced.toLowerCase().split(/[\s_.-]+/).filter(Boolean);
    return parts.length > 1 ? [...parts, parts.join("")] : parts;
  });

  /** A word without its ending, as far as words of the same meaning share one. */
  const stem = word => {
    if (!/^[a-z]{4,}$/.test(word)) return word;
    if (Object.hasOwn(PLURALS, word)) return stem(PLURALS[word]);
    const singular = /(?:ss|us|is)$/.test(word) ? word : word.replace(/ies$/, "y").replace(/s$/, "");
    const root = singular.replace(/(?<=[a-z]{3})(?:ations?|ating|ated|ates?|ing|ed|ly|able|ility|e?ment)$/, "");
    return root.replace(/([b-df-hj-kmnp-rtv-z])\1$/, "$1").replace(/(?<=[a-z]{3})[ey]$/, "");
  };

  /** An expression as it is compared: without spaces round its signs, and s for s_j. */
  const tight = text => bare(text).toLowerCase()
    .replace(/(?<![\p{L}\p{N}_])(\p{L})_\p{L}(?![\p{L}\p{N}_])/gu, "$1")
    .replace(/\s*([-+*\/@=<>^,()[\]{}'])\s*/g, "$1");

  /** Parts of a query that are one expression, such as "s - y" or "log(0)". */
  const expressions = query => query.match(EXPRESSION) ?? [];

  const isEmpty = word => EMPTY.has(word.toLowerCase());

  const groups = SAME.map(group => group.map(text => (
    {text, words: words(text), stems: words(text).map(stem), isExpression: /[().\d]|^-| - /.test(text)}
  )));

  return {names, words, stem, tight, expressions, isEmpty, groups};
})();
