"""The code of the chapters can be changed and run in the page, and the page of gradients tells its examples rightly."""

from __future__ import annotations

import linecache
import sys

import numpy as np
import pytest

from missingsum import diagnose_function
from missingsum.attention_diagnosis import takes_a_head

from ..browser import visit
from ..problem_sets import COURSE
from .live import IDLE, MOST_SECONDS

pytestmark = pytest.mark.pages
EXTENSIONS = COURSE.root / "chapters" / "_extensions"
sys.path += [str(EXTENSIONS), str(EXTENSIONS / "page_python")]  # behind all else: it holds a sklearn for pages
import gradient_page  # noqa: E402
from gradient_examples import EXAMPLES, FORWARDS  # noqa: E402


def test_all_cells_of_all_chapters_run(site, browser):
    offered, failed = 0, {}
    for file in sorted((site / "chapters").rglob("*.html")):
        with visit(browser, file.as_uri()) as (page, found):
            if not page.locator(".in-page button").count() or file.stem == "what_is_wrong":
                continue
            offered += 1
            page.set_default_timeout(1000 * MOST_SECONDS)
            page.click(".in-page button")
            page.wait_for_selector(".in-page-run")
            page.locator(".in-page-run").last.click()
            page.wait_for_function(IDLE)
            errors = page.locator(".in-page-output .error").all_inner_texts()
            if errors or found:
                failed[file.stem] = (errors, found)
    assert offered > 8 and failed == {}


def test_a_cell_that_was_changed_shows_its_new_output(site, browser):
    with visit(browser, (site / "chapters/03_missing_sum.html").as_uri()) as (page, _):
        page.click(".in-page button")
        page.wait_for_selector(".cm-content")
        page.locator(".cm-content").first.focus()
        page.keyboard.press("Control+End")
        page.keyboard.insert_text("\nprint('changed', 6 * 7)")
        page.locator(".in-page-run").first.click()
        page.wait_for_function("() => document.body.innerText.includes('changed 42')", timeout=60_000)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_an_example_is_told_by_its_name_and_place(example):
    forward = FORWARDS[example.forward].code
    names, cells = {"np": np}, (forward, gradient_page.with_call(forward, example.code, "names"))
    for number, source in enumerate(cells):
        file = f"<{example.title} {number}>"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        exec(compile(source, file, "exec"), names)
    f = names[gradient_page.last_function(forward, "forward").name]
    found = diagnose_function(f, names[gradient_page.CALLED])
    assert tuple(slip.id for slip in found.slips) == example.slips
    assert not example.line or [spot.line for spot in found.place.spots] == [example.line]


def test_the_page_tells_each_example(site, browser):
    with visit(browser, (site / "chapters/what_is_wrong.html").as_uri()) as (page, found):
        page.set_default_timeout(1000 * MOST_SECONDS)
        for number, example in enumerate(EXAMPLES):
            page.select_option("[name=example]", str(number))
            page.click("button[type=submit]")
            page.wait_for_selector("[name=stop]", state="hidden")
            page.wait_for_selector(".answer .html")
            said = page.inner_text(".answer")
            assert "What happened:" in said and "Read:" in said, (example.title, said)
            assert not example.line or f"line {example.line}:" in said, (example.title, said)
            assert page.locator(".answer table").count() == (1 if example.forward == "attention" else 3)
        assert found == []


@pytest.mark.parametrize(
    ("forward", "backward", "words"),
    [
        ("def f(x): return x", "x = 1", "no function in the backward field"),
        ("def f(x): return x", "def b(x, g, h): return g", "b takes 3 arguments"),
        ("def f(x: return", "def b(x, g): return g", "The forward field is not Python yet"),
    ],
)
def test_what_cannot_be_told_is_said(forward, backward, words):
    with pytest.raises(gradient_page.CannotTell, match=words):
        gradient_page.with_call(forward, backward, "names")


@pytest.mark.parametrize(
    ("arguments", "way"), [("z, g", "input"), ("s, g", "output"), ("z, y", "targets"), ("x, dout", "input")]
)
def test_the_names_of_its_parameters_say_how_a_function_is_called(arguments, way):
    function = gradient_page.last_function(f"def b({arguments}): pass", "backward")
    assert gradient_page.way_of(function, "names") == way


@pytest.mark.parametrize(
    ("parameters", "attention"),
    [
        ("q, k, v", True),
        ("q, k, v, mask", True),
        ("q, k, v, mask=None, *, scale=unknown", True),
        ("q: Array, k: Array, v: Array = unknown", False),
        ("x", False),
        ("x, axis=-1, eps=1e-9", False),
        ("x, axis=-1, *, eps", False),
    ],
)
def test_text_and_function_agree_on_what_takes_the_inputs_of_attention(parameters, attention):
    """The page asks before the cell has run, and the diagnosis afterwards."""
    backward = "def b(q, k, v, do): return do" if attention else "def b(x, g): return g"
    cell = gradient_page.with_call(f"def f({parameters}): ...", backward, "names")
    assert ("(q, k, v, do)" in cell.rpartition(gradient_page.CALLED)[2]) == attention
    names = {"unknown": None, "Array": None}
    exec(f"def f({parameters}): ...", names)
    assert takes_a_head(names["f"]) == attention
