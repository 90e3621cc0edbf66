"""Questions with answers to choose from: arrays, and what stays finite. Answers in code are run."""

from __future__ import annotations

import numpy as np

from missingsum.numeric import rowwise_jacobian
from practice.options import ACTIVATIONS, in_code, run
from practice.task import choices, jacobian_at, shares, shown, softmax


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
