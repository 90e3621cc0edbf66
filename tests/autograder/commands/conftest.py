"""The folder of a course after an instructor's day; each file of tests gets a copy of its own to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .day import course, day


@pytest.fixture(scope="session")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evening")
    course(folder)
    day(folder)
    return folder


@pytest.fixture(scope="module")
def folder(evening: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(evening, tmp_path_factory.mktemp("course"), dirs_exist_ok=True)
