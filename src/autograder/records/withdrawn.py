"""Who has left the course: kept in all records, and left out of whatever is made of them."""

from __future__ import annotations

import json
from collections.abc import Collection

from autograder.records.atomic import write
from autograder.records.course import Folder


def withdrawn(folder: Folder) -> frozenset[str]:
    """The ids of those who have left; ValueError if the list is damaged."""
    try:
        return frozenset(map(str, json.loads(folder.withdrawn.read_bytes())))
    except FileNotFoundError:
        return frozenset()
    except (ValueError, TypeError):
        raise ValueError(f'{folder.withdrawn} is damaged: put a list of ids there, such as ["ada"]') from None


def change(folder: Folder, *, leave: Collection[str] = (), come_back: Collection[str] = ()) -> None:
    """Note who has left, and who is there again."""
    ids = withdrawn(folder).union(leave).difference(come_back)
    write(folder.withdrawn, json.dumps(sorted(ids)) + "\n")
