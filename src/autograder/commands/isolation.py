"""``autograder isolation``: what keeps submissions apart on this machine, and what that leaves on its disk."""

from __future__ import annotations

from argparse import Namespace

from autograder.sandbox import container
from autograder.sandbox.isolation import NoSandbox
from autograder.sandbox.kinds import KINDS
from autograder.sandbox.process import require_sandbox
from autograder.text import counted


def isolation(options: Namespace) -> int:
    """Try each isolation; 1 if none works."""
    if options.clear:
        removed = counted(container.remove_free(), "folder")
        print(f"removed: {removed} with Python and NumPy in {container.FOLDER}; what is in use stays")
        return 0
    works = 0
    for kind in KINDS.values():
        try:
            require_sandbox(kind.name)
        except NoSandbox as error:
            why = [line for line in str(error).splitlines() if line.startswith(f"- {kind.name}: ")]
            print((why or [str(error)])[0].removeprefix("- "))
        else:
            works += 1
            print(f"{kind.name}: works{', and is used' if works == 1 else ''}. It gives {kind.guarantees}.")
    return 0 if works else 1
