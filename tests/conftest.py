"""How the tests are shared out among the processes of ``make test``."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need the same costly thing (the built book, the graded class) run in one process, the others file by file."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))


def _group(item: pytest.Item) -> str:
    path = item.path.relative_to(HERE)
    if path.parts[0] == "chapters":
        return "book"
    if "graded" in getattr(item, "fixturenames", ()):
        return "class"
    return str(path)
