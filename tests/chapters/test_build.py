"""The build is strict, and its cache never hides a problem."""

from __future__ import annotations

import os
from zipfile import ZipFile

import pytest

from missingsum import __version__

from ..problem_sets import named
from .built_book import ROOT, add_problem_set, build, parse, write

CHAPTER = f"chapters/{named('missing_sum')}.html"
NOTEBOOKS = {notebook.name: notebook.read_bytes() for notebook in (ROOT / "exercises").glob("*/*.ipynb")}


def test_the_book_builds_without_a_warning(book):
    assert book.exit_status == 0, book.log
    assert "WARNING:" not in book.log


def test_every_chapter_in_the_table_of_contents_has_a_page(book):
    names = {str(page.relative_to(book.html)) for page in book.pages}
    assert {"index.html", "search.html", "chapters/index.html", CHAPTER} <= names


def test_only_the_book_its_notebooks_and_those_of_the_students_are_in_the_site(book):
    files = [file for file in book.html.rglob("*") if file.is_file()]
    assert not [file for file in files if file.suffix in (".md", ".py") or "_sources" in file.parts]
    notebooks = {file.name: file.read_bytes() for file in files if file.suffix == ".ipynb"}
    assert {name: content for name, content in notebooks.items() if name.startswith("ps")} == NOTEBOOKS
    chapters = [*(ROOT / "chapters").glob("[01]*.md"), *(ROOT / "chapters").glob("questions/*.md")]
    assert notebooks.keys() - NOTEBOOKS.keys() == {f"{chapter.stem}.ipynb" for chapter in chapters}
    top = {file.relative_to(book.html).parts[0] for file in files}
    assert not top & {"solutions", "tests", "grading", "src"}


def test_every_problem_set_has_a_page_that_links_to_its_notebook(book):
    assert NOTEBOOKS, "there are problem sets"
    for name in NOTEBOOKS:
        page = book.html / "exercises" / name.removesuffix(".ipynb") / name.replace(".ipynb", ".html")
        assert f'/{name}"' in page.read_text("utf-8")


def test_the_one_download_holds_the_notebooks_as_they_are(book):
    [bundle] = book.html.glob("_downloads/*/missing-sum-student.zip")
    with ZipFile(bundle) as archive:
        held = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert {name: content for name, content in held.items() if name.endswith(".ipynb")} == NOTEBOOKS
    assert "README.txt" in held and [name for name in held if name.endswith(".whl")]


def test_the_footer_says_which_version_it_is(book):
    assert f"Version {__version__}." in (book.html / "chapters" / "index.html").read_text()


def test_without_a_public_address_nothing_points_to_one(book):
    assert not (book.html / "sitemap.xml").exists()
    page = (book.html / CHAPTER).read_text("utf-8")
    assert "og:image" not in page and "/edit/" not in page and "/issues/" not in page


def test_with_a_public_address_search_engines_and_social_media_know_the_pages(built_twice):
    page, site = parse(built_twice.before("chapters/index.html")), built_twice.second.html
    assert page.select_one('meta[property="og:image"]')["content"] == "https://example.org/sum/_static/social-card.png"
    assert (site / "_static/social-card.png").read_bytes().startswith(b"\x89PNG")
    assert "<loc>https://example.org/sum/chapters/index.html</loc>" in (site / "sitemap.xml").read_text()
    assert page.select_one('a[href="https://github.com/example/sum/edit/main/chapters/index.md"]')
    assert page.select_one('a[href^="https://github.com/example/sum/issues/new"]')
    generated = parse(built_twice.before("exercises/ps9_new/ps9_new.html"))
    assert generated.select_one('a[href*="/issues/new"]') and not generated.select_one('a[href*="/edit/"]')
    assert '<base href="https://example.org/sum/">' in built_twice.before("404.html")


MISTAKES = {
    r"A formula that cannot be typeset, $\nosuchcommand$.": "nosuchcommand",
    "A [link](nowhere.md) to nowhere.": "nowhere",
    "A {term}`hippopotamus` that no glossary explains.": "hippopotamus",
    "A [book](#nobody-1900) that no bibliography has.": "nobody-1900",
    "```{problem-sets}\n```": "ps9_new",
    "```{interactive} perpetuum\nIt moves.\n```": "perpetuum",
    "```{code-cell} ipython3\nimport numpy as np\nnp.exp(np.array([1000.0]))\n```": "stderr was found",
}
"""What one may get wrong on a page, and a word of the warning that it gives."""


def test_every_mistake_is_a_warning_that_fails_the_build_and_fails_it_again(small_book):
    add_problem_set(small_book)
    write(small_book, "\n\n".join(MISTAKES))
    for _ in range(2):
        result = build(small_book)
        warnings = [line for line in result.log.splitlines() if "WARNING" in line or "ERROR" in line]
        assert result.exit_status != 0
        assert [word for word in MISTAKES.values() if not any(word in line for line in warnings)] == []


def test_a_failing_cell_fails_the_build(small_book):
    write(small_book, "```{code-cell} ipython3\nassert 1 + 1 == 3\n```")
    result = build(small_book)
    assert result.exit_status != 0 and "AssertionError" in result.log


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core runs one chapter at a time")
def test_chapters_run_side_by_side(built_twice):
    """Each of the two waits for the other to begin."""
    assert built_twice.first.exit_status == 0 and "TimeoutError" not in built_twice.first.log


def test_a_change_in_the_imported_package_runs_the_cells_again(built_twice):
    assert "first-state" in built_twice.before("chapters/second.html")
    assert built_twice.second.exit_status == 0, built_twice.second.log
    assert "second-state" in built_twice.after("chapters/second.html")
