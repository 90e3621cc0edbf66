"""A problem set in its page: answers are kept, handed in, loaded and forgotten; by everybody, and under a policy."""

from __future__ import annotations

import json
import re
from http.server import SimpleHTTPRequestHandler

import pytest

from autograder.cli import main

from ..browser import WCAG_21_AA, _Quiet, accessibility_findings, served, visit
from ..problem_sets import COURSE
from ..submissions.make import model_answers
from .live import Solving, page_of, released, solving

pytestmark = pytest.mark.pages
SET = "ps2_missing_sum"
RIGHT = model_answers(SET)
PHONE = {"width": 390, "height": 844}
POLICY = re.search(r"```text\n(.*?)```", (COURSE.root / "chapters/python_in_the_page.md").read_text(), re.DOTALL)[1]
NO_STORAGE = """() => Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('denied', 'SecurityError'); }
})"""
FULL_STORAGE = """() => { Storage.prototype.setItem = () => {
  throw new DOMException('full', 'QuotaExceededError');
}; }"""


def test_the_downloaded_notebook_is_collected_and_gets_full_marks(address, browser, tmp_path, monkeypatch):
    with solving(browser, f"{address}/{page_of(SET)}") as (solved, found):
        for name, text in RIGHT.items():
            solved.write(name, text)
        notebook = solved.download()
        assert found == []
    folder = tmp_path / "handed in" / "ada"
    folder.mkdir(parents=True)
    (folder / f"{SET}.ipynb").write_text(json.dumps(notebook))
    assert notebook["metadata"]["missingsum"] == released(SET)["metadata"]["missingsum"]
    monkeypatch.chdir(COURSE.root)
    submitted, out = tmp_path / "submitted", tmp_path / "out"
    assert main(["collect", SET, str(tmp_path / "handed in"), "--submitted", str(submitted)]) == 0
    records = out / "records.json"
    assert main(["grade", SET, "--submitted", str(submitted), "--out", str(out), "--json", str(records)]) == 0
    scores = {each["problem"]: (each["score"], each["max_score"]) for each in json.loads(records.read_text())}
    assert scores.keys() >= RIGHT.keys()
    assert {name: got for name in RIGHT if (got := scores[name])[0] < got[1]} == {}


def test_a_notebook_is_loaded_as_text_and_nothing_of_it_runs(address, browser, tmp_path):
    notebook = released(SET)
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in RIGHT:
            cell["source"] = "raise SystemExit('it ran')" if name == "softmax_forward" else RIGHT[name]
    file = tmp_path / "mine.ipynb"
    file.write_text(json.dumps(notebook))
    with solving(browser, f"{address}/{page_of(SET)}") as (solved, found):
        solved.write("softmax_backward", "# my own")
        asked = []
        solved.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
        solved.page.set_input_files("input[type=file]", file)
        solved.page.wait_for_function("() => document.body.innerText.includes('Nothing was run.')")
        assert "softmax_backward" in asked[0]
        assert "it ran" in solved.text("softmax_forward") and "it ran" not in "".join(
            solved.page.locator(".in-page-output").all_text_contents()
        )
        assert solved.download()["cells"] == solved.download()["cells"]
        for wrong, words in ((b"{}", "could not be read"), (b'{"cells": []}', "has no answer to this problem set")):
            file.write_bytes(wrong)
            solved.page.set_input_files("input[type=file]", file)
            solved.page.wait_for_function("words => document.body.innerText.includes(words)", arg=words)
        assert found == []


def test_answers_can_be_forgotten(address, browser):
    with solving(browser, f"{address}/{page_of(SET)}") as (solved, _):
        solved.write("softmax_forward", "# mine")
        assert solved.page.evaluate("() => Object.keys(localStorage).some(name => name.startsWith('in-page:'))")
        solved.page.on("dialog", lambda dialog: dialog.accept())
        solved.page.click("text=Forget my answers on this computer")
        assert "not written yet" in solved.text("softmax_forward")
        assert not solved.page.evaluate("() => Object.keys(localStorage).some(name => name.startsWith('in-page:'))")


@pytest.mark.parametrize("trouble", [NO_STORAGE, FULL_STORAGE], ids=["private", "full"])
def test_where_nothing_can_be_kept_the_page_says_so_and_works(address, browser, trouble):
    with visit(browser, f"{address}/{page_of(SET)}") as (page, found):
        page.evaluate(trouble)
        solved = Solving(page)
        solved.begin()
        solved.write("softmax_forward", RIGHT["softmax_forward"])
        solved.press("softmax_forward", "Check")
        assert "This browser keeps nothing here" in page.inner_text(".in-page-note")
        assert solved.progress.startswith("1 of") and found == []


def test_stop_ends_python_and_keeps_what_was_written(address, browser):
    with solving(browser, f"{address}/{page_of(SET)}") as (solved, _):
        solved.write("softmax_forward", "def softmax_forward(z):\n    while True:\n        pass\nsoftmax_forward(1)")
        solved.cell("softmax_forward").get_by_role("button", name="Run").click()
        solved.page.wait_for_function("() => document.body.innerText.includes('Running')", timeout=60_000)
        solved.page.click("button:text-is('Stop')")
        solved.page.wait_for_function("() => document.body.innerText.includes('Python was ended: stopped')")
        solved.write("softmax_forward", RIGHT["softmax_forward"])
        solved.press("softmax_forward", "Check")
        assert solved.progress.startswith("1 of")


@pytest.mark.parametrize("page_name", [page_of(SET), "chapters/what_is_wrong.html"])
def test_everybody_can_use_it_before_and_after_the_click(address, browser, page_name):
    options = {"runOnly": WCAG_21_AA}
    with visit(browser, f"{address}/{page_name}") as (page, found):
        for after in (False, True):
            if after and page_name.startswith("exercises"):
                solved = Solving(page)
                solved.begin()
                solved.write("softmax_forward", RIGHT["softmax_forward"])
                solved.write("softmax_backward", "def softmax_backward(s, g):\n    return g * s * (1 - s)\n")
                solved.press("softmax_backward", "Check")
            elif after:
                page.click("button[type=submit]")
                page.wait_for_selector(".answer .html", timeout=60_000)
            page.add_style_tag(content="* { transition: none !important; content-visibility: visible !important }")
            for scheme in ("light", "dark"):
                assert list(accessibility_findings(page, scheme, options)) == [], (after, scheme)
            page.set_viewport_size(PHONE)
            assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
            page.set_viewport_size({"width": 1280, "height": 900})
        assert found == []


class UnderThePolicy(_Quiet):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", " ".join(POLICY.split()))
        SimpleHTTPRequestHandler.end_headers(self)


def test_the_policy_that_the_book_names_suffices(site, browser, monkeypatch):
    monkeypatch.setattr("tests.browser._Quiet", UnderThePolicy)
    with served(site) as address, solving(browser, f"{address}/{page_of(SET)}") as (solved, found):
        solved.write("softmax_forward", RIGHT["softmax_forward"])
        solved.press("softmax_forward", "Check")
        assert solved.progress.startswith("1 of") and found == []
