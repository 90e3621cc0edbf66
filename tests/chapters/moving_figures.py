"""Interactive figures on an open page: where they are, what their tables show, and what NumPy computes for them."""

from __future__ import annotations

import sys

import numpy as np
from playwright.sync_api import Locator, Page

from .built_book import ROOT

sys.path.insert(0, str(ROOT / "chapters" / "_extensions"))
import starting_values

SLIDER = "input[type=range] >> nth=0"
HANDLE = "[role=slider] >> nth=0"
CELLS = """figure => [...figure.querySelectorAll('tbody tr')].map(
  row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"""
FOLLOW = """address => new Promise(done => {
  if (location.hash === address) done();
  addEventListener('hashchange', () => setTimeout(done), {once: true});
  location.hash = address;
})"""
REST = "() => new Promise(done => setTimeout(done, missingSum.Figure.rest + 50))"


def place(name: str) -> str:
    """The id of a figure, which is its place on the page."""
    return f"interactive-{name.replace('_', '-')}"


def figure_of(page: Page, name: str) -> Locator:
    return page.locator(f"#{place(name)}")


def shown(page: Page, name: str) -> list[list[str]]:
    """The cells of all tables of a figure, row by row."""
    return figure_of(page, name).evaluate(CELLS)


def computed(name: str, **arguments: object) -> list[list[str]]:
    """What NumPy computes for these cells."""
    return cells(getattr(starting_values, name)(**arguments))


def cells(tables: starting_values.Tables) -> list[list[str]]:
    return [list(row) for _, _, rows in tables for row in rows.values()]


def alike(shown: list[list[str]], expected: list[list[str]], name: str) -> bool:
    """Whether two tables show the same; errors of numeric derivatives are noise, so that their size is compared."""
    if name != "step_size":
        return shown == expected
    logarithms = [
        np.array([[float(cell.replace("−", "-")) if cell != "–" else 1 for cell in row] for row in rows])
        for rows in (shown, expected)
    ]
    return bool((np.abs(np.log10(logarithms[0] / logarithms[1])) < 1).all())


def go_to(page: Page, address: str) -> None:
    """Follow a link within the page, and wait until the figures have heard of it."""
    page.evaluate(FOLLOW, address)


def move_to(page: Page, name: str, state: str) -> None:
    """Follow a link to a state of a figure; an empty one is its start."""
    go_to(page, f"#{place(name)}?{state}")


def rested(page: Page) -> None:
    """Wait as long as the figures do until they speak, and write the address."""
    page.evaluate(REST)
