"""The search finds what people who are stuck type into it, from a folder too."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from ..browser import visit
from .built_book import ROOT, ids

sys.path.insert(0, str(ROOT / "chapters" / "_extensions"))

import search_records

QUERIES = [
    (query, [page.strip() for page in pages.split(",")])
    for query, pages in (
        line.split("\t")
        for line in Path(__file__).with_name("search_queries.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
]
SHARE = 0.9
ANSWER = """query => {
  const input = document.querySelector('.bd-search-container input');
  input.value = query;
  input.dispatchEvent(new Event('input'));
  return [...document.querySelectorAll('#search-results a')].map(link => link.getAttribute('href'));
}"""


@pytest.fixture(scope="module")
def titles(book) -> dict[str, str]:
    """The pages that the search knows, with their titles."""
    text = (book.html / "_static/search/records.js").read_text("utf-8")
    return {page["page"]: page["title"] for page in json.loads(text.partition(" = ")[2].rstrip(";\n"))}


@pytest.fixture(scope="module")
def search(book, browser):
    """What the search answers to some words: addresses, best first."""
    with visit(browser, (book.html / "search.html").as_uri() + "?q=softmax") as (page, found):
        yield lambda words: page.evaluate(ANSWER, words)
        assert found == []


def plain(name: str) -> str:
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def is_called(page: str, title: str, name: str) -> bool:
    return plain(name) in (re.sub(r"^\d+_", "", Path(page).stem), plain(title))


def found_among_the_first(titles, addresses: list[str], wanted: list[str]) -> bool:
    pages = [address.partition("#")[0] for address in addresses]
    first = [page for page in pages if not page.startswith("exercises/")][:3]
    return any(is_called(page, titles[page], name) for page in first for name in wanted)


def test_nine_in_ten_queries_find_their_page_among_the_first_three(titles, search):
    asked = [
        (query, wanted)
        for query, wanted in QUERIES
        if any(is_called(page, title, name) for page, title in titles.items() for name in wanted)
    ]
    missed = [query for query, wanted in asked if not found_among_the_first(titles, search(query), wanted)]
    assert len(asked) > 60 and len(missed) <= (1 - SHARE) * len(asked), missed


def test_a_query_that_misses_its_page_is_noticed():
    titles = {"chapters/01_first.html": "The first one", "chapters/02_second.html": "Second"}
    assert found_among_the_first(titles, ["chapters/01_first.html#a"], ["the first one"])
    assert not found_among_the_first(titles, ["chapters/02_second.html"] * 3 + ["chapters/01_first.html"], ["first"])


def test_results_are_places_that_are_there(book, search):
    for query in ("softmax", "log(0)", "missing-sum", "saturation"):
        for address in search(query):
            page, _, place = address.partition("#")
            assert not place or place in ids(book.html / page), address


def test_any_word_of_a_page_finds_it(book, search):
    """Words that begin as few others do: a page with a word that all have may come late."""
    text = (book.html / "_static/search/records.js").read_text("utf-8")
    pages = {
        page["page"]: set(re.findall(r"\b[a-z]{6,}\b", " ".join(record["words"] for record in page["records"])))
        for page in json.loads(text.partition(" = ")[2].rstrip(";\n"))
    }
    times = Counter(start for words in pages.values() for start in {word[:5] for word in words})
    for page, words in pages.items():
        for word in sorted(words, key=lambda word: (times[word[:5]], word))[:2]:
            assert any(address.startswith(page) for address in search(word)), (word, page)


@pytest.mark.parametrize(
    ("one", "other"),
    [("crossentropy", "cross-entropy"), ("log sum exp", "logsumexp"), ("s-y", "s - y"), ("derivatives", "derivative")],
)
def test_another_way_to_write_it_finds_the_same(search, one, other):
    assert search(one)[0] == search(other)[0]


def test_no_record_holds_what_no_reader_reads(book):
    text = (book.html / "_static/search/records.js").read_text("utf-8")
    for junk in ("Duplicate implicit target", "As a notebook:", "^ T", "^ᵀ"):
        assert junk not in text, text[text.index(junk) - 80 : text.index(junk) + 80]


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"g^{\mathsf T} J", "gᵀ J"),
        (r"W_2^{\mathsf T} v^\top", "W_2ᵀ vᵀ"),
        (r"\frac{\partial L}{\partial z_j}", "∂L / ∂z_j"),
        (r"\operatorname{diag}(s) - s s^{\mathsf{T}}", "diag(s) - s sᵀ"),
    ],
)
def test_a_formula_is_read_as_one_would_type_it(tex, line):
    assert search_records.plain(tex) == line


@pytest.mark.parametrize(
    ("expression", "place"),
    [("log(0)", "zero-times-the-logarithm-of-zero"), ("0 log 0", "zero-times-the-logarithm-of-zero")],
)
def test_an_expression_is_found_whatever_stands_after_its_bracket(search, expression, place):
    assert search(expression)[0].partition("#")[2] == place


def test_an_entry_of_the_glossary_and_a_mistake_are_results_of_their_own(search):
    assert "chapters/glossary.html#term-saturation" in search("saturation")
    assert "chapters/gallery.html#slip-missing-sum" in search("missing-sum diagonal")


def test_the_bibliography_comes_last(search):
    addresses = search("backpropagation network softmax")
    sources = [k for k, address in enumerate(addresses) if "bibliography" in address]
    assert sources == list(range(len(addresses) - len(sources), len(addresses)))


def test_a_misspelled_word_finds_what_was_meant(search):
    assert search("jacobain") and search("softmx")


def test_the_words_of_the_book_are_loaded_when_somebody_begins_to_search(book, browser):
    with visit(browser, (book.html / "search.html").as_uri()) as (page, found):
        assert page.evaluate("() => !window.searchRecords && !window.MiniSearch")
        page.locator(".bd-search-container input").first.fill("saturation")
        page.locator("#search-results li mark").first.wait_for()
        assert found == []


def test_each_result_shows_the_words_that_were_asked_for(book, browser):
    with visit(browser, (book.html / "search.html").as_uri() + "?q=saturation") as (page, found):
        assert "saturat" in page.locator("#search-results li mark").first.inner_text().lower()
        assert (
            page.locator("#search-results [role=status]").inner_text().startswith("For “saturation” the search found")
        )
        assert found == []
