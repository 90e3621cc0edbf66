"""What formgrader shows of a submission is text."""

from __future__ import annotations

import html
from typing import Any

from nbconvert.preprocessors import Preprocessor


class NamesAsText(Preprocessor):
    """A step of ``HTMLExporter``, by which formgrader shows a submission.

    Its template prints names as they are, markup and all.
    """

    def preprocess(self, notebook: Any, resources: dict) -> tuple[Any, dict]:
        for name in ("student", "first_name", "last_name", "notebook_path"):
            if resources.get(name):
                resources[name] = html.escape(str(resources[name]))
        return notebook, resources
