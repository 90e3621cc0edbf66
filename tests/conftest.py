"""Which tests are quick, and how tests are shared out among the processes of ``make test``."""

from __future__ import annotations

import gc
import re
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from .needs import DOORS, PROGRAMS, needs, started

BY_SET = {
    "test_mistakes.py": "the matrix of submissions",
    "test_mutation.py": "the matrix of submissions",
    "test_local_classes.py": "the local checks of classes",
}
"""Files that go through all problem sets and take long at each; of each set one process takes the tests of them all."""
TOGETHER = {
    "test_class.py": "the graded class",
    "test_cli.py": "the graded class",
    "test_plugin.py": "the graded class",
}
"""Files that use what takes long to make, so that one process makes it once."""
FOLDERS = {
    "tests/chapters": "the book",
    "tests/autograder/commands": "an instructor's day",
    "tests/autograder/records/recovery": "disturbed runs",
}
"""The same for all other files of a folder."""
LONGEST = (
    "the book",
    "tests/autograder/test_hostile.py",
    "disturbed runs",
    "the graded class",
    "tests/autograder/judging/test_cluster.py",
    "tests/autograder/records/test_postgresql.py",
    "an instructor's day",
    "tests/autograder/sandbox/test_unprotected.py",
    "tests/autograder/test_hostile_formgrader.py",
    "tests/autograder/records/test_hand_grading.py",
    "tests/autograder/test_hostile_nbgrader.py",
    "tests/autograder/exchange/test_buttons.py",
    "tests/test_problem_sets.py",
)
"""What takes longest begins first, so that none of it is left to one process at the end; all else by its number."""
RUNNING = pytest.StashKey[pytest.Item]()


def scope(nodeid: str) -> str:
    """The tests that run in one process, one after the other: those of a file or of several; of a soak, each alone."""
    path, _, test = nodeid.partition("::")
    if path.endswith("/test_soak.py"):
        return nodeid
    folder, _, name = path.rpartition("/")
    if name in BY_SET and (of_set := re.search(r"\bps\d+_[a-z_]+", test)):
        return f"{BY_SET[name]}, {of_set[0]}"
    return TOGETHER.get(name) or FOLDERS.get(folder, path)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """A million objects come to be while tests are collected, and stay: nobody need look for garbage among them.

    Nor is it worth looking for more as often as Python does: of the time of the quick tests that took one part in 25.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(100_000, 50, 50)
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they need. Those that are quick come last, where they fill what time one process has left."""
    for item in items:
        for need in needs(item):
            item.add_marker(need)
        if not any(map(item.get_closest_marker, (*DOORS, "slow", "soak", "classroom", "pages"))):
            item.add_marker("quick")
    long = Counter(scope(item.nodeid) for item in items if not item.get_closest_marker("quick"))
    for place, each in enumerate(reversed(LONGEST), len(items)):
        long[each] = place if long[each] else 0
    items.sort(key=lambda item: -long[scope(item.nodeid)])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from xdist.scheduler import LoadScopeScheduling

    class ByScope(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    config.option.loadscopereorder = False
    return ByScope(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """See to it that quick tests start nothing that takes long."""

    def watch(event: str, arguments: tuple) -> None:
        if event == "subprocess.Popen" and RUNNING in config.stash and (program := started(arguments[1])):
            if config.stash[RUNNING].get_closest_marker("quick"):
                pytest.fail(f"A quick test starts {program}. Say so: @pytest.mark.{PROGRAMS[program]}.")

    sys.addaudithook(watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    item.config.stash[RUNNING] = item
    result = yield
    del item.config.stash[RUNNING]
    return result
