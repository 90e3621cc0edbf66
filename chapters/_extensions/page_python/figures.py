"""In the page there is no Matplotlib: a cell that draws runs, and the figure stays as the book has it."""

from __future__ import annotations

from collections.abc import Callable


def __getattr__(name: str) -> Callable:
    if name.startswith("__"):
        raise AttributeError(name)
    return left_as_it_is


def left_as_it_is(*arguments: object, **options: object) -> None:
    print("The figure stays as it was drawn: there is no Matplotlib in the page.")
