"""Each chapter as a notebook: words that any notebook shows, cells that run, nothing that students must not have."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import nbformat
import pytest

from ..problem_sets import named
from .built_book import ROOT, parse, solution_lines, still_to_solve

sys.path.insert(0, str(ROOT / "chapters" / "_extensions"))

import notebooks

RESULTS = (ROOT / notebooks.RESULTS).read_text("utf-8")
PAGES = {page.stem: page.read_text("utf-8") for page in notebooks.pages(ROOT)}
NOTEBOOKS = {name: notebooks.notebook(page, RESULTS) for name, page in PAGES.items()}
RAW_MYST = re.compile(r"\{[\w-]+\}`|^```\{|^:::|^\([\w-]+\)=|\]\((?!https?:)|\[\^", re.MULTILINE)
ALONE = """import sys
import matplotlib
matplotlib.use("agg")
for module in ("autograder", "checks", "reference"):
    sys.modules[module] = None
"""


def code_of(notebook: dict) -> str:
    return "\n\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")


def words_of(notebook: dict) -> str:
    return "\n\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")


def forbidden(name: str, notebook: dict) -> Iterator[str]:
    """What a student must not get: answers that a reader of this page has still to find, checks, the reference."""
    text = "".join(json.dumps(notebook, ensure_ascii=False).replace("\\n", "").replace('\\"', '"').split())
    yield from (word for word in ("BEGINSOLUTION", "importreference", "fromreference", "fromchecks") if word in text)
    for source in sorted((ROOT / "solutions").glob("ps*.md")):
        if still_to_solve(source.stem, name):
            yield from (line for line in solution_lines(source.read_text("utf-8")) if line in text)


@pytest.mark.parametrize("name", PAGES)
def test_a_notebook_is_one_and_holds_no_raw_myst_and_nothing_forbidden(name):
    nbformat.validate(nbformat.from_dict(NOTEBOOKS[name]))
    assert RAW_MYST.findall(words_of(NOTEBOOKS[name])) == []
    assert list(forbidden(name, NOTEBOOKS[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_notebook_has_every_cell_of_the_page_but_those_that_only_assert(name):
    kept = [cell for cell in notebooks.CELL.finditer(PAGES[name]) if "remove-cell" not in cell["head"]]
    code = code_of(NOTEBOOKS[name])
    assert kept and all(cell["code"].strip("\n") in code for cell in kept)
    assert len(re.findall(r"^# ", words_of(NOTEBOOKS[name]), re.MULTILINE)) == 1


@pytest.mark.parametrize("name", [named("checks_that_cannot_see"), named("jacobian"), "matrix"])
def test_a_notebook_runs_where_only_the_student_package_is(name, tmp_path):
    (tmp_path / "run.py").write_text(ALONE + code_of(NOTEBOOKS[name]), "utf-8")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "run.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / notebooks.RESULTS).exists() == (notebooks.RESULTS in PAGES[name])


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        ("{term}`logits <logit>` and {term}`softmax`", "logits and softmax"),
        ("(a-label)=\n## A heading", "## A heading"),
        ("[The matrix](#the-matrix), [a paper](https://example.org)", "The matrix, [a paper](https://example.org)"),
        ("```{math}\n:label: first\nx\n```\nand {eq}`first`", "$$\nx\n\\tag{1}\n$$\nand (1)"),
        (":::{dropdown} 1. Why?\nBecause.\n:::", "**1. Why?**\n\nBecause."),
        ("```{interactive} paths\nIt moves.\n```", ""),
    ],
)
def test_myst_becomes_what_a_notebook_shows(myst, plain):
    assert notebooks.plain_markdown(myst, {"first": 1}) == plain


@pytest.mark.parametrize(
    ("myst", "led"),
    [
        ("[a](#the-derivation)", "[a](https://b.example/chapters/03_missing_sum.html#the-derivation)"),
        ("[a](10_gradient_checking.md)", "[a](https://b.example/chapters/10_gradient_checking.html)"),
        ("[a](../which_loss.md#x-y)", "[a](https://b.example/which_loss.html#x-y)"),
        (
            "[a](#nowhere), f[0](z), [p](https://x.org/y.md), []()",
            "[a](#nowhere), f[0](z), [p](https://x.org/y.md), []()",
        ),
    ],
)
def test_links_lead_to_the_published_book(myst, led):
    places = notebooks.labels(ROOT)
    assert notebooks.led_to("https://b.example/", myst, "chapters/05_cross_entropy.md", places) == led


def test_with_an_address_a_notebook_keeps_its_links():
    name, places = named("missing_sum"), notebooks.labels(ROOT)
    led = notebooks.notebook(notebooks.led_to("https://b.example/", PAGES[name], f"chapters/{name}.md", places))
    links = re.findall(r"\]\(https://b\.example/(chapters/[\w/]+)\.html", words_of(led))
    assert len(links) > 5 and all((ROOT / f"{page}.md").is_file() for page in links)
    assert "b.example" not in words_of(NOTEBOOKS[name]) and code_of(led) == code_of(notebooks.notebook(PAGES[name]))


@pytest.mark.parametrize(
    "cell",
    [
        "### BEGIN SOLUTION",
        "from checks import agree",
        next(solution_lines((ROOT / "solutions" / "ps2_missing_sum.md").read_text("utf-8"))),
    ],
)
def test_the_check_of_what_is_forbidden_sees_it(cell):
    bad = notebooks.notebook(f"# A page\n\n```{{code-cell}} ipython3\n{cell}\n```\n")
    assert list(forbidden(named("missing_sum"), bad)) != []


def test_every_page_has_a_link_to_its_notebook(book):
    for page in notebooks.pages(ROOT):
        name = page.relative_to(ROOT).with_suffix(".html")
        [link] = parse((book.html / name).read_text("utf-8")).select(
            f'p.opening a.download[href$="/{page.stem}.ipynb"]'
        )
        file = (book.html / name).parent / link["href"]
        assert json.loads(file.read_text("utf-8")) == NOTEBOOKS[page.stem]
