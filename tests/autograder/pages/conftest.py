"""One browser for all tests of pages, with a tab that they leave to each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from ...browser import chromium, tab_kept


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running, tab_kept(running):
        yield running
