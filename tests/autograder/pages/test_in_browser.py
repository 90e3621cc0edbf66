"""The class report in a browser: buttons sort its table, it works without scripts, and prints what is folded."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PageObject, PdfReader

from autograder.pages.report import class_report

from ...browser import problems, visit
from ..made_up import CLASS, standing

ROWS = "rows => rows.map(row => row.cells[0].textContent.trim())"


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    feedback = {r.student: f"feedback/{r.student}.html" for r in CLASS}
    path.write_text(class_report(CLASS, {r.student: standing(r) for r in CLASS}, feedback=feedback, book=None))
    return path


def names(page: Page) -> list[str]:
    return page.locator("table.sortable tbody tr").evaluate_all(ROWS)


def test_a_button_sorts_the_table_up_and_down_and_says_so(browser, file):
    with visit(browser, file.as_uri()) as (page, _):
        before = names(page)
        head = page.locator("th").filter(has_text="Total")
        for order, first in (("ascending", "olga"), ("descending", "grace")):
            head.get_by_role("button").press("Enter")
            assert head.get_attribute("aria-sort") == order and names(page)[0] == first
        student = page.locator("th").filter(has_text="Student")
        student.get_by_role("button").click()
        assert names(page) == before and head.get_attribute("aria-sort") is None


def test_who_made_a_mistake_is_printed_though_it_is_folded(browser, file):
    with visit(browser, file.as_uri()) as (page, _):
        unfolds_in_print(page)


def unfolds_in_print(page: Page) -> None:
    assert not page.locator("details a").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator("details a").first.is_visible()


def test_without_scripts_there_is_the_whole_table_and_no_button_and_who_is_printed(browser, file):
    page = browser.new_page(java_script_enabled=False)
    page.goto(file.as_uri())
    assert page.get_by_role("button").count() == 0 and page.locator("table.sortable tbody tr").count() == len(CLASS)
    unfolds_in_print(page)
    page.close()


def test_printed_no_page_but_the_last_is_left_half_empty(browser, tmp_path):
    several = [replace(result, student=f"{result.student}{k}") for k in range(3) for result in CLASS]
    report = class_report(several, {r.student: standing(r) for r in several}, feedback={}, book=None)
    pushed = report.replace("</style>", "@media print { .card { break-before: page; } }</style>")
    gaps = {}
    for name, html in (("as it is", report), ("pushed on", pushed)):
        (tmp_path / "report.html").write_text(html)
        with visit(browser, (tmp_path / "report.html").as_uri()) as (page, _):
            *full, _ = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
        gaps[name] = max(map(left_empty, full))
    assert gaps["as it is"] < 0.25 < gaps["pushed on"]


def left_empty(page: PageObject) -> float:
    """The share of a page below its last line of text."""
    lowest: list[float] = []

    def see(text: str, user: list[float], matrix: list[float], *_: object) -> None:
        if text.strip():
            lowest.append(matrix[5] * user[3] + user[5])

    page.extract_text(visitor_text=see)
    return min(lowest) / float(page.mediabox.height)


def test_another_script_than_ours_does_not_run(browser, file, tmp_path):
    changed = tmp_path / "changed.html"
    changed.write_text(file.read_text().replace("</main>", "<script>document.title = 'taken'</script></main>"))
    with visit(browser, changed.as_uri()) as (page, found):
        assert page.title() != "taken"
        assert len(found) == 1 and "Content Security Policy" in found[0]


def test_nothing_is_broken_by_day_by_night_and_on_a_phone(browser, file):
    assert problems(browser, file) == []
