"""The inbox of nbgrader's exchange, which is no source for ``autograder collect``."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SUBMISSION = re.compile(
    r".+\+[^+]+\+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: ?(?:[A-Za-z]{1,5}|[+-]\d\d:?(?:\d\d)?))?(?:\+[^+]*)?",
    re.DOTALL,
)
"""``<student>+<problem set>+<time>``, with a random text behind another ``+``."""


def refuse_inbox(names: Iterable[str], source: str, assignment: str) -> None:
    """ValueError if files of these names lie in an inbox.

    Whoever can write into it chooses the names in it. Whose a folder is only its owner says, and no archive keeps that.
    """
    paths = [name.split("/") for name in names]
    folders = {path[0] for path in paths if len(path) > 1}
    if len(folders) == 1 and not any(map(_SUBMISSION.fullmatch, folders)):
        folders = {path[1] for path in paths if len(path) > 2}
    if any(map(_SUBMISSION.fullmatch, folders)):
        raise ValueError(
            f"{source} is the inbox of nbgrader's exchange. Take it in with 'nbgrader collect {assignment} --update', "
            "which sees to it that a folder belongs to the student whose name it bears"
        )
