"""The build is strict, and its cache never hides a problem."""

from __future__ import annotations

from zipfile import ZipFile

from .built_book import ROOT, build, parse, write

NOTEBOOKS = {notebook.name: notebook.read_bytes() for notebook in (ROOT / "exercises").glob("*/*.ipynb")}


def test_the_book_builds_without_a_warning(book):
    assert book.exit_status == 0, book.log
    assert "WARNING:" not in book.log


def test_every_chapter_in_the_table_of_contents_has_a_page(book):
    names = {str(page.relative_to(book.html)) for page in book.pages}
    assert {"index.html", "search.html", "chapters/index.html", "chapters/05_missing_sum.html"} <= names


def test_only_the_book_and_the_student_notebooks_are_in_the_site(book):
    files = [file for file in book.html.rglob("*") if file.is_file()]
    assert not [file for file in files if file.suffix in (".md", ".py") or "_sources" in file.parts]
    assert {file.name: file.read_bytes() for file in files if file.suffix == ".ipynb"} == NOTEBOOKS
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


def test_a_problem_set_without_a_page_fails_the_build(small_book):
    (small_book / "exercises" / "ps9_new").mkdir(parents=True)
    (small_book / "exercises" / "ps9_new" / "ps9_new.ipynb").write_bytes(next(iter(NOTEBOOKS.values())))
    write(small_book, "```{problem-sets}\n```")
    result = build(small_book)
    assert result.exit_status != 0 and "ps9_new" in result.log


def test_an_unknown_figure_fails_the_build(small_book):
    write(small_book, "```{interactive} perpetuum\nIt moves.\n```")
    result = build(small_book)
    assert result.exit_status != 0 and "perpetuum" in result.log


def test_without_a_public_address_nothing_points_to_one(book):
    assert not (book.html / "sitemap.xml").exists()
    page = (book.html / "chapters/05_missing_sum.html").read_text("utf-8")
    assert "og:image" not in page and "/edit/" not in page and "/issues/" not in page


def test_with_a_public_address_search_engines_and_social_media_know_the_pages(small_book):
    configuration = (small_book / "_config.yml").read_text()
    for line, filled in (('baseurl: ""', "baseurl: https://example.org/sum"), ('url: ""', "url: https://github.com/example/sum")):
        assert line in configuration
        configuration = configuration.replace(line, filled)
    (small_book / "_config.yml").write_text(configuration)
    write(small_book, "Words.")
    assert build(small_book).exit_status == 0
    site = small_book / "_build" / "html"
    page = parse((site / "chapters/index.html").read_text("utf-8"))
    assert page.select_one('meta[property="og:image"]')["content"] == "https://example.org/sum/_static/social-card.png"
    assert (site / "_static/social-card.png").read_bytes().startswith(b"\x89PNG")
    assert "<loc>https://example.org/sum/chapters/index.html</loc>" in (site / "sitemap.xml").read_text()
    assert page.select_one('a[href="https://github.com/example/sum/edit/main/chapters/index.md"]')
    assert page.select_one('a[href^="https://github.com/example/sum/issues/new"]')
    assert 'href="https://example.org/sum/index.html"' in (site / "404.html").read_text()


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
