"""Checks that a student runs beside each exercise: ``check.<problem set>.<function>(function)``.

``check.progress()`` says how far a notebook is.
"""

from missingsum.check import ps1, ps2, ps3, ps4, ps5, ps6, ps7
from missingsum.check.progress import progress
from missingsum.check.report import CheckFailed
from missingsum.check.running import hint

__all__ = ["CheckFailed", "hint", "progress", "ps1", "ps2", "ps3", "ps4", "ps5", "ps6", "ps7"]
