"""``autograder new``: begin a course of one's own."""

from __future__ import annotations

from argparse import Namespace

from autograder.commands import terminal
from autograder.release.template import begin


def new(options: Namespace) -> int:
    """Make a folder with a first problem set, its text and its hidden checks, to change."""
    for path in begin(options.folder):
        print(f"made      {terminal.relative(path)}")
    print(f"next      cd {options.folder}; autograder release")
    return 0
