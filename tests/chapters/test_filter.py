"""The gallery of mistakes in a browser: entries fold, each has an address of its own, and a filter finds them."""

from __future__ import annotations

import pytest

from missingsum.slips import SLIPS

from ..browser import DESKTOP, PHONE, TOO_WIDE, visit

OPEN = "details.slip[open]"
LEFT = "details.slip:visible"


@pytest.fixture(scope="module")
def address(book) -> str:
    return (book.html / "chapters" / "gallery.html").as_uri()


def test_entries_are_folded_and_can_be_opened_without_a_mouse(browser, address):
    with visit(browser, address) as (page, found):
        assert page.locator(LEFT).count() == len(SLIPS) and page.locator(OPEN).count() == 0
        page.locator("details.slip summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator(OPEN).count() == 1 and found == []


@pytest.mark.parametrize("slip", ["missing-sum", "mutates-input"])
def test_the_entry_that_the_address_names_is_open_and_links_to_itself(browser, address, slip):
    with visit(browser, f"{address}#slip-{slip}") as (page, _):
        assert page.locator(OPEN).evaluate_all("all => all.map(entry => entry.id)") == [f"slip-{slip}"]
        assert page.locator(f'#slip-{slip} a[href="#slip-{slip}"]').is_visible()
        page.evaluate("() => { location.hash = '#slip-sign'; }")
        page.wait_for_selector("#slip-sign[open]")


def test_the_filter_leaves_the_entries_that_hold_all_words_and_says_how_many(browser, address):
    with visit(browser, address) as (page, _):
        said, words = page.locator(".slip-filter output"), page.locator(".slip-filter input")
        assert said.inner_text() == f"{len(SLIPS)} mistakes"
        words.fill("Rows KEEPDIMS")
        left = page.locator(LEFT)
        assert 0 < left.count() < 10 and said.inner_text() == f"{left.count()} of {len(SLIPS)} mistakes"
        assert all("rows" in text.lower() and "keepdims" in text.lower() for text in left.all_text_contents())
        assert page.locator(".bd-article section section:visible").count() <= left.count()
        words.fill("hippopotamus")
        assert left.count() == 0 and said.inner_text().startswith("0 of")
        words.fill("")
        assert left.count() == len(SLIPS)


def test_paper_holds_all_entries_unfolded_and_says_of_a_filter_only_what_it_left(browser, address):
    with visit(browser, address) as (page, found):
        bar = page.locator(".slip-filter")
        page.emulate_media(media="print")
        page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        assert page.locator(OPEN).count() == page.locator(LEFT).count() == len(SLIPS) and not bar.is_visible()
        assert page.locator("#slip-missing-sum pre:visible").count()
        page.evaluate("() => dispatchEvent(new Event('afterprint'))")
        assert page.locator(OPEN).count() == 0
        page.emulate_media(media="screen")
        page.locator(".slip-filter input").fill("rows keepdims")
        page.emulate_media(media="print")
        page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        assert 0 < page.locator(LEFT).count() == page.locator(f"{OPEN}:visible").count() < 10
        assert bar.is_visible() and found == []


def test_without_javascript_all_entries_are_open_and_no_filter_is_there(browser, address):
    page = browser.new_page(java_script_enabled=False)
    page.goto(address)
    assert page.locator(OPEN).count() == len(SLIPS) and page.locator(".slip-filter").count() == 0
    page.close()


def test_the_filter_fits_a_phone(browser, address):
    with visit(browser, address) as (page, _):
        page.set_viewport_size(PHONE)
        assert page.evaluate(TOO_WIDE) == 0
        page.set_viewport_size(DESKTOP)


def test_pages_without_mistakes_have_no_filter(browser, book):
    with visit(browser, (book.html / "chapters" / "symptoms.html").as_uri()) as (page, found):
        assert page.locator(".slip-filter").count() == 0 and found == []
