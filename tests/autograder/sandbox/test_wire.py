"""Values survive the pipe bit for bit, and bytes that are no message are refused."""

import json

import numpy as np
import pytest

from autograder.sandbox.inside import wire


def there_and_back(value):
    buffers = []
    structure = json.loads(json.dumps(wire.encode(value, buffers)))
    return wire.decode(structure, memoryview(b"".join(buffers)))


@pytest.mark.parametrize("value", [None, True, False, 0, -(2**70), 1.5, float("inf"), 1e-320, "text"])
def test_plain_values_come_back_with_their_type(value):
    back = there_and_back(value)
    assert back == value and type(back) is type(value)


@pytest.mark.parametrize("dtype", ["f4", "f8", ">f8", "i8", "u1", "?"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4), (2, 0, 5)])
def test_arrays_come_back_bit_for_bit(dtype, shape):
    array = np.random.default_rng(0).normal(size=shape, scale=100).astype(dtype)
    back = there_and_back(array)
    assert back.shape == shape and back.dtype == array.dtype.newbyteorder("<") and (back == array).all()


def test_nan_and_negative_zero_keep_their_bits():
    array = np.array([np.nan, -0.0, np.inf, 5e-324])
    assert there_and_back(array).tobytes() == array.tobytes()


def test_views_with_odd_strides_travel_as_what_they_show():
    array = np.arange(24.0).reshape(4, 6)[::-2, ::3].T
    assert (there_and_back(array) == array).all()
    assert (there_and_back(np.broadcast_to(7.0, (3, 2))) == 7).all()


def test_containers_keep_their_arrays_apart():
    value = ({"W1": np.ones((2, 2)), "b1": np.zeros(2)}, [np.arange(3), 4], np.float32(0.5))
    back = there_and_back(value)
    assert type(back) is tuple and type(back[1]) is list
    assert (
        (back[0]["W1"] == 1).all()
        and (back[0]["b1"] == 0).all()
        and (back[1][0] == [0, 1, 2]).all()
        and back[1][1] == 4
    )
    assert type(back[2]) is np.float32


class Liar(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


@pytest.mark.parametrize(
    "value",
    [
        object(),
        Liar(1),
        np.array([object()]),
        np.array(["a"]),
        np.array([1 + 2j]),
        {1: 2},
        2**5000,
        lambda: 0,
        "x" * 100_000,
    ],
)
def test_what_is_no_number_text_or_container_arrives_as_a_name_only(value):
    assert isinstance(there_and_back(value), wire.Other)


@pytest.mark.parametrize(
    "structure",
    [
        None,
        [],
        {},
        {"kind": "pickle"},
        {"kind": "array"},
        {"kind": "array", "dtype": "O", "shape": [1]},
        {"kind": "array", "dtype": "<f8", "shape": [-1]},
        {"kind": "array", "dtype": "<f8", "shape": [10**12]},
        {"kind": "array", "dtype": "<f8", "shape": [3]},
        {"kind": "array", "dtype": "<f8", "shape": [1, 1, 1, 1, 1, 1, 1, 1, 1]},
        {"kind": "array", "dtype": "<f8", "shape": [True]},
        {"kind": "array", "dtype": "V8", "shape": [1]},
        {"kind": "float", "value": "1.5.5"},
        {"kind": "int", "value": "1" * 5000},
        {"kind": "plain", "value": 5},
        {"kind": "list", "items": 3},
        {"kind": "dict", "items": []},
        {"kind": "other", "type": [[]]},
        {"kind": "plain", "value": "x" * 10_001},
        {"kind": "dict", "items": {"x" * 10_001: {"kind": "plain"}}},
        {"kind": "list", "items": [{"kind": "plain"}] * wire.MAX_PARTS},
    ],
)
def test_structures_that_do_not_fit_are_refused(structure):
    with pytest.raises(wire.Malformed):
        wire.decode(structure, memoryview(bytes(16)))


def test_nesting_without_end_is_refused():
    structure = {"kind": "plain", "value": None}
    for _ in range(50):
        structure = {"kind": "list", "items": [structure]}
    with pytest.raises(wire.Malformed):
        wire.decode(structure, memoryview(b""))


def test_left_over_bytes_are_refused():
    with pytest.raises(wire.Malformed, match="too many"):
        wire.decode({"kind": "plain", "value": None}, memoryview(b"x"))


def test_an_array_that_was_returned_as_lists_travels_whole():
    """As far as its numbers fit into a structure of a megabyte."""
    value = np.random.default_rng(0).normal(size=(100, 170)).tolist()
    assert len(json.dumps(wire.encode(value, []))) < 1_000_000
    assert there_and_back(value) == value
