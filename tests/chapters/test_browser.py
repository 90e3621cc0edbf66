"""The site in a real browser: everything works without a network, from a folder and from a server, for everybody."""

from __future__ import annotations

import pytest

from ..browser import DESKTOP, PHONE, problems, served, visit
from .built_book import parse

WELCOME, CHAPTER = "chapters/index.html", "chapters/05_missing_sum.html"


def test_every_page_works_from_a_folder(book, browser):
    assert {page.name: found for page in book.pages if (found := problems(browser, page))} == {}


def test_every_page_names_an_icon_that_is_there(book):
    """Without one a browser asks the server for favicon.ico, which is not there."""
    for page in book.pages:
        icon = parse(page.read_text("utf-8")).select_one('link[rel~="icon"]')
        assert icon and (page.parent / icon["href"]).is_file(), page


def test_pages_work_from_a_server(book, browser):
    with served(book.html) as address:
        for name in ("index.html", CHAPTER, "search.html?q=diagonal"):
            with visit(browser, f"{address}/{name}") as (_, found):
                assert found == []


@pytest.mark.parametrize(
    ("bad", "sign"),
    [
        (r'<span class="math notranslate nohighlight">\(\frac{a}\)</span>', "maths: 1 formulas have errors"),
        (r'<span class="math">not between delimiters</span>', "formulas were rendered"),
        ('<script src="https://cdn.example.org/a.js"></script>', "outside request: https://cdn.example.org/a.js"),
        ('<img src="https://example.org/pixel.png" alt="">', "outside request: https://example.org/pixel.png"),
        ('<script>console.error("broken")</script>', "console: broken"),
        ("<script>nothing.there()</script>", "script: nothing is not defined"),
        ('<img src="../_images/gone.svg" alt="">', "failed: "),
        ('<div style="width: 900px">wide</div>', "px too wide for a phone"),
        (
            r'<div class="math" id="long" style="flex-wrap: nowrap"><span class="eqno">(1)</span>'
            r"\[a + b + c + d + e + f + g + h + i + j + k + l\]</div>",
            "on a phone long runs under its number",
        ),
        ('<img src="../_static/logo.svg">', "light: image-alt"),
        ('<p style="color: #bbb">pale by day</p>', "light: color-contrast"),
        ('<p style="color: #444">pale by night</p>', "dark: color-contrast"),
        ('<input type="range">', "light: label"),
        (
            '<p>some words <a href="#" style="color: #000; text-decoration: none">and a link</a> among them</p>',
            "light: link-in-text-block",
        ),
        (
            '<p>some words <a href="#" style="color: #c0c8d0; text-decoration: none">and a link</a> among them</p>',
            "dark: link-in-text-block",
        ),
    ],
    ids=[
        "bad maths",
        "raw maths",
        "outside script",
        "outside picture",
        "console error",
        "script error",
        "missing file",
        "too wide",
        "under its number",
        "no alt text",
        "pale by day",
        "pale by night",
        "no label",
        "hidden link",
        "hidden link by night",
    ],
)
def test_the_browser_check_sees_a_broken_page(book, browser, bad, sign):
    good = (book.html / WELCOME).read_text("utf-8")
    broken = good.replace("</article>", bad + "</article>", 1)
    assert broken != good
    assert any(sign in problem for problem in problems(browser, book.html / WELCOME, broken))


def test_the_browser_check_sees_a_heavy_page(small_book, browser):
    heavy = small_book / "heavy.js"
    heavy.write_text("//" + "".join(f"{k * k * 7919 % 104729:x}" for k in range(600_000)))
    page = small_book / "page.html"
    page.write_text(
        '<!doctype html><html lang="en"><title>A heavy page</title><main><h1>Heavy</h1></main>'
        '<script src="heavy.js"></script>'
    )
    assert [problem.split(":")[0] for problem in problems(browser, page)] == ["weight"]


def search(browser, book, words: str) -> list[str]:
    """The addresses that the site's search finds, opened from a folder, best first."""
    with visit(browser, f"{(book.html / 'search.html').as_uri()}?q={words.replace(' ', '+')}") as (page, found):
        page.wait_for_function(
            "() => /found \\d+ page|did not match/.test(document.querySelector('#search-results')?.innerText)"
        )
        assert found == []
        return [link.get_attribute("href") for link in page.locator("#search-results li a").all()]


@pytest.mark.parametrize("words", ["diagonal", "missing sum"])
def test_search_works_from_a_folder(book, browser, words):
    assert any("05_missing_sum" in address for address in search(browser, book, words))


def test_search_finds_nothing_where_there_is_nothing(book, browser):
    assert search(browser, book, "hippopotamus") == []


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
        assert questions.count() >= 3
        questions.first.locator("summary").focus()
        page.keyboard.press("Enter")
        assert questions.first.evaluate("details => details.open")


def test_long_lines_of_output_wrap_on_a_phone(book, browser):
    page = book.html / CHAPTER
    lines = "a line of output " * 9 + "1" * 99
    output = f'<div class="cell_output"><div class="output"><div class="highlight"><pre>{lines}</pre></div></div></div>'
    with visit(browser, page.as_uri(), page.read_text("utf-8").replace("</article>", f"{output}</article>", 1)) as (
        opened,
        _,
    ):
        opened.set_viewport_size(PHONE)
        wider = "all => all.filter(pre => pre.scrollWidth > pre.clientWidth).length"
        assert opened.locator(".cell_output pre").evaluate_all(wider) == 0
        opened.set_viewport_size(DESKTOP)
        assert opened.locator(".cell_output pre").last.evaluate("pre => pre.scrollWidth > pre.clientWidth")


def test_paper_is_light_and_holds_no_menus(book, browser):
    with visit(browser, (book.html / CHAPTER).as_uri()) as (page, _):
        scheme = "() => document.documentElement.dataset.theme"
        page.evaluate(
            "() => { document.documentElement.dataset.theme = 'dark'; dispatchEvent(new Event('beforeprint')); }"
        )
        assert page.evaluate(scheme) == "light"
        page.emulate_media(media="print")
        for menu in (".bd-sidebar-primary", ".prev-next-footer", ".interactive .controls"):
            assert page.locator(menu).count() and not page.locator(menu).first.is_visible()
        assert page.locator(".interactive table").first.is_visible()
        page.emulate_media(media="screen")
        page.evaluate("() => dispatchEvent(new Event('afterprint'))")
        assert page.evaluate(scheme) == "dark"
