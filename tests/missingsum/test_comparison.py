"""Answers are compared row by row, and the sentence says where and why they differ."""

from __future__ import annotations

import numpy as np
import pytest

from missingsum.comparison import mismatch, not_real_numbers, relative_errors

TRUTH = np.array([[1.0, -2.0, 0.0], [1e-6, 3e-6, -4e-6]])


@pytest.mark.parametrize(
    "answer",
    [
        TRUTH,
        TRUTH * (1 + 1e-12),
        np.asfortranarray(TRUTH),
        TRUTH[::-1][::-1],
        TRUTH.astype(np.longdouble),
    ],
    ids=["equal", "rounding", "column order", "strides", "more digits"],
)
def test_right_answers_pass(answer):
    assert mismatch(answer, TRUTH, 1e-9) is None


def test_whole_numbers_pass_as_real_numbers():
    assert mismatch(np.array([1, 2]), np.array([1.0, 2.0]), 1e-9) is None
    assert mismatch(2, np.float64(2.0), 1e-9) is None
    assert mismatch(np.array(2.0), np.float64(2.0), 1e-9) is None


def test_an_error_in_a_small_row_is_not_hidden_by_a_large_row():
    answer = TRUTH.copy()
    answer[1, 2] = -5e-6
    assert "entry [1, 2]" in mismatch(answer, TRUTH, 1e-9)


def test_an_entry_that_should_be_0_is_measured_by_its_row():
    answer = TRUTH.copy()
    answer[0, 2] = 1e-12
    assert mismatch(answer, TRUTH, 1e-9) is None
    answer[0, 2] = 1e-3
    assert "entry [0, 2]" in mismatch(answer, TRUTH, 1e-9)


def test_in_a_row_that_should_be_0_nothing_else_passes():
    assert mismatch(np.array([0.0, 1e-300]), np.zeros(2), 1e-9) is not None
    assert mismatch(np.zeros(2), np.zeros(2), 1e-9) is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_named_with_its_place(bad):
    answer = TRUTH.copy()
    answer[1, 0] = bad
    sentence = mismatch(answer, TRUTH, 1e-9)
    assert "entry [1, 0]" in sentence and str(bad) in sentence


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "None"),
        ([[1.0, -2.0, 0.0], [1e-6, 3e-6, -4e-6]], "a list"),
        ("1", "a str"),
        (TRUTH.T, "(3, 2)"),
        (TRUTH[0], "(3,)"),
        (TRUTH + 0j, "complex128"),
        (TRUTH.astype(object), "object"),
        (TRUTH.astype(str), "<U"),
        (TRUTH > 0, "bool"),
    ],
    ids=["None", "list", "text", "transposed", "one row", "complex", "objects", "texts", "booleans"],
)
def test_what_is_no_array_of_real_numbers_of_that_shape_is_said_so(answer, words):
    assert words in mismatch(answer, TRUTH, 1e-9)


@pytest.mark.parametrize("answer", [True, None, "1", [1.0], 1j, np.array([1.0])], ids=repr)
def test_what_is_not_one_number_is_said_so(answer):
    assert "one number is expected" in not_real_numbers(answer, ()) or "dtype" in not_real_numbers(answer, ())


def test_single_precision_is_suspected_only_where_it_explains_the_error():
    assert "float32" in mismatch(TRUTH.astype(np.float32) * np.float32(1 + 1e-7), TRUTH, 1e-9)
    assert "float32" not in mismatch(TRUTH * 1.01, TRUTH, 1e-9)


def test_relative_errors_are_taken_from_the_largest_entry_of_the_row():
    np.testing.assert_allclose(
        relative_errors(TRUTH + np.array([[0, 0.2, 0], [1e-6, 0, 0]]), TRUTH), [[0, 0.1, 0], [0.25, 0, 0]], atol=1e-9
    )
