"""The site in a real browser: everything works without a network, from a folder and from a server, for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ..browser import DESKTOP, PHONE, problems, problems_of_site, served, visit
from ..problem_sets import named
from .built_book import parse

WELCOME, CHAPTER = "chapters/index.html", f"chapters/{named('missing_sum')}.html"


def test_every_page_works_from_a_folder(book, browser):
    assert problems_of_site(browser, book.pages) == {}


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


BROKEN = {
    "bad maths": (
        r'<span class="math notranslate nohighlight"><code>\frac{a}</code></span>',
        "maths: 1 formulas have errors",
    ),
    "raw maths": ('<span class="math">not between delimiters</span>', "formulas were rendered"),
    "outside script": (
        '<script src="https://cdn.example.org/a.js"></script>',
        "outside request: https://cdn.example.org/a.js",
    ),
    "outside picture": (
        '<img src="https://example.org/pixel.png" alt="">',
        "outside request: https://example.org/pixel.png",
    ),
    "console error": ('<script>console.error("broken")</script>', "console: broken"),
    "script error": ("<script>nothing.there()</script>", "script: nothing is not defined"),
    "missing file": ('<img src="../_images/gone.svg" alt="">', r"failed: file:.*/_images/gone\.svg"),
    "too wide": ('<div style="width: 900px">wide</div>', "px too wide for a phone"),
    "under its number": (
        '<div class="math" id="long" style="position: relative"><span class="eqno">(1)</span>'
        '<span class="katex-base" style="position: absolute; inset: 0">a + b + c + d + e</span></div>',
        "on a phone long runs under its number",
    ),
    "no alt text": ('<img src="../_static/logo.svg">', "light: image-alt"),
    "pale by day": ('<p style="color: #bbb">pale by day</p>', "light: color-contrast: .*pale by day"),
    "pale by night": ('<p style="color: #444">pale by night</p>', "dark: color-contrast: .*pale by night"),
    "no label": ('<input type="range">', "light: label"),
    "hidden link": (
        '<p>some words <a href="#" style="color: #000; text-decoration: none">and a link</a> among them</p>',
        "light: link-in-text-block: .*color: #000",
    ),
    "hidden link by night": (
        '<p>some words <a href="#" style="color: #c0c8d0; text-decoration: none">and a link</a> among them</p>',
        "dark: link-in-text-block: .*color: #c0c8d0",
    ),
}
"""What may be broken on a page, and the problem that is then found."""


@pytest.fixture(scope="module")
def found_on_a_broken_page(book, browser) -> list[str]:
    """All problems of a page on which everything is broken."""
    good = (book.html / WELCOME).read_text("utf-8")
    broken = good.replace("</article>", "".join(bad for bad, _ in BROKEN.values()) + "</article>", 1)
    assert broken != good
    return problems(browser, book.html / WELCOME, broken)


@pytest.mark.parametrize("name", BROKEN)
def test_the_browser_check_sees_a_broken_page(found_on_a_broken_page, name):
    assert any(re.search(BROKEN[name][1], problem) for problem in found_on_a_broken_page)


def test_the_browser_check_names_nothing_that_is_not_broken(found_on_a_broken_page):
    signs = [sign for _, sign in BROKEN.values()]
    follow = ("failed: https:", "console: Failed to load resource")
    unexplained = [
        problem
        for problem in found_on_a_broken_page
        if not problem.startswith(follow) and not any(re.search(sign, problem) for sign in signs)
    ]
    assert unexplained == []


def test_the_browser_check_sees_a_heavy_page(small_book, browser):
    heavy = small_book / "heavy.js"
    heavy.write_text("//" + "".join(f"{k * k * 7919 % 104729:x}" for k in range(600_000)))
    page = small_book / "page.html"
    page.write_text(
        '<!doctype html><html lang="en"><title>A heavy page</title><main><h1>Heavy</h1></main>'
        '<script src="heavy.js"></script>'
    )
    assert [problem.split(":")[0] for problem in problems(browser, page)] == ["weight"]


def test_what_is_broken_is_seen_on_each_page_of_one_tab(tmp_path, browser):
    def page(name: str, body: str) -> Path:
        (tmp_path / name).write_text(f"<!doctype html><html lang=en><title>A page</title><main><h1>A</h1>{body}</main>")
        return tmp_path / name

    (tmp_path / "heavy.js").write_text("//" + "".join(f"{k * k * 7919 % 104729:x}" for k in range(600_000)))
    heavy, pale = '<script src="heavy.js"></script>', '<p style="color: #bbb">pale</p>'
    link = '<p>some words <a href="#" style="color: #333; text-decoration: none">and a link</a> among them</p>'
    folded = f"<div hidden>{pale}</div>"
    pages = [
        page("good.html", f"<p>words</p>{folded}"),
        page("pale.html", f"{heavy}<p>words</p>{pale}"),
        page("heavy.html", f"{heavy}<p>words</p>"),
        page("link.html", f"<p>words</p><p><a href='#'>a link</a></p>{link}"),
        page("good_too.html", "<p>words</p>"),
    ]
    found = {broken.stem: " ".join(said) for broken, said in problems_of_site(browser, pages).items()}
    assert found.keys() == {"pale", "heavy", "link"}
    assert "weight" in found["pale"] and "color-contrast" in found["pale"] and "weight" in found["heavy"]
    assert "link-in-text-block" in found["link"]


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
    assert any(CHAPTER in address for address in search(browser, book, words))


def test_search_finds_nothing_where_there_is_nothing(book, browser):
    assert search(browser, book, "hippopotamus") == []


@pytest.fixture(scope="module")
def chapter(book, browser) -> Iterator[Page]:
    """A chapter with one long line of output more."""
    page = book.html / CHAPTER
    lines = "a line of output " * 9 + "1" * 99
    output = f'<div class="cell_output"><div class="output"><div class="highlight"><pre>{lines}</pre></div></div></div>'
    text = page.read_text("utf-8").replace("</article>", f"{output}</article>", 1)
    with visit(browser, page.as_uri(), text) as (opened, _):
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_stand_out_from_the_page_in_both_colour_schemes(chapter, scheme):
    chapter.emulate_media(color_scheme=scheme)
    chapter.evaluate("scheme => document.documentElement.dataset.theme = scheme", scheme)
    style = chapter.evaluate("""() => {
      const style = getComputedStyle(document.querySelector('.cell_output img'));
      return [style.filter, style.backgroundColor];
    }""")
    assert style == [{"light": "none", "dark": "invert(1) hue-rotate(180deg)"}[scheme], "rgba(0, 0, 0, 0)"]


def test_the_answers_of_the_self_check_open_without_a_mouse(chapter):
    questions = chapter.locator("details.sd-dropdown")
    assert questions.count() >= 3 and not questions.first.evaluate("details => details.open")
    questions.first.locator("summary").focus()
    chapter.keyboard.press("Enter")
    assert questions.first.evaluate("details => details.open")


def test_long_lines_of_output_wrap_on_a_phone(chapter):
    chapter.set_viewport_size(PHONE)
    wider = "all => all.filter(pre => pre.scrollWidth > pre.clientWidth).length"
    assert chapter.locator(".cell_output pre").evaluate_all(wider) == 0
    chapter.set_viewport_size(DESKTOP)
    assert chapter.locator(".cell_output pre").last.evaluate("pre => pre.scrollWidth > pre.clientWidth")


def test_paper_is_light_and_holds_no_menus(chapter):
    scheme = "() => document.documentElement.dataset.theme"
    chapter.evaluate(
        "() => { document.documentElement.dataset.theme = 'dark'; dispatchEvent(new Event('beforeprint')); }"
    )
    assert chapter.evaluate(scheme) == "light"
    chapter.emulate_media(media="print")
    assert not chapter.locator(".bd-article details:not([open])").count()
    folded = chapter.locator(".bd-article details > :not(summary)")
    still = "all => all.filter(part => getComputedStyle(part).animationName !== 'none').length"
    assert folded.count() > 3 and folded.evaluate_all(still) == 0
    assert chapter.locator(".bd-article h1").is_visible()
    for menu in (".bd-sidebar-primary", ".prev-next-footer", ".interactive .controls", "#jb-print-docs-body"):
        assert chapter.locator(menu).count() and not chapter.locator(menu).first.is_visible()
    assert chapter.locator(".interactive table").first.is_visible()
    chapter.emulate_media(media="screen")
    chapter.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert chapter.evaluate(scheme) == "dark"
