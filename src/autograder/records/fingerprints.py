"""The fingerprints of today's judge, kept beside the records: to work them out takes longer than all that a run with
nothing to do does besides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from autograder.checking.loading import Hidden
from autograder.judging import fingerprint
from autograder.records.as_json import as_json
from autograder.records.atomic import write
from autograder.records.course import Folder


def of_functions(folder: Folder, assignment: str, hidden: Hidden) -> Mapping[str, str]:
    """`fingerprint.of_functions`, as it was kept if nothing that it follows from has changed since."""
    try:
        kept = json.loads(folder.fingerprints(assignment).read_bytes())
        if kept["basis"] == fingerprint.basis(assignment, hidden, kept["modules"]):
            return kept["fingerprints"]
    except (OSError, ImportError, AttributeError, KeyError, TypeError, ValueError):
        pass  # there is none, or none that can be read
    return fingerprint.of_functions(assignment, hidden)


def keep(folder: Folder, assignment: str, hidden: Hidden) -> None:
    """Keep the fingerprints for the next run, if this one has worked them out."""
    if modules := sorted(name for name in fingerprint.READ if _is_of(name, hidden)):
        kept = {
            "modules": modules,
            "basis": fingerprint.basis(assignment, hidden, modules),
            "fingerprints": fingerprint.of_functions(assignment, hidden),
        }
        write(folder.fingerprints(assignment), as_json(kept))


def _is_of(module: str, hidden: Hidden) -> bool:
    """Whether a module that was read is the machine's or this course's, and not that of another course."""
    return module.partition(".")[0] in {hidden.package, *(name.partition(".")[0] for name in fingerprint.FOLLOWED)}
