"""The book, and a page with all interactive figures, each built once for all tests of this folder; and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from autograder.records.course import Course
from autograder.release import bundle

from ..browser import chromium
from .built_book import FIGURES, ROOT, Book, build, empty_book, write


@pytest.fixture(scope="session")
def book() -> Book:
    bundle.make(Course(ROOT))
    return build(ROOT)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all interactive figures."""
    folder = empty_book(tmp_path_factory.mktemp("gallery"))
    write(
        folder,
        "".join(
            f"```{{interactive}} {name}\nWhat there is to see when the figure is moved.\n```\n\n" for name in FIGURES
        ),
    )
    built = build(folder)
    assert built.exit_status == 0, built.log
    return built.html / "chapters" / "index.html"


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    """A book with this one's configuration and one page, still to be written."""
    return empty_book(tmp_path)
