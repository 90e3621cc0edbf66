"""Pages of the built book in which Python runs, as a reader uses them; and what they load."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from ..browser import visit
from ..problem_sets import COURSE
from ..submissions.make import model_answers

LOADED = "_static/in_page"
MOST_SECONDS = 90
"""For what takes one or two on a machine that does nothing else."""
IDLE = "() => !document.querySelector('.in-page-run[aria-disabled=true]')"


def require_engine(site: Path) -> Path:
    """The site, if Python runs in its pages; else the test is skipped, or fails where the engine is required."""
    if not (site / LOADED / "machine.gz").is_file():
        reason = "Python does not run in the pages: the build of the book says what is missing"
        if os.environ.get("REQUIRE_ENGINE"):
            pytest.fail(reason)
        pytest.skip(reason)
    return site


def first_view_added(site: Path, page: str) -> int:
    """Compressed bytes of a page before the click that are there for the button: its script, its tag, its styles."""
    whole, sheet = (site / page).read_bytes(), (site / "_static/all.css").read_bytes()
    tag = re.search(rb"<script data-kind=[^>]*></script>", whole)
    rules = re.findall(rb"[^{}]*\.in-page[^{}]*\{[^{}]*\}", sheet)
    assert tag and rules

    def more(text: bytes, *parts: bytes) -> int:
        rest = text
        for part in parts:
            rest = rest.replace(part, b"")
        return len(gzip.compress(text)) - len(gzip.compress(rest))

    return len(gzip.compress((site / LOADED / "offer.js").read_bytes())) + more(whole, tag[0]) + more(sheet, *rules)


def page_of(problem_set: str) -> str:
    return f"exercises/{problem_set}/{problem_set}.html"


def released(problem_set: str) -> dict:
    """The notebook as it is handed out."""
    file = COURSE.root / "exercises" / problem_set / f"{problem_set}.ipynb"
    return json.loads(file.read_text("utf-8"))


def cells_of(problem_set: str, answers: Mapping[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """The names and texts of all code cells, with the model's answers and then ``answers`` in their places."""
    written = {**model_answers(problem_set), **(answers or {})}
    for cell in released(problem_set)["cells"]:
        if cell["cell_type"] == "code":
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", cell["id"])
            yield name, written.get(name, "".join(cell["source"]))


class Solving:
    """A problem set that is solved in its page."""

    def __init__(self, page: Page):
        self.page = page

    def begin(self) -> None:
        self.page.click(".in-page button")
        self.page.wait_for_selector(".in-page-bar")

    @property
    def status(self) -> str:
        return self.page.inner_text(".in-page-bar > [role=status]")

    @property
    def progress(self) -> str:
        return self.page.inner_text(".in-page-progress")

    def editor(self, name: str) -> Locator:
        return self.page.locator(f'.cm-content[aria-label="Your code for {name}"]')

    def cell(self, name: str) -> Locator:
        return self.page.locator(".cell", has=self.editor(name))

    def text(self, name: str) -> str:
        return "\n".join(self.editor(name).locator(".cm-line").all_text_contents()).replace("\u200b", "")

    def write(self, name: str, text: str) -> None:
        self.editor(name).focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def press(self, name: str, button: str) -> None:
        self.cell(name).get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_function(IDLE, timeout=1000 * MOST_SECONDS)

    def said(self, name: str) -> str:
        """What stands below an answer and its check."""
        below = self.cell(name).locator(".in-page-output")
        check = self.cell(name).locator("xpath=following-sibling::*[1]").locator(".in-page-output")
        return "\n".join(filter(None, [*below.all_text_contents(), *check.all_inner_texts()]))

    def download(self) -> dict:
        with self.page.expect_download() as begun:
            self.page.click("text=Download as notebook")
        return json.loads(Path(begun.value.path()).read_text("utf-8"))


@contextmanager
def solving(browser: Browser, address: str) -> Iterator[tuple[Solving, list[str]]]:
    with visit(browser, address) as (page, found):
        page.evaluate("() => localStorage.clear()")
        solved = Solving(page)
        solved.begin()
        yield solved, found


RUN = """async ([source, options]) => {
  const shown = [];
  try {
    const result = await inPage.engine.run(source, {...options, output: (...piece) => shown.push(piece)});
    return {...result, shown};
  } catch (error) { return {ok: false, ended: error.message, shown}; }
}"""


def run(page: Page, source: str, name: str = "cell", seconds: float = 60) -> dict:
    """Run a cell in the engine of a page on which the button was pressed: ok, what it showed, how it ended."""
    return page.evaluate(RUN, [source, {"name": name, "seconds": seconds}])


def words(result: dict) -> str:
    return "".join(text for _, text in result["shown"])
