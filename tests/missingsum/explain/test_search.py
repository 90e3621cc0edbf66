"""What an answer computes is found by value: whatever stands in a place, and whichever way a sum runs."""

from __future__ import annotations

import numpy as np
import pytest

from missingsum import variants
from missingsum.diagnosis import Sample, find
from missingsum.explain.parts import Space, array, compute, of, total
from missingsum.explain.versions import Seen, Ways, changed, versions
from missingsum.slips import SLIPS
from missingsum.variants import Product


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def along(v):
    return v.sum(axis=1, keepdims=True)


def products(seed: int = 0) -> list[Product]:
    rng = np.random.default_rng(seed)
    made = []
    for shape in ((4, 7), (5, 3)):
        z = rng.normal(size=shape)
        s = softmax(z)
        made.append(Product(np.array([np.diag(r) - np.outer(r, r) for r in s]), s, rng.normal(size=shape), z))
    return made


def found_for(wrong, seed: int = 0):
    data = products(seed)
    samples = [Sample(d, d.value, wrong(d.logits, d.output, d.upstream, d.jacobian)) for d in data]
    return find(samples, variants.product_variants())


WRONG = {
    "a mean for a sum": (
        lambda z, s, g, J: s * (g - (s * g).mean(axis=1, keepdims=True)),
        ["mean-for-sum"],
        "mean of s * g",
    ),
    "a factor too many": (lambda z, s, g, J: g * s * (g - along(s * g)), ["once-too-often"], "the upstream gradient g"),
    "the last term": (lambda z, s, g, J: J[:, :, -1] * g, ["one-term-only"], "last term alone"),
    "the input for the output": (lambda z, s, g, J: z * (g - along(z * g)), ["wrong-array"], "input z"),
    "one factor replaced": (lambda z, s, g, J: s * (g - along(z * g)), ["wrong-array"], "input z stands"),
    "divided": (lambda z, s, g, J: s * (g - along(s / g)), ["wrong-operation"], "divided by"),
    "plus for minus": (lambda z, s, g, J: s * (g + along(s * g)), ["part-sign"], "wrong sign"),
    "squared": (lambda z, s, g, J: s * (g - along(s * s * g)), ["once-too-often"], "twice"),
    "a number": (lambda z, s, g, J: 2.5 * s * (g - along(s * g)), ["constant-factor"], "2.5 times"),
    "the first row": (
        lambda z, s, g, J: np.repeat((s * (g - along(s * g)))[:1], len(s), axis=0),
        ["first-row-everywhere"],
        "",
    ),
    "every other row": (
        lambda z, s, g, J: s * (g - along(s * g)) * (np.arange(len(s)) % 2 == 0)[:, None],
        ["rows-skipped"],
        "very other row",
    ),
    "two changes": (lambda z, s, g, J: s * (g + along(s * z)), ["part-sign", "wrong-array"], "input z"),
    "a name and a number": (
        lambda z, s, g, J: -0.3 * g * s * (1 - s),
        ["missing-sum", "constant-factor"],
        "-0.3 times",
    ),
    "a name and two scales": (
        lambda z, s, g, J: 2 * g * s * (1 - s) * len(s),
        ["missing-sum", "factor-two", "times-n"],
        "",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_an_answer_computes_is_told(name):
    wrong, slips, words = WRONG[name]
    found = found_for(wrong)
    assert sorted(found.slips) == sorted(slips) and words in found.text
    assert set(found.slips) <= SLIPS.keys()


@pytest.mark.parametrize("name", ["a factor too many", "two changes", "a name and a number"])
def test_the_same_answer_is_named_alike_for_every_seed(name):
    wrong = WRONG[name][0]
    assert len({(found.slips, found.details) for seed in range(4) for found in [found_for(wrong, seed)]}) == 1


@pytest.mark.soak
@pytest.mark.parametrize("name", WRONG)
def test_the_same_answer_is_named_alike_for_fifty_seeds(name):
    wrong = WRONG[name][0]
    assert len({(found.slips, found.details) for seed in range(50) for found in [found_for(wrong, seed)]}) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda z, s, g, J: np.tanh(g) * s,
        lambda z, s, g, J: np.sort(s * (g - along(s * g)), axis=1),
        lambda z, s, g, J: s * (g - along(s * g)) + 0.01,
    ],
    ids=["tanh", "sorted", "shifted"],
)
def test_what_nothing_explains_gets_no_name(wrong):
    assert not found_for(wrong)


def test_a_finding_is_true_of_fresh_inputs():
    """The words come from a formula, and this formula gives the answer wherever it is computed."""
    for name in ("a factor too many", "one factor replaced", "squared"):
        wrong = WRONG[name][0]
        assert found_for(wrong, 1).details == found_for(wrong, 2).details, name


# --- The values of changed formulas -----------------------------------------------------------------------------------


SPACE = Space("nij", {"s": np.arange(1.0, 7).reshape(2, 1, 3), "g": np.arange(6.0, 0, -1).reshape(2, 1, 3)})


def test_a_formula_is_computed_with_all_axes_kept():
    value = compute(array("s") - total(array("s") * array("g"), "j"), SPACE)
    s, g = SPACE.arrays["s"], SPACE.arrays["g"]
    assert np.allclose(value, s - (s * g).sum(axis=2, keepdims=True))


def test_the_values_with_one_change_are_those_of_the_changed_formulas():
    formula = of("exp", array("s")) - total(array("g"), "j")
    language = variants.product_variants().language()

    def changes(part, path):
        return Ways.of(list(language.vocabulary.ways(part, path)))

    with np.errstate(all="ignore"):
        levels = versions(formula, SPACE, changes, 1)
        for stack in levels[1]:
            for k in range(0, len(stack.values), 7):
                assert np.allclose(stack.values[k], compute(changed(formula, stack.how(k)), SPACE), equal_nan=True)
    assert sum(len(stack.values) for stack in levels[1]) > 50


def test_a_value_is_met_once():
    seen = Seen()
    values = np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0], [np.nan, 0]])
    assert seen.new(values).tolist() == [0, 2] and seen.new(values).tolist() == []
