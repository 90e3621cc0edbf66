"""Gradescope's autograder.

What is uploaded is a zip archive with ``setup.sh``, which builds an image once, and ``run_autograder``, which runs for
each submission, as root, and writes ``results.json``. Sources: Gradescope's pages *Autograder Specifications*,
*Submission Metadata*, *Best Practices* and *Technical Details* (gradescope-autograders.readthedocs.io, ``/specs/``,
``/submission_metadata/``, ``/best_practices/``, ``/tech/``; as of January 2025).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.judging.following import Following
from autograder.judging.result import ProblemResult, Result
from autograder.platforms.hosted import VISIBILITIES
from autograder.platforms.hosted.host import FAULT, Grader, Host, script
from autograder.platforms.hosted.words import in_one_line, in_words
from autograder.text import visible
from missingsum import __version__
from missingsum.text import sentence

METADATA = "submission_metadata.json"


class Gradescope(Host):
    name = "Gradescope"
    root = Path("/autograder")
    payload = "source"
    submission = "submission"
    results = "results/results.json"

    def student(self, root: Path) -> str:
        """The numbers of who handed in, one or a group."""
        try:
            users = json.loads((root / METADATA).read_bytes())["users"]
            return " ".join(sorted(str(user["id"]) for user in users)) or "student"
        except (OSError, ValueError, KeyError, TypeError):
            return "student"

    def report(self, result: Result, grader: Grader, follows: Mapping[str, Following]) -> dict[str, Any]:
        """``results.json``: a test a function.

        Every text is of the format "text": that of a whole submission would be HTML if nothing were said.
        """
        visibility = grader.options.get("visibility", VISIBILITIES[0])
        return {
            "output": _summary(result),
            "output_format": "text",
            "test_output_format": "text",
            "test_name_format": "text",
            "visibility": visibility,
            "stdout_visibility": "hidden",
            "execution_time": round(result.seconds, 2),
            "extra_data": {"isolation": result.isolation, "autograder": __version__, "version": result.version},
            "tests": [
                _test(problem, visibility, grader.book, follows.get(problem.problem)) for problem in result.problems
            ],
        }

    def failed(self) -> dict[str, Any]:
        return {"score": 0.0, "output": FAULT, "output_format": "text", "stdout_visibility": "hidden", "tests": []}

    def files(self, grader: Grader, released: bytes) -> dict[str, bytes]:
        return {name: script(name, grader) for name in ("setup.sh", "run_autograder")}

    def place(self, grader: Grader) -> str:
        return ""


def _test(problem: ProblemResult, visibility: str, book: str | None, follows: Following | None) -> dict[str, Any]:
    return {
        "name": problem.problem,
        "score": problem.score,
        "max_score": problem.max_score,
        "status": "passed" if problem.score == problem.max_score else "failed",
        "visibility": visibility,
        "output": in_words(problem, book, follows),
    }


def _summary(result: Result) -> str:
    if result.faulty:
        return FAULT
    if result.unreadable:
        return visible(f"Your notebook could not be graded. {sentence(result.unreadable)}")
    return visible("\n".join([in_one_line(result), *map(sentence, result.notices)]))
