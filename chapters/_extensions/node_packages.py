"""Where Node and its packages are: those that ``tools/node`` pins and ``make setup`` puts into the environment.

The book is built without them too, by what Sphinx and its MathJax do in the reader's browser.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from in_page.node import node

MISSING = (
    "Node's packages are not there: formulas appear only after a while, cards show those of other pages as TeX, and "
    "the search finds less. To get them, install npm and type: rm .venv/ready; make setup"
)


@cache
def folder(package: str, missing: str = MISSING) -> Path | None:
    """The folder of a package, if it and Node are there; ``NODE_PATH`` names another place for all of them.

    ``missing`` is what to say if it is not.
    """
    place = Path(os.environ.get("NODE_PATH") or Path(sys.prefix, "lib", "node_modules"), package)
    if node() and place.is_dir():
        return place
    print_once(missing)
    return None


@cache
def print_once(line: str) -> None:
    print(line, file=sys.stderr)
