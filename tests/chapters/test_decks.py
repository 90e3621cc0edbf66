"""Slides are made of the book's own formulas and figures, and work like its pages, from a folder, offline."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ..browser import problems, visit
from .built_book import ROOT

sys.path.insert(0, str(ROOT / "chapters" / "_extensions"))
import decks

SITE = """<section id="a-section"><h2>A section</h2>
<figure class="align-default" id="id1">
<img alt="What one sees" src="../_images/x.svg" width="400" height="600" loading="lazy"/>
<figcaption>Words.</figcaption></figure>
<div class="math"><span class="eqno">(1)</span><b>first</b></div>
<section id="inner"><div class="math"><b>second</b></div></section></section>"""
SMALLEST = """Math.min(...[...document.querySelectorAll('section.present img')].map(
    image => image.offsetWidth / image.getAttribute('width')), 9)"""
"""How many times as large as in the book a picture is."""
NAMES = ("chain_rule", "jacobian", "missing_sum")


class Typesetter:
    def html(self, tex: str, display: bool) -> str:
        return f"<b>{tex}</b>"


@pytest.fixture
def site(tmp_path) -> decks.Book:
    (tmp_path / "02_page.html").write_text(SITE)
    return decks.Book(tmp_path)


def made(tmp_path: Path, site: decks.Book, text: str) -> str:
    (tmp_path / "deck.md").write_text(text)
    return decks.deck(tmp_path / "deck.md", site, Typesetter())


def test_a_slide_takes_formula_and_picture_from_the_page_and_nothing_around_them(tmp_path, site):
    page = made(tmp_path, site, "# One\n\n---\n\n[[02_page#a-section formula 1]]\n\n[[02_page#a-section figure 1]]\n")
    assert page.count("<section>") == 2 and "<title>One – " in page
    assert "<b>first</b>" in page and "(1)" not in page and "TAKEN" not in page
    assert 'src="../../_images/x.svg"' in page and 'alt="What one sees"' in page
    assert "Words." not in page and "id1" not in page and "loading" not in page


def test_a_strip_of_a_tall_figure_is_as_wide_as_fits(tmp_path, site):
    page = made(tmp_path, site, "# One\n\n[[02_page#a-section figure 1 from 50 to 75]]\n")
    assert (
        "top: -200.00%" in page and f"width: {decks.HIGH * 400 / 150:.0f}px" in page and 'alt="What one sees"' in page
    )


def test_own_formulas_are_typeset_and_links_lead_to_the_book(tmp_path, site):
    page = made(tmp_path, site, "# One\n\nWhat $s_i$ is. [Read](book:02_page)\n")
    assert "<b>s_i</b>" in page and 'href="../../chapters/02_page.html"' in page


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("02_page", "a-section", "formula", "2"), "has 1 of what is asked for"),
        (("02_page", "gone", "formula", "1"), "has no section gone"),
        (("03_page", "a-section", "figure", "1"), "no page 03_page"),
    ],
)
def test_what_the_book_does_not_hold_is_a_warning(tmp_path, site, monkeypatch, asked, reason):
    said = []
    monkeypatch.setattr(decks.log, "warning", lambda text, *of, **more: said.append(text % of))
    page, section, kind, number = asked
    made(tmp_path, site, f"# One\n\n[[{page}#{section} {kind} {number}]]\n")
    assert len(said) == 1 and reason in said[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_deck_is_a_page_in_which_nothing_is_broken(book, browser, name):
    folder = book.html / decks.DECKS
    if not folder.exists():
        pytest.skip("the site was built without reveal.js")
    page = folder / f"{name}.html"
    assert problems(browser, page) == []
    with visit(browser, page.as_uri()) as (opened, _):
        opened.emulate_media(color_scheme="dark")
        slide_by_slide(opened, name)


def slide_by_slide(opened: Page, name: str) -> None:
    assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"
    assert opened.evaluate("document.querySelectorAll('.math .katex').length") >= 3
    count = opened.evaluate("Reveal.getTotalSlides()")
    assert count == (ROOT / "chapters" / "_decks" / f"{name}.md").read_text().count("\n---\n") + 1
    for k in range(count):
        opened.evaluate(f"Reveal.slide({k})")
        high = opened.evaluate("document.querySelector('section.present').scrollHeight")
        assert high <= 700, f"slide {k + 1} does not fit"
        assert opened.evaluate(SMALLEST) > 1.2, f"slide {k + 1} has a picture that nobody in the last row can read"
    assert not opened.evaluate("[...document.images].filter(i => !i.complete || !i.naturalWidth).length")
