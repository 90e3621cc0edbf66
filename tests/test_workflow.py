"""What runs at each push asks for nothing that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOW = (ROOT / ".github" / "workflows" / "course.yml").read_text()
TARGETS = set(re.findall(r"^([a-z]+(?: [a-z]+)*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def workflow_problems(text: str) -> Iterator[str]:
    """Jobs that wait for no job, targets of make that do not exist, files that are not there."""
    jobs = yaml.safe_load(text)["jobs"]
    targets = {name for names in TARGETS for name in names.split()}
    for name, job in jobs.items():
        if (needed := job.get("needs")) and needed not in jobs:
            yield f"{name} waits for {needed}, which is no job"
        for step in job["steps"]:
            for command in step.get("run", "").splitlines():
                tool, *words = command.split()
                if tool != "make" or not set(words) <= targets:
                    yield f"{name} runs {command!r}, which is no target of the Makefile"
            for file in step.get("with", {}).get("cache-dependency-path", "").split():
                if not (ROOT / file).is_file():
                    yield f"{name} depends on {file}, which is not there"


def test_the_workflow_asks_for_what_there_is():
    assert list(workflow_problems(WORKFLOW)) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("run: make test", "run: make tests"),
        ("needs: test", "needs: tests"),
        ("requirements.txt", "requirement.txt"),
        ("run: make canary", "run: tox"),
    ],
)
def test_a_workflow_that_asks_for_more_is_found(good, bad):
    assert good in WORKFLOW
    assert list(workflow_problems(WORKFLOW.replace(good, bad)))


def test_both_ways_of_continuous_integration_run_the_same_test_command():
    assert "make test" in (ROOT / ".ci" / "run").read_text() and "run: make test" in WORKFLOW
