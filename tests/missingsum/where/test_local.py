"""A failed check says where, from the student's own source, and on request which kind of change; never the change."""

from __future__ import annotations

import linecache
import time

import numpy as np
import pytest

from missingsum import check
from missingsum.check import markup, running
from missingsum.check.running import explained
from missingsum.where import here
from missingsum.where.here import source_of
from missingsum.where.source import NotSearched
from missingsum.where.words import KINDS

FORWARD = """
def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
MEAN = """# the second line says what is wrong
def softmax_backward(s, g):
    return s * (g - (g * s).mean(axis=1, keepdims=True))
"""
PLACE = "Look at line 3: (g * s).mean(axis=1, keepdims=True)"


def notebook(*cells: str) -> dict:
    """The names that cells define, with their sources to be looked up, as a notebook does it."""
    names = {"np": np}
    for number, cell in enumerate(cells):
        file = f"<cell {number} {hash(cell):x}>"
        linecache.cache[file] = (len(cell), None, cell.splitlines(keepends=True), file)
        exec(compile(cell, file, "exec"), names)
    return names


def report(*cells: str, function: str = "softmax_backward"):
    return explained(getattr(check.ps2, function).body, notebook(*cells)[function])


def test_text_and_table_say_where():
    found = report(FORWARD, MEAN)
    assert str(found.place) == PLACE
    assert PLACE in " ".join(str(found).split()) and "check.hint()" in str(found)
    assert "line 3: <code>(g * s).mean(axis=1, keepdims=True)</code>" in markup.html(found)


def test_what_is_shown_is_text():
    wrong = MEAN.replace("s * (g", "s * ('<script>' and g")
    assert "<script>" not in markup.html(report(FORWARD, wrong.replace("(g * s).mean", "(g * s <= '<b>').mean")))
    assert "<script>" not in markup.html(report(FORWARD, wrong))


def test_the_kind_of_change_is_told_on_request(capsys):
    with pytest.raises(check.CheckFailed, match="Look at line 3"):
        check.ps2.softmax_backward(notebook(FORWARD, MEAN)["softmax_backward"])
    check.hint()
    assert capsys.readouterr().out.strip() == f"{PLACE}. {KINDS['function']}"
    check.ps2.softmax_forward(notebook(FORWARD)["softmax_forward"])
    capsys.readouterr()
    check.hint()
    assert "nothing to hint at" in capsys.readouterr().out


def test_no_hint_shows_what_to_write():
    for kind, words in KINDS.items():
        assert not any(sign in words for sign in ("np.", "keepdims=", "axis=0", "axis=1", ".sum", ".T", "**")), kind


def test_a_function_without_source_is_checked_all_the_same():
    names = notebook(FORWARD)
    exec(MEAN, names)
    found = explained(check.ps2.softmax_backward.body, names["softmax_backward"])
    assert found.failed and found.place is None


def test_a_right_function_is_not_searched(monkeypatch):
    monkeypatch.setattr(here, "find", None)
    assert not report(FORWARD, MEAN.replace(".mean", ".sum")).failed


def test_nothing_is_said_where_another_function_that_is_called_is_wrong():
    partial = "def softmax_partial(s, i, j): return -s[i] * ((i == j) - s[j])"
    entry = """
def dL_dz_entry(s, y, j):
    return sum(-y[i] / s[i] * softmax_partial(s, i, j) for i in range(len(s)))
"""
    found = report(FORWARD, partial, entry, function="dL_dz_entry")
    assert found.failed and found.place is None
    right = partial.replace("-s[i] *", "s[i] *")
    assert report(FORWARD, right, entry.replace("-y[i]", "y[i]"), function="dL_dz_entry").place


def test_helpers_of_the_same_cell_are_searched_too():
    cell = """
def row_sums(a):
    return a.sum(axis=0, keepdims=True)

def softmax_backward(s, g):
    return s * (g - row_sums(s * g))
"""
    assert report(FORWARD, cell).place.spots[0].line == 3


@pytest.mark.parametrize(
    "cell",
    [
        "softmax_backward = lambda s, g: s * (g - (g * s).mean(axis=1, keepdims=True))",
        "class Layer:\n    def vjp(self, s, g):\n        return s * (g - (g * s).mean(axis=1, keepdims=True))\n\n"
        "softmax_backward = Layer().vjp",
        "def make(axis):\n    def softmax_backward(s, g):\n"
        "        return s * (g - (g * s).mean(axis=axis, keepdims=True))\n    return softmax_backward\n\n"
        "softmax_backward = make(1)",
    ],
    ids=["lambda", "method", "closure"],
)
def test_functions_of_every_make_have_a_source(cell):
    assert ".mean(" in str(report(FORWARD, cell).place)


def test_a_fault_of_the_search_costs_the_place_alone(monkeypatch):
    def breaks(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(here, "find", breaks)
    found = report(FORWARD, MEAN)
    assert found.failed and found.place is None and found.steps


def test_a_slow_check_is_not_repeated(monkeypatch):
    monkeypatch.setattr(running, "computing_time", lambda: lambda: 100.0)
    begun = time.process_time()
    assert report(FORWARD, MEAN).place is None
    assert time.process_time() - begun < 20


def test_the_names_of_the_notebook_stay_as_they_are():
    names = notebook(FORWARD, MEAN, "calls = []\ntotal = np.zeros(3)")
    before = {name: value for name, value in names.items() if name != "__builtins__"}
    explained(check.ps2.softmax_backward.body, names["softmax_backward"])
    assert all(names[name] is value for name, value in before.items()) and set(names) - set(before) == {"__builtins__"}


def test_nothing_is_printed_while_candidates_run(capsys):
    wrong = MEAN.replace("    return", "    print('seen')\n    return")
    names = notebook(FORWARD, wrong)
    running.run(check.ps2.softmax_backward.body, names["softmax_backward"])
    once = capsys.readouterr().out.count("seen")
    explained(check.ps2.softmax_backward.body, names["softmax_backward"])
    assert capsys.readouterr().out.count("seen") == once


def test_only_functions_have_a_source():
    for thing in (np.sum, len, object(), type):
        with pytest.raises(NotSearched):
            source_of(thing)
