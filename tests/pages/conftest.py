"""The site that ``make book`` has built, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ..browser import chromium, served
from ..problem_sets import COURSE
from .live import require_engine


@pytest.fixture(scope="session")
def site() -> Path:
    return require_engine(COURSE.root / "_build" / "html")


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    with served(site) as found:
        yield found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
