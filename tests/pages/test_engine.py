"""Python in a page, from a server and from a folder: it runs what is right, stops what does not end, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from missingsum.slips import SLIPS

from ..browser import visit
from ..problem_sets import PROBLEM_SETS
from ..submissions.reported import WRONG
from ..submissions.telling import said_of
from .live import MOST_SECONDS, cells_of, page_of, run, words

pytestmark = pytest.mark.pages
SET = "ps2_missing_sum"
SESSION = ("keep = 41", "keep + 1")
ENDS_IN_PYTHON = {
    "a loop": ("n = 0\nwhile True:\n    n += 1", "while True:"),
    "a loop in a function": ("def f():\n    while True:\n        pass\nf()", ", in f"),
    "a loop that catches errors": ("while True:\n    try:\n        pass\n    except Exception:\n        pass", "line"),
    "a long range": ("for i in range(10**12):\n    pass", "line"),
    "products of matrices": ("import numpy as np\nA = np.ones((200, 200))\nwhile True:\n    A @ A", "line"),
}
COMPARED = [case for case in WRONG if case.asked != "diagnose" and not case.slow]
TIMED = {"76b"}
"""Where a machine's speed decides what is seen."""


@pytest.fixture(scope="module", params=["http", "file"])
def page(request, site, address, browser) -> Iterator:
    base = address if request.param == "http" else site.as_uri()
    with visit(browser, f"{base}/{page_of(SET)}") as (opened, found):
        opened.set_default_timeout(1000 * MOST_SECONDS)
        opened.click(".in-page button")
        opened.wait_for_selector(".in-page-bar")
        yield opened
        assert found == []


@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_all_solutions_pass(page, problem_set):
    page.evaluate("() => inPage.engine.stop()")
    for name, source in cells_of(problem_set):
        result = run(page, source, name, seconds=120)
        assert result["ok"], (name, words(result))


@pytest.mark.parametrize("case", ENDS_IN_PYTHON)
def test_what_does_not_end_is_stopped_and_the_session_goes_on(page, case):
    source, place = ENDS_IN_PYTHON[case]
    assert run(page, SESSION[0])["ok"]
    result = run(page, source, seconds=1)
    assert result["stopped"] and place in words(result) and "Stopped after 1 seconds" in words(result)
    assert words(run(page, SESSION[1])) == "42\n"


@pytest.mark.parametrize(
    "source", ["while True:\n    try:\n        pass\n    except BaseException:\n        pass", "sum(iter(int, 1))"]
)
def test_what_does_not_listen_is_ended_and_python_starts_again(page, source):
    result = run(page, source, seconds=1)
    assert not result["ok"] and ("stopped after 1 seconds" in result.get("ended", "") or result["stopped"])
    assert words(run(page, "1 + 1")) == "2\n"


def test_an_error_names_the_line_of_the_reader(page):
    result = run(page, "def f(x):\n    return x / 0\n\nf(1)", "softmax_backward")
    assert not result["ok"]
    assert 'File "<softmax_backward>", line 2, in f\n    return x / 0\n' in words(result)
    assert "session" not in words(result) and "ZeroDivisionError" in words(result)


def test_a_syntax_error_and_a_missing_module_are_told(page):
    assert "SyntaxError" in words(run(page, "def f(:"))
    assert "The notebook has more room" in words(run(page, "import scipy"))


def test_a_hundred_megabytes_of_output_are_cut(page):
    result = run(page, "for _ in range(100):\n    print('x' * 10**6)")
    assert result["ok"] and len(words(result)) < 110_000 and "the rest is left out" in words(result)


@pytest.mark.parametrize(
    "source", ["import numpy as np\nnp.ones((20000, 20000))", "x = []\nwhile True:\n    x.append(bytearray(10**7))"]
)
def test_the_end_of_the_memory_is_told_and_python_goes_on(page, source):
    result = run(page, source)
    told = (words(result) + result.get("ended", "")).lower()
    assert not result["ok"] and ("memory" in told or "array is too big" in told)
    page.evaluate("() => inPage.engine.stop()")
    assert words(run(page, "1 + 1")) == "2\n"


def test_an_endless_function_is_named_by_its_check_as_in_a_notebook(page):
    page.evaluate("() => inPage.engine.stop()")
    for name, source in cells_of(SET, {"softmax_forward": "def softmax_forward(z):\n    while True:\n        pass"}):
        result = run(page, source, name, seconds=60)
        if name == "test_softmax_forward":
            break
    assert "it did not end within 30 seconds" in words(result).replace("It did", "it did")


def test_what_is_run_reaches_no_network(page):
    """Not even by way of JavaScript, which Python can reach."""
    names = ("fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts", "Worker")
    asked = f"return [{', '.join(f'typeof {name}' for name in names)}].join(' ')"
    tried = f"import pyodide_js\nprint(pyodide_js.constructor.constructor({asked!r})())"
    assert words(run(page, tried)).split() == ["undefined"] * len(names)


def test_readers_are_told_what_is_told_in_cpython(site, address, browser):
    """Every mistake that people reported, and the local check: the same slips."""
    differ = {}
    with visit(browser, f"{address}/{page_of(SET)}") as (page, _):
        page.click(".in-page button")
        page.wait_for_selector(".in-page-bar")
        for case in COMPARED:
            problem_set, function = case.asked.split()
            expected = said_of(case)["local"].slips
            ran = "from missingsum.check import running\n_ = running._last and print(*running._last[0].slips)"
            for name, source in cells_of(problem_set, {function: case.cell}):
                run(page, source, name)
                if name == f"test_{function}":
                    break
            found = tuple(words(run(page, ran)).split())
            if found != expected and case.line not in TIMED:
                differ[case.line] = (found, expected)
    assert COMPARED and set().union(*(said_of(case)["local"].slips for case in COMPARED)) <= SLIPS.keys()
    assert differ == {}


def test_the_site_lies_where_a_folder_is_opened(site):
    assert (site / "_static/in_page/machine.js").is_file() and isinstance(site, Path)
