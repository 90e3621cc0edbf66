"""Python in the pages of the book: a problem set is solved in its page, nothing is loaded before the click, and what is
loaded after it holds no answer.

What takes longer is in ``tests/pages``, for ``make pages``.
"""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

import pytest

from in_page.payloads import unpacked
from missingsum.check import running
from missingsum.slips import SLIPS

from ..browser import served, visit
from ..pages.live import LOADED, first_view_added, page_of, released, require_engine, solving
from ..problem_sets import COURSE, PROBLEM_SETS, problem_set
from ..submissions.make import model_answers
from .built_book import ROOT, parse, solution_lines

sys.path.append(str(ROOT / "chapters" / "_extensions"))
from gradient_examples import EXAMPLES

SET = "ps2_missing_sum"
DIAGONAL = "def softmax_backward(s, g):\n    return g * s * (1 - s)\n"
OWN = {
    "session.pyc",
    "startup.py",
    "gradient_page.pyc",
    "missingsum/figures.pyc",
    "sklearn/__init__.pyc",
    "sklearn/datasets.pyc",
    "sklearn/digits.bin",
}
"""What the page's Python holds beside NumPy and `missingsum`."""
MOST_BYTES_BEFORE, MOST_BYTES_AFTER = 1024, 8_000_000


@pytest.fixture(scope="module")
def site(book) -> Path:
    return require_engine(book.html)


def strangers(files: dict[str, bytes]) -> set[str]:
    """Files of the site's own payload that are neither NumPy's, nor the student package's, nor known."""
    packages = {f"{path.relative_to(ROOT / 'src')}c" for path in (ROOT / "src" / "missingsum").rglob("*.py")}
    names = {name.removeprefix("site/") for name in files if name.startswith("site/")}
    return {name for name in names - packages - OWN if not name.startswith(("numpy/", "numpy-"))}


def answers_in(text: str) -> list[str]:
    """The lines of solutions and the markers that a text holds."""
    code = "".join(text.split())
    lines = {line for name in PROBLEM_SETS for line in solution_lines(problem_set(name))}
    return [line for line in ("BEGINSOLUTION", "BEGINHIDDENTESTS", *sorted(lines)) if line in code]


def test_what_pages_load_holds_no_answer_no_hidden_check_and_no_reference(site):
    files = unpacked(site / LOADED)
    assert strangers(files) == set()
    texts = {name: data.decode("utf-8", "ignore") for name, data in files.items() if name.startswith("site/missingsum")}
    texts |= {
        file.name: file.read_text("utf-8") for file in (site / LOADED).glob("*.js") if file.stem not in ("machine")
    }
    assert {name: found for name, text in texts.items() if (found := answers_in(text))} == {}
    assert {
        name for name, text in texts.items() if re.search(r"\b(solutions\.checks|import reference)\b", text)
    } == set()


def test_an_answer_a_check_or_a_reference_among_them_is_found():
    answer = model_answers(SET)["softmax_backward"]
    assert answers_in(answer) and not answers_in(DIAGONAL)
    assert strangers({"site/checks/ps2_missing_sum.pyc": b"", "site/numpy/ma.pyc": b""}) == {
        "checks/ps2_missing_sum.pyc"
    }


def test_the_button_adds_little_to_the_first_view(site):
    assert first_view_added(site, page_of(SET)) <= MOST_BYTES_BEFORE


def test_what_is_loaded_after_the_click_is_small_enough_and_its_size_is_told(site):
    names = ("script.gz", "machine.gz", "standard.gz", "site.gz")
    total = sum((site / LOADED / name).stat().st_size for name in names)
    total += len(gzip.compress((site / LOADED / "page.js").read_bytes()))
    assert total <= MOST_BYTES_AFTER
    assert f"loaded once: {total / 1e6:.0f} MB" in (site / page_of(SET)).read_text("utf-8")


def test_a_problem_set_is_solved_in_its_page(site, browser):
    """A wrong answer is explained with a link into the book, a right one counted; both are there after a reload, and in
    the notebook to download, which is otherwise the one that was handed out. Nothing leaves the site."""
    right, asked = model_answers(SET), []
    with served(site) as address, solving(browser, f"{address}/{page_of(SET)}") as (solved, found):
        solved.page.on("request", lambda request: asked.append(request.url))
        solved.write("softmax_forward", right["softmax_forward"])
        solved.write("softmax_backward", DIAGONAL)
        solved.press("softmax_backward", "Check")
        assert "You kept only the diagonal of the Jacobian" in solved.said("softmax_backward")
        link = solved.page.locator(".in-page-output a").first.get_attribute("href")
        assert link == f"{address}/chapters/03_missing_sum.html#the-off-diagonal-terms"
        solved.write("softmax_backward", right["softmax_backward"])
        solved.press("softmax_backward", "Check")
        assert solved.progress == f"1 of {len(right)} functions right"
        solved.page.locator("textarea").first.fill("All outputs move.")
        solved.page.reload()
        solved.begin()
        assert solved.progress == f"1 of {len(right)} functions right"
        notebook = solved.download()
        assert found == [] and {url.split("/")[2] for url in asked if url.startswith("http")} == {address[7:]}
    expected = released(SET)
    written = [cell for cell in expected["cells"] if cell["cell_type"] == "markdown" and "nbgrader" in cell["metadata"]]
    written[0]["source"] = ["All outputs move."]
    for cell in expected["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in ("softmax_forward", "softmax_backward"):
            cell["source"] = right[name].splitlines(keepends=True)
    assert notebook == expected


def test_nothing_is_loaded_before_the_click(site, browser):
    loaded: list[str] = []
    with visit(browser, (site / page_of(SET)).as_uri(), loaded=loaded) as (page, found):
        assert page.locator(".in-page button").inner_text() == "Solve this here"
        assert [Path(name).name.split("?")[0] for name in loaded if LOADED in name] == ["offer.js"] and found == []


def test_without_javascript_a_page_is_as_it_was(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / page_of(SET)).as_uri())
    assert page.locator(".in-page, .gradient-form:visible").count() == 0
    context.close()


def test_the_page_of_gradients_waits_with_what_came_in_the_address(site, browser):
    loaded: list[str] = []
    address = (site / "chapters/what_is_wrong.html").as_uri()
    code = "eyJmb3J3YXJkIjogImRlZiBmKHgpOiAuLi4iLCAiYmFja3dhcmQiOiAiZGVmIGIoeCwgZyk6IC4uLiIsICJ3YXkiOiAiaW5wdXQifQ=="
    with visit(browser, f"{address}#code={code}", loaded=loaded) as (page, found):
        assert page.input_value("[name=backward]") == "def b(x, g): ..." and page.input_value("[name=way]") == "input"
        assert "Nothing was run" in page.inner_text(".gradient-form [role=status]")
        assert [Path(name).name.split("?")[0] for name in loaded if LOADED in name] == ["offer.js"] and found == []


def test_the_page_of_gradients_is_linked_from_where_people_ask(site):
    asking = [
        "chapters/index.html",
        "chapters/gallery.html",
        *(f"chapters/questions/{p.stem}.html" for p in questions()),
    ]
    for name in asking:
        links = parse((site / name).read_text("utf-8")).select('article a[href$="what_is_wrong.html"]')
        assert links, name


def questions() -> list[Path]:
    return sorted((COURSE.root / "chapters" / "questions").glob("*.md"))


def test_what_runs_in_the_page_fits_the_package(tmp_path, monkeypatch):
    """It is run in another Python, where a name that has moved would be found by readers only."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "before_the_place", [])
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "chapters" / "_extensions" / "page_python")])
    import gradient_page

    program = (ROOT / "chapters" / "_extensions" / "page_python" / "startup.py").read_text("utf-8")
    exec(program, {"site": "https://book.example/", "show": print})
    slip = next(iter(SLIPS.values()))
    assert f'href="https://book.example/{slip.page}"' in gradient_page._link(slip)
    assert len(running.before_the_place) == 1


def test_there_are_ten_examples_to_click_and_each_has_a_name():
    assert len({example.title for example in EXAMPLES}) == len(EXAMPLES) >= 10
