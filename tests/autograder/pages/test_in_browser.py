"""The class report in a browser: buttons sort its table, it works without scripts, and prints what is folded."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PageObject, PdfReader

from autograder.pages.report import class_report

from ...browser import chromium, problems
from ..made_up import CLASS, standing

ROWS = "rows => rows.map(row => row.cells[0].textContent.trim())"


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    feedback = {r.student: f"feedback/{r.student}.html" for r in CLASS}
    path.write_text(class_report(CLASS, {r.student: standing(r) for r in CLASS}, feedback=feedback, book=None))
    return path


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def names(page: Page) -> list[str]:
    return page.locator("table.sortable tbody tr").evaluate_all(ROWS)


def test_a_button_sorts_the_table_up_and_down_and_says_so(browser, file):
    page = browser.new_page()
    page.goto(file.as_uri())
    before = names(page)
    head = page.locator("th").filter(has_text="Total")
    for order, first in (("ascending", "olga"), ("descending", "grace")):
        head.get_by_role("button").press("Enter")
        assert head.get_attribute("aria-sort") == order and names(page)[0] == first
    student = page.locator("th").filter(has_text="Student")
    student.get_by_role("button").click()
    assert names(page) == before and head.get_attribute("aria-sort") is None
    page.close()


def test_without_scripts_there_is_the_whole_table_and_no_button(browser, file):
    page = browser.new_page(java_script_enabled=False)
    page.goto(file.as_uri())
    assert page.get_by_role("button").count() == 0 and page.locator("table.sortable tbody tr").count() == len(CLASS)
    page.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_who_made_a_mistake_is_printed_though_it_is_folded(browser, file, scripts):
    page = browser.new_page(java_script_enabled=scripts)
    page.goto(file.as_uri())
    assert not page.locator("details a").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator("details a").first.is_visible()
    page.close()


def test_printed_no_page_but_the_last_is_left_half_empty(browser, tmp_path):
    several = [replace(result, student=f"{result.student}{k}") for k in range(6) for result in CLASS]
    report = class_report(several, {r.student: standing(r) for r in several}, feedback={}, book=None)
    pushed = report.replace("</style>", "@media print { .scroll { break-before: page; } }</style>")
    gaps = {}
    for name, html in (("as it is", report), ("table pushed on", pushed)):
        (tmp_path / "report.html").write_text(html)
        page = browser.new_page()
        page.goto((tmp_path / "report.html").as_uri())
        *full, _ = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
        gaps[name] = max(map(left_empty, full))
        page.close()
    assert gaps["as it is"] < 0.25 < gaps["table pushed on"]


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
    page = browser.new_page()
    page.goto(changed.as_uri())
    assert page.title() != "taken"
    page.close()


def test_nothing_is_broken_by_day_by_night_and_on_a_phone(browser, file):
    assert problems(browser, file) == []
