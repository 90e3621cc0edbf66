"""The book, a page with all interactive figures, and a small book that changes, each made once; and a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from autograder.records.course import Course
from autograder.release import bundle

from ..browser import chromium, tab_kept
from .built_book import FIGURES, ROOT, Book, BuiltTwice, add_problem_set, build, empty_book, write

PUBLIC = {
    'baseurl: ""': "baseurl: https://example.org/sum",
    'url: ""': "url: https://github.com/example/sum",
}
"""What stands in ``_config.yml``, and what stands there once the book is public."""
WAIT_FOR_THE_OTHER = """```{{code-cell}} ipython3
import time
from pathlib import Path
Path("{own}").touch()
for _ in range(600):
    if Path("{other}").exists():
        break
    time.sleep(0.1)
else:
    raise TimeoutError
```

"""
PAGE = """Words with a formula, $a = b$, and a [link](second.md#far-away).

:::{dropdown} A question
The answer that was folded.
:::

## Near

The second part.
"""
SECOND = (
    """```{code-cell} ipython3
from pathlib import Path
Path('../src/missingsum/figures.py').read_text()
```

"""
    + "A line.\n\n" * 120
    + "## Far away\n\nThe end.\n"
)


@pytest.fixture(scope="session")
def book() -> Book:
    bundle.make(Course(ROOT))
    return build(ROOT)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running, tab_kept(running):
        yield running


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all interactive figures; beside it is ``paths.html`` with one of them."""
    folder = empty_book(tmp_path_factory.mktemp("gallery"), "paths")
    caption = "What there is to see when the figure is moved."
    write(folder, "".join(f"```{{interactive}} {name}\n{caption}\n```\n\n" for name in FIGURES))
    write(folder, "```{interactive} paths\nChoose paths.\n```\n", "paths", "One figure")
    built = build(folder)
    assert built.exit_status == 0, built.log
    return built.html / "chapters" / "index.html"


WITHOUT_ENGINE = {"IN_PAGE_CACHE": "/nowhere", "REQUIRE_ENGINE": ""}
"""The package of this book is no package that a page could import."""


@pytest.fixture(scope="session")
def built_twice(tmp_path_factory: pytest.TempPathFactory) -> BuiltTwice:
    """A public book of two chapters that wait for each other when they run, and of a problem set.

    Between its two builds it is printed as a PDF, the package that a chapter reads changes, and Node's packages go.
    """
    folder = empty_book(tmp_path_factory.mktemp("changing"), "second", "problem_sets")
    configuration = (folder / "_config.yml").read_text()
    for line, filled in PUBLIC.items():
        assert line in configuration
        configuration = configuration.replace(line, filled)
    (folder / "_config.yml").write_text(configuration)
    wait = WAIT_FOR_THE_OTHER if (os.cpu_count() or 1) > 1 else ""
    write(folder, wait.format(own="here", other="there") + PAGE)
    write(folder, wait.format(own="there", other="here") + SECOND, "second", "The second page")
    (folder / "chapters" / "problem_sets.md").write_text("# Problem sets\n\nWords.\n")
    add_problem_set(folder)
    with (folder / "_toc.yml").open("a") as contents:
        contents.write("- glob: exercises/*/*\n")
    package, paper = folder / "src" / "missingsum", folder / "_build" / "missing-sum.pdf"
    package.mkdir(parents=True)
    (package / "figures.py").write_text("# first-state")
    first = build(folder, **WITHOUT_ENGINE)
    assert first.exit_status == 0, first.log
    before = {page.relative_to(first.html).as_posix(): page.read_text("utf-8") for page in first.pages}
    subprocess.run([sys.executable, ROOT / "tools" / "pdf.py", first.html, paper], check=True)  # as make pdf does
    (package / "figures.py").write_text("# second-state")
    return BuiltTwice(first, before, paper.read_bytes(), build(folder, NODE_PATH="/nowhere", **WITHOUT_ENGINE))


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    """A book with this one's configuration and one page, still to be written."""
    return empty_book(tmp_path)
