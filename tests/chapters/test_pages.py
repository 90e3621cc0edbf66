"""What every page of the site promises, read from its HTML."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from missingsum.slips import CHAPTERS as TITLES
from missingsum.slips import SLIPS

from ..problem_sets import CHAPTERS, CONTENTS, PROBLEM_SETS, chapter, named, numbered, prepared_by, problem_set, title
from .built_book import (
    ROOT,
    code_of,
    entry_problems,
    figure_problems,
    ids,
    link_problems,
    links_between_pages,
    names_only_hidden_cells_define,
    parse,
    solution_lines,
    still_to_solve,
)

MISSING_SUM = named("missing_sum")
SECTIONS = {
    MISSING_SUM: {"the-picture", "the-derivation", "the-off-diagonal-terms", "the-upstream-gradient"},
    named("one_to_many"): {"from-one-example-to-many", "sign-and-scale", "rows-and-axes", "inputs-stay", "big-logits"},
    named("checks_that_cannot_see"): {"checks-that-cannot-see", "too-small-to-judge", "how-you-are-graded"},
}
SHOWS_AN_EXAMPLE = "your_own_problem_set"
"""How a problem set is written, with the answers to one that nobody has to solve here."""
TELLS_INSTRUCTORS = {"for_instructors", "threat_model", SHOWS_AN_EXAMPLE}
"""The pages that say where the answers are kept."""
GOOD_FIGURE = (
    '<article><figure><img src="a.svg" alt="Two curves that start together and then part for good">'
    "<figcaption>The two curves start together and part after three steps.</figcaption></figure></article>"
)


def test_every_figure_has_alt_text_and_a_caption(book):
    assert [problem for page in book.pages for problem in figure_problems(page.read_text("utf-8"))] == []


def test_the_chapter_has_its_figures(book):
    assert (book.html / f"chapters/{MISSING_SUM}.html").read_text("utf-8").count("<figcaption>") >= 6
    assert (book.html / "chapters/index.html").read_text("utf-8").count("<figcaption>") == 1


@pytest.mark.parametrize(
    "bad",
    [
        GOOD_FIGURE.replace('alt="Two curves that start together and then part for good"', ""),
        GOOD_FIGURE.replace("Two curves that start together and then part for good", "../_images/0a1b2c3d.svg"),
        GOOD_FIGURE.replace("The two curves start together and part after three steps.", ""),
        GOOD_FIGURE.replace("figure>", "div>"),
    ],
    ids=["no alt", "file name as alt", "empty caption", "no caption"],
)
def test_the_figure_check_sees_a_bad_figure(bad):
    assert list(figure_problems(GOOD_FIGURE)) == []
    assert len(list(figure_problems(bad))) == 1


def test_every_internal_link_leads_somewhere(book):
    assert [problem for page in book.pages for problem in link_problems(page, page.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "target", ["gone.html", f"{MISSING_SUM}.html#gone", "#gone", "../_images/gone.svg", "../_downloads/gone.zip"]
)
def test_the_link_check_sees_a_dead_link(book, target):
    page = book.html / "chapters/index.html"
    assert len(list(link_problems(page, f'<a href="{target}">there</a>'))) == 1


@pytest.fixture(scope="module")
def cited(book) -> Counter[tuple[str, str, str]]:
    return Counter(links_between_pages(book))


@pytest.mark.parametrize("page", ["glossary.html", "bibliography.html"])
def test_every_entry_has_an_anchor_and_a_link_from_a_chapter(book, cited, page):
    html = (book.html / "chapters" / page).read_text("utf-8")
    assert len(parse(html).select("article dl dd")) > 40
    assert list(entry_problems(html, {place for _, target, place in cited if target == page})) == []


@pytest.mark.parametrize(
    ("entry", "problems"),
    [
        ('<dl id="a-1990"><dt>A</dt><dd>B</dd></dl>', 0),
        ('<dl><dt id="a-1990">A</dt><dt id="other-name">A, by another name</dt><dd>B</dd></dl>', 0),
        ("<dl><dt>A</dt><dd>B</dd></dl>", 1),
        ('<dl id="b-1990"><dt>A</dt><dd>B</dd></dl>', 1),
        ('<dl><dt id="a-1990">A</dt><dd>B</dd><dt id="term-b">C</dt><dd>D</dd></dl>', 1),
    ],
    ids=["entry", "two names", "no anchor", "unused entry", "unused second entry"],
)
def test_the_check_of_entries_sees_one_without_anchor_or_link(entry, problems):
    assert len(list(entry_problems(f"<article>{entry}</article>", {"a-1990"}))) == problems


def test_an_entry_of_the_bibliography_names_the_chapters_that_cite_it(book, cited):
    for entry in parse((book.html / "chapters/bibliography.html").read_text("utf-8")).select("article dl"):
        named = {link["href"] for link in entry.select("dd a.internal")}
        assert named == {
            page for page, target, place in cited if (target, place) == ("bibliography.html", entry["id"])
        }, entry["id"]


def test_a_chapter_explains_a_word_once(cited):
    assert [link for link, times in cited.items() if link[1] == "glossary.html" and times > 1] == []


def test_every_chapter_is_in_the_table_of_contents_under_the_next_number():
    assert list(CONTENTS) == list(CHAPTERS) == sorted(path.stem for path in (ROOT / "chapters").glob("[0-9]*.md"))
    assert [int(name[:2]) for name in CHAPTERS] == list(range(1, len(CHAPTERS) + 1)) and len(CHAPTERS) >= 12
    extra = {"parts": [{"chapters": [{"file": "chapters/01_first"}, {"file": "chapters/notation"}, {"glob": "a/*"}]}]}
    assert numbered(extra) == ("01_first",)


def test_the_table_of_chapters_has_their_titles():
    assert {name: title(chapter(name)) for name in TITLES} == TITLES


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_cells_of_a_chapter_that_can_be_seen_run_without_the_others(name):
    assert names_only_hidden_cells_define(chapter(name)) == set()


@pytest.mark.parametrize(
    ("visible", "missed"),
    [
        ("print(x)", {"x"}),
        ("f = lambda: x + 1", {"x"}),
        ("x = 2\nprint(x)", set()),
        ("f = lambda x: x", set()),
        ("print(len([]))", set()),
    ],
)
def test_the_check_of_cells_sees_a_name_that_only_a_hidden_one_defines(visible, missed):
    hidden = "```{code-cell} ipython3\n---\ntags: [remove-input]\n---\nx = 1\n```\n\n"
    seen = f"```{{code-cell}} ipython3\n{visible}\n```\n"
    assert names_only_hidden_cells_define(hidden + seen) == missed


def test_the_sections_that_diagnoses_link_to_exist(book):
    for name, sections in SECTIONS.items():
        assert sections <= ids(book.html / f"chapters/{name}.html")
    for slip in SLIPS.values():
        page, _, section = slip.page.partition("#")
        assert section in ids(book.html / page), slip.id


def test_no_page_gives_an_answer_away(book):
    assert PROBLEM_SETS, "there are problem sets"
    answers = {name: list(solution_lines(problem_set(name))) for name in PROBLEM_SETS}
    for page in book.pages:
        code = code_of(page.read_text("utf-8"))
        assert "BEGINSOLUTION" not in code or page.stem == SHOWS_AN_EXAMPLE
        for name, lines in answers.items():
            if still_to_solve(name, page.stem):
                assert [line for line in lines if line in code] == [], (page.name, name)


@pytest.mark.parametrize(
    ("name", "page", "expected"),
    [
        ("ps2_missing_sum", MISSING_SUM, True),
        ("ps2_missing_sum", named("jacobian"), False),
        ("ps6_network", named("jacobian"), True),
        ("ps2_missing_sum", "ps1_losses", True),
        ("ps2_missing_sum", "ps3_jacobian", False),
        ("ps2_missing_sum", "index", True),
        ("ps2_missing_sum", "why_a_sum", False),
    ],
)
def test_what_a_reader_has_solved_by_the_time_of_a_page(name, page, expected):
    assert still_to_solve(name, page) is expected


def test_every_problem_set_says_which_chapters_it_needs_and_they_come_in_that_order():
    numbers = [prepared_by(problem_set(name)) for name in PROBLEM_SETS]
    assert numbers == sorted(numbers) and numbers[:2] == [5, 6]
    text = problem_set("ps3_jacobian")
    for wrong in (text.replace("**Read in the book:**", ""), text.replace("*The Jacobian*", "*The Hessian*")):
        with pytest.raises(ValueError, match="Problem set 3: The Jacobian: after"):
            prepared_by(wrong)


def test_the_search_index_holds_no_answer(book):
    index = (book.html / "_static/search/records.js").read_text("utf-8")
    answers = {name: list(solution_lines(problem_set(name))) for name in PROBLEM_SETS}
    for page in json.loads(index.partition(" = ")[2].rstrip(";\n")):
        stem, text = Path(page["page"]).stem, json.dumps(page, ensure_ascii=False)
        assert "begin solution" not in text.lower() or stem == SHOWS_AN_EXAMPLE, stem
        assert stem in TELLS_INSTRUCTORS or "solutions/" not in text, stem
        code = "".join("".join(record["words"] + record["code"] for record in page["records"]).split())
        for name, lines in answers.items():
            if still_to_solve(name, stem):
                assert [line for line in lines if line in code] == [], (stem, name)


@pytest.mark.parametrize("name", PROBLEM_SETS)
def test_the_answer_check_sees_an_answer(name):
    lines = list(solution_lines(problem_set(name)))
    coloured = "<pre>" + lines[0].replace("(", "<span>(</span>") + "</pre>"
    assert lines[0] in code_of(coloured)


def test_no_page_names_another_host_in_a_script_or_style(book):
    for page in book.pages:
        text = page.read_text("utf-8")
        for host in ("unpkg.com", "jsdelivr", "cdnjs", "googletagmanager", "plausible", "mybinder"):
            assert host not in text, (page, host)
