"""The hidden checks, one module a problem set; each module's `ASSIGNMENT` says what is graded, for how many points."""

from __future__ import annotations

from importlib import import_module

from checks.protocol import Assignment


def load(name: str) -> Assignment:
    """The assignment of this name, from the module ``checks.<name>``; ValueError if there is none."""
    if name.isidentifier():
        try:
            return import_module(f"checks.{name}").ASSIGNMENT
        except ModuleNotFoundError as error:
            if error.name != f"checks.{name}":
                raise
    raise ValueError(f"there are no hidden checks for a problem set named {name!r}")
