"""The text of a cell is parsed within bounds, and what cannot be is said, whatever is in it."""

from __future__ import annotations

import pytest

from missingsum.where.source import MOST_BYTES, NotSearched, Source, spliced

from ...waiting import least_processor_time

CELL = """%matplotlib inline
import numpy as np
EPSILON = 1e-12
shown = print("not run again")

def double(x):  # π stands for two bytes
    return 2 * x

def f(x):
    return double(x) + EPSILON
"""


def test_lines_are_counted_in_the_cell_and_the_rest_of_it_is_left_blank():
    source = Source(CELL, "f")
    last = source.statements[-1].body[0]
    assert source.line(source.span(last)) == 10 and source.written(last) == "return double(x) + EPSILON"
    assert (
        "print" not in source.edited(())
        and "def double" in source.edited(())
        and "EPSILON = 1e-12" in source.edited(())
    )


def test_functions_that_are_defined_elsewhere_are_known_by_name():
    assert Source("def f(x):\n    return other(len(x)) + g(x)\ndef g(x):\n    return x", "f").others == {"other"}


@pytest.mark.parametrize(
    "text",
    [
        "def f(:",
        "def g(x):\n    return x",
        "f = 3 +",
        "x = '\0'",
        "def f(x):\n    return x\n" + "#" * MOST_BYTES,
        "def f(x):\n    return " + "(" * 150 + "x" + ")" * 150 + "+ x" * 6000,
        "def f(x):\n    return " + "-" * 15000 + "x",
        "def f(x):\n    return x" + ".T" * 9000,
        "def f(x):\n    return " + "lambda: " * 2400 + "x",
        "def f(x):\n    return " + "9" * 19000,
        "f = [" * 90 + "]" * 90,
        "def f(x):\n" + "".join(" " * k + "if x:\n" for k in range(1, 110)),
        "",
    ],
    ids=range(13),
)
def test_what_cannot_be_searched_is_refused_at_once(text):
    def tried() -> None:
        with pytest.raises(NotSearched):
            Source(text, "f")

    assert least_processor_time(tried, 0.5) < 0.5


def test_splices_are_made_from_the_text_and_insertions_nest():
    inner, outer = [(4, 4, "a("), (5, 5, ")")], [(4, 4, "b("), (9, 9, ")")]
    assert spliced(b"x = y + z", [*inner, *outer]) == "x = b(a(y) + z)"
    assert spliced("é = y".encode(), [(5, 6, "z")]) == "é = z"


def test_loops_count_their_steps():
    edited = Source("def f(x):\n    while x:\n        for k in x:\n            pass", "f").edited(())
    assert "while __counted_while(x):" in edited and "for k in __counted(x):" in edited
