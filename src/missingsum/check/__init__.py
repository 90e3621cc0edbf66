"""Checks that a student runs beside each exercise: ``check.<problem set>.<function>(function)``."""

from missingsum.check import ps2
from missingsum.check.report import CheckFailed

__all__ = ["CheckFailed", "ps2"]
