"""What runs at each push asks for nothing that is not there."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOW = (ROOT / ".github" / "workflows" / "course.yml").read_text()
TARGETS = set(re.findall(r"^([a-z]+(?: [a-z]+)*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def is_there(command: str, targets: Collection[str]) -> bool:
    """Whether make has these targets, or pip and pytest these files, or Python can import what it is given."""
    match shlex.split(command):
        case ["make", *wanted]:
            return set(wanted) <= set(targets)
        case ["python", "-m", "pip" | "pytest", *words]:
            return all((ROOT / word).is_file() for word in words if word.endswith((".py", ".txt")))
        case ["python", "-c", code]:
            imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
            return all(find_spec(f"{node.module}.{name.name}") for node in imports for name in node.names)
    return False


def workflow_problems(text: str) -> Iterator[str]:
    """Jobs that wait for no job, targets of make that do not exist, files that are not there."""
    jobs = yaml.safe_load(text)["jobs"]
    targets = {name for names in TARGETS for name in names.split()}
    for name, job in jobs.items():
        if (needed := job.get("needs")) and needed not in jobs:
            yield f"{name} waits for {needed}, which is no job"
        for step in job["steps"]:
            for command in step.get("run", "").splitlines():
                if not is_there(command, targets):
                    yield f"{name} runs {command!r}: that is no target of the Makefile, nor a file or module here"
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
        ("-r tools/portable.txt", "-r tools/portables.txt"),
        ("sandbox/test_wasm.py", "sandbox/test_wasms.py"),
        ("import cache;", "import caches;"),
    ],
)
def test_a_workflow_that_asks_for_more_is_found(good, bad):
    assert good in WORKFLOW
    assert list(workflow_problems(WORKFLOW.replace(good, bad)))


def test_both_ways_of_continuous_integration_run_the_same_test_command():
    assert "make test" in (ROOT / ".ci" / "run").read_text() and "run: make test" in WORKFLOW
