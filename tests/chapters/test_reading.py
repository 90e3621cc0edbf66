"""What helps whoever reads: on a phone, by keyboard, on other systems, and where an address is wrong."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from playwright.sync_api import expect

from ..browser import DESKTOP, PHONE, accessibility_findings, served, visit
from .built_book import ROOT, parse

sys.path.insert(0, str(ROOT / "chapters" / "_extensions"))

import problem_sets

HANGING = """() => [...document.querySelectorAll('.bd-article span.math')].filter(formula =>
  /^[.,;:!?)]/.test(formula.nextSibling?.data ?? '') && !formula.closest('.together')).length"""
CHARACTERS_A_LINE = """() => {
  const long = [...document.querySelectorAll('.bd-article section > p')].filter(({textContent, children}) =>
    textContent.length > 250 && ![...children].some(({className}) => /math|together/.test(className)));
  return long.map(paragraph => {
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    const lines = new Set([...range.getClientRects()].map(({bottom}) => Math.round(bottom / 8))).size;
    return paragraph.textContent.length / lines;
  });
}"""


@pytest.fixture(scope="module")
def site(book):
    with served(book.html) as address:
        yield address


@pytest.fixture(scope="module")
def chapter(book) -> str:
    """The chapter that gave the book its name."""
    return next(book.html.glob("chapters/*_missing_sum.html")).relative_to(book.html).as_posix()


@pytest.fixture
def phone(browser):
    page = browser.new_page(viewport=PHONE, is_mobile=True, has_touch=True)
    yield page
    page.close()


def test_the_drawer_of_contents_goes_once_a_place_is_chosen(phone, site, chapter):
    phone.goto(f"{site}/{chapter}")
    phone.locator(".secondary-toggle").tap()
    drawer = phone.locator("#pst-secondary-sidebar-modal")
    expect(drawer).to_be_visible()
    drawer.locator("a[href^='#']").last.tap()
    expect(drawer).not_to_be_visible()
    assert "#" in phone.url


def test_a_word_of_the_glossary_comes_up_from_below_when_it_is_tapped(phone, site, chapter):
    phone.goto(f"{site}/{chapter}")
    phone.locator(".bd-article a:has(> .std-term)").first.tap()
    sheet = phone.locator("dialog.sheet")
    expect(sheet.locator("dd")).to_be_visible()
    box = sheet.bounding_box()
    assert box["y"] + box["height"] == PHONE["height"] and box["y"] > 200
    sheet.get_by_role("button", name="Close").tap()
    expect(sheet).to_have_count(0)
    phone.locator(".bd-article a:has(> .std-term)").first.tap()
    phone.get_by_role("link", name="In the glossary").tap()
    phone.wait_for_url(re.compile(r"glossary\.html#term-"))


def test_from_a_folder_a_tapped_word_leads_to_the_glossary(phone, book, chapter):
    phone.goto((book.html / chapter).as_uri())
    phone.locator(".bd-article a:has(> .std-term)").first.tap()
    phone.wait_for_url(re.compile(r"glossary\.html#term-"))


@pytest.mark.parametrize(
    ("platform", "tab"), [("Win32", "Windows"), ("MacIntel", "macOS"), ("Linux x86_64", "Linux"), ("Haiku", "Linux")]
)
def test_the_tab_of_the_readers_own_system_is_open(browser, book, platform, tab):
    page = browser.new_page(viewport=DESKTOP)
    page.add_init_script(
        f"Object.defineProperty(navigator, 'platform', {{value: '{platform}'}});"
        "Object.defineProperty(navigator, 'userAgentData', {value: undefined});"
    )
    page.goto((book.html / "chapters/problem_sets.html").as_uri())
    chosen = page.locator(".sd-tab-set > input:checked + label").all_inner_texts()
    page.close()
    assert chosen and set(chosen) == {tab}


@pytest.mark.parametrize("address", ["gone.html", "chapters/gone.html", "exercises/a/b/gone.html", "sub/gone.html"])
def test_the_page_for_wrong_addresses_leads_back_from_any_depth(browser, site, book, address):
    text = (book.html / "404.html").read_text("utf-8")
    with visit(browser, f"{site}/{address}", text) as (page, found):
        links = page.locator("main a").evaluate_all("links => links.map(link => link.href)")
        root = f"{site}/sub" if address.startswith("sub/") else site
        assert links == [f"{root}/index.html", f"{root}/search.html"]
        assert [problem for problem in found if "favicon" not in problem] == [] or root != site


def test_the_button_to_the_top_can_be_read(browser, book, chapter):
    with visit(browser, (book.html / chapter).as_uri()) as (page, _):
        page.evaluate("""() => {
          const button = document.querySelector('#pst-back-to-top');
          button.style.cssText = 'display: block; transition: none';
          document.body.replaceChildren(button);
        }""")
        for scheme in ("light", "dark"):
            assert list(accessibility_findings(page, scheme, {"runOnly": ["color-contrast"]})) == []


def test_what_is_wider_than_a_phone_can_be_scrolled_by_keyboard_and_nothing_else_is_a_stop(phone, site, chapter):
    phone.goto(f"{site}/{chapter}")
    phone.wait_for_timeout(300)
    stops = phone.locator(".bd-article :is(div.math, pre)").evaluate_all(
        "all => all.map(part => [part.scrollWidth > part.clientWidth + 1, part.tabIndex === 0])"
    )
    assert {True, False} == {wide for wide, _ in stops}
    assert [wide for wide, stop in stops if wide != stop] == []


TABLES = ".bd-article .pst-scrollable-table-container"
FADES = """table => [table.scrollWidth > table.clientWidth, !getComputedStyle(table).maskImage.endsWith(' 0px)')]"""
"""Whether a table goes on at the right, and whether it fades out there."""


def test_a_table_that_goes_on_fades_until_its_end_is_reached(phone, site):
    phone.goto(f"{site}/chapters/which_loss.html")
    tables = phone.locator(TABLES).all()
    seen = [tuple(table.evaluate(FADES)) for table in tables]
    assert set(seen) == {(True, True), (False, False)}
    wide = tables[seen.index((True, True))]
    wide.evaluate("table => { table.scrollLeft = table.scrollWidth; }")
    phone.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert wide.evaluate(FADES) == [True, False]


@pytest.mark.parametrize("page", ["which_loss", "symptoms", "gallery"])
def test_no_table_that_one_looks_things_up_in_is_cut_off_on_a_wide_screen(browser, book, page):
    with visit(browser, (book.html / f"chapters/{page}.html").as_uri()) as (opened, _):
        tables = opened.locator(TABLES).all()
        assert tables and not any(table.evaluate(FADES)[0] for table in tables)


def test_a_line_has_some_seventy_characters(browser, book, chapter):
    with visit(browser, (book.html / chapter).as_uri()) as (page, _):
        lines = page.evaluate(CHARACTERS_A_LINE)
    assert len(lines) >= 2 and 55 < sum(lines) / len(lines) < 80


def test_no_punctuation_is_torn_from_a_formula(browser, book, chapter):
    with visit(browser, (book.html / chapter).as_uri()) as (page, _):
        assert page.evaluate(HANGING) == 0 and page.locator(".together").count() > 10


def test_a_problem_set_links_to_the_chapters_that_it_says_to_read(book):
    for page in (book.html / "exercises").rglob("*.html"):
        reading = [text for text in parse(page.read_text("utf-8")).select("p") if "Read in the book" in text.get_text()]
        assert reading and all(title.parent.name == "a" for text in reading for title in text.select("em")), page


def test_its_page_leads_to_this_books_chapter_where_the_notebook_leads_to_the_public_one():
    title = nodes.emphasis("", "The missing sum")
    public = nodes.reference("", "", title, refuri="https://public.example/chapters/03_missing_sum.html")
    doctree = new_document("a page")
    doctree += nodes.paragraph("", "", nodes.strong("", "Read in the book:"), nodes.Text(" the chapter "), public)
    builder = SimpleNamespace(get_relative_uri=lambda page, chapter: f"../../{chapter}.html")
    environment = SimpleNamespace(titles={"chapters/03_missing_sum": nodes.title("", "The missing sum")})
    problem_sets.link_to_reading(SimpleNamespace(env=environment, builder=builder), doctree, "exercises/ps2/ps2")
    [link] = doctree.findall(nodes.reference)
    assert link["refuri"] == "../../chapters/03_missing_sum.html" and link.astext() == "The missing sum"
