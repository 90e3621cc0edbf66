"""The book, built once for all tests of this folder, and a browser to read it with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import built_book  # noqa: E402
import offline_browser  # noqa: E402


@pytest.fixture(scope="session")
def book() -> built_book.Book:
    return built_book.build(built_book.ROOT)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    with offline_browser.chromium() as running:
        yield running


@pytest.fixture(scope="session")
def address(book: built_book.Book) -> Iterator[str]:
    """Where the book is served."""
    with offline_browser.served(book.html) as url:
        yield url
