"""The site in a real browser: everything works without a network, from a folder and from a server."""

from __future__ import annotations

import pytest
from offline_browser import problems, visit

WELCOME, CHAPTER = "chapters/index.html", "chapters/05_missing_sum.html"


def test_every_page_works_from_a_folder(book, browser):
    assert {page.name: found for page in book.pages if (found := problems(browser, page.as_uri()))} == {}


def test_every_page_works_from_a_server(book, browser, address):
    pages = [str(page.relative_to(book.html)) for page in book.pages]
    assert {page: found for page in pages if (found := problems(browser, f"{address}/{page}"))} == {}


@pytest.mark.parametrize(("bad", "sign"), [
    (r'<span class="math notranslate nohighlight">\(\frac{a}\)</span>', "maths: 1 formulas have errors"),
    (r'<span class="math">not between delimiters</span>', "formulas were rendered"),
    ('<script src="https://cdn.example.org/a.js"></script>', "outside request: https://cdn.example.org/a.js"),
    ('<img src="https://example.org/pixel.png" alt="">', "outside request: https://example.org/pixel.png"),
    ('<script>console.error("broken")</script>', "console: broken"),
    ("<script>nothing.there()</script>", "script: nothing is not defined"),
    ('<img src="../_images/gone.svg" alt="">', "missing: "),
    ('<div style="width: 900px">wide</div>', "px too wide for a phone"),
], ids=["bad maths", "raw maths", "outside script", "outside picture", "console error", "script error", "missing file", "too wide"])
def test_the_browser_check_sees_a_broken_page(book, browser, address, bad, sign):
    good = (book.html / WELCOME).read_text("utf-8")
    broken = good.replace("</article>", bad + "</article>", 1)
    assert broken != good
    assert any(sign in problem for problem in problems(browser, f"{address}/{WELCOME}", broken))


def test_search_works_from_a_folder(book, browser):
    with visit(browser, (book.html / "search.html").as_uri() + "?q=diagonal") as (page, found):
        page.wait_for_selector("#search-results li a[href*='05_missing_sum']")
        assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_stand_out_from_the_page_in_both_colour_schemes(book, browser, scheme):
    with visit(browser, (book.html / CHAPTER).as_uri()) as (page, _):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("scheme => document.documentElement.dataset.theme = scheme", scheme)
        style = page.evaluate("""() => {
          const style = getComputedStyle(document.querySelector('.cell_output img'));
          return [style.filter, style.backgroundColor];
        }""")
        assert style == [{"light": "none", "dark": "invert(1) hue-rotate(180deg)"}[scheme], "rgba(0, 0, 0, 0)"]


def test_the_answers_of_the_self_check_open_without_a_mouse(book, browser):
    with visit(browser, (book.html / CHAPTER).as_uri()) as (page, _):
        questions = page.locator("details.sd-dropdown")
        assert questions.count() == 3
        questions.first.locator("summary").focus()
        page.keyboard.press("Enter")
        assert questions.first.evaluate("details => details.open")
