"""Where a function is wrong, found without knowing what it is for: by one edit, by two, or by the value that is needed.

Each mistake is spoiled from a right function, and the place must be the one that was spoiled.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

from missingsum.where import inside
from missingsum.where.cases import Case
from missingsum.where.here import Here
from missingsum.where.search import Budget, Search, computing_time, find
from missingsum.where.source import NotSearched, Source

BACKWARD = """
def f(s, g):
    total = (s * g).sum(axis=1, keepdims=True)
    return s * (g - total)
"""
LOOPS = """
def f(s, g):
    out = np.zeros(s.shape)
    for k in range(len(s)):
        t = 0
        for j in range(s.shape[1]):
            t += s[k, j] * g[k, j]
        for j in range(s.shape[1]):
            out[k, j] = s[k, j] * (g[k, j] - t)
    return out
"""


def inputs(rng, shape):
    s = rng.uniform(0.2, 1, size=shape)
    return s / s.sum(axis=1, keepdims=True), rng.normal(size=shape)


def cases(seed=0, truth=BACKWARD):
    names = {"np": np}
    exec(truth, names)
    rng = np.random.default_rng(seed)
    given = [inputs(rng, shape) for shape in ((3, 4), (5, 3), (2, 6))]
    return [Case(arguments, (((), names["f"](*arguments)),)) for arguments in given]


def search(text, known=None, **options):
    known, fresh = cases() if known is None else known, cases(1)

    def accepts(function):
        return all(case.is_met(inside.outcome(function, inside.Steps(), case.arguments)) for case in (*fresh, *cases()))

    return find(Source(text, "f"), known, Here("f", {"np": np}, accepts), **options)


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        ("(s * g).sum", "(s * g).mean", "function"),
        ("(s * g).sum", "(s + g).sum", "operator"),
        ("g - total", "g + total", "sign"),
        ("g - total", "total - g", "order"),
        ("axis=1, ", "axis=0, ", "axis"),
        (", keepdims=True", "", "axis"),
        ("(g - total)", "g - total", "brackets"),
        ("s * (g", "g * (g", "name"),
        ("(g - total)", "(g - total) / len(s)", "operand-too-many"),
        ("(g - total)", "(g - total) / 64", None),
        ("g - total", "g.T - total", "transpose"),
        ("(g - total)", "np.exp(g - total)", "wrapper-too-many"),
        ("return s", "return 2 * s", None),
        ("    total = ", "    g = g * 1.0\n    g -= s\n    total = ", None),
        ("(g - total)", "g", "term-missing"),
        ("s * (g - total)", "(g - total)", "factor"),
    ],
)
def test_one_mistake_is_found_where_it_was_made(right, wrong, kind):
    text = BACKWARD.replace(right, wrong, 1)
    assert text != BACKWARD
    place, _ = search(text)
    spoiled = next(k for k, (a, b) in enumerate(zip(text.split("\n"), BACKWARD.split("\n")), 1) if a != b)
    assert len(place.spots) == 1 and abs(place.spots[0].line - spoiled) <= 1 + (kind is None)
    assert kind in (None, *place.kinds) and place.hint


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("t += s", "t = s"),
        ("range(s.shape[1]):\n            t", "range(1, s.shape[1]):\n            t"),
        ("range(len(s))", "range(len(s) - 1)"),
        ("    return out", "        return out"),
        ("s[k, j] * g[k, j]\n", "s[k, j] * g[j, k]\n"),
        ("np.zeros(s.shape)", "np.zeros(s.shape, dtype=int)"),
        ("- t)", "- t / 2)"),
    ],
)
def test_loops_are_no_hindrance(right, wrong):
    text = LOOPS.replace(right, wrong, 1)
    assert text != LOOPS
    place, _ = search(text)
    line = next(k for k, (a, b) in enumerate(zip(text.split("\n"), LOOPS.split("\n")), 1) if a != b)
    assert abs(place.spots[0].line - line) <= 1


@pytest.mark.parametrize(
    "body",
    [
        "    return s * (g + 0)",
        "    weighted = s * (g + 0)\n    return weighted",
        "    upstream = g + 0\n    weighted = s * upstream\n    return weighted",
    ],
)
def test_a_sum_that_is_missing_is_found_whatever_has_a_name_already(body):
    """The value that is needed is made of a product that has no name yet there, or a name that comes later."""
    place, repair = search(f"\ndef f(s, g):\n{body}\n")
    assert place.kinds == ("term-missing",) and ".sum(" in repair.program


def test_two_mistakes_are_both_shown():
    place, _ = search(BACKWARD.replace("g - total", "g + total").replace(".sum(axis=1", ".sum(axis=0"))
    assert [spot.line for spot in place.spots] == [4, 3] or [spot.line for spot in place.spots] == [3, 4]


LONG = """
def f(s, g):
    n, c = s.shape[0], g.shape[1]
    shifted = s - s.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    p = e / e.sum(axis=1, keepdims=True)
    log_p = shifted - np.log(e.sum(axis=1, keepdims=True))
    weighed = p * g
    total = weighed.sum(axis=1, keepdims=True)
    loss = -(p * log_p).sum() / n
    answer = (weighed - p * total) / np.sqrt(c)
    return answer + 0 * loss
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("g.shape[1]", "s.shape[0]"),
        ("p * total", "total"),
        ("weighed.sum(axis=1", "weighed.sum(axis=0"),
        ("e / e", "e * e"),
    ],
)
def test_in_a_long_function_too_only_what_no_value_can_help_is_passed_over(right, wrong):
    text = LONG.replace(right, wrong, 1)
    names = {"np": np}
    exec(LONG, names)
    known = [Case(case.arguments, (((), names["f"](*case.arguments)),)) for case in cases()]

    def accepts(function):
        return all(case.is_met(inside.outcome(function, inside.Steps(), case.arguments)) for case in known)

    found = find(Source(text, "f"), known, Here("f", {"np": np}, accepts))
    line = next(k for k, (a, b) in enumerate(zip(text.split("\n"), LONG.split("\n")), 1) if a != b)
    assert found and abs(found[0].spots[0].line - line) <= 2


def test_nothing_is_said_of_what_no_small_change_makes_right():
    assert search("def f(s, g):\n    return np.tanh(s) @ np.ones((s.shape[1], 1)) * np.cos(g)\n") is None


def test_an_array_that_is_changed_is_found():
    place, _ = search("def f(s, g):\n    g -= (s * g).sum(axis=1, keepdims=True)\n    return s * g\n")
    assert place.spots[0].text.startswith("g -=") and place.kinds == ("copy",)


def test_a_mistake_that_no_known_case_shows_is_found_by_the_check_alone():
    assert search(BACKWARD.replace("(s * g).sum", "(s * g).max"), known=[])[0].spots[0].line == 3


def test_a_factor_of_one_is_no_repair():
    """The rows of s sum to 1: to multiply by their sum changes nothing, so it can explain nothing."""
    _, repair = search(BACKWARD.replace("(g - total)", "g"))
    names = {"np": np}
    exec(repair.program.replace("__counted", "iter"), names)
    s, g = np.random.default_rng(3).uniform(0.5, 2, size=(2, 4, 3))
    assert not np.allclose(names["f"](s / s.sum(axis=1, keepdims=True), g), s * g)


SOFTMAX = """
def f(s, g):
    e = np.exp(s)
    return e / (e.sum(axis=1, keepdims=True){})
"""


def test_what_only_makes_a_small_error_smaller_is_no_repair():
    """A larger e makes the epsilon beside its sum smaller, and passes a tolerance; the mistake is the epsilon."""
    known, wrong = cases(truth=SOFTMAX.format("")), SOFTMAX.format(" + 6e-7")
    searching = Search(Source(wrong, "f"), known, Here("f", {"np": np}, lambda f: True), Budget(), computing_time())
    larger = wrong.replace("np.exp(s)", "np.exp(s) * s.size")
    assert all(case.is_met(searching.attempts([larger], case)[0]) for case in known)
    assert searching._holds(SOFTMAX.format("")) and not searching._holds(larger)


def test_the_same_place_at_every_run():
    first, second = (search(BACKWARD.replace("(g - total)", "g"))[0] for _ in range(2))
    assert first == second


def test_counts_bound_the_search_and_the_clock_only_guards_it():
    runs = []
    wrong = "def f(s, g):\n    return np.sin(s) * np.cos(g)\n"

    class Counted(Here):
        def attempts(self, programs, arguments):
            runs.extend(programs)
            return super().attempts(programs, arguments)

    find(Source(wrong, "f"), cases(), Counted("f", {"np": np}, lambda function: False), Budget(runs=100, pairs=50))
    assert len(runs) < 300
    ticks = iter(range(10_000))
    with pytest.raises(NotSearched, match="too long"):
        search(wrong, clock=lambda: float(next(ticks)))


def test_an_edit_that_makes_a_loop_endless_is_stopped():
    wrong = """
def f(s, g):
    n = 1
    while n < 4:
        n *= 2
    return s * g
"""
    begun = time.process_time()
    search(wrong)
    assert time.process_time() - begun < 5


def test_a_student_can_interrupt_and_nothing_else_comes_through():
    names = {"np": np}
    for raised in ("SystemExit", "ValueError", "RecursionError"):
        assert inside.attempts([f"def f(x):\n    raise {raised}"], "f", (1.0,), names) == [[]]
    with pytest.raises(KeyboardInterrupt):
        inside.attempts(["def f(x):\n    raise KeyboardInterrupt"], "f", (1.0,), names)


def test_arguments_are_copied_for_every_candidate():
    x = np.ones(3)
    assert inside.attempts(["def f(x):\n    x[:] = 2\n    return x.sum()"], "f", (x,), {"np": np}) == [[6.0, False]]
    assert (x == 1).all()
