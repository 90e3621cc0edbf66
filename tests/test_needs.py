"""What is called quick starts no browser, no student's process and no build of the book."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from autograder.cli import main

from . import browser
from .chapters.built_book import BUILD, ROOT, build
from .conftest import FOLDERS, LONGEST, TOGETHER, scope
from .needs import PROGRAMS, needs_of
from .test_house import imported

TAKES_LONG = {"browser", "book", "built_twice", "gallery", "graded", "undisturbed"}
"""Fixtures, by name."""


def opens_a_page():
    with browser.chromium() as running:
        running.new_page()


def builds_the_book():
    return [build(root) for root in (ROOT,)]


def grades():
    return main(["grade"])


class Twice:
    def both(self):
        return grades(), builds_the_book()


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (opens_a_page, {"browser"}),
        (builds_the_book, {"book"}),
        (grades, {"sandbox"}),
        (lambda: Twice().both(), {"sandbox", "book"}),
        (lambda: subprocess.run([sys.executable, "-m", "autograder.cli"]), {"sandbox"}),
        (lambda: json.dumps(subprocess.run(["git"])), set()),
    ],
    ids=["browser", "book", "sandbox", "by way of a class", "a command", "nothing"],
)
def test_what_a_test_needs_is_seen_in_what_it_calls(function, found):
    assert needs_of(function) == found


def test_no_quick_test_has_a_fixture_that_takes_long(request):
    quick = [item for item in request.session.items if item.get_closest_marker("quick")]
    assert request.node in quick
    assert [item.nodeid for item in quick if TAKES_LONG & set(item.fixturenames)] == []


def test_every_test_has_the_same_name_in_every_process(request):
    """Otherwise they cannot be shared out; an address in memory stands in a name where a function is a parameter."""
    assert [item.nodeid for item in request.session.items if with_address(item.nodeid)] == []


def with_address(name: str) -> bool:
    return re.search(r"\bat 0x[0-9a-f]+", name) is not None


def test_a_name_with_an_address_is_found():
    assert with_address(f"test_a[{with_address}]") and not with_address("test_a[0x10]")


@pytest.mark.parametrize(
    "command",
    [["/usr/bin/bwrap", "--version"], "node", BUILD, [sys.executable, "-u", "-m", "autograder.cli"], ["initdb"]],
    ids=["sandbox", "browser", "book", "autograder", "database"],
)
def test_a_quick_test_that_starts_what_takes_long_fails(command):
    with pytest.raises(pytest.fail.Exception, match=r"A quick test starts .* @pytest.mark.(sandbox|browser|book)\."):
        subprocess.run(command)


def test_where_pytest_is_alone_tests_can_be_collected():
    """`make bench` runs one of them with the packages that it measures."""
    for name in ("conftest.py", "needs.py"):
        needed = imported((ROOT / "tests" / name).read_text("utf-8")) - set(sys.stdlib_module_names)
        assert needed <= {"pytest", "xdist", ""}  # the last is what stands beside them


def test_what_make_test_leaves_out_has_a_command_that_says_what_it_costs(request):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    left_out = re.findall(r"not (\w+)", " ".join(request.config.getini("addopts")))
    assert left_out
    for mark in left_out:
        assert re.search(rf"^{mark}:.*## .*\d+ minutes.*\n.* -m {mark}$", makefile, re.MULTILINE), mark


def test_every_reason_is_a_mark_that_pytest_knows(request):
    known = {line.partition(":")[0] for line in request.config.getini("markers")}
    assert {"quick", "slow", *PROGRAMS.values()} <= known


def test_what_takes_longest_is_there():
    named = {*TOGETHER.values(), *FOLDERS.values()}
    assert [each for each in LONGEST if each not in named and not (ROOT / each).is_file()] == []
    assert all((ROOT / folder).is_dir() for folder in FOLDERS)
    assert scope("tests/autograder/commands/test_class.py::test_a") == "the graded class"
    assert scope("tests/autograder/commands/test_day.py::test_a") == "an instructor's day"
    assert scope("tests/test_house.py::test_a") == "tests/test_house.py"
    for name in ("test_mutation.py::test_a[ps2_new f a check]", "test_mistakes.py::test_a[sign ps2_new/ada]"):
        assert scope(f"tests/checks/{name}") == "the matrix of submissions, ps2_new"
