"""Questions with answers to choose from. Where an answer is code, that very code is run to see whether it is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from missingsum.numeric import rowwise_jacobian
from practice.task import choices, jacobian_at, measured_gradient, one_hot, shares, shown, softmax

Rows = Callable[[np.ndarray], np.ndarray]
ACTIVATIONS: dict[str, Rows] = {
    "softmax(*z*)": softmax,
    "log-softmax(*z*)": lambda z: np.log(softmax(z)),
    "sigmoid(*z*)": lambda z: 1 / (1 + np.exp(-z)),
    "softmax(*z*/2)": lambda z: softmax(z / 2),
    "tanh(*z*)": np.tanh,
    "*z* / Σ *z*": lambda z: z / z.sum(axis=1, keepdims=True),
}
SOMEWHERE = np.array([[0.3, -0.7, 1.1]])


def run(code: str, **given: object) -> object:
    """The value of an expression of NumPy, or the name of the error that it raises."""
    try:
        with np.errstate(all="ignore"):
            return eval(code, {"np": np, **given})
    except (ValueError, TypeError, IndexError) as error:
        return type(error).__name__


def in_code(answers: Sequence[tuple[str, str]], **given: object) -> list[tuple[str, object, str]]:
    return [(f"`{code}`", run(code, **given), said) for code, said in answers]


def is_coupled(f: Rows) -> bool:
    """One input moves an output of another place."""
    J = rowwise_jacobian(f, SOMEWHERE)[0]
    return bool(np.abs(J - np.diag(np.diag(J))).max() > 1e-6)


def is_symmetric(f: Rows) -> bool:
    J = rowwise_jacobian(f, SOMEWHERE)[0]
    return bool(np.allclose(J, J.T, atol=1e-8))


# --- Paths and sums ---------------------------------------------------------------------------------------------------


@choices("one-term", "when-there-is-a-sum")
def one_term(rng):
    coupled = (
        "Each output has all logits in it, so every one of them moves when *z*ⱼ does: the sum keeps all its terms."
    )
    names = ["softmax(*z*)", "log-softmax(*z*)", "sigmoid(*z*)", "softmax(*z*/2)"]
    said = {
        "sigmoid(*z*)": "Each output depends on its own logit alone. The sum is there, with one term that is not 0."
    }
    return (
        "After which of these has ∂*L*/∂*z*ⱼ = Σᵢ *g*ᵢ ∂*s*ᵢ/∂*z*ⱼ one term only, whatever the loss is?",
        False,
        [(name, is_coupled(ACTIVATIONS[name]), said.get(name, coupled)) for name in names],
    )


@choices("coupled", "paths-and-the-total-derivative")
def coupled(rng):
    alone = "Each output is made of its own input alone. Its Jacobian is diagonal."
    functions = {"tanh(*z*)": np.tanh, "exp(*z*)": np.exp, "*z*²": np.square}
    answers = [(name, is_coupled(f), alone) for name, f in functions.items()]
    name = "*z* / Σ *z*"
    said = "The sum in the denominator holds all inputs: each of them moves every output. Softmax is coupled in the "
    "same way."
    return "Which of these couples the inputs of a row?", True, [*answers, (name, is_coupled(ACTIVATIONS[name]), said)]


@choices("diagonal-is-enough", "why-the-loss-was-blamed")
def diagonal_is_enough(rng):
    y = one_hot(rng)

    def enough(loss: Callable[[np.ndarray], float], f: Rows) -> bool:
        z = SOMEWHERE
        g = measured_gradient(loss, f(z))
        J = rowwise_jacobian(f, z)[0]
        return bool(np.allclose(g[0] * np.diag(J), g[0] @ J, atol=1e-6))

    def squares(a: np.ndarray) -> float:
        return float(((a - y) ** 2).sum() / 2)

    def cross_entropy(a: np.ndarray) -> float:
        return float(-(y * np.log(a)).sum())

    f, h = ACTIVATIONS["softmax(*z*)"], ACTIVATIONS["sigmoid(*z*)"]
    sum_is_needed = "Softmax couples the outputs: the terms with *i* ≠ *j* are there, whichever loss follows."
    return (
        "Somebody keeps the term *i* = *j* alone. With which pair does the gradient come out right all the same?",
        True,
        [
            ("softmax and squared error", enough(squares, f), sum_is_needed),
            ("softmax and cross-entropy", enough(cross_entropy, f), sum_is_needed),
            (
                "softmax and the Kullback-Leibler divergence",
                enough(lambda a: cross_entropy(a) + 1.0, f),
                f"{sum_is_needed} With targets that are fixed this one differs from cross-entropy by a constant.",
            ),
            (
                "sigmoid and cross-entropy −Σ *y* ln *a*",
                enough(cross_entropy, h),
                "Sigmoid works on each entry alone. It is the activation that decides, not the loss.",
            ),
        ],
    )


@choices("what-survives", "one-path")
def what_survives(rng):
    x = float(rng.choice([2, 3, 4, 5]))
    return (
        f"*L* = ln *s* and *s* = *z*². What is d*L*/d*z* at *z* = {shown(x)}?",
        measured_gradient(lambda z: float(np.log(z**2).item()), np.array([[x]])).item(),
        [
            (shown(round(2 / x, 4)), 2 / x, "(1/*s*) · 2*z*, the slopes multiplied."),
            (shown(round(1 / x**2, 4)), 1 / x**2, "This is d*L*/d*s*. The slope of *s* along *z* comes as a factor."),
            (shown(2 * x), 2 * x, "This is d*s*/d*z*. The slope of the logarithm comes as a factor."),
            (shown(round(2 * x + 1 / x**2, 4)), 2 * x + 1 / x**2, "Along one path slopes are multiplied."),
        ],
    )


# --- Losses -----------------------------------------------------------------------------------------------------------


@choices("slope-of-sigmoid", "two-forms-of-sigmoid")
def slope_of_sigmoid(rng):
    a = float(rng.choice([0.6, 0.7, 0.8, 0.9]))
    z = np.log(a / (1 - a))
    again = 1 / (1 + np.exp(-a))
    slope = measured_gradient(lambda z: float(1 / (1 + np.exp(-z.item()))), np.array([[z]])).item()
    return (
        f"The forward pass has kept *a* = sigmoid(*z*) = {shown(a)}. What is the slope of sigmoid there?",
        slope,
        [
            (shown(round(a * (1 - a), 4)), a * (1 - a), "*a* (1 − *a*), from the output alone."),
            (
                shown(round(again * (1 - again), 4)),
                again * (1 - again),
                "Sigmoid was applied once more, to its output.",
            ),
            (shown(round(1 - a, 4)), 1 - a, "The factor *a* is missing."),
            (shown(round(1 - a**2, 4)), 1 - a**2, "This is the slope of tanh, from its output."),
        ],
    )


@choices("learns-fastest", "what-the-squared-error-rewards")
def learns_fastest(rng):
    def push(p: float) -> float:
        """On the true logit of two classes, by the squared error."""
        z = np.log([[p, 1 - p]])
        return abs(measured_gradient(lambda z: float(((softmax(z) - [1, 0]) ** 2).sum() / 2), z)[0, 0])

    probabilities = [0.01, float(rng.choice([0.3, 0.35, 0.4])), float(rng.choice([0.6, 0.7])), 0.97]
    return (
        "Two classes, squared error after softmax. At which probability of the true class is its logit pushed hardest?",
        max(push(p) for p in probabilities),
        [
            (
                shown(p),
                push(p),
                f"The push there is {push(p):.4f}. Where softmax is decided, right or wrong, its slope is near 0.",
            )
            for p in probabilities
        ],
    )


@choices("hardly-learns", "saturation")
def hardly_learns(rng):
    z = np.array([[-8.0, 0.0]])
    y = np.array([[1.0, 0.0]])
    losses: dict[str, Callable[[np.ndarray], float]] = {
        "cross-entropy after softmax": lambda z: float(-(y * np.log(softmax(z))).sum()),
        "binary cross-entropy after sigmoid": lambda z: float(np.logaddexp(0, -z[0, 0])),
        "cross-entropy, computed from log-softmax": lambda z: float(np.log(np.exp(z).sum()) - z[0, 0]),
        "squared error after softmax": lambda z: float(((softmax(z) - y) ** 2).sum() / 2),
    }

    def push(loss: Callable[[np.ndarray], float]) -> float:
        return abs(measured_gradient(loss, z)[0, 0])

    return (
        "The true class has a logit of −8, the other one 0: badly wrong, and sure of it. Which loss hardly pushes "
        "it up?",
        True,
        [(name, push(loss) < 0.01, f"The push on its logit is {push(loss):.4f}.") for name, loss in losses.items()],
    )


@choices("loss-at-the-start", "what-it-charges")
def loss_at_the_start(rng):
    c = int(rng.choice([4, 10, 100, 1000]))
    z = np.zeros((1, c))
    loss = -np.log(softmax(z)[0, 0])
    return (
        f"{c} classes, all logits 0. What does cross-entropy say?",
        loss,
        [
            (
                f"ln {c} = {np.log(c):.3f}",
                np.log(c),
                "Each class has probability 1/*c*. A loss that stays there has not learned.",
            ),
            (shown(1 / c), 1 / c, "This is the probability of the true class. The loss is minus its logarithm."),
            ("0", 0.0, "A loss of 0 needs probability 1 for the true class."),
            ("1", 1.0, "The loss does not end at 1: it is minus a logarithm."),
        ],
    )


@choices("doubled-softmax", "softmax-twice")
def doubled_softmax(rng):
    c = int(rng.choice([3, 5, 10]))
    sure = np.eye(c)[:1]
    floor = -np.log(softmax(sure)[0, 0])
    return (
        f"{c} classes. A model ends in softmax, and a loss that takes logits is computed of its outputs. How small "
        "can the "
        "loss get at best?",
        floor,
        [
            (
                f"{floor:.3f}",
                floor,
                "ln(1 + (*c* − 1)/e): outputs lie between 0 and 1, and softmax of such is never sure.",
            ),
            (
                "0",
                0.0,
                "This needs a logit far above the others. The loss sees probabilities, 1 and 0 at the most extreme.",
            ),
            (
                f"{np.log(c):.3f}",
                np.log(c),
                "This is ln *c*, the loss of a model that knows nothing. It gets a little below.",
            ),
            ("1", 1.0, "Compute it: softmax of (1, 0, …, 0), minus the logarithm of its first entry."),
        ],
    )


# --- Arrays -----------------------------------------------------------------------------------------------------------


@choices("sum-of-each-row", "rows-and-axes")
def sum_of_each_row(rng):
    e = rng.uniform(1, 2, size=(4, 3))
    return (
        "`e` holds exponentials, one example per row, and `e / total` is to be softmax. What is `total`?",
        np.array([[sum(row)] for row in e]),
        in_code(
            [
                ("e.sum(axis=1, keepdims=True)", "One number per row, of shape (*n*, 1), which lines up with the row."),
                (
                    "e.sum(axis=0, keepdims=True)",
                    "This adds down the columns: over examples that have nothing to do with each other.",
                ),
                ("e.sum()", "This adds up all examples."),
                (
                    "e.sum(axis=1)",
                    "The numbers are right, the shape (*n*,) is not: it lines up with columns, or fails.",
                ),
            ],
            e=e,
        ),
    )


@choices("leaves-its-input", "inputs-stay")
def leaves_its_input(rng):
    answers = [
        ("d = s\nd -= y", "`d` is another name for the same array: `-=` writes into it."),
        ("d = s[:]\nd -= y", "A slice is a view of the same numbers, not a copy."),
        ("d = np.asarray(s)\nd -= y", "`asarray` hands on an array as it is."),
        ("d = s - y", "This makes a new array."),
    ]

    def unchanged(code: str) -> bool:
        s, y = np.array([0.25, 0.75]), np.array([0.0, 1.0])
        exec(code, {"np": np, "s": s, "y": y})
        return bool((s == [0.25, 0.75]).all())

    return (
        "`s` and `y` are arguments. Which lines leave `s` as it was?",
        True,
        [("`" + code.replace("\n", "; ") + "`", unchanged(code), said) for code, said in answers],
    )


@choices("overflows", "big-logits")
def overflows(rng):
    single = bool(rng.integers(2))
    kind = np.float32 if single else np.float64
    logits = [80, 85, 88, 89] if single else [89, 500, 709, 710]

    def is_infinite(z: int) -> bool:
        with np.errstate(over="ignore"):
            return bool(np.isinf(np.exp(kind(z))))

    largest = np.log(np.finfo(kind).max)
    return (
        f"From which of these logits on is exp(*z*) infinite in {np.dtype(kind).name}?",
        True,
        [
            (str(z), is_infinite(z), f"The largest number that {np.dtype(kind).name} holds is e to the {largest:.2f}.")
            for z in logits
        ],
    )


@choices("weigh-and-add", "product-not-elementwise")
def weigh_and_add(rng):
    s, g = shares(rng), np.array([1.0, -2.0, 0.5])
    J = jacobian_at(s)
    return (
        "`J` is the Jacobian of one example, `g` the upstream gradient, both NumPy arrays. Which gives ∂*L*/∂*z*?",
        np.array([sum(g[i] * J[i, j] for i in range(3)) for j in range(3)]),
        in_code(
            [
                ("J.T @ g", "Σᵢ *g*ᵢ *J*ᵢⱼ: weigh, and add up over the outputs."),
                ("J * g", "Entry by entry, *c* × *c* numbers: nothing has been added up."),
                ("g[:, None] * J", "These are the products *g*ᵢ *J*ᵢⱼ. They are still to be added up over *i*."),
                ("g * np.diag(J)", "The terms with *i* = *j* alone."),
            ],
            J=J,
            g=g,
        ),
    )


@choices("size-of-jacobians", "batches")
def size_of_jacobians(rng):
    n, c = int(rng.choice([5, 6, 7])), int(rng.choice([2, 3, 4]))
    size = rowwise_jacobian(softmax, rng.normal(size=(n, c))).size
    return (
        f"A batch has {n} rows of {c} logits. How many numbers do the Jacobians of softmax of all rows hold?",
        size,
        [
            (str(n * c * c), n * c * c, "One *c* × *c* matrix per row: rows do not move each other."),
            (str(n * c), n * c, "That is the size of *s*. Every output of a row depends on every logit of the row."),
            (
                str((n * c) ** 2),
                (n * c) ** 2,
                "That would be all outputs by all logits of the batch. Between rows all is 0.",
            ),
            (str(c * c), c * c, "That is the Jacobian of one row."),
        ],
    )


@choices("jacobian-of-log-softmax", "log-softmax")
def jacobian_of_log_softmax(rng):
    s = shares(rng)
    z = np.log(s)[None]
    return (
        "Row *i*, column *j* of a matrix is ∂ ln *s*ᵢ / ∂*z*ⱼ. Which matrix is it?",
        rowwise_jacobian(ACTIVATIONS["log-softmax(*z*)"], z)[0],
        in_code(
            [
                (
                    "np.eye(3) - s",
                    "δᵢⱼ − *s*ⱼ: *s* lies along the rows, so that each row has the same numbers taken away.",
                ),
                ("np.eye(3) - s[:, None]", "This is its transpose. With *s*ᵢ in row *i* the rows do not add up to 0."),
                ("np.diag(s) - np.outer(s, s)", "This is the Jacobian of softmax itself. Divide row *i* by *s*ᵢ."),
                ("np.diag(1 / s)", "The derivative of the logarithm alone. The chain goes on through softmax."),
            ],
            s=s,
        ),
    )


@choices("cost-per-row", "linear-cost")
def cost_per_row(rng):
    c = int(rng.choice([100, 1000]))
    s, g = np.ones(c), np.ones(c)
    with_matrix = np.outer(s, s).size
    return (
        f"One row of {c} classes. Somebody forms the Jacobian and multiplies by it. About how many times as many "
        "products "
        "is that as a dot product and one more multiplication take?",
        with_matrix / (g * s).size,
        [
            (str(c), c, "*c*² against *c*: a matrix where a dot product is enough."),
            ("2", 2, "The matrix has *c*² entries, not 2 *c*."),
            (str(c * c), c * c, "That is the number of products with the matrix. Compare it with *c*."),
            ("1", 1, "The matrix has *c*² entries, the row has *c*."),
        ],
    )


# --- Stable -----------------------------------------------------------------------------------------------------------


@choices("stays-finite", "the-fused-gradient")
def stays_finite(rng):
    gap = float(rng.choice([800, 900, 1000]))
    with np.errstate(under="ignore"):
        s = np.exp([-gap, 0.0])
    y = np.array([1.0, 0.0])
    answers = [
        ("s - y", "In the fused gradient no *s* stands below a line."),
        ("-y / s", "*s* of the true class has underflowed to 0, and 1/0 is infinite."),
        ("-(y * np.log(s)).sum()", "The logarithm of 0 is −inf. Compute ln *s* from the logits instead."),
        ("y / s * s", "Infinity times 0 is nan: the way through −*y*/*s* has lost it."),
    ]
    return (
        f"The true class lies {shown(gap)} below the other, so that its `s` is exactly 0. Which of these is finite?",
        True,
        [(f"`{code}`", bool(np.isfinite(run(code, s=s, y=y)).all()), said) for code, said in answers],
    )


@choices("what-eps-hides", "eps-and-clip")
def what_eps_hides(rng):
    digits = int(rng.choice([20, 30, 40]))
    s, eps = 10.0**-digits, 1e-12
    said = -np.log(s + eps)
    return (
        f"The true class has probability 1e-{digits}, so that its loss is {-np.log(s):.2f}. What does −ln(*s* + "
        "1e-12) say?",
        said,
        [
            (f"{said:.2f}", said, "−ln 1e-12, whatever the probability is: all that lies below 1e-12 looks alike."),
            (f"{-np.log(s):.2f}", -np.log(s), "The sum is 1e-12 to all its digits: *s* does not show in it."),
            ("inf", np.inf, "Nothing is 0 here. What is lost is the size of the loss, and its gradient."),
            ("0", 0.0, "The logarithm is taken of a number far below 1."),
        ],
    )


# --- Variants ---------------------------------------------------------------------------------------------------------


@choices("focal-factor", "focal")
def focal_factor(rng):
    p, gamma = float(rng.choice([0.8, 0.9, 0.95])), int(rng.choice([2, 3]))
    factor = (1 - p) ** gamma
    return (
        f"Focal loss with *γ* = {gamma}: by which factor is the loss of an example with *s* = {shown(p)} in its "
        "true class "
        "scaled?",
        factor,
        [
            (shown(round(factor, 8)), factor, "(1 − *s*) to the *γ*: what is well predicted counts little."),
            (shown(round(p**gamma, 8)), p**gamma, "This would play down the hard examples. The factor is of 1 − *s*."),
            (shown(round(gamma * (1 - p), 8)), gamma * (1 - p), "*γ* is a power, not a factor."),
            (shown(round(1 - p**gamma, 8)), 1 - p**gamma, "The power is taken of 1 − *s*, not of *s*."),
        ],
    )


@choices("most-uncertain", "entropy")
def most_uncertain(rng):
    rows = [np.array([0.25, 0.25, 0.25, 0.25]), np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.7, 0.1, 0.1, 0.1])]
    rows.append(np.array([0.5, 0.5 - 2e-6, 1e-6, 1e-6]))

    def entropy(s: np.ndarray) -> float:
        return float(-(s * np.log(s)).sum())

    return (
        "Which of these has the largest entropy?",
        max(entropy(s) for s in rows),
        [
            (
                shown(np.round(s, 2)),
                entropy(s),
                f"Its entropy is {entropy(s):.3f}; the largest of four classes is ln 4 = 1.386.",
            )
            for s in rows
        ],
    )


# --- Checking ---------------------------------------------------------------------------------------------------------


@choices("half-the-step", "central-differences")
def half_the_step(rng):
    def error(h: float) -> float:
        return abs((np.sin(1 + h) - np.sin(1 - h)) / (2 * h) - np.cos(1))

    h = float(rng.choice([0.1, 0.05, 0.02]))
    ratio = error(h) / error(h / 2)
    return (
        f"You halve the step of a central difference, from {shown(h)} on. The error gets smaller by a factor of "
        "about …",
        round(ratio),
        [
            ("4", 4, "It goes with *h*²."),
            ("2", 2, "That is a one-sided difference, whose error goes with *h*."),
            ("8", 8, "The next term of the series goes with *h*⁴; the first that is left goes with *h*²."),
            ("1: it stays", 1, "Only where rounding decides, at steps far smaller than this."),
        ],
    )


@choices("best-step", "step-size")
def best_step(rng):
    x = float(rng.choice([0.5, 1.0, 1.5]))

    def error(h: float) -> float:
        return abs((np.exp(x + h) - np.exp(x - h)) / (2 * h) - np.exp(x))

    steps = [1e-1, 1e-5, 1e-9, 1e-13]
    return (
        f"Central difference of exp at *x* = {shown(x)} in float64. Which step comes nearest?",
        True,
        [
            (
                f"{h:g}".replace("-", "−"),
                error(h) == min(error(step) for step in steps),
                f"Its error is {error(h):.0e}: a large step bends away, a small one drowns in rounding.",
            )
            for h in steps
        ],
    )


@choices("blind-upstream", "checks-that-cannot-see")
def blind_upstream(rng):
    J = jacobian_at(shares(rng))
    upstreams = [
        np.full(3, float(rng.choice([1, 2, 3]))),
        np.array([1.0, -2, 0.5]),
        np.array([0.0, 0, 1]),
        np.array([1.0, 2, 1]),
    ]
    return (
        "A backward pass of softmax returns zeros. Which upstream gradient lets it pass a test?",
        True,
        [
            (
                shown(g),
                bool(np.allclose(g @ J, 0, atol=1e-9)),
                "The outputs add up to 1. An upstream gradient with equal entries asks how their sum moves, and it "
                "does not."
                if len(set(g)) == 1
                else "With this one the right gradient is not 0, and zeros are found out.",
            )
            for g in upstreams
        ],
    )


@choices("hidden-by-one-row", "checks-that-cannot-see")
def hidden_by_one_row(rng):
    z = rng.normal(size=(1, 4))
    s, y = softmax(z), np.eye(4)[[int(rng.integers(4))]]
    right = measured_gradient(lambda z: float(-(y * np.log(softmax(z))).sum() / len(z)), z)
    wrong = {
        "the division by *n* is forgotten": (s - y, "With one row *n* is 1. Test with at least two."),
        "the sign is wrong": (y - s, "One row shows it."),
        "only the term *i* = *j* is there": (-y * (1 - s), "One row shows it."),
        "the sum runs down the column": (s * (-y / s + y / s * s), "One row shows it: the sum has one term then."),
    }
    return (
        "Softmax and cross-entropy, tested with a batch of one row. Which mistake does the test not see?",
        True,
        [(name, bool(np.allclose(value, right, atol=1e-7)), said) for name, (value, said) in wrong.items()],
    )


@choices("transposed-shows", "checks-that-cannot-see")
def transposed_shows(rng):
    names = ["softmax(*z*)", "sigmoid(*z*)", "tanh(*z*)", "log-softmax(*z*)"]
    return (
        "Somebody multiplies by the Jacobian from the wrong side. With which function does a test notice?",
        False,
        [
            (
                name,
                is_symmetric(ACTIVATIONS[name]),
                "Its Jacobian is not symmetric: rows add up to 0, columns do not."
                if name.startswith("log")
                else "Its Jacobian is symmetric, and both sides give the same.",
            )
            for name in names
        ],
    )


# --- Networks, geometry, blocks ---------------------------------------------------------------------------------------


@choices("shape-of-gradient", "the-whole-network")
def shape_of_gradient(rng):
    n, d, h = (int(k) for k in rng.choice([5, 6, 8, 10, 12], 3, replace=False))
    X, W = np.ones((n, d)), np.ones((d, h))
    truth = measured_gradient(lambda W: float((X @ W).sum()), W).shape
    return (
        f"*X* is {n} × {d}, *W*₁ is {d} × {h}. Which shape has ∂*L*/∂*W*₁?",
        truth,
        [
            (f"{d} × {h}", (d, h), "A gradient has the shape of what it belongs to."),
            (f"{n} × {h}", (n, h), "That is the shape of *X* *W*₁. The examples are added up."),
            (f"{h} × {d}", (h, d), "Transposed: it could not be subtracted from *W*₁."),
            (f"{n} × {d} × {h}", (n, d, h), "One matrix per example. They are added up: all examples share *W*₁."),
        ],
    )


@choices("leaves-softmax", "log-sum-exp-again")
def leaves_softmax(rng):
    shift = int(rng.integers(2, 9))
    z = np.array([0.3, -0.7, 1.1])
    return (
        "Which change of the logits leaves softmax as it is?",
        softmax(z),
        [
            (text, softmax(value), said)
            for text, value, said in (
                (f"*z* + {shift}", z + shift, "A common shift cancels between numerator and denominator."),
                (f"{shift} *z*", shift * z, "This makes softmax more decided: it is a temperature of less than 1."),
                ("−*z*", -z, "This turns the order of the classes round."),
                ("*z*²", z**2, "This changes the differences between the logits, and they are what counts."),
            )
        ],
    )


@choices("convex", "the-link")
def convex(rng):
    y = np.array([1.0, 0, 0])
    points = [np.array([[a, b, 0.0]]) for a in (-3, 0, 3) for b in (-3, 0, 3)]
    losses: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "cross-entropy, −ln *s*": lambda s: s - y,
        "squared error, ½ Σ (*s* − *y*)²": lambda s: s * (s - y - ((s - y) * s).sum(axis=1, keepdims=True)),
        "1 − *s*": lambda s: -s[:, :1] * (y - s),
        "(1 − *s*)²": lambda s: -2 * (1 - s[:, :1]) * s[:, :1] * (y - s),
    }

    def is_convex(gradient: Callable[[np.ndarray], np.ndarray]) -> bool:
        Hessians = [rowwise_jacobian(lambda z: gradient(softmax(z)), z)[0] for z in points]
        return all(np.linalg.eigvalsh((H + H.T) / 2).min() > -1e-7 for H in Hessians)

    return (
        "*s* is the probability of the true class. Which loss is convex in the logits?",
        True,
        [
            (
                name,
                is_convex(gradient),
                "Its Hessian is the Jacobian of softmax, which has no negative eigenvalue."
                if "ln" in name
                else "Where softmax is decided and wrong, it flattens out: there its Hessian has a negative "
                "eigenvalue.",
            )
            for name, gradient in losses.items()
        ],
    )


@choices("join-blocks", "blocks")
def join_blocks(rng):
    one, two = rng.normal(size=4), rng.normal(size=3) + 1.5
    m1, m2 = one.max(), two.max()
    S1, S2 = np.exp(one - m1).sum(), np.exp(two - m2).sum()
    m = max(m1, m2)
    whole = np.concatenate([one, two])
    return (
        "Two blocks of a row have the maxima `m1`, `m2` and the sums of exponentials `S1`, `S2`, each relative to "
        "its own "
        "maximum. `m` is the larger maximum. Which is the sum of the whole row, relative to `m`?",
        np.exp(whole - whole.max()).sum(),
        in_code(
            [
                ("S1 * np.exp(m1 - m) + S2 * np.exp(m2 - m)", "Each sum is brought to the common maximum, then added."),
                ("S1 + S2", "They are relative to different maxima."),
                (
                    "S1 * np.exp(m - m1) + S2 * np.exp(m - m2)",
                    "The wrong way round: the smaller block must shrink, not grow.",
                ),
                ("(S1 + S2) * np.exp(-m)", "The maxima are subtracted already; what counts are their differences."),
            ],
            S1=S1,
            S2=S2,
            m1=m1,
            m2=m2,
            m=m,
        ),
    )
