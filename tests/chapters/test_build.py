"""The build is strict, and its cache never hides a problem."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from built_book import ROOT, build

HEADER = """---
kernelspec: {display_name: Python 3, language: python, name: python3}
jupytext: {text_representation: {extension: .md, format_name: myst}}
---
# A page

"""


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    """A book with this one's configuration and one page, `chapters/index.md`, still to be written."""
    for name in ("_config.yml", "chapters/_extensions", "chapters/_static"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: chapters/index\n")
    return tmp_path


def write(small_book: Path, text: str) -> None:
    (small_book / "chapters" / "index.md").write_text(HEADER + text)


def test_the_book_builds_without_a_warning(book):
    assert book.exit_status == 0, book.log
    assert "WARNING:" not in book.log


def test_every_chapter_in_the_table_of_contents_has_a_page(book):
    names = {str(page.relative_to(book.html)) for page in book.pages}
    assert {"index.html", "search.html", "chapters/index.html", "chapters/05_missing_sum.html"} <= names


def test_only_the_book_is_in_the_site(book):
    files = [str(file.relative_to(book.html)) for file in book.html.rglob("*") if file.is_file()]
    assert not [name for name in files if name.endswith((".md", ".ipynb", ".py")) or "_sources" in name]
    assert not [name for name in files if name.split("/")[0] in ("exercises", "solutions", "tests", "grading", "src")]


def test_a_broken_link_fails_the_build_and_fails_it_again(small_book):
    write(small_book, "A [link](nowhere.md) to nowhere.")
    assert build(small_book).exit_status != 0
    second = build(small_book)
    assert second.exit_status != 0 and "nowhere" in second.log


def test_a_failing_cell_fails_the_build(small_book):
    write(small_book, "```{code-cell} ipython3\nassert 1 + 1 == 3\n```")
    result = build(small_book)
    assert result.exit_status != 0 and "AssertionError" in result.log


def test_a_cell_that_warns_fails_the_build(small_book):
    write(small_book, "```{code-cell} ipython3\nimport numpy as np\nnp.exp(np.array([1000.0]))\n```")
    assert build(small_book).exit_status != 0


def test_a_change_in_the_imported_package_runs_the_cells_again(small_book):
    package = small_book / "src" / "missingsum"
    package.mkdir(parents=True)
    write(small_book, "```{code-cell} ipython3\nfrom pathlib import Path\nPath('../src/missingsum/figures.py').read_text()\n```")
    for state in ("first-state", "second-state"):
        (package / "figures.py").write_text(f"# {state}")
        assert build(small_book).exit_status == 0
        assert state in (small_book / "_build/html/chapters/index.html").read_text()
