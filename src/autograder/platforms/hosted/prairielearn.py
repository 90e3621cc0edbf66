"""PrairieLearn's external grader.

A question is a folder with ``info.json`` and ``question.html``. Its folder ``tests`` is what students never see; it is
copied to ``/grade/tests`` of a container in which the ``entrypoint`` runs and writes ``/grade/results/results.json``.
Sources: PrairieLearn's page *External grading* (docs.prairielearn.com/externalGrading/) and its schema of
``info.json``, ``infoQuestion.json``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import escape

from autograder.judging.following import Following
from autograder.judging.result import ProblemResult, Result
from autograder.platforms.hosted import IMAGE
from autograder.platforms.hosted.host import FAULT, Grader, Host, script
from autograder.platforms.hosted.words import LONGEST, in_one_line, in_words
from autograder.text import visible
from missingsum.text import sentence

MOST_SECONDS = 600
"""The longest time that PrairieLearn gives a container."""
AROUND = 60
"""Seconds for the start, for what is run again after a call that hung, and for the places of mistakes."""
MOST_TEXT = 200_000
"""Characters of what is said of all functions: ``results.json`` must not be longer than a megabyte."""
QUESTION = """\
<pl-question-panel>
  <p>Download the notebook, write the functions, and upload it under the same name.</p>
  <p><pl-file-download file-name="{name}"></pl-file-download></p>
  <pl-file-upload file-names="{name}"></pl-file-upload>
</pl-question-panel>

<pl-submission-panel>
  <pl-external-grader-results></pl-external-grader-results>
</pl-submission-panel>
"""


class PrairieLearn(Host):
    name = "PrairieLearn"
    root = Path("/grade")
    payload = "tests"
    submission = "student"
    results = "results/results.json"

    def report(self, result: Result, grader: Grader, follows: Mapping[str, Following]) -> dict[str, Any]:
        """``results.json``; what cannot be read, or what the grader failed at, costs the student no attempt."""
        if result.faulty:
            return self.failed()
        if result.unreadable:
            return {"gradable": False, "format_errors": [visible(sentence(result.unreadable))]}
        return {
            "gradable": True,
            "score": min(1.0, result.score / result.max_score) if result.max_score else 0.0,
            "message": in_one_line(result),
            "output": visible("\n".join(map(sentence, result.notices))),
            "tests": [
                _test(problem, grader.book, follows.get(problem.problem), MOST_TEXT // len(result.problems))
                for problem in result.problems
            ],
        }

    def failed(self) -> dict[str, Any]:
        return {"gradable": False, "format_errors": [FAULT]}

    def files(self, grader: Grader, released: bytes) -> dict[str, bytes]:
        """The question, and in ``image`` what the grader's image is made of, which holds nothing secret."""
        question, notebook = f"questions/{grader.assignment}", f"{grader.assignment}.ipynb"
        return {
            f"{question}/info.json": (json.dumps(_info(grader), indent=2) + "\n").encode(),
            f"{question}/question.html": QUESTION.format(name=escape(notebook)).encode(),
            f"{question}/clientFilesQuestion/{notebook}": released,
            f"{question}/tests/run.sh": script("run.sh", grader),
            "image/Dockerfile": script("Dockerfile", grader),
        }

    def place(self, grader: Grader) -> str:
        return f"questions/{grader.assignment}/tests"


def _info(grader: Grader) -> dict[str, Any]:
    return {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"missing-sum/{grader.title}/{grader.assignment}")),
        "title": grader.title,
        "topic": grader.options.get("topic", "Backpropagation"),
        "type": "v3",
        "singleVariant": True,
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": grader.options.get("image", IMAGE),
            "entrypoint": "/grade/tests/run.sh",
            "timeout": min(MOST_SECONDS, round(2 * grader.limits.total) + AROUND),
            "enableNetworking": False,
        },
    }


def _test(problem: ProblemResult, book: str | None, follows: Following | None, longest: int) -> dict[str, Any]:
    right = problem.score == problem.max_score
    return {
        "name": problem.problem,
        "points": problem.score,
        "max_points": problem.max_score,
        "message": "right" if right else "not right yet",
        "output": in_words(problem, book, follows, min(LONGEST, longest)),
    }
