"""What nbgrader's commands and formgrader's buttons run in place of their own steps; `nbgrader_config.py` names it."""

from autograder.plugin.collecting import Collect
from autograder.plugin.feedback import FeedbackPage, ReleaseFeedback
from autograder.plugin.formgrader import NamesAsText
from autograder.plugin.grading import SandboxExporter, one_notebook

__all__ = ["Collect", "FeedbackPage", "NamesAsText", "ReleaseFeedback", "SandboxExporter", "one_notebook"]
