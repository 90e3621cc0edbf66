"""Losses, their gradients at the outputs and behind an activation, for one row and for a batch."""

from __future__ import annotations

import numpy as np

from missingsum.questions import ps1, ps3, ps4
from practice.task import at, factor, jacobian_at, measured_gradient, numbers, one_hot, shares, shown, slipped, softmax


@numbers("squared-error-gradient", "the-squared-error", ("missing-mean", "sign", "mean-of-all-squares"))
def squared_error_gradient(rng):
    n, c = 2, 3
    a, y = rng.choice(np.arange(1, 10), (n, c)) / 10, rng.choice(np.arange(0, 11), (n, c)) / 10
    k, j = int(rng.integers(n)), int(rng.integers(c))
    right = measured_gradient(lambda a: ((a - y) ** 2).sum() / (2 * n), a)
    return (
        f"The rows of *a* are {shown(a)}, those of *y* are {shown(y)}. *L* = ½ Σ (*a* − *y*)² / {n}, summed over all "
        f"entries. What is ∂*L*/∂*a* in row {k}, column {j}?",
        right[k, j],
        slipped(ps1.MSE_BACKWARD, right, (a, y), k, j),
        f"(a − y)/n = ({shown(a[k, j])} − {shown(y[k, j])}) / {n}.",
    )


@numbers("through-sigmoid", "elementwise-activation", ("lost-factor", "lost-complement", "identity"))
def through_sigmoid(rng):
    a, g = rng.choice(np.arange(1, 10), (1, 3), replace=False) / 10, rng.choice([-2.0, -1.0, 2.0, 3.0, 4.0], (1, 3))
    j = int(rng.integers(3))
    z = np.log(a / (1 - a))
    right = measured_gradient(lambda z: (g / (1 + np.exp(-z))).sum(), z)
    return (
        f"*a* = sigmoid(*z*) = {shown(a[0])}, and *g* = ∂*L*/∂*a* = {shown(g[0])}. What is ∂*L*/∂*z*{at(j)}?",
        right[0, j],
        slipped(ps1.SIGMOID_BACKWARD, right, (a, g), 0, j),
        f"g a (1 − a) = {factor(g[0, j])} · {shown(a[0, j])} · {shown(1 - a[0, j])}.",
    )


@numbers("squared-error-after-softmax", "mse-and-softmax", ("missing-sum", "fused-for-the-loss"), decimals=4)
def squared_error_after_softmax(rng):
    s, y, j = shares(rng), one_hot(rng), int(rng.integers(3))
    z = np.log(s)[None]
    right = measured_gradient(lambda z: ((softmax(z) - y) ** 2).sum() / 2, z)
    g = s - y
    wrong = [*slipped(ps3.MSE_SOFTMAX_BACKWARD, right, (z, y[None]), 0, j), (g[j], "fused-for-the-loss")]
    return (
        f"*s* = softmax(*z*) = {shown(s)}, *y* = {shown(y)}, *L* = ½ Σ (*s*ᵢ − *y*ᵢ)². What is ∂*L*/∂*z*{at(j)}?",
        right[0, j],
        wrong,
        f"g = s − y = {shown(g)}, and sⱼ (gⱼ − Σ gᵢ sᵢ) = {shown(s[j])} · ({shown(g[j])} − "
        f"{factor(round(g @ s, 10))}).",
    )


@numbers("which-mean", "factor-two-and-mean", decimals=3)
def which_mean(rng):
    n, c = int(rng.choice([2, 3, 6, 8, 12])), int(rng.choice([5, 7, 10, 20]))
    a = np.zeros((n, c))
    ours = measured_gradient(lambda a: ((a - 1) ** 2).sum() / (2 * n), a)[0, 0]
    theirs = measured_gradient(lambda a: ((a - 1) ** 2).mean(), a)[0, 0]
    return (
        f"*n* = {n} rows, *c* = {c} columns. One loss is the mean of all squared errors, as `MSELoss()` has it. The "
        "other "
        f"is ½ of the squared errors, summed over each row and averaged over the rows. How many times as large as the "
        "gradient of the second is that of the first?",
        theirs / ours,
        [
            (
                1 / c,
                "There is a 2, too: the mean of all squares has no ½ in front, and the derivative of a square "
                "brings a 2.",
            ),
            (c / 2, "The other way round."),
            (2, "The 2 is right. The mean of all divides by *n c*, not by *n*."),
            (2 / (n * c), "Both divide by *n*. What they differ by is a 2 and the *c*."),
        ],
        f"2/(n c) against 1/n: 2/{c}.",
    )


@numbers("cross-entropy-value", "what-it-charges", ("loss-lacks-minus", "no-logarithm"), decimals=2)
def cross_entropy_value(rng):
    s, t = shares(rng), int(rng.integers(3))
    y = np.eye(3)[t][None]
    right = np.asarray(-np.log(s[t]))
    logarithms = ", ".join(f"ln {shown(p)} = {shown(round(np.log(p), 3))}" for p in s)
    return (
        f"*s* = {shown(s)}, true class {t}. What is the cross-entropy? ({logarithms})",
        right,
        [
            *slipped(ps1.CROSS_ENTROPY_FORWARD, right, (s[None], y)),
            (-s[t], "no-logarithm"),
            (
                -np.log(s).sum(),
                "You added up the logarithms of all classes. Each is weighed with its target, and all but one are 0.",
            ),
        ],
        f"Only the true class counts: −ln {shown(s[t])}.",
    )


@numbers("gradient-at-the-output", "the-derivative-in-s", ("not-divided-by-s", "fused-for-the-loss", "quotient"))
def gradient_at_the_output(rng):
    s, y, j = shares(rng), rng.choice(np.arange(1, 10), 3, replace=False) / 10, int(rng.integers(3))
    right = measured_gradient(lambda s: -(y * np.log(s)).sum(), s[None])
    return (
        f"*s* = {shown(s)}, *y* = {shown(y)}, *L* = −Σ *y*ᵢ ln *s*ᵢ. What is ∂*L*/∂*s*{at(j)}, the other outputs held "
        "still?",
        right[0, j],
        slipped(ps1.CROSS_ENTROPY_BACKWARD, right, (s[None], y[None]), 0, j),
        f"−y/s = −{shown(y[j])} / {shown(s[j])}.",
    )


@numbers("what-dividing-gives", "why-dividing-misleads")
def what_dividing_gives(rng):
    s, t = shares(rng), int(rng.integers(3))
    j = int(rng.choice([k for k in range(3) if k != t]))
    y = np.eye(3)[t]
    J = jacobian_at(s)
    right = (-y / s @ J)[j] / J[j, j]
    return (
        f"*s* = {shown(s)}, true class {t}. Logit *z*{at(j)} alone moves a little. How many times as much as the "
        "output "
        f"*s*{at(j)} does the loss −ln *s*{at(t)} change?",
        right,
        [
            (
                -y[j] / s[j],
                "This is ∂*L*/∂*s* with the other outputs held still. They do not stay still: the true class gives "
                "way.",
            ),
            (
                -1 / s[t],
                "This is how the loss goes with the output of the true class. Asked is the class whose logit moves.",
            ),
            (s[j], "This is the change of the loss for each unit of the logit. Divide it by the change of the output."),
            (-right, "sign"),
        ],
        f"(sⱼ − yⱼ) / (sⱼ (1 − sⱼ)) = 1 / (1 − {shown(s[j])}), the total derivative.",
    )


@numbers("absent-class", "zero-times-log-zero", decimals=2)
def absent_class(rng):
    p = float(rng.choice([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8]))
    t = int(rng.integers(2))
    s = np.array([p, round(1 - p, 10), 0.0])
    return (
        f"*s* = {shown(s)}, true class {t}: class 2 has probability 0 and target 0. What is the cross-entropy? "
        f"(ln {shown(s[0])} = {shown(round(np.log(s[0]), 3))}, ln {shown(s[1])} = {shown(round(np.log(s[1]), 3))})",
        -np.log(s[t]),
        [
            (np.log(s[t]), "loss-lacks-minus"),
            (-np.log(s[1 - t]), "This is the loss if the other class were the true one."),
            (-np.log(s[:2]).sum(), "The class that is not the true one has target 0, and counts as 0."),
        ],
        f"A class with target 0 adds 0, whatever its logarithm is: −ln {shown(s[t])}.",
    )


@numbers("binary-gradient", "binary-cross-entropy", ("one-sided", "quotient", "sign"))
def binary_gradient(rng):
    a, y = rng.choice(np.arange(1, 10), (1, 1)) / 10, rng.choice([0.0, 0.2, 0.4, 1.0], (1, 1))
    z = np.log(a / (1 - a))
    right = measured_gradient(lambda z: (np.logaddexp(0, z) - y * z).sum(), z)
    return (
        f"*a* = sigmoid(*z*) = {shown(a[0, 0])}, target *y* = {shown(y[0, 0])}, "
        "*L* = −*y* ln *a* − (1 − *y*) ln (1 − *a*). What is ∂*L*/∂*z*?",
        right[0, 0],
        [each for each in slipped(ps1.BCE_BACKWARD, right, (z, y), 0, 0) if each[1] != "no-activation"],
        f"a − y = {shown(a[0, 0])} − {shown(y[0, 0])}.",
    )


@numbers("batch-gradient", "sign-and-scale", ("missing-mean", "sign", "missing-sum"), decimals=4)
def batch_gradient(rng):
    n = int(rng.choice([2, 4, 5]))
    s = np.array([shares(rng) for _ in range(n)])
    y = np.eye(3)[rng.integers(3, size=n)]
    k, j = int(rng.integers(n)), int(rng.integers(3))
    z = np.log(s)
    right = measured_gradient(lambda z: -(y * np.log(softmax(z))).sum() / n, z)
    wrong = [*slipped(ps4.SOFTMAX_CROSS_ENTROPY_BACKWARD, right, (z, y), k, j)]
    wrong = [each for each in wrong if each[1] not in ("missing-sum", "no-activation")]
    wrong.append((-y[k, j] / s[k, j] * jacobian_at(s[k])[j, j] / n, "missing-sum"))
    return (
        f"A batch of {n} rows. Row {k} of *s* is {shown(s[k])}, its true class is {y[k].argmax()}. The loss is "
        "averaged "
        f"over the rows. What is the entry of ∂*L*/∂*z* in row {k}, column {j}?",
        right[k, j],
        wrong,
        f"(s − y)/n = ({shown(s[k, j])} − {shown(y[k, j])}) / {n}.",
    )


@numbers("smoothed-target", "label-smoothing", decimals=4)
def smoothed_target(rng):
    c, eps = int(rng.choice([4, 5, 10])), float(rng.choice([0.1, 0.2, 0.4]))
    labels = rng.permutation(c)[:2]
    k, j = 0, int(rng.choice([labels[0], labels[1]]))
    right = np.full((2, c), eps / c)
    right[[0, 1], labels] += 1 - eps
    true = j == labels[0]
    return (
        f"{c} classes, *ε* = {shown(eps)}, true class {labels[0]}. What is the smoothed target of class {j}?",
        right[k, j],
        [
            *slipped(ps4.SMOOTH_LABELS, right, (labels, c, eps), k, j),
            *(
                [(1 - eps, "The true class has its share of *ε*, too: *ε*/*c* is spread over all classes.")]
                if true
                else []
            ),
            *([] if true else [(eps / (c - 1), "Here *ε* is spread over all *c* classes, the true one included.")]),
        ],
        f"{'1 − ε + ε/c' if true else 'ε/c'}, with c = {c}.",
    )


@numbers("ignored-row", "ignore-index", decimals=4)
def ignored_row(rng):
    n, ignored = int(rng.choice([4, 5, 8, 10])), int(rng.integers(1, 3))
    s, t, j = shares(rng), int(rng.integers(3)), int(rng.integers(3))
    kept = n - ignored
    z = np.log(s)[None]
    right = measured_gradient(lambda z: -np.log(softmax(z)[0, t]) / kept, z)[0, j]
    y = float(j == t)
    return (
        f"{n} rows, {ignored} of them to be ignored. A row that counts has *s* = {shown(s)} and label {t}. The loss is "
        f"the mean over the rows that count. What is its entry of ∂*L*/∂*z* in column {j}?",
        right,
        [
            (right * kept / n, "You divided by all rows. Those that are ignored do not count in the mean."),
            (right * kept, "missing-mean"),
            (-right, "sign"),
            (s[j] / kept - 2 * y, "The 1/*n* belongs to *y*, too."),
        ]
        if y
        else [
            (right * kept / n, "You divided by all rows. Those that are ignored do not count in the mean."),
            (right * kept, "missing-mean"),
            (-right, "sign"),
            (0.0, "missing-sum"),
        ],
        f"(s − y) / {kept}: ({shown(s[j])} − {shown(y)}) / {kept}.",
    )


@numbers("class-weight", "class-weights", decimals=3)
def class_weight(rng):
    s, t, j = shares(rng), int(rng.integers(3)), int(rng.integers(3))
    w = rng.choice([0.5, 1.0, 2.0, 3.0, 4.0], 3, replace=False)
    z = np.log(s)[None]
    right = measured_gradient(lambda z: -w[t] * np.log(softmax(z)[0, t]), z)[0, j]
    y = float(j == t)
    others = {w[k] * (s[j] - y) for k in range(3) if k != t}
    return (
        f"*s* = {shown(s)}, true class {t}, class weights *w* = {shown(w)}; *L* = −*w*{at(t)} ln *s*{at(t)}, with no "
        f"division. What is ∂*L*/∂*z*{at(j)}?",
        right,
        [
            (s[j] - y, "The weight is missing."),
            *((w[j] * (s[j] - y), "The weight is that of the true class, in every column.") for _ in range(j != t)),
            *((max(others), "You took the weight of another class.") for _ in range(j == t)),
            (s[j] - w[t] * y, "The weight multiplies all of *s* − *y*: the weighed target sums to *w*, not to 1.")
            if j == t
            else (0.0, "missing-sum"),
            (-right, "sign"),
        ],
        f"w of the true class times (s − y): {shown(w[t])} · ({shown(s[j])} − {shown(y)}).",
    )


@numbers("gradient-in-the-target", "gradient-in-the-targets", decimals=2)
def gradient_in_the_target(rng):
    s, j = shares(rng), int(rng.integers(3))
    y = shares(rng)
    right = measured_gradient(lambda y: -(y * np.log(s)).sum(), y[None])[0, j]
    logarithms = ", ".join(f"ln {shown(p)} = {shown(round(np.log(p), 3))}" for p in s)
    return (
        f"*s* = {shown(s)}, and the targets *y* = {shown(y)} come from a teacher that learns, too. What is "
        f"∂*L*/∂*y*{at(j)} of *L* = −Σ *y*ᵢ ln *s*ᵢ? ({logarithms})",
        right,
        [
            (-right, "sign"),
            (-y[j] / s[j], "This is the derivative with respect to *s*. Asked is the one with respect to *y*."),
            (s[j] - y[j], "This is the derivative with respect to *z*. Asked is the one with respect to *y*."),
            (
                -y[j] * np.log(s[j]),
                "This is the term of the loss. Its derivative with respect to *y*ⱼ has no *y* left.",
            ),
        ],
        f"L is linear in y: −ln {shown(s[j])}.",
    )


@numbers("z-loss-row", "z-loss", decimals=3)
def z_loss_row(rng):
    powers = rng.choice(np.arange(1, 8), 3, replace=False)
    zeta = float(rng.choice([0.1, 0.2, 0.5]))
    total = int(powers.sum())
    z = np.log(powers)[None]
    right = measured_gradient(lambda z: zeta * np.log(np.exp(z).sum()) ** 2, z).sum()
    lse = np.log(total)
    return (
        f"The z-loss is *ζ* · lse², with *ζ* = {shown(zeta)} and lse = ln {total} = {lse:.3f}. What do the entries "
        "of its "
        "gradient with respect to *z* add up to?",
        right,
        [
            (
                0.0,
                "Rows of Jᵀg add up to 0, but the z-loss does not go through softmax's outputs: lse is no function "
                "of *s*.",
            ),
            (zeta * lse**2, "This is the loss itself."),
            (zeta * lse, "The derivative of a square brings a 2."),
            (2 * lse, "The factor *ζ* is missing."),
        ],
        "The gradient is 2ζ · lse · s, and s adds up to 1.",
    )
