"""The cards that show what a link leads to, on pages of the book with some links more."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ..browser import PHONE, THIN_OUT, TOO_WIDE, WCAG_21_AA, accessibility_findings, served, visit
from ..problem_sets import named

CHAPTER = f"chapters/{named('missing_sum')}.html"
ELSEWHERE = f"{named('jacobian')}.html"
LONG_ENOUGH = 600
"""Milliseconds after which a card is there, or will not come."""
LINKS = {
    "equation": "#equation-whole-sum",
    "equation-elsewhere": f"{ELSEWHERE}#equation-jacobian-entry",
    "section": "#the-picture",
    "section-elsewhere": f"{ELSEWHERE}#linear-cost",
    "chapter": ELSEWHERE,
    "figure": "#fig-paths",
    "moving-figure": "#interactive-paths",
    "moving-figure-elsewhere": f"{named('gradient_checking')}.html#interactive-step-size",
    "entry": "#term-logit",
    "term": "glossary.html#term-logit",
    "term-with-two-names": "glossary.html#term-vector-Jacobian-product",
    "citation": "bibliography.html#bridle-1990",
    "section-with-code": "#two-steps-equal-one",
    "wide-equation": "#equation-with-all-terms",
    "gone": "#gone",
    "gone-elsewhere": f"{ELSEWHERE}#gone",
}
ANCHORS = " ".join(
    f'<a class="reference internal" id="to-{name}" href="{target}">{name}</a>' for name, target in LINKS.items()
)
MORE = (
    f"<p>{ANCHORS}</p>"
    '<dl class="glossary"><dt id="term-logit">logit</dt>'
    '<dd><p>A number that goes into <a href="#gone">softmax</a>.</p></dd></dl>'
)
CARD_PROBLEMS = """() => {
  const card = document.querySelector('#preview');
  const inside = [...card.querySelectorAll('*')];
  const acts = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]';
  const count = selector => card.querySelectorAll(selector).length;
  const wide = element => element.scrollWidth > element.clientWidth + 1;
  const scrolls = element => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  return [
    card.querySelector(acts) && 'something to act on',
    ids.length > new Set(ids).size && 'an id twice',
    count('.math:not(:has(.katex))') && 'maths that is not typeset',
    count('.katex') > count('.math') && 'maths that is there twice',
    [...card.querySelectorAll('img')].some(image => !image.naturalWidth) && 'a picture that is missing',
    inside.some(element => element.localName.includes('-')) && 'something that moves',
    inside.some(element => wide(element) && scrolls(element)) && 'something that scrolls',
  ].filter(Boolean);
}"""
CUT_FORMULAS = """() => [...document.querySelectorAll('#preview div.math > .katex-display')].filter(
  formula => formula.scrollWidth > formula.clientWidth + 1).length"""


@pytest.fixture(scope="module")
def site(book):
    with served(book.html) as address:
        yield address


@pytest.fixture(scope="module")
def text(book) -> str:
    """The HTML of a chapter with the links of ``LINKS`` at its end."""
    return (book.html / CHAPTER).read_text("utf-8").replace("</article>", f"{MORE}</article>", 1)


@pytest.fixture(scope="module")
def opened(browser, site, text):
    with visit(browser, f"{site}/{CHAPTER}", text) as (page, found):
        yield page, found


@pytest.fixture
def page(opened) -> Page:
    """The chapter on a web server, without a card and without a problem, which holds after the test as well."""
    page, found = opened
    page.keyboard.press("Escape")
    page.mouse.move(0, 0)
    yield page
    assert found == []


def card_of(page: Page, name: str):
    """The card of a link that the mouse is moved to."""
    link = page.locator(f"#to-{name}")
    link.scroll_into_view_if_needed()  # first: the way there is laid out only now, and moves the link
    link.hover()
    expect(page.locator("#preview")).to_be_visible()
    return page.locator("#preview")


@pytest.mark.parametrize(
    ("name", "words", "parts"),
    [
        ("equation", "(5)", ".katex"),
        ("equation-elsewhere", "(", ".katex"),
        ("section", "The picture", "p + p"),
        ("section-elsewhere", "What each way costs", ".katex"),
        ("chapter", "The Jacobian", "p + p"),
        ("figure", "The paths from the logit", "img"),
        ("moving-figure", "Choose paths", "svg + .tables table"),
        ("moving-figure-elsewhere", "complex step", ".tables table"),
        ("entry", "A number that goes into softmax.", "dt + dd"),
        ("term", "A score before softmax", "dt + dd"),
        ("term-with-two-names", "VJP", "dt + dt + dd"),
        ("citation", "J. S. Bridle", "dt + dd"),
        ("section-with-code", "five classes.⋯What is left", "p + p"),
    ],
)
def test_a_link_shows_what_it_leads_to(page, name, words, parts):
    card = card_of(page, name)
    expect(card).to_contain_text(words)
    assert card.locator(parts).count()
    assert page.evaluate(CARD_PROBLEMS) == []


def test_a_card_with_maths_looks_right_on_a_page_without_any(browser, book, site):
    name = "chapters/gallery.html"
    assert "katex.css" not in (book.html / name).read_text("utf-8")
    with visit(browser, f"{site}/{name}") as (page, found):
        link = page.locator('.bd-article a[href$="missing_sum.html#the-derivation"]').first
        link.evaluate("link => { link.closest('details').open = true; }")
        link.hover()
        formula = page.locator("#preview .katex").first
        expect(formula).to_be_visible()
        assert "KaTeX" in formula.evaluate("formula => getComputedStyle(formula).fontFamily")
        assert page.evaluate(CARD_PROBLEMS) == [] and found == []


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ('<a href="#">on</a>', "something to act on"),
        ('<i id="to-gone"></i>', "an id twice"),
        ('<span class="math">x</span>', "maths that is not typeset"),
        ('<span class="katex"></span>', "maths that is there twice"),
        ('<img alt="">', "a picture that is missing"),
        ("<step-size></step-size>", "something that moves"),
        ('<p style="overflow: auto"><b style="display: block; width: 900px">wide</b></p>', "something that scrolls"),
    ],
)
def test_the_check_of_a_card_sees_a_bad_one(page, damage, problem):
    card_of(page, "entry").evaluate("(card, damage) => card.insertAdjacentHTML('beforeend', damage)", damage)
    assert page.evaluate(CARD_PROBLEMS) == [problem]


@pytest.mark.parametrize(
    "link",
    [
        "#to-gone",
        "#to-gone-elsewhere",
        ".prev-next-area a",
        ".bd-sidebar-primary a.internal >> nth=3",
        "h2 .headerlink",
    ],
)
def test_no_card_where_there_is_nothing_to_show_or_where_one_goes_through_the_book(page, link):
    page.locator(link).first.hover(force=True)
    page.wait_for_timeout(LONG_ENOUGH)
    assert not page.locator(".preview").count()


def test_a_card_waits_for_the_mouse_and_goes_when_it_leaves(page):
    card = card_of(page, "section")
    card.hover()
    page.wait_for_timeout(LONG_ENOUGH)
    assert card.is_visible()
    page.mouse.move(0, 0)
    expect(card).to_have_count(0)


def test_the_keyboard_opens_and_closes_a_card_and_keeps_its_place(page):
    page.locator("#to-equation").focus()
    page.keyboard.press("Tab")
    link, card = page.locator("#to-equation-elsewhere"), page.locator("#preview[role=tooltip]")
    expect(link).to_have_attribute("aria-describedby", "preview")
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(link).to_be_focused()
    assert link.get_attribute("aria-describedby") is None
    page.keyboard.press("Tab")
    expect(card).to_be_visible()
    page.locator(":focus").blur()
    expect(card).to_have_count(0)


def test_a_card_stays_within_a_phone_wide_window(page):
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    try:
        for name in ("equation-elsewhere", "wide-equation", "chapter", "moving-figure-elsewhere"):
            box = card_of(page, name).bounding_box()
            assert 0 <= box["x"] and box["x"] + box["width"] <= PHONE["width"]
            assert page.evaluate(TOO_WIDE) == 0
            assert page.evaluate(CARD_PROBLEMS) == [] and page.evaluate(CUT_FORMULAS) == 0
    finally:
        page.set_viewport_size(before)


def test_a_card_fades_in_only_where_motion_is_welcome_and_is_not_printed(page):
    card = card_of(page, "entry")
    motion = "card => getComputedStyle(card).animationName"
    page.emulate_media(reduced_motion="reduce")
    assert card.evaluate(motion) == "none"
    page.emulate_media(reduced_motion="no-preference")
    assert card.evaluate(motion) != "none"
    page.emulate_media(media="print")
    assert not card.is_visible()
    page.emulate_media(media="screen")


def test_a_card_is_accessible_by_day_and_by_night(browser, site, text):
    with visit(browser, f"{site}/{CHAPTER}", text) as (page, _):
        page.add_style_tag(content="* { transition: none !important; animation: none !important }")
        page.evaluate("() => document.querySelectorAll('.bd-article > section').forEach(section => section.remove())")
        card = card_of(page, "section-elsewhere")
        page.evaluate(THIN_OUT)

        def look():
            for scheme in ("light", "dark"):
                yield from accessibility_findings(page, scheme, {"runOnly": WCAG_21_AA})

        assert list(look()) == []
        card.evaluate("card => { card.querySelector('p').style.cssText = 'color: #777; background: #888'; }")
        assert {finding.split(": ")[1] for finding in look()} == {"color-contrast"}


def test_from_a_folder_links_within_the_page_have_cards_and_others_none(browser, book, text):
    with visit(browser, (book.html / CHAPTER).as_uri(), text) as (page, found):
        page.locator("#to-section-elsewhere").hover()
        page.wait_for_timeout(LONG_ENOUGH)
        assert not page.locator(".preview").count()
        expect(card_of(page, "equation").locator(".katex")).to_be_visible()
        assert found == []


def test_a_screen_without_a_mouse_has_no_cards(browser, book):
    page = browser.new_page(viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto((book.html / CHAPTER).as_uri())
    page.keyboard.press("Tab")
    page.locator('.bd-article a.internal[href="#fig-paths"]').first.focus()
    page.wait_for_timeout(LONG_ENOUGH)
    assert not page.locator(".preview").count()
    page.close()
