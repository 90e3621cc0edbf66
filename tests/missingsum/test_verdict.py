"""Where outputs change and no measured change exceeds its rounding, a gradient is neither right nor wrong."""

from __future__ import annotations

import numpy as np
import pytest

from missingsum import diagnose, gradcheck
from missingsum.check.markup import html
from missingsum.check.report import CheckFailed
from missingsum.check.running import local_check, run
from missingsum.check.shared import measured_product, require_samples
from missingsum.diagnosis import Sample
from missingsum.numeric import rowwise_jacobian
from missingsum.variants import Product
from missingsum.verdict import TOO_SMALL, Verdict


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def right(z, g):
    """The product that keeps the gradient of a decided row."""
    s = softmax(z)
    g = g - np.take_along_axis(g, s.argmax(axis=1)[:, None], axis=1)
    return s * (g - (s * g).sum(axis=1, keepdims=True))


def zeros(z, g):
    return np.zeros_like(z)


def decided(gap):
    return np.array([[gap, 0.0, -1.0], [0.0, gap, -2.0], [0.5, 0.0, gap]])


G = np.random.default_rng(0).normal(size=(3, 3))
UNCHANGING = {
    "a dead ReLU": lambda x: np.maximum(x - 100, 0),
    "a constant": np.ones_like,
    "the row sums of a softmax": lambda x: softmax(x).sum(axis=1, keepdims=True),
    "the row sums of a float32 softmax": lambda x: softmax(x.astype(np.float32)).sum(axis=1, keepdims=True),
    "a softmax that is 1 and 0": lambda x: softmax(1e4 * x),
}


@pytest.mark.parametrize("gap", [32.0, 36.0, 40.0, 100.0, 700.0])
@pytest.mark.parametrize("backward", [zeros, right, lambda z, g: -right(z, g)], ids=["zeros", "right", "sign"])
def test_a_decided_softmax_is_too_small_to_judge(gap, backward):
    z = decided(gap)
    for found in (gradcheck(softmax, z, backward), diagnose(softmax, z, G, backward(z, G))):
        assert found.verdict is Verdict.TOO_SMALL
        assert "too small to judge" in str(found) and "smaller gap" in str(found) and "scale g" in str(found)


def test_neither_assert_nor_assert_not_passes():
    for found in (gradcheck(softmax, decided(40.0), zeros), diagnose(softmax, decided(40.0), G, 0 * G)):
        for ask in (lambda found=found: bool(found), lambda found=found: not found):
            with pytest.raises(ValueError, match="too small to judge"):
                ask()
    assert gradcheck(softmax, decided(40.0), zeros).passed is False
    assert diagnose(softmax, decided(40.0), G, 0 * G).right is False


@pytest.mark.parametrize("gap", [5.0, 20.0, 28.0])
def test_a_smaller_gap_shows_it(gap):
    z = decided(gap)
    assert gradcheck(softmax, z, right) and not gradcheck(softmax, z, zeros)
    assert diagnose(softmax, z, G, right(z, G)) and not diagnose(softmax, z, G, 0 * G)


def test_scaling_g_shows_it():
    z = decided(40.0)
    w = np.where(softmax(z) > 0.5, 0.0, 1.0)
    assert gradcheck(lambda z: w * softmax(z), z, lambda z, g: right(z, w * g))
    assert not gradcheck(lambda z: w * softmax(z), z, zeros)


@pytest.mark.parametrize("name", UNCHANGING)
def test_a_function_whose_outputs_do_not_change_is_right_with_zeros(name):
    f, x = UNCHANGING[name], np.random.default_rng(1).normal(size=(3, 4))
    found = gradcheck(f, x, zeros)
    assert found.verdict is Verdict.RIGHT and found.error == 0
    assert diagnose(f, x, np.random.default_rng(2).normal(size=f(x).shape), 0 * x).verdict is Verdict.RIGHT


def test_one_row_that_can_be_judged_is_judged_and_the_others_are_no_reproach():
    z = decided(40.0)
    z[1] = [0.3, -0.2, 0.1]
    assert diagnose(softmax, z, G, right(z, G)).verdict is Verdict.RIGHT
    assert diagnose(softmax, z, G, 0 * G).verdict is Verdict.WRONG
    assert gradcheck(softmax, z, right).verdict is Verdict.RIGHT
    assert gradcheck(softmax, z, zeros).verdict is Verdict.WRONG


@local_check
def decided_product(function, report):
    """A check at logits with a gap of 40."""
    z = decided(40.0)
    row = Product(rowwise_jacobian(softmax, z), softmax(z), G)
    with report.step("a batch, against central differences"):
        require_samples([Sample(row, row.value, function(z, G))])
    with report.step("its product with g"):
        measured_product(softmax, z, G)


@pytest.mark.parametrize("backward", [zeros, right])
def test_a_local_check_neither_passes_nor_says_wrong(backward):
    report = run(decided_product.body, backward)
    assert report.verdict is Verdict.TOO_SMALL and report.failed and report.headline.endswith("cannot be judged")
    text = str(report)
    assert text.startswith("? ") and TOO_SMALL[:40] in " ".join(text.split()) and "✗" not in text and "✓" not in text
    assert "not judged" in html(report) and not report.unknown
    with pytest.raises(CheckFailed):
        decided_product(backward)


def test_a_check_with_something_wrong_is_wrong():
    @local_check
    def both(function, report):
        """One step that cannot be judged, one that is wrong."""
        with report.step("decided"):
            measured_product(softmax, decided(40.0), G)
        with report.step("not decided"):
            require_samples([Sample(None, measured_product(softmax, G, G), function(G, G))])

    assert run(both.body, zeros).verdict is Verdict.WRONG
    assert run(both.body, right).verdict is Verdict.TOO_SMALL
