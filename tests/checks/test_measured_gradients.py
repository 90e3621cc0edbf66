"""A gradient that is measured is not paid like one that was derived, and nothing that is derived is refused for it.

The measured answers differentiate right forward functions of their own, by plain central differences and by chapter
9's extrapolated ones.
"""

from __future__ import annotations

import numpy as np
import pytest

import reference
from autograder.checking.protocol import Failed, Reply
from checks.agree import exact_for_the_impossible, nearly_impossible

from ..submissions.in_process import verdicts
from ..submissions.make import ROOT, model_answers
from . import test_right_styles

CENTRAL = """
import numpy as np
def slopes(f, x, h=1e-5):
    found = np.zeros(np.shape(f(x)) + x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[k] = h
        found[(..., *k)] = (f(x + e) - f(x - e)) / (2 * h)
    return found
"""
EXTRAPOLATED = f"""{CENTRAL.replace("slopes", "plain")}
def slopes(f, x):
    rows = []
    for k in range(5):
        row = [plain(f, x, 4e-3 / 2**k)]
        for m, (_, coarser) in enumerate(zip(range(k), rows[-1] if rows else ()), start=1):
            row.append(row[-1] + (row[-1] - coarser) / (4**m - 1))
        rows.append(row)
    return rows[-1][-1]
"""
FORWARD = """
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
def logits(s):
    return np.log(np.maximum(s, 1e-300))
"""
MEASURED = {
    "ps2_missing_sum": {
        "softmax_partial": (1, "(s, i, j): return float(slopes(lambda z: softmax(z)[i], logits(s))[j])"),
        "dL_dz_entry": (0, "(s, y, j): return float(slopes(lambda z: -(y * log_softmax(z)).sum(), logits(s))[j])"),
        "missing_part": (0, "(s, y): return slopes(lambda z: -(y * log_softmax(z)).sum(), logits(s)) + y * (1 - s)"),
        "softmax_backward": (2, "(s, g): return slopes(lambda z: (g * softmax(z)).sum(), logits(s))"),
    },
    "ps3_jacobian": {
        "log_softmax_backward": (1, "(z, g): return slopes(lambda z: (g * log_softmax(z)).sum(), z)"),
        "softmax_jacobian": (2, "(s): return np.array([slopes(softmax, logits(row)) for row in s])"),
        "softmax_backward_jacobian": (2, "(s, g): return slopes(lambda z: (g * softmax(z)).sum(), logits(s))"),
        "mse_softmax_backward": (1, "(z, y): return slopes(lambda z: ((softmax(z) - y) ** 2).sum() / 2 / len(y), z)"),
    },
    "ps4_fused": {
        "softmax_cross_entropy_backward": (
            2,
            "(z, y): return slopes(lambda z: -(y * log_softmax(z)).sum() / len(y), z * 1.0)",
        ),
    },
    "ps6_network": {
        "loss_and_gradients": (
            4,
            """(params, X, y):
    def loss(params):
        A = np.maximum(X @ params["W1"] + params["b1"], 0)
        return -(y * log_softmax(A @ params["W2"] + params["b2"])).sum() / len(y)
    return loss(params), {k: slopes(lambda v: loss({**params, k: v}), params[k]) for k in params}
""",
        ),
    },
    "ps7_attention": {
        "scores_backward": (
            2,
            "(p, dp): return slopes(lambda x: (dp * softmax(x)).sum(), logits(p)) * p.any(1)[:, None]",
        ),
        "attention_backward": (
            4,
            """(q, k, v, mask, do):
    def loss(q, k, v):
        return (do * attention_forward(q, k, v, mask)[0]).sum()
    dq, dk = slopes(lambda q: loss(q, k, v), q), slopes(lambda k: loss(q, k, v), k)
    return dq, dk, slopes(lambda v: loss(q, k, v), v)
""",
        ),
    },
}
"""For each function what a measured answer earns at the most, and how it is written."""
CASES = [
    (problem_set, function, kind)
    for problem_set, functions in MEASURED.items()
    for function in functions
    for kind in ("central", "extrapolated")
]


@pytest.mark.parametrize(("problem_set", "function", "kind"), CASES, ids=[" ".join(case) for case in CASES])
def test_a_measured_gradient_earns_little_and_is_told_why(problem_set, function, kind):
    most, written = MEASURED[problem_set][function]
    helpers = (CENTRAL if kind == "central" else EXTRAPOLATED) + FORWARD
    cells = {"helpers": helpers, **model_answers(problem_set), function: f"def {function}{written}"}
    found = verdicts(problem_set, cells, functions=[function])
    assert sum(v.points for v in found if v.passed) <= most, [v.message for v in found]
    told = [v for v in found if "measured, clipped or rounded?" in v.message or "e-" in v.message]
    assert told and all(v.slips in ((), ("nearly-right",)) for v in told)
    if kind == "extrapolated":
        assert any(
            "inexact where a class is nearly impossible: measured, clipped or rounded?" in v.message for v in found
        )


ELEMENTWISE = {
    "mse_backward": "(a, y): return slopes(lambda a: ((a - y) ** 2).sum() / 2 / len(y), a)",
    "sigmoid_backward": "(a, g): return slopes(lambda z: (g / (1 + np.exp(-z))).sum(), np.log(a / (1 - a)))",
    "cross_entropy_backward": "(s, y): return slopes(lambda s: "
    "-(y * np.log(np.where(y > 0, s, 1))).sum() / len(y), s, 1e-6)",
    "bce_with_logits_backward": "(z, y): return slopes(lambda z: (np.logaddexp(0, z) - y * z).sum() / len(y), z)",
}


def test_what_elementwise_functions_pay_for_a_measured_gradient_stands_in_the_threat_model():
    earned = 0.0
    for function, written in ELEMENTWISE.items():
        cells = {"helpers": CENTRAL, **model_answers("ps1_losses"), function: f"def {function}{written}"}
        found = [verdicts("ps1_losses", cells, seed, functions=[function]) for seed in range(8)]
        earned += max(sum(v.points for v in each if v.passed) for each in found)
    page = (ROOT / "chapters" / "threat_model.md").read_text()
    assert f"| 1, losses | {earned:g} of 16 |" in page


def styles_of(s: np.ndarray, g: np.ndarray) -> list[np.ndarray]:
    """The vector-Jacobian product of softmax, derived, in ways that round differently."""
    k = np.arange(s.shape[1])
    J = np.einsum("ni,ij->nij", s, np.eye(s.shape[1])) - s[:, :, None] * s[:, None, :]
    return [
        s * (g - (s * g).sum(axis=1, keepdims=True)),
        s * g - s * (s * g).sum(axis=1, keepdims=True),
        np.einsum("ni,nij->nj", g, J),
        np.array([row @ each for row, each in zip(g, J)]),
        s * ((g[:, None, :] - g[:, :, None]) * s[:, :, None]).sum(axis=1),
        np.exp(np.log(s)) * (g - np.einsum("ni,ni->n", s, g)[:, None]),
        np.array([[sum(g[n] * s[n] * ((k == j) - s[n, j])) for j in k] for n in range(len(s))]),
    ]


def test_right_answers_in_seven_styles_pass_on_random_rows(seeds=range(30)):
    run = exact_for_the_impossible(reference.softmax_backward, lambda z, g: (reference.softmax_forward(z), g))
    for seed in seeds:
        for style in range(7):
            run(lambda name, s, g, k=style: Reply(styles_of(s, g)[k], (s, g)), np.random.default_rng(seed))


@pytest.mark.soak
def test_ten_thousand_right_answers_pass():
    test_right_answers_in_seven_styles_pass_on_random_rows(range(1000, 2430))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200, 220))
def test_right_answers_in_all_styles_pass_whatever_the_inputs(seed):
    for style, problem_set, function in test_right_styles.WRITTEN:
        if function in MEASURED.get(problem_set, {}):
            cells = test_right_styles.in_style(style, problem_set)
            assert [v for v in verdicts(problem_set, cells, seed, functions=[function]) if not v.passed] == []


def test_the_gradient_of_the_impossible_is_never_near_zero_beside_what_it_is_made_of():
    for seed in range(300):
        z, g = nearly_impossible(np.random.default_rng(seed))
        s = reference.softmax_forward(z)
        assert (np.abs((s * g).sum(axis=1)) > 0.4).all()
        assert ((s > 0) & (g == 0)).sum() == 2 and s[g == 0].max() < 1e-19


def test_who_clips_is_spared_where_clipping_has_a_check_of_its_own_and_nowhere_else():
    def clips(name, s, g):
        s = np.maximum(s, 1e-12)
        return Reply(s * (g - (s * g).sum(axis=1, keepdims=True)), (s, g))

    given = reference.softmax_backward, lambda z, g: (reference.softmax_forward(z), g)
    exact_for_the_impossible(*given, spare_clipping=True)(clips, np.random.default_rng(1))
    with pytest.raises(Failed, match="clipped"):
        exact_for_the_impossible(*given)(clips, np.random.default_rng(1))
