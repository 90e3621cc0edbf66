"""What lies beside a submission: when it was handed in, and by what nbgrader's exchange knows it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.judging import submission
from autograder.judging.submission import Unreadable
from autograder.records import cohort
from autograder.records.atomic import write
from autograder.records.moments import TIMESTAMP

SECRET = "submission_secret.txt"
LONGEST_SECRET = 1000


@dataclass(frozen=True)
class Receipt:
    """Time and secret of one submission; None and "" where there are none.

    Feedback goes through the exchange under a name made of the secret, which only the student and the instructor have.
    """

    time: datetime | None = None
    secret: str = ""

    @classmethod
    def of(cls, folder: Path) -> Receipt:
        """What lies in a folder, as nbgrader writes it; a link or a device counts as nothing."""
        try:
            secret = submission.read_bytes(folder / SECRET).decode()
        except (Unreadable, ValueError):
            secret = ""
        return cls(cohort.submission_time(folder), secret if len(secret) <= LONGEST_SECRET else "")

    def write(self, folder: Path) -> None:
        """Put it beside what was made of the submission, in place of what lies there of an older one."""
        texts = {TIMESTAMP: f"{self.time:%Y-%m-%d %H:%M:%S.%f} UTC\n" if self.time else "", SECRET: self.secret}
        for name, text in texts.items():
            if text:
                write(folder / name, text)
            else:
                (folder / name).unlink(missing_ok=True)
