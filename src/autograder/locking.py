"""A lock between processes that every system has, and that goes with the process which holds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path, seconds: float = 0.0) -> Iterator[None]:
    """Nobody else holds this file meanwhile; TimeoutError if somebody does for so many ``seconds``.

    SQLite's own lock is used; nothing is stored.
    """
    with closing(sqlite3.connect(path, timeout=seconds, isolation_level=None)) as file:
        try:
            file.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise TimeoutError(f"another process holds {path}") from error
        yield
