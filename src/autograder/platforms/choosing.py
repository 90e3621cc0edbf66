"""The one notebook that counts, among the files of a student."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from autograder.judging.submission import Unreadable
from autograder.records.other_sets import OtherSets
from autograder.text import printable

MOST_NOTEBOOKS = 20
"""That are looked into, of one submission."""


def the_notebook(
    notebooks: Mapping[str, Callable[[], bytes]], assignment: str, other_sets: OtherSets
) -> tuple[str, bytes]:
    """Name and content of the one notebook of this problem set; `Unreadable`, with what to do, if that is not one.

    ``notebooks`` are all that there are, and how to read each, which may raise `Unreadable`.
    """
    if not notebooks:
        raise Unreadable(f"There is no notebook in what you handed in. Hand in {assignment}.ipynb.")
    if len(notebooks) > MOST_NOTEBOOKS:
        raise Unreadable(
            f"There are {len(notebooks)} notebooks in what you handed in. Hand in {assignment}.ipynb alone."
        )
    if len(notebooks) == 1:
        ((name, read),) = notebooks.items()
        content = read()
        if other := other_sets.which(content):
            raise Unreadable(f"This is {other}, another problem set. Hand in {assignment}.ipynb.")
        return name, content
    theirs = [(name, content) for name, read in notebooks.items() if other_sets.is_own(content := _read(read))]
    if len(theirs) != 1:
        names = ", ".join(printable(name) for name in [name for name, _ in theirs or notebooks.items()][:5])
        raise Unreadable(
            f"There are several notebooks in what you handed in, and {len(theirs) or 'none'} of them are of this "
            f"problem set ({names}). Hand in {assignment}.ipynb alone."
        )
    return theirs[0]


def _read(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except Unreadable:
        return b""
