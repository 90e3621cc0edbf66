"""Tables, in a notebook and in a terminal."""

from __future__ import annotations

import pytest

from missingsum import figures


def test_a_table_reads_as_text_and_as_html():
    table = figures.table("class", ["a", "b<c"], {"s": [0.25, -1.0], "note": ["x", "y"]}, digits=2)
    assert repr(table).splitlines()[1].split() == ["a", "0.25", "x"]
    assert '<th scope="row">b&lt;c</th><td>−1.00</td><td>y</td>' in table._repr_html_()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.6, "0.600"),
        (-0.7, "−0.700"),
        (-0.0, "0.000"),
        (-1e-15, "0.000"),
        (3.4e-5, "3e−05"),
        (float("nan"), "nan"),
        (7, "7"),
        ("no", "no"),
        ("2e-07", "2e−07"),
        ("one-hot", "one-hot"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert figures.table("", [0], {"": [value]}).body == [["0", text]]
