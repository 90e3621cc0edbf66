"""The checks that `gradient_of` makes of a forward function: right answers pass, and each check refuses something."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from autograder.checking.explaining import usual_ways
from autograder.checking.protocol import Check, Problem, Reply, explained_beside
from autograder.checking.words import GENERAL, in_general
from autograder.extend import Failed, Finding, Slip, Tiny, Variant, gradient_of, values_of
from missingsum.diagnosis import FORMS
from missingsum.slips import SLIPS
from missingsum.variants import product_variants

VALUES, ONE, APART, WHOLE = (
    check.name for check in gradient_of(np.exp, lambda rng, n: (rng.normal(size=(n, 3)),)).checks
)


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def linear(x: np.ndarray, W: np.ndarray) -> np.ndarray:
    return x @ W


def rows(rng: np.random.Generator, n: int) -> tuple[np.ndarray]:
    return (rng.normal(size=(n, 3)),)


def layer(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=(n, 3)), rng.normal(size=(3, 2))


SOFTMAX = gradient_of(softmax, rows)
LINEAR = gradient_of(linear, layer, parts={"dx": 0, "dW": 1})


def outcomes(problem: Problem, function: Callable, seed: int = 0) -> list[Failed | None]:
    """What each check says."""

    def call(name: str, *arguments: object, **_: object) -> Reply:
        assert name == problem.name
        given = tuple(np.array(array) for array in arguments)
        return Reply(function(*given), given)

    def outcome(check: Check) -> Failed | None:
        try:
            with np.errstate(all="ignore"):
                check.run(call, np.random.default_rng(seed))
        except Failed as failed:
            return failed
        return None

    return [outcome(check) for check in problem.checks]


def failures(problem: Problem, function: Callable, seed: int = 0) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What was wrong, and the slips, by the name of the check."""
    found = zip(problem.checks, outcomes(problem, function, seed))
    return {check.name: (str(failed), failed.slips) for check, failed in found if failed}


def right(z, g):
    s = softmax(z)
    return s * (g - (g * s).sum(axis=1, keepdims=True))


def diagonal(z, g):
    s = softmax(z)
    return g * s * (1 - s)


def impure(z, g):
    answer = right(z, g)
    g *= 2
    return answer


def measured(z, g):
    slope, z = np.zeros(z.shape), z.astype(float)
    for index in np.ndindex(z.shape):
        step = np.zeros(z.shape)
        step[index] = 1e-4
        slope[index] = ((g * softmax(z + step)).sum() - (g * softmax(z - step)).sum()) / 2e-4
    return slope


def filled(z, g):
    answer = np.zeros_like(z)
    answer[:] = right(z, g)
    return answer


def right_layer(x, W, g):
    return g @ W.T, x.T @ g


@pytest.mark.parametrize("seed", range(3))
def test_right_answers_pass(seed):
    assert failures(SOFTMAX, right, seed) == {}
    assert failures(LINEAR, right_layer, seed) == {}
    assert failures(values_of(softmax, rows), softmax, seed) == {}


@pytest.mark.parametrize(
    ("function", "checks", "slip"),
    [
        (diagonal, {VALUES, ONE, APART, WHOLE}, "any-missing-sum"),
        (lambda z, g: right(z, np.ones_like(g)), {VALUES}, ""),
        (lambda z, g: -right(z, g), {VALUES}, "any-sign"),
        (lambda z, g: right(z, g).astype(np.float32), {VALUES}, "any-single-precision"),
        (lambda z, g: right(z, g)[0], {VALUES}, ""),
        (lambda z, g: None, {VALUES}, "any-no-return"),
        (lambda z, g: right(z, g).T, {VALUES}, "any-transposed-result"),
    ],
    ids=["the diagonal", "no upstream", "any-sign", "float32", "shape", "nothing", "transposed"],
)
def test_a_wrong_backward_is_refused_by_its_values_and_named(function, checks, slip):
    found = failures(SOFTMAX, function)
    assert checks <= found.keys()
    assert not slip or slip in found[VALUES][1]


@pytest.mark.parametrize(
    ("function", "check", "slip"),
    [(impure, ONE, "any-mutates-input"), (measured, APART, ""), (filled, WHOLE, "any-integer-array")],
)
def test_each_other_check_refuses_what_it_is_there_for_and_nothing_else_does(function, check, slip):
    found = failures(SOFTMAX, function)
    assert found.keys() == {check}
    assert not slip or slip in found[check][1]


@pytest.mark.parametrize(
    ("function", "said", "slip"),
    [
        (lambda x, W, g: (g @ W.T, x.T @ g / len(x)), "dW: ", "any-over-n"),
        (lambda x, W, g: (g @ W.T, np.einsum("ni,nj->nij", x, g)), "dW: its shape", "any-rows-not-summed"),
        (lambda x, W, g: g @ W.T, "2 arrays are expected, (dx, dW)", ""),
        (lambda x, W, g: None, "returns nothing", "any-no-return"),
    ],
)
def test_a_part_that_is_wrong_is_named(function, said, slip):
    message, slips = failures(LINEAR, function)[f"dW: {VALUES}"]
    assert said in message
    assert not slip or slip in slips


def test_a_part_that_is_right_keeps_its_points():
    assert f"dx: {VALUES}" not in failures(LINEAR, lambda x, W, g: (g @ W.T, x.T @ g / len(x)))


@pytest.mark.parametrize(
    "function", [lambda z: softmax(z.T).T, lambda z: -softmax(z), lambda z: softmax(z)[0], lambda z: None]
)
def test_a_wrong_forward_is_refused(function):
    assert "values of a batch" in failures(values_of(softmax, rows), function)


def test_a_forward_that_changes_its_input_is_refused():
    def impure_forward(z):
        z -= z.max(axis=1, keepdims=True)
        return softmax(z)

    assert failures(values_of(softmax, rows), impure_forward).keys() == {ONE}


def test_points_are_as_asked_and_a_check_without_points_is_left_out():
    problem = gradient_of(softmax, rows, points={WHOLE: 0, VALUES: 5})
    assert problem.max_score == 7 and WHOLE not in {check.name for check in problem.checks}
    with pytest.raises(ValueError, match="has no check named values"):
        gradient_of(softmax, rows, points={"values": 5})


@pytest.mark.parametrize("function", [diagonal, lambda z, g: -right(z, g), lambda z, g: 2 * right(z, g)])
def test_what_explains_a_batch_explains_the_other_checks_too(function):
    failed = [each for each in outcomes(SOFTMAX, function) if each]
    assert len(failed) == 4 and len({found.slips for found in explained_beside(failed)}) == 1
    assert not any("large" in str(each) for each in failed)


def test_what_explains_a_batch_does_not_explain_what_is_wrong_for_another_reason():
    def wrong_twice(z, g):
        return diagonal(z, g) if len(z) > 1 else z

    found = explained_beside(outcomes(SOFTMAX, wrong_twice))
    assert [each.slips for each in found[:2]] == [("any-missing-sum",), ()]


def test_a_slip_of_another_course_has_no_section():
    slip = Slip("a", "did a", "You did a.", read="page 3", link="https://example.org/3")
    assert (slip.where, slip.page, slip.chapter) == ("page 3", "", "")


PARTICULAR = re.compile(
    r"\b(softmax|sigmoid|ReLU|class(es)?|logits?|probabilit\w+|targets?|labels?|bias|rows?|columns?|s - y)\b"
)
"""Words that do not fit any function, such as a convolution."""


def test_what_is_named_of_any_function_has_words_that_fit_any_function():
    named = {slip for variant in (*product_variants(), *usual_ways()) for slip in variant.slips} | set(FORMS)
    assert named <= GENERAL.keys()
    for name in named - {"log-derivative", "jacobian-returned"}:  # of which one names softmax, and one a matrix's rows
        slip = GENERAL[name]
        assert not PARTICULAR.search(f"{slip.done} {slip.explanation}"), name
        assert not slip.where and not slip.page


def test_words_that_do_not_fit_any_function_are_found():
    assert PARTICULAR.search(SLIPS["rows-not-summed"].explanation) and PARTICULAR.search(SLIPS["times-c"].done)


def test_a_slip_that_means_nothing_here_is_not_named_and_the_authors_own_is():
    assert not in_general(Finding(("mask-transposed",)))
    assert in_general(Finding(("sign", "mine")), {"mine"}).slips == ("any-sign", "mine")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"draw": lambda rng, n: rng.normal(size=(n, 3))}, "must return a tuple"),
        ({"draw": lambda rng, n: (rng.normal(size=(3, n)),)}, "first axis must be the"),
        ({"draw": lambda rng, n: (np.full((n, 3), np.nan),)}, "nan or inf"),
        ({"draw": lambda rng, n: (np.ones((n, 3), dtype=int),)}, "no array of float64"),
        ({"parts": {"dz": 0, "dW": 1}}, "argument 1 is asked, and draw gives 1"),
        ({"parts": {"dz": 0, "again": 0}, "variants": [Variant(("sign",), lambda d: 0)]}, "say of which part"),
        ({"variants": {"dz": [Variant(("sign",), lambda d: 0)]}}, "never asked for; there is one part"),
        ({"points": {"values": 5}}, "has no check named values"),
        ({"tiny": Tiny(lambda rng: (*rows(rng, 2), np.ones((2, 3))), diagonal)}, "tiny is wrong: .* by measuring"),
        ({"tiny": Tiny(lambda rng: (*rows(rng, 2), rng.normal(size=(2, 3))), right)}, "no entry .* is nearly 0"),
        (
            {"parts": {"dz": 0, "again": 0}, "tiny": Tiny(lambda rng: (*rows(rng, 2), np.ones((2, 3))), right)},
            "2 arrays are expected",
        ),
    ],
)
def test_what_cannot_have_been_meant_is_refused_when_it_is_written(options, said):
    with pytest.raises(ValueError, match=f"softmax.*{said}"):
        gradient_of(softmax, **{"draw": rows, **options})
