"""The hidden checks, one module a problem set; each module's `ASSIGNMENT` says what is graded, for how many points."""

from __future__ import annotations

from autograder.extend import Assignment, load_from


def load(name: str) -> Assignment:
    """The assignment of this name, from the module ``checks.<name>``; ValueError if there is none."""
    return load_from("checks", name)
