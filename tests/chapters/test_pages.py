"""What every page of the site promises, read from its HTML."""

from __future__ import annotations

import pytest
from built_book import ROOT, code_of, figure_problems, ids, link_problems, solution_lines

from missingsum.slips import SLIPS

SECTIONS = ("the-picture", "the-derivation", "the-off-diagonal-terms", "the-upstream-gradient", "sign-and-scale", "rows-and-axes",
            "inputs-stay", "big-logits")
GOOD_FIGURE = ('<article><figure><img src="a.svg" alt="Two curves that start together and then part for good">'
               "<figcaption>The two curves start together and part after three steps.</figcaption></figure></article>")
SOLUTIONS = sorted((ROOT / "solutions").glob("ps*.md"))


def test_every_figure_has_alt_text_and_a_caption(book):
    assert [problem for page in book.pages for problem in figure_problems(page.read_text("utf-8"))] == []


def test_the_chapter_has_its_figures(book):
    assert (book.html / "chapters/05_missing_sum.html").read_text("utf-8").count("<figcaption>") == 4
    assert (book.html / "chapters/index.html").read_text("utf-8").count("<figcaption>") == 1


@pytest.mark.parametrize("bad", [
    GOOD_FIGURE.replace('alt="Two curves that start together and then part for good"', ""),
    GOOD_FIGURE.replace("Two curves that start together and then part for good", "../_images/0a1b2c3d.svg"),
    GOOD_FIGURE.replace("The two curves start together and part after three steps.", ""),
    GOOD_FIGURE.replace("figure>", "div>"),
], ids=["no alt", "file name as alt", "empty caption", "no caption"])
def test_the_figure_check_sees_a_bad_figure(bad):
    assert list(figure_problems(GOOD_FIGURE)) == []
    assert len(list(figure_problems(bad))) == 1


def test_every_internal_link_leads_somewhere(book):
    assert [problem for page in book.pages for problem in link_problems(page, page.read_text("utf-8"))] == []


@pytest.mark.parametrize("target", ["gone.html", "05_missing_sum.html#gone", "#gone", "../_images/gone.svg"])
def test_the_link_check_sees_a_dead_link(book, target):
    page = book.html / "chapters/index.html"
    assert len(list(link_problems(page, f'<a href="{target}">there</a>'))) == 1


def test_the_sections_that_diagnoses_link_to_exist(book):
    assert set(SECTIONS) <= ids(book.html / "chapters/05_missing_sum.html")
    for slip in SLIPS.values():
        page, _, section = slip.page.partition("#")
        assert section in ids(book.html / page), slip.id


def test_no_page_gives_an_answer_away(book):
    assert SOLUTIONS, "there are problem sets"
    answers = {line for source in SOLUTIONS for line in solution_lines(source.read_text("utf-8"))}
    assert answers, "there are answers"
    for page in book.pages:
        code = code_of(page.read_text("utf-8"))
        assert "BEGINSOLUTION" not in code
        assert [answer for answer in answers if answer in code] == [], page


def test_the_search_index_holds_no_answer(book):
    index = (book.html / "searchindex.js").read_text("utf-8")
    assert "solutions/" not in index and "begin solution" not in index.lower()


@pytest.mark.parametrize("source", SOLUTIONS, ids=lambda path: path.stem)
def test_the_answer_check_sees_an_answer(source):
    answer = next(line for line in source.read_text("utf-8").split("### BEGIN SOLUTION")[1].splitlines() if len(line.strip()) > 12)
    coloured = "<pre>" + answer.replace("(", "<span>(</span>") + "</pre>"
    assert any(line in code_of(coloured) for line in solution_lines(source.read_text("utf-8")))


def test_no_page_names_another_host_in_a_script_or_style(book):
    for page in book.pages:
        text = page.read_text("utf-8")
        for host in ("unpkg.com", "jsdelivr", "cdnjs", "googletagmanager", "plausible", "mybinder"):
            assert host not in text, (page, host)
