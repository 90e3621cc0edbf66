"""Half precision goes in, float32 is computed with, and the answer comes back rounded once."""

from __future__ import annotations

import numpy as np
import pytest
from test_arguments import CALLS, call, changed

import reference


def half_types():
    yield np.dtype(np.float16)
    try:
        import ml_dtypes
    except ImportError:
        return
    yield np.dtype(ml_dtypes.bfloat16)


HALF = pytest.mark.parametrize("dtype", list(half_types()), ids=lambda dtype: dtype.name)


@HALF
@pytest.mark.parametrize("name", CALLS)
def test_every_function_gives_the_float32_answer_rounded_once(name, dtype):
    def rounded(a):
        return a.astype(dtype) if a.dtype.kind == "f" else a

    given = changed(rounded, CALLS[name])
    single = changed(lambda a: a.astype(np.float32) if a.dtype == dtype else a, given)
    for ours, expected in zip(call(name, given), call(name, single)):
        assert ours.dtype == dtype
        np.testing.assert_array_equal(ours.astype(np.float32), expected.astype(dtype).astype(np.float32))


@HALF
def test_a_second_argument_in_half_precision_is_taken_as_the_number_that_it_is(dtype):
    z, y = np.array([[1.0, 2.0]]), np.array([[0.25, 0.75]])
    assert reference.softmax_cross_entropy_forward(z, y.astype(dtype)) == reference.softmax_cross_entropy_forward(z, y)


@HALF
def test_options_and_named_arguments_are_no_obstacle(dtype):
    z = np.array([[1.0, 2.0]]).astype(dtype)
    assert reference.softmax_forward(z=z).dtype == dtype
    loss = reference.cross_entropy_from_labels_forward(z, [1], class_weights=np.ones(2, dtype), reduction="none")
    assert loss.dtype == dtype


@HALF
def test_the_fast_form_fills_an_out_of_the_same_type(dtype):
    z, out = np.array([[1.0, 2.0]]).astype(dtype), np.zeros((1, 2), dtype)
    loss, gradient = reference.cross_entropy_from_labels(z, np.array([0]), out=out)
    assert gradient is out and loss.dtype == dtype and out[0, 0] < 0
    with pytest.raises(ValueError, match=r"^out has"):
        reference.cross_entropy_from_labels(z, np.array([0]), out=np.zeros((1, 2)))


def test_what_half_precision_cannot_hold_becomes_infinite_without_a_warning():
    with np.errstate(all="raise"):
        assert reference.mse_forward(np.full((1, 2), 60000, np.float16), np.zeros((1, 2))) == np.inf


def test_other_kinds_of_numbers_are_still_refused():
    with pytest.raises(TypeError, match="real numbers are expected"):
        reference.softmax_forward(np.zeros((2, 2), dtype="V2"))
